// SPDX-License-Identifier: Apache-2.0

import Domain

/// Finds effects whose worker was lost before it could say what came of them.
struct EffectAudit: Sendable {
    /// How many are looked at in one round.
    static let limit = 1_000

    let store: any EffectStore & JobStore
    let clock: any TimeSource
    /// How long an effect may be without an end before it is looked at.
    let patience: TimeSpan

    /// Looks once; returns the effects that a person must look at, which nobody knows the end of.
    ///
    /// One that may be repeated is superseded: its job is tried again, and sets the same thing whole.
    func run() async throws -> [Effect] {
        let now = clock.now
        var unclear: [Effect] = []
        for effect in try await store.effects(in: .intended, limit: Self.limit) where effect.updatedAt + patience <= now
        {
            if let job = effect.job, try await store.job(job)?.lease?.token == effect.token { continue }
            let state: Effect.State = effect.isRepeatable ? .superseded : .unclear
            let reason = "its worker was lost before it said what came of it"
            try await store.settle(effect.key, as: state, response: reason, now: now)
            if state == .unclear { unclear.append(effect) }
        }
        for effect in try await store.effects(in: .unclear, limit: Self.limit) where effect.isRepeatable {
            try await store.settle(effect.key, as: .superseded, response: effect.response, now: now)
        }
        return unclear
    }
}
