// SPDX-License-Identifier: Apache-2.0

/// Something that costs money or changes the outside, written down before and after it is done.
package struct Effect: Hashable, Codable, Sendable {
    /// How far it is.
    package enum State: String, Codable, LifeCycle {
        /// It may have been done: the intention was written, and no result yet.
        case intended
        case done
        /// It was not done, for certain.
        case failed
        /// Nobody knows whether it was done: a person, or a look at the other side, must say.
        case unclear
        /// Nobody knows whether it was done, and it matters no longer: what came after set the same thing whole.
        case superseded

        package static var subject: String { "effect" }
        package static var moves: [State: Set<State>] {
            [
                .intended: [.done, .failed, .unclear, .superseded],
                .unclear: [.done, .failed, .superseded],
                .failed: [.intended],
                .done: [],
                .superseded: [],
            ]
        }
    }

    /// Unique for ever; sent to the other side as its idempotency key where it knows such a thing.
    package var key: String
    package var workspace: WorkspaceID
    package var campaign: CampaignID?
    /// What is done, such as `lever.apply`.
    package var kind: String
    /// The job on whose behalf, and the token of its lease.
    package var job: JobID?
    package var token: String?
    /// What shall be done, as canonical JSON.
    package var intent: String
    /// Whether doing it twice is the same as once.
    package var isRepeatable: Bool
    package var state: State
    /// What the other side answered, or why it is not done.
    package var response: String?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    /// Creates an effect that shall be done now.
    package init(
        key: String,
        workspace: WorkspaceID,
        campaign: CampaignID? = nil,
        kind: String,
        job: JobID? = nil,
        token: String? = nil,
        intent: String,
        isRepeatable: Bool = false,
        now: Timestamp
    ) {
        self.key = key
        self.workspace = workspace
        self.campaign = campaign
        self.kind = kind
        self.job = job
        self.token = token
        self.intent = intent
        self.isRepeatable = isRepeatable
        state = .intended
        createdAt = now
        updatedAt = now
    }
}

/// What the ledger says to an intention.
package enum EffectAdmission: Hashable, Sendable {
    /// Written down: do it now.
    case granted
    /// It was begun before; as it is. One that is done must not be done again, one that is intended or unclear not before it is known.
    case known(Effect)
    /// The key stands for another intention.
    case otherIntent(Effect)
    /// The job's lease is over: do nothing.
    case stale
}

/// What somebody who changes the outside needs of the ledger of effects.
package protocol EffectLedger: Sendable {
    /// Writes an intention down, safe from a power cut, unless its key is known or its job's token is stale. One that failed for certain
    /// may be begun again.
    func begin(_ effect: Effect) async throws -> EffectAdmission
    /// Writes down what became of an effect; throws `IllegalMove` for one that has another end.
    func settle(_ key: String, as state: Effect.State, response: String?, now: Timestamp) async throws
}

/// The ledger of effects.
package protocol EffectStore: EffectLedger {
    /// One effect; nil when there is none of that key.
    func effect(_ key: String) async throws -> Effect?
    /// Effects in a state, oldest first.
    func effects(in state: Effect.State, limit: Int) async throws -> [Effect]
}
