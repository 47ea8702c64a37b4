// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Testing

struct CoursePolicyTests {
    private static func inputs(
        healthyShare: Double = 1,
        breachedGuardrail: String? = nil,
        budgetUsed: Double? = nil,
        timeProgress: Double = 0.1,
        comparison: CoursePolicy.Comparison = .unclear,
        gained: Double = 0,
        goalProgress: Double = 0,
        milestones: [Int] = []
    ) -> CoursePolicy.Inputs {
        CoursePolicy.Inputs(
            healthyShare: healthyShare,
            breachedGuardrail: breachedGuardrail,
            budgetUsed: budgetUsed,
            timeProgress: timeProgress,
            comparison: comparison,
            gained: gained,
            goalProgress: goalProgress,
            milestones: milestones
        )
    }

    private func outcome(_ inputs: CoursePolicy.Inputs) -> CoursePolicy.Outcome { CoursePolicy.decide(inputs).outcome }

    @Test(arguments: [(9.99, false), (10, true), (10.01, true), (-10, false), (0, false)])
    func `at 30 % of the time the effort grows when 10 places or more were gained`(gained: Double, scales: Bool) {
        let outcome = outcome(Self.inputs(timeProgress: 0.3, comparison: .better, gained: gained))
        #expect(outcome.action == (scales ? .scale : .continue))
        #expect(outcome.milestones == [30])
    }

    @Test(arguments: [CoursePolicy.Comparison.unclear, .worse])
    func `places that chance may have given do not make the effort grow`(comparison: CoursePolicy.Comparison) {
        let ruling = CoursePolicy.decide(Self.inputs(timeProgress: 0.3, comparison: comparison, gained: 12))
        #expect(ruling.outcome.action == .continue)
        #expect(ruling.outcome.milestones == [30])
        #expect(!ruling.reason.contains("fewer than 10"), "12 places are not fewer than 10")
    }

    @Test func `a reason does not round 9.99 places up to the 10 that it says were missed`() {
        let ruling = CoursePolicy.decide(Self.inputs(timeProgress: 0.3, comparison: .better, gained: 9.99))
        #expect(ruling.reason == "At 30 % of the time fewer than 10 places were gained: the effort stays.")
    }

    @Test(arguments: [(0.2999, []), (0.3, [30]), (0.3001, [30])])
    func `the 30 % rule is asked from 30 % of the time on`(timeProgress: Double, milestones: [Int]) {
        let outcome = outcome(Self.inputs(timeProgress: timeProgress, comparison: .better, gained: 10))
        #expect(outcome.milestones == milestones)
        #expect(outcome.action == (milestones.isEmpty ? .continue : .scale))
    }

    @Test(arguments: [(0.4999, CoursePolicy.Action.continue), (0.5, .stop), (0.5001, .stop), (1, .stop)])
    func `a campaign that is worse stops from half of the time on`(
        timeProgress: Double,
        action: CoursePolicy.Action
    ) {
        let outcome = outcome(Self.inputs(timeProgress: timeProgress, comparison: .worse, milestones: [30]))
        #expect(outcome.action == action)
        #expect(outcome.milestones == (action == .stop ? [50] : []))
    }

    @Test(arguments: [CoursePolicy.Comparison.better, .unclear])
    func `a campaign that is not worse goes on at half of the time`(comparison: CoursePolicy.Comparison) {
        let outcome = outcome(
            Self.inputs(timeProgress: 0.5, comparison: comparison, gained: -1, milestones: [30])
        )
        #expect(outcome == .init(action: .continue, phase: .explore, milestones: [50]))
    }

    @Test func `each rule is asked once`() {
        let asked = Self.inputs(timeProgress: 0.9, comparison: .worse, gained: 20, milestones: [30, 50])
        #expect(outcome(asked) == .init(action: .continue, phase: .explore, milestones: []))
        let scaled = Self.inputs(timeProgress: 0.4, comparison: .better, gained: 20, milestones: [30])
        #expect(outcome(scaled).action == .continue)
    }

    @Test(
        arguments: [
            (-0.1, SearchPhase.explore), (0, .explore), (0.2999, .explore), (0.3, .optimise), (0.3001, .optimise),
            (0.6999, .optimise), (0.7, .stabilise), (0.7001, .stabilise), (1, .stabilise),
        ]
    )
    func `the way to the target chooses the phase`(goalProgress: Double, phase: SearchPhase) {
        #expect(CoursePolicy.phase(goalProgress: goalProgress) == phase)
        let outcome = outcome(Self.inputs(goalProgress: goalProgress))
        #expect(outcome == .init(action: .continue, phase: phase, milestones: []))
    }

    @Test(arguments: [(0, true), (0.49, true), (0.5, true), (0.51, false), (1, false)])
    func `it is an emergency when half of the workers are not healthy`(share: Double, isEmergency: Bool) {
        let outcome = outcome(Self.inputs(healthyShare: share, goalProgress: 0.8))
        #expect(outcome.action == (isEmergency ? .hold : .continue))
        #expect(outcome.phase == (isEmergency ? .emergency : .stabilise))
    }

    @Test(arguments: [(nil, false), (0, false), (0.999, false), (1, true), (1.001, true)] as [(Double?, Bool)])
    func `the search ends when its budget is used`(used: Double?, concludes: Bool) {
        let outcome = outcome(Self.inputs(budgetUsed: used))
        #expect(outcome.action == (concludes ? .conclude : .continue))
    }

    @Test func `emergency comes before guardrail, budget, stop, scale and phase`() {
        var all = Self.inputs(
            healthyShare: 0.5,
            breachedGuardrail: "margin",
            budgetUsed: 1,
            timeProgress: 0.5,
            comparison: .worse,
            gained: 10,
            goalProgress: 0.7
        )
        #expect(outcome(all) == .init(action: .hold, phase: .emergency, milestones: []))
        all.healthyShare = 0.51
        #expect(outcome(all) == .init(action: .stop, phase: .stabilise, milestones: []))
        #expect(CoursePolicy.decide(all).reason.contains("margin"))
        all.breachedGuardrail = nil
        #expect(outcome(all) == .init(action: .conclude, phase: .stabilise, milestones: []))
        all.budgetUsed = 0.999
        #expect(outcome(all) == .init(action: .stop, phase: .stabilise, milestones: [50]))
        all.comparison = .better
        #expect(outcome(all) == .init(action: .continue, phase: .stabilise, milestones: [50]))
        all.milestones = [50]
        #expect(outcome(all) == .init(action: .scale, phase: .stabilise, milestones: [30]))
        all.milestones = [30, 50]
        #expect(outcome(all) == .init(action: .continue, phase: .stabilise, milestones: []))
    }
}
