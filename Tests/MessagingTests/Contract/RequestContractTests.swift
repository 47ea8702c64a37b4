// SPDX-License-Identifier: Apache-2.0

import Domain
import Messaging
import Testing

/// What every broker promises about requests.
@Suite(.timeLimit(.minutes(10)))
struct RequestContractTests {
    @Test(arguments: Carrier.available)
    func `each of many requests at once gets its own answer`(carrier: Carrier) async throws {
        try await carrier.run { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [])
            try await exchange.serving(mailbox) {
                let answers = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                    for number in 1...100 {
                        group.addTask {
                            let answer = try await exchange.asking.request(
                                Ask(number: number),
                                from: .gateway,
                                to: .fleet
                            )
                            return (number, answer.square)
                        }
                    }
                    return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                #expect(answers.count == 100)
                #expect(answers.allSatisfy { $0.value == $0.key * $0.key })
            }
            #expect(exchange.counts().requests == 100)
            #expect(exchange.counts().responses == 100)
            #expect(exchange.counts().late == 0)
        }
    }

    @Test(arguments: Carrier.available)
    func `a failure comes back with its class`(carrier: Carrier) async throws {
        try await carrier.run { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [])
            async let error = messageError {
                _ = try await exchange.asking.request(Ask(number: 1), from: .gateway, to: .fleet)
            }
            let envelope = try #require(await mailbox.next())
            exchange.answering.respond(to: envelope, with: .failure(MessageError(Failure(.notFound, "no such thing"))))
            #expect(await error == .failed(message: "no such thing", class: .notFound))
        }
    }

    @Test(arguments: Carrier.available)
    func `a request that is not answered times out, and the late answer is dropped and counted`(
        carrier: Carrier
    ) async throws {
        try await carrier.run { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [])
            // The way is open once a command got through.
            try await exchange.asking.send(Ask(number: 0), from: .gateway, to: .fleet)
            _ = await mailbox.next()
            let timeout = TimeSpan(milliseconds: 400)
            let error = await messageError {
                _ = try await exchange.asking.request(Ask(number: 1), from: .gateway, to: .fleet, timeout: timeout)
            }
            #expect(error == .timedOut(to: .fleet, action: "ask", after: timeout))
            let envelope = try #require(await mailbox.next())
            exchange.answering.respond(to: envelope, with: .success(Answer(square: 1)))
            try await exchange.wait(for: "a late answer") { exchange.counts().late == 1 }
            #expect(exchange.counts().timedOut == 1)
        }
    }

    @Test(arguments: Carrier.available)
    func `a cancelled request ends at once, and its answer is late`(carrier: Carrier) async throws {
        try await carrier.run { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [])
            let isCancelled = try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    do {
                        _ = try await exchange.asking.request(
                            Ask(number: 1),
                            from: .gateway,
                            to: .fleet,
                            timeout: .hours(1)
                        )
                        return false
                    } catch {
                        return error is CancellationError
                    }
                }
                let envelope = try #require(await mailbox.next())
                group.cancelAll()
                let isCancelled = try await group.next()
                exchange.answering.respond(to: envelope, with: .success(Answer(square: 1)))
                return isCancelled
            }
            #expect(isCancelled == true)
            try await exchange.wait(for: "a late answer") { exchange.counts().late == 1 }
            #expect(exchange.counts().timedOut == 0)
        }
    }

    @Test(arguments: Carrier.available)
    func `an agent that was never there is named`(carrier: Carrier) async throws {
        try await carrier.run(grace: TimeSpan(milliseconds: 50)) { exchange in
            let request = await messageError {
                _ = try await exchange.asking.request(Ask(number: 1), from: .gateway, to: .analysis)
            }
            #expect(request == .noSuchAgent(.analysis))
            let command = await messageError {
                try await exchange.asking.send(Ask(number: 1), from: .gateway, to: .analysis)
            }
            #expect(command == .noSuchAgent(.analysis))
        }
    }

    @Test(arguments: Carrier.available)
    func `what is off the allow-list is refused and audited, and does not arrive`(carrier: Carrier) async throws {
        try await carrier.run { exchange in
            let mailbox = exchange.answering.mailbox(for: .campaign, events: [])
            let request = await messageError {
                _ = try await exchange.asking.request(Ask(number: 1), from: .variable, to: .campaign)
            }
            #expect(request == .refused(from: .variable, to: .campaign, action: "ask"))
            let command = await messageError {
                try await exchange.asking.send(Ask(number: 1), from: .gateway, to: .campaign)
            }
            #expect(command == .refused(from: .gateway, to: .campaign, action: "ask"))
            try await exchange.asking.send(Ask(number: 7), from: .orchestrator, to: .campaign)
            let arrived = try #require(await mailbox.next())
            #expect(try arrived.payload.value(as: Ask.self).number == 7)
            #expect(exchange.counts().refused == 2)
            #expect(exchange.audit.entries.map(\.actor) == ["variable", "gateway"])
            #expect(
                exchange.audit.entries.allSatisfy { $0.action == "message.refused" && $0.detail.contains("campaign") }
            )
        }
    }

    @Test(arguments: Carrier.available)
    func `a conversation that goes back and forth for ever is cut`(carrier: Carrier) async throws {
        try await carrier.run { exchange in
            let mailbox = exchange.answering.mailbox(for: .fleet, events: [])
            var cause: Envelope?
            for hop in 0...Envelope.maximumHops {
                try await exchange.asking.send(Ask(number: hop), from: .gateway, to: .fleet, cause: cause)
                cause = await mailbox.next()
                #expect(cause?.hops == hop)
            }
            let last = cause
            let error = await messageError {
                try await exchange.asking.send(Ask(number: 17), from: .gateway, to: .fleet, cause: last)
            }
            #expect(error == .tooManyHops(action: "ask", limit: Envelope.maximumHops))
        }
    }
}
