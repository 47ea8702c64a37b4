// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Messaging

/// An actor that decides, and handles one message at a time.
///
/// The store is its truth: `start` rebuilds what the agent keeps in memory, at the first start and after every crash. An error that a
/// request's handler throws is the answer to the request; one that a command's or an event's handler throws is a crash.
package protocol Agent: Actor {
    /// The name of its mailbox.
    nonisolated var name: AgentName { get }

    /// What it does on which message; its subscriptions are the events among them.
    nonisolated var handlers: Handlers<Self> { get }

    /// What is sent at fixed intervals on its behalf.
    nonisolated var tickers: [Ticker] { get }

    /// Whether the house cannot go on without it.
    nonisolated var isEssential: Bool { get }

    /// Reconciles from the store; called before the first message and after every crash.
    func start() async throws
}

extension Agent {
    package nonisolated var tickers: [Ticker] { [] }
    package nonisolated var isEssential: Bool { true }
}

/// A message that is sent again and again, through the clock.
package struct Ticker: Sendable {
    /// The wire name of what is sent.
    package let name: String
    /// The interval, at least a millisecond.
    package let interval: TimeSpan
    let send: @Sendable (any MessageBroker, AgentName) async throws -> Void

    /// A command that the agent gets from itself; it is left out while the one before is still unread.
    package static func every<A: Action>(_ interval: TimeSpan, send command: A) -> Ticker {
        Ticker(name: A.name, interval: max(interval, TimeSpan(milliseconds: 1))) { broker, agent in
            try await broker.send(command, from: agent, to: agent, coalescing: true, cause: nil)
        }
    }

    /// An event that the agent publishes.
    package static func every<E: Event>(_ interval: TimeSpan, publish event: E) -> Ticker {
        Ticker(name: E.name, interval: max(interval, TimeSpan(milliseconds: 1))) { broker, agent in
            try await broker.publish(event, from: agent, cause: nil)
        }
    }
}
