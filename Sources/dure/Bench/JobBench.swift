// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs
import Logging
import Storage

/// Measures a queue with the dispatcher and the workers that run in earnest.
struct JobBench: Sendable {
    /// One thing that was measured.
    struct Finding: Sendable {
        /// Its name in JSON.
        var key: String
        /// What it is, for people.
        var what: String
        var value: Double
        var unit: String

        /// The value with its unit.
        var text: String {
            let digits = value >= 100 ? value.rounded() : (value * 1_000).rounded() / 1_000
            let number = digits == digits.rounded() ? "\(Int(digits))" : "\(digits)"
            return unit.isEmpty ? number : "\(number) \(unit)"
        }
    }

    /// Where the jobs are kept while they are measured.
    enum Place: Sendable {
        case memory
        case sqlite
        /// A schema of the measurement's own, which is removed at its end.
        case postgres(PostgresSettings)
    }

    let folder: String
    let place: Place
    let span: Duration
    let callers: Int
    let workers: Int
    let slots: Int
    private let clock = SystemClock()

    private var isInMemory: Bool {
        if case .memory = place { return true }
        return false
    }

    private var isOnServer: Bool {
        if case .postgres = place { return true }
        return false
    }

    /// Measures one subject after the other.
    func run(_ subjects: Set<BenchJobsCommand.Subject>) async throws -> [Finding] {
        var findings: [Finding] = []
        if subjects.contains(.adding) {
            findings += try await adding(.process)
            if !isInMemory { findings += try await addingSafely() }
        }
        if subjects.contains(.burnDown) { findings += try await burningDown() }
        if subjects.contains(.sustained) { findings += try await sustained() }
        if subjects.contains(.recovery), !isInMemory, !isOnServer { findings += try await recovering() }
        return findings
    }

    /// How many jobs are added so that they survive a power cut, beside what the disk itself can do.
    private func addingSafely() async throws -> [Finding] {
        let syncs = try DiskProbe(folder: folder).syncsPerSecond(for: span / 2)
        let findings = try await adding(.power)
        let rate = findings.first?.value ?? 0
        return [Finding(key: "disk_syncs", what: "the disk's own fdatasync", value: syncs, unit: "/s")] + findings + [
            Finding(
                key: "enqueue_power_share",
                what: "  as a share of callers x fdatasync",
                value: rate / (Double(callers) * syncs),
                unit: ""
            )
        ]
    }

    /// How many jobs many callers add, each waiting for its own.
    private func adding(_ durability: Durability) async throws -> [Finding] {
        try await withStore("adding-\(durability)") { store in
            let ids = identifiers()
            let end = ContinuousClock.now + span
            let job = job
            let all = try await Self.together(callers) {
                var latencies = Latencies()
                while ContinuousClock.now < end {
                    let start = ContinuousClock.now
                    _ = try await store.enqueue([job(ids)], durability: durability)
                    latencies.add(start.duration(to: .now))
                }
                return latencies
            }
            let name = durability == .power ? "power" : "process"
            return [
                Finding(
                    key: "enqueue_\(name)",
                    what: "jobs added by \(callers) callers, safe from \(name == "power" ? "a power cut" : "a crash")",
                    value: Double(all.seconds.count) / span.inSeconds,
                    unit: "/s"
                ),
                Finding(
                    key: "enqueue_\(name)_p99_ms",
                    what: "  p99",
                    value: all.quantile(0.99) ?? 0,
                    unit: "ms"
                ),
            ]
        }
    }

