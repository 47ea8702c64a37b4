// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs

/// Asks every source of a run once, all at the same time, and puts what they gave on the shelf.
struct NewsCollector: Sendable {
    let services: TrendServices
    let shelf: any TrendShelf
    let context: WorkflowContext

    /// Where the harvest of a source lies.
    static func file(_ index: Int, of run: WorkflowRunID) -> String {
        "\(TrendRun.scratch(of: run))/source-\(index)"
    }

    /// Asks the sources; one that fails gives a record with its problem.
    func collect(_ order: TrendOrder) async throws -> [SourceRecord] {
        try await SourceRound(services: services, context: context, kind: "news.collect").ask(order) { call in
            // Put after the harvest, so that where the record lies, all of the harvest does.
            try shelf.bytes(of: recordFile(call)).map { try CanonicalJSON.decode(SourceRecord.self, from: $0) }
        } ask: { call in
            let harvest = try shelf.begin(Self.file(call.index, of: context.run))
            var writer = try NewsPack.Writer(to: harvest.append)
            let record = try await harvested(call, into: &writer)
            try writer.finish()
            try harvest.finish()
            try shelf.put(try CanonicalJSON.encode(record), as: recordFile(call))
            return record
        }
    }

    private func recordFile(_ call: SourceRound.Call) -> String {
        Self.file(call.index, of: context.run) + ".json"
    }

    /// Asks a source and writes its items; what it throws but for `CancellationError` is the shelf's fault, not the source's.
    private func harvested(_ call: SourceRound.Call, into writer: inout NewsPack.Writer) async throws -> SourceRecord {
        let source: any NewsSource
        do {
            source = try call.sources.news(call.address)
        } catch {
            return SourceRecord(failed: call.address, error)
        }
        let harvest: SourceHarvest<NewsItem>
        if let source = source as? any StreamedNewsSource {
            harvest = try await source.news(call.query) { try writer.write($0) }
        } else {
            do {
                harvest = try await source.news(call.query)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                return SourceRecord(failed: call.address, error)
            }
            for item in harvest.items { try writer.write(item) }
        }
        return SourceRecord(
            name: source.name,
            items: writer.count,
            calls: harvest.calls,
            problems: Array(harvest.problems.prefix(20))
        )
    }
}

/// What was read of feeds and services in earlier runs: they tell of the last days only, and a trend needs the weeks before.
struct NewsArchive {
    /// How long items are kept: a year of history for what comes each year, and the base before it.
    private static let kept = TimeSpan.days(430)
    /// How many items of one source are kept at most, the newest.
    private static let most = 200_000

    let shelf: any TrendShelf

    /// The items that a source gave, with those of earlier runs; a file has its own history.
    func items(of source: String, with fresh: [NewsItem], until now: Timestamp) throws -> [NewsItem] {
        guard !TrendOrder.isFile(source) else { return fresh }
        var all = fresh
        try shelf.update("trends/archive/news-\(Self.digest(source))") { old in
            all = Self.merged(try old.map { try NewsPack.unpack($0).items } ?? [], fresh, since: now - Self.kept)
            return try NewsPack.pack(all, head: source)
        }
        return all
    }

    /// Both without repetitions, an item as it was seen first, in order of time; a second time gives the same.
    static func merged(_ old: [NewsItem], _ fresh: [NewsItem], since: Timestamp) -> [NewsItem] {
        var known: Set<String> = []
        let all = (old + fresh).filter { $0.published >= since && known.insert($0.identity).inserted }
        let sorted = all.sorted { ($0.published, $0.identity) < ($1.published, $1.identity) }
        return Array(sorted.suffix(most))
    }

    /// 64-bit FNV-1a as hexadecimal digits: an address as part of a file's name.
    static func digest(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
