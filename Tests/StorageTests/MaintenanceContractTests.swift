// SPDX-License-Identifier: Apache-2.0

import Domain
import Storage
import Testing

/// What every store keeps of maintenance windows.
@Suite(.timeLimit(.minutes(10)))
struct MaintenanceContractTests {
    private func plan(_ target: MaintenanceTarget, cron: String? = "*/5 * * * *", together: Bool = false)
        -> MaintenancePlan
    {
        MaintenancePlan(target: target, cron: cron, length: .minutes(1), together: together, nextAt: Sample.at(60))
    }

    @Test func `targets are written as they are read`() {
        for target in [MaintenanceTarget.groups, .group(7), .worker("a/b")] {
            #expect(MaintenanceTarget(target.text) == target)
        }
        for text in ["", "group", "group/", "group/0", "group/x", "worker", "worker/", "groups/1", "all"] {
            #expect(MaintenanceTarget(text) == nil)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a plan fires once for each time, whoever looks`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let plan = plan(.group(1))
            try await store.write(plan)
            let window = MaintenanceWindow(plan, target: .group(1), at: Sample.at(61))
            #expect(try await store.fire(plan, windows: [window], next: Sample.at(360)))
            #expect(try await !store.fire(plan, windows: [window], next: Sample.at(360)))
            var view = try await store.fleet(now: Sample.at(61))
            #expect(view.plans.map(\.nextAt) == [Sample.at(360)])
            #expect(view.windows == [window])
            var once = self.plan(.worker("w1"), cron: nil)
            once.restarts = true
            try await store.write(once)
            let other = MaintenanceWindow(once, target: .worker("w1"), at: Sample.at(61))
            #expect(try await store.fire(once, windows: [other], next: nil))
            view = try await store.fleet(now: Sample.at(61))
            #expect(view.plans.count == 1, "what is done once has no plan any more")
            #expect(view.windows == [window, other])
            #expect(try await store.removePlan(.group(1)))
            #expect(try await !store.removePlan(.group(1)))
            #expect(try await store.fleet(now: Sample.at(61)).windows == [other], "nor does its window wait")
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a rest for once leaves the nightly plan of its target alone`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let (nightly, once) = (plan(.group(1)), plan(.group(1), cron: nil))
            try await store.write(nightly)
            try await store.write(once)
            #expect(try await store.fleet(now: Sample.at(60)).plans == [nightly, once])
            #expect(try await store.fire(once, windows: [], next: nil))
            #expect(try await store.fleet(now: Sample.at(60)).plans == [nightly])
            try await store.write(once)
            #expect(try await store.removePlan(.group(1)))
            #expect(try await store.fleet(now: Sample.at(60)).plans.isEmpty, "both end")
        }
    }

    @Test(arguments: Implementation.allCases)
    func `one group rests at a time, unless all are to`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            for together in [false, true] {
                let plan = plan(.groups, together: together)
                try await store.write(plan)
                let waiting = [1, 2].map { MaintenanceWindow(plan, target: .group($0), at: Sample.at(60)) }
                #expect(try await store.fire(plan, windows: waiting, next: nil))
                let gathering = waiting.map { window in
                    var window = window
                    window.phase = .gathering
                    return window
                }
                #expect(try await store.advance(waiting[0], to: gathering[0], fence: nil))
                #expect(try await !store.advance(waiting[0], to: gathering[0], fence: nil), "it did")
                #expect(try await store.advance(waiting[1], to: gathering[1], fence: nil) == together)
                #expect(try await store.advance(gathering[0], to: nil, fence: nil))
                if !together { #expect(try await store.advance(waiting[1], to: gathering[1], fence: nil)) }
                #expect(try await store.advance(gathering[1], to: nil, fence: nil))
                #expect(try await store.fleet(now: Sample.at(60)).windows.isEmpty)
            }
        }
    }

    @Test(arguments: Implementation.allCases)
    func `a former leader's window does not move`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let plan = plan(.group(1))
            try await store.write(plan)
            let window = MaintenanceWindow(plan, target: .group(1), at: Sample.at(60))
            #expect(try await store.fire(plan, windows: [window], next: nil))
            let old = try await store.acquireLease("group/1", holder: "a", for: .seconds(10), now: Sample.at(60))
            let new = try await store.acquireLease("group/1", holder: "b", for: .seconds(10), now: Sample.at(71))
            #expect(new.term == old.term + 1)
            await #expect(throws: (any Error).self) {
                _ = try await store.advance(window, to: nil, fence: old.fence)
            }
            #expect(try await store.fleet(now: Sample.at(71)).windows == [window])
            #expect(try await store.advance(window, to: nil, fence: new.fence))
        }
    }

    @Test(arguments: Implementation.allCases)
    func `two that would rest at once do not`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            for _ in 0..<8 {
                let plan = plan(.groups)
                try await store.write(plan)
                let waiting = (1...6).map { MaintenanceWindow(plan, target: .group($0), at: Sample.at(60)) }
                #expect(try await store.fire(plan, windows: waiting, next: nil))
                let begun = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for window in waiting {
                        group.addTask {
                            var next = window
                            next.phase = .gathering
                            return try await store.advance(window, to: next, fence: nil)
                        }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(begun == 1)
                for window in try await store.fleet(now: Sample.at(60)).windows {
                    #expect(try await store.advance(window, to: nil, fence: nil))
                }
            }
        }
    }
}
