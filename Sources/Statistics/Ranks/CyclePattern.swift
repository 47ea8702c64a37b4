// SPDX-License-Identifier: Apache-2.0

/// Whether a series differs by its place in a cycle, such as the day of the week, by a test that neighbours' likeness does not fool.
///
/// What is left after a centred mean over one cycle is ranked within each whole cycle, and the sums of the ranks by place are compared
/// (Friedman's statistic). Values of one week depend on each other, so cycles are not shuffled but turned: each by a random
/// number of places, which keeps what is next to what. The p value is the share of turned panels that differ as much.
package struct CyclePattern: Sendable, Equatable, Codable {
    /// The number of places in the cycle.
    package let length: Int
    /// The whole cycles that were compared.
    package let cycles: Int
    /// The p value.
    package let p: Double
    /// By place: the mean of what is left, on the scale of the values.
    package let effects: [Double]

    /// The fewest cycles that are compared, and the share of a cycle that may be missing.
    private static let leastCycles = 4

    /// Tests a series; nil with fewer than four whole cycles, or when nothing differs at all.
    ///
    /// - Parameters:
    ///   - values: what was seen by number of the step, counted so that a multiple of the length begins a cycle; gaps are left out.
    ///   - length: the number of places in the cycle, at least 2.
    ///   - turns: how many turned panels are drawn.
    ///   - generator: turns them.
    package init?(
        _ values: [Int: Double],
        length: Int,
        turns: Int = 999,
        using generator: inout some RandomNumberGenerator
    ) {
        guard length >= 2, turns >= 1, let first = values.keys.min(), let last = values.keys.max() else { return nil }
        var whole: [[Double]] = []
        for cycle in Self.cycle(first, length)...Self.cycle(last, length) {
            let places = (0..<length).compactMap { Self.rest(values, at: cycle * length + $0, length) }
            if places.count == length { whole.append(places) }
        }
        guard whole.count >= Self.leastCycles else { return nil }
        let ranks = whole.map { Ranking($0).ranks }
        func statistic(_ offsets: [Int]) -> Double {
            var sums = [Double](repeating: 0, count: length)
            for (own, offset) in zip(ranks, offsets) {
                for place in 0..<length { sums[place] += own[(place + offset) % length] }
            }
            let mean = sums.reduce(0, +) / Double(length)
            return sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        let observed = statistic([Int](repeating: 0, count: ranks.count))
        guard observed > 0 else { return nil }
        var asGreat = 1
        for _ in 0..<turns {
            let offsets = ranks.map { _ in Int.random(in: 0..<length, using: &generator) }
            if statistic(offsets) >= observed - 1e-9 { asGreat += 1 }
        }
        self.length = length
        cycles = whole.count
        p = Double(asGreat) / Double(turns + 1)
        effects = (0..<length).map { place in whole.reduce(0) { $0 + $1[place] } / Double(whole.count) }
    }

    private static func cycle(_ number: Int, _ length: Int) -> Int {
        number >= 0 ? number / length : -((-number + length - 1) / length)
    }

    /// A value less the mean of the cycle around it, of which at most a quarter may be missing; nil without the value.
    private static func rest(_ values: [Int: Double], at number: Int, _ length: Int) -> Double? {
        guard let value = values[number] else { return nil }
        let half = length / 2
        let around = ((number - half)...(number - half + length - 1)).compactMap { values[$0] }
        guard around.count * 4 >= length * 3 else { return nil }
        return value - around.reduce(0, +) / Double(around.count)
    }
}