    /// How fast a backlog is run.
    private func burningDown() async throws -> [Finding] {
        try await withStore("burning-down") { store in
            let ids = identifiers()
            var added = 0
            let backlog = isInMemory ? 200_000 : 30_000 * max(Int(span.inSeconds), 1)
            while added < backlog {
                let batch = (0..<1_000).map { _ in job(ids) }
                added += try await store.enqueue(batch, durability: .process).count
            }
            let size = diskBytes(of: "burning-down")
            let done = Tally(goal: added)
            let start = ContinuousClock.now
            try await withFleet(store, ids, ended: { _ in done.count() }, run: { _ in try await done.wait() })
            let seconds = start.duration(to: .now).inSeconds
            var findings = [
                Finding(
                    key: "burn_down",
                    what: "a backlog of \(added) jobs, run by \(workers) workers of \(slots) slots",
                    value: Double(added) / seconds,
                    unit: "/s"
                )
            ]
            if let size {
                findings.append(
                    Finding(
                        key: "bytes_per_waiting_job",
                        what: "  on disk for each job that waits",
                        value: Double(size) / Double(added),
                        unit: "bytes"
                    )
                )
            }
            return findings
        }
    }

    /// How fast jobs are added, run and awaited all at once, and how long one takes where little else is done.
    private func sustained() async throws -> [Finding] {
        let full = try await roundTrips(callers: workers * slots)
        let quiet = try await roundTrips(callers: 1)
        return [
            Finding(
                key: "sustained",
                what: "jobs added, run and awaited by \(workers * slots) callers",
                value: Double(full.seconds.count) / span.inSeconds,
                unit: "/s"
            ),
            Finding(key: "sustained_p99_ms", what: "  p99", value: full.quantile(0.99) ?? 0, unit: "ms"),
            Finding(
                key: "round_trip_p50_ms",
                what: "from adding a job to its end, p50",
                value: quiet.quantile(0.5) ?? 0,
                unit: "ms"
            ),
            Finding(key: "round_trip_p99_ms", what: "  p99", value: quiet.quantile(0.99) ?? 0, unit: "ms"),
        ]
    }

    private func roundTrips(callers: Int) async throws -> Latencies {
        try await withStore("sustained-\(callers)") { store in
            let ids = identifiers()
            let waiting = Waiting()
            let (span, job) = (span, job)
            return try await withFleet(
                store,
                ids,
                ended: { waiting.ended($0) },
                run: { dispatcher in
                    let end = ContinuousClock.now + span
                    return try await Self.together(callers) {
                        var latencies = Latencies()
                        while ContinuousClock.now < end {
                            let start = ContinuousClock.now
                            let job = job(ids)
                            try await waiting.wait(for: job.id) {
                                _ = try await store.enqueue([job], durability: .process)
                                dispatcher.wake()
                            }
                            latencies.add(start.duration(to: .now))
                        }
                        return latencies
                    }
                }
            )
        }
    }

    /// Lets so many callers work at once, and puts what they measured together.
    private static func together(
        _ callers: Int,
        _ body: @escaping @Sendable () async throws -> Latencies
    ) async throws -> Latencies {
        try await withThrowingTaskGroup(of: Latencies.self) { group in
            for _ in 0..<callers { group.addTask { try await body() } }
            return try await group.reduce(into: Latencies()) { $0.add($1) }
        }
    }

    /// How long after a process ended with leases in its hands the next one has run a job again.
    private func recovering() async throws -> [Finding] {
        let ids = identifiers()
        let first = try open("recovering")
        for _ in 0..<100 { _ = try await first.enqueue((0..<1_000).map { _ in job(ids) }, durability: .process) }
        let session = WorkerSession(id: ids.next(), worker: ids.next(), server: "", expiresAt: clock.now + .minutes(1))
        _ = try await first.openSession(session, now: clock.now)
        let leased = try await first.claim(ClaimRequest(kinds: [.probe], limit: 176), now: clock.now) { jobs in
            jobs.map {
                JobAssignment(job: $0.id, worker: session.worker, session: session.id, token: $0.id.text)
            }
        }
        try first.close()
        let start = ContinuousClock.now
        let second = try open("recovering")
        let done = Tally(goal: leased.jobs.count)
        let held = Set(leased.jobs.map(\.id))
        try await withFleet(
            second,
            ids,
            ended: { if held.contains($0) { done.count() } },
            run: { _ in try await done.wait() }
        )
        let seconds = start.duration(to: .now).inSeconds
        try second.close()
        return [
            Finding(
                key: "recovery_ms",
                what: "from opening a queue of 100000 jobs to the last of \(held.count) that a dead process held",
                value: seconds * 1_000,
                unit: "ms"
            )
        ]
    }

