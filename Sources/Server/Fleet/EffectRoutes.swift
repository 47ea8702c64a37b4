// SPDX-License-Identifier: Apache-2.0

import Domain
import HTTPTypes
import Jobs
import Operations

/// The ledger of effects for workers that have no database at hand: what shall be done before it is done, and what came of it.
///
/// A worker reaches the effects of its own jobs only: an intention needs the token of a lease that is not over, an end the token of the
/// intention, and a key has the job's identifier or token in it, so that no worker can take another one's.
struct EffectRoutes: Sendable {
    /// The longest key and kind, in bytes.
    private static let longestKey = 200

    let desk: FleetDesk
    let store: any EffectStore & JobStore
    let clock: any TimeSource

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/v1/fleet/effects/begin",
                "beginEffect",
                .workers,
                .scope(.work),
                "Writes down what shall be done to the outside, before it is done.",
                takes: .json(FleetWire.BeginEffect.schema),
                gives: [.json(FleetWire.EffectAnswer.schema)],
                problems: [.sessionIsOver],
                handle: begin
            ),
            Endpoint(
                .post,
                "/v1/fleet/effects/settle",
                "settleEffect",
                .workers,
                .scope(.work),
                "Writes down what became of an effect.",
                takes: .json(FleetWire.SettleEffect.schema),
                gives: [.nothing],
                problems: [.sessionIsOver, .staleToken],
                handle: settle
            ),
        ]
    }

    @Sendable private func begin(_ call: Call) async throws -> Answer {
        let request = try call.decode(FleetWire.BeginEffect.self)
        try Self.check(request)
        try await desk.check(request.session, key: call.caller.id)
        guard let job = try await store.job(request.job), job.lease?.token == request.token else {
            return try .json(FleetWire.EffectAnswer(.stale))
        }
        let effect = Effect(
            key: request.key,
            workspace: job.workspace,
            campaign: job.campaign,
            kind: request.kind,
            job: job.id,
            token: request.token,
            intent: request.intent,
            isRepeatable: request.isRepeatable ?? false,
            now: clock.now
        )
        return try .json(FleetWire.EffectAnswer(try await store.begin(effect)))
    }

    private static func check(_ request: FleetWire.BeginEffect) throws(Problem) {
        for (field, text) in [("key", request.key), ("kind", request.kind)] {
            guard (1...longestKey).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
            else {
                throw Problem(
                    .invalid,
                    "'\(field)' is not a name",
                    field: field,
                    value: String(text.prefix(longestKey)),
                    expected: "1 to \(longestKey) printable ASCII characters without blanks"
                )
            }
        }
        guard request.key.contains(request.job.text) || request.key.contains(request.token), !request.token.isEmpty
        else {
            throw Problem(
                .invalid,
                "an effect's key tells whose it is",
                field: "key",
                value: request.key,
                expected: "a key that has the job's identifier or its token in it"
            )
        }
        guard !request.intent.utf8.contains(0) else {
            throw Problem(.invalid, "a text has a NUL character", field: "intent")
        }
    }

    @Sendable private func settle(_ call: Call) async throws -> Answer {
        let request = try call.decode(FleetWire.SettleEffect.self)
        guard request.state != .intended, request.state != .superseded else {
            throw Problem(
                .invalid,
                "this is no end that a worker can tell",
                field: "state",
                value: request.state.rawValue,
                expected: "done, failed or unclear"
            )
        }
        guard request.response?.utf8.contains(0) != true else {
            throw Problem(.invalid, "a text has a NUL character", field: "response")
        }
        try await desk.check(request.session, key: call.caller.id)
        guard let effect = try await store.effect(request.key), effect.token == request.token else {
            throw Problem(
                .staleToken,
                "no effect of this key was begun under this token",
                field: "token",
                expected: "the token under which the effect was begun"
            )
        }
        do {
            try await store.settle(
                request.key,
                as: request.state,
                response: request.response,
                now: clock.now
            )
        } catch is IllegalMove {
            throw Problem(
                .staleToken,
                "the effect has another end: it is \(effect.state.rawValue)",
                field: "state",
                value: request.state.rawValue
            )
        }
        return .nothing
    }
}
