// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Testing

struct PacingPolicyTests {
    private func factor(planned: Double = 1_000, done: Double, from factor: Double = 1) -> Double {
        PacingPolicy.decide(.init(planned: planned, done: done, effortFactor: factor)).outcome.effortFactor
    }

    @Test(arguments: [(0, 1.2), (899, 1.2), (900, 1), (1_000, 1), (1_100, 1), (1_101, 0.9), (5_000, 0.9)])
    func `a slow campaign gets a fifth more effort, one ahead a tenth less`(done: Double, factor: Double) {
        #expect(self.factor(done: done) == factor)
    }

    @Test func `the effort's factor stays between a half and three`() {
        #expect(factor(done: 0, from: 2.4) == 2.4 * 1.2)
        #expect(factor(done: 0, from: 2.6) == 3)
        #expect(factor(done: 2_000, from: 0.6) == 0.6 * 0.9)
        #expect(factor(done: 2_000, from: 0.55) == 0.5)
    }

    @Test func `the pace stays while nothing was planned`() {
        #expect(factor(planned: 0, done: 10, from: 1.5) == 1.5)
    }
}

struct EnvironmentPolicyTests {
    private func hasChanged(_ scores: [Double]) -> Bool {
        EnvironmentPolicy.decide(.init(dailyEliteScores: scores)).outcome.hasChanged
    }

    private func weeks(_ before: Double, _ after: Double) -> [Double] {
        [Double](repeating: before, count: 7) + [Double](repeating: after, count: 7)
    }

    @Test(arguments: [(0.7999, true), (0.8, true), (0.8001, false), (1, false), (1.2, false)])
    func `the market has changed when the best lost 20 % within a week`(after: Double, changed: Bool) {
        #expect(hasChanged(weeks(1, after)) == changed)
        #expect(hasChanged(weeks(0.3, 0.3 * after)) == changed)
    }

    @Test func `two weeks must be known, and only the newest two count`() {
        #expect(!hasChanged(Array(weeks(1, 0.1).dropFirst())))
        #expect(hasChanged([0.01, 0.01] + weeks(1, 0.5)))
        #expect(!hasChanged([5, 5] + weeks(1, 1)))
        #expect(!hasChanged([]))
    }

    @Test func `scores that are not positive say nothing`() {
        #expect(!hasChanged(weeks(0, 0)))
        #expect(!hasChanged(weeks(-1, -2)))
    }
}

struct FailurePolicyTests {
    private func consequence(_ kind: Failure.Class, inARow: Int) -> FailurePolicy.Consequence {
        FailurePolicy.decide(.init(class: kind, message: "why", inARow: inARow)).outcome.consequence
    }

    @Test(
        arguments: [
            (Failure.Class.timeOut, FailurePolicy.Consequence.goOn), (.rateLimit, .goOn), (.invalid, .goOn),
            (.unknown, .goOn), (.permission, .askPerson), (.notFound, .failCampaign),
        ]
    )
    func `the class of a failure decides what follows`(kind: Failure.Class, expected: FailurePolicy.Consequence) {
        #expect(consequence(kind, inARow: 1) == expected)
    }

    @Test(arguments: [Failure.Class.timeOut, .rateLimit, .invalid, .unknown])
    func `from 20 failures in a row on a person is asked`(kind: Failure.Class) {
        #expect(consequence(kind, inARow: 19) == .goOn)
        #expect(consequence(kind, inARow: 20) == .askPerson)
        #expect(consequence(kind, inARow: 21) == .askPerson)
    }

    @Test func `a missing thing fails the campaign however often it failed`() {
        #expect(consequence(.notFound, inARow: 20) == .failCampaign)
    }
}

struct AnomalyPolicyTests {
    private func kinds(
        direction: Direction = .lower,
        hourAgo: Double? = nil,
        now: Double? = nil,
        silence: Int64? = nil,
        overdue: TimeSpan = .zero,
        changePoint: Bool = false
    ) -> [Alert.Kind] {
        let silences = silence.map { [AnomalyPolicy.Silence(worker: "worker-01", span: TimeSpan(milliseconds: $0))] }
        return AnomalyPolicy.decide(
            AnomalyPolicy.Inputs(
                direction: direction,
                hourAgo: hourAgo,
                now: now,
                silences: silences ?? [],
                overdue: overdue,
                changePoint: changePoint
            )
        ).outcome.anomalies.map(\.kind)
    }

    @Test(arguments: [(9.99, false), (10, false), (10.01, true), (-20, false)])
    func `a fall of over 10 places within an hour is unusual`(fall: Double, isUnusual: Bool) {
        #expect(kinds(direction: .lower, hourAgo: 0, now: fall) == (isUnusual ? [.rankFell] : []))
        #expect(kinds(direction: .higher, hourAgo: 0, now: -fall) == (isUnusual ? [.rankFell] : []))
    }

    @Test func `a fall needs both rounds`() {
        #expect(kinds(hourAgo: nil, now: 100).isEmpty)
        #expect(kinds(hourAgo: 1, now: nil).isEmpty)
    }

    @Test(arguments: [(599_999, false), (600_000, true), (600_001, true)] as [(Int64, Bool)])
    func `a worker silent for 10 minutes is unusual`(silence: Int64, isUnusual: Bool) {
        #expect(kinds(silence: silence) == (isUnusual ? [.workerSilent] : []))
    }

    @Test(arguments: [(-1, false), (86_399_999, false), (86_400_000, false), (86_400_001, true)] as [(Int64, Bool)])
    func `a campaign over 24 hours late is unusual`(overdue: Int64, isUnusual: Bool) {
        #expect(kinds(overdue: TimeSpan(milliseconds: overdue)) == (isUnusual ? [.campaignLate] : []))
    }

    @Test func `all that is unusual is said, and nothing when nothing is`() {
        #expect(
            kinds(hourAgo: 1, now: 20, silence: 700_000, overdue: .hours(25), changePoint: true)
                == [.rankFell, .workerSilent, .campaignLate, .changePoint]
        )
        #expect(kinds(changePoint: true) == [.changePoint])
        #expect(kinds(hourAgo: 20, now: 20).isEmpty)
    }
}
