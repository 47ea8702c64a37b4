// SPDX-License-Identifier: Apache-2.0

/// One numbered part of the report.
struct Section: Sendable {
    /// The anchor, such as `answer`; letters and hyphens only.
    var id: String
    var title: String
    var blocks: [Block]
}

/// A piece of a section; exactly one of its parts is there.
///
/// The template's names are these properties' names.
struct Block: Sendable {
    var headline: Headline?
    var facts: [Fact] = []
    var paragraph: Markup?
    var caption: Markup?
    var heading: Markup?
    var list: [Markup] = []
    var table: Table?
    /// SVG elements, already escaped; several stand side by side where there is room.
    var charts: [String] = []
    var output: String?

    /// A paragraph of running text.
    static func paragraph(_ text: String) -> Block { Block(paragraph: Markup(text)) }
    /// A paragraph with traced numbers.
    static func paragraph(_ text: Markup) -> Block { Block(paragraph: text) }
    /// A small line that explains what stands above it.
    static func caption(_ text: String) -> Block { Block(caption: Markup(text)) }
    /// A small line with traced numbers.
    static func caption(_ text: Markup) -> Block { Block(caption: text) }
    /// A heading within a section.
    static func heading(_ text: String) -> Block { Block(heading: Markup(text)) }
    /// A list of sentences.
    static func list(_ items: [String]) -> Block { Block(list: items.map { Markup($0) }) }
    /// A list of sentences with traced numbers.
    static func list(_ items: [Markup]) -> Block { Block(list: items) }
    /// A table.
    static func table(_ table: Table) -> Block { Block(table: table) }
    /// A picture.
    static func chart(_ svg: String) -> Block { Block(charts: [svg]) }
    /// Pictures side by side.
    static func charts(_ svgs: [String]) -> Block { Block(charts: svgs) }
    /// What a program wrote, line by line.
    static func output(_ text: String) -> Block { Block(output: text) }
}

/// The report's first sentence, with the verdict on it.
struct Headline: Sendable {
    var verdict: String
    /// A class of the style sheet: `good`, `open` or `bad`.
    ///
    /// The verdict's words say the same.
    var tone: String
    var sentence: Markup
    var source: Markup
}

/// One of the key figures under the headline.
struct Fact: Sendable {
    var name: String
    var value: Markup
    var note: Markup?

    init(name: String, value: Markup, note: Markup? = nil) {
        self.name = name
        self.value = value
        self.note = note
    }

    init(name: String, value: String, note: String?) {
        self.init(name: name, value: Markup(value), note: note.map { Markup($0) })
    }
}

/// A table of text.
struct Table: Sendable {
    /// One cell.
    struct Cell: Sendable {
        var text: Markup
        /// Classes of the style sheet, such as `n` for a number.
        var style: String

        init(_ text: Markup, style: String = "") {
            self.text = text
            self.style = style
        }

        init(text: String, style: String = "") { self.init(Markup(text), style: style) }

        /// A cell of text.
        static func text(_ text: String) -> Cell { Cell(text: text) }
        /// A cell with a number, aligned to the right.
        static func number(_ text: String) -> Cell { Cell(text: text, style: "n") }
        /// A cell with a traced number, aligned to the right.
        static func number(_ text: Markup) -> Cell { Cell(text, style: "n") }
        /// A cell that stands out.
        static func strong(_ text: String) -> Cell { Cell(text: text, style: "s") }
    }

    /// One line.
    struct Row: Sendable {
        var cells: [Cell]
        /// A class of the style sheet; empty for an ordinary row.
        var style: String = ""
    }

    var head: [Cell]
    var rows: [Row]
    /// A class of the style sheet; empty for an ordinary table.
    var style: String = ""
}
