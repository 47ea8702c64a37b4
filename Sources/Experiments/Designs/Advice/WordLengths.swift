// SPDX-License-Identifier: Apache-2.0

/// How much effects of few factors are mixed with each other in any runs: the start of the generalised word length pattern.
///
/// Xu and Wu, "Generalized minimum aberration for asymmetrical fractional factorial designs", Annals of Statistics 29,
/// 2001. With orthonormal contrasts, `lengths[j]` is the sum of squares of the mean of every contrast of j factors over
/// the runs. Summed over contrasts it needs no contrasts: a factor of s levels gives s − 1 for two runs that share a
/// level and −1 for two that do not, and the pattern is the mean over pairs of runs of the elementary symmetric sums.
struct WordLengths: Hashable, Sendable {
    /// How far levels are from equally often.
    let imbalance: Double
    /// How much main effects are mixed with each other.
    let mainsWithMains: Double
    /// How much main effects are mixed with interactions of two factors.
    let mainsWithPairs: Double

    /// The pattern of runs that mix nothing.
    static let none = WordLengths(imbalance: 0, mainsWithMains: 0, mainsWithPairs: 0)

    private init(imbalance: Double, mainsWithMains: Double, mainsWithPairs: Double) {
        self.imbalance = imbalance
        self.mainsWithMains = mainsWithMains
        self.mainsWithPairs = mainsWithPairs
    }

    /// Counts the pattern of runs given as level indices; `levelCounts` are the numbers of levels.
    init(runs: [[Int]], levelCounts: [Int]) {
        var sums = (one: 0.0, two: 0.0, three: 0.0)
        let same = levelCounts.map { Double($0 - 1) }
        for (index, left) in runs.enumerated() {
            for other in 0...index {
                let right = runs[other]
                var (one, two, three) = (0.0, 0.0, 0.0)
                for factor in same.indices {
                    let value = left[factor] == right[factor] ? same[factor] : -1
                    three += value * two
                    two += value * one
                    one += value
                }
                let weight = other == index ? 1.0 : 2
                sums.one += weight * one
                sums.two += weight * two
                sums.three += weight * three
            }
        }
        let pairs = Double(max(1, runs.count * runs.count))
        func tidy(_ sum: Double) -> Double { sum / pairs < 1e-9 ? 0 : sum / pairs }
        self.init(imbalance: tidy(sums.one), mainsWithMains: tidy(sums.two), mainsWithPairs: tidy(sums.three))
    }
}
