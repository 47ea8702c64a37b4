// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import MarketSimulation

struct TruthTests {
    @Test(arguments: UInt64(1)...20)
    func `the control, the best and the mean combination rank where they should`(seed: UInt64) {
        let market = market(seed: seed)
        let (best, score) = market.bestCombination()
        #expect(abs(market.noiseFreeRank(of: market.goal.control) - 80) < 0.5)
        #expect((8...12).contains(market.noiseFreeRank(of: best)))
        #expect((60...85).contains(market.meanRank()))
        #expect(score > market.noiseFreeScore(of: market.goal.control, weights: market.goal.score, depth: 200))
        #expect(market.meanScore() < score)
    }

    @Test
    func `the best combination is seldom that of the best main effects`() {
        let differing = (1...20).filter { seed in
            let surface = market(seed: UInt64(seed)).setting.model.surface
            return surface.best { _ in true } != surface.bestMainEffects
        }
        #expect(differing.count >= 15)
    }

    @Test(arguments: [0.0, 0.3, 0.8])
    func `interactions make their share of the variance`(share: Double) {
        let surface = market(settings: SimulationSettings(interactionShare: share)).setting.model.surface
        let all = Odometer(counts: surface.levelCounts).map { levels in
            let main = levels.enumerated().reduce(0) { $0 + surface.mainEffects[$1.offset][$1.element] }
            return (total: surface.strength(of: levels), main: main)
        }
        let rest = all.map { $0.total - $0.main }
        #expect(abs(mean(all.map(\.total))) < 1e-9)
        #expect(abs(mean(all.map { $0.total * $0.total }) - 1) < 1e-9)
        #expect(abs(mean(rest.map { $0 * $0 }) - share) < 1e-9)
    }

    @Test
    func `no combination scores better than the best, and the mean is the mean`() {
        let market = market(seed: 3)
        let (best, score) = market.bestCombination()
        let counts = market.goal.factors.map(\.levels.count)
        let scores = Odometer(counts: counts).map {
            market.noiseFreeScore(of: Combination($0), weights: market.goal.score, depth: market.goal.objective.depth)
        }
        #expect(scores.max() == score)
        #expect(market.noiseFreeScore(of: best, weights: market.goal.score, depth: 200) == score)
        #expect(abs(mean(scores) - market.meanScore()) < 1e-9)
    }

    @Test
    func `a broken margin costs the guardrail's part of the score`() throws {
        let market = market()
        let counts = market.goal.factors.map(\.levels.count)
        let all = Odometer(counts: counts).map { Combination($0) }
        let broken = all.filter { (market.noiseFreeMetrics(of: $0)["margin"] ?? 0) < 0.1 }
        #expect((0.02...0.5).contains(Double(broken.count) / Double(all.count)))
        let one = try #require(broken.first)
        let rank = market.noiseFreeRank(of: one)
        let score = market.noiseFreeScore(of: one, weights: ScoreWeights(), depth: 200)
        #expect(abs(score - (0.5 * (1 - rank / 200) + 0.3)) < 1e-12)
        #expect(try #require(market.noiseFreeMetrics(of: market.goal.control)["margin"]) > 0.2)
    }

    @Test
    func `a space too large to try through is climbed and sampled`() {
        var goal = sellerGoal(units: 2)
        goal.factors = (1...14).map { number in
            Factor(name: "x\(number)", levels: [.integer(1), .integer(2), .integer(3)])
        }
        let market = market(goal)
        let (best, _) = market.bestCombination()
        #expect((5...15).contains(market.noiseFreeRank(of: best)))
        #expect((60...85).contains(market.meanRank()))
    }

    @Test
    func `a goal with one factor of two levels has a market`() {
        var goal = sellerGoal(units: 1)
        goal.factors = [Factor(name: "color", levels: [.text("red"), .text("blue")])]
        let market = market(goal)
        #expect(abs(market.noiseFreeRank(of: goal.control) - 80) < 1)
        #expect(market.bestCombination().0 != Combination([-1]))
    }

    @Test
    func `the start rank and the number of competitors are followed`() {
        let settings = SimulationSettings(startRank: 300, competitors: 900)
        let market = market(settings: settings)
        #expect(abs(market.noiseFreeRank(of: market.goal.control) - 300) < 3)
        #expect(market.noiseFreeRank(of: market.bestCombination().0) < 100)
    }

    @Test(arguments: [Direction.higher, .lower], [nil, 40.0])
    func `another metric starts at one, or where its target can be reached`(direction: Direction, target: Double?) {
        var goal = sellerGoal()
        goal.objective = Objective(metric: "seconds", direction: direction, target: target)
        let market = market(goal)
        let control = market.noiseFreeMetric(of: goal.control)
        let best = market.noiseFreeMetric(of: market.bestCombination().0)
        #expect(control > 0)
        #expect(direction.isBetter(best, than: control))
        if target == nil { #expect(abs(control - 1) < 1e-12) }
        if let target {
            #expect(goal.objective.isMet(by: best))
            #expect(!goal.objective.isMet(by: control))
            #expect((target / 2...target * 2).contains(control))
        }
    }
}
