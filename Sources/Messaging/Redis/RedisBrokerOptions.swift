// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What can be set about a broker on Redis.
package struct RedisBrokerOptions: Hashable, Sendable {
    /// What the names of all keys begin with; installations that share a server have different ones.
    package var prefix = "dure"
    /// For how long an agent's process has the right to be it; after twice this time without a sign, others take its messages over.
    package var lease = TimeSpan.seconds(10)
    /// For how long a command is tried to be sent when Redis cannot be reached.
    package var sendTimeout = TimeSpan.seconds(10)
    /// For how long a receiver that has never been there is waited for.
    package var grace = TimeSpan.seconds(5)
    /// How often it is looked whether a request that waits for its answer is still there; one that Redis has lost is sent again.
    package var requestCheck = TimeSpan.seconds(3)
    /// How many requests of this process may wait for their answers.
    package var requestLimit = 10_000
    /// How many messages may lie before an agent, read or not; the next one is refused.
    package var backlogLimit = 100_000
    /// How many messages' identifiers are remembered, to know second copies.
    package var recentLimit = 10_000
    /// About how many answers and dead letters are kept, each.
    package var keptReplies = 10_000
    /// How often a message may be handed out before it is put aside.
    package var maximumDeliveries = 5
    /// After how long without a reader a subscriber of events is forgotten.
    package var subscriberRetention = TimeSpan.hours(1)
    /// How often the broker looks after its streams.
    package var upkeepInterval = TimeSpan(milliseconds: 500)

    /// Creates the options of the house.
    package init() {}

    func commands(_ agent: AgentName) -> String { "\(prefix):cmd:\(agent.rawValue)" }
    func events(_ name: String) -> String { "\(prefix):evt:\(name)" }
    func replies(_ process: String) -> String { "\(prefix):rep:\(process)" }
    var dead: String { "\(prefix):dead" }
}
