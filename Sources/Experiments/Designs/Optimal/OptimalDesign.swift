// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation

/// Runs chosen so that a model's coefficients are estimated as precisely as so many runs allow: D-optimal by exchange.
///
/// Up to 1,000 allowed combinations every run is exchanged for the best of them (Fedorov, "Theory of Optimal
/// Experiments", 1972, as modified by Cook and Nachtsheim, Technometrics 22, 1980); beyond that one level at a time
/// (Meyer and Nachtsheim, Technometrics 37, 1995). The best of several starts is taken. Random choices come from the
/// seed alone, and no decision depends on a rounding beyond IEEE arithmetic.
package struct OptimalDesign: Hashable, Sendable {
    /// The chosen runs as level indices, without those that exist already.
    package let runs: [[Int]]
    /// The block of each chosen run, from 0.
    package let blocks: [Int]
    /// |X'X|^(1/p) / n over all runs, those that exist included: 1 for an orthogonal design.
    package let efficiency: Double

    /// Chooses `count` runs; nil when the model cannot be estimated from them, or no allowed combination was found.
    ///
    /// `existing` runs count, in block 0, and stay as they are. The new runs are dealt to blocks in turn.
    package init?(
        model: DesignModel,
        count: Int,
        forbidden: [ForbiddenCombination] = [],
        existing: [[Int]] = [],
        starts: Int = 12,
        seed: UInt64 = 1
    ) {
        guard count >= 1, count + existing.count >= model.width, model.levelCounts.allSatisfy({ $0 >= 1 }) else {
            return nil
        }
        var search = ExchangeSearch(model: model, count: count, forbidden: forbidden, existing: existing)
        var generator = SplitMix64(seed: SplitMix64.seed(seed, "d-optimal"))
        var best: (runs: [[Int]], logDeterminant: Double)?
        for _ in 0..<max(1, starts) {
            guard search.begin(using: &generator) else { continue }
            search.improve()
            guard let found = search.logDeterminant() else { continue }
            if let current = best, found <= current.logDeterminant + 1e-9 { continue }
            best = (search.runs, found)
        }
        guard let best else { return nil }
        runs = best.runs
        blocks = search.blocks
        efficiency = exp(best.logDeterminant / Double(model.width)) / Double(count + existing.count)
    }

    /// The D-efficiency of given runs for a model; nil when it cannot be estimated from them.
    package static func efficiency(of runs: [[Int]], blocks: [Int]? = nil, model: DesignModel) -> Double? {
        guard runs.count >= model.width else { return nil }
        var matrix = InformationMatrix(width: model.width)
        for (index, run) in runs.enumerated() {
            matrix.add(model.row(run, block: blocks?[index] ?? 0))
        }
        guard let result = matrix.inverse() else { return nil }
        return exp(result.logDeterminant / Double(model.width)) / Double(runs.count)
    }
}

/// One start of an exchange after the other.
private struct ExchangeSearch {
    /// The most combinations that are all tried for every run.
    private static let candidateLimit = 1_000

    let model: DesignModel
    let count: Int
    let forbidden: [ForbiddenCombination]
    let blocks: [Int]
    private let candidates: [[Int]]?
    private let fixed: InformationMatrix
    private(set) var runs: [[Int]] = []
    private var rows: [[Double]] = []
    private var inverse: [Double] = []
    /// The inverse times the row under exchange, and the row's own variance.
    private var direction: [Double] = []
    private var variance = 0.0

    init(model: DesignModel, count: Int, forbidden: [ForbiddenCombination], existing: [[Int]]) {
        self.model = model
        self.count = count
        self.forbidden = forbidden
        blocks = (0..<count).map { $0 % model.blockCount }
        var fixed = InformationMatrix(width: model.width)
        for run in existing {
            fixed.add(model.row(run))
        }
        self.fixed = fixed
        let all = FactorSpace(levelCounts: model.levelCounts).allCombinations(limit: Self.candidateLimit)
        candidates = all.map { all in
            all.map(\.levels).filter { levels in !forbidden.contains { $0.holds(in: levels) } }
        }
    }

    /// Draws runs; false when no allowed one was found.
    mutating func begin(using generator: inout SplitMix64) -> Bool {
        runs = []
        for _ in 0..<count {
            guard let run = draw(using: &generator) else { return false }
            runs.append(run)
        }
        rows = zip(runs, blocks).map { model.row($0, block: $1) }
        return true
    }

