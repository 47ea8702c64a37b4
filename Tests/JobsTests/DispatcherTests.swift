// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Jobs

/// Runs whatever it is given.
struct ClosureHandler: JobHandler {
    let kinds: [JobKind]
    let work: @Sendable (Job, Worker) async throws -> String

    init(_ kinds: [JobKind] = [.probe], _ work: @escaping @Sendable (Job, Worker) async throws -> String) {
        self.kinds = kinds
        self.work = work
    }

    func run(_ job: Job, worker: Worker) async throws -> String { try await work(job, worker) }
}

@Suite struct DispatcherTests {
    private func house(runners: Int = 2, slots: Int = 1) -> House {
        House(sizes: FleetSizes(trialRunners: runners, observers: 0, slots: slots))
    }

    /// Runs a fleet until so many jobs have ended.
    private func run(_ house: House, handlers: [any JobHandler]? = nil, ends: Int) throws -> Timestamp {
        let countdown = Countdown(ends)
        return try house.run(fleet: house.fleet(handlers: handlers)) {
            await house.dispatcher.setHooks(DispatcherHooks(ended: { _, _ in await countdown.tick() }))
            try await countdown.done.wait()
            return house.clock.now
        }
    }

    @Test func `no worker holds more jobs than it has slots`() throws {
        let house = house(slots: 3)
        house.store.add(try (0..<30).map { _ in try house.probe(sleep: .hours(1)) })
        #expect(try run(house, ends: 30) == House.start + .hours(5))
    }

    @Test func `a delayed job starts at its instant, not before and not after`() throws {
        let house = house()
        let jobs = try [house.probe(in: .minutes(7)), house.probe(in: .minutes(3))]
        house.store.add(jobs)
        #expect(try run(house, ends: 2) == House.start + .minutes(7))
        let leased = house.store.trace.filter { $0.contains(" lease ") }.compactMap { $0.split(separator: " ").first }
        #expect(leased == [3, 7].map { Substring(String((House.start + .minutes($0)).milliseconds)) })
    }

    @Test func `what waits is given to a worker that comes later with a kind that nobody ran`() throws {
        let house = house()
        let late = try house.probe()
        house.store.add([late])
        let leased = try house.clock.run {
            try await race(
                {
                    let first = await house.dispatcher.register(name: "first", slots: 1, kinds: [.leverRestore])
                    try await house.dispatcher.started(first.id)
                    try await house.clock.sleep(for: .seconds(1))
                    let second = await house.dispatcher.register(name: "second", slots: 1, kinds: [.probe])
                    try await house.dispatcher.started(second.id)
                    try await house.clock.sleep(for: .seconds(1))
                    return try await house.store.job(late.id)?.worker == second.id
                },
                {
                    try await house.dispatcher.run()
                    return false
                }
            )
        }
        #expect(leased)
    }

    @Test func `jobs that are added later start when the dispatcher is woken`() throws {
        let house = house()
        let late = try house.probe()
        let countdown = Countdown(1)
        let end = try house.run {
            await house.dispatcher.setHooks(DispatcherHooks(ended: { _, _ in await countdown.tick() }))
            try await house.clock.sleep(for: .minutes(2))
            house.store.add([late])
            house.dispatcher.wake()
            try await countdown.done.wait()
            return house.clock.now
        }
        #expect(end == House.start + .minutes(2))
    }

    @Test func `a time-out is tried again after its wait, and the job is dead after the last try`() throws {
        let house = house()
        let job = try house.probe(failure: Failure(.timeOut, "too slow"))
        house.store.add([job])
        let end = try run(house, ends: 1)
        #expect(house.store.known(job.id)?.state == .dead)
        #expect(house.store.known(job.id)?.attempt == 3)
        #expect(end <= House.start + .seconds(3))
        #expect(house.store.trace.count { $0.contains(" delayed ") } == 2)
    }

