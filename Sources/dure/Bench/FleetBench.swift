// SPDX-License-Identifier: Apache-2.0

import Connectors
import Domain
import Foundation
import Jobs
import Logging
import Operations
import Server
import Storage

/// Measures the fleet over HTTP with the server and the workers that run in earnest.
struct FleetBench: Sendable {
    let folder: String
    let isInMemory: Bool
    let span: Duration
    let workers: Int
    let slots: Int
    let rate: Int?
    /// Jobs a second at which latencies are compared from machine to machine: a fifth of the 5,000 that a fleet should run.
    private static let usualRate = 1_000
    private let clock = SystemClock()

    init(folder: String, isInMemory: Bool, span: Duration, workers: Int, slots: Int, rate: Int?) {
        self.folder = folder
        self.isInMemory = isInMemory
        self.span = span
        self.workers = workers
        self.slots = slots
        self.rate = rate
    }

    /// Saturates the fleet, and then adds jobs at a steady rate.
    func run() async throws -> [JobBench.Finding] {
        guard !isInMemory else { return try await measure(MemoryStore()) }
        let store = try SQLiteStore(path: folder + "/fleet.sqlite", mode: .live, clock: clock)
        defer { try? store.close() }
        return try await measure(store)
    }

    private func measure(_ store: any Store) async throws -> [JobBench.Finding] {
        let ids = IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
        let board = EndBoard()
        return try await withFleet(store, ids, board) { dispatcher in
            let full = try await saturated(store, dispatcher, ids, board)
            var findings = [
                JobBench.Finding(
                    key: "saturated",
                    what:
                        "jobs run over HTTP by \(workers) workers of \(slots) slots, when more wait than they can run",
                    value: full,
                    unit: "/s"
                )
            ]
            for pace in rate.map({ [$0] }) ?? [Self.usualRate, max(Int(full / 5), 1)] {
                let paced = try await paced(store, dispatcher, ids, board, rate: pace)
                let key = pace == rate || pace == Self.usualRate ? "paced" : "paced_fifth"
                findings += [
                    JobBench.Finding(
                        key: "\(key)_p50_ms",
                        what: "from adding a job to its end at \(pace)/s, p50",
                        value: paced.quantile(0.5) ?? 0,
                        unit: "ms"
                    ),
                    JobBench.Finding(key: "\(key)_p99_ms", what: "  p99", value: paced.quantile(0.99) ?? 0, unit: "ms"),
                ]
            }
            findings.append(
                JobBench.Finding(
                    key: "resident_mb",
                    what: "resident memory of server and workers together",
                    value: Double(ProcessMemory.residentBytes() ?? 0) / 1_048_576,
                    unit: "MB"
                )
            )
            return findings
        }
    }

    /// Jobs a second while a backlog of several batches for every worker waits.
    private func saturated(
        _ store: any Store,
        _ dispatcher: Dispatcher,
        _ ids: IdentifierGenerator,
        _ board: EndBoard
    ) async throws -> Double {
        let backlog = max(workers * slots * 8, 4_000)
        var added = 0
        let end = ContinuousClock.now + span
        let start = ContinuousClock.now
        while ContinuousClock.now < end {
            guard added - board.count < backlog else {
                try await ContinuousClock().sleep(for: .milliseconds(2))
                continue
            }
            added += try await store.enqueue((0..<500).map { _ in job(ids) }, durability: .process).count
            dispatcher.wake()
        }
        let count = board.count
        let seconds = start.duration(to: .now).inSeconds
        while board.count < added { try await ContinuousClock().sleep(for: .milliseconds(5)) }
        return Double(count) / seconds
    }

