// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Jobs that one caller adds.
struct Addition: Sendable {
    var jobs: [Job]
    var durability: Durability
}

/// Reports that one caller brings.
struct ReportBatch: Sendable {
    var reports: [TimedReport]
    var durability: Durability
}

/// Tokens of a claim of which nobody knows whether it was committed.
struct DoubtfulClaim: Sendable {
    var tokens: [String]
    /// Until when the server may still be committing it.
    var deadline: ContinuousClock.Instant
}

/// The queue on PostgreSQL, for any number of dispatchers.
///
/// A lease need not survive a power cut, for a lost one only makes the job run again.
extension PostgresStore: JobStore {
    package func enqueue(_ jobs: [Job], durability: Durability) async throws -> [JobID] {
        guard !jobs.isEmpty else { return [] }
        let added = try await additions.call(Addition(jobs: jobs, durability: durability), size: jobs.count)
        if !added.isEmpty { announce(jobs) }
        return added
    }

    /// Adds the jobs of many callers with one statement; a job that several bring is the first one's.
    static func add(_ calls: [Addition], _ pool: PostgresPool) async throws -> [[JobID]] {
        let jobs = calls.flatMap(\.jobs)
        let durability: Durability = calls.contains { $0.durability == .power } ? .power : .process
        var added: Set<JobID>
        do {
            added = Set(try await pool.write(durability) { try PostgresQueue($0).add(jobs) })
        } catch StorageError.outcomeUnknown {
            // Adding them again waits for the first attempt to end on the server, and then finds what it left.
            added = try await lookingUp {
                try await pool.write(durability) { session in
                    let queue = PostgresQueue(session)
                    _ = try queue.add(jobs)
                    return try queue.known(jobs.map(\.id))
                }
            }
        }
        return calls.map { call in call.jobs.map(\.id).filter { added.remove($0) != nil } }
    }

    /// Does what finds out itself what came of the attempt before, up to three times while its own outcome is not known either.
    private static func lookingUp<Value>(_ body: () async throws -> Value) async throws -> Value {
        for _ in 0..<2 {
            do {
                return try await body()
            } catch StorageError.outcomeUnknown {
                continue
            }
        }
        return try await body()
    }

    package func claim(
        _ request: ClaimRequest,
        now: Timestamp,
        choose: @escaping @Sendable ([Job]) -> [JobAssignment]
    ) async throws -> Claim {
        guard request.limit > 0 else { return Claim(jobs: [], candidates: 0) }
        try await handBackDoubtful()
        let tokens = Locked<[String]>([])
        do {
            let claim = try await write(.process) { session in
                try PostgresQueue(session).claim(request, now: now) { jobs in
                    let assignments = choose(jobs)
                    tokens.withLock { $0 = assignments.map(\.token) }
                    return assignments
                }
            }
            countGiven(claim.jobs.count)
            return claim
        } catch StorageError.outcomeUnknown(let reason) {
            let claim = DoubtfulClaim(tokens: tokens.withLock { $0 }, deadline: .now + .seconds(30))
            doubtful.withLock { $0.append(claim) }
            throw StorageError.outcomeUnknown(reason)
        }
    }

    /// Takes leases away that a lost answer left without a holder: no session would end them.
    private func handBackDoubtful() async throws {
        let claims = doubtful.withLock { $0 }
        guard !claims.isEmpty else { return }
        try await writeJobs(.process) { tables in
            for token in claims.flatMap(\.tokens) { try tables.handBack(token: token) }
        }
        let now = ContinuousClock.now
        doubtful.withLock { $0.removeAll { $0.deadline < now } }
    }

    package func finish(
        _ reports: [JobReport],
        now: Timestamp,
        durability: Durability,
        retryDelay: @escaping @Sendable (Failure, Job) -> TimeSpan?
    ) async throws -> [JobReceipt] {
        guard !reports.isEmpty else { return [] }
        let timed = reports.map { TimedReport(report: $0, now: now, retryDelay: retryDelay) }
        return try await self.reports.call(ReportBatch(reports: timed, durability: durability), size: reports.count)
    }

    /// Takes the reports of many callers in with one statement.
    static func finish(_ calls: [ReportBatch], _ pool: PostgresPool) async throws -> [[JobReceipt]] {
        let reports = calls.flatMap(\.reports)
        let durability: Durability = calls.contains { $0.durability == .power } ? .power : .process
        func finish(isRepeat: Bool) async throws -> [JobReceipt] {
            try await pool.write(durability) { session in
                let tables = JobTables(session: session, turns: Locked(Turns()))
                return try PostgresQueue(session).finish(reports, by: tables, isRepeat: isRepeat)
            }
        }
        var receipts: ArraySlice<JobReceipt>
        do {
            receipts = try await finish(isRepeat: false)[...]
        } catch StorageError.outcomeUnknown {
            receipts = try await lookingUp { try await finish(isRepeat: true) }[...]
        }
        return calls.map { call in
            defer { receipts = receipts.dropFirst(call.reports.count) }
            return Array(receipts.prefix(call.reports.count))
        }
    }

    package func handBack(_ leases: [JobID: String], now: Timestamp) async throws -> [Job] {
        try await writeJobs(.process) { try $0.handBack(leases, now: now) }
    }

    package func job(_ id: JobID) async throws -> Job? {
        try await readJobs { try $0.job(id) }
    }

    package func jobs(in state: JobState, limit: Int) async throws -> [Job] {
        guard limit > 0 else { return [] }
        return try await readJobs { try $0.jobs(in: state, limit: limit) }
    }

    package func cancel(_ jobs: [JobID], now: Timestamp) async throws -> [Job] {
        try await writeJobs(.power, seeing: .snapshot) { tables in
            try jobs.sorted().compactMap { try tables.cancel($0, now: now) }
        }
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

    /// Writes with the statements that are the same on every database; turns are taken up before and stored after.
    func writeJobs<Value: Sendable>(
        _ durability: Durability,
        seeing view: TransactionView = .newest,
        _ body: @escaping @Sendable (JobTables<PostgresConnection>) throws -> Value
    ) async throws -> Value {
        try await write(durability, seeing: view) { session in
            let tables = JobTables(session: session, turns: Locked(try Turns(storedIn: session)))
            let value = try body(tables)
            try tables.storeTurns()
            return value
        }
    }

    func readJobs<Value: Sendable>(
        _ body: @escaping @Sendable (JobTables<PostgresConnection>) throws -> Value
    ) async throws -> Value {
        try await read { try body(JobTables(session: $0, turns: Locked(Turns()))) }
    }
}
