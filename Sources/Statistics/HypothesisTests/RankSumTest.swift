// SPDX-License-Identifier: Apache-2.0

/// The rank-sum test of Wilcoxon, Mann and Whitney: whether one of two samples tends to larger values.
///
/// JSON keys are the names of the properties. Up to 40 values together the p value is exact, given the ties that there
/// are; beyond, it is the normal approximation with tie and continuity correction.
package struct RankSumTest: Sendable, Equatable, Codable {
    /// Mann and Whitney's U of the first sample: how many pairs have the first value greater, ties counting half.
    package let u: Double
    /// U over the number of pairs: the chance that a value of the first sample is the greater.
    package let probabilityOfSuperiority: Double
    /// The two-sided p value; 1 when all values are equal.
    package let p: Double
    /// Whether `p` is exact.
    package let isExact: Bool

    /// The greatest number of values for which all arrangements are counted.
    private static let exactLimit = 40

    /// Compares two samples; throws when one is empty or holds a value that is not finite.
    package init(_ first: [Double], _ second: [Double]) throws(StatisticsError) {
        for (name, sample) in [("The first sample", first), ("The second sample", second)] {
            guard !sample.isEmpty else {
                throw .tooFewObservations(subject: name, found: 0, needed: 1)
            }
            try sample.requireFinite(name)
        }
        let ranking = Ranking(first + second)
        let n = Double(first.count)
        let m = Double(second.count)
        let rankSum = ranking.ranks.prefix(first.count).reduce(0, +)
        u = rankSum - n * (n + 1) / 2
        probabilityOfSuperiority = u / (n * m)
        isExact = first.count + second.count <= Self.exactLimit
        if isExact {
            p = Self.exact(ranking.ranks, chosen: first.count, rankSum: rankSum)
        } else {
            p = Self.approximate(u, n, m, ranking.tieTerm)
        }
    }

    private static func approximate(_ u: Double, _ n: Double, _ m: Double, _ tieTerm: Double) -> Double {
        let total = n + m
        let variance = n * m / 12 * (total + 1 - tieTerm / (total * (total - 1)))
        guard variance > 0 else {
            return 1
        }
        let distance = max(0, (u - n * m / 2).magnitude - 0.5)
        return StandardNormal.twoSidedP(distance / variance.squareRoot()) ?? 1
    }

    /// The share of all choices of the first sample whose rank sum is at least as far from its mean.
    private static func exact(_ ranks: [Double], chosen: Int, rankSum: Double) -> Double {
        let doubled = ranks.map { Int(2 * $0) }
        let greatest = doubled.reduce(0, +)
        var ways = [[Double]](repeating: [Double](repeating: 0, count: greatest + 1), count: chosen + 1)
        ways[0][0] = 1
        for (position, rank) in doubled.enumerated() {
            for size in stride(from: min(position + 1, chosen), through: 1, by: -1) {
                for sum in rank...greatest where ways[size - 1][sum - rank] != 0 {
                    ways[size][sum] += ways[size - 1][sum - rank]
                }
            }
        }
        let centre = chosen * (ranks.count + 1)
        let distance = (Int(2 * rankSum) - centre).magnitude
        var extreme = 0.0
        for (sum, count) in ways[chosen].enumerated() where (sum - centre).magnitude >= distance {
            extreme += count
        }
        return min(1, extreme / ways[chosen].reduce(0, +))
    }
}
