// SPDX-License-Identifier: Apache-2.0

import Domain
import HTTPTypes

/// The reference for people: one page, without scripts and without addresses outside.
struct ReferencePage {
    let endpoints: [Endpoint]

    /// The page.
    var html: String {
        let shown = endpoints.filter(\.isDocumented)
        var schemas: [String: JSONValue] = [:]
        let areas = Endpoint.Area.allCases.filter { area in shown.contains { $0.area == area } }
        let body = areas.map { area in
            "<section id=\"\(area.rawValue)\"><h2>\(area.rawValue)</h2><p>\(Self.told(area.about))</p>"
                + shown.filter { $0.area == area }.map { Self.entry($0, &schemas) }.joined() + "</section>"
        }
        .joined(separator: "\n")
        let links = areas.map { area in
            "<li><a href=\"#\(area.rawValue)\">\(area.rawValue)</a><ul>"
                + shown.filter { $0.area == area }.map { endpoint in
                    "<li><a href=\"#\(endpoint.operation)\">\(endpoint.method.rawValue) "
                        + "\(Self.safe(endpoint.path))</a></li>"
                }
                .joined() + "</ul></li>"
        }
        .joined()
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Dure: the API</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="stylesheet" href="/docs/style.css"></head>
            <body><nav aria-label="Contents"><h1>Dure: the API</h1><p><a href="/openapi.json">OpenAPI document</a></p>
            <ul>\(links)<li><a href="#shapes">shapes</a></li></ul></nav>
            <main>\(Self.manners)\(body)
            <section id="shapes"><h2>shapes</h2>\(Self.shapes(schemas))</section></main></body></html>
            """
    }

    private static let manners = """
        <section id="manners"><h2>How to ask</h2><p>Send a key as <code>Authorization: Bearer dure_…</code>. Bodies are JSON. Every error \
        is a problem of RFC 9457 and names field, value and what would be right; <code>request</code> in it names the request in the \
        server's log. Times are RFC 3339 in UTC.</p><p>Lists come in pages: <code>limit</code>, and <code>cursor</code> with the \
        <code>next_cursor</code> of the page before. Where an <code>Idempotency-Key</code> is taken, the same request under the same key \
        is carried out once and answered again. A GET has an <code>ETag</code>; with <code>If-None-Match</code> it is 304 while nothing has \
        changed.</p><p>Later versions may add fields to answers, words to lists of words, endpoints and optional parameters; \
        pass over what you do not know. Nothing is taken away or changes its meaning under <code>/api/v1</code>.</p></section>
        """

    private static func entry(_ endpoint: Endpoint, _ schemas: inout [String: JSONValue]) -> String {
        var text = """
            <article id="\(endpoint.operation)"><h3><code><b>\(endpoint.method.rawValue)</b> \(safe(endpoint.path))</code></h3>
            <p>\(told(endpoint.summary)) \(told(endpoint.access.about))</p>
            """
        if !endpoint.parameters.isEmpty {
            text += "<table><thead><tr><th>parameter</th><th>in</th><th>value</th><th>meaning</th></tr></thead><tbody>"
            for parameter in endpoint.parameters {
                text +=
                    "<tr><td><code>\(safe(parameter.name))</code></td><td>\(parameter.place.rawValue)</td><td>"
                    + "\(told(parameter.schema.wanted))</td><td>\(told(parameter.about))</td></tr>"
            }
            text += "</tbody></table>"
        }
        if let intake = endpoint.intake {
            text +=
                "<p>Takes \(shape(intake.schema, &schemas)) as <code>\(safe(intake.type))</code>"
                + (intake.isRequired ? "." : ", or nothing.")
        }
        if endpoint.isIdempotent { text += " Takes an <code>Idempotency-Key</code>." }
        if endpoint.intake != nil { text += "</p>" }
        text += "<ul>"
        for reply in endpoint.replies {
            let what =
                reply.schema.map { shape($0, &schemas) } ?? reply.type.map { "<code>\(safe($0))</code>" } ?? "no body"
            text += "<li><b>\(reply.status.code)</b> \(what). \(told(reply.about))</li>"
        }
        let problems = endpoint.allProblems.sorted { ($0.status.code, $0.rawValue) < ($1.status.code, $1.rawValue) }
        let list = problems.map { "\($0.status.code) <code>\($0.rawValue)</code>" }.joined(separator: ", ")
        return text + "<li>Problems: \(list).</li></ul></article>"
    }

    /// A link to a shape with a name, or the kind of value.
    private static func shape(_ schema: Schema, _ schemas: inout [String: JSONValue]) -> String {
        switch schema {
        case .named(let name, _):
            _ = schema.document(&schemas)
            return "<a href=\"#shape-\(name)\">\(name)</a>"
        case .array(let inner, _): return "a list of " + shape(inner, &schemas)
        case .object(let members, _):
            let inner = members.map { "<code>\(safe($0.name))</code>: \(shape($0.schema, &schemas))" }
            return "{ " + inner.joined(separator: ", ") + " }"
        default: return safe(schema.wanted)
        }
    }

    private static func shapes(_ schemas: [String: JSONValue]) -> String {
        schemas.sorted { $0.key < $1.key }.map { name, schema in
            "<article id=\"shape-\(name)\"><h3>\(name)</h3>\(members(of: schema))</article>"
        }
        .joined(separator: "\n")
    }

    private static func members(of schema: JSONValue) -> String {
        guard case .object(let properties)? = schema["properties"] else { return "" }
        var required: Set<String> = []
        if case .array(let names)? = schema["required"] {
            for case .string(let name) in names { required.insert(name) }
        }
        let rows = properties.sorted { $0.key < $1.key }.map { name, property -> String in
            var about = ""
            if case .string(let text)? = property["description"] { about = text }
            return "<tr><td><code>\(safe(name))</code>\(required.contains(name) ? "" : " (optional)")</td><td>"
                + "\(kind(of: property))</td><td>\(told(about))</td></tr>"
        }
        return
            "<table><thead><tr><th>field</th><th>value</th><th>meaning</th></tr></thead><tbody>\(rows.joined())</tbody></table>"
    }

    private static func kind(of property: JSONValue) -> String {
        if case .string(let reference)? = property["$ref"], let name = reference.split(separator: "/").last {
            return "<a href=\"#shape-\(name)\">\(name)</a>"
        }
        if case .array(let values)? = property["enum"] {
            return values.map { value -> String in
                guard case .string(let text) = value else { return "" }
                return "<code>\(safe(text))</code>"
            }
            .joined(separator: ", ")
        }
        if let items = property["items"] { return "list of " + kind(of: items) }
        if let values = property["additionalProperties"], case .object = values {
            return "by name: " + kind(of: values)
        }
        guard case .string(let type)? = property["type"] else { return "any" }
        var text = type
        if case .string(let format)? = property["format"] { text += " (\(format))" }
        if let least = property["minimum"]?.double { text += ", from \(number(least))" }
        if let most = property["maximum"]?.double { text += ", to \(number(most))" }
        return safe(text)
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15
            ? Int64(exactly: value).map(String.init) ?? "\(value)" : "\(value)"
    }

    /// A sentence whose words between backticks are code.
    static func told(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        // A backtick without its fellow is a character like others.
        guard parts.count.isMultiple(of: 2) == false else { return safe(text) }
        return parts.enumerated().map { $0.offset.isMultiple(of: 2) ? safe(String($0.element)) : code($0.element) }
            .joined()
    }

    private static func code(_ text: Substring) -> String { "<code>\(safe(String(text)))</code>" }

    private static func safe(_ text: String) -> String {
        var safe = ""
        for character in text {
            switch character {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            default: safe.append(character)
            }
        }
        return safe
    }

    static let style = """
        :root{color-scheme:light;--paper:#fff;--text:#1b2226;--muted:#56626a;--rule:#dfe4e7;--accent:#17627a;--panel:#f4f6f7;\
        font:16px/1.5 system-ui,sans-serif}
        @media(prefers-color-scheme:dark){:root{color-scheme:dark;--paper:#12171a;--text:#eceff1;--muted:#a3aeb5;--rule:#323b41;\
        --accent:#6cbcd4;--panel:#1a2024}}
        body{margin:0;display:grid;grid-template-columns:minmax(16rem,22rem) 1fr;background:var(--paper);color:var(--text)}
        nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1rem;box-sizing:border-box;font-size:.85rem;background:var(--panel)}
        nav ul{list-style:none;padding-left:.75rem;margin:0}nav h1{font-size:1.1rem}nav a{text-decoration:none}
        nav li a{display:block;overflow-wrap:anywhere}
        main{padding:1rem 2rem;max-width:60rem;min-width:0}
        article{border-top:1px solid var(--rule);padding:.5rem 0;overflow-x:auto}
        h2{text-transform:capitalize;margin-top:2rem}h3{font-size:1rem;overflow-wrap:anywhere}
        code{font-family:ui-monospace,monospace;font-size:.9em}
        table{border-collapse:collapse;width:100%;font-size:.9rem}
        th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid var(--rule)}
        th{color:var(--muted);white-space:nowrap}td{overflow-wrap:break-word}td:first-child{white-space:nowrap}
        a{color:var(--accent)}a:focus-visible{outline:2px solid}
        @media(max-width:50rem){body{display:block}nav{position:static;height:auto}main{padding:1rem}}
        """
}
