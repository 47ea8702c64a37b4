// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Does what costs money or changes the outside, with an entry in the ledger before and after.
///
/// The intention is written, safe from a power cut, before anything is done, and what came of it afterwards. What is found without an end
/// after a crash may have been done or not: it is done again only where doing it twice is the same as once, and otherwise verified at the
/// other side, or put to a person; never silently repeated.
package struct EffectRunner: Sendable {
    /// What the other side says of an effect that may have been done.
    package enum Verdict: Hashable, Sendable {
        /// It was done; with what the other side answered.
        case done(String)
        case notDone
        /// The other side does not know, or cannot be asked.
        case unknown
    }

    private let ledger: any EffectLedger
    private let clock: any TimeSource

    /// Creates a runner that writes to a ledger.
    package init(ledger: any EffectLedger, clock: any TimeSource) {
        self.ledger = ledger
        self.clock = clock
    }

    /// Does something that may be done again without harm, under a key of its own for every time.
    ///
    /// Throws what the body throws, an `Undone` as its failure, and `Failure` of class `unknown` when the job's lease is over, so that nothing is done by a worker
    /// that was taken for lost.
    package func repeatable(_ effect: Effect, _ body: () async throws -> Void) async throws {
        switch try await ledger.begin(effect) {
        case .granted, .known: break
        case .stale: throw Failure(.unknown, "the lease of job \(effect.job?.text ?? "-") is over; nothing was done")
        case .otherIntent(let other):
            throw Failure(.invalid, "the effect \(effect.key) stands for another intention: \(other.intent)")
        }
        _ = try await carryOut(effect.key) {
            try await body()
            return "{}"
        }
    }

    /// Does something that must not be done twice; returns what the other side answered, now or the first time.
    ///
    /// `verify` asks the other side about an attempt whose end is not known. Throws what the body throws, an `Undone` as its failure; `Failure` of class
    /// `permission`, which puts it to a person, where nobody knows.
    package func once(
        _ effect: Effect,
        verify: () async throws -> Verdict,
        body: (_ key: String) async throws -> String
    ) async throws -> String {
        switch try await ledger.begin(effect) {
        case .granted: return try await carryOut(effect.key) { try await body(effect.key) }
        case .stale: throw Failure(.unknown, "the lease of job \(effect.job?.text ?? "-") is over; nothing was done")
        case .otherIntent(let other):
            throw Failure(.invalid, "the effect \(effect.key) stands for another intention: \(other.intent)")
        case .known(let known):
            if known.state == .done { return known.response ?? "{}" }
            return try await resolve(known, by: effect, verify: verify, body: body)
        }
    }

    /// Finds out what became of an attempt that has no end.
    private func resolve(
        _ known: Effect,
        by effect: Effect,
        verify: () async throws -> Verdict,
        body: (_ key: String) async throws -> String
    ) async throws -> String {
        switch try await verify() {
        case .done(let answer):
            try await ledger.settle(known.key, as: .done, response: answer, now: clock.now)
            return answer
        case .notDone:
            try await ledger.settle(known.key, as: .failed, response: "the other side has not done it", now: clock.now)
            guard try await ledger.begin(effect) == .granted else {
                throw Failure(.unknown, "the effect \(known.key) was begun by somebody else")
            }
            return try await carryOut(known.key) { try await body(known.key) }
        case .unknown:
            let reason = "nobody knows whether \(known.kind) was done (key \(known.key)); see 'dure effects'"
            if known.state == .intended {
                try await ledger.settle(known.key, as: .unclear, response: reason, now: clock.now)
            }
            throw Failure(.permission, reason)
        }
    }

    /// Does it, and writes down what came of it: an error that says for certain that nothing was done ends it, any other leaves it unclear.
    private func carryOut(_ key: String, _ body: () async throws -> String) async throws -> String {
        do {
            let answer = try await body()
            try await ledger.settle(key, as: .done, response: answer, now: clock.now)
            return answer
        } catch let undone as Undone {
            try await ledger.settle(key, as: .failed, response: undone.description, now: clock.now)
            throw undone.failure
        } catch let failure as Failure {
            let state: Effect.State = failure.class.isCertain ? .failed : .unclear
            try await ledger.settle(key, as: state, response: failure.description, now: clock.now)
            throw failure
        }
    }
}

extension Failure.Class {
    /// Whether it says that nothing was done, rather than that nobody knows.
    package var isCertain: Bool {
        switch self {
        case .permission, .notFound, .invalid, .rateLimit: true
        case .timeOut, .unknown: false
        }
    }
}
