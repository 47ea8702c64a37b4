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
    var paragraph: String?
    var caption: String?
    var heading: String?
    var list: [String] = []
    var table: Table?
    /// An SVG element, already escaped.
    var chart: String?
    var output: String?

    /// A paragraph of running text.
    static func paragraph(_ text: String) -> Block { Block(paragraph: text) }
    /// A small line that explains what stands above it.
    static func caption(_ text: String) -> Block { Block(caption: text) }
    /// A heading within a section.
    static func heading(_ text: String) -> Block { Block(heading: text) }
    /// A list of sentences.
    static func list(_ items: [String]) -> Block { Block(list: items) }
    /// A table.
    static func table(_ table: Table) -> Block { Block(table: table) }
    /// A picture.
    static func chart(_ svg: String) -> Block { Block(chart: svg) }
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
    var sentence: String
    var source: String
}

/// One of the key figures under the headline.
struct Fact: Sendable {
    var name: String
    var value: String
    var note: String?
}

/// A table of text.
struct Table: Sendable {
    /// One cell.
    struct Cell: Sendable {
        var text: String
        /// Classes of the style sheet, such as `n` for a number.
        var style: String = ""

        /// A cell of text.
        static func text(_ text: String) -> Cell { Cell(text: text) }
        /// A cell with a number, aligned to the right.
        static func number(_ text: String) -> Cell { Cell(text: text, style: "n") }
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
