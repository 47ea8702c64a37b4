// SPDX-License-Identifier: Apache-2.0

import Domain
import Messaging
import Testing

struct MailboxTests {
    private func numbers(in mailbox: Mailbox) async throws -> [Int] {
        mailbox.close()
        var numbers: [Int] = []
        while let envelope = await mailbox.next() {
            numbers.append(
                envelope.type == .event
                    ? try envelope.payload.value(as: Bell.self).number : try envelope.payload.value(as: Ask.self).number
            )
        }
        return numbers
    }

    @Test func `a full mailbox that fails refuses the next command`() throws {
        let post = Post(limits: MailboxLimits(capacity: 2, policy: .fail))
        try post.clock.run {
            let mailbox = post.broker.mailbox(for: .fleet, events: [])
            for number in 1...2 {
                try await post.broker.send(Ask(number: number), from: .gateway, to: .fleet)
            }
            let error = await messageError { try await post.broker.send(Ask(number: 3), from: .gateway, to: .fleet) }
            #expect(error == .mailboxFull(.fleet))
            #expect(try await numbers(in: mailbox) == [1, 2])
        }
        #expect(post.broker.counts.dropped == 1)
    }

    @Test func `a full mailbox that drops gives the oldest up and answers its request`() throws {
        let post = Post(limits: MailboxLimits(capacity: 2, policy: .dropOldest))
        try post.clock.run {
            let mailbox = post.broker.mailbox(for: .fleet, events: [])
            await withTaskGroup(of: MessageError?.self) { group in
                group.addTask {
                    await messageError { _ = try await post.broker.request(Ask(number: 1), from: .gateway, to: .fleet) }
                }
                group.addTask {
                    await messageError {
                        for number in 2...3 {
                            try await post.broker.send(Ask(number: number), from: .gateway, to: .fleet)
                        }
                    }
                }
                var errors: [MessageError] = []
                for await case .some(let error) in group {
                    errors.append(error)
                }
                #expect(errors == [.mailboxFull(.fleet)])
            }
            let left = try await numbers(in: mailbox)
            #expect(left == [2, 3])
        }
    }

    @Test func `the sender to a full mailbox that waits goes on when there is room, and order is kept`() throws {
        let post = Post(limits: MailboxLimits(capacity: 2, policy: .wait))
        let sent = Log<Int>()
        try post.clock.run {
            let mailbox = post.broker.mailbox(for: .fleet, events: [])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 1...5 {
                        try await post.broker.send(Ask(number: number), from: .gateway, to: .fleet)
                        sent.add(number)
                    }
                }
                try await post.clock.sleep(for: .seconds(1))
                #expect(sent.all == [1, 2])
                #expect(mailbox.count == 3)
                var read: [Int] = []
                for _ in 1...5 {
                    let envelope = try #require(await mailbox.next())
                    read.append(try envelope.payload.value(as: Ask.self).number)
                    try await post.clock.sleep(for: .seconds(1))
                }
                #expect(read == [1, 2, 3, 4, 5])
                try await group.waitForAll()
                #expect(sent.all == [1, 2, 3, 4, 5])
            }
        }
    }

    @Test func `a sender that is cancelled while it waits leaves the line`() throws {
        let post = Post(limits: MailboxLimits(capacity: 1, policy: .wait))
        try post.clock.run {
            let mailbox = post.broker.mailbox(for: .fleet, events: [])
            try await post.broker.send(Ask(number: 1), from: .gateway, to: .fleet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await post.broker.send(Ask(number: 2), from: .gateway, to: .fleet) }
                try await post.clock.sleep(for: .seconds(1))
                #expect(mailbox.count == 2)
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
            #expect(try await numbers(in: mailbox) == [1])
            try await post.broker.quiet()
        }
    }

    @Test func `a new event takes the place of the oldest event, never of a command`() throws {
        let post = Post(limits: MailboxLimits(capacity: 3))
        try post.clock.run {
            let mailbox = post.broker.mailbox(for: .fleet, events: [Bell.name])
            try await post.broker.publish(Bell(number: 10), from: .campaign)
            for number in 1...2 {
                try await post.broker.send(Ask(number: number), from: .gateway, to: .fleet)
            }
            try await post.broker.publish(Bell(number: 11), from: .campaign)
            #expect(try await numbers(in: mailbox) == [1, 2, 11])
            let second = post.broker.mailbox(for: .fleet, events: [Bell.name])
            for number in 1...3 {
                try await post.broker.send(Ask(number: number), from: .gateway, to: .fleet)
            }
            try await post.broker.publish(Bell(number: 12), from: .campaign)
            #expect(try await numbers(in: second) == [1, 2, 3])
        }
        #expect(post.broker.counts.dropped == 2)
    }

    @Test func `events reach all subscribers but the sender in the order of subscription`() throws {
        let post = Post()
        let order = Log<AgentName>()
        try post.clock.run {
            let names: [AgentName] = [.orchestrator, .analysis, .fleet, .campaign]
            let mailboxes = names.map { post.broker.mailbox(for: $0, events: [Bell.name]) }
            let deaf = post.broker.mailbox(for: .variable, events: [])
            await withTaskGroup(of: Void.self) { group in
                for mailbox in mailboxes {
                    group.addTask {
                        while await mailbox.next() != nil {
                            order.add(mailbox.owner)
                        }
                    }
                }
                group.addTask {
                    #expect(
                        await messageError { try await post.broker.publish(Bell(number: 1), from: .analysis) } == nil
                    )
                    for mailbox in mailboxes {
                        mailbox.close()
                    }
                }
            }
            #expect(deaf.count == 0)
        }
        #expect(order.all == [.orchestrator, .fleet, .campaign])
        #expect(post.broker.counts.events == 1)
    }

    @Test func `a coalescing command is left out while one like it is unread`() throws {
        let post = Post()
        try post.clock.run {
            let mailbox = post.broker.mailbox(for: .fleet, events: [])
            for number in 1...3 {
                try await post.broker.send(Ask(number: number), from: .fleet, to: .fleet, coalescing: true, cause: nil)
            }
            try await post.broker.send(Ask(number: 4), from: .gateway, to: .fleet, coalescing: true, cause: nil)
            #expect(try await numbers(in: mailbox) == [1, 4])
        }
        #expect(post.broker.counts.coalesced == 2)
    }

    @Test func `it is quiet when the last message is handled, not when it is taken`() throws {
        let post = Post()
        let start = post.clock.now
        try post.clock.run {
            let mailbox = post.broker.mailbox(for: .fleet, events: [])
            try await post.broker.send(Ask(number: 1), from: .gateway, to: .fleet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while await mailbox.next() != nil {
                        try await post.clock.sleep(for: .seconds(5))
                    }
                }
                try await post.broker.quiet()
                #expect(post.clock.now - start == .seconds(5))
                mailbox.close()
                try await group.waitForAll()
            }
        }
    }

    @Test func `a closed mailbox takes nothing more`() throws {
        let post = Post()
        try post.clock.run {
            let mailbox = post.broker.mailbox(for: .fleet, events: [Bell.name])
            mailbox.close()
            let error = await messageError { try await post.broker.send(Ask(number: 1), from: .gateway, to: .fleet) }
            #expect(error == .stopped(.fleet))
            let request = await messageError {
                _ = try await post.broker.request(Ask(number: 1), from: .gateway, to: .fleet)
            }
            #expect(request == .stopped(.fleet))
            try await post.broker.publish(Bell(number: 1), from: .campaign)
        }
    }
}
