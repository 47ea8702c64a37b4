// SPDX-License-Identifier: Apache-2.0

/// Writes CSV (RFC 4180, CR LF between records) that is safe to open in a spreadsheet.
package enum CSVWriter {
    /// What makes a spreadsheet take a cell for a formula, in half and in full width, and what it skips before one.
    private static let dangers: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠",
    ]

    /// One record with its line end.
    ///
    /// A cell that begins as a formula would (`=`, `+`, `-`, `@` in either width, a control character; spaces before it count for nothing) and is
    /// not a number gets a leading `'`.
    package static func record(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    /// A whole table.
    package static func table(headers: [String], rows: [[String]]) -> String {
        ([headers] + rows).map(record).joined()
    }

    private static func cell(_ text: String) -> String {
        var safe = text
        if let first = text.unicodeScalars.first(where: { $0 != " " }), dangers.contains(first),
            DecimalNumber(text) == nil
        {
            safe = "'" + text
        }
        let needsQuotes =
            safe.unicodeScalars.contains { ",\"\r\n;\t".unicodeScalars.contains($0) }
            || safe.first == " " || safe.last == " "
        return needsQuotes ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
    }
}
