// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Jobs

/// A roster, looked at when a test says so.
struct Muster {
    let ids: IdentifierGenerator
    let workers: [WorkerID]
    var roster: FleetRoster
    let start = House.start

    init(_ count: Int, sizes: FleetSizes = FleetSizes(), timing: FleetTiming = .real) {
        let ids = IdentifierGenerator(clock: VirtualClock(start: House.start), seed: 11)
        self.ids = ids
        workers = (0..<count).map { _ in ids.next() }
        roster = FleetRoster(timing: timing, sizes: sizes)
        for (index, id) in workers.enumerated() {
            roster.register(id, name: "w\(index)", slots: 2, now: start)
            _ = roster.beat(id, at: start)
        }
    }

    func worker(_ index: Int) -> Worker { roster.workers[index] }

    /// Lets everybody beat but some.
    mutating func beat(at milliseconds: Int64, except silent: Set<Int> = []) {
        for (index, id) in workers.enumerated() where !silent.contains(index) {
            _ = roster.beat(id, at: start + TimeSpan(milliseconds: milliseconds))
        }
    }

    mutating func look(at milliseconds: Int64) -> [FleetAction] {
        roster.look(now: start + TimeSpan(milliseconds: milliseconds))
    }

    /// Looks every five seconds, everybody beating but some, and returns what was asked for with its second.
    mutating func watch(from: Int64 = 5, to end: Int64, silent: Set<Int>) -> [(Int64, FleetAction)] {
        var actions: [(Int64, FleetAction)] = []
        for second in stride(from: from, through: end, by: 5) {
            beat(at: second * 1_000, except: silent)
            actions += look(at: second * 1_000).map { (second, $0) }
        }
        return actions
    }
}

@Suite struct FleetRosterTests {
    @Test func `a worker that was taken for gone is healthy with the next beat of its session`() {
        let start = Timestamp(milliseconds: 1_000_000)
        let id: WorkerID = IdentifierGenerator(clock: VirtualClock(start: House.start), seed: 1).next()
        var roster = FleetRoster(timing: .real)
        roster.register(id, name: "w1", slots: 1, now: start)
        _ = roster.leave(id)
        _ = roster.beat(id, at: start + .seconds(1))
        #expect(roster.worker(id)?.state == .offline)
        roster.arrived(id)
        _ = roster.beat(id, at: start + .seconds(2))
        #expect(roster.worker(id)?.state == .idle)
    }

    @Test func `the first eighteen run trials in groups of three, whose first leads, and the rest observe`() {
        let muster = Muster(22)
        let workers = muster.roster.workers
        #expect(workers.prefix(18).allSatisfy { $0.role == .trial })
        #expect(workers.suffix(4).allSatisfy { $0.role == .observer && $0.group == nil && !$0.isLeader })
        #expect(workers.prefix(18).map(\.group) == (0..<18).map { $0 / 3 + 1 })
        #expect(workers.prefix(18).map(\.isLeader) == (0..<18).map { $0 % 3 == 0 })
        let small = Muster(6, sizes: FleetSizes(trialRunners: 4, groupSize: 2))
        #expect(small.roster.workers.map(\.group) == [1, 1, 2, 2, nil, nil])
    }

    @Test func `who has gone is not missed, unless all have`() {
        var muster = Muster(4)
        for id in muster.workers.prefix(2) { _ = muster.roster.leave(id) }
        #expect(muster.roster.healthyShare == 1)
        for id in muster.workers { _ = muster.roster.leave(id) }
        #expect(muster.roster.healthyShare == 0)
    }

    @Test func `workers that run every kind share the roles as those that name none, and one of a single role has it`()
    {
        var muster = Muster(0, sizes: FleetSizes(trialRunners: 2))
        for (index, kinds) in [[JobKind.rankObserve], JobKind.allCases, JobKind.allCases, JobKind.allCases].enumerated()
        {
            muster.roster.register(muster.ids.next(), name: "\(index)", slots: 1, kinds: kinds, now: muster.start)
        }
        #expect(muster.roster.workers.map(\.role) == [.observer, .trial, .trial, .observer])
    }

