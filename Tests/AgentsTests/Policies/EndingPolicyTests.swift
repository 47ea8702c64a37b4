// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Testing

struct WinnerPolicyTests {
    private func candidate(_ levels: [Int], _ score: Double) -> WinnerPolicy.Candidate {
        WinnerPolicy.Candidate(combination: Combination(levels), score: score, trials: 4)
    }

    private func winner(_ finalists: [WinnerPolicy.Candidate], control: WinnerPolicy.Candidate?) -> [Int]? {
        WinnerPolicy.decide(.init(finalists: finalists, control: control)).outcome.winner?.levels
    }

    @Test(arguments: [(0.4999, false), (0.5, false), (0.5001, true)])
    func `the best wins only when it beats the control`(score: Double, wins: Bool) {
        let finalists = [candidate([1, 0], score), candidate([1, 1], 0.3)]
        #expect(winner(finalists, control: candidate([0, 0], 0.5)) == (wins ? [1, 0] : nil))
    }

    @Test func `the best of the finalists wins in whatever order they come`() {
        let finalists = [candidate([1, 0], 0.6), candidate([1, 1], 0.9), candidate([0, 1], 0.7)]
        #expect(winner(finalists, control: candidate([0, 0], 0.5)) == [1, 1])
        #expect(winner(finalists.reversed(), control: nil) == [1, 1])
    }

    @Test func `of equals the first combination wins`() {
        let finalists = [candidate([1, 1], 0.6), candidate([0, 1], 0.6), candidate([1, 0], 0.6)]
        #expect(winner(finalists, control: nil) == [0, 1])
        #expect(winner(finalists.reversed(), control: nil) == [0, 1])
    }

    @Test func `the control stays where nothing was measured`() {
        #expect(winner([], control: nil) == nil)
        #expect(winner([], control: candidate([0, 0], 0.5)) == nil)
    }
}

struct NextCampaignPolicyTests {
    private static func decide(
        _ rule: Ending.NextCampaign = .start,
        status: CampaignStatus = .completed,
        winner: Combination? = Combination([1, 0]),
        target: Double? = 20,
        direction: Direction = .lower,
        isReached: Bool = true
    ) -> NextCampaignPolicy.Outcome {
        NextCampaignPolicy.decide(
            NextCampaignPolicy.Inputs(
                rule: rule,
                status: status,
                winner: winner,
                target: target,
                direction: direction,
                isReached: isReached
            )
        ).outcome
    }

    private static let none = NextCampaignPolicy.Outcome(isCreated: false, isStarted: false, target: nil)

    @Test(arguments: CampaignStatus.allCases.filter { $0 != .completed })
    func `nothing follows a campaign that did not complete`(status: CampaignStatus) {
        #expect(Self.decide(status: status) == Self.none)
    }

    @Test func `nothing follows without a winner or where the goal asks for nothing`() {
        #expect(Self.decide(winner: nil) == Self.none)
        #expect(Self.decide(.none) == Self.none)
    }

    @Test func `the next campaign is proposed or started as the goal says`() {
        #expect(Self.decide(.propose) == .init(isCreated: true, isStarted: false, target: 16))
        #expect(Self.decide(.start) == .init(isCreated: true, isStarted: true, target: 16))
    }

    @Test(
        arguments: [
            (20, .lower, true, 16), (20, .lower, false, 20), (20, .higher, true, 24), (20, .higher, false, 20),
            (1, .lower, true, 1), (nil, .lower, true, nil),
        ] as [(Double?, Direction, Bool, Double?)]
    )
    func `a reached target is set a fifth further`(
        target: Double?,
        direction: Direction,
        isReached: Bool,
        next: Double?
    ) {
        #expect(Self.decide(target: target, direction: direction, isReached: isReached).target == next)
    }
}