    private func draw(using generator: inout SplitMix64) -> [Int]? {
        if let candidates { return candidates.randomElement(using: &generator) }
        for _ in 0..<2_000 {
            let run = model.levelCounts.map { Int.random(in: 0..<$0, using: &generator) }
            if !forbidden.contains(where: { $0.holds(in: run) }) { return run }
        }
        return nil
    }

    /// The information of all runs, with a ridge that lets a start be singular.
    private func information(ridge: Double) -> InformationMatrix {
        var matrix = InformationMatrix(width: model.width, ridge: ridge)
        for row in rows { matrix.add(row) }
        matrix.add(fixed)
        return matrix
    }

    /// The logarithm of the determinant; nil when the model cannot be estimated.
    func logDeterminant() -> Double? {
        information(ridge: 0).inverse(tolerance: 1e-9)?.logDeterminant
    }

    /// Exchanges until a whole pass improves nothing, 60 passes at most.
    mutating func improve() {
        for pass in 0..<60 {
            // The inverse is made anew for every pass, so that errors of its updates do not add up.
            guard let fresh = information(ridge: pass == 0 ? 1e-3 : 1e-6).inverse(tolerance: 1e-14) else { return }
            inverse = fresh.inverse
            var hasImproved = false
            for run in runs.indices {
                hasImproved = (candidates == nil ? exchangeLevels(run) : exchangeRun(run)) || hasImproved
            }
            if !hasImproved && pass > 0 { return }
        }
    }

    private mutating func exchangeRun(_ run: Int) -> Bool {
        prepare(rows[run])
        var best: (levels: [Int], row: [Double], gain: Double)?
        for levels in candidates ?? [] {
            let row = model.row(levels, block: blocks[run])
            let gain = gain(of: row)
            if gain > max(best?.gain ?? 0, 1e-7) { best = (levels, row, gain) }
        }
        guard let best else { return false }
        replace(run, by: best.levels, best.row)
        return true
    }

    private mutating func exchangeLevels(_ run: Int) -> Bool {
        var hasImproved = false
        for factor in model.levelCounts.indices {
            prepare(rows[run])
            var best: (levels: [Int], row: [Double], gain: Double)?
            for level in 0..<model.levelCounts[factor] where level != runs[run][factor] {
                var levels = runs[run]
                levels[factor] = level
                if forbidden.contains(where: { $0.holds(in: levels) }) { continue }
                let row = model.row(levels, block: blocks[run])
                let gain = gain(of: row)
                if gain > max(best?.gain ?? 0, 1e-7) { best = (levels, row, gain) }
            }
            guard let best else { continue }
            replace(run, by: best.levels, best.row)
            hasImproved = true
        }
        return hasImproved
    }

    /// Computes what every candidate for a row's place needs.
    private mutating func prepare(_ row: [Double]) {
        direction = times(row)
        variance = dot(direction, row)
    }

    /// By how much the determinant grows, as a share, when the prepared row is replaced.
    private func gain(of row: [Double]) -> Double {
        let covariance = dot(direction, row)
        let own = dot(times(row), row)
        return (1 + own) * (1 - variance) + covariance * covariance - 1
    }

    private mutating func replace(_ run: Int, by levels: [Int], _ row: [Double]) {
        update(row, sign: 1)
        update(rows[run], sign: -1)
        runs[run] = levels
        rows[run] = row
    }

    /// The inverse after a row was added or taken out: Sherman and Morrison, 1950.
    private mutating func update(_ row: [Double], sign: Double) {
        let product = times(row)
        let scale = sign / (1 + sign * dot(product, row))
        let width = model.width
        for first in 0..<width where product[first] != 0 {
            let scaled = scale * product[first]
            for second in 0..<width {
                inverse[first * width + second] -= scaled * product[second]
            }
        }
    }

    private func times(_ row: [Double]) -> [Double] {
        let width = model.width
        var product = [Double](repeating: 0, count: width)
        for first in 0..<width where row[first] != 0 {
            let weight = row[first]
            for second in 0..<width {
                product[second] += weight * inverse[first * width + second]
            }
        }
        return product
    }

    private func dot(_ left: [Double], _ right: [Double]) -> Double {
        var sum = 0.0
        for index in left.indices {
            sum += left[index] * right[index]
        }
        return sum
    }
}
