// SPDX-License-Identifier: Apache-2.0

/// A linear function of the effects plus what remains unknown of one combination's own effect.
private struct CombinationFunction {
    /// The weight of intercept and averaged blocks.
    var baseWeight: Double
    /// Weights of single columns on top.
    var entries: [(column: Int, weight: Double)]
    /// What the combination's own observations add.
    var offset: Double
    /// The variance of the combination's own effect given all others, over σ².
    var ownVariance: Double
}

extension CombinationModel {
    /// What is believed of a combination, also of one that was never observed.
    ///
    /// Throws when it has another number of levels than the model has factors, or a code outside its levels.
    package func posterior(of combination: [Int]) throws(StatisticsError) -> Posterior {
        try layout.validate(combination: combination, row: 0)
        let function = function(of: combination)
        return Posterior(
            mean: mean(function) + groups.shift,
            standardDeviation: (errorVariance * variance(function)).squareRoot(),
            observations: groups.groupOf[combination].map { groups.groups[$0].count } ?? 0
        )
    }

    /// The interval of the difference of two combinations' means, first less second.
    ///
    /// Uses the prediction-error variance of the difference itself, in which blocks and shared levels cancel. The
    /// quantile is Student's t, exact when the ratio of the variances is known.
    package func difference(
        between first: [Int],
        and second: [Int],
        confidence: Double = 0.95
    ) throws(StatisticsError) -> Interval {
        try Interval.validate(confidence: confidence)
        try layout.validate(combination: first, row: 0)
        try layout.validate(combination: second, row: 1)
        guard first != second else {
            return Interval(estimate: 0, lower: 0, upper: 0, confidence: confidence)
        }
        let a = function(of: first)
        let b = function(of: second)
        let contrast = CombinationFunction(
            baseWeight: a.baseWeight - b.baseWeight,
            entries: a.entries + b.entries.map { ($0.column, -$0.weight) },
            offset: a.offset - b.offset,
            ownVariance: a.ownVariance + b.ownVariance
        )
        let estimate = mean(contrast)
        let error = (errorVariance * variance(contrast)).squareRoot()
        guard
            let interval = Interval.student(
                estimate: estimate,
                standardError: error,
                degreesOfFreedom: degreesOfFreedom,
                confidence: confidence
            )
        else {
            throw .singular(subject: "The interval of a difference")
        }
        return interval
    }

    /// The share of joint draws from the posterior in which each combination is the best of those given.
    ///
    /// Throws for an invalid combination or fewer than one draw.
    package func probabilityBest(
        among combinations: [[Int]],
        higherIsBetter: Bool = true,
        draws: Int,
        using generator: inout some RandomNumberGenerator
    ) throws(StatisticsError) -> [Double] {
        guard draws > 0 else {
            throw .invalidArgument(name: "draws", value: "\(draws)", remedy: "give at least 1")
        }
        var wins = [Int](repeating: 0, count: combinations.count)
        for _ in 0..<draws {
            let values = try sample(combinations, using: &generator)
            let best =
                higherIsBetter
                ? values.indices.max { values[$0] < values[$1] }
                : values.indices.min { values[$0] < values[$1] }
            if let best {
                wins[best] += 1
            }
        }
        return wins.map { Double($0) / Double(draws) }
    }

    /// One joint draw of the combinations' means from the posterior, for Thompson sampling.
    ///
    /// Each distinct combination of the list gets its own effect once. Throws for an invalid combination.
    package func sample(
        _ combinations: [[Int]],
        using generator: inout some RandomNumberGenerator
    ) throws(StatisticsError) -> [Double] {
        let effects = sampleEffects(using: &generator)
        let baseValue = zip(base, effects).reduce(0) { $0 + $1.0 * $1.1 }
        var own: [[Int]: Double] = [:]
        var values: [Double] = []
        for (row, combination) in combinations.enumerated() {
            try layout.validate(combination: combination, row: row)
            let function = function(of: combination)
            let noise = own[combination] ?? StandardNormal.sample(using: &generator)
            own[combination] = noise
            let linear = function.entries.reduce(function.baseWeight * baseValue) {
                $0 + $1.weight * effects[$1.column]
            }
            let deviation = (errorVariance * function.ownVariance).squareRoot()
            values.append(groups.shift + linear + function.offset + deviation * noise)
        }
        return values
    }

    /// A draw of intercept, blocks and levels: solves Lᵀ·x = z for standard normal z.
    private func sampleEffects(using generator: inout some RandomNumberGenerator) -> [Double] {
        let size = layout.size
        var draw = (0..<size).map { _ in StandardNormal.sample(using: &generator) }
        for column in (0..<size).reversed() {
            var sum = draw[column]
            for row in (column + 1)..<max(size, column + 1) {
                sum -= factor[row, column] * draw[row]
            }
            draw[column] = sum / factor[column, column]
        }
        let deviation = errorVariance.squareRoot()
        return zip(coefficients, draw).map { $0 + deviation * $1 }
    }

    /// Given the effects, a combination's own effect is expected to be share × (its mean residual).
    private func function(of combination: [Int]) -> CombinationFunction {
        var entries = layout.levelColumns(combination).map { (column: $0, weight: 1.0) }
        guard let index = groups.groupOf[combination] else {
            return CombinationFunction(baseWeight: 1, entries: entries, offset: 0, ownVariance: ratio)
        }
        let group = groups.groups[index]
        let n = group.precision
        let share = n * ratio / (1 + n * ratio)
        for (column, weight) in zip(group.columns, group.weights) {
            entries.append((column, -share * weight / n))
        }
        return CombinationFunction(
            baseWeight: 1,
            entries: entries,
            offset: share * group.responseSum / n,
            ownVariance: ratio * (1 - share)
        )
    }

    private func mean(_ function: CombinationFunction) -> Double {
        let baseValue = zip(base, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
        return function.entries.reduce(function.baseWeight * baseValue + function.offset) {
            $0 + $1.weight * coefficients[$1.column]
        }
    }

    /// The variance of a function over σ².
    private func variance(_ function: CombinationFunction) -> Double {
        var sum = function.baseWeight * function.baseWeight * baseVariance + function.ownVariance
        for (position, entry) in function.entries.enumerated() {
            var partial = 2 * function.baseWeight * inverseBase[entry.column]
            partial += entry.weight * inverse[entry.column, entry.column]
            for other in function.entries[(position + 1)...] {
                partial += 2 * other.weight * inverse[other.column, entry.column]
            }
            sum += entry.weight * partial
        }
        return max(0, sum)
    }
}

extension CombinationModel {
    /// The mean of each combination's responses after block effects are taken out, in the order of first observation,
    /// with the sum of its observations' weights.
    package var adjustedCells: [PairEffectsModel.Cell] {
        let firstLevel = layout.levelOffsets.first ?? layout.size
        var levelsOf = [[Int]](repeating: [], count: groups.groups.count)
        for (levels, index) in groups.groupOf { levelsOf[index] = levels }
        let shared = (1..<max(1, firstLevel)).reduce(0.0) { $0 + base[$1] * coefficients[$1] }
        return groups.groups.enumerated().map { index, group in
            var sum = group.responseSum
            for (column, weight) in zip(group.columns, group.weights) where column >= 1 && column < firstLevel {
                sum -= weight * coefficients[column]
            }
            return PairEffectsModel.Cell(
                levels: levelsOf[index],
                mean: groups.shift + sum / group.precision + shared,
                weight: group.precision
            )
        }
    }
}
