// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging

/// Sends what a store keeps, and again until it was handled, so that whatever the broker forgets arrives nevertheless.
///
/// A message is kept before it is sent; its receiver's process takes it out of the store when it was handled (`HandledMessages`). It may
/// therefore come more than once, also long after it was handled: whoever handles it acts once for what it says. `run` has to run. Any number of
/// processes may run a relay over one store; what each sends again is known by its identifier.
package final class OutboxRelay: Sendable {
    /// How the relay paces itself.
    package struct Timing: Hashable, Sendable {
        /// How long a message may be under way before it is sent again; doubled at each time it is, up to a minute.
        package var patience = TimeSpan.seconds(5)
        /// How often the store is looked at.
        package var interval = TimeSpan(milliseconds: 500)
        /// How many of the oldest messages are looked at, at most.
        package var batch = 1_000

        /// Creates the timing of the house.
        package init() {}
    }

    private struct Attempt {
        var count: Int
        var next: Timestamp
    }

    private static let longestPatience = TimeSpan.minutes(1)

    private let store: any OutboxStore
    private let broker: any EnvelopeCarrier
    private let handled: HandledMessages
    private let clock: any TimeSource
    private let timing: Timing
    private let logger: Logger
    private let attempts = Locked<[MessageID: Attempt]>([:])
    private let sent = Locked(0)
    private let resent = Locked(0)
    private let lastLook = Locked<Timestamp?>(nil)
    /// What was kept and is to be sent for the first time; what does not fit is sent by the next look at the store.
    private let fresh = Locked<[OutboxMessage]>([])
    private let isFresh = Gate()
    private static let freshLimit = 10_000

    /// Creates a relay; `handled` is the list that the broker was created with.
    package init(
        store: any OutboxStore,
        broker: any EnvelopeCarrier,
        handled: HandledMessages,
        clock: any TimeSource,
        timing: Timing = Timing(),
        logger: Logger = Logger(label: "dure.messaging.outbox")
    ) {
        self.store = store
        self.broker = broker
        self.handled = handled
        self.clock = clock
        self.timing = timing
        self.logger = logger
    }

    /// When the store was last looked at, by the steady clock; nil before the first time.
    package var lastLookAt: Timestamp? { lastLook.withLock { $0 } }

    /// How many messages this relay was the first to send.
    package var sentCount: Int { sent.withLock { $0 } }

    /// How many messages were sent a second time, or more often.
    package var resentCount: Int { resent.withLock { $0 } }

    /// Makes a command and what the store keeps of it, for a caller that writes it down in one commit with what causes it, and then calls `sendKept`.
    ///
    /// After the deadline the message is of no use: it is put aside instead of being sent again.
    package func prepare<A: Action>(
        _ command: A,
        from sender: AgentName,
        to receiver: AgentName,
        deadline: Timestamp? = nil,
        cause: Envelope? = nil
    ) async throws -> OutboxMessage {
        let envelope = try await broker.prepare(command, from: sender, to: receiver, deadline: deadline, cause: cause)
        return OutboxMessage(
            id: envelope.id,
            receiver: receiver.rawValue,
            envelope: try CanonicalJSON.text(envelope),
            createdAt: envelope.timestamp
        )
    }

    /// Makes an event and what the store keeps of it, once for each receiver, for a caller that writes it down in one commit with what has
    /// happened, and then calls `hand`.
    package func prepare<E: KeptEvent>(
        _ event: E,
        from sender: AgentName,
        cause: Envelope? = nil
    ) throws -> [OutboxMessage] {
        try E.receivers.filter { $0 != sender }.map { receiver in
            let envelope = try broker.prepare(event, from: sender, to: receiver, cause: cause)
            return OutboxMessage(
                id: envelope.id,
                receiver: receiver.rawValue,
                envelope: try CanonicalJSON.text(envelope),
                createdAt: envelope.timestamp
            )
        }
    }

    /// Has `run` send messages that the store keeps, in this order, and does not wait for it.
    package func hand(_ messages: [OutboxMessage]) {
        guard !messages.isEmpty else { return }
        fresh.withLock { fresh in
            fresh += messages.prefix(max(Self.freshLimit - fresh.count, 0))
        }
        isFresh.open()
    }

    /// Keeps a command and sends it: when this returns, the command will be handled, now or after whatever has failed is back.
    package func post<A: Action>(
        _ command: A,
        from sender: AgentName,
        to receiver: AgentName,
        deadline: Timestamp? = nil,
        cause: Envelope? = nil
    ) async throws {
        let message = try await prepare(command, from: sender, to: receiver, deadline: deadline, cause: cause)
        try await store.post([message])
        await sendKept([message])
    }

    /// Sends messages that the store keeps, for the first time; what fails is sent again by `run`.
    package func sendKept(_ messages: [OutboxMessage]) async {
        for message in messages {
            sent.withLock { $0 += 1 }
            await send(message)
        }
    }

    /// Sends what it was handed, and again what was not handled in time, and tells the store what was, until the task is cancelled.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.sendFresh() }
            group.addTask { await self.lookAgain() }
        }
    }

    private func sendFresh() async {
        while true {
            do { try await isFresh.wait() } catch { return }
            isFresh.close()
            let messages = fresh.withLock { fresh in
                defer { fresh = [] }
                return fresh
            }
            await sendKept(messages)
        }
    }

    private func lookAgain() async {
        while !Task.isCancelled {
            await settle()
            do {
                try await sendAgain()
                try await clock.sleep(for: timing.interval)
            } catch is CancellationError {
                break
            } catch {
                logger.warning("the outbox could not be read", metadata: ["error": "\(error)"])
                do { try await clock.sleep(for: timing.interval) } catch { break }
            }
        }
        await settle()
    }

    /// Tells the store which messages were handled.
    private func settle() async {
        let ids = handled.take()
        guard !ids.isEmpty else { return }
        do {
            try await store.handled(ids)
            attempts.withLock { attempts in
                for id in ids {
                    attempts[id] = nil
                }
            }
        } catch {
            for id in ids {
                handled.add(id)
            }
            logger.warning("handled messages could not be taken out of the outbox", metadata: ["error": "\(error)"])
        }
    }

    private func sendAgain() async throws {
        // Whatever instants the store has are of somebody's wall clock: how long a message waits is counted from when it was first seen here.
        let waiting = try await store.unhandledMessages(limit: timing.batch)
        let now = clock.steady
        lastLook.withLock { $0 = now }
        let due = attempts.withLock { attempts in
            // What is not among them any more was handled, maybe by another process.
            let present = Set(waiting.map(\.id))
            attempts = attempts.filter { present.contains($0.key) || $0.value.next > now }
            for message in waiting where attempts[message.id] == nil {
                attempts[message.id] = Attempt(count: 0, next: now + timing.patience)
            }
            return waiting.filter { attempts[$0.id].map { $0.next <= now } ?? false }
        }
        for message in due {
            try Task.checkCancellation()
            resent.withLock { $0 += 1 }
            await send(message)
        }
    }

    private func send(_ message: OutboxMessage) async {
        note(message.id)
        do {
            let envelope = try CanonicalJSON.decode(Envelope.self, from: message.envelope)
            if let deadline = envelope.deadline, deadline <= clock.now {
                broker.bury(envelope, reason: "its deadline passed before it was handled")
                handled.add(message.id)
            } else {
                try await broker.carry(envelope)
            }
        } catch {
            logger.warning(
                "a kept message could not be sent; it will be tried again",
                metadata: ["message": "\(message.id)", "to": "\(message.receiver)", "error": "\(error)"]
            )
        }
    }

    private func note(_ id: MessageID) {
        let now = clock.steady
        attempts.withLock { attempts in
            let count = attempts[id]?.count ?? 0
            let wait = min(timing.patience * (Int64(1) << Int64(min(count, 16))), Self.longestPatience)
            attempts[id] = Attempt(count: count + 1, next: now + max(wait, timing.patience))
        }
    }
}
