// SPDX-License-Identifier: Apache-2.0

import Domain

/// The queue of a store in memory.
struct MemoryJobs {
    private struct Key: Hashable {
        var workspace: WorkspaceID
        var text: String
    }

    /// A place in a lane, or among the delayed jobs; void when its job is elsewhere by then.
    private struct Place: Comparable {
        /// The turn, or the instant in milliseconds.
        var order: Int64
        var job: JobID

        static func < (left: Self, right: Self) -> Bool {
            left.order != right.order ? left.order < right.order : left.job < right.job
        }
    }

    private var jobs: [JobID: Job] = [:]
    private var keys: [Key: JobID] = [:]
    private var lanes: [Turns.Lane: BinaryHeap<Place>] = [:]
    private var turnOf: [JobID: Int64] = [:]
    private var delayed = BinaryHeap<Place>()
    private var leased: Set<JobID> = []
    private var unharvested: [CampaignID: Set<JobID>] = [:]
    private var turns = Turns()
    private var sessions: [SessionID: WorkerSession] = [:]
    private var epochs: [WorkerID: Int] = [:]
    private var schedules: [String: JobSchedule] = [:]
    /// The kinds that are paused.
    var paused: Set<JobKind> = []

    subscript(id: JobID) -> Job? { jobs[id] }

    /// The job of an idempotency key.
    func job(withKey text: String, in workspace: WorkspaceID) -> Job? {
        keys[Key(workspace: workspace, text: text)].flatMap { jobs[$0] }
    }

    /// Every job, in no order.
    var all: [Job] { Array(jobs.values) }

    /// Adds a job; false when one of its key or identifier exists.
    mutating func insert(_ job: Job) -> Bool {
        guard jobs[job.id] == nil else { return false }
        if let text = job.idempotencyKey {
            let key = Key(workspace: job.workspace, text: text)
            guard keys[key] == nil else { return false }
            keys[key] = job.id
        }
        update(job)
        return true
    }

    /// Writes a job back, and keeps in mind where it is in its life.
    private mutating func update(_ job: Job, comesBack: Bool = false) {
        jobs[job.id] = job
        leased.remove(job.id)
        turnOf[job.id] = nil
        switch job.state {
        case .queued, .probation:
            let turn = turns.next(job, comesBack: comesBack)
            turnOf[job.id] = turn
            lanes[Turns.Lane(kind: job.kind, priority: job.priority), default: BinaryHeap()]
                .insert(Place(order: turn, job: job.id))
        case .delayed, .failed: delayed.insert(Place(order: job.runAt.milliseconds, job: job.id))
        case .leased: leased.insert(job.id)
        case .completed, .dead:
            if let campaign = job.campaign { unharvested[campaign, default: []].insert(job.id) }
        case .cancelled: break
        }
    }

    // MARK: - Leases

    /// Leases jobs that `choose` gives to somebody, out of the first that wait.
    mutating func claim(_ request: ClaimRequest, now: Timestamp, choose: ([Job]) -> [JobAssignment]) throws -> Claim {
        try promote(now: now)
        let taken = request.kinds.filter { !paused.contains($0) }
            .flatMap { kind in JobPriority.allCases.map { Turns.Lane(kind: kind, priority: $0) } }
            .map { (lane: $0, jobs: take(request.limit, from: $0)) }
        let candidates = JobQueueOrder.first(request.limit, of: taken.map(\.jobs), now: now)
        let assignments = choose(candidates.map(\.job))
        let shown = Set(candidates.map(\.job.id))
        let leased = try assignments.compactMap { assignment -> Job? in
            guard shown.contains(assignment.job), sessions[assignment.session] != nil,
                var job = jobs[assignment.job], let turn = turnOf[job.id], try job.lease(assignment, now: now)
            else { return nil }
            turns.served(turn, of: job)
            update(job)
            return job
        }
        // Only what still waits goes back: a job that comes back later may have the same turn again.
        for (lane, jobs) in taken {
            for waiting in jobs where turnOf[waiting.job.id] == waiting.turn {
                lanes[lane]?.insert(Place(order: waiting.turn, job: waiting.job.id))
            }
        }
        return Claim(jobs: leased, candidates: candidates.count)
    }

    private mutating func take(_ limit: Int, from lane: Turns.Lane) -> [WaitingJob] {
        var waiting: [WaitingJob] = []
        while waiting.count < limit, let place = lanes[lane]?.popMinimum() {
            guard turnOf[place.job] == place.order, let job = jobs[place.job] else { continue }
            waiting.append(WaitingJob(job: job, turn: place.order))
        }
        return waiting
    }

