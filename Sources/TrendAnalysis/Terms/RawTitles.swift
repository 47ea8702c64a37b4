// SPDX-License-Identifier: Apache-2.0

/// Titles as they were added, before terms are counted.
struct RawTitles: Sendable {
    var tokens: [Int32] = []
    var cases: [UInt8] = []
    var ends: [Int32] = []
    var items: [Int32] = []
    var days: [Int32] = []
    var sources: [Int32] = []

    mutating func end(item: Int32, day: Int32, source: Int32) {
        ends.append(Int32(tokens.count))
        items.append(item)
        days.append(day)
        sources.append(source)
    }

    func range(_ title: Int) -> Range<Int> {
        (title == 0 ? 0 : Int(ends[title - 1]))..<Int(ends[title])
    }

    /// Puts the titles in order of their days; those of a day stay in the order in which they were added.
    mutating func sortByDay() {
        let isSorted = zip(days, days.dropFirst()).allSatisfy { $0 <= $1 }
        guard !isSorted else { return }
        let order = days.indices.sorted { days[$0] == days[$1] ? $0 < $1 : days[$0] < days[$1] }
        var sorted = RawTitles()
        sorted.tokens.reserveCapacity(tokens.count)
        sorted.cases.reserveCapacity(cases.count)
        for title in order {
            sorted.tokens.append(contentsOf: tokens[range(title)])
            sorted.cases.append(contentsOf: cases[range(title)])
            sorted.end(item: items[title], day: days[title], source: sources[title])
        }
        self = sorted
    }
}
