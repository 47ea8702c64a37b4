// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Who gets which job (C3); pure.
package enum Assignment {
    /// How well a worker suits a job: 0.5 × free share of its slots + 0.3 × success rate + 0.2 × idle time in hours, at most 1.
    package static func score(_ worker: Worker, now: Timestamp) -> Double {
        let free = Double(max(worker.slots - worker.inFlight, 0)) / Double(max(worker.slots, 1))
        let idle = worker.inFlight > 0 ? 0 : min(max((now - worker.lastBusyAt).inHours, 0), 1)
        return 0.5 * free + 0.3 * worker.successRate + 0.2 * idle
    }

    /// How long a job waits before it moves up one level, so that no stream of urgent jobs holds it back for ever.
    package static let ageing = TimeSpan.minutes(10)

    /// Gives jobs to workers: urgent before normal before low, each one level higher for every `ageing` that it waited, otherwise
    /// in the order given; each to the best score, ties to the lower identifier.
    ///
    /// Only healthy workers that run the job's kind and have a free slot get one. A job that failed goes to another worker than the last
    /// where there is one. A job on probation runs alone on a worker that holds nothing, and one at a time in the fleet:
    /// `probation` names the workers that hold such a job now.
    package static func assign(
        jobs: [Job],
        workers: [Worker],
        now: Timestamp,
        probation: Set<WorkerID> = []
    ) -> [(JobID, WorkerID)] {
        var candidates = workers.filter { worker in
            worker.canTake && !probation.contains(worker.id)
        }
        var probationIsTaken = !probation.isEmpty
        var pairs: [(JobID, WorkerID)] = []
        let levels = jobs.map { level(of: $0, now: now) }
        for place in jobs.indices.sorted(by: { (levels[$0], $0) < (levels[$1], $1) }) {
            guard !candidates.isEmpty else { break }
            let job = jobs[place]
            let isAlone = job.isOnProbation
            if isAlone, probationIsTaken { continue }
            guard let place = best(for: job, among: candidates, now: now) else { continue }
            pairs.append((job.id, candidates[place].id))
            candidates[place].inFlight += 1
            probationIsTaken = probationIsTaken || isAlone
            if isAlone || candidates[place].inFlight >= candidates[place].slots { candidates.remove(at: place) }
        }
        return pairs
    }

    private static func level(of job: Job, now: Timestamp) -> Int64 {
        let steps = max((now - job.runAt).milliseconds, 0) / ageing.milliseconds
        return max(Int64(job.priority.rawValue) - steps, 0)
    }

    private static func best(for job: Job, among workers: [Worker], now: Timestamp) -> Int? {
        let able = workers.indices.filter { place in
            workers[place].runs(job.kind) && (!job.isOnProbation || workers[place].inFlight == 0)
        }
        let others = job.failure == nil ? [] : able.filter { workers[$0].id != job.worker }
        return (others.isEmpty ? able : others).min { left, right in
            let (first, second) = (score(workers[left], now: now), score(workers[right], now: now))
            return first != second ? first > second : workers[left].id < workers[right].id
        }
    }
}

extension Worker {
    /// Whether it is well, not resting, and has a free slot.
    package var canTake: Bool { state.isHealthy && inFlight < slots && isResting != true }

    /// Whether it can run jobs of a kind: one that it named, or any of its role where it named none.
    package func runs(_ kind: JobKind) -> Bool { kinds?.contains(kind) ?? (role == kind.role) }
}

extension Job {
    /// Whether two workers were lost while they held it, so that it runs alone.
    package var isOnProbation: Bool { state == .probation || workersLost >= 2 }
}
