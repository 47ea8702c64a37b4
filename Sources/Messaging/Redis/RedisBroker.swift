// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging
package import NIOCore
import NIOPosix

/// A broker between processes: streams of Redis carry the messages, and `run` has to run meanwhile.
///
/// It keeps what `MessageBroker` promises, with these differences, which a network makes:
///
/// - A command is sent when Redis has it, not when it lies in the mailbox. What finds no reader waits in the stream; only an agent that has
///   never been there is `noSuchAgent`, and only `backlogLimit` unread messages are `mailboxFull` to the sender of a command.
/// - A command comes at least once: it is handed out again when its reader's process ends before it is handled. A handler that throws has
///   handled it, as in memory, unless a store keeps it (`OutboxRelay`).
/// - Commands and requests of one sender keep their order, and so do its events of one name; between those there is none.
/// - Events are not awaited. They reach all agents that have ever subscribed, in no order among them.
/// - To discard with `MessageError.stopped` is to hand a message back to whoever is that agent next. `quiet` looks at this process' mailboxes.
package final class RedisBroker: MessageBroker {
    /// A message in an agent's hands; one event may be in the hands of several.
    struct Hand: Hashable {
        var agent: AgentName
        var message: MessageID
    }

    /// What is known about a message that was taken from a stream and not acknowledged.
    struct Held {
        var stream: String
        var entry: String
        var replyTo: String?
        /// When it was taken, or others were last told that it is in hand.
        var since: NIODeadline
        var isAnswered = false
    }

    struct State {
        var mailboxes: [AgentName: Mailbox] = [:]
        var subscriptions: [AgentName: [String]] = [:]
        var held: [Hand: Held] = [:]
        var recent: [AgentName: RecentMessages] = [:]
        var backlog: [AgentName: Int] = [:]
        var letters: [DeadLetter] = []
    }

    /// What was set about it.
    package let options: RedisBrokerOptions
    let desk: EnvelopeDesk
    let clock: any TimeSource
    /// The name of this process among those that share the streams.
    let process: String
    let link: RedisLink
    let requests: RedisRequests
    let eventLoop: any EventLoop
    let traffic = Traffic()
    let state = Locked(State())
    let handled: HandledMessages?
    let logger: Logger
    let url: RedisURL
    private let limits: MailboxLimits
    private let seed: UInt64
    private let openings: (stream: AsyncStream<Mailbox>, feed: AsyncStream<Mailbox>.Continuation)

    /// Creates a broker; nothing is connected before `run`.
    ///
    /// The seed, of identifiers and of jitter, must be another one in every process. `handled` hears of the messages that a store keeps.
    package init(
        url: RedisURL,
        eventLoop: any EventLoop = RedisBroker.commonEventLoop,
        clock: any TimeSource,
        seed: UInt64,
        allowList: AllowList = .standard,
        audit: any AuditLog,
        options: RedisBrokerOptions = RedisBrokerOptions(),
        limits: MailboxLimits = MailboxLimits(),
        handled: HandledMessages? = nil,
        logger: Logger = Logger(label: "dure.messaging.redis"),
        observer: (@Sendable (Envelope) -> Void)? = nil
    ) {
        let ids = IdentifierGenerator(clock: clock, seed: SplitMix64.seed(seed, "identifiers"))
        let desk = EnvelopeDesk(clock: clock, ids: ids, allowList: allowList, audit: audit, observer: observer)
        self.url = url
        self.eventLoop = eventLoop
        self.clock = clock
        self.seed = seed
        self.options = options
        self.limits = limits
        self.handled = handled
        self.logger = logger
        self.desk = desk
        process = String(ids.next(MessageIdentity.self).text.dropFirst(4))
        requests = RedisRequests(limit: options.requestLimit, eventLoop: eventLoop) { desk.count { $0.timedOut += 1 } }
        link = RedisLink(
            RedisSupervision(url: url, eventLoop: eventLoop, clock: clock, seed: seed, logger: logger)
        )
        let opened = AsyncStream<Mailbox>.makeStream(bufferingPolicy: .bufferingNewest(256))
        openings = (stream: opened.stream, feed: opened.continuation)
    }

    /// An event loop of the process' own threads.
    package static var commonEventLoop: any EventLoop { MultiThreadedEventLoopGroup.singleton.next() }

    /// Whether a server can be reached and entered; throws `RedisError` when not.
    package static func check(_ url: RedisURL) async throws(RedisError) {
        try await RedisConnection.open(url, on: commonEventLoop).close()
    }

    /// What went through this process so far.
    package var counts: MessageCounts { desk.counts }

    /// The messages that this process put aside, oldest first; those of all processes are `deadLetters(limit:)`.
    package var deadLetters: [DeadLetter] { state.withLock { $0.letters } }

    /// Whether the connection that sends is there: without it, nothing goes out.
    package var isConnected: Bool { link.isConnected }

    /// How often the connection that sends was made.
    package var connections: Int { link.connections }

    /// Carries messages until the task is cancelled; then hands back what was not handled.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.link.run() }
            group.addTask { await self.readReplies() }
            group.addTask { await self.keepUp() }
            for await mailbox in openings.stream {
                group.addTask { await self.takeIn(mailbox) }
            }
            group.cancelAll()
        }
        await closeDown()
    }

    func supervision(_ part: String) -> RedisSupervision {
        RedisSupervision(
            url: url,
            eventLoop: eventLoop,
            clock: clock,
            seed: SplitMix64.seed(seed, part),
            logger: logger
        )
    }

    package func mailbox(for owner: AgentName, events: [String]) -> Mailbox {
        let mailbox = Mailbox(owner: owner, limits: limits, traffic: traffic) { [weak self] envelope, ending in
            self?.ended(envelope, ending, by: owner)
        }
        let previous = state.withLock { state in
            state.subscriptions[owner] = events
            defer { state.mailboxes[owner] = mailbox }
            return state.mailboxes[owner]
        }
        for envelope in previous?.empty() ?? [] {
            handBack(Hand(agent: owner, message: envelope.id))
        }
        openings.feed.yield(mailbox)
        return mailbox
    }

    package func bury(_ envelope: Envelope, reason: String) {
        let held: Held? = state.withLock { state in
            if state.letters.count >= MemoryBroker.deadLetterLimit { state.letters.removeFirst() }
            state.letters.append(DeadLetter(envelope: envelope, reason: reason, time: clock.now))
            return envelope.to.flatMap { state.held[Hand(agent: $0, message: envelope.id)] }
        }
        if envelope.isKept { handled?.add(envelope.id) }
        do {
            putAside(try Self.bytes(of: envelope), of: held?.stream ?? "", reason: reason)
        } catch {
            logger.error("a dead letter cannot be written", metadata: ["error": "\(error)"])
        }
    }

    package func discard(_ envelope: Envelope, because error: MessageError) {
        switch error {
        case .stopped(let agent): handBack(Hand(agent: agent, message: envelope.id))
        case .mailboxFull(let agent): giveUp(envelope, by: agent, because: error)
        default: giveUp(envelope, by: envelope.to ?? envelope.from, because: error)
        }
    }

    package func quiet() async throws {
        while true {
            try await traffic.quiet()
            if try await isBacklogHandled() { return }
            try await clock.sleep(for: TimeSpan(milliseconds: 5))
        }
    }

    static func bytes(of envelope: Envelope) throws -> ByteBuffer {
        ByteBuffer(bytes: try CanonicalJSON.encode(envelope))
    }
}
