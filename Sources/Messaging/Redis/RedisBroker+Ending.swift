// SPDX-License-Identifier: Apache-2.0

package import Domain
import Logging
import NIOCore

/// What a person or the end of a process asks for.
extension RedisBroker {
    /// Whether everything that was sent to this process' agents was handed out, and this process has nothing of it left.
    func isBacklogHandled() async throws -> Bool {
        for agent in openMailboxes.map(\.owner) {
            for stream in streams(of: agent) {
                let replies = try await link.execute(
                    [
                        RedisCommand("XINFO", "STREAM", .text(stream)),
                        RedisCommand("XINFO", "GROUPS", .text(stream)),
                        RedisCommand("XPENDING", .text(stream), .text(agent.rawValue), "-", "+", "1", .text(process)),
                    ],
                    within: options.sendTimeout
                )
                let newest = replies[0]["last-generated-id"]?.text
                let group = replies[1].elements?.first { $0["name"]?.text == agent.rawValue }
                if let delivered = group?["last-delivered-id"]?.text, delivered != newest { return false }
                if replies[2].elements?.isEmpty == false { return false }
            }
        }
        return true
    }

    /// Hands back what was not handled and deletes the stream for answers, on a connection of its own: the others are closed.
    func closeDown() async {
        let left = state.withLock { state in
            defer { state.held = [:] }
            return state.held.filter { !$0.value.isAnswered }.sorted { $0.value.entry < $1.value.entry }
        }
        let commands =
            left.map { handing($0.value, of: $0.key.agent) } + [RedisCommand("DEL", .text(options.replies(process)))]
        do {
            let connection = try await RedisConnection.open(url, on: eventLoop)
            _ = try await connection.execute(commands)
            connection.close()
        } catch {
            logger.warning("what was not handled could not be handed back", metadata: ["error": "\(error)"])
        }
    }

    /// Deletes the streams of agents and events, and the dead letters: the end of a measurement or a test.
    package func removeStreams(of agents: [AgentName], events: [String]) async {
        let keys = agents.map { options.commands($0) } + events.map { options.events($0) } + [options.dead]
        do {
            _ = try await link.execute(
                [RedisCommand([.text("DEL")] + keys.map { .text($0) })],
                within: options.sendTimeout
            )
        } catch {
            logger.warning("streams could not be deleted", metadata: ["error": "\(error)"])
        }
    }

    /// The newest messages that were put aside by any process, newest first, each with its envelope as JSON where it had one.
    package func deadLetters(limit: Int) async throws(RedisError) -> [(
        time: Timestamp, stream: String, reason: String, envelope: String
    )] {
        let command = RedisCommand("XREVRANGE", .text(options.dead), "+", "-", "COUNT", .number(max(1, limit)))
        let reply = try await link.execute([command], within: options.sendTimeout).first
        return (reply?.elements ?? []).compactMap { StreamEntry($0) }.map { entry in
            (
                time: Timestamp(milliseconds: entry.text(.time).flatMap { Int64($0) } ?? 0),
                stream: entry.text(.stream) ?? "",
                reason: entry.text(.reason) ?? "",
                envelope: entry.text(.envelope) ?? ""
            )
        }
    }
}
