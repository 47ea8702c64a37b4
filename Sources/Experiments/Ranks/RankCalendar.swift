// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation

/// The steps into which times of sightings fall: those at which anything was seen, in order.
///
/// The length of a step is given, or found: the median gap between the looks of an observer at a list, as the nearest of an hour,
/// six hours, a day and a week. Steps at which nothing was seen do not count, so that a holiday of the observers is no gap of ranks.
package struct RankCalendar: Sendable, Equatable {
    /// The length of a step.
    package let unit: TimeSpan
    /// The first instant of each step at which anything was seen.
    package let starts: [Timestamp]
    private let origin: Timestamp
    private let numbers: [Int64: Int]

    private static let units: [TimeSpan] = [.hours(1), .hours(6), .days(1), .days(7)]

    /// Finds the steps of sightings; days begin at midnight in the time zone.
    init(_ sightings: [RankSighting], unit given: TimeSpan?, timeZone: TimeZone) {
        let unit = given.map { max($0, .minutes(1)) } ?? Self.unit(of: sightings)
        self.unit = unit
        let first = sightings.map(\.time).min() ?? Timestamp(milliseconds: 0)
        let base = min(unit, .days(1)).milliseconds
        let offset = Int64(timeZone.secondsFromGMT(for: first.date)) * 1_000
        let origin = Timestamp(milliseconds: Self.floor(first.milliseconds + offset, base) * base - offset)
        self.origin = origin
        let seen = Set(sightings.map { Self.floor(($0.time - origin).milliseconds, unit.milliseconds) }).sorted()
        starts = seen.map { Timestamp(milliseconds: origin.milliseconds + $0 * unit.milliseconds) }
        numbers = Dictionary(uniqueKeysWithValues: seen.enumerated().map { ($1, $0) })
    }

    /// The step of an instant; nil where nothing was seen in it.
    func step(of time: Timestamp) -> Int? {
        numbers[Self.floor((time - origin).milliseconds, unit.milliseconds)]
    }

    /// The week of the year of a step, about: where in the seasons it lies.
    func season(of step: Int) -> Double {
        let days = Double(starts[step].milliseconds) / 86_400_000
        return (days - (days / 365.2425).rounded(.down) * 365.2425) / 7
    }

    private static func floor(_ value: Int64, _ size: Int64) -> Int64 {
        value >= 0 ? value / size : -((-value + size - 1) / size)
    }

    private static func unit(of sightings: [RankSighting]) -> TimeSpan {
        struct Place: Hashable {
            let keyword: String
            let source: String
            let observer: String
        }
        var times: [Place: Set<Timestamp>] = [:]
        for sighting in sightings {
            let place = Place(keyword: sighting.keyword, source: sighting.source, observer: sighting.observer)
            times[place, default: []].insert(sighting.time)
        }
        let gaps = times.values.flatMap { set in
            let sorted = set.sorted()
            return zip(sorted.dropFirst(), sorted).map { Double(($0 - $1).milliseconds) }
        }.sorted()
        guard !gaps.isEmpty else { return .days(1) }
        let middle = log(max(1, gaps[gaps.count / 2]))
        return units.min { left, right in
            (log(Double(left.milliseconds)) - middle).magnitude < (log(Double(right.milliseconds)) - middle).magnitude
        } ?? .days(1)
    }
}