    @Test func `an unknown failure is tried on another worker`() throws {
        let house = house()
        let job = try house.probe()
        house.store.add([job])
        let names = Locked<[String]>([])
        let record: @Sendable (String) -> Int = { name in
            names.withLock { names in
                names.append(name)
                return names.count
            }
        }
        struct Broken: Error {}
        let handler = ClosureHandler { _, worker in
            if record(worker.name) < 3 { throw Broken() }
            return "{}"
        }
        _ = try run(house, handlers: [handler], ends: 1)
        let tried = names.withLock { $0 }
        #expect(tried.count == 3)
        #expect(tried[0] != tried[1] && tried[1] != tried[2])
        #expect(house.store.known(job.id)?.state == .completed)
    }

    @Test func `a kind without a handler is a failure that says so`() throws {
        let house = house()
        let job = try house.probe()
        house.store.add([job])
        _ = try run(house, handlers: [], ends: 1)
        #expect(house.store.known(job.id)?.failure?.class == .invalid)
        #expect(house.store.known(job.id)?.failure?.message.contains("probe") == true)
        #expect(house.store.known(job.id)?.attempt == 1)
    }

    @Test func `a report that the store refuses is made again`() throws {
        let house = house()
        let job = try house.probe()
        house.store.add([job])
        house.store.refuse(4)
        #expect(try run(house, ends: 1) == House.start + .seconds(1 + 2 + 4 + 8))
        #expect(house.store.accepted == [job.id: 1])
    }

    @Test func `a store that refuses for good ends the fleet with its error`() throws {
        let house = house()
        house.store.add([try house.probe()])
        house.store.refuse(5)
        #expect(throws: TracingStore.Refused.self) { _ = try run(house, ends: 1) }
    }

    @Test func `a report without the current lease is dropped`() throws {
        let house = house()
        house.store.add([try house.probe()])
        let dispatcher = house.dispatcher
        let receipts = try house.clock.run {
            let (first, second) = (
                await dispatcher.register(name: "a", slots: 1), await dispatcher.register(name: "b", slots: 1)
            )
            try await dispatcher.started(first.id)
            try await dispatcher.dispatch()
            let job = try #require(try await dispatcher.pull(worker: first.id).first).job
            let token = try #require(job.lease?.token)
            let done = JobReport(job: job.id, token: token, outcome: .completed("{}"))
            let forged = JobReport(job: job.id, token: "other", outcome: .completed("{}"))
            return [
                try await dispatcher.report(forged, from: first.id), try await dispatcher.report(done, from: second.id),
                try await dispatcher.report(done, from: first.id), try await dispatcher.report(done, from: first.id),
            ]
        }
        #expect(receipts == [.stale, .stale, .accepted, .stale])
    }

    @Test func `a job whose lease is over runs elsewhere, and the first worker's late report is dropped`() throws {
        let house = house()
        let job = try house.probe()
        house.store.add([job])
        let dispatcher = house.dispatcher
        try house.clock.run {
            let (slow, other) = (
                await dispatcher.register(name: "a", slots: 1), await dispatcher.register(name: "b", slots: 1)
            )
            try await dispatcher.started(slow.id)
            try await dispatcher.dispatch()
            let first = try #require(try await dispatcher.pull(worker: slow.id).first)
            for _ in 0..<3 {
                try await house.clock.sleep(for: .seconds(5))
                await dispatcher.beat(other.id)
                #expect(!first.revocation.isOpen)
                try await dispatcher.look()
            }
            #expect(first.revocation.isOpen)
            try await dispatcher.dispatch()
            let second = try #require(try await dispatcher.pull(worker: other.id).first)
            #expect(second.job.id == first.job.id)
            let late = JobReport(job: job.id, token: first.job.lease?.token ?? "", outcome: .completed("late"))
            #expect(try await dispatcher.report(late, from: slow.id) == .stale)
            let done = JobReport(job: job.id, token: second.job.lease?.token ?? "", outcome: .completed("done"))
            #expect(try await dispatcher.report(done, from: other.id) == .accepted)
        }
        #expect(house.store.known(job.id)?.result == "done")
    }