    private mutating func promote(now: Timestamp) throws {
        while let place = delayed.minimum, place.order <= now.milliseconds {
            _ = delayed.popMinimum()
            guard var job = waits(place) else { continue }
            try job.state.move(to: job.workersLost < Job.lossesBeforeProbation ? .queued : .probation)
            update(job, comesBack: job.attempt > 0)
        }
    }

    private func waits(_ place: Place) -> Job? {
        guard let job = jobs[place.job], job.state == .delayed, job.runAt.milliseconds == place.order else {
            return nil
        }
        return job
    }

    /// When the first delayed job becomes ready.
    mutating func nextRunAt() -> Timestamp? {
        while let place = delayed.minimum {
            if waits(place) != nil { return Timestamp(milliseconds: place.order) }
            _ = delayed.popMinimum()
        }
        return nil
    }

    /// Takes one report in.
    mutating func finish(
        _ report: JobReport,
        now: Timestamp,
        retryDelay: (Failure, Job) -> TimeSpan?
    ) throws -> JobReceipt {
        guard var job = jobs[report.job] else { return .stale }
        var delay: TimeSpan?
        if case .failed(let failure) = report.outcome { delay = retryDelay(failure, job) }
        let receipt = try job.finish(report, now: now, retryDelay: delay)
        if receipt != .stale { update(job) }
        return receipt
    }

    /// Takes leases away that nobody carries out; returns the jobs as they then are.
    mutating func handBack(_ leases: [JobID: String]) throws -> [Job] {
        try leases.sorted { $0.key < $1.key }.compactMap { id, token -> Job? in
            guard var job = jobs[id], job.lease?.token == token else { return nil }
            try job.restart()
            update(job, comesBack: true)
            return job
        }
    }

    // MARK: - Sessions

    /// Opens a worker's session and ends every other of that worker.
    mutating func openSession(
        _ opened: WorkerSession,
        now: Timestamp
    ) throws -> (session: WorkerSession, released: [Job]) {
        let former = sessions.values.filter { $0.worker == opened.worker && $0.id != opened.id }.map(\.id)
        let released = try endSessions(former, as: .handedBack, now: now)
        var opened = opened
        opened.epoch = (epochs[opened.worker] ?? 0) + 1
        epochs[opened.worker] = opened.epoch
        sessions[opened.id] = opened
        return (opened, released)
    }

    /// Moves a worker's session to another one, with those leases whose tokens are named.
    mutating func moveSession(
        _ former: SessionID,
        to opened: WorkerSession,
        keeping tokens: Set<String>,
        now: Timestamp
    ) throws -> MovedSession? {
        guard sessions[former]?.worker == opened.worker else { return nil }
        var kept: [Job] = []
        for id in leased.sorted() {
            guard let lease = jobs[id]?.lease, lease.session == former, tokens.contains(lease.token) else { continue }
            jobs[id]?.lease?.session = opened.id
            if let job = jobs[id] { kept.append(job) }
        }
        let (opened, released) = try openSession(opened, now: now)
        return MovedSession(session: opened, kept: kept, released: released)
    }

    /// Renews sessions until an instant; returns those that are open.
    mutating func renewSessions(_ ids: [SessionID], until instant: Timestamp) -> Set<SessionID> {
        let open = Set(ids.filter { sessions[$0] != nil })
        for id in open { sessions[id]?.expiresAt = instant }
        return open
    }

    /// Ends sessions and takes their leases away; returns the jobs as they then are, by identifier.
    mutating func endSessions(_ ids: [SessionID], as end: WorkerSession.End, now: Timestamp) throws -> [Job] {
        let ended = Set(ids)
        for id in ended { sessions[id] = nil }
        let held = leased.compactMap { jobs[$0] }.filter { job in job.lease.map { ended.contains($0.session) } ?? false
        }
        return try held.sorted { $0.id < $1.id }.map { held in
            var job = held
            switch end {
            case .lost: try job.loseWorker(now: now)
            case .handedBack: try job.restart()
            }
            update(job, comesBack: true)
            return job
        }
    }

    /// The sessions that are open, by identifier.
    var openSessions: [WorkerSession] { sessions.values.sorted { $0.id < $1.id } }

    // MARK: - Ends

