// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging

/// One session of a remote worker, from its registration to its end.
final class RemoteStay: Sendable {
    /// How a session ends, seen from the worker.
    enum Ending: Hashable, Sendable {
        case drained
        case restart
        /// The server says that it is over.
        case over
        /// It could not be renewed.
        case fenced
    }

    private struct State {
        /// The jobs that run, with what takes each away.
        var running: [JobID: Latch] = [:]
        /// The jobs that came, less those whose reports were answered.
        var unreported = 0
        var batch = 0
        /// When to stop everything unless a beat is answered before.
        var fence: Timestamp
        var isDraining = false
    }

    /// How long before the end of the lease work stops.
    private static let margin = TimeSpan.seconds(2)
    private static let mostReports = 200

    private let session: SessionID
    private let worker: Worker
    private let timing: (beat: TimeSpan, poll: TimeSpan)
    private let connection: any FleetConnection
    private let handlers: [JobKind: any JobHandler]
    private let clock: any TimeSource
    private let setting: RemoteWorker.Setting
    private let seed: UInt64
    private let stop: Latch
    private let logger: Logger
    private let state: Locked<State>
    private let outbox = Inbox<FleetWire.Report>()
    /// Filled when a slot is free, a report was answered, or the stay drains.
    private let changes = Inbox<Void>()

    init(
        registered: FleetWire.Registered,
        connection: any FleetConnection,
        handlers: [JobKind: any JobHandler],
        clock: any TimeSource,
        setting: RemoteWorker.Setting,
        seed: UInt64,
        stop: Latch,
        logger: Logger
    ) {
        session = registered.session
        let now = clock.now
        worker = Worker(
            id: registered.worker,
            name: registered.name,
            role: registered.role,
            slots: setting.slots,
            registeredAt: now
        )
        timing = (
            TimeSpan(milliseconds: max(registered.beat, 10)), TimeSpan(milliseconds: max(registered.poll, 0))
        )
        self.connection = connection
        self.handlers = handlers
        self.clock = clock
        self.setting = setting
        self.seed = seed
        self.stop = stop
        self.logger = logger
        state = Locked(State(fence: clock.steady + Self.safe(TimeSpan(milliseconds: registered.lease))))
    }

    /// A lease less the margin; a quarter less where the lease is short.
    private static func safe(_ lease: TimeSpan) -> TimeSpan {
        let quarter = TimeSpan(milliseconds: max(lease.milliseconds, 0) / 4)
        return lease - min(margin, quarter)
    }

    /// Works until the session ends; then every handler has ended.
    func run() async throws -> Ending {
        try await withThrowingTaskGroup(of: Ending?.self) { group in
            group.addTask { try await self.beatLoop() }
            group.addTask { try await self.fenceLoop() }
            group.addTask { try await self.pollLoop() }
            group.addTask { try await self.reportLoop() }
            group.addTask { try await self.drainLoop() }
            defer { group.cancelAll() }
            while let ending = try await group.next() {
                if let ending { return ending }
            }
            throw CancellationError()
        }
    }

    // MARK: - Renewing

    private func beatLoop() async throws -> Ending? {
        var backoff = Backoff(cap: timing.beat, seed: SplitMix64.seed(seed, "beat"))
        while true {
            let sentAt = clock.steady
            let held = state.withLock { $0.running.keys.sorted() }
            do {
                let orders = try await connection.beat(
                    FleetWire.Beat(session: session, jobs: held.map { FleetWire.Beat.Held(id: $0) })
                )
                state.withLock { $0.fence = sentAt + Self.safe(TimeSpan(milliseconds: orders.lease)) }
                backoff.reset()
                if orders.restart { return .restart }
                carryOut(orders)
                try await clock.sleep(for: sentAt + timing.beat - clock.steady)
            } catch FleetCallError.sessionIsOver {
                return .over
            } catch let error as FleetCallError {
                logger.warning("A beat was not answered.", metadata: ["error": "\(error)"])
                try await clock.sleep(for: backoff.next(after: error))
            }
        }
    }

    private func carryOut(_ orders: FleetWire.Orders) {
        let cancelled = state.withLock { state in orders.cancel.compactMap { state.running[$0] } }
        for latch in cancelled { latch.open() }
        if orders.drain { beginDrain() }
    }

    /// Ends the session by our own clock when nothing has renewed it.
    private func fenceLoop() async throws -> Ending? {
        while true {
            let fence = state.withLock { $0.fence }
            let rest = fence - clock.steady
            guard rest > .zero else { return .fenced }
            try await clock.sleep(for: rest)
        }
    }

    // MARK: - Draining

    private func drainLoop() async throws -> Ending? {
        try await stop.wait()
        beginDrain()
        try await clock.sleep(for: setting.drainBound)
        // What still runs is given back.
        return .drained
    }

    private func beginDrain() {
        state.withLock { $0.isDraining = true }
        drained.open()
        changes.put(())
    }

    /// Opens when the stay drains, so that no poll keeps it waiting.
    private let drained = Latch()

    // MARK: - Working

