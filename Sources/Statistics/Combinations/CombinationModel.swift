// SPDX-License-Identifier: Apache-2.0

/// What noisy trials say about every combination of levels, tried or not.
///
/// Model: y = intercept + block effects + main effects of levels + u(combination) + error, with u ~ N(0, τ²) and
/// error ~ N(0, σ²). The combination effects hold what levels do together and not alone; they are integrated out, so
/// that the dense equations have only one row per block level and factor level. Main effects and blocks have wide
/// normal priors: they shrink next to nothing, but no lack of rank can break the fit.
///
/// τ²/σ² maximises the restricted likelihood with the boundary-avoiding penalty log τ of Chung, Rabe-Hesketh, Dorie,
/// Gelman and Liu, Psychometrika 78 (2013); it is never negative. Fitting 5,000 observations takes milliseconds.
package struct CombinationModel: Sendable {
    /// One measured response.
    package struct Observation: Sendable, Equatable {
        /// An index into the combinations.
        package let combination: Int
        /// One level per kind of block, such as the unit and the window.
        package let blocks: [Int]
        /// The response.
        package let response: Double
        /// The precision beside that of an observation of weight 1: its error variance is σ²/weight.
        package let weight: Double

        /// Makes an observation; the weight is 1 unless said otherwise.
        package init(combination: Int, blocks: [Int] = [], response: Double, weight: Double = 1) {
            self.combination = combination
            self.blocks = blocks
            self.response = response
            self.weight = weight
        }
    }

    /// What is believed of one combination's mean response, blocks averaged over the levels met.
    package struct Posterior: Sendable, Equatable, Codable {
        /// The expected mean response.
        package let mean: Double
        /// The standard deviation of the mean response about it, given the variances.
        package let standardDeviation: Double
        /// The number of observations of exactly this combination.
        package let observations: Int
    }

    /// The estimated variance σ² of one observation about its combination's mean in its block.
    package let errorVariance: Double
    /// The estimated variance τ² of combinations about the sum of their main effects.
    package let combinationVariance: Double
    /// The variance within combinations, adjusted for blocks; nil when no combination was repeated enough.
    package let pureErrorVariance: Double?
    /// The degrees of freedom of `pureErrorVariance`.
    package let pureErrorDegreesOfFreedom: Int
    /// The degrees of freedom of the intervals' t quantile.
    package let degreesOfFreedom: Double
    /// Whether repeats told σ² and τ² apart; when not, half of the variance is given to each.
    package let isCombinationVarianceIdentified: Bool

    let layout: CombinationLayout
    let groups: CombinationGroups
    let ratio: Double
    let coefficients: [Double]
    let factor: DenseMatrix
    let inverse: DenseMatrix
    /// The weights of intercept and averaged blocks, the part that every prediction shares.
    let base: [Double]
    let inverseBase: [Double]
    let baseVariance: Double

    /// Fits the model.
    ///
    /// `combinations` holds one level code per factor. `priorWidth` is the standard deviation of a main effect's prior
    /// in standard deviations of the response. Throws for fewer than two observations, a code outside its levels, or a
    /// response that is not finite.
    package init(
        observations: [Observation],
        combinations: [[Int]],
        levelCounts: [Int],
        blockLevelCounts: [Int] = [],
        priorWidth: Double = 2
    ) throws(StatisticsError) {
        guard observations.count > 1 else {
            throw .tooFewObservations(subject: "The model of combinations", found: observations.count, needed: 2)
        }
        guard priorWidth > 0, priorWidth.isFinite else {
            throw .invalidArgument(name: "priorWidth", value: "\(priorWidth)", remedy: "give a positive number")
        }
        let layout = CombinationLayout(levelCounts: levelCounts, blockLevelCounts: blockLevelCounts)
        try layout.validate(observations, combinations)
        let groups = CombinationGroups(observations, combinations, layout)
        guard groups.sumOfSquares.isFinite, groups.shift.isFinite else {
            throw .tooLarge(column: "response")
        }
        let pure = try groups.pureError(layout)
        let search = try VarianceSearch(groups, layout, pureErrorVariance: pure.variance, priorWidth: priorWidth)
        let identified = pure.degreesOfFreedom > 0 && groups.variance > 0
        let ratio = identified ? search.bestRatio() : 1
        guard
            let fit = search.fit(ratio: ratio),
            let inverse = LAPACK.inverse(choleskyFactor: fit.factor)
        else {
            throw .singular(subject: "The model of combinations")
        }
        self.layout = layout
        self.groups = groups
        self.ratio = ratio
        self.inverse = inverse
        coefficients = fit.coefficients
        factor = fit.factor
        errorVariance = fit.errorVariance
        combinationVariance = fit.errorVariance * ratio
        pureErrorVariance = pure.variance
        pureErrorDegreesOfFreedom = pure.degreesOfFreedom
        degreesOfFreedom = search.degreesOfFreedom
        isCombinationVarianceIdentified = identified
        let base = groups.averagedBlocks(layout)
        self.base = base
        let size = layout.size
        inverseBase = (0..<size).map { row in
            (0..<size).reduce(0) { base[$1] == 0 ? $0 : $0 + inverse[$1, row] * base[$1] }
        }
        baseVariance = zip(base, inverseBase).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

/// Where the columns of intercept, blocks and levels lie.
struct CombinationLayout: Sendable {
    let levelCounts: [Int]
    let blockLevelCounts: [Int]
    let blockOffsets: [Int]
    let levelOffsets: [Int]
    let size: Int

    init(levelCounts: [Int], blockLevelCounts: [Int]) {
        self.levelCounts = levelCounts
        self.blockLevelCounts = blockLevelCounts
        var next = 1
        var blockOffsets: [Int] = []
        for count in blockLevelCounts {
            blockOffsets.append(next)
            next += max(0, count)
        }
        var levelOffsets: [Int] = []
        for count in levelCounts {
            levelOffsets.append(next)
            next += max(0, count)
        }
        self.blockOffsets = blockOffsets
        self.levelOffsets = levelOffsets
        size = next
    }

    func levelColumns(_ combination: [Int]) -> [Int] {
        zip(levelOffsets, combination).map { $0 + $1 }
    }

    func validate(combination: [Int], row: Int) throws(StatisticsError) {
        guard combination.count == levelCounts.count else {
            throw .lengthMismatch(
                column: "combination \(row + 1)",
                found: combination.count,
                expected: levelCounts.count
            )
        }
        for (index, code) in combination.enumerated() where code < 0 || code >= levelCounts[index] {
            throw .invalidLevelCode(
                column: "factor \(index + 1)",
                row: row,
                code: code,
                levelCount: levelCounts[index]
            )
        }
    }

    func validate(
        _ observations: [CombinationModel.Observation],
        _ combinations: [[Int]]
    ) throws(StatisticsError) {
        for (row, combination) in combinations.enumerated() {
            try validate(combination: combination, row: row)
        }
        for (row, observation) in observations.enumerated() {
            guard combinations.indices.contains(observation.combination) else {
                throw .invalidLevelCode(
                    column: "combination",
                    row: row,
                    code: observation.combination,
                    levelCount: combinations.count
                )
            }
            guard observation.response.isFinite else {
                throw .notFinite(column: "response", row: row)
            }
            guard observation.weight > 0, observation.weight.isFinite else {
                throw .invalidArgument(
                    name: "the weight of observation \(row + 1)",
                    value: "\(observation.weight)",
                    remedy: "give a positive number"
                )
            }
            guard observation.blocks.count == blockLevelCounts.count else {
                throw .lengthMismatch(
                    column: "blocks of observation \(row + 1)",
                    found: observation.blocks.count,
                    expected: blockLevelCounts.count
                )
            }
            for (index, code) in observation.blocks.enumerated() where code < 0 || code >= blockLevelCounts[index] {
                throw .invalidLevelCode(
                    column: "block \(index + 1)",
                    row: row,
                    code: code,
                    levelCount: blockLevelCounts[index]
                )
            }
        }
    }
}
