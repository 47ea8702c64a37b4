// SPDX-License-Identifier: Apache-2.0

/// Who may send requests and commands to whom; everybody may publish events.
package struct AllowList: Sendable {
    private let receivers: [AgentName: Set<AgentName>]

    /// Creates a list: for each sender those that it may address.
    package init(_ receivers: [AgentName: Set<AgentName>]) {
        self.receivers = receivers
    }

    /// The list of the house.
    ///
    /// It has no cycle, so that no two agents can wait for each other.
    package static let standard = AllowList([
        .gateway: [.orchestrator, .fleet, .analysis, .variable],
        .orchestrator: Set(AgentName.allCases).subtracting([.gateway, .orchestrator]),
        .campaign: [.variable, .fleet, .analysis],
        .variable: [.fleet],
        .monitoring: [.fleet],
    ])

    /// Whether a request from one to the other is allowed.
    package func permitsRequest(from sender: AgentName, to receiver: AgentName) -> Bool {
        receivers[sender]?.contains(receiver) ?? false
    }

    /// Whether a command is allowed: as for a request, and an agent may always send one to itself, as its tickers do.
    package func permitsCommand(from sender: AgentName, to receiver: AgentName) -> Bool {
        sender == receiver && sender != .gateway || permitsRequest(from: sender, to: receiver)
    }
}
