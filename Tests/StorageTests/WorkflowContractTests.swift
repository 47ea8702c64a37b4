// SPDX-License-Identifier: Apache-2.0

import Domain
import Storage
import Testing

/// What every store promises of workflow runs, their checkpoints and people's orders about them.
@Suite(.timeLimit(.minutes(10)))
struct WorkflowContractTests {
    let sample = Sample()

    private func run(key: String? = nil, at instant: Timestamp = Sample.start) -> WorkflowRun {
        WorkflowRun(
            id: sample.ids.next(),
            workspace: .default,
            workflow: "보고",
            version: "1-abc",
            input: #"{"a":1}"#,
            key: key,
            requestedBy: "jane@shop",
            deadline: Sample.at(600),
            now: instant
        )
    }

    private func checkpoint(_ node: String, of run: WorkflowRun) -> WorkflowCheckpoint {
        var checkpoint = WorkflowCheckpoint(run: run.id, node: node, state: .running, now: Sample.start)
        checkpoint.attempt = 1
        checkpoint.job = sample.ids.next()
        return checkpoint
    }

    private func next(_ run: WorkflowRun, _ edit: (inout WorkflowRun) -> Void) -> WorkflowRun {
        var run = run
        run.revision += 1
        edit(&run)
        return run
    }

    private func order(_ action: WorkflowOrder.Action, of run: WorkflowRunID, at second: Int) -> WorkflowOrder {
        WorkflowOrder(
            id: sample.ids.next(),
            workspace: .default,
            run: run,
            action: action,
            reason: "because",
            givenBy: "jane@shop",
            givenAt: Sample.at(second)
        )
    }

