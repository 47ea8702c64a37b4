// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Agents
@testable import Experiments

struct WarmStartPolicyTests {
    private let ids = IdentifierGenerator(clock: VirtualClock(start: CampaignHouse.start), seed: 1)

    private func earlier(_ days: [Int], outcomes: Int = 10) -> [WarmStartPolicy.Earlier] {
        days.map { WarmStartPolicy.Earlier(campaign: ids.next(), outcomes: outcomes, days: $0) }
    }

    @Test(arguments: [(0, 0.5), (30, 0.5), (31, 0.25), (180, 0.25), (181, 0.1), (100_000, 0.1)])
    func `a result counts half for a month, a quarter for half a year, then a tenth`(days: Int, weight: Double) {
        let ruling = WarmStartPolicy.decide(.init(earlier: earlier([days])))
        #expect(ruling.outcome.shares.map(\.weight) == [weight])
        #expect(ruling.reason.hasSuffix("each counting \(weight) of a new one."))
    }

    @Test(arguments: [(0, 0), (1, 1), (3, 3), (4, 3)])
    func `the latest three campaigns are used`(count: Int, used: Int) {
        let all = earlier((0..<count).map { 400 - $0 })
        let shares = WarmStartPolicy.decide(.init(earlier: all)).outcome.shares
        #expect(shares.map(\.campaign) == all.suffix(used).map(\.campaign))
    }

    @Test func `a campaign without results takes no other's place`() {
        var all = earlier([9, 8, 7, 6])
        all[3].outcomes = 0
        let ruling = WarmStartPolicy.decide(.init(earlier: all))
        #expect(ruling.outcome.shares.map(\.campaign) == all.prefix(3).map(\.campaign))
        #expect(ruling.reason.hasPrefix("30 results of 3 earlier campaigns"))
        #expect(WarmStartPolicy.decide(.init(earlier: [all[3]])).outcome.shares.isEmpty)
    }
}

struct WorthPolicyTests {
    /// A goal whose metric has 100 places that count.
    private func inputs(
        gain: Double = 0.02,
        loss: Double = 0.1,
        trials: Int = 10,
        control: Double? = nil,
        _ change: (inout Goal) -> Void = { _ in }
    ) -> WorthPolicy.Inputs {
        let goal = SmallGoal.make {
            $0.ending.valuePerUnit = nil
            change(&$0)
        }
        let verdict = StoppingVerdict(
            isWorthwhile: true,
            expectedGain: gain,
            expectedLoss: loss,
            trials: trials,
            reason: ""
        )
        return WorthPolicy.Inputs(goal: goal, control: control, verdict: verdict, number: 3)
    }

    private func isWorthwhile(_ inputs: WorthPolicy.Inputs) -> Bool {
        WorthPolicy.decide(inputs).outcome.isWorthwhile
    }

    @Test(arguments: [(0.0, false), (0.004_99, false), (0.005, true), (0.3, true)])
    func `without a value a generation must improve the score by half a hundredth`(gain: Double, goesOn: Bool) {
        #expect(isWorthwhile(inputs(gain: gain)) == goesOn)
    }

    /// 10 trials at 500 cost 5,000; 0.02 of 100 places are 2 places.
    @Test(arguments: [(2_499, false), (2_500, false), (2_501, true)])
    func `with a value a generation must bring more than it costs`(value: Int64, goesOn: Bool) {
        let ruling = WorthPolicy.decide(
            inputs { $0.ending.valuePerUnit = Money(minorUnits: value, currency: .krw) }
        )
        #expect(ruling.outcome.isWorthwhile == goesOn)
        #expect(ruling.reason.contains("improve rank by 2, worth"))
        #expect(ruling.reason.contains("cost ₩5,000"))
    }

    @Test func `trials that cost nothing are worth any gain, and none without a gain`() {
        func free(_ gain: Double) -> WorthPolicy.Inputs {
            inputs(gain: gain) {
                $0.trial.cost = nil
                $0.ending.valuePerUnit = Money(minorUnits: 1, currency: .krw)
            }
        }
        #expect(isWorthwhile(free(1e-9)))
        #expect(!isWorthwhile(free(0)))
    }

    /// 0.1 of 100 places are 10 places.
    @Test(arguments: [(9.99, true), (10.0, true), (10.01, false)])
    func `a search ends when all that could still be found matters no more`(smallest: Double, goesOn: Bool) {
        let ruling = WorthPolicy.decide(inputs { $0.objective.smallestEffect = smallest })
        #expect(ruling.outcome.isWorthwhile == goesOn)
        #expect(ruling.reason.hasPrefix("All trials there could be") == !goesOn)
        let priced = inputs {
            $0.objective.smallestEffect = smallest
            $0.ending.valuePerUnit = Money(minorUnits: 1_000_000, currency: .krw)
        }
        #expect(isWorthwhile(priced) == goesOn)
    }

    @Test func `a unit of another metric is half of the control's level, and nothing while that is not known`() {
        func other(_ control: Double?) -> WorthPolicy.Inputs {
            inputs(control: control) {
                $0.objective = Objective(metric: "orders", direction: .higher, smallestEffect: 1_000)
                $0.ending.valuePerUnit = Money(minorUnits: 1, currency: .krw)
            }
        }
        #expect(other(50).responsePerUnit == 0.01)
        #expect(other(-50).responsePerUnit == 0.01)
        #expect(other(0).responsePerUnit == nil)
        #expect(other(nil).responsePerUnit == nil)
        #expect(isWorthwhile(other(nil)))
        #expect(!isWorthwhile(other(50)))
    }

    @Test func `beside further objectives a unit of the metric counts by its share`() {
        let alone = inputs()
        let shared = inputs {
            $0.furtherObjectives = [
                FurtherObjective(metric: "margin", direction: .higher, weight: 3)
            ]
        }
        #expect(alone.responsePerUnit == 0.01)
        #expect(shared.responsePerUnit == 0.0025)
    }

    @Test func `decisions of versions without a smallest effect are derived again`() throws {
        let text = try CanonicalJSON.text(inputs())
        #expect(!text.contains("smallestEffect"))
        #expect(try CanonicalJSON.decode(WorthPolicy.Inputs.self, from: text) == inputs())
    }
}
