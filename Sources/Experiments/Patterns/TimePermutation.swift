// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Statistics

/// Tests whether a value depends on the hour within the day, or on the weekday within the week.
///
/// The units are whole time slots (or days), and they change places only within their day (or week): what all trials of a slot
/// share, and what drifts from day to day, is then not taken for a pattern. Good, "Permutation, Parametric and Bootstrap Tests
/// of Hypotheses", 2005, chapter 3.
struct TimePermutation {
    /// The mean of one slot.
    struct Slot {
        /// The hour, or the weekday.
        var bin: Int
        /// The day, or the week.
        var group: Int64
        var value: Double
    }

    /// The bin that stands out most.
    struct Result {
        var bin: Int
        var count: Int
        /// Its mean less its groups' means.
        var difference: Interval
        var p: Double
    }

    /// Why there is no test.
    enum Outcome {
        case tested(Result)
        case tooFew(String)
    }

    /// Compares the bins; groups of one slot say nothing and are left out.
    static func test(
        _ slots: [Slot],
        groupName: String,
        binName: String,
        permutations: Int,
        using generator: inout SplitMix64
    ) -> Outcome {
        let groups = Dictionary(grouping: slots, by: \.group).values
            .filter { Set($0.map(\.bin)).count > 1 }
            .sorted { ($0.first?.group ?? 0) < ($1.first?.group ?? 0) }
        guard groups.count >= leastGroups else {
            return .tooFew(
                "\(binName)s were not compared: needs \(leastGroups) \(groupName)s with several \(binName)s each, has \(groups.count)"
            )
        }
        let bins = Set(groups.flatMap { $0.map(\.bin) }).sorted()
        let places = Dictionary(bins.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let labels = groups.map { group in group.map { places[$0.bin] ?? 0 } }
        var values = groups.map { group in
            let mean = group.reduce(0) { $0 + $1.value } / Double(group.count)
            return group.map { $0.value - mean }
        }
        var counts = [Double](repeating: 0, count: bins.count)
        for group in labels { for label in group { counts[label] += 1 } }
        func sums() -> [Double] {
            var sums = [Double](repeating: 0, count: bins.count)
            for (group, own) in zip(labels, values) {
                for (label, value) in zip(group, own) { sums[label] += value }
            }
            return sums
        }
        func statistic(_ sums: [Double]) -> Double {
            zip(sums, counts).reduce(0) { $0 + $1.0 * $1.0 / $1.1 }
        }
        let first = sums()
        let observed = statistic(first)
        let pairs = zip(first, counts).map { $0 / $1.squareRoot() }
        let usable = bins.indices.filter { counts[$0] >= 3 }
        guard observed > 0, let best = usable.max(by: { pairs[$0].magnitude < pairs[$1].magnitude }) else {
            return .tooFew(
                "\(binName)s were not compared: needs a \(binName) that was seen 3 times and values that differ"
            )
        }
        let own = zip(labels, values).flatMap { zip($0, $1).filter { $0.0 == best }.map(\.1) }
        var extreme = 0
        var made = 0
        while made < permutations, extreme < SharePermutation.enough {
            for index in values.indices { values[index].shuffle(using: &generator) }
            made += 1
            if statistic(sums()) >= observed * (1 - 1e-9) { extreme += 1 }
        }
        let p =
            extreme >= SharePermutation.enough
            ? Double(extreme) / Double(made) : Double(extreme + 1) / Double(made + 1)
        return .tested(Result(bin: bins[best], count: own.count, difference: interval(own), p: p))
    }

    /// How many groups a comparison needs.
    private static let leastGroups = 3

    private static func interval(_ values: [Double]) -> Interval {
        let n = Double(values.count)
        let mean = values.reduce(0, +) / n
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(n - 1, 1)
        let half = (StudentT(degreesOfFreedom: max(n - 1, 1))?.quantile(0.975) ?? 1.96) * (variance / n).squareRoot()
        return Interval(estimate: mean, lower: mean - half, upper: mean + half, confidence: 0.95)
    }
}
