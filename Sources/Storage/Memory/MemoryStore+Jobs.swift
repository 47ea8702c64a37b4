// SPDX-License-Identifier: Apache-2.0

package import Domain

extension MemoryStore: JobStore {
    package func enqueue(_ jobs: [Job], durability: Durability) async throws -> [JobID] {
        contents.withLock { contents in jobs.filter { contents.jobs.insert($0) }.map(\.id) }
    }

    package func claim(
        _ request: ClaimRequest,
        now: Timestamp,
        choose: @escaping @Sendable ([Job]) -> [JobAssignment]
    ) async throws -> Claim {
        guard request.limit > 0 else { return Claim(jobs: [], candidates: 0) }
        return try contents.withLock { try $0.jobs.claim(request, now: now, choose: choose) }
    }

    package func finish(
        _ reports: [JobReport],
        now: Timestamp,
        durability: Durability,
        retryDelay: @escaping @Sendable (Failure, Job) -> TimeSpan?
    ) async throws -> [JobReceipt] {
        try contents.withLock { contents in
            try reports.map { try contents.jobs.finish($0, now: now, retryDelay: retryDelay) }
        }
    }

    package func handBack(_ leases: [JobID: String], now: Timestamp) async throws -> [Job] {
        try contents.withLock { try $0.jobs.handBack(leases) }
    }

    package func openSession(
        _ session: WorkerSession,
        now: Timestamp
    ) async throws -> (session: WorkerSession, released: [Job]) {
        try contents.withLock { try $0.jobs.openSession(session, now: now) }
    }

    package func renewSessions(
        _ sessions: [SessionID],
        for span: TimeSpan,
        now: Timestamp
    ) async throws -> Set<SessionID> {
        contents.withLock { $0.jobs.renewSessions(sessions, until: now + span) }
    }

    package func endSessions(
        _ sessions: [SessionID],
        as end: WorkerSession.End,
        now: Timestamp
    ) async throws -> [Job] {
        try contents.withLock { try $0.jobs.endSessions(sessions, as: end, now: now) }
    }

    package func endSessions(ofServer server: String?, now: Timestamp) async throws -> [Job] {
        try contents.withLock { contents in
            let ended = contents.jobs.openSessions.filter { server == nil || $0.server == server }
            return try contents.jobs.endSessions(ended.map(\.id), as: .handedBack, now: now)
        }
    }

    package func moveSession(
        _ former: SessionID,
        to session: WorkerSession,
        keeping tokens: Set<String>,
        now: Timestamp
    ) async throws -> MovedSession? {
        try contents.withLock { try $0.jobs.moveSession(former, to: session, keeping: tokens, now: now) }
    }

    package func endExpiredSessions(by server: String, now: Timestamp) async throws -> (
        sessions: [WorkerSession], released: [Job]
    ) {
        try contents.withLock { contents in
            let dead = Set(contents.cluster.allLeases.filter { $0.expiresAt <= now }.map(\.name))
            let stranded = contents.jobs.openSessions.filter {
                dead.contains(WorkerSession.lease(ofServer: $0.server))
            }
            let handedBack = try contents.jobs.endSessions(stranded.map(\.id), as: .handedBack, now: now)
            let known = Set(contents.cluster.allLeases.map(\.name))
            let expired = contents.jobs.openSessions.filter { session in
                session.expiresAt <= now
                    && (session.server == server || !known.contains(WorkerSession.lease(ofServer: session.server)))
            }
            let lost = try contents.jobs.endSessions(expired.map(\.id), as: .lost, now: now)
            return (stranded + expired, handedBack + lost)
        }
    }

    package func sessions() async throws -> [WorkerSession] {
        contents.withLock { $0.jobs.openSessions }
    }

    package func job(_ id: JobID) async throws -> Job? {
        contents.withLock { $0.jobs[id] }
    }

    package func jobs(in state: JobState, limit: Int) async throws -> [Job] {
        let jobs = contents.withLock { $0.jobs.all }.filter { $0.state == state }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        return Array(jobs.prefix(max(limit, 0)))
    }

    package func cancel(_ jobs: [JobID], now: Timestamp) async throws -> [Job] {
        try contents.withLock { contents in try jobs.compactMap { try contents.jobs.cancel($0, now: now) } }
    }

    package func unharvestedJobs(of campaign: CampaignID) async throws -> [Job] {
        contents.withLock { $0.jobs.unharvested(of: campaign) }
    }

    package func campaignsWithUnharvestedJobs(before instant: Timestamp) async throws -> [CampaignID] {
        contents.withLock { $0.jobs.campaignsWithUnharvested(before: instant) }
    }

    package func nextRunAt() async throws -> Timestamp? {
        contents.withLock { $0.jobs.nextRunAt() }
    }
}

extension MemoryStore: JobAdministration {
    package func depths() async throws -> [QueueDepth] {
        contents.withLock { $0.jobs.depths() }
    }

    package func setPaused(_ isPaused: Bool, kind: JobKind, now: Timestamp) async throws {
        contents.withLock { contents in
            if isPaused { contents.jobs.paused.insert(kind) } else { contents.jobs.paused.remove(kind) }
        }
    }

    package func pausedKinds() async throws -> Set<JobKind> {
        contents.withLock { $0.jobs.paused }
    }

    package func requeue(_ job: JobID, now: Timestamp) async throws {
        try contents.withLock { try $0.jobs.requeue(job, now: now) }
    }

    package func purgeDeadJobs(before instant: Timestamp) async throws -> Int {
        contents.withLock { contents in
            contents.jobs.remove(limit: .max) { $0.state == .dead && ($0.endedAt ?? $0.createdAt) < instant }
        }
    }

    package func prune(before instant: Timestamp, limit: Int) async throws -> Int {
        contents.withLock { contents in
            let campaigns = contents.campaigns
            return contents.jobs.remove(limit: limit) { job in
                guard job.state == .completed || job.state == .cancelled else { return false }
                let isGuarded = job.campaign.flatMap { campaigns[job.workspace]?[$0] }.map { !$0.status.isFinal }
                return (job.endedAt ?? job.createdAt) < instant && isGuarded != true
            }
        }
    }

    package func write(_ schedule: JobSchedule) async throws {
        contents.withLock { $0.jobs.write(schedule) }
    }

    package func removeSchedule(_ name: String, in workspace: WorkspaceID) async throws -> Bool {
        contents.withLock { $0.jobs.removeSchedule(name, in: workspace) }
    }

    package func schedules() async throws -> [JobSchedule] {
        contents.withLock { $0.jobs.allSchedules }
    }

    package func fire(_ schedule: JobSchedule, job: Job, next: Timestamp) async throws -> Bool {
        contents.withLock { $0.jobs.fire(schedule, job: job, next: next) }
    }
}
