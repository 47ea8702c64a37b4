// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Jobs
import Storage
import Testing

/// Retries, time-outs, cancelling, people's steps.
@Suite(.timeLimit(.minutes(10)))
struct WorkflowRunTests {
    private let house = WorkflowHouse()

    /// Runs a workflow in a process of its own while the body runs.
    private func run<Value: Sendable>(
        _ workflow: Workflow,
        input: String = "1",
        _ body: @escaping @Sendable (WorkflowHouse, WorkflowRun) async throws -> Value
    ) throws -> Value {
        let house = house
        let value = try house.clock.run {
            try await house.run(try house.process { _ in [workflow] }) { process in
                let run = try await process.desk.start(workflow.name, input: input, requestedBy: "test")
                return try await body(house, run)
            }
        }
        return try #require(value)
    }

    // MARK: - Retries

    @Test func `a node that fails is tried again, after waits that double`() throws {
        let times = Locked<[Timestamp]>([])
        let workflow = try SampleWorkflow.single(
            retry: WorkflowRetry(attempts: 4, wait: .seconds(10), longest: .seconds(15))
        ) { value, context in
            times.withLock { $0.append(context.clock.now) }
            guard context.attempt == 4 else { throw Failure(.rateLimit, "too many") }
            return value + 1
        }
        let (ended, nodes) = try run(workflow) { house, run in
            (try await house.end(of: run.id), try await house.nodes(of: run.id))
        }
        #expect(ended.state == .completed)
        #expect(nodes["only"]?.attempt == 4)
        #expect(nodes["only"]?.output == "2")
        #expect(nodes["only"]?.failure == nil)
        let waits = times.withLock { times in zip(times.dropFirst(), times).map { $0 - $1 } }
        #expect(waits.count == 3)
        for (wait, least) in zip(waits, [TimeSpan.seconds(10), .seconds(15), .seconds(15)]) {
            #expect(wait >= least && wait <= least + .seconds(1))
        }
    }

    @Test(arguments: [(Failure.Class.unknown, 3), (.timeOut, 3), (.invalid, 1), (.permission, 1), (.notFound, 1)])
    func `a node whose tries are used up fails its run, at once where another try makes no sense`(
        _ failure: Failure.Class,
        _ tries: Int
    ) throws {
        let count = Locked(0)
        let workflow = try SampleWorkflow.single { _, _ in
            count.withLock { $0 += 1 }
            throw Failure(failure, "no")
        }
        let (ended, nodes) = try run(workflow) { house, run in
            (try await house.end(of: run.id), try await house.nodes(of: run.id))
        }
        #expect(count.withLock { $0 } == tries)
        #expect(ended.state == .failed)
        #expect(ended.failure == Failure(failure, "only: no"))
        #expect(nodes["only"]?.state == .failed)
        #expect(nodes["only"]?.failure == Failure(failure, "no"))
    }

    // MARK: - Time

    @Test func `a try that takes too long is stopped, and the next one may be quicker`() throws {
        let stopped = Locked(0)
        let workflow = try SampleWorkflow.single(timeOut: .seconds(30)) { value, context in
            guard context.attempt == 1 else { return value }
            do {
                try await context.clock.sleep(for: .hours(9))
            } catch {
                stopped.withLock { $0 += 1 }
                throw error
            }
            return 0
        }
        let (ended, nodes) = try run(workflow) { house, run in
            (try await house.end(of: run.id), try await house.nodes(of: run.id))
        }
        #expect(ended.state == .completed)
        #expect(nodes["only"]?.attempt == 2)
        #expect(stopped.withLock { $0 } == 1)
    }

    @Test func `a run whose time is over fails, and its step is stopped`() throws {
        let stopped = Locked(0)
        let workflow = try SampleWorkflow.single(timeOut: .hours(5), runTimeOut: .minutes(2)) { value, context in
            do {
                try await context.clock.sleep(for: .hours(4))
            } catch {
                stopped.withLock { $0 += 1 }
                throw error
            }
            return value
        }
        let (ended, nodes) = try run(workflow) { house, run in
            let ended = try await house.end(of: run.id)
            try await house.clock.sleep(for: .minutes(1))
            return (ended, try await house.nodes(of: run.id))
        }
        #expect(ended.state == .failed)
        #expect(ended.failure == Failure(.timeOut, "the run was not done within 2m"))
        #expect(nodes["only"]?.state == .cancelled)
        #expect(stopped.withLock { $0 } == 1)
    }

    // MARK: - Cancelling

