// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Measures the ranks of a campaign's units once; the kind `rank.observe`.
package struct RankObserveHandler: JobHandler {
    package let kinds: [JobKind] = [.rankObserve]
    private let ranks: any RankSource
    private let goals: @Sendable (CampaignID) async throws -> Goal
    private let clock: any TimeSource

    /// Creates a handler; `goals` gives a campaign's goal, and throws `Failure` where there is none.
    package init(
        ranks: any RankSource,
        goals: @escaping @Sendable (CampaignID) async throws -> Goal,
        clock: any TimeSource
    ) {
        self.ranks = ranks
        self.goals = goals
        self.clock = clock
    }

    /// Observes every unit of the order; the answer is an `ObservationAnswer`, with the ranks in the order's order.
    package func run(_ job: Job, worker: Worker) async throws -> String {
        let order = try job.decodePayload(ObservationOrder.self)
        let goal = try await goals(order.campaign)
        let now = clock.now
        let seen = try await ranks.observe(units: order.units, of: goal, observer: order.observer, at: now)
        let isInOrder = seen.count == order.units.count && zip(seen, order.units).allSatisfy { $0.unit == $1 }
        var places: [Double?] = []
        for (index, unit) in order.units.enumerated() {
            places.append(try TrialRunHandler.rank(of: unit, in: isInOrder ? [seen[index]] : seen))
        }
        let answer = ObservationAnswer(
            source: ranks.name(observer: order.observer, of: goal),
            observer: order.observer,
            time: now,
            ranks: places,
            entries: Self.entries(seen)
        )
        return try CanonicalJSON.text(answer)
    }

    /// What was seen by keyword, each product once.
    private static func entries(_ seen: [RankObservation]) -> [RankedEntry] {
        var known: Set<RankedEntry> = []
        return seen.flatMap(\.entries).filter { known.insert($0).inserted }
    }
}
