// SPDX-License-Identifier: Apache-2.0

/// How far a round of rank measurements can be trusted, from 0 to 10,000.
package enum RankReliability {
    /// The score from which a change may be called real.
    package static let threshold = 5_000

    /// One observed rank and the independent source that it came from.
    package struct Reading: Sendable, Equatable {
        /// The source; observers that ask one API with one key are one source.
        package let source: String
        /// The rank, from 1.
        package let rank: Double

        /// Makes a reading.
        package init(source: String, rank: Double) {
            self.source = source
            self.rank = rank
        }
    }

    /// (0.4 × min(sources / 4, 1) + 0.4 / (1 + variance) + 0.2 × (1 from 10 to 22 h, else 0.7)) × 10,000, rounded.
    ///
    /// `hour` is the hour of the day, 0...23, in the market's time zone; 10 and 22 count as within. Throws for negative
    /// sources, a negative variance or an impossible hour.
    package static func score(sources: Int, variance: Double, hour: Int) throws(StatisticsError) -> Int {
        guard sources >= 0 else {
            throw .invalidArgument(name: "sources", value: "\(sources)", remedy: "give 0 or more")
        }
        guard variance >= 0, variance.isFinite else {
            throw .invalidArgument(name: "variance", value: "\(variance)", remedy: "give 0 or more")
        }
        guard (0...23).contains(hour) else {
            throw .invalidArgument(name: "hour", value: "\(hour)", remedy: "give an hour of the day, 0 to 23")
        }
        let agreement = 0.4 * min(Double(sources) / 4, 1) + 0.4 / (1 + variance)
        let daytime = 0.2 * ((10...22).contains(hour) ? 1.0 : 0.7)
        return Int(((agreement + daytime) * 10_000).rounded())
    }

    /// The score of one round: distinct sources are counted, and the variance is of all its ranks (n − 1).
    ///
    /// A single rank has variance 0. Throws when there are no readings.
    package static func score(round: [Reading], hour: Int) throws(StatisticsError) -> Int {
        guard !round.isEmpty else {
            throw .tooFewObservations(subject: "The round of rank measurements", found: 0, needed: 1)
        }
        let ranks = round.map(\.rank)
        try ranks.requireFinite("rank")
        return try score(
            sources: Set(round.map(\.source)).count,
            variance: Moments(ranks).sampleVariance ?? 0,
            hour: hour
        )
    }
}
