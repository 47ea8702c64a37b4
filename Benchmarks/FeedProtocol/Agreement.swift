// SPDX-License-Identifier: Apache-2.0
import Domain
import Feeds
import Foundation

/// How far our reading agrees with the other parser's, by field.
struct Agreement {
    /// How many values agree, of those that at least one of the two has.
    struct Count {
        var equal = 0
        var all = 0
        /// Those that agree when references to characters, such as `&amp;`, are resolved on both sides.
        var equalAsText = 0

        var share: Double { all == 0 ? 1 : Double(equal) / Double(all) }
        var shareAsText: Double { all == 0 ? 1 : Double(equalAsText) / Double(all) }
    }

    static let fields = ["feed title", "feed link", "entries", "title", "link", "id", "published", "updated"]
    private(set) var counts: [String: Count] = [:]
    private(set) var differences: [String] = []
    private var file = ""

    /// All fields together.
    var total: Count {
        Self.fields.reduce(into: Count()) { sum, field in
            let count = counts[field] ?? Count()
            sum.equal += count.equal
            sum.all += count.all
            sum.equalAsText += count.equalAsText
        }
    }

    /// Compares a feed, nil where there was an error, with what was expected.
    mutating func add(_ name: String, _ feed: Feed?, _ expected: Corpus.Expected) {
        file = name
        compare("feed title", feed?.title?.value, expected.feed?.title)
        compare("feed link", feed?.link, expected.feed?.link)
        let theirs = expected.entries ?? []
        let ours = feed?.entries.prefix(200) ?? []
        compare("entries", "\(ours.count)", "\(theirs.count)")
        for (index, wanted) in theirs.enumerated() {
            let entry = index < ours.count ? ours[index] : FeedEntry()
            compare("title", entry.title?.value, wanted.title)
            compare("link", entry.link, wanted.link)
            compare("id", entry.id, wanted.id)
            compare("published", entry.published?.seconds, wanted.published)
            compare("updated", entry.updated?.seconds, wanted.updated)
        }
    }

    private mutating func compare(_ field: String, _ ours: String?, _ theirs: String?) {
        let a = Self.normal(ours ?? "")
        let b = Self.normal(theirs ?? "")
        if a.isEmpty && b.isEmpty { return }
        let isEqual = a == b
        let isEqualAsText = isEqual || FeedText(a, isHTML: true).plain == FeedText(b, isHTML: true).plain
        counts[field, default: Count()].all += 1
        if isEqual { counts[field]?.equal += 1 }
        if isEqualAsText { counts[field]?.equalAsText += 1 }
        if !isEqual {
            differences.append("\(file): \(field): '\(a)' here, '\(b)' there\(isEqualAsText ? " (equal as text)" : "")")
        }
    }

    /// Text without tags, its white space folded.
    private static func normal(_ text: String) -> String {
        var output = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "<") {
            output += rest[..<open]
            guard let close = rest[open...].firstIndex(of: ">") else {
                rest = rest[open...]
                break
            }
            rest = rest[rest.index(after: close)...]
        }
        return FeedText(output + rest).plain
    }
}

extension Timestamp {
    /// ISO 8601 in UTC, to the second, as the expectations have it.
    fileprivate var seconds: String { date.formatted(.iso8601) }
}
