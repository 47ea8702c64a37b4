// SPDX-License-Identifier: Apache-2.0

package import Domain
import Logging

/// A worker that runs as a task of this process.
package struct EmbeddedWorker: Sendable {
    /// The worker as it registered.
    package let worker: Worker
    private let dispatcher: Dispatcher
    private let handlers: [JobKind: any JobHandler]
    private let clock: any TimeSource
    private let beat: TimeSpan

    /// Creates a worker that has registered; of two handlers for one kind the first counts.
    package init(
        worker: Worker,
        dispatcher: Dispatcher,
        handlers: [any JobHandler],
        clock: any TimeSource,
        timing: FleetTiming
    ) {
        self.worker = worker
        self.dispatcher = dispatcher
        self.clock = clock
        beat = timing.beat
        var table: [JobKind: any JobHandler] = [:]
        for handler in handlers {
            for kind in handler.kinds where table[kind] == nil { table[kind] = handler }
        }
        self.handlers = table
    }

    /// Beats, takes jobs, runs as many at once as it has slots, and reports, until its task is cancelled.
    ///
    /// Jobs that run then are cancelled and awaited; nothing is reported of them. Throws `CancellationError`, or what the store
    /// throws when it refuses a report again and again.
    package func run() async throws {
        try await dispatcher.started(worker.id)
        guard let post = await dispatcher.post(of: worker.id) else { return }
        let faults = Inbox<any Error>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await beat(to: post) }
            group.addTask { try await work(faults) }
            group.addTask { for fault in try await faults.take() { throw fault } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func beat(to post: WorkerPost) async throws {
        while true {
            post.beat(at: clock.steady)
            try await clock.sleep(for: beat)
        }
    }

    /// Takes jobs and runs them.
    ///
    /// The loop would not see the error of a job that it started, so errors go into an inbox.
    private func work(_ faults: Inbox<any Error>) async throws {
        try await withThrowingDiscardingTaskGroup { jobs in
            while true {
                for delivery in try await dispatcher.pull(worker: worker.id) {
                    jobs.addTask {
                        do {
                            try await perform(delivery)
                        } catch {
                            faults.put(error)
                        }
                    }
                }
            }
        }
    }

    /// Runs one job to its report; says nothing when the worker is stopped, so that the job stays leased until the lease is over.
    private func perform(_ delivery: Delivery) async throws {
        defer { delivery.ended.open() }
        let outcome = await outcome(of: delivery)
        guard let outcome else {
            if delivery.revocation.isOpen { await dispatcher.dropped(delivery) }
            return
        }
        let token = delivery.job.lease?.token ?? ""
        try await report(JobReport(job: delivery.job.id, token: token, outcome: outcome))
    }

    /// How a job ended; nil when the lease was taken away or the worker is stopped.
    private func outcome(of delivery: Delivery) async -> JobReport.Outcome? {
        guard !delivery.revocation.isOpen, !Task.isCancelled else { return nil }
        let job = delivery.job
        guard let handler = handlers[job.kind] else {
            return .failed(Failure(.invalid, "no handler for jobs of kind \(job.kind.rawValue)"))
        }
        do {
            let worker = worker
            let answer = try await race(
                { try await handler.run(job, worker: worker) },
                {
                    try await delivery.revocation.wait()
                    throw CancellationError()
                }
            )
            return .completed(answer)
        } catch {
            guard !delivery.revocation.isOpen, !Task.isCancelled else { return nil }
            return .failed(error as? Failure ?? Failure(.unknown, "\(error)"))
        }
    }

    /// Reports, and tries again where the store fails: a result is too dear to be lost to a short fault.
    private func report(_ report: JobReport) async throws {
        var attempt = 1
        while true {
            do {
                try await dispatcher.report(report, from: worker.id)
                return
            } catch {
                guard attempt < 5, !Task.isCancelled else { throw error }
                try await clock.sleep(for: RecoveryPolicy.longestWait(after: .timeOut, attempt: attempt))
                attempt += 1
            }
        }
    }
}
