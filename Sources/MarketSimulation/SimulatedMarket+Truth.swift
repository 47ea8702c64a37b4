// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation

/// What is true of all combinations under the goal's own weights and depth.
struct MarketTruth: Sendable {
    var best: Combination
    var bestScore: Double
    var meanScore: Double
    var meanRank: Double
}

extension SimulatedMarket {
    /// The rank at which a combination comes to rest: the mean over the units, without shock and noise.
    package func noiseFreeRank(of combination: Combination) -> Double {
        setting.model.steadyRank(of: setting.model.offer(clamped(combination).levels))
    }

    /// The value of the objective's metric at rest; the rank when the objective is one.
    package func noiseFreeMetric(of combination: Combination) -> Double {
        guard !goal.objective.isRank else { return noiseFreeRank(of: combination) }
        let strength = setting.model.surface.strength(of: clamped(combination).levels)
        return metricValue(ofStrength: strength, objective: goal.objective)
    }

    /// The metrics to be expected of one trial window of average hours at rest, guardrails' metrics included.
    package func noiseFreeMetrics(of combination: Combination) -> [String: Double] {
        let offer = setting.model.offer(clamped(combination).levels)
        return noiseFreeMetrics(of: offer, rank: setting.model.steadyRank(of: offer))
    }

    /// The score (B2) of a combination at rest: every trial succeeds, and guardrails hold always or never.
    ///
    /// The rank's part is `1 - rank / depth`, not below 0. For another metric with value `v` and the control's value `c` it is
    /// `v / (v + c)` where more is better and `c / (v + c)` where less is: one half at the control, and between 0 and 1.
    package func noiseFreeScore(of combination: Combination, weights: ScoreWeights, depth: Int) -> Double {
        score(of: clamped(combination).levels, weights: weights, depth: depth).score
    }

    /// The combination with the highest noise-free score under the goal's weights and depth, and that score.
    ///
    /// Found by trying all combinations, or by climbing from many starts where there are more than 200,000. Computed once.
    package func bestCombination() -> (Combination, Double) {
        let truth = cachedTruth()
        return (truth.best, truth.bestScore)
    }

    /// The mean noise-free score of all combinations under the goal's weights and depth.
    ///
    /// That of 20,000 drawn ones where there are more than 200,000. Computed once.
    package func meanScore() -> Double {
        cachedTruth().meanScore
    }

    /// The mean noise-free rank of all combinations, as `meanScore`.
    package func meanRank() -> Double {
        cachedTruth().meanRank
    }
}

extension SimulatedMarket {
    private func clamped(_ combination: Combination) -> Combination {
        let levels = goal.factors.indices.map { factor in
            let level = factor < combination.levels.count ? combination.levels[factor] : goal.factors[factor].control
            return min(max(0, level), goal.factors[factor].levels.count - 1)
        }
        return Combination(levels)
    }

    private func noiseFreeMetrics(of offer: Offer, rank: Double) -> [String: Double] {
        let window = goal.trial.window.inDays * Double(setting.speed)
        let days = window > 0 ? window : 0.25
        var metrics = UnitMarket.metrics(offer.expected(rank: rank, days: days), of: offer)
        metrics[Objective.rank] = rank
        complete(&metrics, for: goal)
        if !goal.objective.isRank {
            metrics[goal.objective.metric] = metricValue(ofStrength: offer.strength, objective: goal.objective)
        }
        return metrics
    }

    private func score(of levels: [Int], weights: ScoreWeights, depth: Int) -> (score: Double, rank: Double) {
        let offer = setting.model.offer(levels)
        let rank = setting.model.steadyRank(of: offer)
        var part = max(0, 1 - rank / Double(max(1, depth)))
        if !goal.objective.isRank {
            let value = metricValue(ofStrength: offer.strength, objective: goal.objective)
            let control = noiseFreeMetric(of: goal.control)
            part = (goal.objective.direction == .higher ? value : control) / (value + control)
        }
        let holds = guardrailsHold(offer, rank: rank)
        return (weights.rank * part + weights.success + (holds ? weights.guardrails : 0), rank)
    }

    private func guardrailsHold(_ offer: Offer, rank: Double) -> Bool {
        guard goal.guardrails.contains(where: { $0.metric != MarketMetric.margin }) else {
            return goal.guardrails.allSatisfy { $0.holds(offer.sale.margin) }
        }
        let metrics = noiseFreeMetrics(of: offer, rank: rank)
        return goal.guardrails.allSatisfy { guardrail in
            metrics[guardrail.metric].map { guardrail.holds($0) } ?? true
        }
    }

    private func cachedTruth() -> MarketTruth {
        truth.withLock { cached in
            if let cached { return cached }
            let made = makeTruth()
            cached = made
            return made
        }
    }

    private func makeTruth() -> MarketTruth {
        var generator = SplitMix64(seed: SplitMix64.seed(setting.seed, "truth"))
        let counts = setting.model.surface.levelCounts
        var tally = Tally()
        if let count = goal.combinationCount, count <= MarketParameters.enumerationLimit {
            for levels in Odometer(counts: counts) {
                let (score, rank) = score(of: levels, weights: goal.score, depth: goal.objective.depth)
                tally.add(levels, score: score, rank: rank)
            }
        } else {
            for _ in 0..<20_000 {
                let levels = counts.map { Int.random(in: 0..<$0, using: &generator) }
                let (score, rank) = score(of: levels, weights: goal.score, depth: goal.objective.depth)
                tally.add(levels, score: score, rank: rank)
            }
            let levels = setting.model.strongest
            tally.offer(levels, score: score(of: levels, weights: goal.score, depth: goal.objective.depth).score)
        }
        return MarketTruth(
            best: Combination(tally.best?.levels ?? goal.control.levels),
            bestScore: tally.best?.score ?? 0,
            meanScore: tally.scoreSum / max(1, tally.count),
            meanRank: tally.rankSum / max(1, tally.count)
        )
    }
}

/// The best of a walk through combinations, and the sums that means are made of.
private struct Tally {
    var best: (levels: [Int], score: Double)?
    var scoreSum = 0.0
    var rankSum = 0.0
    var count = 0.0

    mutating func offer(_ levels: [Int], score: Double) {
        if score > best?.score ?? -.infinity { best = (levels, score) }
    }

    mutating func add(_ levels: [Int], score: Double, rank: Double) {
        offer(levels, score: score)
        scoreSum += score
        rankSum += rank
        count += 1
    }
}
