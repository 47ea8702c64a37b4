// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The ledger's calls as a worker elsewhere makes them; each throws `FleetCallError`, or `CancellationError`.
package protocol EffectConnection: Sendable {
    func begin(_ request: FleetWire.BeginEffect) async throws -> FleetWire.EffectAnswer
    func settle(_ request: FleetWire.SettleEffect) async throws
}

/// The ledger of effects at the other end of a worker's connection, fenced by the token of the job's lease.
///
/// Of several servers the one answers that has the worker's session, which may move while a call is made.
///
/// A call that is not answered is made again, a few times: both may come twice without harm. Where an intention could not be written down
/// nothing is done; where what came of it could not, the server finds the effect without an end once the lease is over.
package struct RemoteEffects: EffectLedger {
    /// How long to wait before each further try.
    private static let pauses: [TimeSpan] = [200, 400, 800, 1_600, 3_200].map { TimeSpan(milliseconds: $0) }

    private let connections: [any EffectConnection]
    private let clock: any TimeSource
    private let session: @Sendable () -> SessionID?
    /// The tokens under which effects were begun and not settled, by key.
    private let tokens = Locked<[String: String]>([:])

    /// Creates a ledger; `session` is the worker's present one.
    package init(
        connections: [any EffectConnection],
        clock: any TimeSource,
        session: @escaping @Sendable () -> SessionID?
    ) {
        self.connections = connections
        self.clock = clock
        self.session = session
    }

    package func begin(_ effect: Effect) async throws -> EffectAdmission {
        guard session() != nil, let job = effect.job, let token = effect.token else { return .stale }
        let answer: FleetWire.EffectAnswer
        do {
            answer = try await trying { connection, session in
                try await connection.begin(
                    FleetWire.BeginEffect(
                        session: session,
                        job: job,
                        token: token,
                        key: effect.key,
                        kind: effect.kind,
                        intent: effect.intent,
                        isRepeatable: effect.isRepeatable
                    )
                )
            }
        } catch FleetCallError.sessionIsOver {
            return .stale
        }
        var known = effect
        if let there = answer.effect {
            known.state = there.state
            known.intent = there.intent
            known.response = there.response
        }
        switch answer.admission {
        case .stale: return .stale
        case .otherIntent: return .otherIntent(known)
        case .granted, .known: tokens.withLock { $0[effect.key] = token }
        }
        return answer.admission == .granted ? .granted : .known(known)
    }

    package func settle(_ key: String, as state: Effect.State, response: String?, now: Timestamp) async throws {
        guard let token = tokens.withLock({ $0[key] }) else { throw FleetCallError.sessionIsOver }
        try await trying { connection, session in
            try await connection.settle(
                FleetWire.SettleEffect(session: session, key: key, token: token, state: state, response: response)
            )
        }
        tokens.withLock { $0[key] = nil }
    }

    private func trying<Value>(_ call: (any EffectConnection, SessionID) async throws -> Value) async throws -> Value {
        for pause in Self.pauses {
            do {
                return try await once(call)
            } catch FleetCallError.unreachable, FleetCallError.busy {
                try await clock.sleep(for: pause)
            }
        }
        return try await once(call)
    }

    /// Asks each server until one has the session; it is over when all say so.
    private func once<Value>(_ call: (any EffectConnection, SessionID) async throws -> Value) async throws -> Value {
        guard let session = session() else { throw FleetCallError.sessionIsOver }
        var silence: FleetCallError?
        for connection in connections {
            do {
                return try await call(connection, session)
            } catch let error as FleetCallError {
                switch error {
                case .sessionIsOver: continue
                case .unreachable, .busy: silence = error
                case .notAllowed, .refused: throw error
                }
            }
        }
        if silence == nil, self.session() != session { silence = .unreachable("the worker has just moved") }
        throw silence ?? FleetCallError.sessionIsOver
    }
}
