// SPDX-License-Identifier: Apache-2.0

/// A source of news or videos as a run found it.
package struct TrendSource: Sendable {
    package var name: String
    package var items: Int
    package var kept: Int
    package var calls: Int
    package var problems: [String]
    /// Whether nothing of it is in the report.
    package var isMissing: Bool

    /// Creates a source.
    package init(name: String, items: Int, kept: Int, calls: Int, problems: [String], isMissing: Bool) {
        self.name = name
        self.items = items
        self.kept = kept
        self.calls = calls
        self.problems = problems
        self.isMissing = isMissing
    }
}
