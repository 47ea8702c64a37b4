// SPDX-License-Identifier: Apache-2.0

/// Tells what is written: a feed, an official search interface, or a file.
///
/// A source keeps to its contract and quota by itself. What goes wrong on the other side is a problem in the harvest beside the items that
/// were had; it throws `CancellationError` alone. Safe to call from any task.
package protocol NewsSource: Sendable {
    /// The name under which its items are kept, the same every time.
    var name: String { get }
    /// The items of a span of time.
    func news(_ query: SourceQuery) async throws -> SourceHarvest<NewsItem>
}

/// A source of news that need not be held whole, such as a large file.
package protocol StreamedNewsSource: NewsSource {
    /// Gives the items that `news` would, one after the other; the harvest that is returned has none. Throws what `take` throws, too.
    func news(_ query: SourceQuery, each take: (NewsItem) throws -> Void) async throws -> SourceHarvest<NewsItem>
}

/// Tells what is watched: an official interface, or a file.
///
/// The rules are those of `NewsSource`.
package protocol VideoSource: Sendable {
    /// The name under which its items are kept, the same every time.
    var name: String { get }
    /// How long what it tells may be kept before it is refreshed or deleted; nil for no limit.
    var retention: TimeSpan? { get }
    /// The videos of a span of time, each with what was counted when it was seen.
    func videos(_ query: SourceQuery) async throws -> SourceHarvest<VideoItem>
    /// Counts videos again; those that are gone are left out.
    func sights(of videos: [String]) async throws -> SourceHarvest<VideoSight>
}
