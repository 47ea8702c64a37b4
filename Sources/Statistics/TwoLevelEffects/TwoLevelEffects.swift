// SPDX-License-Identifier: Apache-2.0

/// All estimable effects of a two-level design whose runs were made once, or equally often.
///
/// JSON keys are the names of the properties. An effect is the mean response at the product's high sign less the mean
/// at its low sign, as in Box, Hunter and Hunter, Statistics for Experimenters (1978), chapter 10.
package struct TwoLevelEffects: Sendable, Equatable, Codable {
    /// What Lenth's margins say of an effect.
    package enum Verdict: String, Sendable, Codable {
        /// Beyond the simultaneous margin of error: hardly noise, even as the greatest of all effects.
        case active
        /// Beyond the margin of error only: as the greatest of many effects it may be noise.
        case possible
        /// Within the margin of error.
        case inactive
        /// Nothing can be said, because there are too few effects or more than half of them are 0.
        case unknown
    }

    /// One effect, with all others that the design cannot tell from it.
    package struct Effect: Sendable, Equatable, Codable {
        /// The factors of lowest order that the contrast stands for, such as `A` or `A:B`.
        package let term: String
        /// The number of factors in `term`.
        package let order: Int
        /// Other terms with the same contrast, a minus before those with the opposite sign, up to the order asked for.
        package let aliases: [String]
        /// The mean at the high sign less the mean at the low sign.
        package let effect: Double
        /// The effect's share of the sum of squares.
        package let sumOfSquares: Double
        /// The effect over Lenth's pseudo standard error; absent where that is 0 or undefined.
        package let ratio: Double?
        /// The p value of that ratio by Lenth's t approximation.
        package let p: Double?
        /// What the margins say.
        package let verdict: Verdict
        /// The rank of the effect's size, from 1 for the smallest.
        package let rank: Int
        /// The expected size of that rank among standard normal values (Daniel 1959): Φ⁻¹(½ + (rank − ½) / 2m).
        package let halfNormalQuantile: Double
    }

    /// The number of different runs.
    package let runs: Int
    /// How often each was made.
    package let replicates: Int
    /// Whether all products of factors are equal, opposite or orthogonal to each other.
    package let isRegular: Bool
    /// The mean response.
    package let grandMean: Double
    /// The effects: main effects, then interactions by order.
    package let effects: [Effect]
    /// Terms up to order 4 whose product is constant, so that they are one with the mean; of a fraction only.
    package let definingTerms: [String]
    /// Lenth's scale and margins; absent for fewer than 3 effects.
    package let lenth: LenthTest?
    /// What a reader must know, as English sentences.
    package let notes: [String]

    /// The most runs.
    package static let runLimit = 4_096
    /// The most factors.
    package static let factorLimit = 256

    /// Computes the effects of runs given by their levels, false for low and true for high, one array per factor.
    ///
    /// Aliases are listed up to `aliasOrder` factors. Throws for columns of other lengths, names used twice, values
    /// that are not finite, runs made unequally often, and main effects that are not orthogonal to each other, since
    /// then contrasts do not estimate effects; a linear model does.
    package init(
        factors names: [String],
        isHigh columns: [[Bool]],
        response: [Double],
        confidence: Double = 0.95,
        aliasOrder: Int = 2
    ) throws(StatisticsError) {
        try Interval.validate(confidence: confidence)
        let design = try TwoLevelRuns(names: names, columns: columns, response: response)
        let contrasts = try design.contrasts(aliasOrder: max(1, min(aliasOrder, 4)))
        let values = contrasts.map(\.effect)
        lenth = values.count >= 3 ? try LenthTest(effects: values, confidence: confidence) : nil
        let order = values.indices.sorted {
            values[$0].magnitude == values[$1].magnitude ? $0 < $1 : values[$0].magnitude < values[$1].magnitude
        }
        var ranks = [Int](repeating: 0, count: values.count)
        for (rank, index) in order.enumerated() {
            ranks[index] = rank + 1
        }
        runs = design.means.count
        replicates = design.replicates
        isRegular = design.isRegular
        grandMean = design.grandMean
        definingTerms = design.definingTerms()
        let size = Double(values.count)
        effects = contrasts.indices.map { [lenth] index in
            let contrast = contrasts[index]
            let share = 0.5 + (Double(ranks[index]) - 0.5) / (2 * size)
            return Effect(
                term: design.name(contrast.factors),
                order: contrast.factors.count,
                aliases: contrast.aliases,
                effect: contrast.effect,
                sumOfSquares: Double(design.means.count * design.replicates) * contrast.effect * contrast.effect / 4,
                ratio: lenth?.ratio(contrast.effect),
                p: lenth?.p(contrast.effect),
                verdict: Self.verdict(contrast.effect, lenth),
                rank: ranks[index],
                halfNormalQuantile: StandardNormal.quantile(share) ?? 0
            )
        }
        notes = Self.notes(design, effects, lenth)
    }

    private static func verdict(_ effect: Double, _ lenth: LenthTest?) -> Verdict {
        guard let lenth, lenth.pse > 0 else {
            return .unknown
        }
        return switch effect.magnitude {
        case let size where size > lenth.simultaneousMarginOfError: .active
        case let size where size > lenth.marginOfError: .possible
        default: .inactive
        }
    }

    private static func notes(_ design: TwoLevelRuns, _ effects: [Effect], _ lenth: LenthTest?) -> [String] {
        var notes: [String] = []
        let aliased = effects.filter { !$0.aliases.isEmpty }
        if !aliased.isEmpty {
            let shown = aliased.prefix(8).map { effect in
                effect.aliases.reduce(effect.term) { $0 + ($1.hasPrefix("-") ? " - " + $1.dropFirst() : " + " + $1) }
            }
            let more = aliased.count > 8 ? " and \(aliased.count - 8) more" : ""
            notes.append("Each of these is one number for several effects: \(shown.joined(separator: "; "))\(more).")
        }
        if !design.isRegular {
            notes.append(
                "The design is not a regular fraction: interactions are spread over several main effects, so that only "
                    + "main effects were computed."
            )
        }
        if design.replicates > 1 {
            notes.append(
                "Every run was made \(design.replicates) times; effects are of their means, and the differences within "
                    + "runs measure the noise better than Lenth's method."
            )
        }
        if let lenth {
            if lenth.pse == 0 {
                notes.append("More than half of the effects are 0, so that Lenth's method cannot tell noise.")
            } else if lenth.count < 7 {
                notes.append("Lenth's method rests on only \(lenth.count) effects here; take its margins as rough.")
            }
        } else {
            notes.append("Fewer than 3 effects: there is nothing to tell noise from.")
        }
        return notes
    }
}

extension TwoLevelEffects {
    /// The same effects about another mean.
    init(_ other: TwoLevelEffects, grandMean: Double) {
        runs = other.runs
        replicates = other.replicates
        isRegular = other.isRegular
        self.grandMean = grandMean
        effects = other.effects
        definingTerms = other.definingTerms
        lenth = other.lenth
        notes = other.notes
    }
}
