// SPDX-License-Identifier: Apache-2.0

import Domain

/// A job that waits, and its turn among those of its kind and priority.
struct WaitingJob: Hashable, Sendable {
    var job: Job
    var turn: Int64
}

/// In which order waiting jobs are given out: within a lane (a kind and priority) by turn; between lanes by the level of their first
/// jobs, then by the instant from which these wait, then by identifier.
enum JobQueueOrder {
    /// How long a job waits before it moves up one level, so that no stream of urgent jobs holds it back for ever.
    static let ageing = TimeSpan.minutes(10)

    /// The level that a job has reached: its priority, one higher for every ten minutes since it could run; 0 is the most urgent.
    static func level(of job: Job, now: Timestamp) -> Int64 {
        let steps = max((now - job.runAt).milliseconds, 0) / ageing.milliseconds
        return max(Int64(job.priority.rawValue) - steps, 0)
    }

    /// Merges lanes, each in order of turn, into the first jobs in the order in which they are given out.
    static func first(_ limit: Int, of lanes: [[WaitingJob]], now: Timestamp) -> [WaitingJob] {
        let filled = lanes.filter { !$0.isEmpty }
        if filled.count == 1 { return Array(filled[0].prefix(max(limit, 0))) }
        var heads = filled.map { Head(level: level(of: $0[0].job, now: now), lane: $0[...]) }
        var first: [WaitingJob] = []
        while first.count < limit, let place = heads.indices.min(by: { heads[$0].isBefore(heads[$1]) }) {
            guard let next = heads[place].lane.popFirst() else { break }
            first.append(next)
            if let following = heads[place].lane.first {
                heads[place].level = level(of: following.job, now: now)
            } else {
                heads.remove(at: place)
            }
        }
        return first
    }

    private struct Head {
        var level: Int64
        var lane: ArraySlice<WaitingJob>

        func isBefore(_ other: Head) -> Bool {
            guard level == other.level, let mine = lane.first?.job, let theirs = other.lane.first?.job else {
                return level < other.level
            }
            return (mine.runAt, mine.id) < (theirs.runAt, theirs.id)
        }
    }
}
