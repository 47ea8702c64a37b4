// SPDX-License-Identifier: Apache-2.0

import Domain
import Messaging
import Testing

/// What every broker promises about mailboxes, commands and events.
@Suite(.timeLimit(.minutes(10)))
struct MailboxContractTests {
    /// The numbers of the messages that come next.
    private static func numbers(_ count: Int, from mailbox: Mailbox) async throws -> [Int] {
        var numbers: [Int] = []
        for _ in 0..<count {
            let envelope = try #require(await mailbox.next())
            numbers.append(
                envelope.type == .event
                    ? try envelope.payload.value(as: Bell.self).number : try envelope.payload.value(as: Ask.self).number
            )
        }
        return numbers
    }

    @Test(arguments: Carrier.available)
    func `commands of one sender arrive once each and in their order, however small the mailbox`(
        carrier: Carrier
    ) async throws {
        try await carrier.run(limits: MailboxLimits(capacity: 3)) { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0..<300 {
                        try await exchange.asking.send(Ask(number: number), from: .gateway, to: .fleet)
                    }
                }
                #expect(try await Self.numbers(300, from: mailbox) == Array(0..<300))
                try await group.waitForAll()
            }
            #expect(exchange.counts().commands == 300)
        }
    }

    @Test(arguments: Carrier.available)
    func `events reach all subscribers but the sender, in the order in which they were sent`(
        carrier: Carrier
    ) async throws {
        try await carrier.run { exchange in
            let heard = exchange.answering.mailbox(for: .orchestrator, events: [Bell.name])
            let also = exchange.asking.mailbox(for: .fleet, events: [Bell.name])
            let own = exchange.answering.mailbox(for: .analysis, events: [Bell.name])
            let deaf = exchange.answering.mailbox(for: .variable, events: [])
            // The subscriptions are there once a command got through on each.
            for mailbox in [heard, also, own, deaf] {
                try await exchange.asking.send(
                    Ask(number: 0),
                    from: mailbox.owner == .gateway ? .gateway : mailbox.owner,
                    to: mailbox.owner
                )
                _ = await mailbox.next()
            }
            for number in 1...20 {
                try await exchange.asking.publish(Bell(number: number), from: .analysis)
            }
            #expect(try await Self.numbers(20, from: heard) == Array(1...20))
            #expect(try await Self.numbers(20, from: also) == Array(1...20))
            for mailbox in [own, deaf] {
                try await exchange.asking.send(Ask(number: 99), from: mailbox.owner, to: mailbox.owner)
                #expect(try await Self.numbers(1, from: mailbox) == [99])
            }
            #expect(exchange.counts().events == 20)
        }
    }

    @Test(arguments: Carrier.available)
    func `a coalescing command is left out while one like it is unread`(carrier: Carrier) async throws {
        try await carrier.run { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [])
            for number in 1...3 {
                try await exchange.asking.send(
                    Ask(number: number),
                    from: .fleet,
                    to: .fleet,
                    coalescing: true,
                    cause: nil
                )
            }
            try await exchange.asking.send(Ask(number: 4), from: .gateway, to: .fleet, coalescing: true, cause: nil)
            try await exchange.wait(for: "four commands") { mailbox.count + exchange.counts().coalesced == 4 }
            #expect(try await Self.numbers(2, from: mailbox) == [1, 4])
            #expect(exchange.counts().coalesced == 2)
            try await exchange.asking.send(Ask(number: 5), from: .fleet, to: .fleet, coalescing: true, cause: nil)
            #expect(try await Self.numbers(1, from: mailbox) == [5])
        }
    }

    @Test(arguments: Carrier.available)
    func `a full mailbox that fails answers the next request so`(carrier: Carrier) async throws {
        try await carrier.run(limits: MailboxLimits(capacity: 2, policy: .fail)) { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [])
            for number in 1...2 {
                try await exchange.asking.send(Ask(number: number), from: .gateway, to: .fleet)
            }
            try await exchange.wait(for: "a full mailbox") { mailbox.count == 2 }
            let error = await messageError {
                _ = try await exchange.asking.request(Ask(number: 3), from: .gateway, to: .fleet)
            }
            #expect(error == .mailboxFull(.fleet))
            #expect(try await Self.numbers(2, from: mailbox) == [1, 2])
        }
    }

    @Test(arguments: Carrier.available)
    func `a full mailbox that drops answers its oldest request so`(carrier: Carrier) async throws {
        try await carrier.run(limits: MailboxLimits(capacity: 2, policy: .dropOldest)) { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [])
            async let error = messageError {
                _ = try await exchange.asking.request(Ask(number: 1), from: .gateway, to: .fleet)
            }
            try await exchange.wait(for: "the request") { mailbox.count == 1 }
            for number in 2...3 {
                try await exchange.asking.send(Ask(number: number), from: .gateway, to: .fleet)
            }
            #expect(await error == .mailboxFull(.fleet))
            #expect(try await Self.numbers(2, from: mailbox) == [2, 3])
            #expect(exchange.counts().dropped == 1)
        }
    }

    @Test(arguments: Carrier.available)
    func `a new event takes the place of an older event`(carrier: Carrier) async throws {
        try await carrier.run(limits: MailboxLimits(capacity: 3, policy: .fail)) { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [Bell.name])
            try await exchange.asking.send(Ask(number: 1), from: .gateway, to: .fleet)
            try await exchange.wait(for: "the command") { mailbox.count == 1 }
            for number in 11...14 {
                try await exchange.asking.publish(Bell(number: number), from: .campaign)
            }
            try await exchange.wait(for: "the events") { exchange.counts().dropped == 2 }
            #expect(try await Self.numbers(3, from: mailbox) == [1, 13, 14])
        }
    }

    @Test(arguments: Carrier.available)
    func `it is quiet when the last message is handled, not when it is taken`(carrier: Carrier) async throws {
        try await carrier.run { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [])
            let log = Log<String>()
            for number in 1...10 {
                try await exchange.asking.send(Ask(number: number), from: .gateway, to: .fleet)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while let envelope = await mailbox.next() {
                        try await exchange.clock.sleep(for: TimeSpan(milliseconds: 10))
                        log.add("handled \(try envelope.payload.value(as: Ask.self).number)")
                    }
                }
                try await exchange.answering.quiet()
                log.add("quiet")
                mailbox.close()
                try await group.waitForAll()
            }
            #expect(log.all == (1...10).map { "handled \($0)" } + ["quiet"])
        }
    }

    @Test(arguments: Carrier.available)
    func `a message that cannot be handled is put aside with the reason`(carrier: Carrier) async throws {
        try await carrier.run { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [])
            try await exchange.asking.send(Ask(number: 3), from: .gateway, to: .fleet)
            let envelope = try #require(await mailbox.next())
            exchange.answering.bury(envelope, reason: "nobody knows how")
            let letter = try #require(exchange.deadLetters().first)
            #expect(letter.reason == "nobody knows how")
            #expect(letter.envelope.id == envelope.id)
            #expect(exchange.counts().dead == 1)
        }
    }

    @Test(arguments: Carrier.available)
    func `a second copy of a carried command is left out, and what was handled is noted`(carrier: Carrier) async throws
    {
        try await carrier.run { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [])
            let envelope = try await exchange.asking.prepare(
                Ask(number: 5),
                from: .gateway,
                to: .fleet,
                deadline: nil,
                cause: nil
            )
            for _ in 0..<3 {
                try await exchange.wait(for: "the agent") {
                    await messageError { try await exchange.asking.carry(envelope) } == nil
                }
            }
            try await exchange.asking.send(Ask(number: 6), from: .gateway, to: .fleet)
            #expect(try await Self.numbers(2, from: mailbox) == [5, 6])
            #expect(exchange.handled.take() == [envelope.id])
            // Also one that comes when the first was handled long ago.
            try await exchange.asking.carry(envelope)
            try await exchange.asking.send(Ask(number: 7), from: .gateway, to: .fleet)
            #expect(try await Self.numbers(1, from: mailbox) == [7])
            #expect(exchange.counts().duplicates == 3)
        }
    }

    @Test(arguments: Carrier.available)
    func `a kept command whose handler throws comes again, and is put aside at the third time`(
        carrier: Carrier
    ) async throws {
        try await carrier.run { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [])
            let envelope = try await exchange.asking.prepare(
                Ask(number: 5),
                from: .gateway,
                to: .fleet,
                deadline: nil,
                cause: nil
            )
            for attempt in 1...HandledMessages.maximumFailures {
                #expect(exchange.handled.take().isEmpty)
                try await exchange.asking.carry(envelope)
                #expect(try await Self.numbers(1, from: mailbox) == [5], "attempt \(attempt)")
                mailbox.failed()
                // To ask for the next message is to end with this one.
                try await exchange.asking.send(Ask(number: 6), from: .gateway, to: .fleet)
                #expect(try await Self.numbers(1, from: mailbox) == [6])
            }
            #expect(exchange.handled.take() == [envelope.id])
            #expect(exchange.deadLetters().map(\.envelope.id) == [envelope.id])
        }
    }
}
