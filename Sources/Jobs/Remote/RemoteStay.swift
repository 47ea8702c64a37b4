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

    private let worker: Worker
    let timing: (beat: TimeSpan, poll: TimeSpan)
    let connections: [any FleetConnection]
    let application: FleetWire.Register
    let onSession: @Sendable (SessionID?) -> Void
    private let handlers: [JobKind: any JobHandler]
    let clock: any TimeSource
    private let setting: RemoteWorker.Setting
    let seed: UInt64
    private let stop: Latch
    let logger: Logger
    let state: Locked<State>
    let outbox = Inbox<FleetWire.Report>()
    /// Filled when a slot is free, a report was answered, or the stay drains.
    let changes = Inbox<Void>()
    /// Filled when the server says that it is about to stop, or does not answer a poll.
    let troubles = Inbox<Void>()

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

    var link: Link { state.withLock { $0.link } }

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

    // MARK: - Draining

    private func drainLoop() async throws -> Ending? {
        try await stop.wait()
        beginDrain()
        try await clock.sleep(for: setting.drainBound)
        // What still runs is given back.
        return .drained
    }

    func beginDrain() {
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
}
