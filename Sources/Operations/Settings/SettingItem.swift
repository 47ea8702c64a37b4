// SPDX-License-Identifier: Apache-2.0

package import Domain

/// One setting: what it is called, what it may be, and what it is when nobody says.
package struct SettingItem: Sendable {
    /// What a setting may be.
    package enum Kind: Sendable {
        case text
        case number(ClosedRange<Int>)
        case flag
        /// A length of time, such as `30s`, `15m`, `12h` or `90d`.
        case span(ClosedRange<TimeSpan>)
        case choice([String])
        /// Texts, in a file as a list, in the environment with commas between; each is judged by `isRight`.
        case list(expected: String, isRight: @Sendable (String) -> Bool)
        /// A text that is judged by `isRight`.
        case checked(expected: String, isRight: @Sendable (String) -> Bool)
    }

    /// Its name in files, with points between the parts.
    package let key: String
    package let kind: Kind
    /// What holds where nobody says, with commas between the parts of a list; nil for nothing.
    package let standard: String?
    /// Whether its value is never shown.
    package let isSecret: Bool
    /// Whether a change of the file holds while the process runs.
    package let isLive: Bool
    /// What it is for.
    package let help: String

    /// Creates a setting.
    package init(
        _ key: String,
        _ kind: Kind,
        standard: String? = nil,
        isSecret: Bool = false,
        isLive: Bool = false,
        _ help: String
    ) {
        self.key = key
        self.kind = kind
        self.standard = standard
        self.isSecret = isSecret
        self.isLive = isLive
        self.help = help
    }

    /// The parts of its name.
    var parts: [String] { key.split(separator: ".").map(String.init) }

    /// The environment's variable that sets it.
    package var variable: String { "DURE_" + key.replacing(".", with: "_").uppercased() }

    /// What would be right, in words.
    package var expected: String {
        switch kind {
        case .text: "a text"
        case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "true or false"
        case .span(let range):
            "a length of time from \(range.lowerBound) to \(range.upperBound), such as 30s, 15m or 12h"
        case .choice(let names): "one of " + names.joined(separator: ", ")
        case .list(let expected, _): "a list of " + expected
        case .checked(let expected, _): expected
        }
    }

    /// Whether values are right.
    func isRight(_ values: [String]) -> Bool {
        if case .list(_, let isRight) = kind { return values.allSatisfy(isRight) }
        guard values.count == 1, let value = values.first else { return false }
        switch kind {
        case .text: return !value.isEmpty
        case .number(let range): return Int(value).map { range.contains($0) } ?? false
        case .flag: return ["true", "false"].contains(value)
        case .span(let range): return TimeSpan(value).map { range.contains($0) } ?? false
        case .choice(let names): return names.contains(value)
        case .checked(_, let isRight): return isRight(value)
        case .list: return false
        }
    }

    var isList: Bool {
        if case .list = kind { return true }
        return false
    }
}
