// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Statistics

/// Tests whether combinations with a level have another share of an outcome, the other factors held.
///
/// Combinations, not trials, are the units: replicates of one combination share its fate, and a search that repeats good
/// combinations would make patterns of it. The permutation of residuals of Freedman and Lane, Journal of Business and Economic
/// Statistics 1 (1983), recommended by Anderson and Legendre 1999; shares are weighted by Kish's design effect.
struct SharePermutation {
    private let weights: [Double]
    private let shares: [Double]
    private let combinations: [[Int]]
    private let levelCounts: [Int]

    /// `counts` are the trials of each combination, `hits` those with the outcome.
    init(combinations: [[Int]], levelCounts: [Int], counts: [Int], hits: [Int]) {
        self.combinations = combinations
        self.levelCounts = levelCounts
        let correlation = Self.intraclassCorrelation(counts: counts, hits: hits)
        weights = counts.map { (Double($0) / (1 + Double($0 - 1) * correlation)).squareRoot() }
        shares = zip(hits, counts).map { Double($0) / Double(max($1, 1)) }
    }

    /// How alike trials of one combination are, 0 to 1, by the analysis of variance.
    private static func intraclassCorrelation(counts: [Int], hits: [Int]) -> Double {
        let n = Double(counts.reduce(0, +))
        let k = Double(counts.count)
        guard k > 1, n > k else { return 0 }
        let overall = Double(hits.reduce(0, +)) / n
        var between = 0.0
        var within = 0.0
        var squares = 0.0
        for (count, hit) in zip(counts, hits) {
            let m = Double(count)
            let share = Double(hit) / m
            between += m * (share - overall) * (share - overall)
            within += m * share * (1 - share)
            squares += m * m
        }
        let meanBetween = between / (k - 1)
        let meanWithin = within / (n - k)
        let size = (n - squares / n) / (k - 1)
        let denominator = meanBetween + (size - 1) * meanWithin
        return denominator > 0 ? min(max((meanBetween - meanWithin) / denominator, 0), 1) : 0
    }

    /// The result of one test.
    struct Result {
        var difference: Interval
        var p: Double
    }

    /// Tests one level of one factor against its other levels; nil when the combinations cannot tell it from other factors.
    func test(
        factor: Int,
        level: Int,
        permutations: Int,
        using generator: inout SplitMix64
    ) -> Result? {
        let count = combinations.count
        let basis = basis(without: factor)
        let freedom = count - basis.count - 1
        guard freedom >= 5 else { return nil }
        let indicator = zip(combinations, weights).map { $0[factor] == level ? $1 : 0 }
        let own = Self.residual(of: indicator, from: basis)
        let size = Self.dot(own, own)
        guard size > 1e-8 * max(Self.dot(indicator, indicator), 1e-300) else { return nil }
        var residuals = Self.residual(of: zip(shares, weights).map { $0 * $1 }, from: basis)
        let total = Self.dot(residuals, residuals)
        guard total > 1e-20 else { return nil }
        let product = Self.dot(own, residuals)
        let observed = Self.statistic(product: product, size: size, total: total)
        let coefficient = product / size
        let error = (max(total - product * product / size, 0) / Double(freedom) / size).squareRoot()
        let t = StudentT(degreesOfFreedom: Double(freedom))?.quantile(0.975) ?? 1.96
        var extreme = 0
        var made = 0
        // Besag and Clifford, Biometrika 78 (1991): enough exceedances end a test that will not be significant.
        while made < permutations, extreme < Self.enough {
            residuals.shuffle(using: &generator)
            made += 1
            // Only the length of what the basis leaves is wanted, not the residuals: the length before stays the same in any
            // order, and `own` is at right angles to the basis.
            let shared = basis.reduce(0) { sum, vector in
                let part = Self.dot(vector, residuals)
                return sum + part * part
            }
            let value = Self.statistic(product: Self.dot(own, residuals), size: size, total: total - shared)
            if value >= observed * (1 - 1e-9) { extreme += 1 }
        }
        let p =
            extreme >= Self.enough ? Double(extreme) / Double(made) : Double(extreme + 1) / Double(made + 1)
        return Result(
            difference: Interval(
                estimate: coefficient,
                lower: max(coefficient - t * error, -1),
                upper: min(coefficient + t * error, 1),
                confidence: 0.95
            ),
            p: p
        )
    }

    /// How many exceedances end a test.
    static let enough = 20

    private static func statistic(product: Double, size: Double, total: Double) -> Double {
        let explained = product * product / size
        return explained / max(total - explained, 1e-12 * max(total, 1e-300))
    }

    /// An orthonormal basis of the mean and the other factors' levels, weighted.
    private func basis(without factor: Int) -> [[Double]] {
        var basis: [[Double]] = []
        func add(_ column: [Double]) {
            let norm = Self.dot(column, column)
            guard norm > 0 else { return }
            // Twice, since once loses digits.
            let rest = Self.residual(of: Self.residual(of: column, from: basis), from: basis)
            let left = Self.dot(rest, rest)
            guard left > 1e-10 * norm else { return }
            let scale = 1 / left.squareRoot()
            basis.append(rest.map { $0 * scale })
        }
        add(weights)
        for other in levelCounts.indices where other != factor {
            for level in 1..<max(levelCounts[other], 1) {
                add(zip(combinations, weights).map { $0[other] == level ? $1 : 0 })
            }
        }
        return basis
    }

    private static func residual(of values: [Double], from basis: [[Double]]) -> [Double] {
        var rest = values
        for vector in basis {
            let part = dot(vector, rest)
            for index in rest.indices { rest[index] -= part * vector[index] }
        }
        return rest
    }

    private static func dot(_ left: [Double], _ right: [Double]) -> Double {
        var sum = 0.0
        for index in left.indices { sum += left[index] * right[index] }
        return sum
    }
}
