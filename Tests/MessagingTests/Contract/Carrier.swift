// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Messaging
import Testing

/// What carries messages in a contract test.
enum Carrier: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case memory
    /// Two brokers on one server, one that asks and one that answers, in version 3 of the protocol.
    case redis
    /// The same in version 2.
    case redisVersion2

    /// Those that can be had here; one that must be had is among them, and fails.
    static let available: [Carrier] = TestRedis.isWanted ? allCases : [.memory]

    var testDescription: String { rawValue }
}

/// Where the tests' Redis is.
enum TestRedis {
    static let address = ProcessInfo.processInfo.environment["DURE_TEST_REDIS_URL"]
    static let isRequired = ProcessInfo.processInfo.environment["DURE_REQUIRE_SERVICES"] == "1"
    static var isWanted: Bool { address != nil || isRequired }

    static func url(protocolVersion: Int = 3) throws -> RedisURL {
        let address = try #require(address, "DURE_TEST_REDIS_URL names no server, and DURE_REQUIRE_SERVICES is set")
        return try RedisURL(address + "?protocol=\(protocolVersion)")
    }

    /// Keys of a test's own.
    static func prefix() -> String { "dure-test-" + UUID().uuidString }
}

/// The system's time.
struct RealClock: TimeSource {
    var now: Timestamp { Timestamp(Date()) }

    func sleep(until instant: Timestamp) async throws {
        let span = instant - now
        if span > .zero { try await ContinuousClock().sleep(for: span.duration) }
    }
}

/// Two sides that exchange messages; in memory both have the same broker.
struct Exchange: Sendable {
    var asking: any MessageBroker & EnvelopeCarrier
    var answering: any MessageBroker & EnvelopeCarrier
    var clock: any TimeSource
    var audit: MemoryAuditLog
    var handled: HandledMessages
    var counts: @Sendable () -> MessageCounts
    var deadLetters: @Sendable () -> [DeadLetter]

    /// Waits until something is so; a test that waits for what does not come fails after half a minute.
    func wait(
        for what: String,
        sourceLocation: SourceLocation = #_sourceLocation,
        until isSo: @Sendable () async throws -> Bool
    ) async throws {
        for _ in 0..<15_000 {
            if try await isSo() { return }
            try await clock.sleep(for: TimeSpan(milliseconds: 2))
        }
        Issue.record("waited in vain for: \(what)", sourceLocation: sourceLocation)
    }

    /// Answers every question in a mailbox with its square until it is closed.
    func answer(_ mailbox: Mailbox) async throws {
        while let envelope = await mailbox.next() {
            guard envelope.type == .request else { continue }
            let question = try envelope.payload.value(as: Ask.self)
            answering.respond(to: envelope, with: .success(Answer(square: question.number * question.number)))
        }
    }

    /// Runs a body beside an agent that answers.
    func serving(_ mailbox: Mailbox, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await answer(mailbox) }
            try await body()
            mailbox.close()
            try await group.waitForAll()
        }
    }
}

extension Carrier {
    /// Runs a test's body with brokers of its own: in virtual time in memory, in real time on Redis.
    ///
    /// A receiver is waited for as long as a busy machine may take to start it, unless the test is about one that never comes.
    func run(
        limits: MailboxLimits = MailboxLimits(),
        grace: TimeSpan = .seconds(30),
        _ body: @escaping @Sendable (Exchange) async throws -> Void
    ) async throws {
        switch self {
        case .memory: try runInMemory(limits, body)
        case .redis: try await runOnRedis(3, limits, grace, body)
        case .redisVersion2: try await runOnRedis(2, limits, grace, body)
        }
    }

    private func runInMemory(_ limits: MailboxLimits, _ body: @escaping @Sendable (Exchange) async throws -> Void)
        throws
    {
        let clock = VirtualClock(start: Timestamp(milliseconds: 1_700_000_000_000))
        let audit = MemoryAuditLog()
        let handled = HandledMessages()
        let broker = MemoryBroker(
            clock: clock,
            ids: IdentifierGenerator(clock: clock, seed: 7),
            audit: audit,
            limits: limits,
            handled: handled
        )
        let exchange = Exchange(
            asking: broker,
            answering: broker,
            clock: clock,
            audit: audit,
            handled: handled,
            counts: { broker.counts },
            deadLetters: { broker.deadLetters }
        )
        try clock.run { try await body(exchange) }
    }

    private func runOnRedis(
        _ version: Int,
        _ limits: MailboxLimits,
        _ grace: TimeSpan,
        _ body: @escaping @Sendable (Exchange) async throws -> Void
    ) async throws {
        let url = try TestRedis.url(protocolVersion: version)
        var options = RedisBrokerOptions()
        options.grace = grace
        options.prefix = TestRedis.prefix()
        try await RedisPair(url: url, options: options, limits: limits).run { pair in
            try await body(pair.exchange)
        }
    }
}

extension RedisBrokerOptions {
    /// The options of the house, but for a receiver that a busy machine may be slow to start.
    static let patient: RedisBrokerOptions = {
        var options = RedisBrokerOptions()
        options.grace = .seconds(60)
        options.sendTimeout = .seconds(60)
        return options
    }()
}

/// Two brokers on one Redis.
struct RedisPair: Sendable {
    var asking: RedisBroker
    var answering: RedisBroker
    var exchange: Exchange

    init(url: RedisURL, options: RedisBrokerOptions, limits: MailboxLimits = MailboxLimits()) {
        let clock = RealClock()
        let audit = MemoryAuditLog()
        let handled = HandledMessages()
        let brokers = (0..<2).map { _ in
            RedisBroker(
                url: url,
                clock: clock,
                seed: UInt64.random(in: .min ... .max),
                audit: audit,
                options: options,
                limits: limits,
                handled: handled
            )
        }
        (asking, answering) = (brokers[0], brokers[1])
        exchange = Exchange(
            asking: asking,
            answering: answering,
            clock: clock,
            audit: audit,
            handled: handled,
            counts: { brokers[0].counts + brokers[1].counts },
            deadLetters: { brokers.flatMap(\.deadLetters) }
        )
    }

    /// Runs both while the body runs, then deletes their keys.
    func run(_ body: @escaping @Sendable (RedisPair) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await asking.run() }
            group.addTask { await answering.run() }
            defer { group.cancelAll() }
            do {
                try await body(self)
            } catch {
                await clear()
                throw error
            }
            await clear()
        }
    }

    private func clear() async {
        await asking.removeStreams(of: AgentName.allCases, events: [Bell.name])
    }
}

extension MessageCounts {
    static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.requests += right.requests
        sum.responses += right.responses
        sum.commands += right.commands
        sum.events += right.events
        sum.refused += right.refused
        sum.timedOut += right.timedOut
        sum.late += right.late
        sum.dropped += right.dropped
        sum.coalesced += right.coalesced
        sum.dead += right.dead
        sum.duplicates += right.duplicates
        sum.reclaimed += right.reclaimed
        sum.lost += right.lost
        return sum
    }
}
