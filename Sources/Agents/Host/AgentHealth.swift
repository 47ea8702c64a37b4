// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Messaging

/// How one agent fares.
package struct AgentHealth: Hashable, Codable, Sendable {
    /// What the agent is doing.
    package enum State: String, Codable, Sendable, CaseIterable {
        /// It reads the store.
        case starting
        /// It handles messages.
        case running
        /// It crashed and waits to be started again.
        case restarting
        /// It ended, in good order or for good.
        case stopped
    }

    package let name: AgentName
    package var state = State.starting
    /// Requests answered, with a reply or an error.
    package var answers = 0
    /// Messages handled, of any type.
    package var handled = 0
    /// Handlers and starts that threw.
    package var errors = 0
    package var restarts = 0
    /// Messages that wait.
    package var mailboxSize = 0
    /// When it was started last; nil before the first time.
    package var runningSince: Timestamp?
    /// When it took up the message that it is handling; nil when it is idle.
    package var busySince: Timestamp?
    /// The last error, in one sentence.
    package var lastError: String?

    /// Creates the health of an agent that has not started yet.
    package init(name: AgentName) {
        self.name = name
    }

    /// For how long it has been running without a restart.
    package func uptime(at now: Timestamp) -> TimeSpan {
        guard state == .running, let runningSince else { return .zero }
        return now - runningSince
    }
}

/// Something about an agent that a person may have to know.
package struct AgentIncident: Hashable, Sendable {
    /// What happened.
    package enum Kind: String, Sendable {
        /// The agent crashed and will be started again.
        case restarted
        /// The agent was restarted too often within a minute.
        case escalated
    }

    package let agent: AgentName
    package let kind: Kind
    /// How often the agent was restarted since the host began, this time included.
    package let restarts: Int
    /// Why it crashed.
    package let reason: String
    package let time: Timestamp
}

/// Why the host ended by itself.
package enum AgentHostError: Error, Hashable, CustomStringConvertible {
    /// An agent that the house cannot do without kept crashing.
    case agentGaveUp(AgentName, reason: String)
    /// Two agents have one name.
    case duplicateAgent(AgentName)

    package var description: String {
        switch self {
        case .agentGaveUp(let name, let reason): "the agent \(name) kept crashing, last with: \(reason)"
        case .duplicateAgent(let name): "two agents are named \(name); give each a name of its own"
        }
    }
}
