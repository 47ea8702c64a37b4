// SPDX-License-Identifier: Apache-2.0

/// SQL with `?` for its arguments, as PostgreSQL wants it: `$1`, `$2` and so on.
enum StatementText {
    /// Numbers the question marks that stand for arguments: not those in strings, quoted names and comments.
    ///
    /// A text that numbers its arguments itself comes back as it is. PostgreSQL's operators that contain a question mark cannot be used.
    static func numbered(_ sql: String) -> String {
        guard sql.utf8.contains(UInt8(ascii: "?")) else { return sql }
        var scanner = Scanner(text: Array(sql.utf8))
        return scanner.run()
    }

    private struct Scanner {
        let text: [UInt8]
        var position = 0
        var output: [UInt8] = []
        var arguments = 0

        init(text: [UInt8]) {
            self.text = text
            output.reserveCapacity(text.count + 16)
        }

        mutating func run() -> String {
            while let byte = peek() {
                switch byte {
                case UInt8(ascii: "?"): number()
                case UInt8(ascii: "'"): quoted(byte, escapes: isEscapeString)
                case UInt8(ascii: "\""): quoted(byte, escapes: false)
                case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"): lineComment()
                case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): blockComment()
                case UInt8(ascii: "$"): dollar()
                default: copy()
                }
            }
            return String(decoding: output, as: UTF8.self)
        }

        private func peek(_ ahead: Int = 0) -> UInt8? {
            position + ahead < text.count ? text[position + ahead] : nil
        }

        private mutating func copy(_ count: Int = 1) {
            let end = min(position + count, text.count)
            output.append(contentsOf: text[position..<end])
            position = end
        }

        private mutating func number() {
            arguments += 1
            output.append(contentsOf: "$\(arguments)".utf8)
            position += 1
        }

        /// Whether the quote that begins here belongs to an `E'…'` string, in which a backslash escapes.
        private var isEscapeString: Bool {
            guard position > 0, text[position - 1] | 0x20 == UInt8(ascii: "e") else { return false }
            return position < 2 || !Self.isName(text[position - 2])
        }

        private mutating func quoted(_ quote: UInt8, escapes: Bool) {
            copy()
            while let byte = peek() {
                if escapes, byte == UInt8(ascii: "\\") {
                    copy(2)
                } else if byte == quote {
                    // A doubled quote begins the next string at once, which is the same.
                    return copy()
                } else {
                    copy()
                }
            }
        }

        private mutating func lineComment() {
            while let byte = peek(), byte != UInt8(ascii: "\n") { copy() }
        }

        /// Comments nest in PostgreSQL.
        private mutating func blockComment() {
            var depth = 0
            repeat {
                if peek() == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                    depth += 1
                    copy(2)
                } else if peek() == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                    depth -= 1
                    copy(2)
                } else {
                    copy()
                }
            } while depth > 0 && position < text.count
        }

        /// `$tag$ … $tag$` is a string; `$1` is an argument that has its number.
        private mutating func dollar() {
            var end = position + 1
            while end < text.count, Self.isName(text[end]) { end += 1 }
            let isQuote =
                end < text.count && text[end] == UInt8(ascii: "$") && !(48...57).contains(text[position + 1])
            guard isQuote else { return copy() }
            let tag = Array(text[position...end])
            copy(tag.count)
            while position < text.count {
                if text[position...].starts(with: tag) { return copy(tag.count) }
                copy()
            }
        }

        private static func isName(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...: true
            default: false
            }
        }
    }
}
