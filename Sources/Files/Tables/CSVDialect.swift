// SPDX-License-Identifier: Apache-2.0

/// How a CSV file separates its cells and writes its decimals.
package struct CSVDialect: Hashable, Sendable {
    /// The byte between cells: a comma, a semicolon or a tab.
    package var delimiter: UInt8
    /// Whether `1,5` is a number; `1.5` always is.
    package var hasDecimalComma: Bool

    /// Creates a dialect; decimal commas go with semicolons unless said otherwise.
    package init(delimiter: UInt8, hasDecimalComma: Bool? = nil) {
        self.delimiter = delimiter
        self.hasDecimalComma = hasDecimalComma ?? (delimiter == UInt8(ascii: ";"))
    }

    /// Comma-separated, with decimal points.
    package static let comma = CSVDialect(delimiter: UInt8(ascii: ","))

    /// The dialect of a header line: the delimiter that occurs most often outside quotes, a comma when none does.
    static func sniffed(_ bytes: Span<UInt8>) -> CSVDialect {
        let candidates: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        var counts = [0, 0, 0]
        var isQuoted = false
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if !isQuoted {
                if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                    if counts != [0, 0, 0] { break }
                } else if let position = candidates.firstIndex(of: byte) {
                    counts[position] += 1
                }
            }
        }
        let most = counts.max() ?? 0
        let position = counts.firstIndex(of: most) ?? 0
        return CSVDialect(delimiter: most > 0 ? candidates[position] : candidates[0])
    }
}
