// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import Storage
import Testing

@testable import Jobs

@Suite(.timeLimit(.minutes(10)))
struct SharedFleetTests {
    @Test func `two servers have one fleet, with one leader for each group`() throws {
        let town = Town()
        try town.run {
            var puppets: [Town.Puppet] = []
            for number in 1...7 {
                puppets.append(try await town.enter("w\(number)", number % 2 == 0 ? town.first : town.second))
            }
            try await town.pass(15, puppets)
            let (here, there) = (try await town.first.gate.workers(), try await town.second.gate.workers())
            #expect(here.map(\.id) == there.map(\.id))
            #expect(here.map(\.name) == (1...7).map { "w\($0)" })
            #expect(here.map(\.group) == [1, 1, 1, 2, 2, 2, 3])
            for workers in [here, there] {
                #expect(workers.map(\.isLeader) == [true, false, false, true, false, false, true])
                #expect(workers.allSatisfy { $0.state == .idle && $0.leaderTerm == 1 })
            }
        }
    }

    @Test func `a worker that goes to another server is the same worker, and is not missed at the first`() throws {
        let town = Town()
        try town.run {
            let job = try await town.add()[0]
            let before = try await town.enter("w1", town.first)
            let taken = try #require(try await town.jobs(of: before).first)
            let report = JobReport(job: job.id, token: taken.lease?.token ?? "", outcome: .completed("{}"))
            #expect(try await town.first.gate.report([report], from: before.session) == [.accepted])
            try await town.pass(10, [before])
            let after = try await town.enter("w1", town.second)
            #expect(after.id == before.id)
            try await town.pass(300, [after])
            for office in [town.first, town.second] {
                let worker = try await town.worker(after.id, office)
                #expect(worker.state == .idle)
                #expect(worker.group == 1)
                #expect(worker.completed == 1)
                #expect(worker.isLeader)
                #expect(worker.leaderTerm == 1, "nobody else led meanwhile")
            }
            #expect(await town.first.dispatcher.workers.isEmpty)
        }
    }

    @Test func `isolation and release hold at every server`() throws {
        let town = Town()
        try town.run {
            let puppet = try await town.enter("w1", town.first)
            let job = try await town.add()[0]
            #expect(try await town.jobs(of: puppet).map(\.id) == [job.id])
            try await town.second.gate.isolate(puppet.id, reason: "it smells")
            #expect(try await town.store.job(job.id)?.state == .queued, "its jobs are free at once")
            #expect(try await town.store.job(job.id)?.workersLost == 0)
            try await town.clock.sleep(for: .seconds(6))
            for office in [town.first, town.second] {
                #expect(try await town.worker(puppet.id, office).state == .isolated)
                await #expect(throws: FleetRefusal.isolated(puppet.id)) { _ = try await town.enter("w1", office) }
            }
            try await town.first.gate.release(puppet.id)
            let again = try await town.enter("w1", town.second)
            try await town.pass(15, [again])
            for office in [town.first, town.second] {
                #expect(try await town.worker(puppet.id, office).state.isHealthy)
            }
        }
    }

    @Test func `a worker that is released while it is away is not missed, and not isolated again`() throws {
        let town = Town()
        try town.run {
            let puppet = try await town.enter("w1", town.first)
            try await town.pass(5, [puppet])
            try await town.first.gate.isolate(puppet.id, reason: "it smells")
            try await town.first.gate.release(puppet.id)
            #expect(try await town.worker(puppet.id, town.first).state == .offline)
            try await town.clock.sleep(for: .minutes(5))
            for office in [town.first, town.second] {
                #expect(try await town.worker(puppet.id, office).state == .offline)
            }
            let again = try await town.enter("w1", town.first)
            try await town.pass(10, [again])
            #expect(try await town.worker(puppet.id, town.first).state == .idle)
        }
    }

