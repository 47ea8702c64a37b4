// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import NIOCore

/// What becomes of each message that was taken from a stream: into a mailbox, acknowledged, handed back, or put aside.
extension RedisBroker {
    /// Puts an entry into its agent's mailbox; whatever cannot be put there is put aside with a reason, and never stops the reading.
    ///
    /// `deliveries` is how often it was handed out, this time included.
    func take(_ entry: StreamEntry, of stream: String, into mailbox: Mailbox, deliveries: Int = 1) {
        let agent = mailbox.owner
        guard let body = entry[.envelope] else {
            putAside(ByteBuffer(), of: stream, entry: entry.id, by: agent, reason: "it has no envelope")
            return
        }
        let envelope: Envelope
        do {
            var read = try Self.envelope(in: body)
            read.isKept = entry[.kept] != nil
            envelope = read
        } catch {
            putAside(body, of: stream, entry: entry.id, by: agent, reason: "its envelope cannot be read: \(error)")
            return
        }
        if let reason = objection(to: envelope, for: agent, deliveries: deliveries) {
            if envelope.isKept { handled?.add(envelope.id) }
            let isInHand = state.withLock { $0.held[Hand(agent: agent, message: envelope.id)]?.entry == entry.id }
            if !isInHand { putAside(body, of: stream, entry: entry.id, by: agent, reason: reason) }
            return
        }
        let held = Held(stream: stream, entry: entry.id, replyTo: entry.text(.replyTo), since: .now())
        if envelope.type == .event, envelope.from == agent {
            acknowledge(held, by: agent)
            return
        }
        guard grasp(envelope, as: held, by: agent) else { return }
        admit(envelope, into: mailbox, coalescing: entry[.coalescing] != nil)
    }

    /// Takes a message into hand; false for one that is there already or came before, whose copy is acknowledged.
    private func grasp(_ envelope: Envelope, as held: Held, by agent: AgentName) -> Bool {
        let hand = Hand(agent: agent, message: envelope.id)
        let (isNew, isCopy) = state.withLock { state in
            if let present = state.held[hand] { return (false, present.entry != held.entry) }
            guard state.recent[agent, default: RecentMessages(limit: options.recentLimit)].insert(envelope.id) else {
                return (false, true)
            }
            state.held[hand] = held
            return (true, false)
        }
        if isCopy {
            desk.count { $0.duplicates += 1 }
            acknowledge(held, by: agent)
        }
        return isNew
    }

    private func admit(_ envelope: Envelope, into mailbox: Mailbox, coalescing: Bool) {
        let hand = Hand(agent: mailbox.owner, message: envelope.id)
        switch mailbox.admit(envelope, coalescing: coalescing) {
        case .accepted: break
        case .replaced(let oldest): giveUp(oldest, by: mailbox.owner, because: .mailboxFull(mailbox.owner))
        case .full: giveUp(envelope, by: mailbox.owner, because: .mailboxFull(mailbox.owner))
        case .leftOut where coalescing:
            desk.count { $0.coalesced += 1 }
            letGo(hand)
        case .leftOut: giveUp(envelope, by: mailbox.owner, because: .mailboxFull(mailbox.owner))
        case .closed, .wait: handBack(hand)
        }
    }

    /// Why a message must not reach the agent; nil when it may.
    private func objection(to envelope: Envelope, for agent: AgentName, deliveries: Int) -> String? {
        if deliveries > options.maximumDeliveries {
            return "it was handed out \(deliveries - 1) times, and nobody came to its end"
        }
        if envelope.hops > Envelope.maximumHops {
            return "it has \(envelope.hops) hops; at most \(Envelope.maximumHops) are allowed"
        }
        switch envelope.type {
        case .response: return "a response does not belong into this stream"
        case .event where envelope.to == nil, .event where envelope.isKept && envelope.to == agent: return nil
        case .event: return "an event has no receiver, and this one names \(envelope.to ?? agent)"
        case .request, .command:
            guard envelope.to == agent else {
                return "it is for \(envelope.to?.rawValue ?? "nobody"), not for \(agent)"
            }
            return desk.permits(envelope) ? nil : "\(envelope.from) may not send \(envelope.payload.action) to \(agent)"
        }
    }

