// SPDX-License-Identifier: Apache-2.0
package import Domain
package import Feeds
import Foundation

/// News from a feed of the web, fetched politely: what it gave last stands in while it has not changed, cannot be had, or it is not time to ask.
///
/// With a memory all of that outlives the process: the next run sends the last answer's `ETag`, and keeps to what feed and server asked for.
package final class FeedSource: NewsSource {
    private struct State {
        var past: FeedPast
        var jitter: SplitMix64
    }

    package let name: String
    private let fetcher: FeedFetcher
    private let time: any TimeSource
    private let memory: FeedMemory?
    private let asker: String?
    private let state: Locked<State>

    /// Creates a source of one feed; the fetcher stays its owner's.
    ///
    /// - Parameters:
    ///   - address: where the feed is.
    ///   - fetcher: asks.
    ///   - time: tells when entries without a date were first seen.
    ///   - memory: where the past is kept; nil to forget it with the source.
    ///   - asker: the run that asks: what it was told once, it is told again without asking; nil for no run.
    ///   - seed: spreads the times of asking.
    package init(
        address: String,
        fetcher: FeedFetcher,
        time: any TimeSource,
        memory: FeedMemory? = nil,
        asker: String? = nil,
        seed: UInt64 = 1
    ) {
        name = address
        self.fetcher = fetcher
        self.time = time
        self.memory = memory
        self.asker = asker
        let past = memory?.past(of: address) ?? FeedPast(address: address)
        state = Locked(State(past: past, jitter: SplitMix64(seed: seed ^ UInt64(bitPattern: time.now.milliseconds))))
    }

    package func news(_ query: SourceQuery) async throws -> SourceHarvest<NewsItem> {
        let (before, jitter) = state.withLock { ($0.past, Double($0.jitter.next() >> 11) / 0x1p53) }
        if let answer = before.answer, answer.asker == asker {
            let items = Self.filtered(before.items, query)
            return SourceHarvest(items: items, problems: answer.problems, calls: answer.calls)
        }
        let (after, outcome) = try await fetcher.fetch(before.subscription, jitter: jitter)
        var past = before
        past.subscription = after
        var harvest = SourceHarvest<NewsItem>(calls: 1)
        func add(_ failure: Failure, notBefore: Timestamp? = nil) {
            harvest.problems.append(SourceProblem(source: name, failure: failure, notBefore: notBefore))
        }
        switch outcome {
        case .feed(let feed):
            past.items = Self.items(feed, name, &past.firstSeen, time.now)
            if let problem = Self.problem(of: feed, name) {
                add(problem)
                // What is missing is asked for in full again.
                (past.subscription.etag, past.subscription.lastModified) = (nil, nil)
            }
        case .unchanged: break
        case .tooSoon:
            harvest.calls = 0
            if after.failures > 0 {
                let times = after.failures == 1 ? "once" : "\(after.failures) times in a row"
                add(
                    Failure(.rateLimit, "\(name) failed \(times) and is not asked again yet"),
                    notBefore: after.nextFetch
                )
            }
        case .gone:
            past.items = []
            harvest.calls = before.subscription.isGone ? 0 : 1
            add(Failure(.notFound, "\(name) was answered 410: the feed is gone for good and is not asked again"))
        case .failed(let failure): add(failure, notBefore: after.nextFetch)
        }
        harvest.items = Self.filtered(past.items, query)
        if let asker { past.answer = .init(asker: asker, problems: harvest.problems, calls: harvest.calls) }
        state.withLock { [past] in $0.past = past }
        if let memory, past != before {
            do {
                try await memory.keep(past)
            } catch let failure as Failure {
                add(failure)
            }
        }
        return harvest
    }

    /// What is missing of a feed that could be read in part; nil where nothing is.
    static func problem(of feed: Feed, _ name: String) -> Failure? {
        let lost = feed.repairs.filter(\.kind.isLoss)
        guard !lost.isEmpty else { return nil }
        let what = lost.map { repair in
            repair.kind.rawValue + (repair.line.map { " (line \($0))" } ?? "")
                + (repair.example.map { ": \($0)" } ?? "")
        }
        return Failure(
            .invalid,
            "\(name) could be read in part only, \(feed.entries.count) entries: " + what.joined(separator: "; ")
        )
    }

    /// What a feed's entries are as items, without repetitions.
    static func items(
        _ feed: Feed,
        _ name: String,
        _ firstSeen: inout [String: Timestamp],
        _ now: Timestamp
    ) -> [NewsItem] {
        var seen: [String: Timestamp] = [:]
        var items: [NewsItem] = []
        for entry in feed.entries {
            let identity = entry.identity
            let instant = firstSeen[identity] ?? now
            guard seen.updateValue(instant, forKey: identity) == nil else { continue }
            guard var item = entry.newsItem(source: name, feed: feed, firstSeen: instant) else { continue }
            item.publisher = feed.title?.plain
            items.append(item)
        }
        firstSeen = seen
        return items
    }

    static func filtered(_ items: [NewsItem], _ query: SourceQuery) -> [NewsItem] {
        var filter = SourceFilter(query)
        return items.filter { item in
            filter.takes(item.published) && filter.takes(language: item.language)
                && filter.takes(item.title, item.summary)
        }
    }
}

/// News from a feed that lies in a file; entries without a date came out when the file was last changed.
package struct FeedFile: NewsSource {
    package let name: String
    private let path: String
    private let limits: FeedLimits

    /// Opens a file once, to see that it is a feed; throws `Failure` naming what is wrong with it.
    package init(path: String, limits: FeedLimits = FeedLimits()) throws(Failure) {
        name = "feed:" + path
        self.path = path
        self.limits = limits
        _ = try read()
    }

    private func read() throws(Failure) -> Feed {
        let bytes = try FileBytes.all(of: path, limit: limits.bytes)
        do {
            return try FeedParser(limits: limits).parse(bytes)
        } catch {
            throw Failure(.invalid, "\(path): \(error)")
        }
    }

    package func news(_ query: SourceQuery) async throws -> SourceHarvest<NewsItem> {
        do {
            var firstSeen: [String: Timestamp] = [:]
            let changed = FileBytes.changed(path) ?? query.since
            let feed = try read()
            let items = FeedSource.items(feed, name, &firstSeen, changed)
            let problem = FeedSource.problem(of: feed, name).map { SourceProblem(source: name, failure: $0) }
            return SourceHarvest(items: FeedSource.filtered(items, query), problems: problem.map { [$0] } ?? [])
        } catch {
            return SourceHarvest(problems: [SourceProblem(source: name, failure: error)])
        }
    }
}
