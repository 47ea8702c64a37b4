// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The ledger of effects for workers that have no database at hand.
extension FleetWire {
    /// `POST /v1/fleet/effects/begin`: what shall be done to the outside on behalf of a job that is held.
    package struct BeginEffect: Codable, Hashable, Sendable {
        package var session: SessionID
        package var job: JobID
        /// The token that came with the job.
        package var token: String
        /// Unique for ever; has the job's identifier or its token in it.
        package var key: String
        /// What is done, such as `lever.apply`.
        package var kind: String
        /// What shall be done, as JSON in a text.
        package var intent: String
        /// Whether doing it twice is the same as once; not when left out.
        package var isRepeatable: Bool?

        private enum CodingKeys: String, CodingKey {
            case session
            case job
            case token
            case key
            case kind
            case intent
            case isRepeatable = "repeatable"
        }
    }

    /// The answer to `effects/begin`.
    package struct EffectAnswer: Codable, Hashable, Sendable {
        /// What the ledger says to an intention.
        package enum Admission: String, Codable, Hashable, Sendable {
            /// Written down: do it now.
            case granted
            /// It was begun before, and is as `effect` says.
            case known
            /// The key stands for another intention.
            case otherIntent
            /// The job's lease is over: do nothing.
            case stale
        }

        /// An effect as the ledger has it.
        package struct Known: Codable, Hashable, Sendable {
            package var state: Effect.State
            package var intent: String
            package var response: String?

            /// Creates a view of an effect.
            package init(_ effect: Effect) {
                state = effect.state
                intent = effect.intent
                response = effect.response
            }
        }

        package var admission: Admission
        package var effect: Known?

        /// Creates an answer.
        package init(_ admission: EffectAdmission) {
            switch admission {
            case .granted: self.admission = .granted
            case .stale: self.admission = .stale
            case .known(let effect):
                self.admission = .known
                self.effect = Known(effect)
            case .otherIntent(let effect):
                self.admission = .otherIntent
                self.effect = Known(effect)
            }
        }
    }

    /// `POST /v1/fleet/effects/settle`: what became of an effect that the worker began.
    package struct SettleEffect: Codable, Hashable, Sendable {
        package var session: SessionID
        package var key: String
        /// The token under which it was begun.
        package var token: String
        package var state: Effect.State
        /// What the other side answered, or why it is not done.
        package var response: String?
    }
}
