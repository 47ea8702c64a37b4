// SPDX-License-Identifier: Apache-2.0

/// How a thing is meant: the style sheet colours it, and words always say the same.
package enum Tone: String, Sendable {
    case plain = ""
    case good
    case bad
    case live
    case primary
    case danger
    case quiet
}

/// A way to somewhere.
package struct Link: Sendable {
    package var name: String
    package var href: String
    package var tone: String
    /// What a screen reader says, where the name alone is not enough.
    package var label: String

    /// Creates the value from its parts.
    package init(_ name: String, _ href: String, tone: Tone = .plain, label: String? = nil) {
        self.name = name
        self.href = href
        self.tone = tone.rawValue
        self.label = label ?? name
    }
}

/// One part of a page, which is renewed by itself.
package struct PageSection: Sendable {
    /// Letters, digits and hyphens.
    package var id: String
    package var title: String?
    package var pieces: [Piece]
    package var style: String

    /// Creates the value from its parts.
    package init(_ id: String, _ title: String? = nil, _ pieces: [Piece], isPlain: Bool = false) {
        self.id = id
        self.title = title
        self.pieces = pieces
        style = isPlain ? "plain" : ""
    }
}

/// What stands in a section; exactly one of its parts is there.
///
/// The names in the template are those of these properties.
package struct Piece: Sendable {
    /// A sentence with emphasis, and a list under it.
    package struct Note: Sendable {
        package var text: String
        package var tone: String
        package var list: [String] = []
        package var isAlert = false
    }

    /// A key figure.
    package struct Figure: Sendable {
        package var name: String
        package var value: String
        package var note: String?
        package var tone: String
        /// The instant that the value is, in RFC 3339; the script shows it in the reader's own time zone.
        package var instant: String?

        /// Creates the value from its parts.
        package init(_ name: String, _ value: String, note: String? = nil, tone: Tone = .plain, instant: String? = nil)
        {
            self.instant = instant
            self.name = name
            self.value = value
            self.note = note
            self.tone = tone.rawValue
        }
    }

    /// A share of a whole.
    package struct Bar: Sendable {
        package var name: String
        package var value: String
        package var percent: Int
    }

    /// What to do first.
    package struct Empty: Sendable {
        package var title: String
        package var steps: [String]
        package var link: Link?
    }

    var note: Note?
    var paragraph: String?
    var heading: String?
    var figures: [Figure] = []
    var list: [String] = []
    var bar: Bar?
    var table: DataTable?
    /// Ways to more.
    var links: [Link] = []
    /// HTML that `Reports` wrote.
    var report: String?
    var empty: Empty?
    var form: Form?

    /// Something that is said with emphasis.
    package static func note(_ text: String, _ tone: Tone = .plain, list: [String] = [], isAlert: Bool = false) -> Piece
    {
        Piece(note: Note(text: text, tone: tone.rawValue, list: list, isAlert: isAlert))
    }

    /// Running text.
    package static func paragraph(_ text: String) -> Piece { Piece(paragraph: text) }
    /// A heading within a section.
    package static func heading(_ text: String) -> Piece { Piece(heading: text) }
    /// Key figures side by side.
    package static func figures(_ figures: [Figure]) -> Piece { Piece(figures: figures) }
    /// Sentences.
    package static func list(_ items: [String]) -> Piece { Piece(list: items) }
    /// A share of a whole, 0 to 1.
    package static func bar(_ name: String, _ share: Double) -> Piece {
        let percent = share.isFinite ? Int((min(max(share, 0), 1) * 100).rounded()) : 0
        return Piece(bar: Bar(name: name, value: "\(percent) %", percent: percent))
    }
    /// A table.
    package static func table(_ table: DataTable) -> Piece { Piece(table: table) }
    /// Ways to more.
    package static func links(_ links: [Link]) -> Piece { Piece(links: links) }
    /// A part of a report; it must come from `Reports`, which escapes all text.
    package static func report(_ html: String) -> Piece { Piece(report: html) }
    /// Nothing is there yet, and what to do first.
    package static func empty(_ title: String, _ steps: [String] = [], link: Link? = nil) -> Piece {
        Piece(empty: Empty(title: title, steps: steps, link: link))
    }
    /// Something to fill in.
    package static func form(_ form: Form) -> Piece { Piece(form: form) }
}