    @Test func `nothing is kept of sessions that are over, though their workers said nothing`() throws {
        let town = Town()
        try town.run {
            var sessions: [SessionID] = []
            for number in 1...9 { sessions.append(try await town.enter("w\(number)", town.first).session) }
            for _ in 1...3 { sessions.append(try await town.enter("w1", town.first).session) }
            #expect(await town.first.gate.count == 9)
            for session in sessions.suffix(1) { #expect(await town.first.gate.isOpen(session)) }
            try await town.clock.sleep(for: .seconds(40))
            for session in sessions { #expect(await !town.first.gate.isOpen(session)) }
            #expect(await town.first.gate.count == 0)
        }
    }

    @Test func `an order given at one server reaches the worker at another, until it begins anew`() throws {
        let town = Town()
        try town.run {
            let puppet = try await town.enter("w1", town.first)
            try await town.pass(10, [puppet])
            try await town.second.gate.restart(puppet.id)
            #expect(try await town.pass(10, [puppet]).first?.restart == 1)
            #expect(try await town.pass(5, [puppet]).first?.restart == 1, "the answer may have been lost")
            let anew = try await town.enter("w1", town.first)
            #expect(try await town.pass(10, [anew]).first?.restart == nil)
            try await StoredFleetControl(fleet: town.store, jobs: town.store, clock: town.clock).drain(anew.id)
            #expect(try await town.pass(10, [anew]).first?.drain == true)
            #expect(try await town.worker(anew.id, town.second).state == .draining)
            await #expect(throws: FleetRefusal.self) { try await town.second.gate.drain(town.ids.next()) }
        }
    }

    @Test func `workers within a server's process restart and drain on orders that the store keeps`() throws {
        let town = Town()
        try town.run {
            let fleet = EmbeddedFleet(
                dispatcher: town.first.dispatcher,
                handlers: [ProbeHandler(clock: town.clock)],
                clock: town.clock,
                sizes: FleetSizes(trialRunners: 1, observers: 0),
                kinds: [.probe]
            )
            let clock = town.clock
            try await race(
                { try await fleet.run() },
                {
                    try await clock.sleep(for: .seconds(10))
                    let worker = try #require(try await town.second.gate.workers().first).id
                    func session() async throws -> SessionID? {
                        try await town.store.sessions().first { $0.worker == worker }?.id
                    }
                    let first = try #require(try await session())
                    try await town.second.gate.restart(worker)
                    try await clock.sleep(for: .seconds(11))
                    let second = try #require(try await session())
                    #expect(second != first, "it has begun anew")
                    #expect(try await town.store.fleet(now: clock.now).orders.isEmpty)
                    try await clock.sleep(for: .seconds(20))
                    #expect(try await session() == second, "once")

                    try await town.second.gate.drain(worker)
                    try await clock.sleep(for: .seconds(16))
                    #expect(try await session() == nil, "it has left")
                    #expect(try await town.worker(worker, town.first).state == .offline)
                    let job = try await town.add()[0]
                    try await clock.sleep(for: .minutes(5))
                    #expect(try await town.store.job(job.id)?.state == .queued)
                    #expect(try await town.worker(worker, town.second).state == .offline, "and is not missed")
                    try await town.second.gate.restart(worker)
                    try await clock.sleep(for: .seconds(16))
                    #expect(try await town.store.job(job.id)?.state == .completed, "it has come back")
                    #expect(try await town.store.fleet(now: clock.now).orders.isEmpty)
                }
            )
        }
    }

    @Test func `a leader that is lost is replaced at another server, in a higher term`() throws {
        let town = Town()
        try town.run {
            let leader = try await town.enter("w1", town.first)
            let follower = try await town.enter("w2", town.second)
            let told = try await town.pass(10, [leader, follower])
            #expect(told.map(\.leadership?.leads) == [true, false])
            #expect(told.map(\.leadership?.term) == [1, 1])
            let fence = try #require(try await town.store.leases().first { $0.name == "group/1" }?.fence)
            var change = KnowledgeChange()
            change.fence = fence
            change.workers = [leader.admission.worker]
            try await town.store.commit(change, durability: .process)
            // Silent for two beats, then up to two looks.
            let later = try await town.pass(20, [follower])
            #expect(later.first?.leadership?.leads == true)
            #expect(later.first?.leadership?.term == 2)
            await #expect(throws: (any Error).self, "what the former leader says is refused") {
                try await town.store.commit(change, durability: .process)
            }
            let back = try await town.enter("w1", town.second)
            #expect(back.id == leader.id)
            let last = try await town.pass(15, [back, follower])
            #expect(last.map(\.leadership?.leads) == [true, false], "the first place leads")
            #expect(last.map(\.leadership?.term) == [3, 3])
        }
    }

    @Test func `jobs of a dead server are handed back, however often servers die`() throws {
        let town = Town()
        try town.run {
            let job = try await town.add()[0]
            for round in 1...4 {
                let name = "third-\(round)"
                let dispatcher = Dispatcher(
                    store: town.store,
                    fleet: town.store,
                    clock: town.clock,
                    ids: IdentifierGenerator(clock: town.clock, seed: UInt64(100 + round)),
                    server: name,
                    poll: .seconds(1),
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                )
                let gate = DispatcherGate(dispatcher)
                try await race(
                    { try await dispatcher.run() },
                    {
                        let admission = try await gate.register(
                            name: "w\(round)",
                            kinds: [.probe],
                            slots: 1,
                            resuming: nil
                        )
                        #expect(try await gate.pull(session: admission.session.id, limit: 1).map(\.id) == [job.id])
                    }
                )
                #expect(try await town.store.job(job.id)?.state == .leased)
                try await town.clock.sleep(for: .seconds(21))
                #expect(try await town.store.job(job.id)?.state == .queued, "handed back within 15 s and a look")
            }
            let known = try #require(try await town.store.job(job.id))
            #expect(known.workersLost == 0)
            #expect(known.attempt == 0)
        }
    }

    @Test func `a silent worker's jobs are free as soon as its lease is over, not at the next look`() throws {
        let town = Town()
        try town.run {
            try await town.clock.sleep(for: TimeSpan(milliseconds: 2_300))
            let job = try await town.add()[0]
            let puppet = try await town.enter("w1", town.first)
            #expect(try await town.jobs(of: puppet).map(\.id) == [job.id])
            try await town.clock.sleep(for: .seconds(11))
            #expect(try await town.store.job(job.id)?.state == .leased)
            try await town.clock.sleep(for: TimeSpan(milliseconds: 4_100))
            #expect(try await town.store.job(job.id)?.state == .queued)
        }
    }

    @Test func `a beat whose worker has not heard the answer before brings orders and renews nothing`() throws {
        let town = Town()
        try town.run {
            let puppet = try await town.enter("w1", town.first)
            let job = try await town.add()[0]
            #expect(try await town.jobs(of: puppet).map(\.id) == [job.id])
            try await town.pass(5, [puppet], holding: [job.id])
            for passed in [5, 10] {
                try await town.clock.sleep(for: .seconds(5))
                let orders = try await puppet.office.gate.beat(
                    session: puppet.session,
                    progress: [job.id: 0.5],
                    renews: false
                )
                #expect(orders.lease == .seconds(15 - passed))
            }
            try await town.clock.sleep(for: TimeSpan(milliseconds: 5_100))
            #expect(try await town.store.job(job.id)?.state == .queued)
        }
    }

    @Test func `what a worker has lost goes to others after a lease, and what it names does not`() throws {
        let town = Town()
        try town.run {
            let jobs = try await town.add(2)
            let puppet = try await town.enter("w1", town.first)
            #expect(try await town.jobs(of: puppet).map(\.id) == jobs.map(\.id))
            try await town.pass(15, [puppet], holding: [jobs[0].id])
            #expect(try await town.store.job(jobs[1].id)?.state == .leased)
            try await town.pass(10, [puppet], holding: [jobs[0].id])
            #expect(try await town.store.job(jobs[0].id)?.state == .leased)
            let lost = try #require(try await town.store.job(jobs[1].id))
            #expect(lost.lease?.token != jobs[1].lease?.token || lost.state == .queued)
            #expect(lost.workersLost == 0)
            #expect(await town.first.dispatcher.counts.released == 1)
        }
    }

    @Test func `a pull that a former session left behind takes nothing from the present one`() throws {
        let town = Town()
        try town.run {
            let former = try await town.enter("w1", town.first)
            let left = Task(executorPreference: town.clock) {
                try await former.office.gate.pull(session: former.session, limit: 2)
            }
            try await town.pass(5, [former])
            let present = try await town.enter("w1", town.first)
            let job = try await town.add()[0]
            try await town.clock.sleep(for: .seconds(1))
            #expect(try await town.jobs(of: present).map(\.id) == [job.id])
            await #expect(throws: FleetRefusal.sessionIsOver) { _ = try await left.value }
        }
    }

    @Test func `a worker whose server dies goes on with its job at another one`() throws {
        let town = Town()
        try town.run {
            let puppet = try await town.enter("w1", town.first)
            let jobs = try await town.add(2)
            let taken = try await town.jobs(of: puppet)
            #expect(Set(taken.map(\.id)) == Set(jobs.map(\.id)))
            let (kept, forgotten) = (taken[0], taken[1])
            let token = kept.lease?.token ?? ""
            town.first.death.open()
            try await town.clock.sleep(for: .seconds(8))
            let resumption = FleetResumption(session: puppet.session, jobs: [kept.id: token])
            let moved = try await town.enter("w1", town.second, resuming: resumption)
            #expect(moved.id == puppet.id)
            #expect(moved.admission.kept == [kept.id])
            #expect(try await town.jobs(of: moved).map(\.id) == [forgotten.id], "what it did not name is given out")
            try await town.pass(60, [moved], holding: [kept.id, forgotten.id])
            let orders = try await town.pass(5, [moved], holding: [kept.id, forgotten.id])
            #expect(orders.first?.cancel == [])
            let report = JobReport(job: kept.id, token: token, outcome: .completed("{}"))
            #expect(try await town.second.gate.report([report], from: moved.session) == [.accepted])
            #expect(try await town.store.job(kept.id)?.attempt == 1)
            await #expect(throws: FleetRefusal.sessionIsOver, "the former session is over") {
                _ = try await town.enter("w1", town.second, resuming: resumption)
            }
        }
    }
}
