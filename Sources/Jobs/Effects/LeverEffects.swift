// SPDX-License-Identifier: Apache-2.0

import Domain

/// Applies levers on behalf of jobs, with an entry in the ledger of effects for every time.
///
/// A lever sets a combination whole, so that applying one twice is the same as once: an application without a known end is done with when
/// the unit's next one has succeeded.
struct LeverEffects: Sendable {
    static let kind = "lever.apply"

    let lever: any Lever
    let runner: EffectRunner
    let clock: any TimeSource

    /// Applies a combination to a unit; throws what the lever throws.
    func apply(_ combination: Combination, to unit: String, of goal: Goal, for job: Job) async throws {
        let effect = try Self.effect(Intent(unit: unit, combination: combination), for: job, now: clock.now)
        try await runner.repeatable(effect) {
            try await lever.apply(combination, to: unit, of: goal, at: clock.now)
        }
    }

    /// The ledger's entry for an application on behalf of a job; its key is that of the job's lease.
    static func effect(_ intent: Intent, for job: Job, now: Timestamp) throws -> Effect {
        Effect(
            key: "\(kind)/\(job.lease?.token ?? job.id.text)",
            workspace: job.workspace,
            campaign: job.campaign,
            kind: kind,
            job: job.id,
            token: job.lease?.token,
            intent: try CanonicalJSON.text(intent),
            isRepeatable: true,
            now: now
        )
    }

    /// What is written down before a lever is moved.
    struct Intent: Hashable, Codable, Sendable {
        var unit: String
        var combination: Combination
    }
}
