// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import Testing

@testable import Jobs

/// Calls a fleet in memory, with faults.
private final class FakeConnection: FleetConnection {
    struct Faults: Sendable {
        var isCut = false
        var loseNextBatch = false
        /// How many answers to beats are lost.
        var losesBeats = 0
        var refuseOver: Int?
    }

    let fleet: MemoryFleet
    let clock: VirtualClock
    let faults = Locked(Faults())
    let registrations = Locked(0)
    let completed = Locked<[FleetWire.Report]>([])
    /// When beats came, and whether each said that the one before was not answered.
    let beats = Locked<[(at: Timestamp, isUnanswered: Bool)]>([])
    private let kept = Locked<(number: Int, jobs: [FleetWire.LeasedJob])>((0, []))

    init(fleet: MemoryFleet, clock: VirtualClock) {
        self.fleet = fleet
        self.clock = clock
    }

    private func check() throws {
        if faults.withLock({ $0.isCut }) { throw FleetCallError.unreachable("cut") }
    }

    func register(_ request: FleetWire.Register) async throws -> FleetWire.Registered {
        try check()
        registrations.withLock { $0 += 1 }
        kept.withLock { $0 = (0, []) }
        let kinds = request.kinds.compactMap(JobKind.init(rawValue:))
        let admission = try await fleet.register(name: "a", kinds: kinds, slots: request.slots, resuming: nil)
        return FleetWire.Registered(
            worker: admission.worker,
            session: admission.session.id,
            lease: .seconds(15),
            beat: .seconds(5),
            poll: .seconds(25)
        )
    }

    func poll(_ request: FleetWire.Poll) async throws -> FleetWire.Batch {
        try check()
        let last = kept.withLock { $0 }
        if request.after < last.number { return FleetWire.Batch(batch: last.number, jobs: last.jobs) }
        let (fleet, clock) = (fleet, clock)
        let jobs: [Job]
        do {
            jobs = try await race(
                { try await fleet.pull(session: request.session, limit: request.slots) },
                {
                    try await clock.sleep(for: .seconds(25))
                    return []
                }
            )
        } catch FleetRefusal.sessionIsOver {
            throw FleetCallError.sessionIsOver
        }
        guard !jobs.isEmpty else { return FleetWire.Batch(batch: request.after, jobs: []) }
        let leased = try jobs.map { job in
            FleetWire.LeasedJob(
                id: job.id,
                kind: job.kind.rawValue,
                workspace: job.workspace,
                attempt: job.attempt,
                token: job.lease?.token ?? "",
                payload: try CanonicalJSON.decode(JSONValue.self, from: job.payload)
            )
        }
        kept.withLock { $0 = (request.after + 1, leased) }
        if faults.withLock({ faults in
            defer { faults.loseNextBatch = false }
            return faults.loseNextBatch
        }) {
            throw FleetCallError.unreachable("the answer was lost")
        }
        return FleetWire.Batch(batch: request.after + 1, jobs: leased)
    }

    func beat(_ request: FleetWire.Beat) async throws -> FleetWire.Orders {
        try check()
        let progress = Dictionary(uniqueKeysWithValues: request.jobs.map { ($0.id, $0.progress ?? 0) })
        let orders = try await fleet.beat(
            session: request.session,
            progress: progress,
            renews: request.unanswered != true
        )
        if orders.sessionIsOver { throw FleetCallError.sessionIsOver }
        beats.withLock { $0.append((clock.now, request.unanswered == true)) }
        if faults.withLock({ faults in
            defer { faults.losesBeats = max(faults.losesBeats - 1, 0) }
            return faults.losesBeats > 0
        }) {
            throw FleetCallError.unreachable("the answer was lost")
        }
        return FleetWire.Orders(orders)
    }

    func complete(_ request: FleetWire.Complete) async throws -> FleetWire.Receipts {
        try check()
        if let limit = faults.withLock({ $0.refuseOver }),
            request.reports.contains(where: { (try? CanonicalJSON.text($0).utf8.count) ?? 0 > limit })
        {
            throw FleetCallError.refused("too large")
        }
        completed.withLock { $0 += request.reports }
        let reports = try request.reports.map { report in
            JobReport(
                job: report.job,
                token: report.token,
                outcome: try report.failure.map { .failed($0.failure) }
                    ?? .completed(CanonicalJSON.text(report.result ?? .null))
            )
        }
        let receipts = try await fleet.report(reports, from: request.session)
        return FleetWire.Receipts(receipts: zip(reports, receipts).map { FleetWire.Receipt(job: $0.job, receipt: $1) })
    }

