// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
import Jobs
import Storage
import Testing

@testable import Agents

struct CampaignBookTests {
    @Test func `planned trials are set aside, each with its price`() throws {
        var desk = BookDesk()
        desk.plan(12)
        let change = desk.book.takeChange()
        #expect(change.generations.count == 1)
        #expect(change.trials.count == 12)
        #expect(change.trials.allSatisfy { $0.status == .planned })
        #expect(change.ledger.map(\.kind) == Array(repeating: .reserved, count: 12))
        #expect(change.ledger.allSatisfy { $0.amount == desk.goal.trial.cost })
        #expect(change.jobs.isEmpty)
        #expect(desk.book.spending == Spending(reservedTrials: 12, reserved: 6_000))
        #expect(desk.book.openTrials == 12)
        #expect(desk.book.nextBlock == 3)
        #expect(desk.book.nextPosition == 12)
        #expect(desk.book.takeChange().isEmpty)
    }

    @Test func `each unit of the oldest block gets one trial, and the next block waits for all of them`() throws {
        var desk = BookDesk()
        desk.plan(12)
        try desk.start()
        #expect(desk.running.map(\.block) == [0, 0, 0, 0])
        #expect(Set(desk.running.map(\.unit)).count == 4)
        let jobs = desk.book.takeChange().jobs
        #expect(jobs.map(\.id) == desk.running.compactMap(\.job))
        #expect(jobs.map(\.idempotencyKey) == desk.running.map { "trial:\($0.id)" })
        try desk.start()
        #expect(desk.book.takeChange().jobs.isEmpty)
        let block = desk.running
        for trial in block.dropLast() {
            #expect(try desk.complete(trial))
            try desk.start()
            #expect(desk.running.allSatisfy { $0.block == 0 })
        }
        #expect(try desk.complete(try #require(block.last)))
        try desk.start()
        #expect(desk.running.map(\.block) == [1, 1, 1, 1])
    }

    @Test func `a single unit has one combination at a time`() throws {
        var desk = BookDesk {
            $0.units = ["only"]
            $0.effort.blockSize = 5
        }
        desk.plan(10)
        var ended = 0
        while desk.book.openTrials > 0 {
            try desk.start()
            #expect(desk.running.count == 1)
            #expect(desk.running.map(\.position) == [ended])
            #expect(try desk.complete(try #require(desk.running.first)))
            ended += 1
        }
        #expect(ended == 10)
    }

    @Test func `a unit whose levers are on their way back gets no trial`() throws {
        var desk = BookDesk()
        desk.plan(8)
        try desk.start(restoring: ["u2", "u4"])
        #expect(desk.running.map(\.unit).sorted() == ["u1", "u3"])
        try desk.start()
        #expect(desk.running.map(\.unit).sorted() == ["u1", "u2", "u3", "u4"])
    }

    @Test func `a trial counts once, and only while it runs`() throws {
        var desk = BookDesk()
        desk.plan(8)
        let waiting = try #require(desk.book.trials.first)
        #expect(try !desk.complete(waiting))
        try desk.start()
        let trial = try #require(desk.running.first)
        _ = desk.book.takeChange()
        #expect(try desk.complete(trial, rank: 40))
        let settled = desk.book.takeChange()
        #expect(settled.ledger.map(\.kind) == [.settled])
        #expect(settled.ledger.map(\.trial) == [trial.id])
        #expect(settled.measurements.map(\.value) == [40])
        #expect(try !desk.complete(trial, rank: 10))
        #expect(try !desk.fail(trial))
        #expect(desk.book.takeChange().isEmpty)
        #expect(desk.book.spending == Spending(reservedTrials: 7, settledTrials: 1, reserved: 3_500, settled: 500))
        #expect(desk.book.endedTrials == 1)
        #expect(desk.book.trials.first { $0.id == trial.id }?.metrics["rank"] == 40)
    }

    @Test func `a failed trial counts as a result for learning, also where its price was released`() throws {
        var desk = BookDesk()
        desk.plan(8)
        try desk.start()
        let failing = try #require(desk.running.first)
        #expect(try desk.fail(failing))
        let completing = try #require(desk.running.first)
        #expect(try desk.complete(completing))
        #expect(desk.book.results == 2)
        try desk.book.cancelPlannedTrials(ids: desk.ids, at: desk.now)
        #expect(desk.book.results == 2)
        let released = CampaignBook(campaign: desk.book.campaign, trials: desk.book.trials, spending: Spending())
        #expect(released.endedTrials == 0)
        #expect(released.results == 2)
    }

    @Test func `a failed trial is paid for too`() throws {
        var desk = BookDesk()
        desk.plan(4)
        try desk.start()
        let trial = try #require(desk.running.first)
        #expect(try desk.fail(trial))
        let failed = try #require(desk.book.trials.first { $0.id == trial.id })
        #expect(failed.status == .failed)
        #expect(failed.cost == desk.goal.trial.cost)
        #expect(failed.failure?.class == .timeOut)
        #expect(desk.book.spending.settledTrials == 1)
        #expect(desk.book.results == 1)
        #expect(try !desk.complete(trial))
    }

    @Test func `cancelling gives reservations back, and cancels the jobs of what runs`() throws {
        var desk = BookDesk()
        desk.plan(12)
        try desk.start()
        let running = desk.running
        #expect(try desk.complete(running[0]))
        _ = desk.book.takeChange()
        try desk.book.cancelPlannedTrials(ids: desk.ids, at: desk.now)
        let planned = desk.book.takeChange()
        #expect(planned.ledger.map(\.kind) == Array(repeating: .released, count: 8))
        #expect(planned.cancelledJobs.isEmpty)
        #expect(desk.running.count == 3)
        try desk.book.cancelOpenTrials(ids: desk.ids, at: desk.now)
        let open = desk.book.takeChange()
        #expect(open.cancelledJobs == running.dropFirst().compactMap(\.job))
        #expect(desk.book.spending == Spending(settledTrials: 1, settled: 500))
        #expect(desk.book.openTrials == 0)
        #expect(try !desk.complete(running[1]))
        try desk.start()
        #expect(desk.running.isEmpty)
    }

