// SPDX-License-Identifier: Apache-2.0
import Foundation
import Statistics

/// What some runs can estimate of a model, how precisely, and what is mixed with what.
package struct DesignAssessment: Hashable, Sendable {
    /// What is known about one effect of the model.
    package struct Effect: Hashable, Sendable {
        /// The factors: one for a main effect, two for an interaction.
        package let factors: [Int]
        /// The degrees of freedom.
        package let degreesOfFreedom: Int
        /// Whether the runs tell the effect from the effects before it in the model.
        package let isEstimable: Bool
        /// The variance of the least precise difference that the effect can make, in units of the variance of one run;
        /// infinite where the effect cannot be estimated.
        package let worstVariance: Double
    }

    /// The effects of the model, main effects first.
    package let effects: [Effect]
    /// The number of runs.
    package let runCount: Int
    /// The degrees of freedom of mean, blocks and the effects that can be estimated.
    package let modelDegreesOfFreedom: Int
    /// |X'X|^(1/p) / n of the estimable part of the model; 1 for an orthogonal design.
    package let efficiency: Double?

    /// The degrees of freedom that are left for the error.
    package var errorDegreesOfFreedom: Int { runCount - modelDegreesOfFreedom }

    /// Assesses runs, each in a block counted from 0.
    package init(model: DesignModel, runs: [[Int]], blocks: [Int]? = nil) {
        let rows = runs.enumerated().map { model.row($0.element, block: blocks?[$0.offset] ?? 0) }
        self.init(model: model, rows: rows)
    }

    /// Assesses rows of a model matrix.
    package init(model: DesignModel, rows: [[Double]]) {
        var kept = Self.independent(rows, columns: Array(0..<model.blockCount), after: [])
        var isEstimable: [Bool] = []
        for term in model.terms {
            let columns = Array(term.firstColumn..<(term.firstColumn + term.width))
            let more = Self.independent(rows, columns: columns, after: kept)
            isEstimable.append(more.count == kept.count + columns.count)
            if isEstimable.last == true { kept = more }
        }
        let places = kept.map(\.column)
        var matrix = InformationMatrix(width: places.count)
        for row in rows {
            matrix.add(places.map { row[$0] })
        }
        let solved = matrix.inverse(tolerance: 1e-10)
        runCount = rows.count
        modelDegreesOfFreedom = places.count
        efficiency = solved.map { exp($0.logDeterminant / Double(places.count)) / Double(rows.count) }
        effects = zip(model.terms, isEstimable).map { term, isEstimable in
            guard isEstimable, let inverse = solved?.inverse, let first = places.firstIndex(of: term.firstColumn) else {
                return Effect(
                    factors: term.factors,
                    degreesOfFreedom: term.width,
                    isEstimable: false,
                    worstVariance: .infinity
                )
            }
            let worst = Self.worstVariance(model, term, inverse, first: first, width: places.count)
            return Effect(
                factors: term.factors,
                degreesOfFreedom: term.width,
                isEstimable: true,
                worstVariance: worst
            )
        }
    }

    /// The variance of the least precise difference of two levels; for an interaction, of half the difference of two
    /// such differences, which for two levels is the interaction as it is usually reported.
    private static func worstVariance(
        _ model: DesignModel,
        _ term: DesignModel.Term,
        _ inverse: [Double],
        first: Int,
        width: Int
    ) -> Double {
        let cells = model.cells(of: term)
        // The covariance of the fitted values of all levels or cells.
        let halves = cells.map { cell in
            (0..<term.width).map { column in
                (0..<term.width).reduce(0) { $0 + cell[$1] * inverse[(first + $1) * width + first + column] }
            }
        }
        let covariance = halves.map { half in cells.map { cell in zip(half, cell).reduce(0) { $0 + $1.0 * $1.1 } } }
        func variance(_ cells: [Int], _ weights: [Double]) -> Double {
            var sum = 0.0
            for (row, left) in zip(cells, weights) {
                for (column, right) in zip(cells, weights) {
                    sum += left * right * covariance[row][column]
                }
            }
            return sum
        }
        let counts = term.factors.map { model.levelCounts[$0] }
        var worst = 0.0
        for high in 0..<counts[0] {
            for low in 0..<high {
                guard counts.count == 2 else {
                    worst = max(worst, variance([high, low], [1, -1]))
                    continue
                }
                for right in 0..<counts[1] {
                    for left in 0..<right {
                        let corner = [high, high, low, low].map { $0 * counts[1] }
                        let cells = zip(corner, [right, left, right, left]).map { $0 + $1 }
                        worst = max(worst, variance(cells, [0.5, -0.5, -0.5, 0.5]))
                    }
                }
            }
        }
        return worst
    }

    /// The chosen columns and, of each, what the ones before do not explain, of length 1.
    private static func independent(
        _ rows: [[Double]],
        columns: [Int],
        after kept: [(column: Int, rest: [Double])]
    ) -> [(column: Int, rest: [Double])] {
        var kept = kept
        for column in columns {
            let values = rows.map { $0[column] }
            let basis = ColumnGeometry.orthonormal([values], apartFrom: kept.map(\.rest))
            if let rest = basis.first { kept.append((column, rest)) }
        }
        return kept
    }

    /// The chance to find an effect whose levels differ by `size`, when a run's standard deviation is `noise` and every
    /// run is made `replicates` times; nil where the effect cannot be estimated or nothing is left for the error.
    ///
    /// The F test of the effect against the error, exact for normal errors, for the least favourable pattern: only two
    /// levels differ by `size`, the pair that is compared least precisely. `extraError` are degrees of freedom from
    /// runs beside the design, such as repeated centre points.
    package func power(
        of effect: Effect,
        size: Double,
        noise: Double,
        level: Double = 0.05,
        replicates: Int = 1,
        extraError: Int = 0
    ) -> Double? {
        let error = runCount * replicates - modelDegreesOfFreedom + extraError
        guard effect.isEstimable, effect.worstVariance > 0, size.isFinite, noise > 0,
            let test = EffectPower(numerator: effect.degreesOfFreedom, denominator: error, level: level)
        else { return nil }
        let ratio = size / noise
        return test.power(noncentrality: ratio * ratio * Double(replicates) / effect.worstVariance)
    }

    /// The least power over all effects of the model; nil when one of them has none.
    package func leastPower(
        size: Double,
        noise: Double,
        level: Double = 0.05,
        replicates: Int = 1,
        extraError: Int = 0
    ) -> Double? {
        var least: Double?
        for effect in effects {
            let power = power(
                of: effect,
                size: size,
                noise: noise,
                level: level,
                replicates: replicates,
                extraError: extraError
            )
            guard let power else { return nil }
            least = min(least ?? 1, power)
        }
        return least
    }

    /// The size that every effect must have to be found with a chance, in standard deviations of a run; nil without one.
    package func detectableSize(
        power wanted: Double,
        level: Double = 0.05,
        replicates: Int = 1,
        extraError: Int = 0
    ) -> Double? {
        let error = runCount * replicates - modelDegreesOfFreedom + extraError
        var largest = 0.0
        for effect in effects {
            guard effect.isEstimable,
                let test = EffectPower(numerator: effect.degreesOfFreedom, denominator: error, level: level),
                let needed = test.noncentrality(power: wanted)
            else { return nil }
            largest = max(largest, (needed * effect.worstVariance / Double(replicates)).squareRoot())
        }
        return effects.isEmpty ? nil : largest
    }
}