    func leave(_ request: FleetWire.Leave) async throws {
        try check()
        try await fleet.leave(session: request.session, as: request.end ?? .handedBack)
    }
}

/// Gives one job twice, under two leases, and answers the beat of the first one when the second is here.
private final class LateOrders: FleetConnection {
    let job: Job
    let clock: VirtualClock
    let reported = Locked<[String]>([])
    private let worker: Worker
    private let session: SessionID
    private let begun: Timestamp

    init(job: Job, ids: IdentifierGenerator, clock: VirtualClock) {
        self.job = job
        self.clock = clock
        begun = clock.now
        worker = Worker(id: ids.next(), name: "a", role: .trial, slots: 2, registeredAt: begun)
        session = ids.next()
    }

    func register(_ request: FleetWire.Register) async throws -> FleetWire.Registered {
        FleetWire.Registered(
            worker: worker,
            session: session,
            lease: .seconds(15),
            beat: .seconds(5),
            poll: .seconds(25)
        )
    }

    func poll(_ request: FleetWire.Poll) async throws -> FleetWire.Batch {
        switch request.after {
        case 0: return FleetWire.Batch(batch: 1, jobs: [leased("first")])
        case 1:
            try await clock.sleep(until: begun + TimeSpan(milliseconds: 4_600))
            return FleetWire.Batch(batch: 2, jobs: [leased("second")])
        default:
            try await clock.sleep(for: .seconds(25))
            return FleetWire.Batch(batch: request.after, jobs: [])
        }
    }

    func beat(_ request: FleetWire.Beat) async throws -> FleetWire.Orders {
        let cancelled = clock.now < begun + .seconds(6) ? request.jobs.map(\.id) : []
        if !cancelled.isEmpty { try await clock.sleep(for: TimeSpan(milliseconds: 300)) }
        return FleetWire.Orders(FleetOrders(cancel: cancelled, lease: .seconds(15)))
    }

    func complete(_ request: FleetWire.Complete) async throws -> FleetWire.Receipts {
        reported.withLock { $0 += request.reports.map(\.token) }
        return FleetWire.Receipts(receipts: request.reports.map { FleetWire.Receipt(job: $0.job, receipt: .accepted) })
    }

    func leave(_ request: FleetWire.Leave) async throws {}

    private func leased(_ token: String) -> FleetWire.LeasedJob {
        FleetWire.LeasedJob(
            id: job.id,
            kind: job.kind.rawValue,
            workspace: job.workspace,
            attempt: 0,
            token: token,
            payload: .object(["sleep": .string("10s")])
        )
    }
}

/// Waits until it is cancelled, and notes when it began and ended.
private struct EndlessHandler: JobHandler {
    let kinds: [JobKind] = [.probe]
    let clock: VirtualClock
    let ends = Locked<[Timestamp]>([])
    let starts = Locked(0)

    func run(_ job: Job, worker: Worker) async throws -> String {
        starts.withLock { $0 += 1 }
        defer { ends.withLock { $0.append(clock.now) } }
        try await clock.sleep(for: .days(1))
        return "{}"
    }
}

/// Answers with a long text.
private struct LongHandler: JobHandler {
    let kinds: [JobKind] = [.probe]
    func run(_ job: Job, worker: Worker) async throws -> String {
        try CanonicalJSON.text(JSONValue.string(String(repeating: "x", count: 5_000)))
    }
}

@Suite struct RemoteWorkerTests {
    private static let start = Timestamp(milliseconds: 1_767_225_600_000)
    private let clock = VirtualClock(start: start)
    private let ids: IdentifierGenerator
    private let fleet: MemoryFleet
    private let connection: FakeConnection

    init() {
        ids = IdentifierGenerator(clock: clock, seed: 3)
        fleet = MemoryFleet(ids: ids, clock: clock)
        connection = FakeConnection(fleet: fleet, clock: clock)
    }

