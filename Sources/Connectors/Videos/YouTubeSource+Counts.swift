// SPDX-License-Identifier: Apache-2.0
package import Domain

extension YouTubeSource {
    /// Counts videos again: fifty for a unit.
    package func sights(of videos: [String]) async throws -> SourceHarvest<VideoSight> {
        let (bodies, before) = try await lists(of: videos, parts: "statistics")
        var harvest = SourceHarvest<VideoSight>(problems: before.problems, calls: before.calls)
        for (instant, body) in bodies {
            harvest.items += (body["items"]?.elements ?? []).compactMap { sight($0, at: instant) }
        }
        return harvest
    }

    /// What is known of videos, and their counts.
    func details(_ videos: [String]) async throws -> SourceHarvest<VideoItem> {
        let (bodies, before) = try await lists(of: videos, parts: Self.parts)
        var harvest = SourceHarvest<VideoItem>(problems: before.problems, calls: before.calls)
        var seen: Set<String> = []
        for (instant, body) in bodies {
            let items = PageItems(body["items"]?.elements ?? []) { item($0, at: instant) }
            harvest.items += items.items.filter { seen.insert($0.identity).inserted }
            if let problem = items.problem(name, "identity or date") { harvest.problems.append(problem) }
        }
        return harvest
    }

    /// The answers to lists of fifty, each with the instant at which it came; the harvest has what went wrong.
    private func lists(
        of videos: [String],
        parts: String
    ) async throws -> (bodies: [(Timestamp, JSONValue)], harvest: SourceHarvest<VideoSight>) {
        var bodies: [(Timestamp, JSONValue)] = []
        var harvest = SourceHarvest<VideoSight>()
        for batch in Self.batches(videos) {
            let request = request("videos", [("part", parts), ("id", batch.joined(separator: ","))], "")
            switch try await lists.call(request, cost: Self.listCost, calls: &harvest.calls) {
            case .value(let body): bodies.append((time.now, body))
            case .problem(let problem, let endsService):
                if !harvest.problems.contains(problem) { harvest.problems.append(problem) }
                if endsService { return (bodies, harvest) }
            }
        }
        return (bodies, harvest)
    }

    /// One video as the service tells of it; counts that the owner hides are nil, and without views there is no sight.
    func item(_ value: JSONValue, at instant: Timestamp? = nil) -> VideoItem? {
        let snippet = value["snippet"]
        guard let identity = value["id"]?.text, let published = snippet?["publishedAt"]?.instant else { return nil }
        return VideoItem(
            source: name,
            identity: identity,
            title: snippet?["title"]?.plain ?? "",
            summary: snippet?["description"]?.plain ?? "",
            channel: snippet?["channelId"]?.text ?? "",
            channelTitle: snippet?["channelTitle"]?.plain ?? "",
            category: snippet?["categoryId"]?.text,
            tags: snippet?["tags"]?.elements.compactMap(\.plain) ?? [],
            language: snippet?["defaultAudioLanguage"]?.text,
            link: "https://www.youtube.com/watch?v=\(WebRequest.escaped(identity))",
            length: PlayingTime.span(value["contentDetails"]?["duration"]?.text ?? ""),
            published: published,
            sights: sight(value, at: instant ?? time.now).map { [$0] } ?? []
        )
    }

    private func sight(_ value: JSONValue, at instant: Timestamp) -> VideoSight? {
        let counts = value["statistics"]
        guard let identity = value["id"]?.text, let views = counts?["viewCount"]?.count else { return nil }
        return VideoSight(
            video: identity,
            at: instant,
            views: views,
            likes: counts?["likeCount"]?.count,
            comments: counts?["commentCount"]?.count
        )
    }

    /// An error as YouTube tells of it; `budget` is what a spent quota means for the call.
    static func error(_ body: JSONValue, budget: String) -> ServiceError? {
        guard let error = body["error"] else { return nil }
        let reason = error["errors"]?.elements.first?["reason"]?.text ?? error["status"]?.text ?? ""
        let meaning: ServiceError.Meaning =
            switch reason {
            case "quotaExceeded", "dailyLimitExceeded": .exhausted(budget)
            case "rateLimitExceeded", "userRateLimitExceeded": .tooFast
            case "keyInvalid", "keyExpired", "accessNotConfigured", "forbidden", "ipRefererBlocked": .key
            case "videoNotFound", "playlistNotFound", "channelNotFound": .missing
            case "backendError", "internalError": .trouble
            default: .asStatus
            }
        return ServiceError(code: reason, message: error["message"]?.text ?? "", meaning: meaning)
    }
}
