// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Fits the effects for a given ratio τ²/σ², and finds the ratio of greatest penalised restricted likelihood.
struct VarianceSearch {
    /// The fit for one ratio.
    struct Fit {
        let factor: DenseMatrix
        let coefficients: [Double]
        let errorVariance: Double
        /// The profile of the restricted log-likelihood, up to a constant.
        let logLikelihood: Double
    }

    /// The least and greatest ratio considered, by natural logarithm.
    private static let range = (low: log(1e-4), high: log(1e3))
    /// Block effects' prior variance over that of main effects.
    private static let blockWidening = 25.0

    private let groups: CombinationGroups
    /// The prior precision of each column, in units of 1/σ².
    let precisions: [Double]
    /// Observations less the rank of intercept, blocks and levels, at least 1.
    let degreesOfFreedom: Double

    init(
        _ groups: CombinationGroups,
        _ layout: CombinationLayout,
        pureErrorVariance: Double?,
        priorWidth: Double
    ) throws(StatisticsError) {
        self.groups = groups
        var full = groups.gram
        for column in 0..<full.columns {
            for row in 0..<column {
                full[row, column] = full[column, row]
            }
        }
        let additive = try LeastSquares.solve(
            normalEquations: full,
            rightHandSide: groups.rightHandSide,
            tolerance: 1e-9
        )
        let residualDegrees = groups.count - additive.rank
        degreesOfFreedom = Double(max(1, residualDegrees))
        let explained = zip(additive.coefficients, groups.rightHandSide).reduce(0) { $0 + $1.0 * $1.1 }
        let residual =
            residualDegrees > 0
            ? max(0, groups.sumOfSquares - explained) / Double(residualDegrees)
            : groups.variance / 10
        let scale = max(pureErrorVariance ?? residual, groups.variance * 1e-6)
        let width = scale > 0 ? priorWidth * priorWidth * groups.variance / scale : 1
        precisions = (0..<layout.size).map { column in
            if column == 0 {
                return 0
            }
            let isBlock = column < (layout.levelOffsets.first ?? layout.size)
            return 1 / (isBlock ? Self.blockWidening * width : width)
        }
    }

    /// Solves for the effects with τ² = ratio·σ²; nil when the equations are not positive definite.
    func fit(ratio: Double) -> Fit? {
        var system = groups.absorbed { precision in
            precision * ratio / (1 + precision * ratio)
        }
        for (column, precision) in precisions.enumerated() {
            system.gram[column, column] += precision
        }
        guard
            let factor = LAPACK.cholesky(system.gram),
            let coefficients = LAPACK.solve(choleskyFactor: factor, system.rightHandSide)
        else {
            return nil
        }
        let explained = zip(coefficients, system.rightHandSide).reduce(0) { $0 + $1.0 * $1.1 }
        let quadratic = max(system.sumOfSquares - explained, groups.sumOfSquares * 1e-14)
        var logDeterminant = 0.0
        for column in 0..<factor.columns {
            logDeterminant += 2 * log(factor[column, column])
        }
        for group in groups.groups {
            logDeterminant += log1p(group.precision * ratio)
        }
        let profile = quadratic > 0 ? degreesOfFreedom * log(quadratic) : 0
        return Fit(
            factor: factor,
            coefficients: coefficients,
            errorVariance: quadratic / degreesOfFreedom,
            logLikelihood: -(profile + logDeterminant) / 2
        )
    }

    /// The ratio of greatest penalised likelihood: a grid over the logarithm, then golden-section search around it.
    func bestRatio() -> Double {
        let steps = 8
        let width = (Self.range.high - Self.range.low) / Double(steps)
        let grid = (0...steps).map { Self.range.low + Double($0) * width }
        let values = grid.map { objective($0) }
        let best = values.indices.max { values[$0] < values[$1] } ?? 0
        var low = max(Self.range.low, grid[best] - width)
        var high = min(Self.range.high, grid[best] + width)
        let golden = (5.0.squareRoot() - 1) / 2
        var first = high - golden * (high - low)
        var second = low + golden * (high - low)
        var atFirst = objective(first)
        var atSecond = objective(second)
        for _ in 0..<9 {
            if atFirst > atSecond {
                high = second
                second = first
                atSecond = atFirst
                first = high - golden * (high - low)
                atFirst = objective(first)
            } else {
                low = first
                first = second
                atFirst = atSecond
                second = low + golden * (high - low)
                atSecond = objective(second)
            }
        }
        return exp((low + high) / 2)
    }

    private func objective(_ logRatio: Double) -> Double {
        guard let fit = fit(ratio: exp(logRatio)) else {
            return -.infinity
        }
        return fit.logLikelihood + logRatio / 2
    }
}
