// SPDX-License-Identifier: Apache-2.0

/// Whether ranks differ by weekday or by hour of the day.
///
/// JSON keys are the names of the properties. Each pattern is tested by Kruskal and Wallis, and the two p values are
/// adjusted by Holm. Measurements of one day depend on each other, so a pattern found is a hint to look at, not a proof.
package struct RankPattern: Sendable, Equatable, Codable {
    /// A rank and when it was measured.
    package struct Reading: Sendable, Equatable {
        /// The day of the week, 1 (Monday) to 7 (Sunday).
        package let weekday: Int
        /// The hour of the day, 0 to 23.
        package let hour: Int
        /// The rank.
        package let rank: Double

        /// Makes a reading.
        package init(weekday: Int, hour: Int, rank: Double) {
            self.weekday = weekday
            self.hour = hour
            self.rank = rank
        }
    }

    /// The ranks of one weekday or hour.
    package struct Group: Sendable, Equatable, Codable {
        /// The weekday or hour.
        package let key: Int
        /// The number of ranks.
        package let n: Int
        /// Their median.
        package let median: Double
        /// The p value of this group against all others, adjusted by Holm; nil without others.
        package let adjustedP: Double?
    }

    /// One of the two patterns.
    package struct Pattern: Sendable, Equatable, Codable {
        /// The groups that hold ranks, ascending.
        package let groups: [Group]
        /// The p value of any difference between groups, adjusted for two patterns; nil with fewer than two groups.
        package let adjustedP: Double?
        /// Whether `adjustedP` is below the level.
        package let isReal: Bool
    }

    /// By day of the week.
    package let weekday: Pattern
    /// By hour of the day.
    package let hour: Pattern

    /// Looks for both patterns; throws for an impossible weekday or hour or a rank that is not finite.
    package init(_ readings: [Reading], level: Double = 0.05) throws(StatisticsError) {
        for reading in readings {
            guard (1...7).contains(reading.weekday) else {
                throw .invalidArgument(name: "weekday", value: "\(reading.weekday)", remedy: "give 1 to 7")
            }
            guard (0...23).contains(reading.hour) else {
                throw .invalidArgument(name: "hour", value: "\(reading.hour)", remedy: "give 0 to 23")
            }
        }
        try readings.map(\.rank).requireFinite("rank")
        let byWeekday = Self.samples(readings, by: \.weekday)
        let byHour = Self.samples(readings, by: \.hour)
        let adjusted = MultipleTesting.holm([try Self.test(byWeekday), try Self.test(byHour)])
        weekday = try Self.pattern(byWeekday, adjusted[0], level)
        hour = try Self.pattern(byHour, adjusted[1], level)
    }

    private static func samples(
        _ readings: [Reading],
        by key: (Reading) -> Int
    ) -> [(key: Int, ranks: [Double])] {
        Dictionary(grouping: readings, by: key).sorted { $0.key < $1.key }.map { ($0.key, $0.value.map(\.rank)) }
    }

    private static func test(_ samples: [(key: Int, ranks: [Double])]) throws(StatisticsError) -> Double? {
        samples.count > 1 ? try KruskalWallisTest(samples.map(\.ranks)).p : nil
    }

    private static func pattern(
        _ samples: [(key: Int, ranks: [Double])],
        _ adjustedP: Double?,
        _ level: Double
    ) throws(StatisticsError) -> Pattern {
        var single: [Double?] = []
        for (index, sample) in samples.enumerated() {
            let others = samples.indices.filter { $0 != index }.flatMap { samples[$0].ranks }
            single.append(others.isEmpty ? nil : try RankSumTest(sample.ranks, others).p)
        }
        let groups = zip(samples, MultipleTesting.holm(single)).map { sample, p in
            Group(key: sample.key, n: sample.ranks.count, median: sample.ranks.median ?? 0, adjustedP: p)
        }
        return Pattern(groups: groups, adjustedP: adjustedP, isReal: adjustedP.map { $0 < level } ?? false)
    }
}