    /// Hears that the next message was asked for.
    func ended(_ envelope: Envelope, _ ending: Mailbox.Ending, by agent: AgentName) {
        if envelope.isKept, let handled {
            switch ending {
            case .handled: handled.add(envelope.id)
            case .failed:
                state.withLock { _ = $0.recent[agent]?.remove(envelope.id) }
                if handled.failed(envelope.id) { bury(envelope, reason: "its handler failed again and again") }
            }
        }
        letGo(Hand(agent: agent, message: envelope.id))
    }

    /// Gives up a message: a request is answered with the error, and what a store keeps comes again.
    func giveUp(_ envelope: Envelope, by agent: AgentName, because error: MessageError) {
        desk.count { $0.dropped += 1 }
        if envelope.isKept { state.withLock { _ = $0.recent[agent]?.remove(envelope.id) } }
        if envelope.type == .request { answer(envelope, with: .failure(error)) }
        letGo(Hand(agent: agent, message: envelope.id))
    }

    /// Acknowledges a message in hand, unless its answer did.
    private func letGo(_ hand: Hand) {
        guard let held = state.withLock({ $0.held.removeValue(forKey: hand) }), !held.isAnswered else { return }
        acknowledge(held, by: hand.agent)
    }

    private func acknowledge(_ held: Held, by agent: AgentName) {
        // What is lost here is taken in again later, known by its identifier, and acknowledged then.
        link.submit([Self.acknowledgement(of: held, by: agent)], within: options.sendTimeout) { _ in }
    }

    static func acknowledgement(of held: Held, by agent: AgentName) -> RedisCommand {
        RedisCommand("XACK", .text(held.stream), .text(agent.rawValue), .text(held.entry))
    }

    /// Lets whoever is the agent next take a message over at once, instead of after twice the lease.
    func handBack(_ hand: Hand) {
        let held = state.withLock { state in
            state.recent[hand.agent]?.remove(hand.message)
            return state.held.removeValue(forKey: hand)
        }
        guard let held, !held.isAnswered else { return }
        link.submit([handing(held, of: hand.agent)], within: options.sendTimeout) { _ in }
    }

    /// The command that makes an entry look as if nobody had cared for it for a day.
    func handing(_ held: Held, of agent: AgentName) -> RedisCommand {
        RedisCommand(
            "XCLAIM",
            .text(held.stream),
            .text(agent.rawValue),
            .text(process),
            "0",
            .text(held.entry),
            "IDLE",
            .number(TimeSpan.days(1).milliseconds),
            "JUSTID"
        )
    }

    /// Writes a dead letter, and acknowledges the entry that it was, in one pipeline.
    func putAside(
        _ body: ByteBuffer,
        of stream: String,
        entry: String? = nil,
        by agent: AgentName? = nil,
        reason: String
    ) {
        desk.count { $0.dead += 1 }
        logger.warning("a message could not be handled", metadata: ["stream": "\(stream)", "reason": "\(reason)"])
        var commands = [
            RedisCommand(
                "XADD",
                .text(options.dead),
                "MAXLEN",
                "~",
                .number(options.keptReplies),
                "*",
                .field(.envelope),
                .bytes(body),
                .field(.reason),
                .text(reason),
                .field(.stream),
                .text(stream),
                .field(.time),
                .number(clock.now.milliseconds)
            )
        ]
        if let entry, let agent {
            commands.append(RedisCommand("XACK", .text(stream), .text(agent.rawValue), .text(entry)))
        }
        link.submit(commands, within: options.sendTimeout) { _ in }
    }
}
