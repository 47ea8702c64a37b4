// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Statistics

/// What a campaign's rounds of ranks teach: who of the observers can be believed, and whether a level moved by itself.
///
/// A round's consensus of a unit is what the observers' answers make likely (`RankConsensusFilter`), from three observers on; one or
/// two say nothing of each other, and their median counts. Of every twelve rounds each source's median of a unit goes to
/// `RankChangeWatch`, but for units whose lever was moved meanwhile: what own trials do is no anomaly.
package struct CampaignRanks: Sendable {
    /// How many rounds make one value of the watch: six hours of half-hourly rounds.
    package static let window = 12

    private struct UnitSource: Hashable {
        let unit: Int
        let source: String
    }

    private let depth: Int
    private var filter: RankConsensusFilter?
    private var watch: RankChangeWatch?
    private var seen: [UnitSource: [Double]] = [:]
    private var rounds = 0
    private var moved: [String: Timestamp] = [:]

    /// Starts with nothing learned; the depth is that of the goal's search.
    package init(depth: Int) throws(StatisticsError) {
        self.depth = min(max(depth, 1), 10_000)
        filter = try RankConsensusFilter(depth: self.depth)
        watch = try RankChangeWatch()
    }

    /// One observer's answers of a round, in the order of the units; nil where a product was not found.
    package struct Answer: Sendable {
        package var source: String
        package var observer: String
        package var ranks: [Double?]

        /// Creates an answer.
        package init(source: String, observer: String, ranks: [Double?]) {
            self.source = source
            self.observer = observer
            self.ranks = ranks
        }
    }

    /// The consensus of one unit in a round; nil where nobody looked.
    ///
    /// Depth + 1 stands for "not found".
    package mutating func consensus(of unit: Int, _ answers: [Answer], round: Int) -> Double? {
        let ranks = answers.compactMap { unit < $0.ranks.count ? $0.ranks[unit] ?? Double(depth + 1) : nil }
        guard !ranks.isEmpty else { return nil }
        return estimate(of: unit, answers, round: round) ?? Self.median(ranks)
    }

    /// What three observers or more make likely; nil with fewer, and for a round that comes after a newer one.
    private mutating func estimate(of unit: Int, _ answers: [Answer], round: Int) -> Double? {
        var looks: [String: RankLook] = [:]
        for answer in answers where unit < answer.ranks.count {
            looks[answer.observer] = RankLook(
                series: RankSeriesKey(product: String(unit), keyword: ""),
                observer: answer.observer,
                time: round,
                outcome: outcome(answer.ranks[unit])
            )
        }
        guard looks.count >= 3, var filter else { return nil }
        do {
            let estimate = try filter.observe(looks.sorted { $0.key < $1.key }.map(\.value))
            self.filter = filter
            return Double(estimate.outcome.atLeast)
        } catch {
            return nil
        }
    }

    private func outcome(_ rank: Double?) -> RankOutcome {
        guard let rank, rank.isFinite, rank >= 0.5, rank < Double(depth) + 0.5 else { return .offList(depth: depth) }
        return .listed(Int(rank.rounded()))
    }

    /// Whether the next round ends a window.
    package var endsWindow: Bool { (rounds + 1).isMultiple(of: Self.window) }

    /// Adds a round's answers to the window; at its end tells what moved.
    ///
    /// - Parameters:
    ///   - answers: what the observers saw.
    ///   - units: the units' names.
    ///   - levers: when each unit's lever was last moved.
    /// - Returns: the alerts, sources first.
    package mutating func alerts(
        _ answers: [Answer],
        units: [String],
        levers: [String: Timestamp]
    ) -> [RankChangeWatch.Alert] {
        for answer in answers {
            for (unit, rank) in answer.ranks.enumerated() {
                seen[UnitSource(unit: unit, source: answer.source), default: []].append(rank ?? Double(depth + 1))
            }
        }
        rounds += 1
        guard rounds.isMultiple(of: Self.window) else { return [] }
        var values: [RankChangeWatch.Value] = []
        for (place, ranks) in seen where units.indices.contains(place.unit) {
            let unit = units[place.unit]
            let series = RankSeriesKey(product: unit, keyword: "")
            guard levers[unit] == moved[unit] else {
                watch?.forget(series, from: place.source)
                continue
            }
            let middle = Self.median(ranks)
            values.append(.init(series: series, source: place.source, outcome: outcome(middle)))
        }
        seen = [:]
        moved = levers
        do {
            return try watch?.observe(values) ?? []
        } catch {
            return []
        }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard let last = sorted.last else { return .nan }
        let middle = sorted.count / 2
        if sorted.count == 1 { return last }
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}

extension RankChangeWatch.Alert {
    /// Whether a whole source moved.
    package var isOfSource: Bool {
        if case .sourceChanged = self { true } else { false }
    }

    /// What happened, in one sentence.
    package var sentence: String {
        switch self {
        case .sourceChanged(let change):
            "The source \(change.source) changed: of \(change.series) ranks \(change.worse) became worse and \(change.better) better at once, "
                + "which products do not do."
        case .seriesChanged(let change):
            "The rank of \(change.series.product) moved from \(Self.text(change.before)) to \(Self.text(change.after)) and stayed there, "
                + "without a lever's having been moved."
        }
    }

    private static func text(_ rank: Double) -> String {
        rank.isFinite ? "\(Int64(clampingFinite: rank.rounded()))" : "an unknown rank"
    }
}
