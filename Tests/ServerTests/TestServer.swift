// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Domain
import Foundation
import Jobs
import Logging
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix
import Operations
import Storage
import Testing

@testable import Server

/// The system's time, for tests that speak over real sockets.
struct RealClock: TimeSource {
    private static let start = ContinuousClock.now

    var now: Timestamp { Timestamp(Date()) }
    var steady: Timestamp {
        let span = Self.start.duration(to: ContinuousClock.now)
        return Timestamp(
            milliseconds: span.components.seconds * 1_000 + span.components.attoseconds / 1_000_000_000_000_000
        )
    }

    func sleep(until instant: Timestamp) async throws {
        let span = instant - now
        guard span > .zero else { return }
        try await ContinuousClock().sleep(for: span.duration)
    }
}

/// The system's time, but a wait of a minute or more ends when a test says so.
struct HeldClock: TimeSource {
    let real = RealClock()
    let gate: Gate

    var now: Timestamp { real.now }
    var steady: Timestamp { real.steady }

    func sleep(until instant: Timestamp) async throws {
        guard instant - now >= .minutes(1) else { return try await real.sleep(until: instant) }
        await gate.wait()
        try Task.checkCancellation()
    }
}

/// Opens once; whoever waits goes on then.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func open() { continuation.finish() }
    func wait() async { for await _ in stream {} }
}

