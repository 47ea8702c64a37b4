// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Jobs

@Suite struct EmbeddedFleetTests {
    private struct History: Equatable {
        var trace: [String]
        var accepted: [JobID: Int]
        var workers: [Worker]
        var actions: [FleetAction]
    }

    /// 1,000 probes of six hours on 18 runners of two slots, one of which dies on the second day.
    private static func rehearse() throws -> (History, [Job]) {
        let house = House(timing: .rehearsal)
        let jobs = try (0..<1_000).map { _ in try house.probe(sleep: .hours(6)) }
        house.store.add(jobs)
        let actions = Locked<[FleetAction]>([])
        let record: @Sendable (FleetAction) -> Void = { action in actions.withLock { $0.append(action) } }
        let countdown = Countdown(jobs.count)
        let hooks = DispatcherHooks(
            ended: { _, _ in await countdown.tick() },
            fleet: { action, _ in record(action) }
        )
        let death = EmbeddedFleet.Death(workerIndex: 0, at: House.start + .hours(27))
        let workers = try house.run(fleet: house.fleet(death: death)) {
            await house.dispatcher.setHooks(hooks)
            try await countdown.done.wait()
            return await house.dispatcher.workers
        }
        let history = History(
            trace: house.store.trace,
            accepted: house.store.accepted,
            workers: workers,
            actions: actions.withLock { $0 }
        )
        return (history, jobs)
    }

    @Test func `every job counts once though a worker dies, and its worker ends isolated`() throws {
        let (history, jobs) = try Self.rehearse()
        #expect(history.accepted == Dictionary(uniqueKeysWithValues: jobs.map { ($0.id, 1) }))
        #expect(history.workers.count == 22)
        #expect(history.workers.map(\.state) == [.isolated] + Array(repeating: .idle, count: 21))
        #expect(history.trace.count { $0.contains(" release ") } == 2)
        let dead = history.workers[0].id
        let deputy = history.workers[1].id
        let about = history.actions.filter { $0.worker == dead || $0.worker == deputy }
        #expect(
            about.prefix(5) == [
                .becameSuspect(dead), .demote(dead, group: 1), .promote(deputy, group: 1, term: 2), .leaseExpired(dead),
                .becameUnresponsive(dead),
            ]
        )
        #expect(
            about.dropFirst(5).prefix(3) == [
                .restart(dead, attempt: 1), .restart(dead, attempt: 2), .restart(dead, attempt: 3),
            ]
        )
        #expect(about.count == 9)
        #expect(history.workers[1].isLeader)
    }

    @Test func `the same rehearsal gives the same history`() throws {
        #expect(try Self.rehearse().0 == Self.rehearse().0)
    }
}
