// SPDX-License-Identifier: Apache-2.0

package import Domain
import Jobs
import Logging

/// Carries a node of a workflow run out, and writes its checkpoint with the jobs of the nodes behind it; the kind `workflow.step`.
///
/// The checkpoint is written before the job ends, and only while the job is leased to this worker. A process that dies in between leaves
/// a job whose node is done: who gets it next sees so, and does nothing.
package struct WorkflowStepHandler: JobHandler {
    package let kinds: [JobKind] = [.workflowStep]
    private let desk: WorkflowDesk

    /// Creates a handler.
    package init(_ desk: WorkflowDesk) {
        self.desk = desk
    }

    /// Carries the order out; the answer is `{}`, for what came of it is in the run's checkpoints.
    package func run(_ job: Job, worker: Worker) async throws -> String {
        switch try job.decodePayload(WorkflowStepOrder.self) {
        case .start(let workflow, let input):
            _ = try await desk.start(
                workflow,
                input: try CanonicalJSON.text(input),
                key: job.idempotencyKey ?? job.id.text,
                requestedBy: "schedule",
                in: job.workspace
            )
        case .node(let run, let name):
            try await carryOut(name, of: run, for: job)
        }
        return "{}"
    }

    private func carryOut(_ name: String, of id: WorkflowRunID, for job: Job) async throws {
        guard let progress = try await desk.progress(id, in: job.workspace), progress.isCurrent(name, job) else {
            return
        }
        guard let node = progress.workflow?[name] else {
            throw Failure(.unknown, "this program has no workflow \(progress.run.workflow) \(progress.run.version)")
        }
        let startedAt = desk.clock.now
        let outcome = await outcome(of: node, in: progress, for: job)
        try Task.checkCancellation()
        do {
            _ = try await desk.update(id, in: job.workspace, for: job) { progress in
                guard progress.isCurrent(name, job) else { return }
                switch outcome {
                case .success(let output): try progress.complete(name, output: output, startedAt: startedAt)
                case .failure(let failure): try progress.fail(name, failure)
                }
            }
        } catch WorkflowConflict.leaseOver(let job) {
            throw Failure(.unknown, "the lease of job \(job) is over; what the node answered was dropped")
        }
    }

    /// What came of the node's body, within its time.
    private func outcome(of node: WorkflowNode, in progress: WorkflowProgress, for job: Job) async -> Result<
        String, Failure
    > {
        guard case .step(let body) = node.work, let checkpoint = progress.checkpoints[node.name] else {
            return .failure(Failure(.invalid, "the node \(node.name) is a person's to answer"))
        }
        do {
            let inputs = try progress.inputs(of: node)
            let context = WorkflowContext(
                run: progress.run,
                checkpoint: checkpoint,
                job: job,
                ledger: desk.store,
                clock: desk.clock
            )
            let (clock, timeOut) = (desk.clock, node.timeOut)
            return .success(
                try await race(
                    { try await body(inputs, context) },
                    {
                        try await clock.sleep(for: timeOut)
                        throw Failure(.timeOut, "it was not done within \(timeOut)")
                    }
                )
            )
        } catch {
            return .failure(error as? Failure ?? Failure(.unknown, "\(error)"))
        }
    }
}

extension WorkflowProgress {
    /// Whether a job is that of the present try of a node which has not ended.
    func isCurrent(_ node: String, _ job: Job) -> Bool {
        !run.state.isFinal && checkpoints[node]?.state == .running && checkpoints[node]?.job == job.id
    }
}
