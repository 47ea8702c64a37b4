// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Messaging
import NIOCore
import Testing

/// What only streams have: entries from anywhere, readers that come and go, deliveries that are counted, and trimming.
@Suite(.enabled(if: TestRedis.isWanted, "there is no Redis"), .timeLimit(.minutes(10)))
struct RedisStreamTests {
    private struct Setting: Sendable {
        var pair: RedisPair
        var connection: RedisConnection
        var stream: String

        func execute(_ arguments: String...) async throws -> RESPValue {
            try await connection.demand(RedisCommand(arguments.map { .text($0) }))
        }

        /// Waits until the agent's group is there.
        func group(_ agent: AgentName = .fleet) async throws {
            try await pair.exchange.wait(for: "the group") {
                let reply = try await connection.execute([RedisCommand("XINFO", "GROUPS", .text(stream))])
                return reply[0].elements?.contains { $0["name"]?.text == agent.rawValue } == true
            }
        }
    }

    private func run(
        limits: MailboxLimits = MailboxLimits(),
        options: RedisBrokerOptions = RedisBrokerOptions.quick,
        _ body: @escaping @Sendable (Setting) async throws -> Void
    ) async throws {
        let url = try TestRedis.url()
        var options = options
        options.prefix = TestRedis.prefix()
        let stream = options.prefix + ":cmd:fleet"
        let connection = try await RedisConnection.open(url, on: RedisBroker.commonEventLoop)
        defer { connection.close() }
        try await RedisPair(url: url, options: options, limits: limits).run { pair in
            try await body(Setting(pair: pair, connection: connection, stream: stream))
        }
    }

    private static func number(_ mailbox: Mailbox) async throws -> Int {
        try #require(await mailbox.next()).payload.value(as: Ask.self).number
    }