    @Test func `cancelled jobs are stopped and their handlers awaited`() throws {
        let house = house()
        let job = try house.probe(sleep: .days(9))
        house.store.add([job])
        let stopped = Latch()
        let clock = house.clock
        let handler = ClosureHandler { _, _ in
            do {
                try await clock.sleep(for: .days(9))
            } catch {
                stopped.open()
                throw error
            }
            return "{}"
        }
        let end = try house.run(fleet: house.fleet(handlers: [handler])) {
            try await clock.sleep(for: .hours(1))
            try house.store.cancel(job.id)
            try await house.dispatcher.cancel([job.id])
            #expect(stopped.isOpen)
            #expect(await house.dispatcher.heldJobs == 0)
            return clock.now
        }
        #expect(end == House.start + .hours(1))
        #expect(house.store.accepted.isEmpty)
    }

    @Test func `draining takes no more, waits for what runs, and stops the rest at its bound`() throws {
        let house = house(runners: 2)
        let jobs = try [house.probe(sleep: .minutes(5)), house.probe(sleep: .hours(5)), house.probe()]
        house.store.add(jobs)
        let end = try house.run {
            try await house.clock.sleep(for: .minutes(1))
            try await house.dispatcher.drain(within: .minutes(10))
            return house.clock.now
        }
        #expect(end == House.start + .minutes(11))
        #expect(jobs.map { house.store.known($0.id)?.state } == [.completed, .leased, .queued])
    }

    @Test func `draining ends when nothing runs any more`() throws {
        let house = house(runners: 2)
        house.store.add(try [house.probe(sleep: .minutes(5)), house.probe(sleep: .minutes(4))])
        let end = try house.run {
            try await house.clock.sleep(for: .minutes(1))
            try await house.dispatcher.drain(within: .hours(10))
            return house.clock.now
        }
        #expect(end == House.start + .minutes(5))
    }

    @Test func `a shutdown in the middle of work reports nothing, and the next start runs the jobs`() throws {
        let house = house()
        let jobs = try (0..<4).map { _ in try house.probe(sleep: .hours(1)) }
        house.store.add(jobs)
        try house.run { try await house.clock.sleep(for: .minutes(30)) }
        #expect(jobs.map { house.store.known($0.id)?.state } == [.leased, .leased, .queued, .queued])

        let countdown = Countdown(4)
        let next = Dispatcher(
            store: house.store,
            clock: house.clock,
            ids: house.ids,
            sizes: house.sizes,
            hooks: DispatcherHooks(ended: { _, _ in await countdown.tick() })
        )
        let fleet = EmbeddedFleet(
            dispatcher: next,
            handlers: [ProbeHandler(clock: house.clock)],
            clock: house.clock,
            sizes: house.sizes
        )
        try house.clock.run {
            try await race(
                { try await countdown.done.wait() },
                { try await race({ try await next.run() }, { try await fleet.run() }) }
            )
        }
        #expect(house.store.accepted == Dictionary(uniqueKeysWithValues: jobs.map { ($0.id, 1) }))
    }

    @Test func `a worker that starts anew with jobs in its hands has all its slots again`() throws {
        let house = House()
        try house.clock.run {
            let worker = await house.dispatcher.register(name: "w", slots: 1, kinds: [.probe], isRemote: true)
            try await house.dispatcher.started(worker.id)
            house.store.add([try house.probe()])
            try await house.dispatcher.dispatch()
            #expect(await house.dispatcher.workers.first?.inFlight == 1)
            try await house.dispatcher.started(worker.id)
            #expect(await house.dispatcher.workers.first?.inFlight == 0)
            try await house.dispatcher.dispatch()
            #expect(await house.dispatcher.workers.first?.inFlight == 1)
        }
    }

    @Test func `a fleet whose workers all run trials observes ranks too`() throws {
        let house = House()
        try house.clock.run {
            let worker = await house.dispatcher.register(name: "w", slots: 2, kinds: JobKind.allCases, isRemote: true)
            try await house.dispatcher.started(worker.id)
            var job = try house.probe()
            job.kind = .rankObserve
            house.store.add([job])
            try await house.dispatcher.dispatch()
            #expect(await house.dispatcher.workers.first?.inFlight == 1)
        }
    }
}
