// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The settings of a process as they hold: each with where it came from, and all that is wrong.
package struct Settings: Sendable {
    /// A setting as it holds.
    package struct Value: Sendable {
        package var item: SettingItem
        /// Empty where nobody says and there is no standard; more than one of lists alone.
        package var values: [String]
        /// Where it came from, such as `flags`, `DURE_SERVER_PORT`, a file's path or `default`.
        package var source: String

        /// The value as it may be shown.
        package var shown: String {
            if values.isEmpty { return item.isList ? "none" : "not set" }
            return item.isSecret ? "***" : values.joined(separator: ", ")
        }
    }

    /// One thing that is wrong.
    package struct Fault: Hashable, Sendable, CustomStringConvertible {
        /// The setting, or the file's key that is none.
        package var field: String
        /// What it was; of a secret `***`.
        package var value: String
        package var source: String
        /// What would be right.
        package var expected: String

        /// Creates a fault.
        package init(field: String, value: String, source: String, expected: String) {
            self.field = field
            self.value = value
            self.source = source
            self.expected = expected
        }

        package var description: String { "\(field) is '\(value)' (\(source)); it should be \(expected)" }
    }

    /// In the order of the list of settings.
    package var values: [Value]
    /// In the order in which they were found.
    package var faults: [Fault]

    /// A setting's text; nil where nothing is set.
    package func text(_ key: String) -> String? {
        values.first { $0.item.key == key }?.values.first
    }

    /// A setting's whole number; nil where nothing is set, or it is none.
    package func number(_ key: String) -> Int? { text(key).flatMap { Int($0) } }

    /// A setting's truth value.
    package func flag(_ key: String) -> Bool { text(key) == "true" }

    /// A setting's length of time.
    package func span(_ key: String) -> TimeSpan? { text(key).flatMap { TimeSpan($0) } }

    /// A setting's texts.
    package func list(_ key: String) -> [String] { values.first { $0.item.key == key }?.values ?? [] }

    /// The settings that differ from others'.
    package func changes(from former: Settings) -> [SettingItem] {
        let before = Dictionary(former.values.map { ($0.item.key, $0.values) }) { first, _ in first }
        return values.filter { before[$0.item.key] != $0.values }.map(\.item)
    }
}
