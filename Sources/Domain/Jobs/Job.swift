// SPDX-License-Identifier: Apache-2.0

/// The closed list of what a worker can do.
///
/// None of them loads a marketplace page as a shopper would.
package enum JobKind: String, Codable, Sendable, CaseIterable {
    /// Apply levers, wait, measure.
    case trialRun = "trial.run"
    /// Run the user's program.
    case trialCommand = "trial.command"
    /// Put a unit's levers to a known combination.
    case leverRestore = "lever.restore"
    /// Measure the ranks of a campaign's units.
    case rankObserve = "rank.observe"
    /// Carry out a node of a workflow run, or begin one.
    case workflowStep = "workflow.step"
    /// No operation, for tests and benchmarks.
    case probe

    /// Whether a result that a power cut takes is no loss, since getting it again costs nothing.
    package var isCheapToRepeat: Bool { self == .probe }

    /// Which workers take it.
    package var role: WorkerRole { self == .rankObserve ? .observer : .trial }
}

/// The life cycle of a job.
package enum JobState: String, Codable, LifeCycle {
    case delayed
    case queued
    case leased
    case completed
    case failed
    /// Its workers were lost twice: it runs alone.
    case probation
    /// It has used up its tries; a person can requeue it.
    case dead
    case cancelled

    package static var subject: String { "job" }
    package static var moves: [JobState: Set<JobState>] {
        [
            .delayed: [.queued, .probation, .cancelled],
            .queued: [.leased, .cancelled],
            .leased: [.completed, .failed, .queued, .probation, .dead, .cancelled],
            .failed: [.delayed, .queued, .probation, .dead],
            .probation: [.leased, .cancelled, .dead],
            .dead: [.queued],
            .completed: [],
            .cancelled: [],
        ]
    }
}

/// How soon a job is wanted.
package enum JobPriority: Int, Codable, Sendable, CaseIterable {
    case urgent = 0
    case normal = 1
    case low = 2
}

/// One durable unit of work for a worker.
package struct Job: Hashable, Codable, Sendable {
    package var id: JobID
    package var workspace: WorkspaceID
    package var campaign: CampaignID?
    package var kind: JobKind
    package var priority: JobPriority
    /// What to do, as canonical JSON of the kind's payload type.
    package var payload: String
    package var state: JobState
    package var createdAt: Timestamp
    /// Not before this instant.
    package var runAt: Timestamp
    /// How many tries it has had, the present one included; a lease that was taken away is none.
    package var attempt: Int
    package var maxAttempts: Int
    /// How many workers were lost while they held it.
    package var workersLost: Int
    /// Two jobs with one key are one job.
    package var idempotencyKey: String?
    /// Who holds it, when it is leased.
    package var lease: JobLease?
    /// What the worker answered, as JSON, once completed.
    package var result: String?
    /// Why the last try did not work; nil once one has.
    package var failure: Failure?
    /// What went wrong, oldest first; the last ten at most.
    package var failures: [JobTry] = []
    package var endedAt: Timestamp?
    /// The worker that last held it.
    package var worker: WorkerID?

    /// Creates a job that waits for its time, or for a worker.
    package init(
        id: JobID,
        workspace: WorkspaceID,
        campaign: CampaignID?,
        kind: JobKind,
        priority: JobPriority = .normal,
        payload: String,
        createdAt: Timestamp,
        runAt: Timestamp? = nil,
        maxAttempts: Int = 3,
        idempotencyKey: String? = nil
    ) {
        self.id = id
        self.workspace = workspace
        self.campaign = campaign
        self.kind = kind
        self.priority = priority
        self.payload = payload
        self.createdAt = createdAt
        self.runAt = runAt ?? createdAt
        state = self.runAt > createdAt ? .delayed : .queued
        attempt = 0
        self.maxAttempts = maxAttempts
        workersLost = 0
        self.idempotencyKey = idempotencyKey
    }
}

/// A worker's hold on a job; a result is accepted only with the token of the current one.
package struct JobLease: Hashable, Codable, Sendable {
    /// Unique for ever.
    package var token: String
    package var worker: WorkerID
    package var session: SessionID

    /// Creates a lease.
    package init(token: String, worker: WorkerID, session: SessionID) {
        self.token = token
        self.worker = worker
        self.session = session
    }
}

/// One try of a job that did not work.
package struct JobTry: Hashable, Codable, Sendable {
    package var attempt: Int
    package var worker: WorkerID?
    package var time: Timestamp
    package var failure: Failure

    /// Creates a record of a try.
    package init(attempt: Int, worker: WorkerID?, time: Timestamp, failure: Failure) {
        self.attempt = attempt
        self.worker = worker
        self.time = time
        self.failure = failure
    }
}

/// What a worker says about a job that it held.
package struct JobReport: Hashable, Codable, Sendable {
    /// How a job ended.
    package enum Outcome: Hashable, Codable, Sendable {
        /// Done, with the answer as JSON.
        case completed(String)
        /// It did not work.
        case failed(Failure)
    }

    package var job: JobID
    package var token: String
    package var outcome: Outcome

    /// Creates a report.
    package init(job: JobID, token: String, outcome: Outcome) {
        self.job = job
        self.token = token
        self.outcome = outcome
    }
}
