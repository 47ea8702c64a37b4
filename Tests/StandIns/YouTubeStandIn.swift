// SPDX-License-Identifier: Apache-2.0
package import Connectors
package import Domain
import Foundation

/// YouTube's Data API under the older and stricter of its two tables: a search costs 100 units, and there are 100 of them a day.
package final class YouTubeStandIn: StandIn {
    /// One video.
    package struct Video: Sendable {
        package var identity: String
        package var title: String
        package var channel: String
        package var published: Timestamp
        package var hidesCounts = false

        package init(identity: String, title: String, channel: String, published: Timestamp, hidesCounts: Bool = false)
        {
            (self.identity, self.title, self.channel) = (identity, title, channel)
            (self.published, self.hidesCounts) = (published, hidesCounts)
        }
    }

    package static let host = "www.googleapis.com"
    package let desk: StandInDesk
    /// The newest first.
    private let videos: [Video]
    private let gone: Locked<Set<String>>

    package init(_ videos: [Video], units: Int = 10_000) {
        desk = StandInDesk([
            "units": .day(units, zone: "America/Los_Angeles"), "searches": .day(100, zone: "America/Los_Angeles"),
            "rate": .sliding(100, milliseconds: 1_000),
        ])
        self.videos = videos
        gone = Locked([])
    }

    /// Deletes a video.
    package func delete(_ identity: String) { gone.withLock { _ = $0.insert(identity) } }

    package func cost(_ request: WebRequest) -> [String: Int] {
        request.base.hasSuffix("/search") ? ["units": 100, "searches": 1, "rate": 1] : ["units": 1, "rate": 1]
    }

    package func refusal(_ rule: String) -> WebAnswer {
        Self.error(403, rule == "rate" ? "rateLimitExceeded" : "quotaExceeded", "You have exceeded your quota.")
    }

    private static func error(_ status: Int, _ reason: String, _ message: String) -> WebAnswer {
        let inner = JSONValue.object(["reason": .string(reason), "domain": .string("youtube.quota")])
        let body = JSONValue.object([
            "code": .integer(Int64(status)), "message": .string(message), "errors": .array([inner]),
        ])
        return .json(.object(["error": body]), status: status)
    }

    package func reply(_ request: WebRequest, fault: StandInFault?, at now: Timestamp) -> WebAnswer {
        guard request["key"] == nil, request.header("x-goog-api-key") == "key" else {
            return Self.error(400, "keyInvalid", "API key not valid: \(request.header("x-goog-api-key") ?? "")")
        }
        guard let size = Int(request["maxResults"] ?? "5"), (0...50).contains(size) else {
            return Self.error(400, "invalidParameter", "maxResults")
        }
        guard let first = request["pageToken"].map({ Int($0.dropFirst()) }) ?? 0 else {
            return Self.error(400, "invalidPageToken", "pageToken")
        }
        switch request.base.split(separator: "/").last {
        case "search":
            guard request["type"] == "video", request["order"] == "date" else {
                return Self.error(400, "invalidParameter", "type")
            }
            let word = request["q"] ?? ""
            let after = request["publishedAfter"] ?? ""
            let before = request["publishedBefore"] ?? "9"
            return page(
                first,
                size,
                fault,
                videos.filter { $0.title.contains(word) && Self.date($0) >= after && Self.date($0) < before }
            ) {
                .object([
                    "id": .object(["videoId": .string($0.identity)]),
                    "snippet": .object(["publishedAt": .string(Self.date($0))]),
                ])
            }
        case "channels":
            let wanted = (request["id"] ?? "").split(separator: ",").map(String.init)
            guard wanted.count <= 50 else { return Self.error(400, "invalidParameter", "id") }
            let known = wanted.filter { channel in videos.contains { $0.channel == channel } }
            return .json(
                .object([
                    "items": .array(
                        known.map { channel in
                            .object([
                                "id": .string(channel),
                                "contentDetails": .object([
                                    "relatedPlaylists": .object(["uploads": .string("UU" + channel.dropFirst(2))])
                                ]),
                            ])
                        }
                    )
                ])
            )
        case "playlistItems":
            let channel = "UC" + (request["playlistId"] ?? "").dropFirst(2)
            let found = videos.filter { $0.channel == channel }
            guard !found.isEmpty else { return Self.error(404, "playlistNotFound", "playlistId") }
            let gone = gone.withLock { $0 }
            // what is gone stays in the list, without a date
            return page(first, size, fault, found) { video in
                var details: [String: JSONValue] = ["videoId": .string(video.identity)]
                if !gone.contains(video.identity) { details["videoPublishedAt"] = .string(Self.date(video)) }
                return .object(["contentDetails": .object(details)])
            }
        case "videos": return details(request, first, size, fault, now)
        default: return Self.error(404, "notFound", "no such method")
        }
    }

    private func details(_ request: WebRequest, _ first: Int, _ size: Int, _ fault: StandInFault?, _ now: Timestamp)
        -> WebAnswer
    {
        let gone = gone.withLock { $0 }
        if request["chart"] == "mostPopular" {
            guard request["regionCode"]?.count == 2 else { return Self.error(400, "invalidRegionCode", "regionCode") }
            return page(first, size, fault, videos) { self.json($0, now) }
        }
        let wanted = (request["id"] ?? "").split(separator: ",").map(String.init)
        guard (1...50).contains(wanted.count) else { return Self.error(400, "invalidParameter", "id") }
        let known = Dictionary(videos.map { ($0.identity, $0) }) { first, _ in first }
        let found = wanted.filter { !gone.contains($0) }.compactMap { known[$0] }
        return .json(.object(["items": .array(found.map { json($0, now) })]))
    }

    private func page(_ first: Int, _ size: Int, _ fault: StandInFault?, _ all: [Video], _ json: (Video) -> JSONValue)
        -> WebAnswer
    {
        let start = fault == .duplicates && first > 3 ? first - 3 : first
        let page = start < all.count ? Array(all[start..<min(start + size, all.count)]) : []
        var body: [String: JSONValue] = ["items": .array(page.map(json))]
        if first + size < all.count { body["nextPageToken"] = .string("t\(first + size)") }
        return .json(.object(body))
    }

    private static func date(_ video: Video) -> String { video.published.date.formatted(.iso8601) }

    private func json(_ video: Video, _ now: Timestamp) -> JSONValue {
        let age = max(0, now.milliseconds - video.published.milliseconds) / 60_000
        var counts: [String: JSONValue] = ["viewCount": .string("\(age * 3)")]
        if !video.hidesCounts {
            counts["likeCount"] = .string("\(age)")
            counts["commentCount"] = .string("7")
        }
        return .object([
            "id": .string(video.identity), "statistics": .object(counts),
            "contentDetails": .object(["duration": .string("PT4M13S")]),
            "snippet": .object([
                "publishedAt": .string(Self.date(video)), "channelId": .string(video.channel),
                "channelTitle": .string("Channel &amp; Co"), "title": .string(video.title), "description": .string(""),
                "categoryId": .string("24"),
            ]),
        ])
    }
}
