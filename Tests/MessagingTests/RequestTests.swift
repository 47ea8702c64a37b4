// SPDX-License-Identifier: Apache-2.0

import Domain
import Messaging
import Testing

struct RequestTests {
    @Test func `a request gets its own answer`() throws {
        let post = Post()
        try post.clock.run {
            let mailbox = post.broker.mailbox(for: .fleet, events: [])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await post.answer(mailbox) }
                for number in 1...5 {
                    let answer = try await post.broker.request(Ask(number: number), from: .gateway, to: .fleet)
                    #expect(answer.square == number * number)
                }
                mailbox.close()
                try await group.waitForAll()
            }
        }
        #expect(post.broker.counts.requests == 5)
        #expect(post.broker.counts.responses == 5)
        #expect(post.seen.all.map(\.type).prefix(2) == [.request, .response])
        #expect(post.seen.all[1].causationID == post.seen.all[0].id)
    }

    @Test func `a request times out in virtual time, and the late answer is dropped and counted`() throws {
        let post = Post()
        let start = post.clock.now
        try post.clock.run {
            let mailbox = post.broker.mailbox(for: .fleet, events: [])
            let error = await messageError {
                _ = try await post.broker.request(Ask(number: 1), from: .gateway, to: .fleet, timeout: .seconds(40))
            }
            #expect(error == .timedOut(to: .fleet, action: "ask", after: .seconds(40)))
            #expect(post.clock.now - start == .seconds(40))
            let envelope = try #require(await mailbox.next())
            post.broker.respond(to: envelope, with: .success(Answer(square: 1)))
        }
        #expect(post.broker.counts.timedOut == 1)
        #expect(post.broker.counts.late == 1)
    }

    @Test func `an answer ends the wait at once and leaves no sleeper behind`() throws {
        let post = Post()
        let start = post.clock.now
        try post.clock.run {
            let mailbox = post.broker.mailbox(for: .fleet, events: [])
            async let served: Void = post.answer(mailbox)
            _ = try await post.broker.request(Ask(number: 1), from: .gateway, to: .fleet, timeout: .hours(1))
            mailbox.close()
            try await served
        }
        #expect(post.clock.now == start)
    }

    @Test func `an agent that is not there is named`() throws {
        let post = Post()
        try post.clock.run {
            let error = await messageError {
                _ = try await post.broker.request(Ask(number: 1), from: .gateway, to: .analysis)
            }
            #expect(error == .noSuchAgent(.analysis))
        }
    }

    @Test func `a cancelled request ends with a cancellation`() throws {
        let post = Post()
        try post.clock.run {
            _ = post.broker.mailbox(for: .fleet, events: [])
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    do {
                        _ = try await post.broker.request(Ask(number: 1), from: .gateway, to: .fleet)
                        return false
                    } catch {
                        return error is CancellationError
                    }
                }
                group.addTask {
                    do {
                        try await post.clock.sleep(for: .seconds(1))
                        return true
                    } catch {
                        return false
                    }
                }
                #expect(await group.next() == true)
                group.cancelAll()
                #expect(await group.next() == true)
            }
        }
        #expect(post.broker.counts.timedOut == 0)
    }

    @Test func `a failure keeps its class on its way back`() {
        #expect(
            MessageError(Failure(.rateLimit, "too many calls")) == .failed(message: "too many calls", class: .rateLimit)
        )
        #expect(MessageError(MessageError.mailboxFull(.fleet)) == .mailboxFull(.fleet))
        #expect(MessageError(CancellationError()).failureClass == .unknown)
    }
}
