// SPDX-License-Identifier: Apache-2.0

/// The test of Kruskal and Wallis: whether several samples come from one distribution, by ranks.
///
/// JSON keys are the names of the properties. Corrected for ties; the p value is by chi-squared.
package struct KruskalWallisTest: Sendable, Equatable, Codable {
    /// The statistic.
    package let h: Double
    /// The number of samples that hold values, less one.
    package let df: Int
    /// The p value; 1 when all values are equal.
    package let p: Double

    /// Compares samples, ignoring empty ones; throws for fewer than two samples with values.
    package init(_ samples: [[Double]]) throws(StatisticsError) {
        let present = samples.filter { !$0.isEmpty }
        guard present.count > 1 else {
            throw .tooFewObservations(subject: "Samples with values", found: present.count, needed: 2)
        }
        for (index, sample) in present.enumerated() {
            try sample.requireFinite("sample \(index + 1)")
        }
        let ranking = Ranking(present.flatMap { $0 })
        let total = Double(ranking.ranks.count)
        var start = 0
        var sum = 0.0
        for sample in present {
            let deviation =
                ranking.ranks[start..<(start + sample.count)].reduce(0, +) / Double(sample.count) - (total + 1) / 2
            sum += Double(sample.count) * deviation * deviation
            start += sample.count
        }
        let correction = 1 - ranking.tieTerm / (total * total * total - total)
        df = present.count - 1
        h = correction > 0 ? 12 / (total * (total + 1)) * sum / correction : 0
        p = correction > 0 ? ChiSquared(degreesOfFreedom: Double(df))?.sf(h) ?? 1 : 1
    }
}
