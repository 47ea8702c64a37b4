// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Messaging

/// `dure bench messages`: how long a request takes until its answer is there, and whether a rate is held.
struct BenchMessagesCommand: AsyncParsableCommand {
    /// What carries the messages.
    enum Broker: String, ExpressibleByArgument, CaseIterable {
        case memory
        case redis
    }

    static let configuration = CommandConfiguration(
        commandName: "messages",
        abstract: "Measure requests between agents: latency one at a time, and under a held rate.",
        discussion: """
            First one request after the other, then requests at even distances whatever the answers do; the time of each counts from the \
            instant at which it was due. On Redis the asking and the answering side have a broker and connections of their own.
            """
    )

    @Option(help: "What carries the messages: memory, redis.")
    var broker = Broker.memory

    @Option(help: "The server, redis://host:port or rediss:// with TLS. (default: $DURE_REDIS_URL)")
    var redis: String?

    @Option(help: "Requests a second in the second part.")
    var rate = 1_000

    @Option(help: "How long the second part takes, in seconds.")
    var seconds = 10

    @Option(help: "How many requests the first part makes.")
    var requests = 10_000

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (1...1_000_000).contains(rate) else {
            throw ValidationError("--rate is \(rate); expected a number from 1 to 1000000")
        }
        guard (1...86_400).contains(seconds) else {
            throw ValidationError("--seconds is \(seconds); expected a number from 1 to 86400")
        }
        guard (1...10_000_000).contains(requests) else {
            throw ValidationError("--requests is \(requests); expected a number from 1 to 10000000")
        }
    }

    func run() async throws {
        let result =
            switch broker {
            case .memory: try await measureMemory()
            case .redis: try await measureRedis()
            }
        if json { try Console.json(result) } else { try Console.line(result.text) }
        if result.held.failed > 0 { throw ExitCode.software }
    }

    private var bench: MessageBench { MessageBench(requests: requests, rate: rate, seconds: seconds) }

    private func measureMemory() async throws -> MessageBench.Result {
        let clock = SystemClock()
        let ids = IdentifierGenerator(clock: clock, seed: UInt64.random(in: .min ... .max))
        let broker = MemoryBroker(clock: clock, ids: ids, audit: MemoryAuditLog())
        return try await bench.run(asking: broker, answering: broker, name: "memory")
    }

    private func measureRedis() async throws -> MessageBench.Result {
        guard let address = redis ?? ProcessInfo.processInfo.environment["DURE_REDIS_URL"] else {
            throw ExitCode.usage.saying("--broker redis needs --redis redis://host:port, or DURE_REDIS_URL")
        }
        let url: RedisURL
        do {
            url = try RedisURL(address)
        } catch {
            throw ExitCode.usage.saying("\(error)")
        }
        var options = RedisBrokerOptions()
        options.prefix = "dure-bench-\(UInt32.random(in: .min ... .max))"
        let brokers = (0..<2).map { _ in
            RedisBroker(
                url: url,
                clock: SystemClock(),
                seed: UInt64.random(in: .min ... .max),
                audit: MemoryAuditLog(),
                options: options
            )
        }
        do {
            try await RedisBroker.check(url)
        } catch {
            throw ExitCode.unavailable.saying("\(error)")
        }
        return try await withThrowingTaskGroup(of: MessageBench.Result?.self) { group in
            for broker in brokers {
                group.addTask {
                    await broker.run()
                    return nil
                }
            }
            group.addTask { try await bench.run(asking: brokers[0], answering: brokers[1], name: "\(url)") }
            var result: MessageBench.Result?
            while let next = try await group.next() {
                guard let next else { continue }
                result = next
                await brokers[1].removeStreams(of: [.fleet], events: [])
                group.cancelAll()
            }
            guard let result else { throw CancellationError() }
            return result
        }
    }
}
