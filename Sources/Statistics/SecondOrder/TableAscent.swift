// SPDX-License-Identifier: Apache-2.0

/// Finds combinations of high value in tables of effects by coordinate ascent from several starts.
package struct TableAscent: Sendable {
    private let layout: EffectLayout
    /// For each factor: table offset, other factor, and whether the factor is the first one of the pair.
    private let neighbours: [[(offset: Int, other: Int, isFirst: Bool)]]
    private let tables: [Double]

    /// Prepares tables; pairs that are all zero are left out.
    init(layout: EffectLayout, tables: [Double]) {
        self.layout = layout
        self.tables = tables
        var neighbours: [[(offset: Int, other: Int, isFirst: Bool)]] = layout.levelCounts.map { _ in [] }
        for group in layout.groups {
            guard let second = group.second else {
                continue
            }
            var isZero = true
            for cell in 0..<group.cells where tables[group.offset + cell] != 0 {
                isZero = false
                break
            }
            if !isZero {
                neighbours[group.first].append((group.offset, second, true))
                neighbours[second].append((group.offset, group.first, false))
            }
        }
        self.neighbours = neighbours
    }

    /// Climbs from a start to a combination that no change of one level improves; returns the value there.
    func climb(_ levels: inout [Int]) -> Double {
        var scores = [Double](repeating: 0, count: layout.levelCounts.max() ?? 1)
        var idle = 0
        var factor = 0
        let factors = layout.levelCounts.count
        while idle < factors {
            let count = layout.levelCounts[factor]
            let offset = layout.groups[factor].offset
            for level in 0..<count {
                scores[level] = tables[offset + level]
            }
            for link in neighbours[factor] {
                if link.isFirst {
                    let stride = layout.levelCounts[link.other]
                    var place = link.offset + levels[link.other]
                    for level in 0..<count {
                        scores[level] += tables[place]
                        place += stride
                    }
                } else {
                    let place = link.offset + levels[link.other] * count
                    for level in 0..<count {
                        scores[level] += tables[place + level]
                    }
                }
            }
            var best = levels[factor]
            for level in 0..<count where scores[level] > scores[best] {
                best = level
            }
            if best != levels[factor] {
                levels[factor] = best
                idle = 0
            }
            idle += 1
            factor = factor + 1 == factors ? 0 : factor + 1
        }
        return layout.value(tables[...], of: levels)
    }

    /// The best of climbs from given starts and from random ones.
    func maximum(
        starts: [[Int]],
        random: Int,
        using generator: inout some RandomNumberGenerator
    ) -> (levels: [Int], value: Double) {
        var best: (levels: [Int], value: Double) = ([], -.infinity)
        for index in 0..<(starts.count + random) {
            var levels =
                index < starts.count
                ? starts[index]
                : layout.levelCounts.map { Int(truncatingIfNeeded: generator.next() % UInt64($0)) }
            let value = climb(&levels)
            if value > best.value {
                best = (levels, value)
            }
        }
        return best
    }
}

extension SecondOrderPosterior {
    /// The combination of the highest expected response that was found.
    package func bestExpected(
        starts: [[Int]] = [],
        random: Int = 24,
        using generator: inout some RandomNumberGenerator
    ) -> [Int] {
        TableAscent(layout: layout, tables: meanTables).maximum(starts: starts, random: random, using: &generator)
            .levels
    }

    /// The best combination of one draw, with its differences from the mean multiplied by `boldness`.
    package func bestDrawn(
        _ draw: Int,
        boldness: Double,
        starts: [[Int]] = [],
        random: Int = 6,
        using generator: inout some RandomNumberGenerator
    ) -> [Int] {
        var values = Array(tables(draw))
        if boldness != 1 {
            for cell in values.indices {
                values[cell] = meanTables[cell] + boldness * (values[cell] - meanTables[cell])
            }
        }
        return TableAscent(layout: layout, tables: values).maximum(starts: starts, random: random, using: &generator)
            .levels
    }
}
