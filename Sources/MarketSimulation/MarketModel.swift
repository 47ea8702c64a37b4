// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

/// The competitors' strengths: a normal distribution.
struct CompetitiveField: Sendable {
    /// How many compete.
    var count: Double
    var mean: Double
    var spread: Double

    /// The expected rank of a strength.
    func rank(ofStrength strength: Double) -> Double {
        1 + count * NormalTail.probability(above: (strength - mean) / spread)
    }
}

/// All that does not change in a market: what combinations are worth, and whom they compete with.
struct MarketModel: Sendable {
    let factors: [Factor]
    let surface: ResponseSurface
    let economics: Economics
    let elasticity: Double
    private(set) var field: CompetitiveField
    /// The base strength of each unit; they sum to zero.
    let unitBases: [Double]
    /// What the control's popularity grows by per search, to which other popularity is compared.
    private(set) var referenceAttention: Double
    /// The strongest combination of those that keep the margin, by the surface alone.
    let strongest: [Int]

    /// Builds the market of a goal: draws its surface and sets the competitors so that the control has the start rank and the
    /// strongest combination about the tenth place of 150.
    init(goal: Goal, settings: SimulationSettings, seed: UInt64) {
        let economics = Economics(goal: goal, seed: seed)
        let drawn = Self.drawSurface(goal: goal, settings: settings, economics: economics, seed: seed)
        var generator = SplitMix64(seed: SplitMix64.seed(seed, "units"))
        let range = MarketParameters.priceElasticity
        let raw = goal.units.map { _ in MarketParameters.unitSpread * generator.roughNormal() }
        let mean = raw.reduce(0, +) / Double(max(raw.count, 1))
        factors = goal.factors
        surface = drawn.surface
        strongest = drawn.strongest
        self.economics = economics
        elasticity = range.lowerBound + (range.upperBound - range.lowerBound) * generator.uniform()
        unitBases = raw.map { $0 - mean }
        field = CompetitiveField(count: Double(max(1, settings.competitors)), mean: 0, spread: 2)
        referenceAttention = 1
        calibrate(control: goal.control.levels, startRank: settings.startRank)
    }

    /// What shoppers make of a combination.
    func offer(_ levels: [Int]) -> Offer {
        let appeal = surface.appeal(of: levels)
        let sale = economics.sale(of: levels)
        let click = MarketParameters.clickRate * exp(MarketParameters.clickSensitivity * appeal.click)
        let price = pow(max(sale.netPrice / economics.controlNetPrice, 0.01), -elasticity)
        let purchase = exp(MarketParameters.purchaseSensitivity * appeal.purchase) * price
        return Offer(
            strength: appeal.strength,
            clickRate: min(0.5, click),
            conversionRate: min(0.5, MarketParameters.conversionRate * purchase),
            sale: sale
        )
    }

    /// The strength that popularity adds at a logarithm of clicks and sales against the control's.
    static func popularityStrength(logarithm: Double) -> Double {
        let limit = MarketParameters.popularityLimit
        return MarketParameters.popularityWeight * min(limit, max(-limit, logarithm))
    }

    /// The strength and the rank that a unit of a base strength comes to rest at with a combination.
    func steadyState(of offer: Offer, base: Double) -> (popularity: Double, rank: Double) {
        var popularity = 0.0
        var rank = field.rank(ofStrength: base + offer.strength)
        for _ in 0..<4 {
            popularity = Self.popularityStrength(logarithm: log(offer.attention(rank: rank) / referenceAttention))
            rank = field.rank(ofStrength: base + offer.strength + popularity)
        }
        return (popularity, rank)
    }

    /// The rank that a combination comes to rest at, on average over the units.
    func steadyRank(of offer: Offer) -> Double {
        let sum = unitBases.reduce(0) { $0 + steadyState(of: offer, base: $1).rank }
        return sum / Double(max(unitBases.count, 1))
    }
}

extension MarketModel {
    /// Moves and stretches the competitors until the control and the strongest combination rank where they should.
    private mutating func calibrate(control: [Int], startRank: Double) {
        let places = field.count
        let start = min(max(startRank, 1.5), places + 0.5)
        let best = min(1 + places * MarketParameters.bestRankShare, 1 + (start - 1) * 0.3)
        let controlOffer = offer(control)
        let bestOffer = offer(strongest)
        referenceAttention = controlOffer.attention(rank: start)
        let gap = bestOffer.strength - controlOffer.strength
        var controlPoint = point(rank: start)
        var bestPoint = point(rank: best)
        for _ in 0..<25 {
            field.spread = max(gap, 0.3) / max(bestPoint - controlPoint, 0.1)
            field.mean = controlOffer.strength - field.spread * controlPoint
            controlPoint += point(rank: start) - point(rank: steadyRank(of: controlOffer))
            if gap > 0.3 { bestPoint += point(rank: best) - point(rank: steadyRank(of: bestOffer)) }
        }
    }

