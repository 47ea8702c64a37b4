// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The queue on SQLite.
///
/// A result that cost something to get survives a power cut once it is acknowledged; a lease need not, for a lost one only makes the job
/// run again.
extension SQLiteStore: JobStore {
    package func enqueue(_ jobs: [Job], durability: Durability) async throws -> [JobID] {
        try await writeJobs(durability) { tables in try jobs.filter { try tables.insert($0) }.map(\.id) }
    }

    package func claim(
        _ request: ClaimRequest,
        now: Timestamp,
        choose: @escaping @Sendable ([Job]) -> [JobAssignment]
    ) async throws -> Claim {
        guard request.limit > 0 else { return Claim(jobs: [], candidates: 0) }
        return try await writeJobs(.process) { try $0.claim(request, now: now, choose: choose) }
    }

    package func finish(
        _ reports: [JobReport],
        now: Timestamp,
        durability: Durability,
        retryDelay: @escaping @Sendable (Failure, Job) -> TimeSpan?
    ) async throws -> [JobReceipt] {
        try await writeJobs(durability) { tables in
            try reports.map { try tables.finish($0, now: now, retryDelay: retryDelay) }
        }
    }

    package func handBack(_ leases: [JobID: String], now: Timestamp) async throws -> [Job] {
        try await writeJobs(.process) { try $0.handBack(leases, now: now) }
    }

    package func openSession(
        _ session: WorkerSession,
        now: Timestamp
    ) async throws -> (session: WorkerSession, released: [Job]) {
        try await writeJobs(.process) { try $0.openSession(session, now: now) }
    }

    package func renewSessions(
        _ sessions: [SessionID],
        for span: TimeSpan,
        now: Timestamp
    ) async throws -> Set<SessionID> {
        try await writeJobs(.process) { try $0.renewSessions(sessions, until: now + span) }
    }

    package func endSessions(
        _ sessions: [SessionID],
        as end: WorkerSession.End,
        now: Timestamp
    ) async throws -> [Job] {
        try await writeJobs(.process) { try $0.endSessions(sessions, as: end, now: now) }
    }

    package func endSessions(ofServer server: String?, now: Timestamp) async throws -> [Job] {
        try await writeJobs(.process) { try $0.endSessions(ofServer: server, now: now) }
    }

    package func moveSession(
        _ former: SessionID,
        to session: WorkerSession,
        keeping tokens: Set<String>,
        now: Timestamp
    ) async throws -> MovedSession? {
        try await writeJobs(.process) { try $0.moveSession(former, to: session, keeping: tokens, now: now) }
    }

    package func endExpiredSessions(by server: String, now: Timestamp) async throws -> (
        sessions: [WorkerSession], released: [Job]
    ) {
        try await writeJobs(.process) { try $0.endExpiredSessions(by: server, now: now) }
    }

    package func sessions() async throws -> [WorkerSession] {
        try await readJobs { try $0.sessions("ORDER BY id", []) }
    }

    package func job(_ id: JobID) async throws -> Job? {
        try await readJobs { try $0.job(id) }
    }

    package func jobs(in state: JobState, limit: Int) async throws -> [Job] {
        guard limit > 0 else { return [] }
        return try await readJobs { try $0.jobs(in: state, limit: limit) }
    }

    package func cancel(_ jobs: [JobID], now: Timestamp) async throws -> [Job] {
        try await writeJobs(.power) { tables in try jobs.compactMap { try tables.cancel($0, now: now) } }
    }

    package func unharvestedJobs(of campaign: CampaignID) async throws -> [Job] {
        try await readJobs { try $0.unharvested(of: campaign) }
    }

    package func campaignsWithUnharvestedJobs(before instant: Timestamp) async throws -> [CampaignID] {
        try await readJobs { try $0.campaignsWithUnharvested(before: instant) }
    }

    package func nextRunAt() async throws -> Timestamp? {
        try await readJobs { try $0.nextRunAt() }
    }

    private func writeJobs<Value: Sendable>(
        _ durability: Durability,
        _ body: @escaping @Sendable (JobTables<SQLiteSession>) throws -> Value
    ) async throws -> Value {
        try await write(durability) { [turns] in try body(JobTables(session: $0, turns: turns)) }
    }

    func readJobs<Value: Sendable>(
        _ body: @escaping @Sendable (JobTables<SQLiteSession>) throws -> Value
    ) async throws -> Value {
        try await read { [turns] in try body(JobTables(session: $0, turns: turns)) }
    }
}

extension SQLiteStore: JobAdministration {
    package func depths() async throws -> [QueueDepth] {
        try await readJobs { try $0.depths() }
    }

    package func setPaused(_ isPaused: Bool, kind: JobKind, now: Timestamp) async throws {
        try await writeJobs(.power) { try $0.setPaused(isPaused, kind: kind, now: now) }
    }

    package func pausedKinds() async throws -> Set<JobKind> {
        try await readJobs { try $0.pausedKinds() }
    }

    package func requeue(_ job: JobID, now: Timestamp) async throws {
        try await writeJobs(.power) { try $0.requeue(job, now: now) }
    }

    package func purgeDeadJobs(before instant: Timestamp) async throws -> Int {
        try await writeJobs(.power) { try $0.purgeDead(before: instant) }
    }

    package func prune(before instant: Timestamp, limit: Int) async throws -> Int {
        try await writeJobs(.process) { try $0.prune(before: instant, limit: limit) }
    }

    package func write(_ schedule: JobSchedule) async throws {
        try await writeJobs(.power) { try $0.write(schedule) }
    }

    package func removeSchedule(_ name: String, in workspace: WorkspaceID) async throws -> Bool {
        try await writeJobs(.power) { try $0.removeSchedule(name, in: workspace) }
    }

    package func schedules() async throws -> [JobSchedule] {
        try await readJobs { try $0.schedules() }
    }

    package func fire(_ schedule: JobSchedule, job: Job, next: Timestamp) async throws -> Bool {
        try await writeJobs(.power) { try $0.fire(schedule, job: job, next: next) }
    }
}