/// A table of text, links and badges.
package struct DataTable: Sendable {
    /// A short word on a coloured ground.
    package struct Badge: Sendable {
        package var text: String
        package var tone: String
    }

    /// One cell.
    package struct Cell: Sendable {
        package var text = ""
        /// Classes of the style sheet: `n` for a number, `w` for what must not wrap, `wide` for sentences.
        package var style = ""
        package var href: String?
        package var badge: Badge?
        package var links: [Link] = []
        package var note: String?
        /// The instant that the text is, in RFC 3339; the script shows it in the reader's own time zone.
        package var instant: String?
        var isPlain: Bool { href == nil && badge == nil && links.isEmpty }

        /// A cell of text.
        package static func text(_ text: String, note: String? = nil) -> Cell { Cell(text: text, note: note) }
        /// A cell whose text must not wrap.
        package static func short(_ text: String) -> Cell { Cell(text: text, style: "w") }
        /// A cell of sentences.
        package static func wide(_ text: String, note: String? = nil) -> Cell {
            Cell(text: text, style: "wide", note: note)
        }
        /// A cell with a number, aligned to the right.
        package static func number(_ text: String, note: String? = nil) -> Cell {
            Cell(text: text, style: "n", note: note)
        }
        /// A cell that leads somewhere.
        package static func link(_ text: String, _ href: String, note: String? = nil) -> Cell {
            Cell(text: text, href: href, note: note)
        }
        /// A cell with a badge.
        package static func badge(_ text: String, _ tone: Tone) -> Cell {
            Cell(style: "w", badge: Badge(text: text, tone: tone.rawValue))
        }
        /// A cell with ways to somewhere.
        package static func links(_ links: [Link]) -> Cell { Cell(style: "w", links: links) }
    }

    /// One line.
    package struct Row: Sendable {
        package var cells: [ShownCell]
    }

    /// A cell as the template sees it: a computed property is none to it.
    package struct ShownCell: Sendable {
        var text: String
        var style: String
        var href: String?
        var badge: Badge?
        var links: [Link]
        var note: String?
        var instant: String?
        var isPlain: Bool
        /// The head of its column, for narrow screens on which a row is a list.
        var column: String

        init(_ cell: Cell, in column: String) {
            self.column = column
            instant = cell.instant
            text = cell.text
            style = cell.style
            href = cell.href
            badge = cell.badge
            links = cell.links
            note = cell.note
            isPlain = cell.isPlain
        }
    }

    /// The head of a column.
    package struct Head: Sendable {
        package var text: String
        package var style: String
    }

    package var caption: String
    package var head: [Head]
    package var rows: [Row]

    /// Creates a table; the heads of columns of numbers stand to the right as their cells do.
    package init(_ caption: String, _ head: [String], _ rows: [[Cell]]) {
        self.caption = caption
        self.head = head.enumerated().map { index, text in
            let isNumber = rows.first.map { $0.indices.contains(index) && $0[index].style == "n" } ?? false
            return Head(text: text, style: isNumber ? "n" : "")
        }
        self.rows = rows.map { cells in
            Row(
                cells: cells.enumerated().map { index, cell in
                    ShownCell(cell, in: head.indices.contains(index) ? head[index] : "")
                }
            )
        }
    }
}

/// A form; the script sends it with its token.
package struct Form: Sendable {
    /// A value that can be chosen.
    package struct Option: Sendable {
        var value: String
        var name: String
        var isChosen: Bool
    }

    /// What helps to fill a field in.
    package struct Hint: Sendable {
        var id: String
        var text: String
    }

    /// An answer that would fit.
    package struct Proposal: Sendable {
        var field: String
        var value: String
    }

    /// How much of a row a field takes.
    package enum Width: String, Sendable {
        case whole = ""
        case half
        case third
    }

    /// Something to fill in.
    package struct Field: Sendable {
        var id: String
        var name: String
        var label: String
        var value: String
        var width: String
        var rows: Int
        /// Words of a sentence that gave the value.
        var words: String?
        var hint: Hint?
        var described: String?
        var isWrong: Bool
        var isArea = false
        var isLine = false
        var isFile = false
        var isChoice = false
        var options: [Option] = []
        var proposals: [Proposal] = []
        /// How it is said as what a file was read.
        var readAs: String?

        private init(
            _ name: String,
            _ label: String,
            _ value: String,
            _ hint: String?,
            _ width: Width,
            rows: Int = 1,
            isWrong: Bool
        ) {
            id = "field-" + name
            self.name = name
            self.label = label
            self.value = value
            self.width = width.rawValue
            self.rows = rows
            self.isWrong = isWrong
            self.hint = hint.map { Hint(id: "hint-" + name, text: $0) }
            described = hint.map { _ in "hint-" + name }
        }

        /// A line of text.
        package static func line(
            _ name: String,
            _ label: String,
            _ value: String = "",
            hint: String? = nil,
            width: Width = .whole,
            words: String? = nil,
            proposals: [String] = [],
            isWrong: Bool = false
        ) -> Field {
            var field = Field(name, label, value, hint, width, isWrong: isWrong)
            field.isLine = true
            field.words = words
            field.proposals = proposals.map { Proposal(field: field.id, value: $0) }
            return field
        }

        /// Several lines of text.
        package static func area(
            _ name: String,
            _ label: String,
            _ value: String = "",
            rows: Int = 4,
            hint: String? = nil,
            isWrong: Bool = false
        ) -> Field {
            var field = Field(name, label, value, hint, .whole, rows: rows, isWrong: isWrong)
            field.isArea = true
            return field
        }

        /// A file whose text the script puts into another field.
        package static func file(into name: String, _ label: String, readAs: String, hint: String? = nil) -> Field {
            var field = Field(name, label, "", hint, .whole, isWrong: false)
            field.readAs = readAs
            field.id = "file-" + name
            field.hint?.id = "file-hint-" + name
            field.described = hint.map { _ in "file-hint-" + name }
            field.isFile = true
            return field
        }

        /// One of some values.
        package static func choice(
            _ name: String,
            _ label: String,
            _ options: [(value: String, name: String)],
            chosen: String,
            hint: String? = nil,
            width: Width = .whole
        ) -> Field {
            var field = Field(name, label, chosen, hint, width, isWrong: false)
            field.isChoice = true
            field.options = options.map { Option(value: $0.value, name: $0.name, isChosen: $0.value == chosen) }
            return field
        }
    }

    /// What sends the form.
    package struct Button: Sendable {
        var name: String
        var value: String
        var tone: String

        /// Creates the value from its parts.
        package init(_ name: String, _ value: String, tone: Tone = .primary) {
            self.name = name
            self.value = value
            self.tone = tone.rawValue
        }
    }

    package var action: String
    package var fields: [Field]
    package var buttons: [Button]
    package var cancel: Link?

    /// Creates the value from its parts.
    package init(_ action: String, _ fields: [Field], _ buttons: [Button], cancel: Link? = nil) {
        self.action = action
        self.fields = fields
        self.buttons = buttons
        self.cancel = cancel
    }
}