    private func pollLoop() async throws -> Ending? {
        var backoff = Backoff(seed: SplitMix64.seed(seed, "poll"))
        return try await withThrowingDiscardingTaskGroup { jobs in
            while true {
                let (free, unreported, isDraining) = state.withLock {
                    (setting.slots - $0.running.count, $0.unreported, $0.isDraining)
                }
                if isDraining, unreported == 0 { return .drained }
                guard !isDraining, free > 0 else {
                    _ = try await changes.take()
                    continue
                }
                do {
                    for job in try await poll(free) { start(job, in: &jobs) }
                    backoff.reset()
                } catch FleetCallError.sessionIsOver {
                    // Here and not in the group's own way, which would wait for the handlers first.
                    jobs.cancelAll()
                    return .over
                } catch let error as FleetCallError {
                    logger.warning("A poll was not answered.", metadata: ["error": "\(error)"])
                    let wait = backoff.next(after: error)
                    try await race({ try await self.clock.sleep(for: wait) }, { try await self.drained.wait() })
                }
            }
        }
    }

    /// The jobs of the next batch that are not here yet; none when the stay drains meanwhile.
    private func poll(_ free: Int) async throws -> [FleetWire.LeasedJob] {
        let request = FleetWire.Poll(session: session, slots: free, after: state.withLock { $0.batch })
        let batch = try await race(
            { try await self.connection.poll(request) },
            {
                try await self.drained.wait()
                return FleetWire.Batch(batch: request.after, jobs: [])
            }
        )
        return state.withLock { state in
            state.batch = batch.batch
            let new = batch.jobs.filter { state.running[$0.id] == nil }
            for job in new { state.running[job.id] = Latch() }
            state.unreported += new.count
            return new
        }
    }

    private func start(_ leased: FleetWire.LeasedJob, in jobs: inout ThrowingDiscardingTaskGroup<any Error>) {
        let latch = state.withLock { $0.running[leased.id] } ?? Latch()
        jobs.addTask {
            let report = await self.report(on: leased, until: latch)
            self.state.withLock { state in
                state.running[leased.id] = nil
                if report == nil { state.unreported -= 1 }
            }
            if let report { self.outbox.put(report) }
            self.changes.put(())
        }
    }

    /// How a job ended; nil when it was taken away or the stay is over.
    private func report(on leased: FleetWire.LeasedJob, until latch: Latch) async -> FleetWire.Report? {
        do {
            guard let kind = JobKind(rawValue: leased.kind), let handler = handlers[kind] else {
                throw Failure(.invalid, "this worker does not run jobs of kind \(leased.kind)")
            }
            let job = try Job(leased, kind: kind, worker: worker.id, session: session, now: clock.now)
            let worker = worker
            let answer = try await race(
                { try await handler.run(job, worker: worker) },
                {
                    try await latch.wait()
                    throw CancellationError()
                }
            )
            guard !latch.isOpen, !Task.isCancelled else { return nil }
            let result = try CanonicalJSON.decode(JSONValue.self, from: answer)
            return FleetWire.Report(job: leased.id, token: leased.token, result: result)
        } catch {
            guard !latch.isOpen, !Task.isCancelled else { return nil }
            let failure = error as? Failure ?? Failure(.unknown, "\(error)")
            return FleetWire.Report(job: leased.id, token: leased.token, failure: FleetWire.Failed(failure))
        }
    }

    // MARK: - Reporting

    private func reportLoop() async throws -> Ending? {
        while true {
            var reports = ArraySlice(try await outbox.take())
            while !reports.isEmpty {
                let batch = Array(reports.prefix(Self.mostReports))
                reports = reports.dropFirst(batch.count)
                guard try await send(batch) else { return .over }
                state.withLock { $0.unreported -= batch.count }
                changes.put(())
            }
        }
    }

    /// Sends reports until they are answered; false when the session is over.
    private func send(_ reports: [FleetWire.Report]) async throws -> Bool {
        var backoff = Backoff(seed: SplitMix64.seed(seed, "report"))
        while true {
            do {
                // A process that was stopped for long must not speak for a lease that it has lost.
                guard clock.steady < state.withLock({ $0.fence }) else { return false }
                let receipts = try await connection.complete(FleetWire.Complete(session: session, reports: reports))
                let stale = receipts.receipts.count { $0.status == .stale }
                if stale > 0 {
                    logger.warning("Reports came too late and were dropped.", metadata: ["count": "\(stale)"])
                }
                return true
            } catch FleetCallError.sessionIsOver {
                return false
            } catch FleetCallError.refused(let detail) {
                return try await send(apart: reports, because: detail)
            } catch let error as FleetCallError {
                logger.warning("Reports were not answered.", metadata: ["error": "\(error)"])
                try await clock.sleep(for: backoff.next(after: error))
            }
        }
    }

    /// Sends refused reports one by one, and says of one that is refused alone that its job failed.
    private func send(apart reports: [FleetWire.Report], because detail: String) async throws -> Bool {
        guard reports.count == 1, let only = reports.first else {
            for report in reports {
                guard try await send([report]) else { return false }
            }
            return true
        }
        guard only.result != nil else {
            logger.error("A report was refused and dropped.", metadata: ["job": "\(only.job)", "error": "\(detail)"])
            return true
        }
        let failure = Failure(.invalid, "the server refused the result: \(detail)")
        return try await send([FleetWire.Report(job: only.job, token: only.token, failure: FleetWire.Failed(failure))])
    }
}

extension Job {
    /// The job that a worker elsewhere was given.
    init(
        _ leased: FleetWire.LeasedJob,
        kind: JobKind,
        worker: WorkerID,
        session: SessionID,
        now: Timestamp
    ) throws {
        self.init(
            id: leased.id,
            workspace: leased.workspace,
            campaign: leased.campaign,
            kind: kind,
            payload: try CanonicalJSON.text(leased.payload),
            createdAt: now
        )
        attempt = leased.attempt
        state = .leased
        lease = JobLease(token: leased.token, worker: worker, session: session)
    }
}
