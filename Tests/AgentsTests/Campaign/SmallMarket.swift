// SPDX-License-Identifier: Apache-2.0

import Domain

/// A market whose ranks follow from what is applied, the unit and the instant: the same every time.
///
/// The best combination is `1.1.1`, 23 places better than the control `0.0.0`; a long title has a margin of 5 instead of 20.
final class SmallMarket: Lever, RankSource {
    private let applied = Locked<[String: Combination]>([:])
    private let refusal: Failure?
    private let isSteady: Bool
    private let beside: [RankedEntry]
    private let outages: [Range<Timestamp>]

    /// A steady market's ranks do not depend on the instant, so that a trial that is made again measures the same; in an outage observers learn nothing.
    init(
        refusal: Failure? = nil,
        isSteady: Bool = false,
        beside: [RankedEntry] = [],
        outages: [Range<Timestamp>] = []
    ) {
        self.refusal = refusal
        self.isSteady = isSteady
        self.beside = beside
        self.outages = outages
    }

    /// What is applied, by unit.
    var levers: [String: Combination] { applied.withLock { $0 } }

    static func gain(_ combination: Combination) -> Double {
        let gains: [[Double]] = [[0, 10], [0, 8], [0, 5, -5]]
        return zip(gains, combination.levels).reduce(0) { $0 + $1.0[$1.1] }
    }

    private func combination(of unit: String, _ goal: Goal) -> Combination {
        applied.withLock { $0[unit] } ?? goal.control
    }

    func apply(_ combination: Combination, to unit: String, of goal: Goal, at now: Timestamp) async throws {
        if let refusal { throw refusal }
        applied.withLock { $0[unit] = combination }
    }

    func metrics(
        of unit: String,
        of goal: Goal,
        from start: Timestamp,
        to end: Timestamp
    ) async throws -> [String: Double] {
        ["margin": combination(of: unit, goal).levels[0] == 1 ? 5 : 20]
    }

    func name(observer: String, of goal: Goal) -> String { "small:\(observer)" }

    func observe(
        units: [String],
        of goal: Goal,
        observer: String,
        at now: Timestamp
    ) async throws -> [RankObservation] {
        if observer.hasPrefix("observer-"), outages.contains(where: { $0.contains(now) }) {
            throw Failure(.unknown, "nobody answers")
        }
        return units.map { unit in
            let applied = combination(of: unit, goal)
            let moment = isSteady ? 1 : UInt64(now.milliseconds)
            var noise = SplitMix64(seed: SplitMix64.seed(moment, unit, isSteady ? "\(applied)" : observer))
            let place = Double.random(in: -2...2, using: &noise)
            return RankObservation(unit: unit, rank: 60 - Self.gain(applied) + place.rounded(), entries: beside)
        }
    }
}
