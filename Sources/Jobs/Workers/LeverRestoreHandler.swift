// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Puts a unit's levers to a known combination; the kind `lever.restore`.
package struct LeverRestoreHandler: JobHandler {
    package let kinds: [JobKind] = [.leverRestore]
    private let effects: LeverEffects
    private let goals: @Sendable (CampaignID) async throws -> Goal
    private let clock: any TimeSource

    /// Creates a handler; `goals` gives a campaign's goal, and throws `Failure` where there is none.
    package init(
        lever: any Lever,
        ledger: any EffectStore,
        goals: @escaping @Sendable (CampaignID) async throws -> Goal,
        clock: any TimeSource
    ) {
        effects = LeverEffects(lever: lever, runner: EffectRunner(ledger: ledger, clock: clock), clock: clock)
        self.goals = goals
        self.clock = clock
    }

    /// Applies the combination; the answer is a `LeverRestoreAnswer`.
    package func run(_ job: Job, worker: Worker) async throws -> String {
        let order = try job.decodePayload(LeverRestoreOrder.self)
        let goal = try await goals(order.campaign)
        let now = clock.now
        try await effects.apply(order.combination, to: order.unit, of: goal, for: job)
        let answer = LeverRestoreAnswer(unit: order.unit, combination: order.combination, appliedAt: now)
        return try CanonicalJSON.text(answer)
    }
}
