// SPDX-License-Identifier: Apache-2.0

import Domain
import Statistics

/// Sightings as looks of observers by step: the newest of each observer within a step; of two at one time the later given.
struct RankBook: Sendable {
    /// A look with the source that it came from.
    struct Look: Sendable {
        let source: String
        let look: RankLook
    }

    /// The deepest list that observers' looks are put together in.
    static let greatestDepth = 10_000

    /// By step, series and observer.
    let looks: [Look]
    /// Whether who is missing from a list is off it.
    let hasWholeLists: Bool

    private struct Cell: Hashable {
        let step: Int
        let series: RankSeriesKey
        let observer: String
    }

    /// One observer's look at a list in a step.
    private struct List: Hashable, Comparable {
        let step: Int
        let keyword: String
        let observer: String
        let source: String

        static func < (left: Self, right: Self) -> Bool {
            (left.step, left.keyword, left.observer) < (right.step, right.keyword, right.observer)
        }
    }

    init(_ sightings: [RankSighting], calendar: RankCalendar, depth: Int, wholeLists: Bool?) {
        var newest: [Cell: RankSighting] = [:]
        for sighting in sightings {
            guard let step = calendar.step(of: sighting.time) else { continue }
            let key = RankSeriesKey(product: sighting.product, keyword: sighting.keyword)
            let cell = Cell(step: step, series: key, observer: Self.observer(sighting))
            if let known = newest[cell], known.time > sighting.time { continue }
            newest[cell] = sighting
        }
        var lists: [List: [(series: RankSeriesKey, rank: Int?)]] = [:]
        var looks: [Look] = []
        looks.reserveCapacity(newest.count)
        for (cell, sighting) in newest {
            let rank = sighting.rank.flatMap { $0 <= depth ? $0 : nil }
            let list = List(
                step: cell.step,
                keyword: cell.series.keyword,
                observer: cell.observer,
                source: sighting.source
            )
            lists[list, default: []].append((cell.series, rank))
            looks.append(Self.look(cell.series, cell.step, cell.observer, sighting.source, rank, depth))
        }
        hasWholeLists = wholeLists ?? Self.areWhole(lists.values.map { $0.compactMap(\.rank) })
        if hasWholeLists { looks += Self.missing(lists, depth) }
        self.looks = looks.sorted {
            ($0.look.time, $0.look.series, $0.look.observer) < ($1.look.time, $1.look.series, $1.look.observer)
        }
    }

    /// Observers of two sources are two, whatever they are called.
    private static func observer(_ sighting: RankSighting) -> String {
        sighting.source == sighting.observer || sighting.source.isEmpty
            ? sighting.observer : sighting.source + "/" + sighting.observer
    }

    private static func look(
        _ series: RankSeriesKey,
        _ step: Int,
        _ observer: String,
        _ source: String,
        _ rank: Int?,
        _ depth: Int
    ) -> Look {
        let outcome: RankOutcome = rank.map { .listed($0) } ?? .offList(depth: depth)
        return Look(source: source, look: RankLook(series: series, observer: observer, time: step, outcome: outcome))
    }

    /// Whether in four lists of five hardly a rank is missing down to the greatest, of ten at least.
    private static func areWhole(_ lists: [[Int]]) -> Bool {
        let whole = lists.count { ranks in
            let greatest = ranks.max() ?? 0
            return greatest >= 10 && Double(Set(ranks).count) >= 0.9 * Double(greatest)
        }
        return !lists.isEmpty && Double(whole) >= 0.8 * Double(lists.count)
    }

    /// Looks for those whom one observer of a list saw in a step and another did not.
    private static func missing(
        _ lists: [List: [(series: RankSeriesKey, rank: Int?)]],
        _ depth: Int
    ) -> [Look] {
        struct Round: Hashable {
            let step: Int
            let keyword: String
        }
        let rounds = Dictionary(grouping: lists.keys) { Round(step: $0.step, keyword: $0.keyword) }
        var looks: [Look] = []
        for observers in rounds.values where observers.count > 1 {
            let seen = observers.map { (list: $0, series: Set((lists[$0] ?? []).map(\.series))) }
            let all = seen.reduce(into: Set<RankSeriesKey>()) { $0.formUnion($1.series) }
            for (list, own) in seen {
                for series in all.subtracting(own) {
                    looks.append(look(series, list.step, list.observer, list.source, nil, depth))
                }
            }
        }
        return looks
    }
}

/// The consensus of each round: what observers saw of a series in a step.
struct RankRounds: Sendable {
    private(set) var ranks: [RankLook] = []
    private(set) var estimates: [RankSeriesKey: [RankEstimate]] = [:]
    private(set) var observers: [String: ObserverModel] = [:]

    init(_ book: RankBook, settings: RankMarket.Settings, depth: Int) throws(StatisticsError) {
        let names = Set(book.looks.map(\.look.observer))
        if let anchor = settings.anchor, !names.contains(anchor) {
            throw .invalidArgument(
                name: "anchor",
                value: anchor,
                remedy: "name an observer: " + names.sorted().prefix(20).joined(separator: ", ")
            )
        }
        guard names.count > 1 else {
            ranks = book.looks.map(\.look)
            return
        }
        var filter = try RankConsensusFilter(depth: depth, confidence: settings.confidence, anchor: settings.anchor)
        var start = 0
        while start < book.looks.count {
            let first = book.looks[start].look
            var end = start
            while end < book.looks.count, book.looks[end].look.time == first.time,
                book.looks[end].look.series == first.series
            {
                end += 1
            }
            let estimate = try filter.observe(book.looks[start..<end].map(\.look))
            estimates[first.series, default: []].append(estimate)
            ranks.append(
                RankLook(series: first.series, observer: "consensus", time: first.time, outcome: estimate.outcome)
            )
            start = end
        }
        observers = filter.observers
    }
}