    /// The wire form of a command, with some keys changed.
    private static func wire(_ changes: [String: JSONValue] = [:]) async throws -> String {
        let clock = RealClock()
        let broker = MemoryBroker(
            clock: clock,
            ids: IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max)),
            audit: MemoryAuditLog()
        )
        let envelope = try await broker.prepare(Ask(number: 1), from: .gateway, to: .fleet, deadline: nil, cause: nil)
        guard case .object(let members) = try CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(envelope))
        else { throw Failure(.invalid, "not an object") }
        return try CanonicalJSON.text(JSONValue.object(members.merging(changes) { $1 }))
    }

    @Test func `whatever lies in the stream is put aside with a reason, and the reading goes on`() async throws {
        try await run(options: .quick(with: \RedisBrokerOptions.lease, .minutes(10))) { setting in
            let mailbox = setting.pair.answering.mailbox(for: .fleet, events: [])
            try await setting.group()
            let hostile: [(envelope: String, reason: String)] = try await [
                ("", "cannot be read"),
                ("not json", "cannot be read"),
                ("{}", "cannot be read"),
                ("[[[[", "cannot be read"),
                (String(repeating: "[", count: 100_000), "cannot be read"),
                (Self.wire(["from": .string("mallory")]), "cannot be read"),
                (Self.wire(["id": .string("msg_x")]), "cannot be read"),
                (Self.wire(["version": .string("one")]), "cannot be read"),
                (Self.wire(["type": .string("response")]), "does not belong"),
                (Self.wire(["to": .string("analysis")]), "not for fleet"),
                (Self.wire(["to": .null]), "for nobody"),
                (Self.wire(["from": .string("analysis")]), "may not send"),
                (Self.wire(["hops": .integer(17)]), "hops"),
            ]
            for (envelope, _) in hostile {
                _ = try await setting.execute("XADD", setting.stream, "*", "e", envelope)
            }
            _ = try await setting.execute("XADD", setting.stream, "*", "x\r\n", "no envelope")
            try await setting.pair.asking.send(Ask(number: 42), from: .gateway, to: .fleet)
            #expect(try await Self.number(mailbox) == 42)
            let letters = try await setting.pair.answering.deadLetters(limit: 100).reversed()
            #expect(letters.count == hostile.count + 1)
            for (letter, (envelope, reason)) in zip(letters, hostile) {
                #expect(letter.reason.contains(reason), "\(letter.reason)")
                #expect(letter.envelope == envelope)
                #expect(letter.stream == setting.stream)
            }
            #expect(letters.last?.reason == "it has no envelope")
            #expect(setting.pair.answering.counts.dead == hostile.count + 1)
        }
    }

    @Test func `a message of a version that is not known reaches the agent, which puts it aside`() async throws {
        try await run { setting in
            let mailbox = setting.pair.answering.mailbox(for: .fleet, events: [])
            try await setting.group()
            _ = try await setting.execute("XADD", setting.stream, "*", "e", Self.wire(["version": .integer(9)]))
            #expect(await mailbox.next()?.version == 9)
        }
    }

    @Test func `two processes that read for one agent handle each message once`() async throws {
        try await run(options: .quick(with: \RedisBrokerOptions.lease, .minutes(10))) { setting in
            let seen = Log<Int>()
            let mailboxes = [
                setting.pair.answering.mailbox(for: .fleet, events: []),
                setting.pair.asking.mailbox(for: .fleet, events: []),
            ]
            try await setting.group()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for mailbox in mailboxes {
                    group.addTask {
                        while let envelope = await mailbox.next() {
                            seen.add(try envelope.payload.value(as: Ask.self).number)
                        }
                    }
                }
                for number in 0..<500 {
                    try await setting.pair.asking.send(Ask(number: number), from: .gateway, to: .fleet)
                }
                try await setting.pair.exchange.wait(for: "500 messages") { seen.all.count >= 500 }
                for mailbox in mailboxes {
                    mailbox.close()
                }
                try await group.waitForAll()
            }
            #expect(seen.all.sorted() == Array(0..<500))
        }
    }

    @Test func `what a reader took and did not come to an end with is taken over`() async throws {
        try await run { setting in
            _ = try await setting.execute("XGROUP", "CREATE", setting.stream, "fleet", "0", "MKSTREAM")
            for number in 0..<10 {
                try await setting.pair.asking.send(Ask(number: number), from: .gateway, to: .fleet)
            }
            _ = try await setting.execute(
                "XREADGROUP",
                "GROUP",
                "fleet",
                "ghost",
                "COUNT",
                "10",
                "STREAMS",
                setting.stream,
                ">"
            )
            let mailbox = setting.pair.answering.mailbox(for: .fleet, events: [])
            for number in 0..<10 {
                #expect(try await Self.number(mailbox) == number)
            }
            #expect(setting.pair.answering.counts.reclaimed == 10)
        }
    }

    @Test func `what was handed out more than five times is put aside`() async throws {
        try await run { setting in
            _ = try await setting.execute("XGROUP", "CREATE", setting.stream, "fleet", "0", "MKSTREAM")
            for number in 0..<2 {
                try await setting.pair.asking.send(Ask(number: number), from: .gateway, to: .fleet)
            }
            let read = try await setting.execute(
                "XREADGROUP",
                "GROUP",
                "fleet",
                "ghost",
                "COUNT",
                "10",
                "STREAMS",
                setting.stream,
                ">"
            )
            let ids = (read.pairs?.first?.value.elements ?? []).compactMap { $0.elements?.first?.text }
            #expect(ids.count == 2)
            // Taking over counts as one more: the first has had its five, the second has not.
            for (id, count) in zip(ids, ["5", "4"]) {
                _ = try await setting.execute(
                    "XCLAIM",
                    setting.stream,
                    "fleet",
                    "ghost",
                    "0",
                    id,
                    "RETRYCOUNT",
                    count,
                    "JUSTID"
                )
            }
            let mailbox = setting.pair.answering.mailbox(for: .fleet, events: [])
            #expect(try await Self.number(mailbox) == 1)
            let letters = try await setting.pair.answering.deadLetters(limit: 10)
            #expect(letters.map(\.reason) == ["it was handed out 5 times, and nobody came to its end"])
        }
    }

    @Test func `a message that takes longer than twice the lease stays in its hand`() async throws {
        try await run(options: .quick(with: \RedisBrokerOptions.lease, .seconds(5))) { setting in
            let slow = setting.pair.answering.mailbox(for: .fleet, events: [])
            try await setting.group()
            try await setting.pair.asking.send(Ask(number: 1), from: .gateway, to: .fleet)
            #expect(try await Self.number(slow) == 1)
            let other = setting.pair.asking.mailbox(for: .fleet, events: [])
            try await RealClock().sleep(for: TimeSpan(milliseconds: 11_000))
            #expect(other.count == 0)
            #expect(setting.pair.exchange.counts().reclaimed == 0)
            let pending = try await setting.execute("XPENDING", setting.stream, "fleet", "-", "+", "10")
            #expect(pending.elements?.count == 1)
            // It was handed out once, however often it was kept.
            #expect(pending.elements?.first?.elements?[3].integer == 1)
        }
    }

    @Test func `a mailbox that is closed hands its messages to the next one, at once and in order`() async throws {
        try await run(options: .quick(with: \RedisBrokerOptions.lease, .minutes(10))) { setting in
            let first = setting.pair.answering.mailbox(for: .fleet, events: [])
            for number in 0..<5 {
                try await setting.pair.asking.send(Ask(number: number), from: .gateway, to: .fleet)
            }
            try await setting.pair.exchange.wait(for: "five messages") { first.count == 5 }
            for envelope in first.empty() {
                setting.pair.answering.discard(envelope, because: .stopped(.fleet))
            }
            let second = setting.pair.asking.mailbox(for: .fleet, events: [])
            for number in 0..<5 {
                #expect(try await Self.number(second) == number)
            }
        }
    }

    @Test func `what a process leaves when it ends is there for the next, and its reply stream is gone`() async throws {
        try await run(options: .quick(with: \RedisBrokerOptions.lease, .minutes(10))) { setting in
            let url = try TestRedis.url()
            let leaving = RedisBroker(
                url: url,
                clock: RealClock(),
                seed: 99,
                audit: MemoryAuditLog(),
                options: setting.pair.asking.options
            )
            let mailbox = leaving.mailbox(for: .fleet, events: [])
            let running = Task { await leaving.run() }
            try await setting.group()
            try await setting.pair.asking.send(Ask(number: 7), from: .gateway, to: .fleet)
            #expect(try await Self.number(mailbox) == 7)
            running.cancel()
            await running.value
            let next = setting.pair.answering.mailbox(for: .fleet, events: [])
            #expect(try await Self.number(next) == 7)
            let streams = try await setting.execute("KEYS", setting.pair.asking.options.prefix + ":rep:*")
            #expect(streams.elements?.count == 2)
        }
    }

    @Test func `what was handled, and what was answered, is acknowledged without delay`() async throws {
        try await run(options: .quick(with: \RedisBrokerOptions.lease, .minutes(10))) { setting in
            let mailbox = setting.pair.answering.mailbox(for: .fleet, events: [])
            for number in 0..<10 {
                try await setting.pair.asking.send(Ask(number: number), from: .gateway, to: .fleet)
                #expect(try await Self.number(mailbox) == number)
            }
            async let answer = setting.pair.asking.request(Ask(number: 10), from: .gateway, to: .fleet)
            let request = try #require(await mailbox.next())
            setting.pair.answering.respond(to: request, with: .success(Answer(square: 100)))
            #expect(try await answer.square == 100)
            try await setting.pair.exchange.wait(for: "acknowledgements") {
                try await setting.execute("XPENDING", setting.stream, "fleet").elements?.first?.integer == 0
            }
        }
    }

    @Test func `a stream is trimmed up to what is not acknowledged, and no further`() async throws {
        try await run { setting in
            let mailbox = setting.pair.answering.mailbox(for: .fleet, events: [])
            try await setting.group()
            for number in 0..<1_000 {
                try await setting.pair.asking.send(Ask(number: number), from: .gateway, to: .fleet)
                if number < 700 { #expect(try await Self.number(mailbox) == number) }
            }
            // 699 is in hand, and 300 wait; Redis trims by nodes of a hundred entries.
            try await setting.pair.exchange.wait(for: "a trimmed stream") {
                try await setting.execute("XLEN", setting.stream).integer.map { $0 < 450 } == true
            }
            // However often it is trimmed from now on.
            for _ in 0..<20 {
                try await RealClock().sleep(for: TimeSpan(milliseconds: 50))
                let length = try #require(try await setting.execute("XLEN", setting.stream).integer)
                #expect(length >= 301)
            }
            for number in 700..<1_000 {
                #expect(try await Self.number(mailbox) == number)
            }
        }
    }

    @Test func `a sender is told when too much lies before the agent`() async throws {
        try await run(options: .quick(with: \RedisBrokerOptions.backlogLimit, 10)) { setting in
            _ = try await setting.execute("XGROUP", "CREATE", setting.stream, "fleet", "0", "MKSTREAM")
            var error: MessageError?
            var sent = 0
            while error == nil, sent < 100 {
                let number = sent
                error = await messageError {
                    try await setting.pair.asking.send(Ask(number: number), from: .gateway, to: .fleet)
                }
                sent += 1
            }
            #expect(error == .mailboxFull(.fleet))
            #expect(sent == 11)
            _ = try await setting.execute("XTRIM", setting.stream, "MAXLEN", "0")
            try await setting.pair.exchange.wait(for: "room") {
                await messageError { try await setting.pair.asking.send(Ask(number: 1), from: .gateway, to: .fleet) }
                    == nil
            }
        }
    }

    @Test func `no more requests wait than the limit allows`() async throws {
        try await run(options: .quick(with: \RedisBrokerOptions.requestLimit, 2)) { setting in
            _ = setting.pair.answering.mailbox(for: .fleet, events: [])
            let errors = await withTaskGroup(of: MessageError?.self) { group in
                for number in 0..<3 {
                    group.addTask {
                        await messageError {
                            _ = try await setting.pair.asking.request(
                                Ask(number: number),
                                from: .gateway,
                                to: .fleet,
                                timeout: TimeSpan(milliseconds: 300)
                            )
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(errors.filter { $0 == .mailboxFull(.fleet) }.count == 1)
            #expect(setting.pair.asking.counts.timedOut == 2)
        }
    }

    @Test func `a reply may be megabytes long`() async throws {
        try await run { setting in
            let mailbox = setting.pair.answering.mailbox(for: .fleet, events: [])
            async let error = messageError {
                _ = try await setting.pair.asking.request(Ask(number: 1), from: .gateway, to: .fleet)
            }
            let envelope = try #require(await mailbox.next())
            let message = String(repeating: "줄\r\n", count: 1_000_000)
            setting.pair.answering.respond(to: envelope, with: .failure(.failed(message: message, class: .invalid)))
            #expect(await error == .failed(message: message, class: .invalid))
        }
    }
}

extension RedisBrokerOptions {
    /// Leases of a tenth of a second, and a receiver that may take long to start.
    fileprivate static let quick: RedisBrokerOptions = {
        var options = RedisBrokerOptions.patient
        options.lease = TimeSpan(milliseconds: 100)
        options.upkeepInterval = TimeSpan(milliseconds: 20)
        return options
    }()

    fileprivate static func quick<Value>(
        with key: WritableKeyPath<RedisBrokerOptions, Value>,
        _ value: Value
    ) -> RedisBrokerOptions {
        var options = quick
        options[keyPath: key] = value
        return options
    }
}
