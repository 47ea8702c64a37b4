// SPDX-License-Identifier: Apache-2.0
import Domain
import Experiments
import Statistics
import Testing

@Suite struct RehearsalPowerTests {
    private func request(effect: Double, noise: Double = 1) -> RehearsalPower.Request {
        var goal = LearningSample.goal()
        goal.effort.generationSize = 18
        goal.effort.replicates = 4
        goal.ending.confirmationReplicates = 20
        goal.ending.finalists = 3
        var request = RehearsalPower.Request(
            goal: goal,
            searchTrials: 160,
            generationTrials: 80,
            effect: effect,
            noise: noise
        )
        request.simulations = 40
        return request
    }

    @Test func `a large effect is found, a tiny one is not, and nothing is confirmed too often`() throws {
        let large = try RehearsalPower.estimate(request(effect: 3))
        let tiny = try RehearsalPower.estimate(request(effect: 0.02))
        #expect(large.chance.estimate > 0.85, "\(large.chance)")
        #expect(tiny.chance.estimate < 0.15, "\(tiny.chance)")
        #expect(large.wrong.lower < 0.05)
        #expect(large.chance.lower < large.chance.estimate)
        #expect(large.trials == 160 + 3 * 10 + 40)
    }

    @Test func `the cheapest design reaches the wanted power with fewer trials for a larger effect`() throws {
        let large = try #require(try RehearsalPower.estimate(request(effect: 3)).cheapest)
        let small = try #require(try RehearsalPower.estimate(request(effect: 1)).cheapest)
        #expect(large.power >= 0.8)
        #expect(small.power >= 0.8)
        #expect(large.trials < small.trials)
        #expect(large.trials == large.runs * large.replicates)
    }

    @Test func `the same request gives the same answer`() throws {
        #expect(try RehearsalPower.estimate(request(effect: 1)) == RehearsalPower.estimate(request(effect: 1)))
    }

    @Test func `numbers outside their range are named`() {
        for (effect, noise) in [(0.0, 1.0), (-1, 1), (1, 0), (.nan, 1), (1, .infinity)] {
            #expect(throws: ExperimentError.self) {
                try RehearsalPower.estimate(request(effect: effect, noise: noise))
            }
        }
    }

    @Test func `the size that matters is stated, derived from the target, or a tenth of the start`() throws {
        var goal = LearningSample.goal()
        #expect(WorthwhileEffect(stated: 2, goal: goal, start: nil)?.size == 2)
        #expect(WorthwhileEffect(stated: nil, goal: goal, start: nil) == nil)
        #expect(WorthwhileEffect(stated: nil, goal: goal, start: 80)?.size == 8)
        goal.objective.target = 20
        #expect(WorthwhileEffect(stated: nil, goal: goal, start: 80)?.size == 20)
        #expect(WorthwhileEffect(stated: nil, goal: goal, start: 10)?.size == 1)
    }
}
