// SPDX-License-Identifier: Apache-2.0

/// The ranks of many products in one or more lists, step by step.
///
/// A series holds for each step a rank, "off the list", or that nobody looked. A keyword's products form a list: who
/// enters above whom is known when the whole list is given, and competitors tracked beside a product help its forecast.
package struct RankPanel: Sendable {
    /// One product in one list.
    package struct Series: Sendable {
        /// Which.
        package let key: RankSeriesKey
        /// By step: the rank from 1, 0 off the list, −1 where nobody looked.
        var ranks: [Int32]
    }

    /// The depth to which lists are seen.
    package let depth: Int
    /// The number of steps.
    package private(set) var steps: Int
    /// By key, ascending.
    package private(set) var series: [Series]
    /// The step's place in a cycle (week of the year, weekday), or 0 throughout: a feature of forecasts.
    package private(set) var season: [Float]
    /// The list of each series, as a number from 0 in order of keywords.
    let lists: [Int]

    /// Collects observations; several observers of one step are merged by their median, with "off" beyond all ranks.
    ///
    /// Better merged is what `RankConsensusFilter` makes of them. Steps run from 0 to the newest time. With
    /// `wholeLists`, a product that is not among a list's observations of a step at which others are is off the list;
    /// otherwise nobody looked. Throws for impossible ranks, negative times, more than 100,000 steps or 50 million cells,
    /// and a season of another length.
    package init(
        _ observations: [RankLook],
        depth: Int,
        wholeLists: Bool,
        season: [Double]? = nil
    ) throws(StatisticsError) {
        guard (1...RankScale.greatestDepth).contains(depth) else {
            throw .invalidArgument(name: "depth", value: "\(depth)", remedy: "give 1 to \(RankScale.greatestDepth)")
        }
        var newest = -1
        for observation in observations {
            try observation.validate()
            guard (0..<100_000).contains(observation.time) else {
                throw .invalidArgument(name: "time", value: "\(observation.time)", remedy: "give steps 0 to 99,999")
            }
            newest = max(newest, observation.time)
        }
        let steps = newest + 1
        if let season, season.count < steps {
            throw .lengthMismatch(column: "season", found: season.count, expected: steps)
        }
        let keys = Set(observations.map(\.series)).sorted()
        guard keys.count * max(1, steps) <= 50_000_000 else {
            throw .invalidArgument(
                name: "panel",
                value: "\(keys.count) series of \(steps) steps",
                remedy: "give at most 50 million cells"
            )
        }
        self.depth = depth
        self.steps = steps
        self.season = season?.prefix(steps).map { Float($0) } ?? [Float](repeating: 0, count: steps)
        var index: [RankSeriesKey: Int] = [:]
        var lists: [Int] = []
        for (position, key) in keys.enumerated() {
            index[key] = position
            let isSame = position > 0 && keys[position - 1].keyword == key.keyword
            lists.append(position == 0 ? 0 : lists[position - 1] + (isSame ? 0 : 1))
        }
        self.lists = lists
        series = keys.map { Series(key: $0, ranks: [Int32](repeating: -1, count: steps)) }
        fill(observations, index)
        if wholeLists { markAbsent() }
    }

    private mutating func fill(_ observations: [RankLook], _ index: [RankSeriesKey: Int]) {
        var several: [Int: [Int]] = [:]
        for observation in observations {
            guard let position = index[observation.series] else { continue }
            let place = min(observation.outcome.atLeast, depth + 1)
            let rank = Int32(place > depth ? 0 : place)
            let old = series[position].ranks[observation.time]
            if old < 0 {
                series[position].ranks[observation.time] = rank
            } else {
                several[position * steps + observation.time, default: [old == 0 ? depth + 1 : Int(old)]].append(place)
            }
        }
        for (cell, places) in several {
            let middle = places.sorted()[(places.count - 1) / 2]
            series[cell / steps].ranks[cell % steps] = Int32(middle > depth ? 0 : middle)
        }
    }

    private mutating func markAbsent() {
        var seen = [Bool](repeating: false, count: ((lists.last ?? -1) + 1) * steps)
        for (list, series) in zip(lists, series) {
            for step in 0..<steps where series.ranks[step] >= 0 {
                seen[list * steps + step] = true
            }
        }
        for position in series.indices {
            for step in 0..<steps where series[position].ranks[step] < 0 && seen[lists[position] * steps + step] {
                series[position].ranks[step] = 0
            }
        }
    }

    /// What was seen of a series at a step; nil where nobody looked or there is no such step.
    package func outcome(of position: Int, at step: Int) -> RankOutcome? {
        guard series.indices.contains(position), (0..<steps).contains(step) else { return nil }
        let rank = series[position].ranks[step]
        return rank < 0 ? nil : (rank == 0 ? .offList(depth: depth) : .listed(Int(rank)))
    }
}