    private func point(rank: Double) -> Double {
        NormalTail.point(ofProbability: min(max((rank - 1) / field.count, 1e-6), 1 - 1e-6))
    }

    /// Draws surfaces until the control lies where the mean combination ranks about the middle, and until the best combination
    /// is not simply that of the best main effects; takes the nearest to that when none is.
    private static func drawSurface(
        goal: Goal,
        settings: SimulationSettings,
        economics: Economics,
        seed: UInt64
    ) -> (surface: ResponseSurface, strongest: [Int]) {
        var generator = SplitMix64(seed: SplitMix64.seed(seed, "surface"))
        let count = goal.combinationCount ?? .max
        let control = goal.control.levels
        let wanted = wantedControlStrength(settings: settings)
        var nearest: (distance: Double, surface: ResponseSurface)?
        var tries = 0
        for _ in 0..<600 {
            let surface = ResponseSurface(
                factors: goal.factors,
                interactionShare: settings.interactionShare,
                using: &generator
            )
            let distance = (surface.strength(of: control) - wanted).magnitude
            if distance < nearest?.distance ?? .infinity { nearest = (distance, surface) }
            guard distance < 0.12 else { continue }
            tries += 1
            guard count <= MarketParameters.enumerationLimit else { break }
            let best = surface.best { _ in true }
            if best != surface.bestMainEffects || surface.interactions.isEmpty || settings.interactionShare <= 0 {
                nearest = (0, surface)
                break
            }
            if tries == 8 { break }
        }
        let surface =
            nearest?.surface
            ?? ResponseSurface(factors: goal.factors, interactionShare: settings.interactionShare, using: &generator)
        let floor = goal.guardrails.filter { $0.metric == MarketMetric.margin }
        let keeps = { (levels: [Int]) in floor.allSatisfy { $0.holds(economics.sale(of: levels).margin) } }
        let strongest =
            count <= MarketParameters.enumerationLimit
            ? surface.best(where: keeps) : surface.climb(where: keeps, using: &generator)
        return (surface, strongest ?? surface.bestMainEffects)
    }

    /// The strength that the control should have, in standard deviations, so that the mean combination ranks in the middle.
    private static func wantedControlStrength(settings: SimulationSettings) -> Double {
        let places = Double(max(1, settings.competitors))
        let share = min(max((settings.startRank - 1) / places, 0.02), 0.9)
        let start = NormalTail.point(ofProbability: share)
        let middle = NormalTail.point(ofProbability: MarketParameters.meanRankShare)
        return min(1.2, max(-1.5, 2 * (start - middle)))
    }
}

extension ResponseSurface {
    /// The strongest combination of those that are allowed, by trying all; nil when none is.
    func best(where isAllowed: ([Int]) -> Bool) -> [Int]? {
        var best: (strength: Double, levels: [Int])?
        for levels in Odometer(counts: levelCounts) {
            let strength = strength(of: levels)
            if strength > best?.strength ?? -.infinity, isAllowed(levels) { best = (strength, levels) }
        }
        return best?.levels
    }

    /// The strongest allowed combination that climbing from 64 random starts finds, changing one or two factors at a time.
    func climb(where isAllowed: ([Int]) -> Bool, using generator: inout SplitMix64) -> [Int]? {
        var best: (strength: Double, levels: [Int])?
        for _ in 0..<64 {
            var levels = levelCounts.map { Int.random(in: 0..<$0, using: &generator) }
            guard isAllowed(levels) else { continue }
            while let better = better(than: levels, where: isAllowed) { levels = better }
            let strength = strength(of: levels)
            if strength > best?.strength ?? -.infinity { best = (strength, levels) }
        }
        return best?.levels
    }

    private func better(than levels: [Int], where isAllowed: ([Int]) -> Bool) -> [Int]? {
        var best = (strength: strength(of: levels) + 1e-12, levels: levels)
        for first in levels.indices {
            for firstLevel in 0..<levelCounts[first] {
                for second in first..<levels.count {
                    for secondLevel in 0..<levelCounts[second] {
                        var next = levels
                        next[first] = firstLevel
                        next[second] = secondLevel
                        let strength = strength(of: next)
                        if strength > best.strength, isAllowed(next) { best = (strength, next) }
                    }
                }
            }
        }
        return best.levels == levels ? nil : best.levels
    }
}
