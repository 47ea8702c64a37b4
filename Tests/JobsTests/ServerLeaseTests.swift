// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import Storage
import Testing

@testable import Jobs

@Suite(.timeLimit(.minutes(10)))
struct ServerLeaseTests {
    @Test func `a server without its lease gives no work out until it has it again`() throws {
        let town = Town()
        try town.run {
            let puppet = try await town.enter("w1", town.first)
            let lease = try #require(try await town.store.leases().first { $0.name == "server/first" })
            // Another process of this name took it.
            try await town.store.releaseLease(lease.name, holder: lease.holder, term: lease.term)
            let other = try await town.store.acquireLease(
                lease.name,
                holder: "x",
                for: .seconds(30),
                now: town.clock.now
            )
            #expect(other.term == lease.term + 1)
            try await town.pass(10, [puppet])
            let job = try await town.add()[0]
            try await town.pass(10, [puppet])
            #expect(try await town.store.job(job.id)?.state == .queued)
            await #expect(throws: FleetRefusal.notReady) { _ = try await town.enter("w2", town.first) }
            let turnedAway = await town.first.dispatcher.workers.first { $0.name == "w2" }
            #expect(turnedAway?.state == .offline, "nobody misses who was not let in")
            // It runs out; the sessions are over by then, and the worker comes anew.
            try await town.clock.sleep(for: .seconds(20))
            let anew = try await town.enter("w1", town.first)
            #expect(try await town.jobs(of: anew).map(\.id) == [job.id])
        }
    }

    @Test(arguments: [false, true])
    func `a second process of a server's name takes nothing from one that lives, and at once what a dead one left`(
        _ isSeenDead: Bool
    ) throws {
        let town = Town()
        try town.run {
            let puppet = try await town.enter("w1", town.first)
            let job = try await town.add()[0]
            #expect(try await town.jobs(of: puppet).map(\.id) == [job.id])
            let isDead = Latch()
            let twin = Dispatcher(
                store: town.store,
                fleet: town.store,
                clock: town.clock,
                ids: IdentifierGenerator(clock: town.clock, seed: 99),
                server: "first",
                identity: ServerIdentity(mark: "twin") { $0 == "first's" && isDead.isOpen },
                poll: .seconds(1),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let gate = DispatcherGate(twin)
            try await race(
                { try await twin.run() },
                {
                    try await town.pass(30, [puppet], holding: [job.id])
                    #expect(await !twin.isEntitled)
                    #expect(await town.first.dispatcher.isEntitled)
                    #expect(try await town.store.job(job.id)?.state == .leased, "the one that lives keeps its workers")
                    await #expect(throws: FleetRefusal.notReady) {
                        _ = try await gate.register(name: "w2", kinds: [.probe], slots: 1, resuming: nil)
                    }
                    if isSeenDead { isDead.open() }
                    town.first.death.open()
                    // Seen at the next look; otherwise when the lease of 15 s is over.
                    try await town.clock.sleep(for: .seconds(isSeenDead ? 6 : 21))
                    #expect(await twin.isEntitled)
                    #expect(try await town.store.job(job.id)?.state == .queued)
                    #expect(try await town.store.job(job.id)?.workersLost == 0)
                }
            )
        }
    }

    @Test func `what was cancelled elsewhere is stopped here at the second look`() throws {
        let town = Town()
        try town.run {
            let puppet = try await town.enter("w1", town.first)
            let job = try await town.add()[0]
            #expect(try await town.jobs(of: puppet).map(\.id) == [job.id])
            _ = try await town.store.cancel([job.id], now: town.clock.now)
            let orders = try await town.pass(15, [puppet], holding: [job.id])
            #expect(orders.first?.cancel == [job.id])
            try await town.pass(5, [puppet])
            #expect(await town.first.dispatcher.heldJobs == 0)
        }
    }

    @Test func `what is leased here to nobody is handed back at the second look`() throws {
        let town = Town()
        try town.run {
            let puppet = try await town.enter("w1", town.first)
            try await town.first.gate.drain(puppet.id)
            let job = try await town.add()[0]
            // A claim whose answer was lost.
            let claim = try await town.store.claim(ClaimRequest(kinds: [.probe], limit: 1), now: town.clock.now) {
                jobs in
                jobs.map { JobAssignment(job: $0.id, worker: puppet.id, session: puppet.session, token: "lost") }
            }
            #expect(claim.jobs.map(\.id) == [job.id])
            try await town.pass(5, [puppet])
            #expect(try await town.store.job(job.id)?.state == .leased, "it may be on its way")
            try await town.pass(10, [puppet])
            #expect(try await town.store.job(job.id)?.state == .queued)
            #expect(try await town.store.job(job.id)?.workersLost == 0)
        }
    }
}
