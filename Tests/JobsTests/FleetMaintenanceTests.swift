// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import Storage
import Testing

@testable import Jobs

@Suite(.timeLimit(.minutes(10)))
struct FleetMaintenanceTests {
    @Test func `a group rests in its window, and comes back by itself`() throws {
        let town = Town()
        try town.run {
            let puppet = try await town.enter("w1", town.first)
            let busy = try await town.add()[0]
            #expect(try await town.jobs(of: puppet).map(\.id) == [busy.id])
            try await town.pass(10, [puppet], holding: [busy.id])
            var wish = MaintenanceWish(target: "group/1", length: 30_000, patience: 20_000)
            wish.restarts = true
            _ = try await town.second.gate.plan(wish)
            // Due at the next look of either server: gathering, with the running job left alone.
            try await town.pass(10, [puppet], holding: [busy.id])
            #expect(try await town.second.gate.maintenance().windows.map(\.phase) == [.gathering])
            let next = try await town.add()[0]
            try await town.pass(5, [puppet], holding: [busy.id])
            #expect(try await town.store.job(busy.id)?.state == .leased)
            #expect(try await town.store.job(next.id)?.state == .queued, "it gets no new work")
            #expect(try await town.worker(puppet.id, town.second).isResting == true)
            // Its patience ends: the job is handed back, and the worker is told to start anew.
            let orders = try await town.pass(25, [puppet], holding: [busy.id])
            #expect(try await town.second.gate.maintenance().windows.map(\.phase) == [.open])
            #expect(try await town.store.job(busy.id)?.state == .queued)
            #expect(try await town.store.job(busy.id)?.workersLost == 0)
            #expect(orders.first?.cancel == [busy.id])
            #expect(orders.first?.restart == 1)
            let anew = try await town.enter("w1", town.first)
            try await town.pass(10, [anew])
            #expect(try await town.store.job(next.id)?.state == .queued)
            try await town.pass(35, [anew])
            #expect(try await town.second.gate.maintenance() == MaintenanceBoard())
            #expect(Set(try await town.jobs(of: anew).map(\.id)) == [busy.id, next.id])
        }
    }

    @Test(arguments: ["group/7", "worker/nobody"])
    func `a rest of nobody is refused, and the refusal says who there is`(_ target: String) throws {
        let town = Town()
        try town.run {
            _ = try await town.enter("w1", town.first)
            let fault = await #expect(throws: MaintenanceWish.Fault.self) {
                _ = try await town.first.gate.plan(MaintenanceWish(target: target, length: 30_000))
            }
            #expect(fault?.field == "target")
            #expect(fault?.value == target)
            #expect(fault?.expected.hasSuffix(target.hasPrefix("group") ? ": group/1" : ": worker/w1") == true)
            #expect(try await town.first.gate.maintenance() == MaintenanceBoard())
            _ = try await town.first.gate.plan(MaintenanceWish(target: "worker/w1", length: 30_000))
        }
    }

    @Test func `groups rest one after the other, and at the times of the plan`() throws {
        let town = Town()
        try town.run {
            var puppets: [Town.Puppet] = []
            for number in 1...4 {
                puppets.append(try await town.enter("w\(number)", number % 2 == 0 ? town.first : town.second))
            }
            try await town.pass(15, puppets)
            _ = try await town.first.gate.plan(MaintenanceWish(target: "groups", cron: "*/5 * * * *", length: 20_000))
            var resting: Set<Set<Int>> = []
            for _ in 0..<132 {
                try await town.pass(5, puppets)
                let now = Set(try await town.first.gate.workers().filter { $0.isResting == true }.compactMap(\.group))
                resting.insert(now)
            }
            #expect(resting == [[], [1], [2]], "never both")
            let plan = try #require(try await town.second.gate.maintenance().plans.first)
            #expect(plan.nextAt > town.clock.now)
            #expect(plan.nextAt - House.start == .minutes(15))
            #expect(try await town.second.gate.endMaintenance(of: .groups))
            #expect(try await !town.second.gate.endMaintenance(of: .groups))
        }
    }
}