    @Test func `a run that is cancelled stops its steps, and begins no others`() throws {
        let stopped = Locked(0)
        let workflow = try Workflow(
            "two",
            version: 1,
            input: Int.self,
            starts: ["long"],
            nodes: [
                WorkflowNode("long", timeOut: .hours(5)) { (value: Int, context) in
                    do {
                        try await context.clock.sleep(for: .hours(4))
                    } catch {
                        stopped.withLock { $0 += 1 }
                        throw error
                    }
                    return value
                },
                WorkflowNode("after") { (value: Int, _) in value },
            ],
            edges: [WorkflowEdge("long", "after")]
        )
        let (order, again, ended, nodes) = try run(workflow) { house, run in
            try await house.clock.sleep(for: .seconds(3))
            let order = try await house.answer(to: try await house.order(.cancel, run.id))
            let again = try await house.answer(to: try await house.order(.cancel, run.id, seed: 78))
            try await house.clock.sleep(for: .minutes(20))
            return (order, again, try await house.end(of: run.id), try await house.nodes(of: run.id))
        }
        #expect(order.state == .carriedOut)
        #expect(again.state == .refused)
        #expect(again.answer?.contains("is cancelled") == true)
        #expect(ended.state == .cancelled)
        #expect(ended.failure?.message == "jane cancelled it: because")
        #expect(nodes.mapValues(\.state) == ["long": .cancelled])
        #expect(stopped.withLock { $0 } == 1)
    }

    // MARK: - People

    private func asking(_ edges: [WorkflowEdge]) throws -> Workflow {
        try Workflow(
            "asking",
            version: 1,
            input: Int.self,
            starts: ["draft"],
            nodes: [
                WorkflowNode("draft") { (value: Int, _) in value },
                .person("ask", about: Int.self, asks: "Send it?", timeOut: .minutes(30)),
                WorkflowNode("send") { (answer: PersonAnswer, _) in answer.by },
                WorkflowNode("regret") { (answer: PersonAnswer, _) in answer.reason },
            ],
            edges: [WorkflowEdge("draft", "ask"), WorkflowEdge("ask", "send")] + edges
        )
    }

    private static let regret = WorkflowEdge("ask", "regret", when: "turned down", of: PersonAnswer.self) {
        !$0.isApproved
    }

    @Test func `a step that waits for a person goes on when one approves`() throws {
        let (parked, wrong, order, ended, nodes) = try run(try asking([Self.regret])) { house, run in
            let parked = try await house.wait(for: run.id, in: [.waiting])
            try await house.clock.sleep(for: .minutes(20))
            let wrong = try await house.answer(
                to: try await house.order(.answer(node: "send", isApproved: true), run.id)
            )
            let order = try await house.answer(
                to: try await house.order(.answer(node: nil, isApproved: true), run.id, seed: 78)
            )
            return (parked, wrong, order, try await house.end(of: run.id), try await house.nodes(of: run.id))
        }
        #expect(parked.state == .waiting)
        #expect(wrong.state == .refused)
        #expect(wrong.answer?.contains("was not reached") == true)
        #expect(order.state == .carriedOut)
        #expect(ended.state == .completed)
        #expect(nodes["send"]?.output == #""jane""#)
        #expect(nodes["regret"]?.state == .skipped)
    }

    @Test func `a rejection follows its own way, and cancels a run that has none`() throws {
        let handled = try run(try asking([Self.regret])) { house, run in
            _ = try await house.wait(for: run.id, in: [.waiting])
            _ = try await house.order(.answer(node: "ask", isApproved: false), run.id)
            return (try await house.end(of: run.id), try await house.nodes(of: run.id))
        }
        #expect(handled.0.state == .completed)
        #expect(handled.1["regret"]?.output == #""because""#)
        #expect(handled.1["send"]?.state == .skipped)
        let house = WorkflowHouse()
        let workflow = try Workflow(
            "plain",
            version: 1,
            input: Int.self,
            starts: ["ask"],
            nodes: [
                .person("ask", about: Int.self, asks: "Go on?"), WorkflowNode("go") { (_: PersonAnswer, _) in 1 },
            ],
            edges: [WorkflowEdge("ask", "go")]
        )
        let ended = try house.clock.run {
            try await house.run(try house.process { _ in [workflow] }) { process in
                let run = try await process.desk.start("plain", input: "1", requestedBy: "test")
                #expect(run.state == .waiting)
                _ = try await house.order(.answer(node: nil, isApproved: false), run.id)
                return try await house.end(of: run.id)
            }
        }
        #expect(ended?.state == .cancelled)
        #expect(ended?.failure?.message == "jane turned ask down: because")
    }

    @Test func `a person who does not answer in time fails the run`() throws {
        let (ended, nodes) = try run(try asking([Self.regret])) { house, run in
            (try await house.end(of: run.id), try await house.nodes(of: run.id))
        }
        #expect(ended.state == .failed)
        #expect(ended.failure == Failure(.timeOut, "ask: nobody answered in time"))
        #expect(nodes["ask"]?.state == .failed)
        #expect((ended.endedAt ?? WorkflowHouse.start) - WorkflowHouse.start >= .minutes(30))
    }

