// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A Gaussian process over combinations of levels, for responses that main effects and pairs do not explain.
///
/// The correlation of two combinations is exp(−Σ θ·d), where d is 1 for different levels of a nominal factor and the
/// distance of the levels, from 0 to 1, for an ordered one: the overlap kernel with a weight per factor (Wan et al.,
/// "Think Global and Act Local", ICML 2021), which holds interactions of every order. Weights and noise maximise the
/// likelihood with mean and scale profiled out (Rasmussen and Williams 2006, chapters 2 and 5) under a weak prior.
package struct OverlapProcess: Sendable {
    /// The most observations it uses: the cost grows with their cube.
    package static let limit = 300

    private let isOrdinal: [Bool]
    private let levelCounts: [Int]
    private let combinations: [[Int]]
    private let weights: [Double]
    private let ratio: Double
    private let inverse: DenseMatrix
    private let solved: [Double]
    private let scale: Double
    private let centre: Double

    /// Fits the latest observations.
    ///
    /// Throws as `SecondOrderModel.fit` does, and when the equations cannot be solved. Blocks are not modelled: give
    /// responses that are free of them.
    package init(
        layout: EffectLayout,
        _ observations: [EffectObservation],
        steps: Int = 25
    ) throws(StatisticsError) {
        try layout.validate(observations)
        let used = observations.suffix(Self.limit)
        levelCounts = layout.levelCounts
        isOrdinal = layout.isOrdinal
        combinations = used.map(\.levels)
        let fit = try Likelihood(
            distances: Self.distances(combinations, layout),
            factors: layout.levelCounts.count,
            responses: used.map(\.response),
            errorWeights: used.map { 1 / $0.weight }
        ).climb(steps: steps)
        weights = fit.logWeights.map(exp)
        ratio = exp(fit.logRatio)
        inverse = fit.inverse
        solved = fit.solved
        scale = fit.scale
        centre = fit.centre
    }

    /// The variance of one response about its combination's mean.
    package var errorVariance: Double { ratio * scale }

    /// What is believed of a combination's mean response.
    package func belief(of levels: [Int]) -> (mean: Double, variance: Double) {
        let row = combinations.map { correlation($0, levels) }
        var mean = centre
        var explained = 0.0
        for i in row.indices {
            mean += row[i] * solved[i]
            var sum = 0.0
            for j in row.indices {
                sum += inverse[j, i] * row[j]
            }
            explained += row[i] * sum
        }
        return (mean, max(0, scale * (1 - explained)))
    }

    /// Joint draws of several combinations' mean responses: a row per draw.
    package func draws(
        of candidates: [[Int]],
        count: Int,
        using generator: inout some RandomNumberGenerator
    ) throws(StatisticsError) -> [[Double]] {
        let rows = candidates.map { candidate in combinations.map { correlation($0, candidate) } }
        let size = candidates.count
        let n = combinations.count
        var covariance = DenseMatrix(rows: size, columns: size)
        var means = [Double](repeating: centre, count: size)
        for (place, row) in rows.enumerated() {
            var turned = [Double](repeating: 0, count: n)
            for j in 0..<n {
                means[place] += row[j] * solved[j]
                for i in 0..<n {
                    turned[i] += inverse[i, j] * row[j]
                }
            }
            for other in place..<size {
                var explained = 0.0
                for i in 0..<n {
                    explained += turned[i] * rows[other][i]
                }
                covariance[other, place] = correlation(candidates[place], candidates[other]) - explained
            }
            covariance[place, place] += 1e-6
        }
        guard let factor = LAPACK.cholesky(covariance) else {
            throw .singular(subject: "The covariance of candidates")
        }
        let deviation = scale.squareRoot()
        return (0..<max(0, count)).map { _ in
            let noise = (0..<size).map { _ in StandardNormal.sample(using: &generator) }
            var values = means
            for column in 0..<size {
                for row in column..<size {
                    values[row] += deviation * factor[row, column] * noise[column]
                }
            }
            return values
        }
    }

    private func correlation(_ first: [Int], _ second: [Int]) -> Double {
        var sum = 0.0
        for factor in first.indices where first[factor] != second[factor] {
            sum +=
                weights[factor] * Self.distance(first[factor], second[factor], levelCounts[factor], isOrdinal[factor])
        }
        return exp(-sum)
    }

    private static func distance(_ first: Int, _ second: Int, _ levels: Int, _ isOrdinal: Bool) -> Double {
        isOrdinal ? Double(abs(first - second)) / Double(max(1, levels - 1)) : first == second ? 0 : 1
    }

    /// The distances of all pairs, factor by factor.
    private static func distances(_ combinations: [[Int]], _ layout: EffectLayout) -> [Double] {
        var distances: [Double] = []
        distances.reserveCapacity(layout.levelCounts.count * combinations.count * combinations.count)
        for factor in layout.levelCounts.indices {
            for first in combinations {
                for second in combinations {
                    distances.append(
                        distance(first[factor], second[factor], layout.levelCounts[factor], layout.isOrdinal[factor])
                    )
                }
            }
        }
        return distances
    }
}

