// SPDX-License-Identifier: Apache-2.0

import Domain
import Messaging
import Testing

/// What becomes of messages when Redis or its connections fail.
@Suite(.enabled(if: TestRedis.isWanted, "there is no Redis"), .timeLimit(.minutes(10)))
struct RedisFaultTests {
    /// Posts commands through an outbox while something is done to Redis, and checks that each was handled.
    private func post(_ count: Int, on server: RedisServer, while harm: @escaping @Sendable (Int) async throws -> Void)
        async throws
    {
        var options = RedisBrokerOptions.patient
        options.lease = TimeSpan(milliseconds: 200)
        options.upkeepInterval = TimeSpan(milliseconds: 50)
        let url = try server.url()
        try await RedisPair(url: url, options: options).run { pair in
            let store = MemoryOutbox()
            var timing = OutboxRelay.Timing()
            timing.patience = TimeSpan(milliseconds: 300)
            timing.interval = TimeSpan(milliseconds: 50)
            let relay = OutboxRelay(
                store: store,
                broker: pair.asking,
                handled: pair.exchange.handled,
                clock: RealClock(),
                timing: timing
            )
            let mailbox = pair.answering.mailbox(for: .fleet, events: [])
            let seen = Log<Int>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await relay.run() }
                group.addTask {
                    while let envelope = await mailbox.next() {
                        seen.add(try envelope.payload.value(as: Ask.self).number)
                    }
                }
                for number in 0..<count {
                    try await relay.post(Ask(number: number), from: .gateway, to: .fleet)
                    try await harm(number)
                }
                try await pair.exchange.wait(for: "every command to be handled") {
                    await store.count == 0 && Set(seen.all).count == count
                }
                mailbox.close()
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(Set(seen.all) == Set(0..<count))
        }
    }

    @Test func `a server that is killed and started again in the middle of traffic loses nothing`() async throws {
        let server = try await RedisServer()
        try await post(300, on: server) { number in
            guard number == 100 || number == 200 else { return }
            await server.kill()
            try server.start()
        }
    }

    @Test func `a server that forgets everything in the middle of traffic loses nothing`() async throws {
        let server = try await RedisServer()
        let connection = try await server.connect()
        try await post(300, on: server) { number in
            if number.isMultiple(of: 50) { try await connection.demand(RedisCommand("FLUSHALL")) }
        }
    }

    @Test func `connections that are cut in the middle of traffic are made again, and nothing is lost`() async throws {
        let server = try await RedisServer()
        try await post(300, on: server) { number in
            guard number.isMultiple(of: 60) else { return }
            let connection = try await server.connect()
            try await connection.demand(RedisCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
            connection.close()
        }
    }

    @Test func `entries that somebody trims before they are read are sent again`() async throws {
        let server = try await RedisServer()
        let connection = try await server.connect()
        try await post(200, on: server) { number in
            guard number.isMultiple(of: 20) else { return }
            let keys = try await connection.demand(RedisCommand("KEYS", "*:cmd:fleet"))
            for key in keys.elements ?? [] {
                try await connection.demand(RedisCommand("XTRIM", .text(key.text ?? ""), "MAXLEN", "0"))
            }
        }
    }

    @Test func `requests go on after the server was killed, and those under way end by their deadline`() async throws {
        let server = try await RedisServer()
        let url = try server.url()
        try await RedisPair(url: url, options: .patient).run { pair in
            let mailbox = pair.answering.mailbox(for: .fleet, events: [])
            let exchange = pair.exchange
            try await exchange.serving(mailbox) {
                for number in 1...200 {
                    if number == 100 {
                        await server.kill()
                        try server.start()
                    }
                    let answer = try await exchange.asking.request(
                        Ask(number: number),
                        from: .gateway,
                        to: .fleet,
                        timeout: .seconds(60)
                    )
                    #expect(answer.square == number * number)
                }
            }
            #expect(pair.asking.connections >= 2)
        }
    }

    @Test func `a request that the server forgot before anybody read it is sent again`() async throws {
        let server = try await RedisServer()
        let connection = try await server.connect()
        var options = RedisBrokerOptions.patient
        options.requestCheck = TimeSpan(milliseconds: 50)
        let stream = RedisCommand.Argument.text("\(options.prefix):cmd:fleet")
        // The agent was there once, and nobody is it now.
        try await connection.demand(RedisCommand("XGROUP", "CREATE", stream, "fleet", "0", "MKSTREAM"))
        try await RedisPair(url: try server.url(), options: options).run { pair in
            let exchange = pair.exchange
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let answer = try await exchange.asking.request(
                        Ask(number: 7),
                        from: .gateway,
                        to: .fleet,
                        timeout: .seconds(60)
                    )
                    #expect(answer.square == 49)
                }
                while try await connection.demand(RedisCommand("XLEN", stream)).integer != 1 { await Task.yield() }
                try await connection.demand(RedisCommand("FLUSHALL"))
                let mailbox = pair.answering.mailbox(for: .fleet, events: [])
                try await exchange.serving(mailbox) { try await group.next() }
            }
        }
        connection.close()
    }

    @Test func `commands under way when the server is killed arrive nevertheless, and once each`() async throws {
        let server = try await RedisServer()
        let url = try server.url()
        try await RedisPair(url: url, options: .patient).run { pair in
            let mailbox = pair.answering.mailbox(for: .fleet, events: [])
            let seen = Log<Int>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while let envelope = await mailbox.next() {
                        seen.add(try envelope.payload.value(as: Ask.self).number)
                    }
                }
                try await withThrowingTaskGroup(of: Void.self) { senders in
                    // So many senders that some always wait for Redis, when it is killed too.
                    for sender in 0..<20 {
                        senders.addTask {
                            for number in 0..<100 {
                                try await pair.asking.send(
                                    Ask(number: sender * 100 + number),
                                    from: .gateway,
                                    to: .fleet
                                )
                            }
                        }
                    }
                    try await pair.exchange.wait(for: "the first commands") { seen.all.count > 50 }
                    await server.kill()
                    try server.start()
                    try await senders.waitForAll()
                }
                try await pair.exchange.wait(for: "every command") { seen.all.count >= 2_000 }
                mailbox.close()
                try await group.waitForAll()
            }
            #expect(seen.all.sorted() == Array(0..<2_000))
        }
    }

    @Test func `without a server a request times out, a command says so, and an event is dropped`() async throws {
        let server = try await RedisServer()
        let url = try server.url()
        await server.kill()
        var options = RedisBrokerOptions()
        options.sendTimeout = TimeSpan(milliseconds: 100)
        // The pair cleans its keys up at the end, for which the server has to be back.
        try await RedisPair(url: url, options: options).run { pair in
            _ = pair.answering.mailbox(for: .fleet, events: [])
            let timeout = TimeSpan(milliseconds: 100)
            let request = await messageError {
                _ = try await pair.asking.request(Ask(number: 1), from: .gateway, to: .fleet, timeout: timeout)
            }
            #expect(request == .timedOut(to: .fleet, action: "ask", after: timeout))
            let command = await messageError {
                try await pair.asking.send(Ask(number: 1), from: .gateway, to: .fleet)
            }
            guard case .unreachable(action: "ask", _) = command else {
                Issue.record("\(String(describing: command))")
                return
            }
            #expect(!pair.asking.isConnected)
            try await pair.asking.publish(Bell(number: 1), from: .fleet)
            try await pair.exchange.wait(for: "the dropped event") { pair.exchange.counts().dropped == 1 }
            try server.start()
        }
    }

    @Test func `a wrong password is refused with Redis's reason, and never shown`() async throws {
        let server = try await RedisServer()
        let connection = try await server.connect()
        try await connection.demand(RedisCommand("CONFIG", "SET", "requirepass", "right"))
        for version in 2...3 {
            let error = await #expect(throws: RedisError.self) {
                try await RedisBroker.check(RedisURL("redis://:wr0ng@127.0.0.1:\(server.port)?protocol=\(version)"))
            }
            #expect(error?.description.contains("WRONGPASS") == true)
            #expect(error?.description.contains("wr0ng") == false)
            try await RedisBroker.check(RedisURL("redis://:right@127.0.0.1:\(server.port)/1?protocol=\(version)"))
        }
    }
}
