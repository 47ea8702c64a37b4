// SPDX-License-Identifier: Apache-2.0

/// Values of which the greatest (or most extreme) are set to a limit, so that no single one decides.
///
/// The limit is a quantile of all groups together, so that it knows nothing of the split. Values that are never
/// negative are limited from above only. Source: W. J. Dixon, Annals of Mathematical Statistics 31 (1960).
package struct Winsorising: Sendable, Equatable {
    /// The lower limit; nil when only great values are limited.
    package let lower: Double?
    /// The upper limit.
    package let upper: Double
    /// How many values were changed.
    package let changed: Int
    /// The limited values, per group.
    package let values: [[Double]]

    /// Limits groups at a quantile, such as 0.999; throws unless it is above 0.5 and at most 1, or without values.
    package init(_ groups: [[Double]], quantile share: Double) throws(StatisticsError) {
        guard share > 0.5, share <= 1 else {
            throw .invalidArgument(
                name: "The quantile of winsorising",
                value: "\(share)",
                remedy: "give a share above 0.5 and at most 1, such as 0.999"
            )
        }
        let all = groups.flatMap { $0 }
        try all.requireFinite("values")
        guard let high = all.quantile(share), let low = all.quantile(1 - share) else {
            throw .tooFewObservations(subject: "Values to winsorise", found: 0, needed: 1)
        }
        let floor = all.contains { $0 < 0 } ? low : nil
        var changed = 0
        values = groups.map { group in
            group.map { value in
                let limited = min(high, max(floor ?? value, value))
                changed += limited == value ? 0 : 1
                return limited
            }
        }
        self.changed = changed
        lower = floor
        upper = high
    }
}

/// Units whose single value makes up a great share of a sample's spread, on which a mean should not hang.
package enum DominantValues {
    /// The share of the sum of squared deviations from which one value dominates.
    package static let share = 0.2
    /// The fewest values of a sample in which a value can be called dominant.
    package static let leastCount = 100
    /// The most values that are named.
    package static let limit = 10

    /// The positions of values that each hold 20 % or more of the sum of squares that is left without those before.
    ///
    /// Empty below 100 values, where any value can weigh that much.
    package static func positions(in values: [Double]) -> [Int] {
        guard values.count >= leastCount else {
            return []
        }
        let moments = Moments(values)
        var count = Double(moments.count)
        var mean = moments.mean
        var squares = moments.sumOfSquaredDeviations
        var found: [Int] = []
        for position in extremes(values, moments.mean) {
            let distance = values[position] - mean
            // Leaving one value out lowers the sum of squares by n / (n − 1) times its squared deviation.
            let loss = distance * distance * count / (count - 1)
            guard squares > 0, loss >= share * squares else {
                break
            }
            found.append(position)
            mean -= distance / (count - 1)
            squares = max(0, squares - loss)
            count -= 1
        }
        return found
    }

    /// The positions of the values farthest from a centre, the farthest first.
    private static func extremes(_ values: [Double], _ centre: Double) -> [Int] {
        var best: [(position: Int, distance: Double)] = []
        for (position, value) in values.enumerated() {
            let distance = (value - centre).magnitude
            if best.count == limit, let last = best.last, distance <= last.distance {
                continue
            }
            let place = best.firstIndex { $0.distance < distance } ?? best.count
            best.insert((position, distance), at: place)
            if best.count > limit {
                best.removeLast()
            }
        }
        return best.map(\.position)
    }
}