    /// How much memory jobs take that only wait.
    func waiting(_ count: Int) async throws -> [Finding] {
        try await withStore("waiting") { store in
            let ids = identifiers()
            _ = try await store.enqueue((0..<1_000).map { _ in job(ids) }, durability: .process)
            let before = ProcessMemory.residentBytes() ?? 0
            var added = 0
            while added < count {
                added += try await store.enqueue((0..<1_000).map { _ in job(ids) }, durability: .process).count
            }
            let after = ProcessMemory.residentBytes() ?? 0
            return [
                Finding(
                    key: "waiting_resident_mb",
                    what: "resident memory that \(count) waiting jobs add",
                    value: Double(after - before) / 1_048_576,
                    unit: "MB"
                )
            ]
        }
    }

    // MARK: - What is measured with

    private func identifiers() -> IdentifierGenerator {
        IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
    }

    @Sendable private func job(_ ids: IdentifierGenerator) -> Job {
        Job(id: ids.next(), workspace: .default, campaign: nil, kind: .probe, payload: "{}", createdAt: clock.now)
    }

    private func open(_ name: String) throws -> SQLiteStore {
        try SQLiteStore(path: "\(folder)/\(name).sqlite", mode: .live, clock: clock)
    }

    private func withStore<Value>(_ name: String, _ body: (any Store) async throws -> Value) async throws -> Value {
        if isInMemory { return try await body(MemoryStore()) }
        if case .postgres(let settings) = place { return try await withServer(settings, name, body) }
        let store = try open(name)
        do {
            let value = try await body(store)
            try store.close()
            return value
        } catch {
            try store.close()
            throw error
        }
    }

    private func withServer<Value>(
        _ settings: PostgresSettings,
        _ name: String,
        _ body: (any Store) async throws -> Value
    ) async throws -> Value {
        var settings = settings
        settings.schema = "dure_bench_\(ProcessInfo.processInfo.processIdentifier)_\(name)"
        let log = Logger(label: "dure")
        let store = try await PostgresStore.open(settings, time: clock, log: log)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(store))
        } catch {
            outcome = .failure(error)
        }
        await store.close()
        try await PostgresStore.removeSchema(settings, log: log)
        return try outcome.get()
    }

    private func withFleet<Value: Sendable>(
        _ store: any Store,
        _ ids: IdentifierGenerator,
        ended: @escaping @Sendable (JobID) -> Void,
        run body: @escaping @Sendable (Dispatcher) async throws -> Value
    ) async throws -> Value {
        let sizes = FleetSizes(trialRunners: workers, groupSize: 3, observers: 0, slots: slots)
        let dispatcher = Dispatcher(
            store: store,
            clock: clock,
            ids: ids,
            sizes: sizes,
            hooks: DispatcherHooks(ended: { job, _ in ended(job) })
        )
        let fleet = EmbeddedFleet(
            dispatcher: dispatcher,
            handlers: [ProbeHandler(clock: clock)],
            clock: clock,
            sizes: sizes
        )
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await dispatcher.run()
                return nil
            }
            group.addTask {
                try await fleet.run()
                return nil
            }
            group.addTask { try await body(dispatcher) }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    private func diskBytes(of name: String) -> Int64? {
        guard !isInMemory, !isOnServer else { return nil }
        return ["", "-wal"].reduce(0) { sum, suffix in
            let path = "\(folder)/\(name).sqlite\(suffix)"
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return sum + ((attributes?[.size] as? NSNumber)?.int64Value ?? 0)
        }
    }
}
