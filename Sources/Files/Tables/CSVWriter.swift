// SPDX-License-Identifier: Apache-2.0

/// Writes CSV (RFC 4180, CR LF between records) that is safe to open in a spreadsheet.
package enum CSVWriter {
    /// One record with its line end.
    ///
    /// A cell that begins as a formula would (`=`, `+`, `-`, `@`, tab, CR) and is not a number gets a leading `'`.
    package static func record(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    /// A whole table.
    package static func table(headers: [String], rows: [[String]]) -> String {
        ([headers] + rows).map(record).joined()
    }

    private static func cell(_ text: String) -> String {
        var safe = text
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first), DecimalNumber(text) == nil
        {
            safe = "'" + text
        }
        let needsQuotes =
            safe.unicodeScalars.contains { ",\"\r\n;\t".unicodeScalars.contains($0) }
            || safe.first == " " || safe.last == " "
        return needsQuotes ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
    }
}
