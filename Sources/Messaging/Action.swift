// SPDX-License-Identifier: Apache-2.0

/// Something that one agent asks of another: sent as a request it is answered with a `Reply`, as a command it is not.
package protocol Action: Codable, Sendable {
    /// What the agent that carries it out answers.
    associatedtype Reply: Codable & Sendable

    /// The name on the wire, such as `create_campaign`; no two actions of one agent share it.
    static var name: String { get }
}

/// Something that has happened: a wake-up for whoever subscribed, never an order.
///
/// It may be lost, and may come twice.
package protocol Event: Codable, Sendable {
    /// The name on the wire, such as `job_ended`.
    static var name: String { get }
}

/// An event that must reach those who act on it, however the messages fare.
///
/// Where a store keeps messages it is written down once for each of its receivers, in one commit with what has happened, and sent until that
/// receiver has handled it. It may come twice, and after a later one: who handles it acts once for what it says.
package protocol KeptEvent: Event {
    /// Every agent that subscribes to it.
    static var receivers: [AgentName] { get }
}

/// The reply of an action that has nothing to say but that it was done.
package struct Done: Codable, Hashable, Sendable {
    /// Creates the reply.
    package init() {}
}
