// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Workers' sessions, whose ends the server's clock tells.
///
/// The rows of sessions that end are locked first, so that no lease is given to one meanwhile.
extension PostgresStore {
    package func openSession(
        _ session: WorkerSession,
        now: Timestamp
    ) async throws -> (session: WorkerSession, released: [Job]) {
        // A worker that was told of its session must find it after the server's crash.
        try await writeJobs(.power) { [self] tables in
            var opened = session
            opened.expiresAt = try present(now, tables.session) + (session.expiresAt - now)
            return try tables.openSession(opened, now: now)
        }
    }

    package func renewSessions(
        _ sessions: [SessionID],
        for span: TimeSpan,
        now: Timestamp
    ) async throws -> Set<SessionID> {
        guard !sessions.isEmpty else { return [] }
        return try await write(.process) { [self] session in
            let tables = JobTables(session: session, turns: Locked(Turns()))
            return try tables.renewSessions(sessions.sorted(), until: try present(now, session) + span)
        }
    }

    package func endSessions(
        _ sessions: [SessionID],
        as end: WorkerSession.End,
        now: Timestamp
    ) async throws -> [Job] {
        try await releasing { try $0.endSessions(sessions.sorted(), as: end, now: now) }
    }

    package func endSessions(ofServer server: String?, now: Timestamp) async throws -> [Job] {
        try await releasing { try $0.endSessions(ofServer: server, now: now) }
    }

    package func moveSession(
        _ former: SessionID,
        to session: WorkerSession,
        keeping tokens: Set<String>,
        now: Timestamp
    ) async throws -> MovedSession? {
        let moved = try await writeJobs(.power) { [self] tables in
            var opened = session
            opened.expiresAt = try present(now, tables.session) + (session.expiresAt - now)
            return try tables.moveSession(former, to: opened, keeping: tokens, now: now)
        }
        if let moved { announce(moved.released) }
        return moved
    }

    package func endExpiredSessions(by server: String, now: Timestamp) async throws -> (
        sessions: [WorkerSession], released: [Job]
    ) {
        let ended = try await writeJobs(.process) { [self] tables in
            try tables.endExpiredSessions(by: server, now: try present(now, tables.session))
        }
        announce(ended.1)
        return ended
    }

    package func sessions() async throws -> [WorkerSession] {
        try await readJobs { try $0.sessions("ORDER BY id", []) }
    }

    private func releasing(
        _ body: @escaping @Sendable (JobTables<PostgresConnection>) throws -> [Job]
    ) async throws -> [Job] {
        let released = try await writeJobs(.process, body)
        announce(released)
        return released
    }
}

extension PostgresStore: JobAdministration {
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
        try await writeJobs(.power, seeing: .snapshot) { try $0.requeue(job, now: now) }
    }

    package func purgeDeadJobs(before instant: Timestamp) async throws -> Int {
        try await writeJobs(.power, seeing: .snapshot) { try $0.purgeDead(before: instant) }
    }

    package func prune(before instant: Timestamp, limit: Int) async throws -> Int {
        try await writeJobs(.process, seeing: .snapshot) { try $0.prune(before: instant, limit: limit) }
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
        let isFirst = try await writeJobs(.power) { try $0.fire(schedule, job: job, next: next) }
        if isFirst { announce([job]) }
        return isFirst
    }
}
