// SPDX-License-Identifier: Apache-2.0

import Domain

/// What may happen to a job, as values: both stores read a job, change it here, and write it back.
extension Job {
    /// Losses of workers after which a job runs alone.
    static let lossesBeforeProbation = 2
    /// How many failures a job remembers.
    static let rememberedFailures = 10
    /// Losses of workers after which a job is not tried again.
    static let lossesBeforeDeath = 3

    /// Gives the job to a worker; false, and unchanged, when it is not to be had at that instant.
    mutating func lease(_ assignment: JobAssignment, now: Timestamp) throws(IllegalMove) -> Bool {
        switch state {
        case .queued, .probation: break
        case .delayed where runAt <= now: try state.move(to: .queued)
        default: return false
        }
        try state.move(to: .leased)
        attempt += 1
        lease = JobLease(token: assignment.token, worker: assignment.worker, session: assignment.session)
        worker = assignment.worker
        return true
    }

    /// Takes in a worker's report; unchanged when its token is not that of the current lease.
    mutating func finish(
        _ report: JobReport,
        now: Timestamp,
        retryDelay: TimeSpan?
    ) throws(IllegalMove) -> JobReceipt {
        guard state == .leased, lease?.token == report.token else { return .stale }
        lease = nil
        switch report.outcome {
        case .completed(let answer):
            try state.move(to: .completed)
            result = answer
            failure = nil
            endedAt = now
            return .accepted
        case .failed(let reason):
            try state.move(to: .failed)
            note(reason, now: now)
            guard let retryDelay, attempt < maxAttempts else {
                try state.move(to: .dead)
                endedAt = now
                return .dead
            }
            try state.move(to: .delayed)
            runAt = now + retryDelay
            return .retrying(at: runAt)
        }
    }

    /// Takes the lease away because its worker was lost: the loss counts, the try does not.
    mutating func loseWorker(now: Timestamp) throws(IllegalMove) {
        lease = nil
        attempt = max(attempt - 1, 0)
        workersLost += 1
        let before = failure
        note(Failure(.unknown, "the worker was lost"), now: now)
        failure = before
        guard workersLost < Self.lossesBeforeDeath else {
            try state.move(to: .dead)
            failure = Failure(.unknown, "\(workersLost) workers were lost while they held the job")
            endedAt = now
            return
        }
        try state.move(to: workersLost < Self.lossesBeforeProbation ? .queued : .probation)
    }

    /// Takes the lease away because the whole process started anew: neither a try nor a loss counts.
    mutating func restart() throws(IllegalMove) {
        lease = nil
        attempt = max(attempt - 1, 0)
        try state.move(to: workersLost < Self.lossesBeforeProbation ? .queued : .probation)
    }

    /// Keeps in mind what went wrong, and forgets the oldest of more than ten.
    private mutating func note(_ reason: Failure, now: Timestamp) {
        failure = reason
        failures.append(JobTry(attempt: attempt, worker: worker, time: now, failure: reason))
        if failures.count > Self.rememberedFailures { failures.removeFirst() }
    }

    /// Cancels the job; false, and unchanged, when it has ended.
    mutating func cancel() throws(IllegalMove) -> Bool {
        guard state.canMove(to: .cancelled) else { return false }
        try state.move(to: .cancelled)
        lease = nil
        return true
    }

    /// Queues a dead job again as if it were new.
    mutating func requeue(now: Timestamp) throws(IllegalMove) {
        try state.move(to: .queued)
        attempt = 0
        workersLost = 0
        runAt = now
        failure = nil
        failures = []
        endedAt = nil
    }
}
