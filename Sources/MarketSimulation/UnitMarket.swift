// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

/// One keyword's market with one of the seller's listings in it.
struct UnitMarket: Hashable, Sendable {
    /// What happened until the end of a step, summed from the start.
    struct Totals: Hashable, Sendable {
        var impressions = 0.0
        var clicks = 0.0
        var orders = 0.0
        var revenue = 0.0
        var adSpend = 0.0
        /// The sum over steps of the margin that a sale left.
        var margin = 0.0
    }

    /// The combination that is applied.
    private(set) var combination: Combination
    /// How many times one was applied.
    private(set) var applications = 0
    /// The present place, from 1.
    private(set) var rank = 1
    /// The totals after each step, the start included.
    private(set) var history = [Totals()]

    private let base: Double
    private let competitors: [Double]
    private let pushes: [Double]
    private let wanderScale: Double
    private var wanders: [Double]
    private var relevance: Double
    private var ownNoise: Double
    private var popularAttention: Double
    private var popularSearches: Double
    /// Moves competitors and noise; apart from the shoppers', so that what is applied does not change them.
    private var generator: SplitMix64
    private var shoppers: SplitMix64
    private var offer: Offer
    private let referenceAttention: Double

    /// Creates a market at rest; the competitors' lasting strengths are spread evenly over their distribution.
    init(base: Double, combination: Combination, offer: Offer, setting: MarketSetting, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let field = setting.model.field
        let share = MarketParameters.competitorWander
        let lasting = (1 - share * share).squareRoot() * field.spread
        let count = Int(field.count)
        let competitors = (0..<count).map { index in
            let probability = (Double(index) + 0.05 + 0.9 * generator.uniform()) / field.count
            return field.mean + lasting * NormalTail.point(ofProbability: probability)
        }
        pushes = Self.pushes(of: competitors, field: field, using: &generator)
        wanderScale = share * field.spread
        wanders = (0..<count).map { _ in share * field.spread * generator.roughNormal() }
        relevance = offer.strength
        ownNoise = generator.roughNormal()
        let rest = setting.model.steadyState(of: offer, base: base)
        let perDay = MarketParameters.searchesPerDay * MarketParameters.popularityHalfLife / log(2)
        popularSearches = perDay
        popularAttention = perDay * offer.attention(rank: rest.rank)
        referenceAttention = setting.model.referenceAttention
        self.competitors = competitors
        self.base = base
        self.combination = combination
        self.offer = offer
        shoppers = SplitMix64(seed: generator.next())
        self.generator = generator
    }

    /// Puts a combination into effect; the ranking follows within the next two steps.
    mutating func apply(_ combination: Combination, offer: Offer) {
        self.combination = combination
        self.offer = offer
        applications += 1
    }

    /// What shoppers make of the applied combination.
    var presentOffer: Offer { offer }

    /// Lets half an hour pass: shoppers see the old place, then the ranking is made anew.
    mutating func advance(
        searches: Double,
        noise: (common: Double, own: Double),
        shock: Double,
        setting: MarketSetting
    ) {
        shop(searches: searches)
        let persistence = Self.noisePersistence
        ownNoise = persistence.kept * ownNoise + persistence.fresh * generator.roughNormal()
        relevance += MarketParameters.fastResponse * (offer.strength - relevance)
        let wander = Self.wanderPersistence
        let fresh = wander.fresh * wanderScale
        for index in wanders.indices {
            wanders[index] = wander.kept * wanders[index] + fresh * generator.roughNormal()
        }
        place(noise: noise, shock: shock)
    }

    /// Ranks the listing by its present strength.
    mutating func place(noise: (common: Double, own: Double), shock: Double) {
        let prior = MarketParameters.popularityPrior
        let expected = popularSearches * referenceAttention
        let popularity = MarketModel.popularityStrength(
            logarithm: log((popularAttention + prior) / (expected + prior))
        )
        let strength = base + relevance + popularity + noise.common + noise.own * ownNoise
        var stronger = 0
        if shock > 0 {
            for index in competitors.indices
            where competitors[index] + wanders[index] + shock * pushes[index] > strength { stronger += 1 }
        } else {
            for index in competitors.indices where competitors[index] + wanders[index] > strength { stronger += 1 }
        }
        rank = 1 + stronger
    }

    private mutating func shop(searches: Double) {
        let visible = searches * Shoppers.visibility(rank: Double(rank), bidRatio: offer.sale.bidRatio)
        let impressions = shoppers.count(mean: visible)
        let clicks = min(impressions, shoppers.count(mean: impressions * offer.clickRate))
        let orders = min(clicks, shoppers.count(mean: clicks * offer.conversionRate))
        let expectedRevenue = visible * offer.clickRate * offer.conversionRate * offer.sale.netPrice
        let jitter = max(0, 1 + 0.1 * shoppers.roughNormal())
        var totals = history[history.count - 1]
        totals.impressions += impressions
        totals.clicks += clicks
        totals.orders += orders
        totals.revenue += orders * offer.sale.netPrice
        totals.adSpend += offer.sale.adShare * expectedRevenue * jitter
        totals.margin += offer.sale.margin
        history.append(totals)
        popularAttention = Self.popularityKept * popularAttention + clicks + MarketParameters.orderWeight * orders
        popularSearches = Self.popularityKept * popularSearches + searches
    }

    private static let popularityKept = pow(0.5, MarketState.stepHours / 24 / MarketParameters.popularityHalfLife)
    private static let noisePersistence = persistence(hours: MarketParameters.noiseHours)
    private static let wanderPersistence = persistence(hours: MarketParameters.competitorDays * 24)

    private static func persistence(hours: Double) -> (kept: Double, fresh: Double) {
        let kept = exp(-MarketState.stepHours / hours)
        return (kept, (1 - kept * kept).squareRoot())
    }

    /// How far a shock lifts each competitor: some of the weaker two thirds cut prices and land among the first.
    private static func pushes(
        of competitors: [Double],
        field: CompetitiveField,
        using generator: inout SplitMix64
    ) -> [Double] {
        var pushes = competitors.map { _ in 0.0 }
        let weaker = competitors.indices.sorted { competitors[$0] < competitors[$1] }.prefix(competitors.count * 2 / 3)
        let count = Int((Double(competitors.count) * MarketParameters.shockShare).rounded())
        for index in weaker.shuffled(using: &generator).prefix(count) {
            let landing = field.mean + field.spread * (1.3 + 1.2 * generator.uniform())
            pushes[index] = max(0, landing - competitors[index])
        }
        return pushes
    }
}