    // MARK: - Requests

    @Test func `a request is an order that begins one run, or is refused with a reason`() throws {
        let workflow = try SampleWorkflow.single { value, _ in value }
        let answers = try run(workflow) { house, _ in
            var answers: [WorkflowOrder] = []
            let ids = IdentifierGenerator(clock: house.clock, seed: 5)
            for (place, action) in [
                WorkflowOrder.Action.start(workflow: "single", input: .integer(4), key: "k"),
                .start(workflow: "single", input: .integer(4), key: "k"),
                .start(workflow: "other", input: .integer(4), key: nil),
                .start(workflow: "single", input: .string("x"), key: nil),
            ].enumerated() {
                let id = ids.next(WorkflowRun.self)
                let order = try await house.answer(to: try await house.order(action, id, seed: UInt64(place)))
                answers.append(order)
                if order.state == .carriedOut { #expect(try await house.end(of: id).state == .completed) }
            }
            return answers
        }
        #expect(answers.map(\.state) == [.carriedOut, .refused, .refused, .refused])
        #expect(answers[1].answer?.contains("the run with this key is \(answers[0].run)") == true)
        #expect(answers[2].answer == "there is no workflow 'other'; there is single")
        #expect(answers[3].answer?.contains("what the request gave is no Int") == true)
    }

    @Test func `a schedule begins a run once for each time that is due, with two processes that keep house`() throws {
        let workflow = try SampleWorkflow.single { value, _ in value }
        let house = house
        let runs = try house.clock.run {
            let cron = try CronExpression("*/10 * * * *", timeZone: "UTC")
            let first = try #require(cron.next(after: house.clock.now))
            let schedule = JobSchedule(
                name: "often",
                workspace: .default,
                kind: .workflowStep,
                payload: try CanonicalJSON.text(WorkflowStepOrder.start(workflow: "single", input: .integer(7))),
                cron: "*/10 * * * *",
                timeZone: "UTC",
                nextAt: first
            )
            try await house.store.write(schedule)
            let processes = try (1...2).map {
                try house.process({ _ in [workflow] }, seed: UInt64($0), name: "p\($0)")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, process) in processes.enumerated() {
                    let keeper = Housekeeper(
                        store: house.store,
                        clock: house.clock,
                        ids: IdentifierGenerator(clock: house.clock, seed: UInt64(number + 50)),
                        timing: .real,
                        logger: WorkflowHouse.logger,
                        added: process.dispatcher.wake
                    )
                    group.addTask { try await keeper.run() }
                    group.addTask {
                        _ = try await house.run(process) { _ in try await house.clock.sleep(for: .hours(4)) }
                    }
                }
                group.addTask { try await house.clock.sleep(for: .minutes(35)) }
                defer { group.cancelAll() }
                try await group.next()
            }
            return try await house.store.workflowRuns(in: .default, state: .completed, limit: 99)
        }
        #expect(runs.count == 3)
        #expect(runs.allSatisfy { $0.input == "7" && $0.requestedBy == "schedule" })
        #expect(Set(runs.map(\.key)).count == 3)
    }

    // MARK: - What is gone

    @Test func `a node whose job is gone gets another one`() throws {
        let workflow = try SampleWorkflow.single { value, _ in value * 2 }
        let house = house
        let ended = try house.clock.run {
            // A start whose process ends before anybody has taken the job, which is then removed.
            let idle = try house.process { _ in [workflow] }
            let run = try await idle.desk.start("single", input: "4", requestedBy: "test")
            let job = try #require(try await house.nodes(of: run.id)["only"]?.job)
            _ = try await house.store.cancel([job], now: house.clock.now)
            #expect(try await house.store.prune(before: house.clock.now + .seconds(1), limit: 9) == 1)
            return try await house.run(try house.process({ _ in [workflow] }, seed: 9)) { _ in
                try await house.end(of: run.id)
            }
        }
        #expect(ended?.state == .completed)
    }

    @Test func `a run of a graph that no process has is left, and can be cancelled`() throws {
        let old = try SampleWorkflow.single { value, _ in value }
        let house = house
        let (order, nodes) = try house.clock.run {
            let run = try await house.process { _ in [old] }.desk.start("single", input: "4", requestedBy: "test")
            let keeper = WorkflowKeeper(try house.process({ _ in [] }, seed: 9).desk)
            try await keeper.once()
            #expect(try await house.store.workflowRun(run.id, in: .default)?.state == .running)
            let order = try await house.order(.cancel, run.id)
            try await keeper.once()
            return (try await house.answer(to: order), try await house.nodes(of: run.id))
        }
        #expect(order.state == .carriedOut)
        #expect(nodes["only"]?.state == .cancelled)
    }
}
