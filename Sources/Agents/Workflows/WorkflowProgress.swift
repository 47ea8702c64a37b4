// SPDX-License-Identifier: Apache-2.0

import Domain

/// A run as it stands, and the change that brings it on; pure but for the identifiers of jobs.
///
/// What ends a node also reaches the nodes behind it: their checkpoints and jobs are part of the same change, which the store takes whole
/// and only while the run is as it was read.
struct WorkflowProgress {
    /// The graph; nil where this program does not have it, and can only end the run.
    let workflow: Workflow?
    let ids: IdentifierGenerator
    let now: Timestamp
    private(set) var run: WorkflowRun
    private(set) var checkpoints: [String: WorkflowCheckpoint]
    private var change = KnowledgeChange()
    private var touched: Set<String> = []
    private var hasChanged = false

    /// Takes a run up as it was read.
    init(
        _ run: WorkflowRun,
        checkpoints: [WorkflowCheckpoint],
        workflow: Workflow?,
        ids: IdentifierGenerator,
        now: Timestamp
    ) {
        self.run = run
        self.checkpoints = Dictionary(checkpoints.map { ($0.node, $0) }) { first, _ in first }
        self.workflow = workflow
        self.ids = ids
        self.now = now
    }

    /// Begins a run with its first nodes.
    static func beginning(
        _ run: WorkflowRun,
        of workflow: Workflow,
        ids: IdentifierGenerator,
        now: Timestamp
    ) throws -> WorkflowProgress {
        var progress = WorkflowProgress(run, checkpoints: [], workflow: workflow, ids: ids, now: now)
        progress.hasChanged = true
        try progress.advance()
        return progress
    }

    // MARK: - What happens

    /// Takes in what a node answered.
    mutating func complete(_ node: String, output: String, startedAt: Timestamp) throws {
        try end(node, as: .completed) { checkpoint in
            checkpoint.output = output
            checkpoint.failure = nil
            checkpoint.startedAt = startedAt
        }
        try advance()
    }

    /// Takes in that a try failed: the node is tried again later, or the run fails.
    mutating func fail(_ node: String, _ failure: Failure) throws {
        guard let checkpoint = checkpoints[node] else { return }
        if checkpoint.state == .running, let retry = workflow?[node]?.retry,
            let wait = retry.wait(after: failure, attempt: checkpoint.attempt)
        {
            return try begin(node, attempt: checkpoint.attempt + 1, at: now + wait, after: failure)
        }
        try end(node, as: .failed) { $0.failure = failure }
        try finish(as: .failed, Failure(failure.class, "\(node): \(failure.message)"))
    }

    /// Gives a node whose job is gone another one; this is no new try.
    mutating func renew(_ node: String) throws {
        guard let checkpoint = checkpoints[node], checkpoint.state == .running else { return }
        try begin(node, attempt: checkpoint.attempt, at: now, after: checkpoint.failure)
    }

    /// Takes in a person's answer; a rejection that nothing follows cancels the run.
    mutating func answer(_ node: String, _ answer: PersonAnswer) throws {
        let text = try CanonicalJSON.text(answer)
        try end(node, as: .completed) { $0.output = text }
        let follows = try workflow?.edges.contains { try $0.source == node && isTaken($0) } ?? false
        guard answer.isApproved || follows else {
            let failure = Failure(.permission, "\(answer.by) turned \(node) down: \(answer.reason)")
            return try finish(as: .cancelled, failure)
        }
        try advance()
    }

    /// Ends the run before its time; the jobs of its steps are cancelled with it.
    mutating func finish(as state: WorkflowRun.State, _ failure: Failure) throws {
        for (node, checkpoint) in checkpoints where !checkpoint.state.isFinal {
            if let job = checkpoint.job { change.cancelledJobs.append(job) }
            try end(node, as: .cancelled) { _ in }
        }
        change.cancelledJobs.sort()
        try run.state.move(to: state)
        run.failure = failure
        run.endedAt = now
        hasChanged = true
    }

    /// The change, nil when nothing has; a job that is being carried out by the caller is not to be cancelled.
    func takeChange(of job: JobID? = nil) -> KnowledgeChange? {
        guard hasChanged else { return nil }
        var (change, run) = (change, run)
        run.updatedAt = now
        change.workflowRuns = [run]
        change.checkpoints = touched.sorted().compactMap { checkpoints[$0] }
        change.cancelledJobs.removeAll { $0 == job }
        change.time = now
        return change
    }

    /// Counts the change; to be called once for a run that was read.
    mutating func nextRevision() { run.revision += 1 }

