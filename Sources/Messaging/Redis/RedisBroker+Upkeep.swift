// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import NIOCore

/// What has to be done from time to time: keep what is in hand, take over what others left, and clear away what is done.
extension RedisBroker {
    /// Every so many turns the streams are trimmed, and readers that are gone are forgotten.
    private static let turnsPerTrim = 10
    private static let page = 64

    /// Looks after the streams until the task is cancelled.
    func keepUp() async {
        var turn = 0
        while !Task.isCancelled {
            do {
                try await clock.sleep(for: options.upkeepInterval)
            } catch {
                return
            }
            do {
                try await renewReplies()
                try await keepHeld()
                for mailbox in openMailboxes {
                    try await reclaim(for: mailbox)
                    if turn.isMultiple(of: Self.turnsPerTrim) { try await tidy(for: mailbox.owner) }
                }
                turn += 1
            } catch {
                // The next turn tries again; the connection's own end is logged where it is noticed.
                logger.debug("the upkeep of streams was cut short", metadata: ["error": "\(error)"])
            }
        }
    }

    var openMailboxes: [Mailbox] {
        state.withLock { state in
            AgentName.allCases.compactMap { state.mailboxes[$0] }.filter { !$0.isClosed }
        }
    }

    private func execute(_ commands: [RedisCommand]) async throws(RedisError) -> [RESPValue] {
        try await link.execute(commands, within: options.upkeepInterval * 4)
    }

    private func renewReplies() async throws(RedisError) {
        let stream = RedisCommand.Argument.text(options.replies(process))
        let reply = try await execute([RedisCommand("PEXPIRE", stream, .number(TimeSpan.minutes(5).milliseconds))])
        guard reply.first?.integer == 0 else { return }
        _ = try await execute([RedisCommand("XGROUP", "CREATE", stream, "keep", "$", "MKSTREAM")])
    }

    /// Tells Redis that messages which take long are still in hand, so that nobody takes them over.
    private func keepHeld() async throws(RedisError) {
        let now = NIODeadline.now()
        let age = TimeAmount.milliseconds(options.lease.milliseconds / 2)
        let due: [(hand: Hand, held: Held)] = state.withLock { state in
            let due = state.held.filter { now - $0.value.since >= age }
            for hand in due.keys {
                state.held[hand]?.since = now
            }
            return due.map { (hand: $0.key, held: $0.value) }
        }
        // One that somebody else took over a moment ago is left to them.
        let idle = options.lease.milliseconds / 4
        let commands = due.sorted { $0.held.entry < $1.held.entry }.map { hand, held in
            RedisCommand(
                "XCLAIM",
                .text(held.stream),
                .text(hand.agent.rawValue),
                .text(process),
                .number(idle),
                .text(held.entry),
                "JUSTID"
            )
        }
        if !commands.isEmpty { _ = try await execute(commands) }
    }

    /// Takes over what was handed out and not acknowledged for twice the lease.
    private func reclaim(for mailbox: Mailbox) async throws(RedisError) {
        let agent = mailbox.owner
        for stream in streams(of: agent) {
            var cursor = "0-0"
            repeat {
                // A full mailbox is for the next turn: the others' streams must not wait for it.
                let room = mailbox.freeRoom
                guard room > 0 else { return }
                let claim = RedisCommand(
                    "XAUTOCLAIM",
                    .text(stream),
                    .text(agent.rawValue),
                    .text(process),
                    .number((options.lease * 2).milliseconds),
                    .text(cursor),
                    "COUNT",
                    .number(min(Self.page, room))
                )
                guard let parts = try await execute([claim]).first?.elements, parts.count >= 2 else { break }
                cursor = parts[0].text ?? "0-0"
                let entries = (parts[1].elements ?? []).compactMap { StreamEntry($0) }
                // Entries that are gone while they were waiting; a store that keeps them sends them again.
                let lost = parts.count > 2 ? parts[2].elements?.count ?? 0 : 0
                desk.count { counts in
                    counts.reclaimed += entries.count
                    counts.lost += lost
                }
                try await takeOver(entries, of: stream, into: mailbox)
            } while cursor != "0-0"
        }
    }

    private func takeOver(_ entries: [StreamEntry], of stream: String, into mailbox: Mailbox) async throws(RedisError) {
        guard let first = entries.first, let last = entries.last else { return }
        let pending = RedisCommand(
            "XPENDING",
            .text(stream),
            .text(mailbox.owner.rawValue),
            .text(first.id),
            .text(last.id),
            .number(Self.page),
            .text(process)
        )
        var deliveries: [String: Int] = [:]
        for row in try await execute([pending]).first?.elements ?? [] {
            guard let parts = row.elements, parts.count == 4, let id = parts[0].text else { continue }
            deliveries[id] = parts[3].integer.map { Int(clamping: $0) }
        }
        for entry in entries {
            take(entry, of: stream, into: mailbox, deliveries: deliveries[entry.id] ?? 1)
        }
    }

    /// Forgets readers and subscribers that are gone, then clears away what everybody has acknowledged.
    private func tidy(for agent: AgentName) async throws(RedisError) {
        for (index, stream) in streams(of: agent).enumerated() {
            let groups = try await execute([RedisCommand("XINFO", "GROUPS", .text(stream))]).first?.elements ?? []
            var positions: [StreamPosition] = []
            for group in groups {
                guard let name = group["name"]?.text else { continue }
                if try await forgetReaders(of: stream, group: name, isOfEvents: index > 0) { continue }
                guard let position = try await position(of: group, name: name, in: stream) else { return }
                positions.append(position)
            }
            guard let least = positions.min(), least.milliseconds > 0 else { continue }
            _ = try await execute([RedisCommand("XTRIM", .text(stream), "MINID", "~", .text(least.description))])
        }
    }

    /// The first entry that a group has not done with: the oldest that is not acknowledged, else the last that was handed out.
    private func position(of group: RESPValue, name: String, in stream: String) async throws(RedisError)
        -> StreamPosition?
    {
        guard let delivered = group["last-delivered-id"]?.text.flatMap({ StreamPosition($0) }) else { return nil }
        guard group["pending"]?.integer != 0 else { return delivered }
        let summary = try await execute([RedisCommand("XPENDING", .text(stream), .text(name))]).first
        guard let parts = summary?.elements, parts.count >= 2 else { return nil }
        // Null: what was pending a moment ago has been acknowledged.
        guard let oldest = parts[1].text.flatMap({ StreamPosition($0) }) else { return delivered }
        return min(oldest, delivered)
    }

    /// Deletes readers that were not seen for long and hold nothing; returns whether the whole group was deleted, a subscriber that is gone.
    private func forgetReaders(of stream: String, group: String, isOfEvents: Bool) async throws(RedisError) -> Bool {
        let key = RedisCommand.Argument.text(stream)
        let readers = try await execute([RedisCommand("XINFO", "CONSUMERS", key, .text(group))]).first?.elements ?? []
        let limit = options.subscriberRetention.milliseconds
        let gone = readers.filter { ($0["idle"]?.integer ?? 0) > limit }
        if isOfEvents, !readers.isEmpty, gone.count == readers.count {
            _ = try await execute([RedisCommand("XGROUP", "DESTROY", key, .text(group))])
            return true
        }
        let removals = gone.filter { $0["pending"]?.integer == 0 }.compactMap { $0["name"]?.text }.map { name in
            RedisCommand("XGROUP", "DELCONSUMER", key, .text(group), .text(name))
        }
        if !removals.isEmpty { _ = try await execute(removals) }
        return false
    }
}