    @Test(arguments: [(nil, nil, nil), (20, nil, 20), (nil, 5_499, 10), (20, 5_500, 11), (5, 50_000, 5), (20, 499, 0)])
    func `the budget left is the lesser of trials and money`(trials: Int?, amount: Int64?, left: Int?) {
        let desk = BookDesk {
            $0.budget = Budget(amount: amount.map { Money(minorUnits: $0, currency: .krw) }, trials: trials)
        }
        #expect(desk.book.budgetLeft == left)
    }

    @Test func `a lever is meant, then applied, and after a failure as it was meant`() throws {
        var desk = BookDesk()
        desk.plan(4)
        try desk.start()
        let (done, failed) = (desk.running[0], desk.running[1])
        for trial in desk.running {
            let lever = try #require(desk.book.levers[trial.unit])
            #expect(lever.combination == trial.combination)
            #expect(lever.trial == trial.id)
            #expect(!lever.isConfirmed)
        }
        #expect(try desk.complete(done))
        #expect(desk.book.levers[done.unit]?.isConfirmed == true)
        #expect(try desk.fail(failed))
        #expect(desk.book.levers[failed.unit]?.isConfirmed == false)
        desk.book.setLever(failed.unit, desk.goal.control, trial: nil, isConfirmed: true, at: desk.now)
        #expect(desk.book.levers[failed.unit]?.combination == desk.goal.control)
        #expect(desk.book.levers[failed.unit]?.trial == nil)
    }

    @Test func `a program that both applies and measures leaves no lever behind`() throws {
        var desk = BookDesk {
            $0.trial.kind = .command
            $0.trial.measure = Command(arguments: ["measure"])
        }
        desk.plan(4)
        try desk.start()
        #expect(!desk.book.hasLevers)
        #expect(desk.book.levers.isEmpty)
        #expect(desk.book.takeChange().jobs.allSatisfy { $0.kind == .trialCommand })
    }

    @Test func `outcomes are handed out once, when their whole block has ended`() throws {
        var desk = BookDesk()
        desk.plan(8)
        try desk.start()
        let block = desk.running
        for trial in block.dropLast() {
            #expect(try desk.complete(trial))
            #expect(desk.book.newOutcomes().isEmpty)
        }
        #expect(try desk.fail(try #require(block.last)))
        let outcomes = desk.book.newOutcomes()
        #expect(outcomes.map(\.combination) == block.map(\.combination))
        #expect(outcomes.map(\.succeeded) == [true, true, true, false])
        #expect(outcomes.map { $0.response == nil } == [false, false, false, true])
        #expect(outcomes.allSatisfy { $0.block == 0 })
        #expect(desk.book.newOutcomes().isEmpty)
    }

    @Test(arguments: 1...12)
    func `in every history the account agrees, the budget holds, and what was written is what is known`(
        seed: UInt64
    ) async throws {
        var desk = BookDesk(seed: seed) { $0.budget = Budget(trials: 40) }
        let clock = VirtualClock(start: BookDesk.beginning)
        let memory = MemoryStore()
        let folder = FileManager.default.temporaryDirectory.appending(path: "dure-book-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        let path = folder.appending(path: "book.db").path
        let database = try SQLiteStore(path: path, mode: .simulation, clock: clock)
        let stores: [any KnowledgeStore] = [memory, database]
        desk.book.update { $0.phase = .explore }
        var handedOut: [TrialOutcome] = []
        for _ in 0..<60 {
            try desk.stepAtRandom()
            if desk.chance(4) { handedOut += desk.book.newOutcomes() }
            let spending = desk.book.spending
            #expect(spending.reservedTrials == desk.book.openTrials)
            #expect(spending.reservedTrials + spending.settledTrials <= 40)
            #expect(try #require(desk.book.budgetLeft) == 40 - spending.reservedTrials - spending.settledTrials)
            #expect(Set(desk.running.map(\.unit)).count == desk.running.count)
            #expect(Set(desk.running.map(\.block)).count <= 1)
            guard desk.chance(3) else { continue }
            let change = desk.book.takeChange()
            for store in stores {
                try await store.commit(change, durability: .process)
                try await expectSame(desk, in: store)
            }
        }
        handedOut += desk.book.newOutcomes()
        let change = desk.book.takeChange()
        for store in stores {
            try await store.commit(change, durability: .process)
            var loaded = try await desk.load(from: store)
            #expect(loaded.newOutcomes().map(\.combination) == handedOut.map(\.combination))
        }
        try database.close()
    }

    private func expectSame(_ desk: BookDesk, in store: any KnowledgeStore) async throws {
        let loaded = try await desk.load(from: store)
        let book = desk.book
        #expect(loaded.campaign == book.campaign)
        #expect(loaded.generations == book.generations)
        #expect(loaded.trials == book.trials)
        #expect(loaded.spending == book.spending)
        #expect(loaded.levers == book.levers)
        #expect(loaded.openTrials == book.openTrials)
        #expect(loaded.nextBlock == book.nextBlock)
        #expect(loaded.nextPosition == book.nextPosition)
        #expect(loaded.budgetLeft == book.budgetLeft)
    }
}
