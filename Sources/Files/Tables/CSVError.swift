// SPDX-License-Identifier: Apache-2.0

/// What is wrong in a CSV file: where, what was found, and what would be right.
package struct CSVError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1; 0 for the file as a whole.
    package let line: Int
    /// The column's name, or its number where it has none; empty for the line as a whole.
    package let column: String
    /// What the file says there, shortened; empty where something is missing.
    package let value: String
    /// What is wrong, such as `got 'x'`.
    package let problem: String
    /// What would be right, as an instruction.
    package let remedy: String
    /// Whether the file could not be read at all.
    package let isUnreadable: Bool

    /// Creates an error; the problem is `got 'value'` unless said otherwise.
    package init(
        line: Int,
        column: String = "",
        value: String = "",
        problem: String? = nil,
        remedy: String,
        isUnreadable: Bool = false
    ) {
        let shown = value.count > 60 ? value.prefix(59) + "…" : value
        self.line = line
        self.column = column
        self.value = shown
        self.problem = problem ?? "got '\(shown)'"
        self.remedy = remedy
        self.isUnreadable = isUnreadable
    }

    /// One line, such as `line 12, column 'y': got 'x'; give a number`.
    package var description: String {
        let place = [line > 0 ? "line \(line)" : "", column.isEmpty ? "" : "column '\(column)'"]
            .filter { !$0.isEmpty }
            .joined(separator: ", ")
        return (place.isEmpty ? "" : place + ": ") + "\(problem); \(remedy)"
    }
}
