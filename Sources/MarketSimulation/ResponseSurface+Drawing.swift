// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

extension ResponseSurface {
    /// Draws a surface: signs that are known are kept, sizes and everything else come from the generator.
    ///
    /// About three of four factors' worth of pairs interact, with heavy-tailed sizes: few interactions matter, as in practice.
    init(factors: [Factor], interactionShare: Double, using generator: inout SplitMix64) {
        let roles = factors.map { FactorRole(name: $0.name) }
        let counts = factors.map(\.levels.count)
        var mains = zip(factors, roles).map { Self.mainEffects(of: $0, role: $1, using: &generator) }
        var pairs = Self.pairs(factors.count, using: &generator).map { first, second in
            Self.interaction(first, second, counts: counts, using: &generator)
        }
        let share = pairs.isEmpty ? 0 : min(max(interactionShare, 0), 1)
        let mainVariance = mains.reduce(0) { $0 + Self.meanSquare($1) }
        let pairVariance = pairs.reduce(0) { $0 + Self.meanSquare($1.effects) }
        let mainScale = mainVariance > 0 ? ((1 - share) / mainVariance).squareRoot() : 0
        let pairScale = pairVariance > 0 ? (share / pairVariance).squareRoot() : 0
        mains = mains.map { $0.map { $0 * mainScale } }
        pairs = pairs.map { pair in
            Interaction(first: pair.first, second: pair.second, effects: pair.effects.map { $0 * pairScale })
        }
        self.init(roles: roles, levelCounts: counts, mainEffects: mains, interactions: pairs)
    }

    private static func mainEffects(
        of factor: Factor,
        role: FactorRole,
        using generator: inout SplitMix64
    ) -> [Double] {
        let heavy = exp(0.6 * generator.roughNormal()) * 0.8
        let size = role.weight.map { $0 * (0.7 + 0.6 * generator.uniform()) } ?? heavy
        let drawn = factor.levels.map { _ in generator.roughNormal() }
        let effects = centred(role.appeal(of: factor.levels) ?? drawn)
        let scale = meanSquare(effects).squareRoot()
        return effects.map { scale > 0 ? $0 / scale * size : 0 }
    }

    private static func pairs(_ factors: Int, using generator: inout SplitMix64) -> [(Int, Int)] {
        var all = (0..<factors).flatMap { first in ((first + 1)..<max(first + 1, factors)).map { (first, $0) } }
        all.shuffle(using: &generator)
        return Array(all.prefix(max(1, factors * 3 / 4)))
    }

    private static func interaction(
        _ first: Int,
        _ second: Int,
        counts: [Int],
        using generator: inout SplitMix64
    ) -> Interaction {
        let size = exp(0.5 * generator.roughNormal())
        let rows = counts[first]
        let columns = counts[second]
        let raw = (0..<(rows * columns)).map { _ in generator.roughNormal() }
        let rowMeans = (0..<rows).map { row in
            (0..<columns).reduce(0) { $0 + raw[row * columns + $1] } / Double(columns)
        }
        let columnMeans = (0..<columns).map { column in
            (0..<rows).reduce(0) { $0 + raw[$1 * columns + column] } / Double(rows)
        }
        let mean = raw.reduce(0, +) / Double(max(raw.count, 1))
        let effects = raw.indices.map { raw[$0] - rowMeans[$0 / columns] - columnMeans[$0 % columns] + mean }
        let scale = meanSquare(effects).squareRoot()
        return Interaction(first: first, second: second, effects: effects.map { scale > 0 ? $0 / scale * size : 0 })
    }

    private static func centred(_ values: [Double]) -> [Double] {
        let mean = values.reduce(0, +) / Double(max(values.count, 1))
        return values.map { $0 - mean }
    }

    private static func meanSquare(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))
    }
}