/// A server on free ports of loopback, with keys of every kind.
struct TestServer: Sendable {
    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var text: String
        var json: JSONValue { (try? CanonicalJSON.decode(JSONValue.self, from: text)) ?? .null }
        /// The end of a problem's type.
        var problem: String? {
            guard case .string(let type)? = json["type"] else { return nil }
            return type.split(separator: ":").last.map { String($0) }
        }
    }

    let ports: ServerProcess.Ports
    let fleet: MemoryFleet
    let keys: MemoryKeyStore
    let health: HealthBoard
    let registry: MetricsRegistry
    let process: ServerProcess
    let ids: IdentifierGenerator
    let clock: any TimeSource
    let stop: Gate
    /// Keys of two workers, of one who adds jobs, and of one who manages.
    let worker: KeyText
    let other: KeyText
    let enqueuer: KeyText
    let manager: KeyText
    let client: HTTPClient

    var base: String { "http://127.0.0.1:\(ports.api)" }
    var probes: String { "http://127.0.0.1:\(ports.probes ?? 0)" }

    /// Runs a server around a body, and stops it.
    static func run(
        at place: Listening? = nil,
        limits: ServerLimits = ServerLimits(poll: .seconds(25)),
        queueLimit: Int = 1_000,
        drainsUntil drained: Gate? = nil,
        gate: (any FleetGate & FleetControl)? = nil,
        entrance: (any JobEntrance)? = nil,
        certificate: Listening.Certificate? = nil,
        effects: (any EffectStore & JobStore)? = nil,
        services: Services? = nil,
        authenticator: (any Authenticator)? = nil,
        adding change: @Sendable (inout ServerProcess.Parts) throws -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        let clock: any TimeSource = drained.map { HeldClock(gate: $0) } ?? RealClock()
        var generator = SplitMix64(seed: 11)
        let made = (0..<4).map { _ in KeyText(using: &generator) }
        let scopes: [Set<WorkerKey.Scope>] = [[.work], [.work], [.enqueue], [.manage]]
        let names = ["alpha", "beta", "shop", "boss"]
        let records = zip(made, zip(scopes, names)).map { key, what in
            key.record(name: what.1, scopes: what.0, createdAt: clock.now)
        }
        let keys = MemoryKeyStore(records)
        let ids = IdentifierGenerator(clock: clock, seed: 21)
        let fleet = MemoryFleet(ids: ids, clock: clock)
        let (health, registry) = (HealthBoard(clock: clock), MetricsRegistry())
        let seed = Locked(SplitMix64(seed: 99))
        var parts = ServerProcess.Parts(
            gate: gate ?? fleet,
            control: gate ?? fleet,
            entrance: entrance ?? MemoryEntrance(limit: queueLimit) { await fleet.add([$0]) },
            keys: keys,
            health: health,
            registry: registry,
            ids: ids,
            clock: clock,
            makeKey: { seed.withLock { KeyText(using: &$0) } },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        parts.effects = effects ?? MemoryStore()
        parts.answers = MemoryStore()
        parts.services = services
        parts.authenticator = authenticator
        try change(&parts)
        let process = ServerProcess(
            parts: parts,
            setting: ServerProcess.Setting(
                api: place ?? Listening(port: 0, certificate: certificate),
                probes: Listening(port: 0),
                limits: limits,
                drainDelay: drained == nil ? .zero : .minutes(2),
                linger: TimeSpan(milliseconds: 200),
                drainBound: .seconds(3)
            )
        )
        let (opened, listening) = AsyncStream<ServerProcess.Ports>.makeStream()
        let stop = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { listening.finish() }
                try await process.run(onListening: { listening.yield($0) }, until: { await stop.wait() })
            }
            var iterator = opened.makeAsyncIterator()
            guard let ports = await iterator.next() else {
                try await group.next()
                return
            }
            let client = HTTPClient(
                eventLoopGroupProvider: .singleton,
                configuration: .init(redirectConfiguration: .disallow)
            )
            let server = TestServer(
                ports: ports,
                fleet: fleet,
                keys: keys,
                health: health,
                registry: registry,
                process: process,
                ids: ids,
                clock: clock,
                stop: stop,
                worker: made[0],
                other: made[1],
                enqueuer: made[2],
                manager: made[3],
                client: client
            )
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(try await body(server))
            } catch {
                outcome = .failure(error)
            }
            try await client.shutdown()
            stop.open()
            try await group.waitForAll()
            try outcome.get()
        }
    }

    /// Makes a request; the body is JSON unless another type is given.
    func call(
        _ method: HTTPMethod,
        _ path: String,
        key: KeyText? = nil,
        body: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: path.hasPrefix("http") ? path : base + path)
        request.method = method
        if let key { request.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(key.text)") }
        if let body {
            request.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body))
        }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        let response = try await client.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 16_000_000)
        return Answer(status: Int(response.status.code), headers: response.headers, text: String(buffer: bytes))
    }

    /// Opens a session; returns its identifier.
    func register(_ key: KeyText, slots: Int = 4, name: String? = nil) async throws -> String {
        let named = name.map { ",\"name\":\"\($0)\"" } ?? ""
        let answer = try await call(
            .POST,
            "/v1/fleet/register",
            key: key,
            body: "{\"slots\":\(slots),\"kinds\":[\"probe\"]\(named)}"
        )
        #expect(answer.status == 200, "\(answer.text)")
        guard case .string(let session)? = answer.json["session"] else { throw Failure(.unknown, answer.text) }
        return session
    }

    func poll(_ session: String, key: KeyText, after: Int = 0, slots: Int = 4, wait: Int = 25_000) async throws
        -> Answer
    {
        try await call(
            .POST,
            "/v1/fleet/poll",
            key: key,
            body: "{\"session\":\"\(session)\",\"slots\":\(slots),\"after\":\(after),\"wait\":\(wait)}"
        )
    }

    /// Adds probes to the fleet's queue.
    func add(_ count: Int) async -> [Job] {
        let jobs = (0..<count).map { _ in
            Job(id: ids.next(), workspace: .default, campaign: nil, kind: .probe, payload: "{}", createdAt: clock.now)
        }
        await fleet.add(jobs)
        return jobs
    }

    /// Sends bytes on a connection of its own, and reads until the other side closes it.
    func raw(_ texts: [String], port: Int? = nil) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port ?? ports.api) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let said = Locked(ByteBuffer())
        do {
            try await channel.executeThenClose { inbound, outbound in
                for text in texts { try await outbound.write(ByteBuffer(string: text)) }
                for try await part in inbound { said.withLock { _ = $0.writeImmutableBuffer(part) } }
            }
        } catch let error as IOError where error.errnoCode == ECONNRESET || error.errnoCode == EPIPE {
            // The server ended the connection, which is an answer too.
        } catch ChannelError.ioOnClosedChannel {
            // It did so before everything was said.
        }
        return String(buffer: said.withLock { $0 })
    }
}

extension JSONValue {
    var texts: [JSONValue] {
        guard case .array(let values) = self else { return [] }
        return values
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}
