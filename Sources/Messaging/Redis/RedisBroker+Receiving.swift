// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Logging
import NIOCore

extension RedisBroker {
    /// The most entries that one read brings.
    private static let batch = 64
    /// How long a read waits for something to come.
    private static let block = TimeSpan.seconds(2)

    /// Hands the answers to this process' requests to those who wait for them; the one place where the process' reply stream is read.
    func readReplies() async {
        let stream = options.replies(process)
        let position = Locked("0")
        await supervision("replies").run { connection in
            // After a loss of its data Redis may count entries from an earlier instant on.
            if try await self.renewReplies(connection) { position.withLock { $0 = "0" } }
            while !Task.isCancelled {
                let command = RedisCommand(
                    "XREAD",
                    "COUNT",
                    .number(Self.batch),
                    "BLOCK",
                    .number(Self.block.milliseconds),
                    "STREAMS",
                    .text(stream),
                    .text(position.withLock { $0 })
                )
                try await self.read(command, on: connection) { _, entry in
                    position.withLock { $0 = entry.id }
                    self.take(answer: entry)
                }
            }
            return true
        }
    }

    /// Makes the stream for answers where it is not there, and keeps it for a while; without that, answers to a process that ended would stay for ever.
    ///
    /// Returns whether it was not there.
    @discardableResult
    func renewReplies(_ connection: RedisConnection) async throws(RedisError) -> Bool {
        let stream = RedisCommand.Argument.text(options.replies(process))
        let replies = try await connection.execute([
            RedisCommand("XGROUP", "CREATE", stream, "keep", "$", "MKSTREAM"),
            RedisCommand("PEXPIRE", stream, .number(TimeSpan.minutes(5).milliseconds)),
        ])
        if let text = replies[0].errorText, !text.hasPrefix("BUSYGROUP") {
            throw .refused(command: "XGROUP", reason: text)
        }
        return replies[0].errorText == nil
    }

    /// Runs a reading command and hands over each entry on the event loop, where it has just arrived: no task has to wake up first.
    private func read(
        _ command: RedisCommand,
        on connection: RedisConnection,
        each: @escaping @Sendable (_ stream: String, StreamEntry) -> Void
    ) async throws(RedisError) {
        let result: Result<Void, RedisError> = await withCheckedContinuation { continuation in
            connection.send([command], blocking: .milliseconds(Self.block.milliseconds)) { result in
                switch result {
                case .failure(let error): continuation.resume(returning: .failure(error))
                case .success(let replies):
                    if let text = replies.first?.errorText {
                        continuation.resume(returning: .failure(.refused(command: command.name, reason: text)))
                        return
                    }
                    for (stream, entries) in replies.first?.pairs ?? [] {
                        for entry in (entries.elements ?? []).compactMap({ StreamEntry($0) }) {
                            each(stream.text ?? "", entry)
                        }
                    }
                    continuation.resume(returning: .success(()))
                }
            }
        }
        try result.get()
    }

    private func take(answer entry: StreamEntry) {
        do {
            let response = try Self.envelope(in: entry[.envelope] ?? ByteBuffer())
            guard let request = response.causationID, requests.end(request, with: .success(response.payload)) else {
                desk.count { $0.late += 1 }
                return
            }
        } catch {
            desk.count { $0.dead += 1 }
            logger.error("an answer cannot be read", metadata: ["entry": "\(entry.id)", "error": "\(error)"])
        }
    }

    /// Reads an agent's streams into its mailbox, never more than fits, until the mailbox is closed.
    func takeIn(_ mailbox: Mailbox) async {
        await supervision("agent \(mailbox.owner)").run { connection in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    // A read that blocks would take one more message, for a mailbox that is closed.
                    try await mailbox.closing.wait()
                    connection.close()
                    return true
                }
                group.addTask { try await self.read(into: mailbox, on: connection) }
                defer { group.cancelAll() }
                return try await group.next() ?? true
            }
        }
    }

    private func read(into mailbox: Mailbox, on connection: RedisConnection) async throws -> Bool {
        let streams = streams(of: mailbox.owner)
        try await makeGroups(for: mailbox.owner, on: connection)
        while !Task.isCancelled {
            let room = await mailbox.room()
            guard room > 0 else { return true }
            // COUNT is for each stream.
            let count = max(1, min(Self.batch, room / streams.count))
            let start: [RedisCommand.Argument] = [
                "XREADGROUP", "GROUP", .text(mailbox.owner.rawValue), .text(process), "COUNT", .number(count),
                "BLOCK", .number(Self.block.milliseconds), "STREAMS",
            ]
            let command = RedisCommand(start + streams.map { .text($0) } + streams.map { _ in ">" })
            do {
                try await read(command, on: connection) { stream, entry in
                    self.take(entry, of: stream, into: mailbox)
                }
            } catch {
                guard error.isOfMissingGroup else { throw error }
                try await makeGroups(for: mailbox.owner, on: connection)
            }
        }
        return true
    }

    /// The stream of an agent's commands, then those of the events that it subscribed to.
    func streams(of agent: AgentName) -> [String] {
        let events = state.withLock { $0.subscriptions[agent] ?? [] }
        return [options.commands(agent)] + events.map { options.events($0) }
    }

    /// Makes an agent's consumer groups where they are not there: at the first start ever, and after Redis lost its data.
    private func makeGroups(for agent: AgentName, on connection: RedisConnection) async throws(RedisError) {
        let streams = streams(of: agent)
        let commands = streams.enumerated().map { index, stream in
            // Commands that came before their reader are for it; events that came before a subscription are not.
            RedisCommand(
                "XGROUP",
                "CREATE",
                .text(stream),
                .text(agent.rawValue),
                .text(index == 0 ? "0" : "$"),
                "MKSTREAM"
            )
        }
        for reply in try await connection.execute(commands) {
            if let text = reply.errorText, !text.hasPrefix("BUSYGROUP") {
                throw .refused(command: "XGROUP", reason: text)
            }
        }
    }

    static func envelope(in body: ByteBuffer) throws -> Envelope {
        try CanonicalJSON.decode(Envelope.self, from: Data(body.readableBytesView))
    }
}