    private func worker(_ handler: any JobHandler, slots: Int = 2, drainBound: TimeSpan = .seconds(30)) -> RemoteWorker
    {
        RemoteWorker(
            connections: [connection],
            handlers: [handler],
            clock: clock,
            setting: RemoteWorker.Setting(slots: slots, software: "test", drainBound: drainBound),
            seed: 5,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func probes(_ count: Int, _ order: ProbeOrder = ProbeOrder()) throws -> [Job] {
        let payload = try CanonicalJSON.text(order)
        return (0..<count).map { _ in
            Job(
                id: ids.next(),
                workspace: .default,
                campaign: nil,
                kind: .probe,
                payload: payload,
                createdAt: clock.now
            )
        }
    }

    /// Runs a worker until the body ends.
    private func running(_ worker: RemoteWorker, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try clock.run {
            try await race({ _ = try await worker.run() }, { try await body() })
        }
    }

    private func until(_ fact: @Sendable () async -> Bool) async throws {
        while !(await fact()) { try await clock.sleep(for: TimeSpan(milliseconds: 10)) }
    }

    @Test func `jobs are run and reported once each`() async throws {
        let jobs = try probes(25)
        try await running(worker(ProbeHandler(clock: clock))) {
            await fleet.add(jobs)
            try await until { await fleet.count == 25 }
        }
        #expect(await fleet.ended == Dictionary(uniqueKeysWithValues: jobs.map { ($0.id, .completed("{}")) }))
        #expect(connection.completed.withLock { $0.count } == 25)
    }

    @Test func `a failure is reported with its class`() async throws {
        let failure = Failure(.rateLimit, "slow down", lastLines: ["a"])
        let jobs = try probes(1, ProbeOrder(failure: failure))
        try await running(worker(ProbeHandler(clock: clock))) {
            await fleet.add(jobs)
            try await until { await fleet.count == 1 }
        }
        #expect(await fleet.ended[jobs[0].id] == .failed(failure))
    }

    @Test func `jobs of an answer that was lost come again and run once`() async throws {
        connection.faults.withLock { $0.loseNextBatch = true }
        let jobs = try probes(2)
        try await running(worker(ProbeHandler(clock: clock))) {
            await fleet.add(jobs)
            try await until { await fleet.count == 2 }
        }
        #expect(connection.completed.withLock { $0.count } == 2)
        #expect(await fleet.stale == 0)
    }

    @Test func `a worker that cannot renew stops its handlers before its lease ends`() async throws {
        let handler = EndlessHandler(clock: clock)
        try await running(worker(handler)) {
            await fleet.add(try probes(2))
            try await until { handler.starts.withLock { $0 } == 2 }
            try await clock.sleep(until: Self.start + .seconds(7))
            connection.faults.withLock { $0.isCut = true }
            try await until { handler.ends.withLock { $0.count } == 2 }
        }
        // The last beat was answered at 4.5 s: the lease is over at 19.5 s, and the margin is 2 s.
        #expect(handler.ends.withLock { $0 }.allSatisfy { $0 == Self.start + TimeSpan(milliseconds: 17_500) })
        #expect(connection.completed.withLock { $0.isEmpty })
    }

    @Test func `a worker says which beats were not answered, and renews at once when one is`() async throws {
        let handler = EndlessHandler(clock: clock)
        connection.faults.withLock { $0.losesBeats = 2 }
        try await running(worker(handler)) {
            await fleet.add(try probes(1))
            try await until { connection.beats.withLock { $0.count } == 6 }
        }
        let beats = connection.beats.withLock { $0 }
        #expect(beats.map(\.isUnanswered) == [false, true, true, false, false, false])
        #expect(beats[3].at == beats[2].at)
        #expect(beats[4].at - beats[3].at == TimeSpan(milliseconds: 4_500))
        #expect(connection.registrations.withLock { $0 } == 1, "it went on all the time")
    }

    @Test func `after a session is over the worker registers anew and reports nothing of the old one`() async throws {
        let handler = EndlessHandler(clock: clock)
        try await running(worker(handler)) {
            await fleet.add(try probes(1))
            try await until { handler.starts.withLock { $0 } == 1 }
            for session in await fleet.sessions { try await fleet.leave(session: session, as: .lost) }
            try await until { handler.starts.withLock { $0 } == 2 }
        }
        #expect(connection.registrations.withLock { $0 } == 2)
        #expect(connection.completed.withLock { $0.isEmpty })
    }

    @Test func `a cancelled job is stopped at the next beat, and nothing is reported of it`() async throws {
        let handler = EndlessHandler(clock: clock)
        let jobs = try probes(1)
        try await running(worker(handler)) {
            await fleet.add(jobs)
            try await until { handler.starts.withLock { $0 } == 1 }
            let session = await fleet.sessions[0]
            await fleet.order(session) { $0.cancel = [jobs[0].id] }
            try await until { handler.ends.withLock { $0.count } == 1 }
        }
        #expect(handler.ends.withLock { $0[0] } == Self.start + TimeSpan(milliseconds: 4_500))
        #expect(connection.completed.withLock { $0.isEmpty })
    }

    @Test func `a drained worker finishes what it has, takes no more, and leaves`() async throws {
        let worker = worker(ProbeHandler(clock: clock))
        let jobs = try probes(4, ProbeOrder(sleep: .seconds(8)))
        let ending = try clock.run {
            await fleet.add(jobs)
            return try await withThrowingTaskGroup(of: RemoteWorker.Ending?.self) { group in
                group.addTask { try await worker.run() }
                group.addTask {
                    try await clock.sleep(for: .seconds(3))
                    worker.drain()
                    return nil
                }
                var ending: RemoteWorker.Ending?
                while let next = try await group.next() { ending = next ?? ending }
                return ending
            }
        }
        #expect(ending == .drained)
        #expect(await fleet.count == 2)
        #expect(await fleet.sessions.isEmpty)
        #expect(clock.now == Self.start + .seconds(8))
    }

    @Test func `a drained worker gives back what does not end within the bound`() async throws {
        let handler = EndlessHandler(clock: clock)
        let worker = worker(handler, drainBound: .seconds(4))
        try clock.run {
            await fleet.add(try probes(1))
            try await race(
                { _ = try await worker.run() },
                {
                    try await clock.sleep(for: .seconds(1))
                    worker.drain()
                    try await clock.sleep(for: .hours(1))
                }
            )
        }
        #expect(clock.now == Self.start + .seconds(5))
        #expect(await fleet.sessions.isEmpty)
        #expect(await fleet.count == 0)
    }

    @Test func `an order to restart ends the worker and gives its jobs back`() async throws {
        let handler = EndlessHandler(clock: clock)
        let worker = worker(handler)
        let ending = try clock.run {
            await fleet.add(try probes(1))
            return try await withThrowingTaskGroup(of: RemoteWorker.Ending?.self) { group in
                group.addTask { try await worker.run() }
                group.addTask {
                    try await clock.sleep(for: .seconds(1))
                    for member in try await fleet.workers() { try await fleet.restart(member.id) }
                    return nil
                }
                var ending: RemoteWorker.Ending?
                while let next = try await group.next() { ending = next ?? ending }
                return ending
            }
        }
        #expect(ending == .restart)
        #expect(await fleet.sessions.isEmpty)
        #expect(handler.ends.withLock { $0.count } == 1)
    }

    @Test func `a result that the server refuses fails its own job and no other`() async throws {
        connection.faults.withLock { $0.refuseOver = 1_000 }
        let jobs = try probes(1)
        try await running(worker(LongHandler())) {
            await fleet.add(jobs)
            try await until { await fleet.count == 1 }
        }
        guard case .failed(let failure) = await fleet.ended[jobs[0].id] else {
            Issue.record("the job did not fail")
            return
        }
        #expect(failure.class == .invalid)
        #expect(failure.message.contains("too large"))
    }

    @Test func `an order to cancel stops what its beat named, and not the next lease of the same job`() async throws {
        let orders = LateOrders(job: try probes(1)[0], ids: ids, clock: clock)
        let worker = RemoteWorker(
            connections: [orders],
            handlers: [ProbeHandler(clock: clock)],
            clock: clock,
            setting: RemoteWorker.Setting(slots: 2, software: "test"),
            seed: 5,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let clock = clock
        try await running(worker) { try await clock.sleep(for: .seconds(40)) }
        #expect(orders.reported.withLock { $0 } == ["second"])
    }

    @Test func `a key that is not taken ends the worker`() async throws {
        struct Refusing: FleetConnection {
            func register(_ request: FleetWire.Register) async throws -> FleetWire.Registered {
                throw FleetCallError.notAllowed("401")
            }
            func poll(_ request: FleetWire.Poll) async throws -> FleetWire.Batch { throw CancellationError() }
            func beat(_ request: FleetWire.Beat) async throws -> FleetWire.Orders { throw CancellationError() }
            func complete(_ request: FleetWire.Complete) async throws -> FleetWire.Receipts {
                throw CancellationError()
            }
            func leave(_ request: FleetWire.Leave) async throws {}
        }
        let worker = RemoteWorker(
            connections: [Refusing()],
            handlers: [],
            clock: clock,
            setting: RemoteWorker.Setting(slots: 1, software: "test"),
            seed: 1,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        await #expect(throws: FleetCallError.notAllowed("401")) { _ = try await worker.run() }
    }
}
