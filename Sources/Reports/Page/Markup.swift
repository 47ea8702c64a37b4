// SPDX-License-Identifier: Apache-2.0

import Mustache

/// Text of a page that is escaped already, with the numbers in it marked by where they come from.
struct Markup: Sendable, Equatable {
    /// What the page holds.
    private(set) var html: String

    private init(html: String) { self.html = html }

    /// Escapes a text.
    init(_ text: String) { html = SVG.escaped(text) }

    /// A number as it is printed, with the number itself and its place in the result.
    ///
    /// `scale` is what the number was multiplied by to be printed: 100 for a percentage, −1 for a size without its sign.
    init(_ text: String, of figure: Figure, scale: Double = 1) {
        guard let trace = figure.trace else {
            html = "<data data-key=\"\(SVG.escaped(figure.key))\">\(SVG.escaped(text))</data>"
            return
        }
        let factor = scale == 1 ? "" : " data-scale=\"\(scale)\""
        html = "<data \(trace)\(factor)>\(SVG.escaped(text))</data>"
    }

    /// Parts one after the other.
    static func + (left: Markup, right: Markup) -> Markup { Markup(html: left.html + right.html) }

    /// Parts with a text between each two.
    static func joined(_ parts: [Markup], _ separator: String) -> Markup {
        Markup(html: parts.map(\.html).joined(separator: SVG.escaped(separator)))
    }

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
