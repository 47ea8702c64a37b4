// SPDX-License-Identifier: Apache-2.0

import Mustache

/// The whole page, as the template sees it.
struct Page: Sendable {
    var language: String
    var title: String
    var name: String
    var details: [String]
    var status: String
    var sections: [Section]
    var footer: [String]

    /// Writes the page; throws when the template itself is broken.
    func html() throws -> String {
        let template = try MustacheTemplate(string: Self.template)
        return template.render(self)
    }

    private static let template = """
        <!DOCTYPE html>
        <html lang="{{language}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="Dure">
        <title>{{title}}</title>
        <style>
        \(styleSheet)
        </style>
        </head>
        <body>
        <main>
        <header>
        <h1>{{name}}</h1>
        {{#details}}
        <p class="meta">{{.}}</p>
        {{/details}}
        {{^empty(status)}}<p class="status">{{status}}</p>{{/empty(status)}}
        </header>
        {{#sections}}
        <section id="{{id}}" aria-labelledby="{{id}}-title">
        <h2 id="{{id}}-title">{{title}}</h2>
        {{#blocks}}
        {{#headline}}
        <div class="headline {{tone}}"><span class="verdict">{{verdict}}</span>
        <p class="sentence">{{{sentence}}}</p>
        <p class="source">{{{source}}}</p></div>
        {{/headline}}
        {{^empty(facts)}}
        <dl class="facts">
        {{#facts}}
        <div><dt>{{name}}</dt><dd>{{{value}}}{{#note}}<small>{{{.}}}</small>{{/note}}</dd></div>
        {{/facts}}
        </dl>
        {{/empty(facts)}}
        {{#heading}}
        <h3>{{{.}}}</h3>
        {{/heading}}
        {{#paragraph}}
        <p>{{{.}}}</p>
        {{/paragraph}}
        {{#caption}}
        <p class="caption">{{{.}}}</p>
        {{/caption}}
        {{^empty(list)}}
        <ul>
        {{#list}}
        <li>{{{.}}}</li>
        {{/list}}
        </ul>
        {{/empty(list)}}
        {{#table}}
        <div class="scroll" tabindex="0"><table class="{{style}}">
        <thead><tr>{{#head}}<th scope="col" class="{{style}}">{{{text}}}</th>{{/head}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr class="{{style}}">{{#cells}}<td class="{{style}}">{{{text}}}</td>{{/cells}}</tr>
        {{/rows}}
        </tbody></table></div>
        {{/table}}
        {{^empty(charts)}}
        <div class="charts">{{#charts}}<figure>{{{.}}}</figure>{{/charts}}</div>
        {{/empty(charts)}}
        {{#output}}
        <pre>{{.}}</pre>
        {{/output}}
        {{/blocks}}
        </section>
        {{/sections}}
        <footer>
        {{#footer}}
        <p>{{.}}</p>
        {{/footer}}
        </footer>
        </main>
        </body>
        </html>

        """
}
