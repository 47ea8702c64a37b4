// SPDX-License-Identifier: Apache-2.0

import Domain
import Storage
import Testing

/// What every store keeps of the fleet.
@Suite(.timeLimit(.minutes(10)))
struct FleetContractTests {
    private let sample = Sample()

    private func newcomer(_ name: String, role: WorkerRole? = nil, continues: Bool = false) -> FleetNewcomer {
        FleetNewcomer(
            id: sample.ids.next(),
            name: name,
            role: role,
            trialRunners: 4,
            groupSize: 3,
            continues: continues
        )
    }

    private func standing(_ member: FleetMember, done: Int, epoch: Int? = nil) -> FleetStanding {
        var worker = Worker(id: member.id, name: member.name, role: member.role, slots: 2, registeredAt: Sample.start)
        worker.state = .working
        worker.completed = done
        worker.failed = 1
        worker.successRate = 0.75
        return FleetStanding(worker: worker, epoch: epoch ?? member.epoch)
    }

    @Test(arguments: Implementation.allCases)
    func `a name is one worker, which keeps its identity, seat, record and isolation`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let first = try await store.enrol(newcomer("w1"), now: Sample.start)
            #expect(first.seat == FleetSeat(group: 1, place: 0))
            #expect(first.epoch == 1)
            try await store.note([standing(first, done: 3)])
            let isolation = FleetMember.Isolation(reason: "too slow", since: Sample.at(1))
            #expect(try await store.isolate(first.id, isolation))
            #expect(try await store.isolate(first.id, .init(reason: "later", since: Sample.at(2))))
            let again = try await store.enrol(newcomer("w1"), now: Sample.at(9))
            #expect(again.id == first.id)
            #expect(again.seat == first.seat)
            #expect(again.enrolledAt == Sample.start)
            #expect(again.epoch == 2)
            #expect(again.record == FleetRecord(successRate: 0.75, completed: 3, failed: 1))
            #expect(again.isolation == isolation, "the first reason stays")
            #expect(try await store.isolate(first.id, nil))
            let view = try await store.fleet(now: Sample.at(9))
            #expect(view.members.first?.isolation == nil)
            #expect(view.standings[first.id]?.state == .working)
            #expect(try await !store.isolate(sample.ids.next(), isolation))
        }
    }

    @Test(arguments: Implementation.allCases)
    func `the first free seat is given, and roles follow the order or the kinds`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            var members: [FleetMember] = []
            for number in 1...5 { members.append(try await store.enrol(newcomer("w\(number)"), now: Sample.start)) }
            let seats = [(1, 0), (1, 1), (1, 2), (2, 0)].map { FleetSeat(group: $0.0, place: $0.1) }
            #expect(members.map(\.seat) == seats + [nil])
            #expect(members.map(\.role) == [.trial, .trial, .trial, .trial, .observer])
            let wanted = try await store.enrol(newcomer("w6", role: .trial), now: Sample.start)
            #expect(wanted.seat == FleetSeat(group: 2, place: 1), "who wants a role has it")
            let watcher = try await store.enrol(newcomer("w7", role: .observer), now: Sample.start)
            #expect(watcher.seat == nil)
            #expect(try await store.forget(members[1].id))
            #expect(try await !store.forget(members[1].id))
            let heir = try await store.enrol(newcomer("w8"), now: Sample.start)
            #expect(heir.seat == members[1].seat)
            let moved = try await store.enrol(newcomer("w7", role: .trial), now: Sample.start)
            #expect(moved.id == watcher.id)
            #expect(moved.seat == FleetSeat(group: 2, place: 2))
            let back = try await store.enrol(newcomer("w7", role: .observer), now: Sample.start)
            #expect(back.seat == nil)
            #expect(back.epoch == 3)
            let view = try await store.fleet(now: Sample.start)
            #expect(view.members.map(\.name) == ["w1", "w8", "w3", "w4", "w6", "w5", "w7"])
        }
    }

    @Test(arguments: Implementation.allCases)
    func `servers that enrol at once give no seat twice and no name two workers`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let (sample, names) = (sample, (0..<24).map { "w\($0 % 12)" })
            let members = try await withThrowingTaskGroup(of: FleetMember.self) { group in
                for name in names {
                    group.addTask {
                        let newcomer = FleetNewcomer(
                            id: sample.ids.next(),
                            name: name,
                            role: .trial,
                            trialRunners: 18,
                            groupSize: 3
                        )
                        return try await store.enrol(newcomer, now: Sample.start)
                    }
                }
                var members: [FleetMember] = []
                for try await member in group { members.append(member) }
                return members
            }
            #expect(Set(members.map(\.id)).count == 12)
            #expect(Set(members.compactMap(\.seat)).count == 12)
            let view = try await store.fleet(now: Sample.start)
            #expect(view.members.map(\.seat) == (0..<12).map { FleetSeat(group: $0 / 3 + 1, place: $0 % 3) })
            #expect(view.members.allSatisfy { $0.epoch == 2 })
        }
    }

    @Test(arguments: Implementation.allCases)
    func `servers that open sessions of one worker at once leave one, the newest`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let (sample, worker) = (sample, sample.ids.next(Worker.self))
            for round in 0..<20 {
                let opened = try await withThrowingTaskGroup(of: WorkerSession.self) { group in
                    for server in ["a", "b", "c", "d"] {
                        let session = WorkerSession(
                            id: sample.ids.next(),
                            worker: worker,
                            server: server,
                            expiresAt: Sample.at(15)
                        )
                        group.addTask { try await store.openSession(session, now: Sample.start).session }
                    }
                    var opened: [WorkerSession] = []
                    for try await session in group { opened.append(session) }
                    return opened.sorted { $0.epoch < $1.epoch }
                }
                #expect(opened.map(\.epoch) == (1...4).map { round * 4 + $0 })
                #expect(try await store.sessions().map(\.id) == [try #require(opened.last).id])
            }
        }
    }

    @Test(arguments: Implementation.allCases)
    func `what a server writes of a worker that is with another one is passed over`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let here = try await store.enrol(newcomer("w1"), now: Sample.start)
            let there = try await store.enrol(newcomer("w1"), now: Sample.start)
            try await store.note([standing(there, done: 5)])
            try await store.note([standing(here, done: 2)])
            let view = try await store.fleet(now: Sample.start)
            #expect(view.members.map(\.record.completed) == [5])
            #expect(view.standings[here.id]?.completed == 5)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `an order is kept until its worker begins anew`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let member = try await store.enrol(newcomer("w1"), now: Sample.start)
            let order = FleetOrder(worker: member.id, kind: .restart, givenAt: Sample.start)
            #expect(try await store.give(order))
            #expect(try await store.give(FleetOrder(worker: member.id, kind: .restart, givenAt: Sample.at(3))))
            #expect(try await store.give(FleetOrder(worker: member.id, kind: .drain, givenAt: Sample.at(4))))
            #expect(try await !store.give(FleetOrder(worker: sample.ids.next(), kind: .drain, givenAt: Sample.start)))
            _ = try await store.enrol(newcomer("w1", continues: true), now: Sample.at(5))
            let orders = try await store.fleet(now: Sample.at(5)).orders
            #expect(orders.map(\.kind) == [.drain, .restart], "a worker that moved still has to")
            #expect(orders.last == order)
            _ = try await store.enrol(newcomer("w1"), now: Sample.at(6))
            #expect(try await store.fleet(now: Sample.at(6)).orders.isEmpty)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a worker that has a session is not forgotten`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let member = try await store.enrol(newcomer("w1"), now: Sample.start)
            let session = WorkerSession(id: sample.ids.next(), worker: member.id, server: "a", expiresAt: Sample.at(15))
            _ = try await store.openSession(session, now: Sample.start)
            #expect(try await !store.forget(member.id))
            let view = try await store.fleet(now: Sample.start)
            #expect(view.sessions[member.id]?.server == "a")
            _ = try await store.endSessions([session.id], as: .handedBack, now: Sample.at(1))
            #expect(try await store.forget(member.id))
            #expect(try await store.fleet(now: Sample.at(1)).members.isEmpty)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a view has the leases that are held`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            _ = try await store.acquireLease("group/1", holder: "x", for: .seconds(10), now: Sample.start)
            _ = try await store.acquireLease("server/a", holder: "y", for: .seconds(20), now: Sample.start)
            let early = try await store.fleet(now: Sample.at(9))
            #expect(early.held("group/1")?.holder == "x")
            #expect(early.isAlive(server: "a"))
            #expect(early.isAlive(server: ""))
            #expect(!early.isAlive(server: "b"))
            let late = try await store.fleet(now: Sample.at(10))
            #expect(late.held("group/1") == nil)
            #expect(late.leases["group/1"]?.holder == "x")
            #expect(late.isAlive(server: "a"))
            #expect(try await !store.fleet(now: Sample.at(20)).isAlive(server: "a"))
        }
    }

    // MARK: - Sessions and their servers

    @Test(arguments: Implementation.allCases)
    func `a dead server's jobs are handed back, a silent worker's are lost`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            for (server, span) in [("a", 15), ("b", 60)] {
                let name = WorkerSession.lease(ofServer: server)
                _ = try await store.acquireLease(name, holder: server, for: .seconds(span), now: Sample.start)
            }
            let jobs = [sample.job(.probe), sample.job(.probe), sample.job(.probe)]
            _ = try await store.enqueue(jobs, durability: .process)
            var sessions: [WorkerSession] = []
            for server in ["a", "b", ""] {
                let session = WorkerSession(
                    id: sample.ids.next(),
                    worker: sample.ids.next(),
                    server: server,
                    expiresAt: Sample.at(20)
                )
                sessions.append(try await store.openSession(session, now: Sample.start).session)
            }
            let assignments = zip(jobs, sessions).map { job, session in
                JobAssignment(job: job.id, worker: session.worker, session: session.id, token: "t\(job.id)")
            }
            let request = ClaimRequest(kinds: [.probe], limit: 9)
            let claim = try await store.claim(request, now: Sample.start) { _ in assignments }
            #expect(claim.jobs.count == 3)
            #expect(try await store.endExpiredSessions(by: "", now: Sample.at(14)).sessions.isEmpty)
            let first = try await store.endExpiredSessions(by: "", now: Sample.at(15))
            #expect(first.sessions.map(\.id) == [sessions[0].id])
            #expect(first.released.map(\.id) == [jobs[0].id])
            #expect(first.released.map(\.workersLost) == [0], "the worker is not to blame")
            let foreign = try await store.endExpiredSessions(by: "", now: Sample.at(20))
            #expect(
                foreign.sessions.map(\.id) == [sessions[2].id],
                "a server that has its lease judges its own workers"
            )
            let own = try await store.endExpiredSessions(by: "b", now: Sample.at(20))
            let second = (sessions: foreign.sessions + own.sessions, released: foreign.released + own.released)
            #expect(Set(second.sessions.map(\.id)) == [sessions[1].id, sessions[2].id])
            #expect(second.released.map(\.workersLost) == [1, 1])
            #expect(try await store.job(jobs[0].id)?.attempt == 0)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a session moves with the jobs that its worker still has`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let jobs = [sample.job(.probe), sample.job(.probe)]
            _ = try await store.enqueue(jobs, durability: .process)
            let worker: WorkerID = sample.ids.next()
            let old = WorkerSession(id: sample.ids.next(), worker: worker, server: "a", expiresAt: Sample.at(20))
            _ = try await store.openSession(old, now: Sample.start)
            let claim = try await store.claim(ClaimRequest(kinds: [.probe], limit: 9), now: Sample.start) { jobs in
                jobs.map { JobAssignment(job: $0.id, worker: worker, session: old.id, token: "t\($0.id)") }
            }
            #expect(claim.jobs.count == 2)
            let new = WorkerSession(id: sample.ids.next(), worker: worker, server: "b", expiresAt: Sample.at(30))
            let theirs = WorkerSession(
                id: sample.ids.next(),
                worker: sample.ids.next(),
                server: "b",
                expiresAt: Sample.at(30)
            )
            #expect(
                try await store.moveSession(old.id, to: theirs, keeping: [], now: Sample.at(9)) == nil,
                "another worker's"
            )
            let found = try await store.moveSession(old.id, to: new, keeping: ["t\(jobs[0].id)"], now: Sample.at(9))
            let moved = try #require(found)
            #expect(moved.session.epoch == 2)
            #expect(moved.kept.map(\.id) == [jobs[0].id])
            #expect(moved.kept.first?.lease == JobLease(token: "t\(jobs[0].id)", worker: worker, session: new.id))
            #expect(moved.released.map(\.id) == [jobs[1].id])
            #expect(moved.released.first?.workersLost == 0)
            #expect(try await store.job(jobs[0].id)?.lease?.session == new.id)
            #expect(try await store.renewSessions([old.id, new.id], for: .seconds(9), now: Sample.at(9)) == [new.id])
            #expect(try await store.moveSession(old.id, to: new, keeping: [], now: Sample.at(9)) == nil, "it is over")
            let report = JobReport(job: jobs[0].id, token: "t\(jobs[0].id)", outcome: .completed("{}"))
            #expect(try await store.finish(report, now: Sample.at(10), retryDelay: nil) == .accepted)
        }
    }
}
