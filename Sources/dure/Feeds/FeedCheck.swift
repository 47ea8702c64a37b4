// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Feeds
import Foundation

/// What came of looking at one feed.
struct FeedCheck {
    let source: String
    var feed: Feed?
    var failure: Failure?
    var movedTo: String?
    var nextFetch: Timestamp?

    init(source: String) {
        self.source = source
    }

    /// The exit code that it calls for.
    func code(strict: Bool) -> ExitCode {
        guard let failure else {
            let isClean = feed?.problem == nil && feed?.repairs.isEmpty == true
            return strict && !isClean ? .dataError : .success
        }
        switch failure.class {
        case .invalid: return .dataError
        case .notFound: return .noInput
        case .permission: return .notAllowed
        case .timeOut, .rateLimit, .unknown: return .temporary
        }
    }

    /// Lines for a person.
    func text(entries shown: Int) -> String {
        guard let feed else { return "\(source.printable): \(failure?.message.printable ?? "no feed")" }
        let number = feed.entries.count == 1 ? "1 entry" : "\(feed.entries.count) entries"
        var lines = ["\(source.printable): \(feed.format.rawValue), \(number), \(feed.charset)"]
        func add(_ label: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            lines.append("  " + label.padding(toLength: 10, withPad: " ", startingAt: 0) + value.printable)
        }
        add("title", feed.title?.plain)
        add("link", feed.link)
        add("language", feed.language)
        add("updated", feed.updated.map(Self.instant))
        add("interval", feed.schedule.interval.map { "\($0)" })
        add("moved", movedTo.map { "for good to \($0)" } ?? feed.newLocation.map { "says that it is at \($0) now" })
        add("wrong", feed.problem.map { "line \($0.line), column \($0.column): \($0.message)" })
        for repair in feed.repairs { add("repaired", Self.sentence(repair)) }
        for entry in feed.entries.prefix(shown) {
            let date = (entry.published ?? entry.updated).map(Self.instant) ?? "no date"
            let title = entry.title?.plain ?? entry.summary.map { String($0.plain.prefix(80)) } ?? "no title"
            lines.append("  - \(date.padding(toLength: 20, withPad: " ", startingAt: 0))  \(title.printable)")
            if let link = entry.link { lines.append("    \(link.printable)") }
        }
        if feed.entries.count > shown, shown > 0 { lines.append("  … and \(feed.entries.count - shown) more") }
        return lines.joined(separator: "\n")
    }

    private static func sentence(_ repair: FeedRepair) -> String {
        var notes: [String] = []
        if repair.count > 1 { notes.append("\(repair.count) times") }
        if let line = repair.line { notes.append("\(repair.count > 1 ? "first on " : "")line \(line)") }
        if let example = repair.example { notes.append("'\(example)'") }
        return repair.kind.rawValue + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
    }

    /// ISO 8601 in UTC, to the second.
    static func instant(_ timestamp: Timestamp) -> String { timestamp.date.formatted(.iso8601) }
}
