// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation

/// Videos from YouTube's Data API: by words, of channels, or those most watched in a region.
///
/// Searches are dear and few, so channels' uploads and counts are read in lists of fifty at a hundredth of the price. What it tells may be
/// kept for 30 days, then it has to be counted again or deleted (see `VideoRetention`).
package struct YouTubeSource: VideoSource {
    static let pageSize = 50

    /// 10,000 units a day until midnight in California; of 100 searches that the service allows, `searches`, since each may cost 100 units.
    static func plan(searches: Int = 60, units: Int = 10_000) -> QuotaPlan {
        let zone = TimeZone(identifier: "America/Los_Angeles") ?? .gmt
        return QuotaPlan(
            rates: ["calls a second": TokenBucket.Rule(atMost: 10, in: .seconds(1), burst: 3)],
            days: [
                "units": DayQuota.Rule(limit: units, zone: zone, isShared: false),
                "searches": DayQuota.Rule(limit: searches, zone: zone),
            ]
        )
    }

    static let listCost = ["units": 1, "calls a second": 1]
    static let searchCost = ["units": 100, "searches": 1, "calls a second": 1]

    package let name = "youtube"
    package let retention: TimeSpan? = VideoRetention.youtube.limit
    /// What is the same for all calls.
    struct Setting: Sendable {
        var key: String
        var base: String
        /// Whose uploads are read; empty for searches and the chart.
        var channels: [String] = []
        /// Such as `KR`.
        var region: String
    }

    let setting: Setting
    let lists: ServiceCaller
    let searches: ServiceCaller
    let time: any TimeSource

    package func videos(_ query: SourceQuery) async throws -> SourceHarvest<VideoItem> {
        guard !(query.terms.isEmpty && setting.channels.isEmpty) else { return try await chart(query) }
        let found = try await setting.channels.isEmpty ? search(query) : uploads(query)
        var harvest = try await details(found.items.map(\.identity))
        harvest.calls += found.calls
        harvest.problems = found.problems + harvest.problems.filter { !found.problems.contains($0) }
        if !setting.channels.isEmpty {
            var filter = SourceFilter(query)
            harvest.items.removeAll { !filter.takes($0.title, $0.summary) }
        }
        return harvest
    }

    /// The videos of a region's chart, which holds music, films and games only.
    private func chart(_ query: SourceQuery) async throws -> SourceHarvest<VideoItem> {
        let reading = PagedReading<VideoItem, String>(query: query, identity: \.identity, published: \.published)
        return try await reading.read([""], from: "") { _, token, calls in
            let request = request(
                "videos",
                [("part", Self.parts), ("chart", "mostPopular"), ("regionCode", setting.region)],
                token
            )
            let outcome = try await lists.call(request, cost: Self.listCost, calls: &calls)
            return try await page(outcome) { self.item($0) }
        }
    }

    /// The videos of words, the newest first.
    private func search(_ query: SourceQuery) async throws -> SourceHarvest<VideoMention> {
        let reading = PagedReading<VideoMention, String>(query: query, identity: \.identity, published: \.published)
        return try await reading.read(query.terms, from: "") { term, token, calls in
            var parts = [
                (name: "part", value: "snippet"), ("type", "video"), ("order", "date"), ("q", term),
                ("regionCode", setting.region), ("publishedAfter", query.since.date.formatted(.iso8601)),
                ("publishedBefore", query.until.date.formatted(.iso8601)),
            ]
            if let language = query.language { parts.append(("relevanceLanguage", ServiceQuery.primary(language))) }
            let request = request("search", parts, token)
            let outcome = try await searches.call(request, cost: Self.searchCost, for: term, calls: &calls)
            return try await page(outcome) { value in
                VideoMention(value["id"]?["videoId"]?.text, value["snippet"]?["publishedAt"]?.instant)
            }
        }
    }

    /// What channels have uploaded, the newest first.
    private func uploads(_ query: SourceQuery) async throws -> SourceHarvest<VideoMention> {
        var query = query
        let (playlists, before) = try await playlists()
        if query.terms.isEmpty { query.limit = max(query.limit, 1_000) }
        let reading = PagedReading<VideoMention, String>(query: query, identity: \.identity, published: \.published)
        var harvest = try await reading.read(playlists, from: "") { playlist, token, calls in
            let request = request("playlistItems", [("part", "contentDetails"), ("playlistId", playlist)], token)
            let outcome = try await lists.call(request, cost: Self.listCost, calls: &calls)
            // what is private or gone stays in the list, without a date
            return try await page(outcome, where: { $0["contentDetails"]?["videoPublishedAt"] != nil }) { value in
                let details = value["contentDetails"]
                return VideoMention(details?["videoId"]?.text, details?["videoPublishedAt"]?.instant)
            }
        }
        harvest.calls += before.calls
        harvest.problems = before.problems + harvest.problems
        return harvest
    }

    /// The playlists of the channels' uploads.
    private func playlists() async throws -> (identities: [String], harvest: SourceHarvest<VideoMention>) {
        var identities: [String] = []
        var harvest = SourceHarvest<VideoMention>()
        for batch in Self.batches(setting.channels) {
            let request = request("channels", [("part", "contentDetails"), ("id", batch.joined(separator: ","))], "")
            switch try await lists.call(request, cost: Self.listCost, calls: &harvest.calls) {
            case .problem(let problem, _): harvest.problems.append(problem)
            case .value(let body):
                let found = body["items"]?.elements ?? []
                identities += found.compactMap { $0["contentDetails"]?["relatedPlaylists"]?["uploads"]?.text }
                let known = Set(found.compactMap { $0["id"]?.text })
                for channel in batch where !known.contains(channel) {
                    let failure = Failure(
                        .notFound,
                        "\(name) has no channel '\(channel)'; give an identity such as UC…"
                    )
                    harvest.problems.append(SourceProblem(source: name, failure: failure))
                }
            }
        }
        return (identities, harvest)
    }

    /// Identities in lots that one call takes.
    static func batches(_ identities: [String]) -> [[String]] {
        var seen: Set<String> = []
        let unique = identities.filter { !$0.isEmpty && seen.insert($0).inserted }
        return stride(from: 0, to: unique.count, by: pageSize).map {
            Array(unique[$0..<min($0 + pageSize, unique.count)])
        }
    }

    static let parts = "snippet,statistics,contentDetails"

    /// A request; the key travels in a header, so that no address holds it.
    func request(_ resource: String, _ parts: [(name: String, value: String)], _ token: String) -> WebRequest {
        var query = parts
        query.append(("maxResults", "\(Self.pageSize)"))
        if !token.isEmpty { query.append(("pageToken", token)) }
        return WebRequest(
            "\(setting.base)/youtube/v3/\(resource)",
            query: query,
            headers: [("x-goog-api-key", setting.key)]
        )
    }

    private func page<Item: Sendable>(
        _ outcome: ServiceCaller.Outcome,
        where isWanted: (JSONValue) -> Bool = { _ in true },
        _ read: (JSONValue) -> Item?
    ) async throws -> PagedReading<Item, String>.Outcome {
        switch outcome {
        case .problem(let problem, let endsService): return .problem(problem, endsService: endsService)
        case .value(let body):
            let items = PageItems((body["items"]?.elements ?? []).filter(isWanted), read)
            let problem = items.problem(name, "identity or date")
            return .page(Page(items: items.items, next: body["nextPageToken"]?.text, problem: problem))
        }
    }
}

/// A video that a list names, before its counts are known.
struct VideoMention: Hashable, Codable, Sendable {
    var identity: String
    var published: Timestamp

    init?(_ identity: String?, _ published: Timestamp?) {
        guard let identity, let published else { return nil }
        (self.identity, self.published) = (identity, published)
    }
}