    /// Ended jobs of a campaign that nobody took in, in order of their end.
    func unharvested(of campaign: CampaignID) -> [Job] {
        (unharvested[campaign] ?? []).compactMap { jobs[$0] }
            .sorted { ($0.endedAt ?? $0.createdAt, $0.id) < ($1.endedAt ?? $1.createdAt, $1.id) }
    }

    /// Campaigns with jobs that ended before an instant and were not taken in.
    func campaignsWithUnharvested(before instant: Timestamp) -> [CampaignID] {
        unharvested.filter { $0.value.contains { jobs[$0]?.endedAt.map { $0 < instant } ?? false } }.keys.sorted()
    }

    /// Cancels a job that has not ended; nil for one that has, or that is unknown.
    mutating func cancel(_ id: JobID, now: Timestamp) throws -> Job? {
        guard var job = jobs[id], try job.cancel() else { return nil }
        job.endedAt = now
        update(job)
        return job
    }

    /// Marks ended jobs as taken in; throws, and marks none, when one cannot be, so that no result counts twice.
    mutating func harvest(_ ids: [JobID]) throws(StorageError) {
        var taken: Set<JobID> = []
        for id in ids {
            guard let campaign = jobs[id]?.campaign, unharvested[campaign]?.contains(id) == true,
                taken.insert(id).inserted
            else { throw .notHarvestable(id) }
        }
        for id in ids {
            guard let campaign = jobs[id]?.campaign else { continue }
            unharvested[campaign]?.remove(id)
            if unharvested[campaign]?.isEmpty == true { unharvested[campaign] = nil }
        }
    }

    /// Queues a dead job again; what it ends with is to be taken in anew.
    mutating func requeue(_ id: JobID, now: Timestamp) throws {
        guard var job = jobs[id] else { throw StorageError.unknownJob(id) }
        try job.requeue(now: now)
        if let campaign = job.campaign { unharvested[campaign]?.remove(id) }
        update(job)
    }

    /// Removes ended jobs that were taken in and of which a condition holds, oldest first; returns how many.
    mutating func remove(limit: Int, where condition: (Job) -> Bool) -> Int {
        let old = jobs.values.filter { job in
            guard condition(job) else { return false }
            return job.campaign.map { unharvested[$0]?.contains(job.id) != true } ?? true
        }
        let removed = old.map(\.id).sorted().prefix(limit)
        for id in removed {
            if let job = jobs.removeValue(forKey: id), let text = job.idempotencyKey {
                keys[Key(workspace: job.workspace, text: text)] = nil
            }
        }
        _ = turns.forgetServed()
        return removed.count
    }

    // MARK: - Schedules

    /// Every schedule, by name.
    var allSchedules: [JobSchedule] { schedules.values.sorted { ($0.name, $0.workspace) < ($1.name, $1.workspace) } }

    /// Writes a schedule.
    mutating func write(_ schedule: JobSchedule) {
        schedules[schedule.workspace.name + "/" + schedule.name] = schedule
    }

    /// Removes a schedule; false when there was none.
    mutating func removeSchedule(_ name: String, in workspace: WorkspaceID) -> Bool {
        schedules.removeValue(forKey: workspace.name + "/" + name) != nil
    }

    /// Adds a schedule's job and moves the schedule on, while it is due at the instant that the caller saw.
    mutating func fire(_ schedule: JobSchedule, job: Job, next: Timestamp) -> Bool {
        let key = schedule.workspace.name + "/" + schedule.name
        guard schedules[key]?.nextAt == schedule.nextAt else { return false }
        schedules[key]?.nextAt = next
        _ = insert(job)
        return true
    }

    /// How many jobs of every kind are where, by kind.
    func depths() -> [QueueDepth] {
        var depths: [JobKind: QueueDepth] = [:]
        for kind in JobKind.allCases { depths[kind] = QueueDepth(kind: kind, isPaused: paused.contains(kind)) }
        for job in jobs.values {
            switch job.state {
            case .queued, .probation:
                depths[job.kind]?.ready += 1
                let oldest = depths[job.kind]?.oldestReadyAt ?? job.runAt
                depths[job.kind]?.oldestReadyAt = min(oldest, job.runAt)
            case .delayed, .failed: depths[job.kind]?.delayed += 1
            case .leased: depths[job.kind]?.leased += 1
            case .dead: depths[job.kind]?.dead += 1
            case .completed, .cancelled: break
            }
        }
        return depths.values.sorted { $0.kind.rawValue < $1.kind.rawValue }
    }
}
