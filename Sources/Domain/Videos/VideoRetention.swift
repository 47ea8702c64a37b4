// SPDX-License-Identifier: Apache-2.0

/// How long what a service told of videos is kept: pure, for whoever stores it.
///
/// What was told at an instant expires a span after it. Counts go one by one; a video's own data (title, channel, tags) lives as long as it
/// was told again within the span, which every new count by a full reading does. What the house derived itself, such as a score, and the
/// identity are not told, and stay.
///
///     let pruned = VideoRetention.youtube.pruned(stored, at: now)
///     store(pruned.kept); delete(pruned.expired)
package struct VideoRetention: Hashable, Codable, Sendable {
    /// How old what was told may get; nil for no limit.
    package var limit: TimeSpan?

    /// Creates a rule; a `VideoSource` says its own.
    package init(limit: TimeSpan?) {
        self.limit = limit
    }

    /// Thirty days, as YouTube's developer policies want of data that no owner has authorised (III.E.4.d).
    package static let youtube = VideoRetention(limit: .days(30))

    /// What is left of stored videos.
    package struct Pruned: Hashable, Sendable {
        /// The videos that may be kept, in their order, with the counts that may be.
        package var kept: [VideoItem] = []
        /// The identities of videos of which nothing may be kept but that.
        package var expired: [String] = []
        /// How many counts were taken away from those that are kept.
        package var sightsRemoved = 0
    }

    /// Takes away what has expired.
    ///
    /// - Parameters:
    ///   - videos: as they are stored; their newest sight says when they were last told of, or their date where nothing was counted.
    ///   - now: the present instant; what was told exactly the limit ago has expired.
    /// - Returns: what may be kept.
    package func pruned(_ videos: [VideoItem], at now: Timestamp) -> Pruned {
        guard let limit else { return Pruned(kept: videos) }
        var pruned = Pruned()
        for var video in videos {
            guard lastTold(video) + limit > now else {
                pruned.expired.append(video.identity)
                continue
            }
            let before = video.sights.count
            video.sights.removeAll { $0.at + limit <= now }
            pruned.sightsRemoved += before - video.sights.count
            pruned.kept.append(video)
        }
        return pruned
    }

    /// Takes away the counts that have expired.
    package func pruned(_ sights: [VideoSight], at now: Timestamp) -> [VideoSight] {
        guard let limit else { return sights }
        return sights.filter { $0.at + limit > now }
    }

    /// When something of stored videos expires next, for whoever plans the next pruning; nil where nothing ever does.
    package func nextExpiry(_ videos: [VideoItem]) -> Timestamp? {
        guard let limit else { return nil }
        return videos.lazy.flatMap { video in video.sights.map(\.at) + [lastTold(video)] }.min().map { $0 + limit }
    }

    /// The videos to count again now, so that they do not expire within a span, the most urgent first.
    package func due(_ videos: [VideoItem], within span: TimeSpan, at now: Timestamp) -> [String] {
        guard let limit else { return [] }
        return videos.map { (told: lastTold($0), identity: $0.identity) }
            .filter { $0.told + limit > now && $0.told + limit <= now + span }
            .sorted { ($0.told, $0.identity) < ($1.told, $1.identity) }
            .map(\.identity)
    }

    private func lastTold(_ video: VideoItem) -> Timestamp { video.sights.map(\.at).max() ?? video.published }
}
