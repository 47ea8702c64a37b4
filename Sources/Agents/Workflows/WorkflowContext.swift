// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Jobs

/// What the body of a node has beside its input.
package struct WorkflowContext: Sendable {
    package let run: WorkflowRunID
    package let workspace: WorkspaceID
    package let node: String
    /// When the run began: the same in every try, and after a crash.
    package let startedAt: Timestamp
    /// Which try this is, from 1.
    package let attempt: Int
    package let clock: any TimeSource
    private let job: Job
    private let runner: EffectRunner

    init(run: WorkflowRun, checkpoint: WorkflowCheckpoint, job: Job, ledger: any EffectLedger, clock: any TimeSource) {
        self.run = run.id
        workspace = run.workspace
        startedAt = run.createdAt
        node = checkpoint.node
        attempt = checkpoint.attempt
        self.job = job
        self.clock = clock
        runner = EffectRunner(ledger: ledger, clock: clock)
    }

    /// The key under which `once` does what has a name: unique for ever.
    package func key(of name: String) -> String { "workflow/\(run)/\(node)/\(name)" }

    /// Does something on the outside once for this run and node, whatever dies in between; returns what the other side answered, now or
    /// the first time.
    ///
    /// The name tells apart what one node does; the intent says what shall be done, and must be the same in every try. `verify` asks the
    /// other side about an attempt whose end is not known: it may answer `unknown`, which puts it to a person and fails the node. The
    /// body gets the key, for the other side to know a repetition by.
    package func once(
        _ name: String,
        kind: String,
        intent: some Encodable,
        verify: () async throws -> EffectRunner.Verdict,
        body: (_ key: String) async throws -> String
    ) async throws -> String {
        let effect = Effect(
            key: key(of: name),
            workspace: workspace,
            kind: kind,
            job: job.id,
            token: job.lease?.token,
            intent: try CanonicalJSON.text(intent),
            now: clock.now
        )
        return try await runner.once(effect, verify: verify, body: body)
    }
}
