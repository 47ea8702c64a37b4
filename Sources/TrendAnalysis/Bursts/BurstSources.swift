// SPDX-License-Identifier: Apache-2.0

/// Counts in how many sources and on how many days the terms that matter are written of.
enum BurstSources {
    /// Bursts beyond the most surprising ones keep what a single source would have.
    private static let most = 2_000

    static func counted(_ bursts: [Burst], in corpus: TitleCorpus, _ window: BurstWindow) -> [Burst] {
        var place = [Int32](repeating: -1, count: corpus.termCount)
        let leading = bursts.indices.sorted {
            bursts[$0].surprise == bursts[$1].surprise
                ? bursts[$0].term < bursts[$1].term : bursts[$0].surprise > bursts[$1].surprise
        }
        for index in leading.prefix(most) { place[Int(bursts[index].term)] = Int32(index) }
        var bySource: [UInt64] = []
        var byDay: [UInt64] = []
        for title in corpus.titles(from: window.first, through: window.last) {
            for position in corpus.termRange(title) {
                let index = place[Int(corpus.titleTerms[position])]
                guard index >= 0 else { continue }
                let key = UInt64(index) << 32
                bySource.append(key | UInt64(UInt32(bitPattern: corpus.sources[title])))
                byDay.append(key | UInt64(UInt32(bitPattern: corpus.days[title] - window.first)))
            }
        }
        var result = bursts
        var damped = [Double](repeating: 0, count: bursts.count)
        runs(&bySource) { index, count in
            result[index].sources += 1
            damped[index] += Double(count).squareRoot()
        }
        runs(&byDay) { index, _ in result[index].days += 1 }
        // Where a handful of sources write everything, their number tells nothing.
        let isVaried =
            Set(corpus.titles(from: window.first, through: window.last).map { corpus.sources[$0] }).count >= 8
        for index in result.indices {
            result[index].sources = max(1, result[index].sources)
            result[index].days = max(1, result[index].days)
            if isVaried, damped[index] > 0 { result[index].spread = damped[index] / Double(result[index].count) }
        }
        return result
    }

    /// Hands over each run of equal keys: the upper half, and the run's length.
    private static func runs(_ keys: inout [UInt64], _ body: (Int, Int) -> Void) {
        keys.sort()
        var start = 0
        while start < keys.count {
            var end = start + 1
            while end < keys.count, keys[end] == keys[start] { end += 1 }
            body(Int(keys[start] >> 32), end - start)
            start = end
        }
    }
}
