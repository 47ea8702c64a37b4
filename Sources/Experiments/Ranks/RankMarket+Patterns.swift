// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Statistics

/// Weekdays or hours at which a product stands better or worse, beyond chance.
///
/// JSON keys are the names of the properties.
package struct RankHabit: Sendable, Equatable, Codable {
    /// What repeats.
    package enum Cycle: String, Sendable, Codable {
        /// Places 0 (Monday) to 6.
        case weekday
        /// Places 0 to 23, or fewer where steps are longer than an hour.
        case hour
    }

    package var cycle: Cycle
    package var keyword: String
    package var product: String
    package var name: String
    /// The whole weeks or days that were compared.
    package var cycles: Int
    /// The false discovery rate over all series that were tested.
    package var falseDiscoveryRate: Double
    /// By place: by which share the rank is better (below 0) or worse than the week's or day's mean, about.
    package var shares: [Double]
}

extension RankMarket {
    /// The patterns by weekday (of daily steps) and by hour (of shorter steps) that a test supports, by keyword and product.
    ///
    /// Each series is tested by turning its weeks or days (`CyclePattern`); of all that are tested those are told whose false
    /// discovery rate is at most the one given. Off the list counts as nobody having looked.
    package func habits(
        positions: [Int]? = nil,
        falseDiscoveryRate: Double = 0.1,
        seed: UInt64 = 1
    ) -> [RankHabit] {
        let day: Int64 = 86_400_000
        let unit = calendar.unit.milliseconds
        guard unit == day || (unit < day && day % unit == 0) else { return [] }
        let length = unit == day ? 7 : Int(day / unit)
        var dice = SplitMix64(seed: seed)
        var found: [(position: Int, pattern: CyclePattern)] = []
        for position in (positions ?? Array(panel.series.indices)).sorted() {
            var values: [Int: Double] = [:]
            for step in calendar.starts.indices {
                guard let rank = panel.outcome(of: position, at: step)?.rank else { continue }
                values[number(of: step, unit: unit)] = log(Double(rank) + 2)
            }
            guard values.count >= 4 * length, let pattern = CyclePattern(values, length: length, using: &dice) else {
                continue
            }
            found.append((position, pattern))
        }
        let rates = MultipleTesting.benjaminiHochberg(found.map(\.pattern.p))
        return zip(found, rates).compactMap { item, rate in
            guard let rate, rate <= falseDiscoveryRate else { return nil }
            let key = panel.series[item.position].key
            return RankHabit(
                cycle: unit == day ? .weekday : .hour,
                keyword: key.keyword,
                product: key.product,
                name: name(of: key.product),
                cycles: item.pattern.cycles,
                falseDiscoveryRate: rate,
                shares: item.pattern.effects.map { exp($0) - 1 }
            )
        }
    }

    /// The number of a step, a multiple of 7 days being a Monday and a multiple of 24 hours a midnight of the time zone.
    private func number(of step: Int, unit: Int64) -> Int {
        let start = calendar.starts[step]
        let local = start.milliseconds + Int64(settings.timeZone.secondsFromGMT(for: start.date)) * 1_000
        // 1970-01-01 was a Thursday, three days after a Monday.
        let monday: Int64 = 3 * 86_400_000
        let shifted = local + monday
        return Int(shifted >= 0 ? shifted / unit : -((-shifted + unit - 1) / unit))
    }
}