    @Test func `where nobody observes, trial runners that can do it stand in`() {
        var muster = Muster(0)
        let (able, other, observer): (WorkerID, WorkerID, WorkerID) =
            (muster.ids.next(), muster.ids.next(), muster.ids.next())
        muster.roster.register(able, name: "able", slots: 1, kinds: JobKind.allCases, now: muster.start)
        muster.roster.register(other, name: "other", slots: 1, kinds: [.probe], now: muster.start)
        for id in [able, other] { _ = muster.roster.beat(id, at: muster.start) }
        #expect(muster.roster.standing(for: .observer).map(\.id) == [able])
        #expect(muster.roster.standing(for: .trial).map(\.id) == [able, other])
        muster.roster.register(observer, name: "observer", slots: 1, kinds: [.rankObserve], now: muster.start)
        _ = muster.roster.beat(observer, at: muster.start)
        #expect(muster.roster.standing(for: .observer).map(\.id) == [observer])
    }

    @Test func `a worker gets work from its first beat on`() {
        var roster = FleetRoster(timing: .real)
        let id = Muster(1).workers[0]
        #expect(roster.register(id, name: "w", slots: 1, now: House.start).state == .starting)
        #expect(roster.healthyShare == 0)
        #expect(roster.beat(id, at: House.start).isEmpty)
        #expect(roster.worker(id)?.state == .idle)
        #expect(roster.healthyShare == 1)
    }

    @Test(arguments: [(9_999, false), (10_000, true), (10_001, true)])
    func `one missed beat makes a worker suspect`(silence: Int64, isSuspect: Bool) {
        var muster = Muster(3)
        muster.beat(at: 4_000)
        _ = muster.look(at: 4_000)
        muster.beat(at: 4_000 + silence, except: [2])
        let actions = muster.look(at: 4_000 + silence)
        #expect(actions == (isSuspect ? [.becameSuspect(muster.workers[2])] : []))
        #expect(muster.worker(2).state == (isSuspect ? .suspect : .idle))
    }

    @Test(arguments: [(14_999, false), (15_000, true), (15_001, true)])
    func `fifteen seconds of silence end the lease, once`(silence: Int64, isOver: Bool) {
        var muster = Muster(3)
        muster.beat(at: 9_000, except: [2])
        _ = muster.look(at: 9_000)
        muster.beat(at: silence, except: [2])
        let actions = muster.look(at: silence)
        #expect(actions.contains(.leaseExpired(muster.workers[2])) == isOver)
        muster.beat(at: 20_000, except: [2])
        #expect(muster.look(at: 20_000).contains(.leaseExpired(muster.workers[2])) == !isOver)
    }

    @Test(arguments: [(59_999, false), (60_000, true), (60_001, true)])
    func `sixty seconds of silence begin the recovery`(silence: Int64, begins: Bool) {
        var muster = Muster(6)
        _ = muster.watch(to: 55, silent: [5])
        #expect(muster.worker(5).state == .suspect)
        muster.beat(at: silence, except: [5])
        let actions = muster.look(at: silence)
        let id = muster.workers[5]
        #expect(actions == (begins ? [.becameUnresponsive(id), .restart(id, attempt: 1)] : []))
    }

