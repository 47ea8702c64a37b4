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

    /// The way to the server that the worker is with, and its session there.
    final class Link: Sendable {
        let place: Int
        let session: SessionID
        let connection: any FleetConnection
        /// Opens when the worker has gone elsewhere: what this server still answers is of no account.
        let left = Latch()

        init(place: Int, session: SessionID, connection: any FleetConnection) {
            self.place = place
            self.session = session
            self.connection = connection
        }
    }

    struct State {
        var link: Link
        /// The jobs that run, with what takes each away.
        var running: [JobID: Latch] = [:]
        /// The tokens of the jobs that came, less those whose reports were answered.
        var tokens: [JobID: String] = [:]
        var batch = 0
        /// When to stop everything unless a beat is answered before.
        var fence: Timestamp
        var isDraining = false
        /// Opens when the move to another server that is under way has ended; nil while there is none.
        var moving: Latch?
    }

    /// How long before the end of the lease work stops.
    private static let margin = TimeSpan.seconds(2)
    private static let mostReports = 200

    private let worker: Worker
    private let timing: (beat: TimeSpan, poll: TimeSpan)
    let connections: [any FleetConnection]
    let application: FleetWire.Register
    let onSession: @Sendable (SessionID?) -> Void
    private let handlers: [JobKind: any JobHandler]
    let clock: any TimeSource
    private let setting: RemoteWorker.Setting
    private let seed: UInt64
    private let stop: Latch
    let logger: Logger
    let state: Locked<State>
    private let outbox = Inbox<FleetWire.Report>()
    /// Filled when a slot is free, a report was answered, or the stay drains.
    private let changes = Inbox<Void>()
    /// Filled when the server says that it is about to stop, or does not answer a poll.
    private let troubles = Inbox<Void>()

    init(
        registered: FleetWire.Registered,
        application: FleetWire.Register,
        connections: [any FleetConnection],
        place: Int,
        handlers: [JobKind: any JobHandler],
        clock: any TimeSource,
        setting: RemoteWorker.Setting,
        seed: UInt64,
        stop: Latch,
        logger: Logger,
        onSession: @escaping @Sendable (SessionID?) -> Void
    ) {
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
        self.application = application
        self.connections = connections
        self.onSession = onSession
        self.handlers = handlers
        self.clock = clock
        self.setting = setting
        self.seed = seed
        self.stop = stop
        self.logger = logger
        let link = Link(place: place, session: registered.session, connection: connections[place])
        let fence = clock.steady + Self.safe(TimeSpan(milliseconds: registered.lease))
        state = Locked(State(link: link, fence: fence))
    }

    /// The session that the worker has now.
    var session: SessionID { link.session }
    /// The place of the server that it is with.
    var place: Int { link.place }

    private var link: Link { state.withLock { $0.link } }

    /// A lease less the margin; a quarter less where the lease is short.
    static func safe(_ lease: TimeSpan) -> TimeSpan {
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
            let (sentAt, link) = (clock.steady, link)
            let held = state.withLock { $0.running.keys.sorted() }
            do {
                let orders = try await link.connection.beat(
                    FleetWire.Beat(session: link.session, jobs: held.map { FleetWire.Beat.Held(id: $0) })
                )
                state.withLock { $0.fence = sentAt + Self.safe(TimeSpan(milliseconds: orders.lease)) }
                backoff.reset()
                if orders.restart { return .restart }
                carryOut(orders)
                guard try await isTroubled(within: sentAt + timing.beat - clock.steady) else { continue }
                if try await move(from: link) == .over { return .over }
            } catch FleetCallError.sessionIsOver {
                return .over
            } catch let error as FleetCallError {
                logger.warning("A beat was not answered.", metadata: ["error": "\(error)"])
                switch try await move(from: link) {
                case .over: return .over
                case .moved: backoff.reset()
                case .stayed: try await clock.sleep(for: backoff.next(after: error))
                }
            }
        }
    }

    /// Waits for the next beat; true as soon as the server is in trouble and there are others.
    private func isTroubled(within span: TimeSpan) async throws -> Bool {
        guard connections.count > 1 else {
            try await clock.sleep(for: span)
            return false
        }
        let (clock, troubles) = (clock, troubles)
        return try await race(
            {
                try await clock.sleep(for: span)
                return false
            },
            {
                _ = try await troubles.take()
                return true
            }
        )
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
                    (setting.slots - $0.running.count, $0.tokens.count, $0.isDraining)
                }
                if isDraining, unreported == 0 { return .drained }
                guard !isDraining, free > 0 else {
                    _ = try await changes.take()
                    continue
                }
                let link = link
                do {
                    for job in try await poll(free, over: link) { start(job, in: &jobs) }
                    backoff.reset()
                } catch FleetCallError.sessionIsOver {
                    guard !link.left.isOpen else { continue }
                    // Here and not in the group's own way, which would wait for the handlers first.
                    jobs.cancelAll()
                    return .over
                } catch let error as FleetCallError {
                    guard !link.left.isOpen else { continue }
                    logger.warning("A poll was not answered.", metadata: ["error": "\(error)"])
                    troubles.put(())
                    let wait = backoff.next(after: error)
                    try await race(
                        { try await self.clock.sleep(for: wait) },
                        { try await self.drained(or: link) }
                    )
                }
            }
        }
    }

    /// Waits until the stay drains, or the worker has left a server.
    private func drained(or link: Link) async throws {
        try await race({ try await self.drained.wait() }, { try await link.left.wait() })
    }

    /// The jobs of the next batch that are not here yet; none when the stay drains or the worker moves meanwhile.
    private func poll(_ free: Int, over link: Link) async throws -> [FleetWire.LeasedJob] {
        let request = FleetWire.Poll(session: link.session, slots: free, after: state.withLock { $0.batch })
        let batch = try await race(
            { try await link.connection.poll(request) },
            {
                try await self.drained(or: link)
                return FleetWire.Batch(batch: request.after, jobs: [])
            }
        )
        return state.withLock { state in
            guard state.link === link else { return [] }
            state.batch = batch.batch
            let new = batch.jobs.filter { state.tokens[$0.id] != $0.token }
            for job in new {
                state.running[job.id] = Latch()
                state.tokens[job.id] = job.token
            }
            return new
        }
    }

    private func start(_ leased: FleetWire.LeasedJob, in jobs: inout ThrowingDiscardingTaskGroup<any Error>) {
        let latch = state.withLock { $0.running[leased.id] } ?? Latch()
        jobs.addTask {
            let report = await self.report(on: leased, until: latch)
            self.state.withLock { state in
                if state.running[leased.id] === latch { state.running[leased.id] = nil }
                if report == nil, state.tokens[leased.id] == leased.token { state.tokens[leased.id] = nil }
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
                state.withLock { state in
                    for report in batch where state.tokens[report.job] == report.token {
                        state.tokens[report.job] = nil
                    }
                }
                changes.put(())
            }
        }
    }

    /// Sends reports until they are answered; false when the session is over.
    private func send(_ reports: [FleetWire.Report]) async throws -> Bool {
        var backoff = Backoff(seed: SplitMix64.seed(seed, "report"))
        while true {
            let link = link
            do {
                // A process that was stopped for long must not speak for a lease that it has lost.
                guard clock.steady < state.withLock({ $0.fence }) else { return false }
                guard let receipts = try await complete(reports, over: link) else { continue }
                let stale = receipts.receipts.count { $0.status == .stale }
                // The server that is left knows the lease no longer, and the next one waits for the report.
                if stale > 0, try await hasMoved(from: link) { continue }
                if stale > 0 {
                    logger.warning("Reports came too late and were dropped.", metadata: ["count": "\(stale)"])
                }
                return true
            } catch FleetCallError.sessionIsOver {
                if try await hasMoved(from: link) { continue }
                return false
            } catch FleetCallError.refused(let detail) {
                return try await send(apart: reports, because: detail)
            } catch let error as FleetCallError {
                logger.warning("Reports were not answered.", metadata: ["error": "\(error)"])
                try await clock.sleep(for: backoff.next(after: error))
            }
        }
    }

    /// The receipts of reports; nil when the worker has left the server meanwhile, and should say it again elsewhere.
    private func complete(_ reports: [FleetWire.Report], over link: Link) async throws -> FleetWire.Receipts? {
        do {
            return try await race(
                { try await link.connection.complete(FleetWire.Complete(session: link.session, reports: reports)) },
                {
                    try await link.left.wait()
                    return nil
                }
            )
        } catch let error as FleetCallError {
            if link.left.isOpen { return nil }
            throw error
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