    // MARK: - How it goes on

    /// Reaches every node whose turn has come, passes over those that no branch leads to, and says how the run then is.
    private mutating func advance() throws {
        guard let workflow else {
            throw Failure(.notFound, "this program has no workflow \(run.workflow) \(run.version)")
        }
        for node in workflow.nodes where checkpoints[node.name] == nil {
            let ways = workflow.edges(to: node.name)
            let isReady = ways.allSatisfy { checkpoints[$0.source]?.state.hasEndedWell ?? false }
            guard isReady else { continue }
            if try isWanted(node, ways) {
                try reach(node)
            } else {
                note(WorkflowCheckpoint(run: run.id, node: node.name, state: .skipped, now: now))
            }
        }
        let states = Set(checkpoints.values.map(\.state))
        let next: WorkflowRun.State =
            states.contains(.running) ? .running : states.contains(.waiting) ? .waiting : .completed
        if next != run.state { try run.state.move(to: next) }
        if next.isFinal { run.endedAt = now }
    }

    private func isWanted(_ node: WorkflowNode, _ ways: [WorkflowEdge]) throws -> Bool {
        if ways.isEmpty { return true }
        var taken: Set<String> = []
        for way in ways where try isTaken(way) { taken.insert(way.source) }
        if node.input != nil { return !taken.isEmpty }
        return !taken.isEmpty && node.parts.allSatisfy { $0.isOptional || taken.contains($0.node) }
    }

    private func isTaken(_ way: WorkflowEdge) throws -> Bool {
        guard let source = checkpoints[way.source], source.state == .completed, let output = source.output else {
            return false
        }
        if let condition = way.condition { return try condition.holds(output) }
        guard workflow?[way.source]?.question != nil else { return true }
        return try WorkflowValue.decode(PersonAnswer.self, from: output, of: way.source).isApproved
    }

    private mutating func reach(_ node: WorkflowNode) throws {
        guard node.question != nil else { return try begin(node.name, attempt: 1, at: now, after: nil) }
        var checkpoint = WorkflowCheckpoint(run: run.id, node: node.name, state: .waiting, now: now)
        checkpoint.startedAt = now
        checkpoint.deadline = now + node.timeOut
        note(checkpoint)
    }

    /// Writes a try down with its job.
    private mutating func begin(_ node: String, attempt: Int, at instant: Timestamp, after failure: Failure?) throws {
        var checkpoint =
            checkpoints[node] ?? WorkflowCheckpoint(run: run.id, node: node, state: .running, now: now)
        let job = Job(
            id: ids.next(),
            workspace: run.workspace,
            campaign: nil,
            kind: .workflowStep,
            payload: try CanonicalJSON.text(WorkflowStepOrder.node(run: run.id, name: node)),
            createdAt: now,
            runAt: instant,
            maxAttempts: Self.jobAttempts
        )
        checkpoint.attempt = attempt
        checkpoint.job = job.id
        checkpoint.failure = failure
        checkpoint.startedAt = instant
        change.jobs.append(job)
        note(checkpoint)
    }

    /// How often a job is tried whose worker could not write down what came of the node; what the node does wrong is its own to count.
    private static var jobAttempts: Int { 10 }

    private mutating func end(
        _ node: String,
        as state: WorkflowCheckpoint.State,
        _ edit: (inout WorkflowCheckpoint) -> Void
    ) throws {
        guard var checkpoint = checkpoints[node] else {
            throw Failure(.notFound, "the run \(run.id) has not reached \(node)")
        }
        try checkpoint.state.move(to: state)
        edit(&checkpoint)
        checkpoint.endedAt = now
        note(checkpoint)
    }

    private mutating func note(_ checkpoint: WorkflowCheckpoint) {
        checkpoints[checkpoint.node] = checkpoint
        touched.insert(checkpoint.node)
        hasChanged = true
    }

    // MARK: - What a node gets

    /// The inputs of a node's body, by the node that they come from.
    func inputs(of node: WorkflowNode) throws -> [String: String] {
        let ways = workflow?.edges(to: node.name) ?? []
        if ways.isEmpty { return ["the run's input": run.input] }
        var inputs: [String: String] = [:]
        for way in ways where try isTaken(way) { inputs[way.source] = checkpoints[way.source]?.output }
        return inputs
    }
}

extension WorkflowCheckpoint.State {
    /// Whether what comes behind it can go on.
    fileprivate var hasEndedWell: Bool { self == .completed || self == .skipped }
}
