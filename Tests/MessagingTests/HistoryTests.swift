// SPDX-License-Identifier: Apache-2.0

import Domain
import Messaging
import Testing

struct HistoryTests {
    /// Five senders that ask, tell and command three agents in a seeded order: a line for each message, then the wire form of the first.
    private func history(seed: UInt64, rounds: Int) throws -> [String] {
        let post = Post(limits: MailboxLimits(capacity: 4), seed: seed)
        try post.clock.run {
            let names: [AgentName] = [.fleet, .analysis, .variable]
            let mailboxes = names.map { post.broker.mailbox(for: $0, events: [Bell.name]) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for mailbox in mailboxes {
                    group.addTask { try await post.answer(mailbox) }
                }
                try await withThrowingTaskGroup(of: Void.self) { senders in
                    for index in 0..<5 {
                        senders.addTask {
                            var generator = SplitMix64(seed: seed &+ UInt64(index))
                            for round in 0..<rounds {
                                let name = names[Int.random(in: 0..<3, using: &generator)]
                                _ = try await post.broker.request(Ask(number: round), from: .gateway, to: name)
                                try await post.broker.publish(Bell(number: round), from: .campaign)
                                try await post.broker.send(Ask(number: round), from: .orchestrator, to: name)
                                let pause = Int64.random(in: 0...5, using: &generator)
                                try await post.clock.sleep(for: TimeSpan(milliseconds: pause))
                            }
                        }
                    }
                    try await senders.waitForAll()
                }
                try await post.broker.quiet()
                for mailbox in mailboxes {
                    mailbox.close()
                }
                try await group.waitForAll()
            }
        }
        let seen = post.seen.all
        let lines = seen.map {
            "\($0.id) \($0.type) \($0.from) \($0.timestamp.milliseconds) \($0.causationID?.text ?? "")"
        }
        return try lines + seen.prefix(200).map { try CanonicalJSON.text($0) }
    }

    @Test func `two runs with one seed exchange the same ten thousand messages, and another seed others`() throws {
        let first = try history(seed: 11, rounds: 500)
        #expect(first.count == 10_000 + 200)
        #expect(try history(seed: 11, rounds: 500) == first)
        #expect(try history(seed: 12, rounds: 500) != first)
    }
}
