// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Jobs

@Suite struct AssignmentTests {
    private let now = House.start
    private let ids: IdentifierGenerator

    init() {
        ids = IdentifierGenerator(clock: VirtualClock(start: House.start), seed: 3)
    }

    private func worker(
        role: WorkerRole = .trial,
        state: WorkerState = .idle,
        slots: Int = 2,
        inFlight: Int = 0,
        success: Double = 1,
        idle: TimeSpan = .zero
    ) -> Worker {
        var worker = Worker(id: ids.next(), name: "w", role: role, slots: slots, registeredAt: now)
        worker.state = state
        worker.inFlight = inFlight
        worker.successRate = success
        worker.lastBusyAt = now - idle
        return worker
    }

    private func job(
        _ kind: JobKind = .probe,
        priority: JobPriority = .normal,
        waited: TimeSpan = .zero,
        lost: Int = 0
    ) -> Job {
        var job = Job(
            id: ids.next(),
            workspace: .default,
            campaign: nil,
            kind: kind,
            priority: priority,
            payload: "{}",
            createdAt: now - waited
        )
        job.workersLost = lost
        if lost >= 2 { job.state = .probation }
        return job
    }

    private func assign(_ jobs: [Job], _ workers: [Worker], probation: Set<WorkerID> = []) -> [String] {
        Assignment.assign(jobs: jobs, workers: workers, now: now, probation: probation).map { job, worker in
            let first = jobs.firstIndex { $0.id == job }.map(String.init) ?? "?"
            let second = workers.firstIndex { $0.id == worker }.map(String.init) ?? "?"
            return "\(first)→\(second)"
        }
    }

    @Test func `the score is half free slots, three tenths success, two tenths idle time of an hour at most`() {
        #expect(Assignment.score(worker(slots: 4, inFlight: 1, success: 0.5), now: now) == 0.5 * 0.75 + 0.3 * 0.5)
        #expect(Assignment.score(worker(success: 0), now: now) == 0.5)
        #expect(Assignment.score(worker(success: 0, idle: .minutes(30)), now: now) == 0.5 + 0.2 * 0.5)
        #expect(Assignment.score(worker(success: 0, idle: .minutes(59)), now: now) < 0.7)
        #expect(Assignment.score(worker(success: 0, idle: .minutes(60)), now: now) == 0.7)
        #expect(Assignment.score(worker(success: 0, idle: .minutes(61)), now: now) == 0.7)
        #expect(Assignment.score(worker(slots: 2, inFlight: 2, success: 0, idle: .hours(5)), now: now) == 0)
        #expect(Assignment.score(worker(success: 0, idle: .hours(-1)), now: now) == 0.5)
    }

    @Test func `the better score wins, and a tie goes to the lower identifier`() {
        #expect(assign([job()], [worker(success: 0.8), worker(success: 0.9)]) == ["0→1"])
        #expect(assign([job()], [worker(), worker()]) == ["0→0"])
        #expect(assign([job(), job(), job()], [worker(), worker()]) == ["0→0", "1→1", "2→0"])
    }

    @Test func `urgent goes before normal, and normal before low`() {
        let jobs = [job(priority: .low), job(priority: .normal), job(priority: .urgent)]
        #expect(assign(jobs, [worker(slots: 1)]) == ["2→0"])
        #expect(assign(jobs, [worker(slots: 3)]) == ["2→0", "1→0", "0→0"])
    }

    @Test(arguments: [(599_999, "1→0"), (600_000, "0→0"), (600_001, "0→0")])
    func `a low job moves up a level after ten minutes`(milliseconds: Int64, expected: String) {
        let waited = TimeSpan(milliseconds: milliseconds)
        #expect(assign([job(priority: .low, waited: waited), job()], [worker(slots: 1)]) == [expected])
    }

    @Test(arguments: WorkerState.allCases)
    func `only a healthy worker gets work`(state: WorkerState) {
        #expect(assign([job()], [worker(state: state)]).isEmpty == !(state == .idle || state == .working))
    }

    @Test func `jobs go to workers of their role, with a free slot`() {
        #expect(assign([job(.rankObserve)], [worker()]).isEmpty)
        #expect(assign([job(.rankObserve), job()], [worker(), worker(role: .observer)]) == ["0→1", "1→0"])
        #expect(assign([job()], [worker(slots: 2, inFlight: 2)]).isEmpty)
        #expect(assign([job(), job()], [worker(slots: 2, inFlight: 1)]) == ["0→0"])
    }

    @Test func `a job that failed goes to another worker where there is one`() {
        let workers = [worker(), worker(success: 0.1)]
        var failed = job()
        failed.worker = workers[0].id
        #expect(assign([failed], workers) == ["0→0"])
        failed.failure = Failure(.unknown, "it broke")
        #expect(assign([failed], workers) == ["0→1"])
        #expect(assign([failed], [workers[0]]) == ["0→0"])
    }

    @Test func `a job on probation runs alone, one at a time`() {
        let workers = [worker(inFlight: 1), worker(success: 0.1)]
        #expect(assign([job(lost: 2), job()], workers) == ["0→1", "1→0"])
        #expect(assign([job(lost: 1)], workers) == ["0→0"])
        #expect(assign([job(lost: 2)], [workers[0]]).isEmpty)
        #expect(assign([job(lost: 2), job(lost: 2)], [worker(), worker()]) == ["0→0"])
        #expect(assign([job(lost: 2), job()], [worker(), worker()]) == ["0→0", "1→1"])
        let busy = worker(inFlight: 1)
        #expect(assign([job(lost: 2), job()], [busy, worker(success: 0.1)], probation: [busy.id]) == ["1→1"])
    }
}
