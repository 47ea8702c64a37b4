// SPDX-License-Identifier: Apache-2.0

import Domain

/// In which order waiting jobs are given out: by level, then by the instant from which they wait, then by identifier.
enum JobQueueOrder {
    /// How long a job waits before it moves up one level, so that no stream of urgent jobs holds it back for ever.
    static let ageing = TimeSpan.minutes(10)

    /// The level that a job has reached: its priority, one higher for every ten minutes since it could run; 0 is the most urgent.
    static func level(of job: Job, now: Timestamp) -> Int64 {
        let steps = max((now - job.runAt).milliseconds, 0) / ageing.milliseconds
        return max(Int64(job.priority.rawValue) - steps, 0)
    }

    /// Whether a job can be leased at an instant.
    static func isReady(_ job: Job, now: Timestamp) -> Bool {
        switch job.state {
        case .queued, .probation: true
        case .delayed: job.runAt <= now
        default: false
        }
    }

    /// The first jobs in the order in which they are given out.
    static func first(_ limit: Int, of jobs: [Job], now: Timestamp) -> [Job] {
        let ordered = jobs.map { (level: level(of: $0, now: now), job: $0) }
            .sorted { ($0.level, $0.job.runAt, $0.job.id) < ($1.level, $1.job.runAt, $1.job.id) }
        return ordered.prefix(max(limit, 0)).map(\.job)
    }
}
