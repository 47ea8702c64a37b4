// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Testing

struct TargetPolicyTests {
    private static func decide(
        _ value: Double,
        target: Double = 20,
        direction: Direction = .lower,
        rounds: Int = 2,
        raises: Int = 0,
        budgetLeft: Bool = true
    ) -> TargetPolicy.Outcome {
        TargetPolicy.decide(
            TargetPolicy.Inputs(
                value: value,
                target: target,
                direction: direction,
                roundsOnTarget: rounds,
                raises: raises,
                budgetLeft: budgetLeft
            )
        ).outcome
    }

    @Test(
        arguments: [
            (19.99, Direction.lower, true), (20, .lower, true), (20.01, .lower, false),
            (19.99, .higher, false), (20, .higher, true), (20.01, .higher, true),
        ]
    )
    func `a round meets the target at it or beyond it`(value: Double, direction: Direction, isMet: Bool) {
        let outcome = Self.decide(value, direction: direction, rounds: 0)
        #expect(outcome == .init(roundsOnTarget: isMet ? 1 : 0, isReached: false, raisedTarget: nil))
    }

    @Test(arguments: [(0, 1, false), (1, 2, false), (2, 3, true), (3, 4, true)])
    func `three rounds in a row reach the target`(before: Int, after: Int, isReached: Bool) {
        let outcome = Self.decide(20, rounds: before, raises: 1)
        #expect(outcome == .init(roundsOnTarget: after, isReached: isReached, raisedTarget: nil))
    }

    @Test func `a round off the target begins the count anew`() {
        #expect(Self.decide(21, rounds: 2) == .init(roundsOnTarget: 0, isReached: false, raisedTarget: nil))
    }

    @Test(
        arguments: [
            (20, Direction.lower, 16), (20, .higher, 24), (1, .lower, 1), (1.25, .lower, 1), (2, .lower, 1.6),
        ]
    )
    func `a reached target is raised by 20 %, a rank never above the first`(
        target: Double,
        direction: Direction,
        raised: Double
    ) throws {
        let outcome = Self.decide(target, target: target, direction: direction)
        #expect(outcome.isReached)
        #expect(outcome.roundsOnTarget == 0)
        #expect(abs(try #require(outcome.raisedTarget) - raised) < 1e-12)
    }

    @Test(arguments: [(0, true, true), (1, true, false), (0, false, false), (1, false, false)])
    func `it is raised once, and only while the budget allows to go on`(
        raises: Int,
        budgetLeft: Bool,
        isRaised: Bool
    ) {
        let outcome = Self.decide(10, raises: raises, budgetLeft: budgetLeft)
        #expect(outcome.isReached)
        #expect((outcome.raisedTarget != nil) == isRaised)
    }
}
