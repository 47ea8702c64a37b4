// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Messaging

/// The way in for people and programs: what it sends goes out under the name `gateway`.
package struct Gateway: Sendable {
    private let broker: any MessageBroker
    private let readHealth: @Sendable () -> [AgentHealth]

    /// Creates a way in to agents that run elsewhere.
    package init(broker: any MessageBroker) {
        self.init(broker: broker) { [] }
    }

    init(broker: any MessageBroker, readHealth: @escaping @Sendable () -> [AgentHealth]) {
        self.broker = broker
        self.readHealth = readHealth
    }

    /// How every agent fares, in the order in which the host got them.
    package var health: [AgentHealth] { readHealth() }

    /// Asks an agent and waits for the answer; throws `MessageError`.
    package func request<A: Action>(
        _ action: A,
        to agent: AgentName,
        timeout: TimeSpan = .seconds(30)
    ) async throws -> A.Reply {
        try await broker.request(action, from: .gateway, to: agent, timeout: timeout, cause: nil)
    }

    /// Sends a command and returns when it lies in the agent's mailbox.
    package func send<A: Action>(_ command: A, to agent: AgentName) async throws {
        try await broker.send(command, from: .gateway, to: agent)
    }

    /// Publishes an event.
    package func publish<E: Event>(_ event: E) async throws {
        try await broker.publish(event, from: .gateway)
    }
}
