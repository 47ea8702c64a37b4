// SPDX-License-Identifier: Apache-2.0

/// What a dispatcher wants to lease: a job, the worker and session that shall hold it, and a token that was never used before.
package struct JobAssignment: Hashable, Sendable {
    package var job: JobID
    package var worker: WorkerID
    package var session: SessionID
    package var token: String

    /// Creates an assignment.
    package init(job: JobID, worker: WorkerID, session: SessionID, token: String) {
        self.job = job
        self.worker = worker
        self.session = session
        self.token = token
    }
}

/// What the store made of a worker's report.
package enum JobReceipt: Hashable, Sendable {
    /// It counts.
    case accepted
    /// The job was failed, and waits until the instant to be tried again.
    case retrying(at: Timestamp)
    /// The job was failed, and has no tries left.
    case dead
    /// The token is not that of the current lease: the report was dropped.
    case stale
}

/// Which jobs a dispatcher would take.
package struct ClaimRequest: Hashable, Sendable {
    /// The kinds that its workers run; those that are paused are passed over.
    package var kinds: [JobKind]
    /// How many jobs it can look at, at most.
    package var limit: Int

    /// Creates a request.
    package init(kinds: [JobKind], limit: Int) {
        self.kinds = kinds
        self.limit = limit
    }
}

/// What a claim brought.
package struct Claim: Hashable, Sendable {
    /// The jobs that were leased, with lease and attempt set, in the order in which they were chosen.
    package var jobs: [Job]
    /// How many waiting jobs the dispatcher was shown; fewer than it asked for when there were no more.
    package var candidates: Int

    /// Creates a claim.
    package init(jobs: [Job], candidates: Int) {
        self.jobs = jobs
        self.candidates = candidates
    }
}

/// The durable queue.
///
/// A job is leased to one worker's session at a time, and its result counts once, however often it ran.
///
/// A job's `attempt` counts the tries that are its own: a lease adds one, and a lease that is taken away takes it back, so that
/// neither lost workers nor restarts use tries up. A job that fails with `attempt` at `maxAttempts` is dead. `workersLost` counts the
/// losses: two put it on probation, three end it. `requeue` sets both to 0.
///
/// Waiting jobs of one kind and priority are given out campaign by campaign in turn, those of one campaign in the order in which they
/// became ready; between priorities and kinds by level, which rises by one for every ten minutes that a job waits, and then by age.
package protocol JobStore: Sendable {
    /// Adds jobs; returns those that were not there yet by their idempotency key.
    func enqueue(_ jobs: [Job], durability: Durability) async throws -> [JobID]

    /// Leases jobs in one transaction: shows the first waiting jobs to `choose`, and leases those that it gives to somebody.
    ///
    /// `choose` runs within the transaction, perhaps more than once: it must be quick, and change nothing. Assignments of jobs that it
    /// was not shown are passed over.
    func claim(
        _ request: ClaimRequest,
        now: Timestamp,
        choose: @escaping @Sendable ([Job]) -> [JobAssignment]
    ) async throws -> Claim

    /// Takes reports in, all in one transaction; the receipts are in their order.
    ///
    /// A failed job waits for its next try as long as `retryDelay` says, or is dead after its last or when that is nil.
    func finish(
        _ reports: [JobReport],
        now: Timestamp,
        durability: Durability,
        retryDelay: @escaping @Sendable (Failure, Job) -> TimeSpan?
    ) async throws -> [JobReceipt]

    /// Takes leases away that nobody carries out, as handed back; returns the jobs as they then are. Those whose token is not the current
    /// one are passed over.
    func handBack(_ leases: [JobID: String], now: Timestamp) async throws -> [Job]

    /// Opens a worker's session, which ends any other of that worker as handed back; returns it with its epoch, and the jobs that the
    /// former held, as they then are.
    func openSession(_ session: WorkerSession, now: Timestamp) async throws -> (session: WorkerSession, released: [Job])

    /// Renews sessions for a span; returns those that are open. One that is over stays over.
    func renewSessions(_ sessions: [SessionID], for span: TimeSpan, now: Timestamp) async throws -> Set<SessionID>

    /// Ends sessions and takes their leases away; returns the jobs as they then are. The tokens of those leases are stale.
    func endSessions(_ sessions: [SessionID], as end: WorkerSession.End, now: Timestamp) async throws -> [Job]

    /// Ends every session of a server as handed back, for a process that starts anew and has none of the former one's workers; nil for
    /// every session of the store. Returns the jobs as they then are.
    func endSessions(ofServer server: String?, now: Timestamp) async throws -> [Job]

    /// Moves a worker from one session to another one at another server: opens `session`, with those leases of the former whose tokens
    /// are named; the rest are handed back. Nil, and nothing is changed, when the former is not open or not this worker's.
    func moveSession(
        _ former: SessionID,
        to session: WorkerSession,
        keeping tokens: Set<String>,
        now: Timestamp
    ) async throws -> MovedSession?

    /// Ends every session of a server whose lease (`server/` and its name) ran out, as handed back: its workers are not to blame; and as
    /// lost every session that was not renewed in time, of the asking server or of one that has no lease.
    ///
    /// What another server that has its lease did not renew is for that server to judge: it may have just begun anew. Returns the
    /// sessions, and their jobs as they then are.
    func endExpiredSessions(by server: String, now: Timestamp) async throws -> (
        sessions: [WorkerSession], released: [Job]
    )

    /// The sessions that are open, by identifier.
    func sessions() async throws -> [WorkerSession]

    /// One job, whatever its state; nil when there is none of that identifier, or when it was pruned.
    func job(_ id: JobID) async throws -> Job?

    /// Jobs in a state, oldest first.
    func jobs(in state: JobState, limit: Int) async throws -> [Job]

    /// Cancels those of the jobs that have not ended; returns them as they are then, with `worker` set where one may still run it.
    func cancel(_ jobs: [JobID], now: Timestamp) async throws -> [Job]

    /// Ended jobs of a campaign (completed, dead) that no committed change has harvested, in order of their end.
    func unharvestedJobs(of campaign: CampaignID) async throws -> [Job]

    /// Campaigns with jobs that ended before an instant and that no committed change has harvested: what their agents were told of it
    /// was lost.
    func campaignsWithUnharvestedJobs(before instant: Timestamp) async throws -> [CampaignID]

    /// The next instant at which a delayed job becomes ready; nil when none waits.
    func nextRunAt() async throws -> Timestamp?
}