    @Test(arguments: Implementation.allCases)
    func `a run, its checkpoints and its jobs are written together, and read back as they are`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let run = run(key: "daily/1")
            let (second, first) = (checkpoint("b", of: run), checkpoint("a", of: run))
            let job = sample.job(.workflowStep)
            try await store.commit(
                sample.change {
                    $0.workflowRuns = [run]
                    $0.checkpoints = [second, first]
                    $0.jobs = [job]
                },
                durability: .power
            )
            #expect(try await store.workflowRun(run.id, in: .default) == run)
            #expect(try await store.workflowRun(key: "daily/1", in: .default) == run)
            #expect(try await store.checkpoints(of: run.id) == [first, second])
            #expect(try await store.job(job.id)?.kind == .workflowStep)
            let other = try #require(WorkspaceID("other"))
            #expect(try await store.workflowRun(run.id, in: other) == nil)
            #expect(try await store.workflowRun(key: "daily/1", in: other) == nil)
            #expect(try await store.workflowRuns(in: other, state: nil, limit: 9).isEmpty)
            var done = first
            done.state = .completed
            done.output = #"{"x":"가"}"#
            try await store.commit(
                sample.change {
                    $0.workflowRuns = [next(run) { $0.updatedAt = Sample.at(3) }]
                    $0.checkpoints = [done]
                },
                durability: .process
            )
            #expect(try await store.checkpoints(of: run.id) == [done, second])
            #expect(try await store.workflowRun(run.id, in: .default)?.updatedAt == Sample.at(3))
        }
    }

    @Test(arguments: Implementation.allCases)
    func `of two changes that follow from one revision the first counts, and nothing of the second is written`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let run = run()
            try await store.commit(sample.change { $0.workflowRuns = [run] }, durability: .power)
            let (mine, yours) = (next(run) { $0.state = .waiting }, next(run) { $0.state = .failed })
            try await store.commit(sample.change { $0.workflowRuns = [mine] }, durability: .power)
            let job = sample.job(.workflowStep)
            for late in [yours, run, next(mine) { $0.revision += 1 }] {
                await #expect(throws: WorkflowConflict.staleRun(run.id)) {
                    try await store.commit(
                        sample.change {
                            $0.workflowRuns = [late]
                            $0.checkpoints = [checkpoint("a", of: run)]
                            $0.jobs = [job]
                        },
                        durability: .power
                    )
                }
            }
            #expect(try await store.workflowRun(run.id, in: .default) == mine)
            #expect(try await store.checkpoints(of: run.id).isEmpty)
            #expect(try await store.job(job.id) == nil)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `two who change one run at once: one is told that it was late`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let run = run()
            try await store.commit(sample.change { $0.workflowRuns = [run] }, durability: .power)
            let changes = (0..<6).map { number in
                sample.change { $0.workflowRuns = [next(run) { $0.requestedBy = "\(number)" }] }
            }
            let taken = await withTaskGroup(of: Bool.self) { group in
                for change in changes {
                    group.addTask {
                        do {
                            try await store.commit(change, durability: .process)
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(taken == 1)
            #expect(try await store.workflowRun(run.id, in: .default)?.revision == 2)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a key stands for one run in a workspace`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let first = run(key: "k")
            try await store.commit(sample.change { $0.workflowRuns = [first] }, durability: .power)
            await #expect(throws: WorkflowConflict.knownKey("k")) {
                try await store.commit(sample.change { $0.workflowRuns = [run(key: "k")] }, durability: .power)
            }
            var elsewhere = run(key: "k")
            elsewhere.workspace = try #require(WorkspaceID("other"))
            try await store.commit(
                sample.change { $0.workflowRuns = [elsewhere, run(), run()] },
                durability: .power
            )
            #expect(try await store.workflowRuns(in: .default, state: nil, limit: 9).count == 3)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `what is written for a job is written only while it is leased under that token`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let (run, job) = (run(), sample.job(.workflowStep))
            _ = try await store.enqueue([job], durability: .process)
            let worker = sample.ids.next(Worker.self)
            _ = try await store.lease([Wish(job: job, worker: worker, token: "mine")], now: Sample.start)
            await #expect(throws: WorkflowConflict.leaseOver(job.id)) {
                try await store.commit(
                    sample.change {
                        $0.workflowRuns = [run]
                        $0.heldLeases = [job.id: "former"]
                    },
                    durability: .power
                )
            }
            #expect(try await store.workflowRun(run.id, in: .default) == nil)
            try await store.commit(
                sample.change {
                    $0.workflowRuns = [run]
                    $0.heldLeases = [job.id: "mine"]
                },
                durability: .power
            )
            #expect(try await store.workflowRun(run.id, in: .default) == run)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `runs are listed newest first and by state, open ones oldest first and page by page`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let runs = (0..<5).map { run(at: Sample.at($0)) }
            try await store.commit(sample.change { $0.workflowRuns = runs }, durability: .power)
            let ended = next(runs[1]) {
                $0.state = .completed
                $0.endedAt = Sample.at(9)
            }
            let parked = next(runs[2]) { $0.state = .waiting }
            try await store.commit(sample.change { $0.workflowRuns = [ended, parked] }, durability: .power)
            #expect(
                try await store.workflowRuns(in: .default, state: nil, limit: 3).map(\.id)
                    == [runs[4].id, runs[3].id, runs[2].id]
            )
            #expect(try await store.workflowRuns(in: .default, state: .completed, limit: 3) == [ended])
            let first = try await store.openWorkflowRuns(after: nil, limit: 2)
            #expect(first == [runs[0], parked])
            #expect(try await store.openWorkflowRuns(after: first[1].id, limit: 9) == [runs[3], runs[4]])
        }
    }

    @Test(arguments: Implementation.allCases)
    func `pruning takes ended runs with all that belongs to them, oldest first`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let runs = (0..<4).map { run(key: "k\($0)", at: Sample.at($0)) }
            let orders = runs.map { order(.cancel, of: $0.id, at: 1) }
            try await store.give(orders)
            try await store.commit(
                sample.change { change in
                    change.workflowRuns = runs
                    change.checkpoints = runs.map { checkpoint("a", of: $0) }
                    change.settledWorkflowOrders = [orders[0].settled(as: .refused, answer: "No.", at: Sample.at(2))]
                },
                durability: .power
            )
            let ended = runs.prefix(3).enumerated().map { place, run in
                next(run) {
                    $0.state = .failed
                    $0.endedAt = Sample.at(10 + place)
                }
            }
            try await store.commit(sample.change { $0.workflowRuns = Array(ended) }, durability: .power)
            #expect(try await store.pruneWorkflowRuns(before: Sample.at(12), limit: 1) == 1)
            #expect(try await store.workflowRun(runs[0].id, in: .default) == nil)
            #expect(try await store.checkpoints(of: runs[0].id).isEmpty)
            #expect(try await store.workflowOrder(orders[0].id) == nil)
            #expect(try await store.pruneWorkflowRuns(before: Sample.at(12), limit: 9) == 1)
            #expect(
                try await store.workflowRuns(in: .default, state: nil, limit: 9).map(\.id) == [runs[3].id, runs[2].id]
            )
            #expect(try await store.checkpoints(of: runs[3].id).count == 1)
            // The key goes with its run.
            try await store.commit(sample.change { $0.workflowRuns = [run(key: "k0")] }, durability: .power)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `what comes of an order is written once, with what it changes or not at all`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let run = run()
            let start = order(.start(workflow: "w", input: .object([:]), key: nil), of: run.id, at: 5)
            let answer = order(.answer(node: "ask", isApproved: true), of: run.id, at: 1)
            try await store.give([start, answer])
            var again = answer
            again.reason = "another"
            try await store.give([again])
            #expect(try await store.waitingWorkflowOrders(limit: 9) == [answer, start])
            #expect(try await store.waitingWorkflowOrders(limit: 1) == [answer])
            let settled = start.settled(as: .carriedOut, answer: "begun", at: Sample.at(6))
            try await store.commit(
                sample.change {
                    $0.workflowRuns = [run]
                    $0.settledWorkflowOrders = [settled]
                },
                durability: .power
            )
            await #expect(throws: StorageError.settledWorkflowOrder(start.id)) {
                try await store.commit(
                    sample.change {
                        $0.workflowRuns = [next(run) { $0.state = .failed }]
                        $0.settledWorkflowOrders = [settled]
                    },
                    durability: .power
                )
            }
            #expect(try await store.workflowRun(run.id, in: .default) == run)
            #expect(try await store.workflowOrder(start.id) == settled)
            #expect(try await store.waitingWorkflowOrders(limit: 9) == [answer])
            #expect(try await store.workflowOrder(sample.ids.next()) == nil)
        }
    }
}
