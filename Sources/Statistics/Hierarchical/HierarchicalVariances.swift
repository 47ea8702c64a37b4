// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The variances of a hierarchical model's random parts, as multiples of the variance of one result.
package struct HierarchicalVariances: Sendable, Equatable, Codable {
    /// Of a column's effect that all groups share.
    package var level: Double
    /// Of a group's own deviation from a column's shared effect.
    package var deviation: Double
    /// Of what a combination of columns does beyond the sum of their effects, anew in every group.
    package var combination: Double
    /// Of a group's level.
    package var group: Double
    /// Of a cluster's level.
    package var cluster: Double

    /// The axes of the integration, in the order of ``subscript(_:)``.
    static let count = 5

    /// The variance of one axis: level, deviation, combination, group, cluster.
    subscript(_ axis: Int) -> Double {
        get {
            switch axis {
            case 0: level
            case 1: deviation
            case 2: combination
            case 3: group
            default: cluster
            }
        }
        set {
            switch axis {
            case 0: level = newValue
            case 1: deviation = newValue
            case 2: combination = newValue
            case 3: group = newValue
            default: cluster = newValue
            }
        }
    }
}

/// How precisely the data could tell each random part if its variance were nought: the scale of the prior of each variance.
///
/// The prior of a variance v is proportional to 1 / (s + v), s being the variance of the estimate of one such part: Jeffreys's
/// prior of the balanced one-way model, Tiao and Tan, Biometrika 52 (1965); Box and Tiao, "Bayesian Inference in Statistical
/// Analysis", 1973, section 5.2. For deviations and combinations it is s / (s + v)², the uniform shrinkage prior of Daniels,
/// Canadian Journal of Statistics 27 (1999), whose tail does not widen what many parts add up to. Nested parts take the inner ones into their s. Intervals then cover as often as they claim
/// from few groups on, which a flat prior does not do.
struct HierarchicalScales: Sendable {
    var groupMean: Double
    var groupColumn: Double
    var cell: Double
    /// How many groups have a column, on average.
    var groupsPerColumn: Double
    /// How many groups a cluster has, on average.
    var groupsPerCluster: Double

    init(_ groups: [HierarchicalCells], columnCount: Int, clusterCount: Int) {
        var cells = 0.0
        var inverseCells = 0.0
        var inverseGroups = 0.0
        var uses = 0.0
        var inverseUses = 0.0
        for group in groups {
            let total = group.counts.reduce(0, +)
            inverseGroups += 1 / max(total, 1)
            var perColumn = [Double](repeating: 0, count: group.columns.count)
            for (cell, places) in group.cells.enumerated() {
                cells += 1
                inverseCells += 1 / group.counts[cell]
                for place in places { perColumn[place] += group.counts[cell] }
            }
            for count in perColumn {
                uses += 1
                inverseUses += 1 / max(count, 1)
            }
        }
        groupMean = inverseGroups / Double(max(groups.count, 1))
        groupColumn = uses > 0 ? inverseUses / uses : 1
        cell = cells > 0 ? inverseCells / cells : 1
        groupsPerColumn = max(uses / Double(max(columnCount, 1)), 1)
        groupsPerCluster = Double(groups.count) / Double(max(clusterCount, 1))
    }

    /// The scale of one axis given the variances of the parts within it.
    func scale(of axis: Int, _ variances: HierarchicalVariances) -> Double {
        switch axis {
        case 0: (groupColumn + variances.deviation) / groupsPerColumn
        case 1: groupColumn
        case 2: cell
        case 3: groupMean
        default: (groupMean + variances.group) / groupsPerCluster
        }
    }

    /// The logarithm of the prior density, per unit of the logarithm of each variance.
    func logPrior(_ variances: HierarchicalVariances, axes: [Int]) -> Double {
        axes.reduce(0) { sum, axis in
            // Deviations and combinations are many and small: uniform shrinkage, a lighter tail.
            let power = axis == 1 || axis == 2 ? 2.0 : 1
            return sum + log(variances[axis]) - power * log(scale(of: axis, variances) + variances[axis])
        }
    }
}
