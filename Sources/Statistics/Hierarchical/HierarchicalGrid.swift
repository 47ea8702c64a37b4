// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Lays the grid of variances over which a hierarchical model is averaged.
struct HierarchicalGrid {
    let likelihood: HierarchicalLikelihood
    let scales: HierarchicalScales
    let axes: [Int]

    /// How far below the best point the grid ends, as a difference of log densities.
    private static let drop = 7.0
    /// The logarithms between which variances are looked for, around the scale of each.
    private static let reach = (-6.0)...26.0
    /// The steps between points in logarithms: the group's variance counts most.
    private static let steps = [1.4, 1.4, 1.4, 0.9, 1.1]
    /// The most points on each axis.
    private static let limits = [5, 5, 4, 14, 9]

    /// The points with their weights, which sum to 1; empty when no point has a likelihood.
    func points() -> [HierarchicalModel.Point] {
        var cache = CrossProductCache(likelihood: likelihood)
        guard let mode = mode(&cache) else { return [] }
        let lines = axes.map { line(along: $0, through: mode, &cache) }
        guard lines.allSatisfy({ !$0.isEmpty }) else { return [] }
        var points: [HierarchicalModel.Point] = []
        var logarithms: [Double] = []
        var places = [Int](repeating: 0, count: axes.count)
        walk: while true {
            // What each axis alone loses against the mode; far corners are left out.
            let loss = zip(lines, places).reduce(0) { $0 + $1.0[$1.1].loss }
            if loss < Self.drop + 2 {
                var variances = mode.variances
                for (index, axis) in axes.enumerated() { variances[axis] = lines[index][places[index]].variance }
                if let density = density(variances, &cache) {
                    points.append(.init(weight: 0, variances: variances, solution: density.solution))
                    logarithms.append(density.logarithm)
                }
            }
            var axis = axes.count - 1
            while axis >= 0 {
                places[axis] += 1
                if places[axis] < lines[axis].count { continue walk }
                places[axis] = 0
                axis -= 1
            }
            break
        }
        return weighted(points, logarithms, &cache)
    }

    /// Gives weights, drops points without any, and completes those that are kept.
    private func weighted(
        _ points: [HierarchicalModel.Point],
        _ logarithms: [Double],
        _ cache: inout CrossProductCache
    ) -> [HierarchicalModel.Point] {
        guard let greatest = logarithms.max() else { return [] }
        var kept: [HierarchicalModel.Point] = []
        for (point, logarithm) in zip(points, logarithms) {
            let weight = exp(logarithm - greatest)
            guard weight > 3e-4,
                let solution = likelihood.solve(
                    point.variances,
                    cache.products(point.variances.combination),
                    needsCovariance: true
                )
            else { continue }
            kept.append(.init(weight: weight, variances: point.variances, solution: solution))
        }
        let sum = kept.reduce(0) { $0 + $1.weight }
        for index in kept.indices { kept[index].weight /= sum }
        return kept
    }

    private func density(
        _ variances: HierarchicalVariances,
        _ cache: inout CrossProductCache
    ) -> (logarithm: Double, solution: HierarchicalLikelihood.Solution)? {
        let products = cache.products(variances.combination)
        guard let solution = likelihood.solve(variances, products, needsCovariance: false) else { return nil }
        return (solution.logLikelihood + scales.logPrior(variances, axes: axes), solution)
    }

    /// The best point, found along one axis after another.
    private func mode(_ cache: inout CrossProductCache) -> (variances: HierarchicalVariances, logarithm: Double)? {
        var best = HierarchicalVariances(level: 1, deviation: 1, combination: 0, group: 1, cluster: 1)
        for axis in axes.reversed() { best[axis] = max(scales.scale(of: axis, best), 1e-9) }
        guard var logarithm = density(best, &cache)?.logarithm else { return nil }
        var step = 2.0
        while step > 0.2 {
            var hasMoved = false
            for axis in axes {
                for direction in [step, -step] {
                    while true {
                        var next = best
                        next[axis] *= exp(direction)
                        guard isInReach(next, axis), let found = density(next, &cache)?.logarithm,
                            found > logarithm + 1e-3
                        else { break }
                        best = next
                        logarithm = found
                        hasMoved = true
                    }
                }
            }
            if !hasMoved { step /= 2 }
        }
        return (best, logarithm)
    }

    private func isInReach(_ variances: HierarchicalVariances, _ axis: Int) -> Bool {
        Self.reach.contains(log(variances[axis] / scales.scale(of: axis, variances)))
    }

    /// Evenly spaced points along one axis, from where the density has dropped to where it has again.
    private func line(
        along axis: Int,
        through mode: (variances: HierarchicalVariances, logarithm: Double),
        _ cache: inout CrossProductCache
    ) -> [(variance: Double, loss: Double)] {
        func loss(at offset: Double) -> Double {
            var variances = mode.variances
            variances[axis] *= exp(offset)
            guard isInReach(variances, axis), let found = density(variances, &cache)?.logarithm else {
                return .infinity
            }
            return max(mode.logarithm - found, 0)
        }
        func end(_ direction: Double) -> Double {
            var offset = 0.0
            while loss(at: offset + direction) < Self.drop { offset += direction }
            return offset
        }
        let low = end(-0.7)
        let high = end(0.7)
        guard high > low else { return [(mode.variances[axis], 0)] }
        let wanted = Int(((high - low) / Self.steps[axis]).rounded(.up)) + 1
        let count = min(max(wanted, 3), Self.limits[axis])
        return (0..<count).map { index in
            let offset = low + (high - low) * Double(index) / Double(count - 1)
            return (mode.variances[axis] * exp(offset), loss(at: offset))
        }
    }
}

/// Keeps the cross-products of the variances of combinations that were asked for.
private struct CrossProductCache {
    let likelihood: HierarchicalLikelihood
    private var known: [(combination: Double, products: [HierarchicalCrossProducts])] = []

    init(likelihood: HierarchicalLikelihood) {
        self.likelihood = likelihood
    }

    mutating func products(_ combination: Double) -> [HierarchicalCrossProducts] {
        if let found = known.first(where: { $0.combination == combination }) { return found.products }
        let made = likelihood.crossProducts(combination: combination)
        known.append((combination, made))
        return made
    }
}
