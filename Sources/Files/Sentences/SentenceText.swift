// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A pattern of the rules; all of them are compiled by a test, so that none can be broken unseen.
struct SentencePattern: Sendable {
    private let expression: NSRegularExpression?
    let source: String

    init(_ source: String) {
        self.source = source
        // Hangul follows Latin letters without a space, and is a letter to the plain word boundary.
        let source = source.replacing("\\b", with: Self.boundary)
        // A pattern that is none finds nothing; the test of all patterns fails then.
        expression = try? NSRegularExpression(pattern: source, options: [.caseInsensitive])
    }

    private static let boundary = "(?:(?<![A-Za-z0-9_])(?=[A-Za-z0-9_])|(?<=[A-Za-z0-9_])(?![A-Za-z0-9_]))"

    /// A pattern that only a whole text can fit.
    init(whole source: String) { self.init("^(?:" + source + ")$") }

    var isSound: Bool { expression != nil }

    /// The groups of every match, the whole first; nil for a group that took no part.
    func matches(in text: NSString) -> [[NSRange?]] {
        let whole = NSRange(location: 0, length: text.length)
        return (expression?.matches(in: text as String, options: [], range: whole) ?? []).map { match in
            (0..<match.numberOfRanges).map { index in
                let range = match.range(at: index)
                return range.location == NSNotFound ? nil : range
            }
        }
    }

    /// Whether a text has a match.
    func fits(_ text: String) -> Bool {
        !matches(in: text as NSString).isEmpty
    }
}

/// A sentence of which more and more is read: what a rule took is struck out, so that no later rule reads it again.
struct SentenceText {
    /// Stands for every character that was taken.
    static let struck: Character = "\u{1}"
    /// Stands for every character within quotation marks.
    static let quoted: Character = "\u{2}"

    /// One match of a rule.
    struct Match {
        let groups: [NSRange?]
        let texts: [String?]

        var range: NSRange { groups.first.flatMap(\.self) ?? NSRange(location: 0, length: 0) }

        /// The text of a group; nil where it took no part.
        subscript(group: Int) -> String? { texts.indices.contains(group) ? texts[group] : nil }
    }

    /// As it was written.
    let original: NSString
    /// What is left to read, of the same length.
    private(set) var rest: NSMutableString

    init(_ text: String) {
        var plain = ""
        for scalar in text.precomposedStringWithCanonicalMapping.prefix(GoalSentence.lengthLimit).unicodeScalars {
            plain.unicodeScalars.append(Self.plain(scalar))
        }
        original = plain as NSString
        rest = NSMutableString(string: plain)
    }

    /// One plain character for one that is written wide, curly or as a break.
    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x00...0x1F, 0x7F, 0xA0, 0x2000...0x200B, 0x2028, 0x2029, 0x3000, 0xFEFF: " "
        case 0x2018, 0x2019, 0x300C, 0x300D, 0x300E, 0x300F: "'"
        case 0x201C, 0x201D, 0x300A, 0x300B: "\""
        case 0xFFE6: "₩"
        case 0xFF01...0xFF5E: Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
        case 0x2010...0x2015, 0x2212: "-"
        case 0x301C, 0x223C: "~"
        default: scalar
        }
    }

    /// The words of a range as they were written.
    func words(_ range: NSRange) -> String {
        original.substring(with: range).trimmingCharacters(in: .whitespaces)
    }

    /// Every match in what is left.
    func matches(_ pattern: SentencePattern) -> [Match] {
        pattern.matches(in: rest).map { groups in
            Match(groups: groups, texts: groups.map { $0.map { original.substring(with: $0) } })
        }
    }

    /// Takes a range out of what is left.
    mutating func strike(_ range: NSRange, with mark: Character = struck) {
        rest.replaceCharacters(in: range, with: String(repeating: mark, count: range.length))
    }
}
