// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain

/// The way from requests to the agents, wherever these are.
final class AgentDoor: Sendable {
    private let gateway = Locked<Gateway?>(nil)
    private let elsewhere: Gateway?
    /// Whether agents shall run in this process, though perhaps not at this moment.
    let expectsOwn: Bool

    /// A door; `elsewhere` reaches agents of other processes.
    init(elsewhere: Gateway?, expectsOwn: Bool) {
        self.elsewhere = elsewhere
        self.expectsOwn = expectsOwn
    }

    /// Lets requests through while the body runs.
    func opened<Value: Sendable>(to gateway: Gateway, _ body: () async throws -> Value) async rethrows -> Value {
        self.gateway.withLock { $0 = gateway }
        defer { self.gateway.withLock { $0 = nil } }
        return try await body()
    }

    /// The way to the agents now; nil while there are none.
    var way: Gateway? { gateway.withLock { $0 } ?? elsewhere }

    /// Whether the agents are in other processes, so that nobody here starts what is ready.
    var isElsewhere: Bool { gateway.withLock { $0 } == nil && elsewhere != nil }

    /// Where the agents are, in a word.
    var place: String {
        if gateway.withLock({ $0 }) != nil { return "here" }
        return elsewhere == nil ? "nowhere" : "elsewhere"
    }
}
