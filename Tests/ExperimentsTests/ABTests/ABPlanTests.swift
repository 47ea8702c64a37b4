// SPDX-License-Identifier: Apache-2.0

import Statistics
import Testing

@testable import Experiments

struct ABPlanTests {
    private func request(_ lift: Double) -> ABPlan.Request {
        var request = ABPlan.Request(baseline: 0.02)
        request.difference = 0.02 * lift
        request.daily = 4_000
        return request
    }

    @Test func `one look needs what the formula says, and as many days as the traffic makes of it`() throws {
        let plan = try ABPlan(request(0.1))
        #expect(plan.units == [80_682, 80_682] && plan.inflation == 1 || plan.inflation - 1 < 1e-6)
        #expect(plan.days == 41 && plan.schedule.count == 1)
        #expect(plan.notes.contains { $0.contains("42 days") })
    }

    @Test func `looks cost a few percent and end earlier when the difference is there`() throws {
        var request = request(0.2)
        request.looks = 14
        let plan = try ABPlan(request)
        #expect(plan.inflation > 1 && plan.inflation < 1.06)
        let last = try #require(plan.schedule.last)
        #expect(last.day == plan.days && (last.chanceToStop - 0.8).magnitude < 0.01)
        #expect((last.spent - 0.05).magnitude < 1e-9)
        let days = try #require(plan.days)
        let expected = try #require(plan.expectedDays)
        #expect(expected < Double(days) && expected > 0)
    }

    @Test func `the days at hand tell what can be found, and back`() throws {
        var request = request(0.1)
        request.difference = nil
        request.days = 40
        let plan = try ABPlan(request)
        #expect((plan.relativeLift ?? 0) > 0.1 && (plan.relativeLift ?? 1) < 0.102)
        var back = ABPlan.Request(baseline: 0.02)
        back.difference = plan.difference
        #expect((try ABPlan(back).unitsExact - 80_000).magnitude < 1)
    }

    @Test func `means, ratios and counts are planned too, and several variants share the error`() throws {
        var request = ABPlan.Request(baseline: 10)
        request.kind = .mean
        request.standardDeviation = 2
        request.difference = 0.4
        #expect(try ABPlan(request).units == [394, 394])
        request.shares = [1, 1, 1]
        let three = try ABPlan(request)
        #expect(three.units.count == 3 && three.units[0] > 394 && three.comparisonLevel == 0.025)
        request.kind = .count
        request.standardDeviation = nil
        #expect(try ABPlan(request).totalUnits > 0)
    }

    @Test func `what cannot be planned is an error with a remedy`() {
        var request = request(0)
        #expect(throws: StatisticsError.self) { try ABPlan(request) }
        request.difference = 0.99
        #expect(throws: StatisticsError.self) { try ABPlan(request) }
        request.difference = nil
        #expect(throws: StatisticsError.self) { try ABPlan(request) }
        request = self.request(0.1)
        request.baseline = .nan
        #expect(throws: StatisticsError.self) { try ABPlan(request) }
        request = self.request(1e-12)
        #expect(throws: StatisticsError.self) { try ABPlan(request) }
        request = self.request(0.1)
        request.daily = 0
        #expect(throws: StatisticsError.self) { try ABPlan(request) }
        request.daily = 1e-9
        #expect(throws: StatisticsError.self) { try ABPlan(request) }
        request = self.request(0.1)
        request.kind = .mean
        #expect(throws: StatisticsError.self) { try ABPlan(request) }
    }
}
