// SPDX-License-Identifier: Apache-2.0
package import Domain
package import Feeds
import Foundation

/// News from a feed of the web, fetched politely: what it gave last stands in while it has not changed or it is not time to ask again.
package final class FeedSource: NewsSource {
    private struct State {
        var subscription: FeedSubscription
        var items: [NewsItem] = []
        /// When entries without a date were first seen.
        var firstSeen: [String: Timestamp] = [:]
        var jitter: SplitMix64
    }

    package let name: String
    private let fetcher: FeedFetcher
    private let time: any TimeSource
    private let state: Locked<State>

    /// Creates a source of one feed; the fetcher stays its owner's.
    package init(address: String, fetcher: FeedFetcher, time: any TimeSource, seed: UInt64 = 1) {
        name = address
        self.fetcher = fetcher
        self.time = time
        state = Locked(State(subscription: FeedSubscription(address: address), jitter: SplitMix64(seed: seed)))
    }

    package func news(_ query: SourceQuery) async throws -> SourceHarvest<NewsItem> {
        let (before, jitter) = state.withLock { ($0.subscription, Double($0.jitter.next() >> 11) / 0x1p53) }
        let (after, outcome) = try await fetcher.fetch(before, jitter: jitter)
        let now = time.now
        var harvest = SourceHarvest<NewsItem>(calls: 1)
        switch outcome {
        case .feed(let feed):
            let items = state.withLock { state in
                state.subscription = after
                state.items = Self.items(feed, name, &state.firstSeen, now)
                return state.items
            }
            harvest.items = Self.filtered(items, query)
        case .unchanged, .tooSoon:
            if case .tooSoon = outcome { harvest.calls = 0 }
            let (items, failures) = state.withLock { state in
                state.subscription = after
                return (state.items, after.failures)
            }
            harvest.items = Self.filtered(items, query)
            if failures > 0 {
                let failure = Failure(
                    .rateLimit,
                    "\(name) failed \(failures) times in a row and is not asked again yet"
                )
                harvest.problems = [SourceProblem(source: name, failure: failure, notBefore: after.nextFetch)]
            }
        case .gone:
            state.withLock { $0.subscription = after }
            let failure = Failure(.notFound, "\(name) was answered 410: the feed is gone for good")
            harvest.problems = [SourceProblem(source: name, failure: failure)]
        case .failed(let failure):
            state.withLock { $0.subscription = after }
            harvest.problems = [SourceProblem(source: name, failure: failure, notBefore: after.nextFetch)]
        }
        return harvest
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
            let items = FeedSource.items(try read(), name, &firstSeen, changed)
            return SourceHarvest(items: FeedSource.filtered(items, query))
        } catch {
            return SourceHarvest(problems: [SourceProblem(source: name, failure: error)])
        }
    }
}