/// The profile likelihood of weights and noise.
private struct Likelihood {
    struct Fit {
        var logWeights: [Double]
        var logRatio: Double
        var value: Double
        var inverse: DenseMatrix
        var solved: [Double]
        var scale: Double
        var centre: Double
        var gradient: [Double]
    }

    let distances: [Double]
    let factors: Int
    let responses: [Double]
    let errorWeights: [Double]

    /// Climbs by signs of the gradient with a step per parameter (Riedmiller and Braun 1993).
    func climb(steps: Int) throws(StatisticsError) -> Fit {
        let start = log(1 / Double(max(1, factors)))
        var best = try fit([Double](repeating: start, count: factors), log(0.5), start)
        var current = best
        var sizes = [Double](repeating: 0.3, count: factors + 1)
        var before = [Double](repeating: 0, count: factors + 1)
        for _ in 0..<steps {
            var weights = current.logWeights
            var ratio = current.logRatio
            for place in sizes.indices {
                let slope = current.gradient[place]
                let agreement = slope * before[place]
                sizes[place] = min(1, max(0.01, sizes[place] * (agreement > 0 ? 1.3 : agreement < 0 ? 0.5 : 1)))
                let step = slope > 0 ? sizes[place] : slope < 0 ? -sizes[place] : 0
                if place < factors {
                    weights[place] = min(3, max(-8, weights[place] + step))
                } else {
                    ratio = min(4, max(-6, ratio + step))
                }
                before[place] = slope
            }
            current = try fit(weights, ratio, start)
            if current.value > best.value {
                best = current
            }
        }
        return best
    }

    private func fit(
        _ logWeights: [Double],
        _ logRatio: Double,
        _ prior: Double
    ) throws(StatisticsError) -> Fit {
        let n = responses.count
        var exponents = [Double](repeating: 0, count: n * n)
        for factor in 0..<factors {
            let weight = exp(logWeights[factor])
            let base = factor * n * n
            for index in exponents.indices {
                exponents[index] += weight * distances[base + index]
            }
        }
        let correlations = exponents.map { exp(-$0) }
        var matrix = DenseMatrix(rows: n, columns: n)
        matrix.values = correlations
        let ratio = exp(logRatio)
        for row in 0..<n {
            matrix[row, row] += ratio * errorWeights[row] + 1e-9
        }
        guard let factor = LAPACK.cholesky(matrix), let inverse = LAPACK.inverse(choleskyFactor: factor) else {
            throw .singular(subject: "The covariance of the trials")
        }
        var sums = [Double](repeating: 0, count: n)
        var total = 0.0
        var weighted = 0.0
        for column in 0..<n {
            for row in 0..<n {
                sums[column] += inverse[row, column]
            }
            total += sums[column]
            weighted += sums[column] * responses[column]
        }
        let centre = total > 0 ? weighted / total : 0
        var solved = [Double](repeating: 0, count: n)
        for column in 0..<n {
            let residual = responses[column] - centre
            for row in 0..<n {
                solved[row] += inverse[row, column] * residual
            }
        }
        var quadratic = 0.0
        var logDeterminant = 0.0
        for row in 0..<n {
            quadratic += solved[row] * (responses[row] - centre)
            logDeterminant += 2 * log(factor[row, row])
        }
        let scale = max(quadratic / Double(n), 1e-12)
        var value = -0.5 * (Double(n) * log(scale) + logDeterminant)
        var gradient = [Double](repeating: 0, count: factors + 1)
        for place in 0..<factors {
            let base = place * n * n
            var slope = 0.0
            for column in 0..<n {
                let left = solved[column] / scale
                for row in 0..<n {
                    let index = column * n + row
                    slope -=
                        distances[base + index] * correlations[index]
                        * (left * solved[row] - inverse.values[index])
                }
            }
            let offset = logWeights[place] - prior
            value -= offset * offset / 8
            gradient[place] = 0.5 * exp(logWeights[place]) * slope - offset / 4
        }
        for row in 0..<n {
            gradient[factors] +=
                0.5 * ratio * errorWeights[row]
                * (solved[row] * solved[row] / scale - inverse[row, row])
        }
        return Fit(
            logWeights: logWeights,
            logRatio: logRatio,
            value: value,
            inverse: inverse,
            solved: solved,
            scale: scale,
            centre: centre,
            gradient: gradient
        )
    }
}