    /// How long jobs take that are added one by one at a steady rate, whether or not those before them have ended.
    private func paced(
        _ store: any Store,
        _ dispatcher: Dispatcher,
        _ ids: IdentifierGenerator,
        _ board: EndBoard,
        rate: Int
    ) async throws -> Latencies {
        let total = max(Int(span.inSeconds * Double(rate)), 1)
        let before = board.count
        let start = ContinuousClock.now
        board.beginTiming()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<total {
                let due = start + .seconds(Double(number) / Double(rate))
                if due > .now { try await ContinuousClock().sleep(until: due, tolerance: .microseconds(100)) }
                let job = job(ids)
                // A job's time begins when it was due, so that a slow generator hides nothing.
                board.begin(job.id, at: due)
                group.addTask {
                    _ = try await store.enqueue([job], durability: .process)
                    dispatcher.wake()
                }
            }
            try await group.waitForAll()
        }
        while board.count - before < total { try await ContinuousClock().sleep(for: .milliseconds(5)) }
        return board.latencies
    }

    private func job(_ ids: IdentifierGenerator) -> Job {
        Job(id: ids.next(), workspace: .default, campaign: nil, kind: .probe, payload: "{}", createdAt: clock.now)
    }

    /// Runs a server and its workers around a body.
    private func withFleet<Value: Sendable>(
        _ store: any Store,
        _ ids: IdentifierGenerator,
        _ board: EndBoard,
        _ body: @escaping @Sendable (Dispatcher) async throws -> Value
    ) async throws -> Value {
        let quiet = Logger(label: "dure.bench") { _ in SwiftLogNoOpLogHandler() }
        let dispatcher = Dispatcher(
            store: store,
            fleet: store,
            clock: clock,
            ids: ids,
            sizes: FleetSizes(trialRunners: workers, groupSize: 3, observers: 0, slots: slots),
            logger: quiet,
            hooks: DispatcherHooks(ended: { job, _ in board.ended(job) })
        )
        var generator = SystemRandomNumberGenerator()
        let key = KeyText(using: &generator)
        let server = server(dispatcher, ids, key: key, quiet)
        let (ports, listening) = AsyncStream<ServerProcess.Ports>.makeStream()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await dispatcher.run()
                return nil
            }
            group.addTask {
                try await server.run(
                    onListening: { listening.yield($0) },
                    until: { for await _ in AsyncStream<Void>.never {} }
                )
                return nil
            }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next()?.api else { throw CancellationError() }
            for number in 0..<workers {
                group.addTask {
                    try await work(number, port: port, key: key, quiet)
                    return nil
                }
            }
            while await dispatcher.workers.count < workers { try await ContinuousClock().sleep(for: .milliseconds(10)) }
            group.addTask { try await body(dispatcher) }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    private func server(
        _ dispatcher: Dispatcher,
        _ ids: IdentifierGenerator,
        key: KeyText,
        _ logger: Logger
    ) -> ServerProcess {
        let gate = DispatcherGate(dispatcher)
        return ServerProcess(
            parts: ServerProcess.Parts(
                gate: gate,
                control: gate,
                entrance: MemoryEntrance(),
                keys: MemoryKeyStore([key.record(name: "bench", scopes: [.work], createdAt: clock.now)]),
                health: HealthBoard(clock: clock),
                registry: MetricsRegistry(),
                ids: ids,
                clock: clock,
                makeKey: { key },
                logger: logger
            ),
            setting: ServerProcess.Setting(
                api: Listening(port: 0),
                probes: nil,
                limits: ServerLimits(connectionsPerAddress: 1_000),
                drainDelay: .zero,
                drainBound: .seconds(1)
            )
        )
    }

    private func work(_ number: Int, port: Int, key: KeyText, _ logger: Logger) async throws {
        let client = try APIClient(APIClient.Setting(server: "http://127.0.0.1:\(port)", key: key.text))
        let worker = RemoteWorker(
            connections: [HTTPFleetConnection(client)],
            handlers: [ProbeHandler(clock: clock)],
            clock: clock,
            setting: RemoteWorker.Setting(name: "bench/\(number)", slots: slots, software: "bench"),
            seed: UInt64(number),
            logger: logger
        )
        do {
            _ = try await worker.run()
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }
}

extension AsyncStream where Element == Void {
    /// A stream that ends when its reader is cancelled, and not before.
    fileprivate static var never: AsyncStream<Void> { AsyncStream { _ in } }
}

/// Counts jobs that end, and measures those that were told of.
private final class EndBoard: Sendable {
    private struct State {
        var count = 0
        var isTiming = false
        var begun: [JobID: ContinuousClock.Instant] = [:]
        var latencies = Latencies()
    }

    private let state = Locked(State())

    var count: Int { state.withLock { $0.count } }
    var latencies: Latencies { state.withLock { $0.latencies } }

    func beginTiming() {
        state.withLock { state in
            state.isTiming = true
            state.latencies = Latencies()
        }
    }

    func begin(_ job: JobID, at instant: ContinuousClock.Instant) {
        state.withLock { $0.begun[job] = instant }
    }

    func ended(_ job: JobID) {
        let now = ContinuousClock.now
        state.withLock { state in
            state.count += 1
            guard state.isTiming, let start = state.begun.removeValue(forKey: job) else { return }
            state.latencies.add(start.duration(to: now))
        }
    }
}
