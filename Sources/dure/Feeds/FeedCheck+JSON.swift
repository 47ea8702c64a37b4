// SPDX-License-Identifier: Apache-2.0

import Domain
import Feeds
import Foundation

extension FeedCheck {
    /// One JSON object with sorted keys in snake case; what a feed does not say is left out.
    func json() throws -> String {
        var members: [String: JSONValue] = ["source": .string(source), "accepted": .bool(feed != nil)]
        members["error"] = failure.map { .string($0.message) }
        members["error_class"] = failure.map { .string($0.class.rawValue) }
        members["moved_to"] = movedTo.map { .string($0) }
        members["next_fetch"] = Self.date(nextFetch)
        if let feed {
            members["format"] = .string(feed.format.rawValue)
            members["charset"] = .string(feed.charset)
            members["well_formed"] = .bool(feed.problem == nil)
            members["problem"] = feed.problem.map { problem in
                .object([
                    "line": .integer(Int64(problem.line)), "column": .integer(Int64(problem.column)),
                    "message": .string(problem.message),
                ])
            }
            members["repairs"] = .array(feed.repairs.map(Self.value))
            members["feed"] = Self.value(of: feed)
            members["entries"] = .array(feed.entries.map(Self.value))
        }
        return try CanonicalJSON.text(JSONValue.object(members))
    }

    private static func value(of feed: Feed) -> JSONValue {
        var members: [String: JSONValue] = [:]
        members["title"] = feed.title.map { .string($0.value) }
        members["title_text"] = feed.title.map { .string($0.plain) }
        members["link"] = feed.link.map { .string($0) }
        members["id"] = feed.id.map { .string($0) }
        members["subtitle"] = feed.summary.map { .string($0.plain) }
        members["language"] = feed.language.map { .string($0) }
        members["published"] = date(feed.published)
        members["updated"] = date(feed.updated)
        members["new_location"] = feed.newLocation.map { .string($0) }
        members["interval_seconds"] = feed.schedule.interval.map { .integer($0.milliseconds / 1_000) }
        if !feed.schedule.skipHours.isEmpty {
            members["skip_hours"] = .array(feed.schedule.skipHours.map { .integer(Int64($0)) })
        }
        return .object(members)
    }

    private static func value(_ entry: FeedEntry) -> JSONValue {
        var members: [String: JSONValue] = ["identity": .string(entry.identity)]
        members["id"] = entry.id.map { .string($0) }
        members["link"] = entry.link.map { .string($0) }
        members["original_link"] = entry.originalLink.map { .string($0) }
        members["title"] = entry.title.map { .string($0.value) }
        members["title_text"] = entry.title.map { .string($0.plain) }
        members["summary"] = entry.summary.map { .string($0.value) }
        members["content"] = entry.content.map { .string($0.value) }
        members["author"] = entry.authors.first?.label.map { .string($0) }
        members["published"] = date(entry.published)
        members["updated"] = date(entry.updated)
        members["language"] = entry.language.map { .string($0) }
        members["views"] = entry.views.map { .integer(Int64($0)) }
        if !entry.categories.isEmpty { members["categories"] = .array(entry.categories.map { .string($0.term) }) }
        if !entry.media.isEmpty { members["media"] = .array(entry.media.map(value)) }
        return .object(members)
    }

    private static func value(_ media: FeedMedia) -> JSONValue {
        var members: [String: JSONValue] = ["role": .string(media.role.rawValue), "link": .string(media.link)]
        members["type"] = media.type.map { .string($0) }
        members["bytes"] = media.bytes.map { .integer(Int64($0)) }
        return .object(members)
    }

    private static func value(_ repair: FeedRepair) -> JSONValue {
        var members: [String: JSONValue] = [
            "what": .string(repair.kind.rawValue), "count": .integer(Int64(repair.count)),
        ]
        members["line"] = repair.line.map { .integer(Int64($0)) }
        members["example"] = repair.example.map { .string($0) }
        return .object(members)
    }

    private static func date(_ timestamp: Timestamp?) -> JSONValue? { timestamp.map { .string(instant($0)) } }
}
