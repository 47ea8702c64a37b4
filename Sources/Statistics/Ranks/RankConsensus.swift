// SPDX-License-Identifier: Apache-2.0

/// The rank that several sources agree on, not moved by a single wild one.
///
/// JSON keys are the names of the properties.
package struct RankConsensus: Sendable, Equatable, Codable {
    /// The median over sources, each source counted once by the median of its own ranks.
    package let rank: Double
    /// The number of sources.
    package let sources: Int
    /// The estimate of Hodges and Lehmann and its interval; nil for fewer than two sources.
    ///
    /// The interval's `confidence` is what so few sources can give, which may be less than was asked.
    package let interval: Interval?

    /// Summarises one round; throws without readings or for a rank that is not finite.
    package init(_ round: [RankReliability.Reading], confidence: Double = 0.95) throws(StatisticsError) {
        try Interval.validate(confidence: confidence)
        try round.map(\.rank).requireFinite("rank")
        let bySource = Dictionary(grouping: round, by: \.source).sorted { $0.key < $1.key }
        let medians = bySource.compactMap { $0.value.map(\.rank).median }
        guard let rank = medians.median else {
            throw .tooFewObservations(subject: "The round of rank measurements", found: 0, needed: 1)
        }
        self.rank = rank
        sources = medians.count
        interval = Self.hodgesLehmann(medians, confidence: confidence)
    }

    /// The median of all pairwise means, with the interval that the signed-rank test gives; nil below two values.
    ///
    /// Exact up to 60 values without ties; the normal approximation beyond. Source: Hollander and Wolfe, Nonparametric
    /// Statistical Methods, section 3.
    package static func hodgesLehmann(_ values: [Double], confidence: Double = 0.95) -> Interval? {
        guard values.count > 1 else {
            return nil
        }
        var means: [Double] = []
        for (index, first) in values.enumerated() {
            for second in values[index...] {
                means.append((first + second) / 2)
            }
        }
        means.sort()
        let cut = values.count <= 60 ? exactCut(values.count, confidence) : normalCut(values.count, confidence)
        guard let estimate = means.median, means.indices.contains(cut.index) else {
            return nil
        }
        return Interval(
            estimate: estimate,
            lower: means[cut.index],
            upper: means[means.count - 1 - cut.index],
            confidence: cut.confidence
        )
    }

    /// How many of the smallest pairwise means lie outside, and the confidence that is left.
    private static func exactCut(_ n: Int, _ confidence: Double) -> (index: Int, confidence: Double) {
        let greatest = n * (n + 1) / 2
        var ways = [Double](repeating: 0, count: greatest + 1)
        ways[0] = 1
        for rank in 1...n {
            for sum in stride(from: greatest, through: rank, by: -1) {
                ways[sum] += ways[sum - rank]
            }
        }
        let total = ways.reduce(0, +)
        var tail = ways[0] / total
        var index = 0
        while index + 1 < greatest / 2, 2 * (tail + ways[index + 1] / total) <= 1 - confidence {
            index += 1
            tail += ways[index] / total
        }
        return (index, 1 - 2 * tail)
    }

    private static func normalCut(_ n: Int, _ confidence: Double) -> (index: Int, confidence: Double) {
        let size = Double(n)
        let centre = size * (size + 1) / 4
        let deviation = (size * (size + 1) * (2 * size + 1) / 24).squareRoot()
        let quantile = StandardNormal.quantile(0.5 + confidence / 2) ?? 0
        return (max(0, Int(max(0, (centre - quantile * deviation).rounded(.down)))), confidence)
    }
}
