// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Jobs

/// Stands between HTTP's calls and the fleet: whose session is whose, which batch a worker has got, and who waits for jobs.
///
/// A batch of jobs is kept until the next poll says that it arrived, so that what a lost answer held comes again. One poll waits for
/// each session: a later one ends the earlier, whose connection is most likely gone.
package actor FleetDesk {
    /// A worker's stay, as this desk sees it.
    private struct Stay {
        let key: String
        let worker: Worker
        var batch = 0
        /// The jobs of the last batch, until the worker has said that it got them.
        var last: [Job] = []
        /// Ends the poll that waits.
        var poll: AsyncStream<Void>.Continuation?
        /// Who waits for that poll to end.
        var queue: [CheckedContinuation<Void, Never>] = []
    }

    /// The most sessions at once: a key may register any number of names.
    private static let capacity = 10_000

    private let gate: any FleetGate
    private let clock: any TimeSource
    private let longest: TimeSpan
    private let hasLedger: Bool
    private var stays: [SessionID: Stay] = [:]
    /// The newest session of each worker.
    private var newest: [WorkerID: SessionID] = [:]
    private var round = SessionRound()
    private var isDraining = false

    /// Creates a desk; `longest` is how long a poll waits, `hasLedger` whether workers may write effects down here.
    package init(gate: any FleetGate, clock: any TimeSource, longest: TimeSpan, hasLedger: Bool = false) {
        self.hasLedger = hasLedger
        self.gate = gate
        self.clock = clock
        self.longest = longest
    }

    /// How many polls wait for jobs.
    package var waitingPolls: Int { stays.values.count { $0.poll != nil } }

    /// How many stays are kept.
    package var count: Int { stays.count }

    /// Answers every poll that waits, with no jobs, and lets none wait any more.
    package func drain() {
        isDraining = true
        for stay in stays.values { stay.poll?.finish() }
    }

    /// Opens a session for the worker of a key.
    func register(
        _ name: String,
        kinds: [JobKind],
        slots: Int,
        resuming: FleetResumption? = nil,
        key: String
    ) async throws -> FleetWire.Registered {
        try checkDraining()
        await dropOver()
        guard stays.count < Self.capacity else {
            throw Problem(.unavailable, "there are \(stays.count) workers here, and that is enough", retryAfter: 30)
        }
        let admission = try await gate.register(name: name, kinds: kinds, slots: slots, resuming: resuming)
        let (worker, session) = (admission.worker, admission.session)
        if let former = newest[worker.id] { forget(former) }
        stays[session.id] = Stay(key: key, worker: worker)
        newest[worker.id] = session.id
        round.add(session.id)
        let timing = gate.timing
        return FleetWire.Registered(
            worker: worker,
            session: session.id,
            lease: timing.lease,
            beat: timing.beat,
            poll: longest,
            effects: hasLedger ? true : nil,
            kept: admission.kept
        )
    }

    /// Looks at two sessions for each that comes, and drops what is kept of those that are over: a worker that died says nothing.
    ///
    /// So never much more is kept than twice the sessions that are open.
    private func dropOver() async {
        for _ in 0..<2 {
            guard let session = round.next() else { return }
            guard stays[session] != nil else { continue }
            if await gate.isOpen(session) { round.add(session) } else { forget(session) }
        }
    }

    /// The next batch of a session, or the one before once more; waits for jobs.
    func poll(_ request: FleetWire.Poll, key: String) async throws -> (batch: Int, jobs: [Job]) {
        try checkDraining()
        _ = try stay(request.session, key: key)
        await takeTurn(request.session)
        let now = try stay(request.session, key: key)
        guard request.after == now.batch else {
            guard request.after >= 0, request.after == now.batch - 1 else {
                throw Problem(
                    .invalid,
                    "the last batch of this session was \(now.batch)",
                    field: "after",
                    value: String(request.after),
                    expected: "\(now.batch), or \(max(now.batch - 1, 0)) to have the last again"
                )
            }
            return (now.batch, now.last)
        }
        stays[request.session]?.last = []
        defer { endTurn(request.session) }
        let (stop, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        stays[request.session]?.poll = signal
        if isDraining { signal.finish() }
        let wait = min(max(TimeSpan(milliseconds: request.wait ?? longest.milliseconds), .zero), longest)
        let jobs = try await pull(request.session, request.slots, wait: wait, until: stop)
        guard !jobs.isEmpty, let batch = stays[request.session]?.batch else { return (now.batch, []) }
        stays[request.session]?.batch = batch + 1
        stays[request.session]?.last = jobs
        return (batch + 1, jobs)
    }

    /// Takes a beat in.
    func beat(
        _ session: SessionID,
        progress: [JobID: Double],
        renews: Bool = true,
        key: String
    ) async throws -> FleetOrders {
        _ = try stay(session, key: key)
        let orders = try await gate.beat(session: session, progress: progress, renews: renews)
        guard !orders.sessionIsOver else {
            forget(session)
            throw FleetRefusal.sessionIsOver
        }
        return orders
    }

    /// Takes reports in; every one is stale when the session is over.
    func report(_ reports: [JobReport], from session: SessionID, key: String) async throws -> [JobReceipt] {
        do {
            _ = try stay(session, key: key)
            return try await gate.report(reports, from: session)
        } catch FleetRefusal.sessionIsOver {
            return reports.map { _ in .stale }
        }
    }

    /// Ends a session; one that is over already has ended.
    func leave(_ session: SessionID, as end: WorkerSession.End, key: String) async throws {
        do {
            _ = try stay(session, key: key)
            try await gate.leave(session: session, as: end)
        } catch FleetRefusal.sessionIsOver {
            // Twice is the same as once.
        }
        forget(session)
    }

    /// Throws when a session is over, or another key's.
    func check(_ session: SessionID, key: String) throws {
        _ = try stay(session, key: key)
    }

    /// The stay of a session; throws when it is over, or another key's.
    private func stay(_ session: SessionID, key: String) throws -> Stay {
        guard let stay = stays[session] else { throw FleetRefusal.sessionIsOver }
        guard stay.key == key else {
            throw Problem(.forbidden, "the session is another key's", field: "session", value: session.text)
        }
        return stay
    }

    private func checkDraining() throws {
        guard !isDraining else {
            throw Problem(.draining, "the server is about to stop: try again, perhaps elsewhere", retryAfter: 1)
        }
    }

    private func forget(_ session: SessionID) {
        guard let stay = stays.removeValue(forKey: session) else { return }
        if newest[stay.worker.id] == session { newest[stay.worker.id] = nil }
        stay.poll?.finish()
        for waiter in stay.queue { waiter.resume() }
    }

    /// Waits until no other poll of the session waits; ends the one that does.
    private func takeTurn(_ session: SessionID) async {
        while let poll = stays[session]?.poll {
            poll.finish()
            await withCheckedContinuation { waiter in
                if stays[session] == nil { waiter.resume() } else { stays[session]?.queue.append(waiter) }
            }
        }
    }

    private func endTurn(_ session: SessionID) {
        let queue = stays[session]?.queue ?? []
        stays[session]?.poll = nil
        stays[session]?.queue = []
        for waiter in queue { waiter.resume() }
    }

    private enum Ending: Sendable {
        case jobs([Job])
        case failed(any Error)
        case stopped
    }

    /// Pulls jobs until there are some, the wait is over, or somebody stops it.
    ///
    /// Whatever the pull still brings after that is kept: those jobs are leased.
    private func pull(
        _ session: SessionID,
        _ slots: Int,
        wait: TimeSpan,
        until stop: AsyncStream<Void>
    ) async throws -> [Job] {
        let (gate, clock) = (gate, clock)
        return try await withThrowingTaskGroup(of: Ending.self) { group in
            group.addTask {
                do {
                    return .jobs(try await gate.pull(session: session, limit: slots))
                } catch is CancellationError {
                    return .jobs([])
                } catch {
                    return .failed(error)
                }
            }
            group.addTask {
                // Cancelled or not, its end is the end of the wait.
                try? await clock.sleep(for: wait)
                return .stopped
            }
            group.addTask {
                for await _ in stop {}
                return .stopped
            }
            var jobs: [Job] = []
            for try await ending in group {
                group.cancelAll()
                switch ending {
                case .jobs(let pulled): jobs = pulled
                case .failed(let error): throw error
                case .stopped: break
                }
            }
            return jobs
        }
    }
}
