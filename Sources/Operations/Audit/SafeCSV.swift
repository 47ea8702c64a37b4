// SPDX-License-Identifier: Apache-2.0

/// CSV after RFC 4180 that no spreadsheet takes for formulas.
package enum SafeCSV {
    /// What makes a spreadsheet take a cell for a formula, in half and in full width, and what it skips before one.
    private static let dangers: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"]

    /// A line of cells, with its end.
    package static func line(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    /// A cell: quoted where it has to be, and with an apostrophe before what would be a formula.
    package static func cell(_ text: String) -> String {
        let first = text.unicodeScalars.first { $0 != " " }
        let isSafe = first.map { !dangers.contains($0) } ?? true
        let plain = isSafe ? text : "'" + text
        let needsQuotes = plain.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }
        return needsQuotes ? "\"" + plain.replacing("\"", with: "\"\"") + "\"" : plain
    }
}