    @Test func `three restarts are tried with their delays, then the worker is isolated`() {
        var muster = Muster(6)
        let id = muster.workers[5]
        let actions = muster.watch(to: 120, silent: [5]).filter { $0.0 >= 60 }
        #expect(
            actions.dropLast().map(\.1) == [
                .becameUnresponsive(id), .restart(id, attempt: 1), .restart(id, attempt: 2), .restart(id, attempt: 3),
            ]
        )
        #expect(actions.map(\.0) == [60, 60, 65, 75, 90])
        guard case .isolate(id, let notice)? = actions.last?.1 else {
            Issue.record("no isolation: \(actions)")
            return
        }
        #expect(notice.contains("w5") && notice.contains("3 restarts"))
        #expect(muster.worker(5).state == .isolated)
        #expect(muster.roster.healthyShare == 5.0 / 6)
    }

    @Test func `a beat makes a silent worker healthy, whatever came before isolation`() {
        for end in [Int64(10), 15, 60, 65, 75] {
            var muster = Muster(6)
            _ = muster.watch(to: end, silent: [5])
            #expect(!muster.worker(5).state.isHealthy)
            #expect(
                muster.roster.beat(muster.workers[5], at: muster.start + .seconds(Int(end) + 1))
                    == [.recovered(muster.workers[5])]
            )
            #expect(muster.worker(5).state == .idle)
        }
    }

    @Test func `an isolated worker comes back only by being reinstated`() {
        var muster = Muster(6)
        _ = muster.watch(to: 120, silent: [5])
        #expect(muster.roster.beat(muster.workers[5], at: muster.start + .seconds(121)).isEmpty)
        #expect(muster.worker(5).state == .isolated)
        #expect(
            muster.roster.reinstate(muster.workers[5], at: muster.start + .seconds(122))
                == [.recovered(muster.workers[5])]
        )
        #expect(muster.worker(5).restarts == 0)
        #expect(muster.worker(5).state == .idle)
    }

    @Test(arguments: [(55, 1), (60, 0), (65, 0)])
    func `restarts are forgotten after a minute of health`(health: Int64, restarts: Int) {
        var muster = Muster(6)
        _ = muster.watch(to: 60, silent: [5])
        #expect(muster.worker(5).restarts == 1)
        _ = muster.watch(from: 65, to: 65 + health, silent: [])
        #expect(muster.worker(5).restarts == restarts)
    }

    @Test func `the success rate is nine tenths of the old and one tenth of the newest`() {
        var muster = Muster(1)
        let id = muster.workers[0]
        muster.roster.assigned(to: id, now: muster.start)
        #expect(muster.worker(0).state == .working)
        muster.roster.finished(by: id, succeeded: false, now: muster.start + .seconds(1))
        #expect(muster.worker(0).successRate == 0.9)
        #expect(muster.worker(0).state == .idle)
        muster.roster.finished(by: id, succeeded: true, now: muster.start + .seconds(2))
        #expect(abs(muster.worker(0).successRate - 0.91) < 1e-12)
        muster.roster.finished(by: id, succeeded: nil, now: muster.start + .seconds(3))
        #expect(abs(muster.worker(0).successRate - 0.91) < 1e-12)
        #expect(muster.worker(0).completed == 1)
        #expect(muster.worker(0).failed == 1)
        #expect(muster.worker(0).inFlight == 0)
    }

    @Test func `while a leader is away the follower with the fewest jobs leads, and then the leader again`() {
        var muster = Muster(6)
        let ids = muster.workers
        muster.roster.assigned(to: ids[1], now: muster.start)
        let away = muster.watch(to: 10, silent: [0]).map(\.1)
        #expect(away == [.becameSuspect(ids[0]), .demote(ids[0], group: 1), .promote(ids[2], group: 1, term: 2)])
        #expect(muster.roster.workers.prefix(3).map(\.leaderTerm) == [2, 2, 2])
        let back = muster.roster.beat(ids[0], at: muster.start + .seconds(12))
        #expect(back == [.recovered(ids[0]), .demote(ids[2], group: 1), .promote(ids[0], group: 1, term: 3)])
        #expect(muster.roster.workers.map(\.isLeader) == [true, false, false, true, false, false])
    }

    @Test func `a deputy that falls silent too is followed by the next, and nobody leads a group that is all silent`() {
        var muster = Muster(12)
        let ids = muster.workers
        _ = muster.watch(to: 10, silent: [0])
        #expect(muster.worker(1).isLeader)
        let next = muster.watch(from: 15, to: 20, silent: [0, 1]).map(\.1)
        #expect(next.suffix(2) == [.demote(ids[1], group: 1), .promote(ids[2], group: 1, term: 3)])
        _ = muster.watch(from: 25, to: 35, silent: [0, 1, 2])
        #expect(muster.worker(2).isLeader)
        #expect(muster.roster.workers.prefix(3).allSatisfy { !$0.state.isHealthy })
    }

    @Test func `a follower that starts before its leader does not take the lead`() {
        var roster = FleetRoster(timing: .real)
        let ids = Muster(3).workers
        for id in ids { roster.register(id, name: "w", slots: 1, now: House.start) }
        #expect(roster.beat(ids[1], at: House.start).isEmpty)
        #expect(roster.workers.map(\.isLeader) == [true, false, false])
    }

    @Test(arguments: [(1, true), (2, true), (3, false), (4, false)])
    func `where a third fall silent together nobody is isolated, and one notice says so`(silent: Int, isolates: Bool) {
        var muster = Muster(9)
        let actions = muster.watch(to: 300, silent: Set(0..<silent)).map(\.1)
        let isolated = actions.count { if case .isolate = $0 { true } else { false } }
        let notices = actions.count { if case .correlatedFailure = $0 { true } else { false } }
        #expect(isolated == (isolates ? silent : 0))
        #expect(notices == (isolates ? 0 : 1))
        #expect(actions.count { if case .restart = $0 { true } else { false } } == 3 * silent)
    }

    @Test(arguments: [(55, 1), (60, 1), (65, 0)])
    func `those fell silent together whose silences began within a minute`(distance: Int64, notices: Int) {
        var muster = Muster(6)
        var actions = muster.watch(to: distance, silent: [0]).map(\.1)
        actions += muster.watch(from: distance + 5, to: distance + 400, silent: [0, 1]).map(\.1)
        #expect(actions.count { if case .correlatedFailure = $0 { true } else { false } } == notices)
    }

    @Test func `one of three that stay silent alone is isolated after the others came back`() {
        var muster = Muster(6)
        _ = muster.watch(to: 200, silent: [0, 1, 2])
        #expect(muster.roster.workers.allSatisfy { $0.state != .isolated })
        let actions = muster.watch(from: 205, to: 300, silent: [0]).map(\.1)
        #expect(muster.worker(0).state == .isolated)
        #expect(actions.count { if case .isolate = $0 { true } else { false } } == 1)
    }

    @Test(arguments: [(14_999, true), (15_000, false), (3_600_000, false)])
    func `a pause of the looker itself is held against nobody`(pause: Int64, isHeld: Bool) {
        var muster = Muster(3)
        _ = muster.look(at: 0)
        #expect(muster.look(at: pause).isEmpty == !isHeld)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `every change of state is one that the table has`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var muster = Muster(7, sizes: FleetSizes(trialRunners: 5))
        var silent: Set<Int> = []
        var states = muster.roster.workers.map(\.state)
        for second in stride(from: Int64(5), to: 20_000, by: 5) {
            let index = Int.random(in: 0..<7, using: &generator)
            if Int.random(in: 0..<6, using: &generator) == 0 { silent.formSymmetricDifference([index]) }
            let id = muster.workers[index]
            let now = muster.start + .seconds(Int(second))
            let isHealthy = muster.worker(index).state.isHealthy
            switch Int.random(in: 0..<5, using: &generator) {
            case 0 where isHealthy: muster.roster.assigned(to: id, now: now)
            case 1: muster.roster.finished(by: id, succeeded: true, now: now)
            case 2: muster.roster.released(id)
            case 3: _ = muster.roster.reinstate(id, at: now)
            default: break
            }
            check(&states, muster, seed: seed)
            muster.beat(at: second * 1_000, except: silent)
            check(&states, muster, seed: seed)
            for action in muster.look(at: second * 1_000) {
                if case .leaseExpired(let id) = action { muster.roster.released(id) }
            }
            check(&states, muster, seed: seed, mayRestart: true)
        }
    }

    private func check(_ states: inout [WorkerState], _ muster: Muster, seed: UInt64, mayRestart: Bool = false) {
        for (old, worker) in zip(states, muster.roster.workers) where old != worker.state {
            let isWayThrough = mayRestart && old == .suspect && WorkerState.unresponsive.canMove(to: worker.state)
            #expect(old.canMove(to: worker.state) || isWayThrough, "\(old) → \(worker.state), seed \(seed)")
        }
        states = muster.roster.workers.map(\.state)
        for group in 1...2 {
            #expect(muster.roster.workers.count { $0.group == group && $0.isLeader } == 1, "seed \(seed)")
        }
    }
}
