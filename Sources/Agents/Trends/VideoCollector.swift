// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation
import Jobs

/// What one source gave: videos, and new counts of those that earlier runs have read.
struct VideoHarvest: Codable {
    var record: SourceRecord
    /// How long it may be kept; nil for no limit.
    var retention: TimeSpan?
    var items: [VideoItem]
    var sights: [VideoSight]
}

/// Asks every source of videos of a run once, and puts what they gave on the shelf.
struct VideoCollector: Sendable {
    /// How many videos of earlier runs are counted again in one run at most: 20 calls of 50.
    private static let mostAgain = 1_000

    let services: TrendServices
    let shelf: any TrendShelf
    let context: WorkflowContext

    /// Where the harvest of a source lies.
    static func file(_ index: Int, of run: WorkflowRunID) -> String {
        "\(TrendRun.scratch(of: run))/videos-\(index).json"
    }

    /// Asks the sources; one that fails gives a record with its problem.
    func collect(_ order: TrendOrder) async throws -> [SourceRecord] {
        try await SourceRound(services: services, context: context, kind: "videos.search").ask(order) { call in
            try shelf.bytes(of: Self.file(call.index, of: context.run)).map { bytes in
                try CanonicalJSON.decode(VideoHarvest.self, from: bytes).record
            }
        } ask: { call in
            let harvest = try await harvest(call, at: order.at)
            try shelf.put(try CanonicalJSON.encode(harvest), as: Self.file(call.index, of: context.run))
            return harvest.record
        }
    }

    private func harvest(_ call: SourceRound.Call, at now: Timestamp) async throws -> VideoHarvest {
        do {
            let source = try call.sources.videos(call.address)
            let found = try await source.videos(call.query)
            let again = try VideoArchive(shelf: shelf).due(of: call.address, at: now, besides: found.items)
            var counted = SourceHarvest<VideoSight>()
            if !again.isEmpty { counted = try await source.sights(of: Array(again.prefix(Self.mostAgain))) }
            return VideoHarvest(
                record: SourceRecord(
                    name: source.name,
                    items: found.items.count,
                    calls: found.calls + counted.calls,
                    problems: Array((found.problems + counted.problems).prefix(20))
                ),
                retention: source.retention,
                items: found.items,
                sights: counted.items
            )
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return VideoHarvest(
                record: SourceRecord(failed: call.address, error),
                retention: nil,
                items: [],
                sights: []
            )
        }
    }
}

/// Videos and their counts of earlier runs, kept no longer than their source allows.
package struct VideoArchive {
    /// What is kept of a source.
    private struct Kept: Codable {
        var source: String
        var retention: TimeSpan?
        var items: [VideoItem]
    }

    /// How long a source's videos are kept that sets no limit.
    private static let standard = TimeSpan.days(90)
    /// A video older than this is not counted again.
    private static let followed = TimeSpan.days(30)
    private static let most = 20_000
    private static let folder = "trends/archive/"
    private static let index = folder + "videos.json"

    let shelf: any TrendShelf

    /// Opens the archive of a shelf.
    package init(shelf: any TrendShelf) {
        self.shelf = shelf
    }

    /// Removes what may be kept no longer, of every source.
    package func expire(at now: Timestamp) throws {
        guard let data = try shelf.bytes(of: Self.index) else { return }
        for name in try CanonicalJSON.decode([String].self, from: data) {
            guard let known = try shelf.bytes(of: name) else { continue }
            try shelf.update(name) { old in
                var kept = try CanonicalJSON.decode(Kept.self, from: old ?? known)
                kept.items = Self.fresh(kept.items, now - (kept.retention ?? Self.standard))
                return try CanonicalJSON.encode(kept)
            }
        }
    }

    /// The videos that are worth another count and are not among those just found, the youngest first.
    func due(of source: String, at now: Timestamp, besides found: [VideoItem]) throws -> [String] {
        guard !TrendOrder.isFile(source), let data = try shelf.bytes(of: Self.name(source)) else { return [] }
        let known = Set(found.map(\.identity))
        return try CanonicalJSON.decode(Kept.self, from: data).items
            .filter { now - $0.published <= Self.followed && !known.contains($0.identity) }
            .sorted { ($1.published, $0.identity) < ($0.published, $1.identity) }
            .map(\.identity)
    }

    /// What a source gave, with what is kept of it; a second time gives the same.
    func items(of source: String, with harvest: VideoHarvest, at now: Timestamp) throws -> [VideoItem] {
        guard !TrendOrder.isFile(source) else { return harvest.items }
        let name = Self.name(source)
        try shelf.update(Self.index) { old in
            let names = Set(try old.map { try CanonicalJSON.decode([String].self, from: $0) } ?? []).union([name])
            return try CanonicalJSON.encode(names.sorted())
        }
        var all: [VideoItem] = []
        try shelf.update(name) { old in
            let kept = try old.map { try CanonicalJSON.decode(Kept.self, from: $0) }
            // A source that could not be opened does not say how long it lets what it told before be kept.
            let retention = harvest.retention ?? kept?.retention
            all = Self.fresh(Self.merged(kept?.items ?? [], harvest), now - (retention ?? Self.standard))
            return try CanonicalJSON.encode(Kept(source: source, retention: retention, items: all))
        }
        return all
    }

    private static func merged(_ kept: [VideoItem], _ harvest: VideoHarvest) -> [VideoItem] {
        var all = Dictionary(kept.map { ($0.identity, $0) }) { first, _ in first }
        for item in harvest.items {
            var newer = item
            newer.sights += all[item.identity]?.sights ?? []
            all[item.identity] = newer
        }
        for sight in harvest.sights { all[sight.video]?.sights.append(sight) }
        return all.values.map { item in
            var item = item
            var seen: Set<Timestamp> = []
            item.sights = item.sights.sorted { $0.at < $1.at }.filter { seen.insert($0.at).inserted }
            return item
        }
    }

    /// Without counts from before an instant, nor videos that are left without one; in order of time.
    private static func fresh(_ items: [VideoItem], _ limit: Timestamp) -> [VideoItem] {
        let fresh = items.compactMap { item -> VideoItem? in
            var item = item
            item.sights.removeAll { $0.at < limit }
            return item.sights.isEmpty ? nil : item
        }
        return Array(fresh.sorted { ($0.published, $0.identity) < ($1.published, $1.identity) }.suffix(most))
    }

    private static func name(_ source: String) -> String { "\(folder)videos-\(NewsArchive.digest(source)).json" }
}
