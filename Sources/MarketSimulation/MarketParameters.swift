// SPDX-License-Identifier: Apache-2.0

/// The constants of the simulated market; `docs/simulated-market.md` says why each is plausible.
enum MarketParameters {
    /// How often the market moves.
    static let stepMilliseconds: Int64 = 1_800_000
    /// How far relevance goes towards the level of the applied combination in one step.
    static let fastResponse = 0.85
    /// The half-life of accumulated clicks and sales, in days.
    static let popularityHalfLife = 3.0
    /// The strength that one natural logarithm of popularity is worth, in standard deviations of the combinations.
    static let popularityWeight = 0.1
    /// The greatest logarithm of popularity, either way, that counts.
    static let popularityLimit = 3.0
    /// How many clicks one order counts in popularity.
    static let orderWeight = 10.0
    /// The clicks-worth that popularity starts from, so that an empty record is not infinitely bad.
    static let popularityPrior = 5.0

    /// Searches for a unit's keyword on an average day.
    static let searchesPerDay = 100_000.0
    /// The power of the rank by which attention fades.
    static let positionDecay = 0.9
    /// Attention that a paid placement adds at the control's bid, as a share of searches.
    static let adVisibility = 0.01
    /// Clicks per impression of a listing of average appeal.
    static let clickRate = 0.03
    /// Orders per click of a listing of average appeal.
    static let conversionRate = 0.03
    /// How much one standard deviation of click appeal moves the logarithm of the click rate.
    static let clickSensitivity = 0.25
    /// How much one standard deviation of purchase appeal moves the logarithm of the conversion rate.
    static let purchaseSensitivity = 0.2
    /// The elasticity of orders to the price that is paid lies between these, drawn from the seed.
    static let priceElasticity = 1.5...2.5

    /// The standard deviation of units' base strengths, in standard deviations of the combinations.
    static let unitSpread = 1.0 / 3
    /// The share of the trial noise's variance that all units have in common.
    static let commonNoiseShare = 0.05
    /// The hours after which trial noise has lost all but 1/e of its memory.
    static let noiseHours = 3.0
    /// The part of a competitor's strength that wanders, as a share of the competitors' spread.
    static let competitorWander = 0.25
    /// The days after which a competitor's wandering has lost all but 1/e of its memory.
    static let competitorDays = 5.0

    /// The share of competitors that stay before the best combination, on average over units: place 10 among 150.
    static let bestRankShare = 0.06
    /// The rank that the mean combination gets, as a share of all places.
    static let meanRankShare = 0.48
    /// The share of competitors that act in a shock.
    static let shockShare = 0.14
    /// The half-life, in days, of the part of a shock that passes.
    static let shockHalfLife = 2.0
    /// The part of a shock that stays.
    static let shockRemainder = 0.15

    /// The share of its net price that a sale leaves at the control.
    static let controlMargin = 0.28
    /// The marketplace's fee, as a share of the net price.
    static let marketplaceFee = 0.06
    /// The cost of shipping one order, as a share of the control's price.
    static let shippingCost = 0.06
    /// What ads cost at the control's bid, as a share of the net price.
    static let adShare = 0.05
    /// The price where neither a factor nor the goal's product names one.
    static let defaultPrice = 20_000.0

    /// How much one standard deviation of strength moves the logarithm of a metric that is not a rank.
    static let metricSensitivity = 0.12
    /// How many combinations are enumerated at most; beyond, the best and the mean are searched and sampled.
    static let enumerationLimit = 200_000
}
