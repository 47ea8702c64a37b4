// SPDX-License-Identifier: Apache-2.0

import Mustache

/// Text of a page that is escaped already, with the numbers in it marked by where they come from.
struct Markup: Sendable, Equatable {
    /// What the page holds.
    let html: String
    /// The same as a reader sees it.
    let plain: String

    private init(html: String, plain: String) {
        self.html = html
        self.plain = plain
    }

    /// Escapes a text.
    init(_ text: String) { self.init(html: SVG.escaped(text), plain: text) }

    /// A number as it is printed, with the number itself and its place in the result.
    ///
    /// `scale` is what the number was multiplied by to be printed: 100 for a percentage, −1 for a size without its sign.
    init(_ text: String, of figure: Figure, scale: Double = 1) {
        guard let trace = figure.trace else {
            self.init(
                html: "<data data-key=\"\(SVG.escaped(figure.key))\">\(SVG.escaped(text))</data>",
                plain: text
            )
            return
        }
        let factor = scale == 1 ? "" : " data-scale=\"\(scale)\""
        self.init(html: "<data \(trace)\(factor)>\(SVG.escaped(text))</data>", plain: text)
    }

    /// Parts one after the other.
    static func + (left: Markup, right: Markup) -> Markup {
        Markup(html: left.html + right.html, plain: left.plain + right.plain)
    }

    /// Parts with a text between each two.
    static func joined(_ parts: [Markup], _ separator: String) -> Markup {
        Markup(
            html: parts.map(\.html).joined(separator: SVG.escaped(separator)),
            plain: parts.map(\.plain).joined(separator: separator)
        )
    }

    /// A text that leads to an address; plain text where that is none of the web.
    static func link(_ text: String, to address: String?) -> Markup {
        guard let address, address.hasPrefix("https://") || address.hasPrefix("http://") else { return Markup(text) }
        return Markup(
            html: "<a href=\"\(SVG.escaped(address))\" rel=\"noreferrer\">\(SVG.escaped(text))</a>",
            plain: text
        )
    }

    /// A small picture in running text; it is read out by its own title.
    static func picture(_ svg: String) -> Markup { Markup(html: svg, plain: "") }

    /// Whether there is nothing.
    var isEmpty: Bool { html.isEmpty }
}

extension Markup: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(value) }
}

extension Markup: MustacheCustomRenderable {
    var renderText: String { html }
    var isNull: Bool { html.isEmpty }
}
