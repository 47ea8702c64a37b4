// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Words around a value that leave it without effect: it is taken back, or it is when something begins.
extension SentenceReader {
    static let takenBackBehind = SentencePattern(
        "^\\s*(?:이|가|은|는|로|으로|까지|에|을|를)?\\s*(?:말고는?|아니라|아니고|아닌|빼고|제외하고|대신에?)(?=\\s|$|[,.])"
    )
    static let takenBackBefore = SentencePattern(
        "(?:^|[\\s,;(])(?:not|instead\\s+of|rather\\s+than)\\s+(?:(?:by|the|in|on|to|into|for|with|at|a|rank)\\s+)*$"
    )
    static let beginsBehind = SentencePattern("^\\s*부터(?:는)?(?:\\s*시작[가-힣]*)?")
    static let beginsBefore = SentencePattern(
        "(?:^|[\\s,;(])(?:(?:starting|beginning|running)(?:\\s+(?:on|from))?|from|since|as\\s+of|after)\\s+(?:the\\s+)?$"
    )

    /// The range of a value with the words that leave it without effect; nil when it has one.
    func withoutEffect(_ range: NSRange, _ field: Field) -> NSRange? {
        surrounded(range, Self.takenBackBefore, Self.takenBackBehind)
            ?? (field == .deadline ? surrounded(range, Self.beginsBefore, Self.beginsBehind) : nil)
    }

    private func surrounded(_ range: NSRange, _ before: SentencePattern, _ behind: SentencePattern) -> NSRange? {
        let end = NSMaxRange(range)
        if let match = behind.matches(in: text.rest.substring(from: end) as NSString).first?.first.flatMap(\.self) {
            return NSRange(location: range.location, length: range.length + NSMaxRange(match))
        }
        if let match = before.matches(in: text.rest.substring(to: range.location) as NSString).first?.first.flatMap(
            \.self
        ) {
            return NSRange(location: match.location, length: end - match.location)
        }
        return nil
    }
}
