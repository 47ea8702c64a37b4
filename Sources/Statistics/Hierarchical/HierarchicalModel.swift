// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Predicts a group that is still to come from groups that were: shared effects, shrunk by how well the groups agree.
///
/// response = mean + cluster + group + Σ (column + the group's deviation in it) + combination + noise, all but the mean
/// random and normal. The variances are not fixed at an estimate: predictions are averaged over a small grid of them, weighted
/// by restricted likelihood and prior, so that few groups make wide intervals. Lindley and Smith, Journal of the Royal
/// Statistical Society B 34 (1972); the grid as in Rue, Martino and Chopin, same journal, 71 (2009).
package struct HierarchicalModel: Sendable {
    /// One setting of the variances with all that follows from it.
    struct Point: Sendable {
        var weight: Double
        let variances: HierarchicalVariances
        let solution: HierarchicalLikelihood.Solution
    }

    /// The number of groups.
    package let groupCount: Int
    /// The number of results.
    package let observationCount: Int
    /// The number of clusters that are told apart; 0 where one cluster has all groups, or each group its own.
    package let clusterCount: Int
    /// The variance components averaged over the grid, in squared units of the response; `residual` beside them.
    package let components: HierarchicalVariances
    /// The variance of one result.
    package let residualVariance: Double
    /// Whether what a combination does beyond its columns is told from the noise of one result.
    package let separatesCombinations: Bool
    /// The groups that each column was used in, and its results.
    package let columnUse: [(groups: Int, results: Int)]

    let points: [Point]
    let centre: Double
    let columnCount: Int

    /// Fits the model; throws for fewer than 2 groups or values that are not usable.
    package init(_ table: HierarchicalTable) throws(StatisticsError) {
        try table.validate()
        var total = 0.0
        var count = 0
        for group in table.groups {
            for row in group.rows {
                count += 1
                total += (row.response - total) / Double(count)
            }
        }
        let cells = table.groups.map { HierarchicalCells($0, centre: total) }
        let cellCount = cells.reduce(0) { $0 + $1.cells.count }
        guard count >= Self.leastObservations else {
            throw .tooFewObservations(subject: "A hierarchical model", found: count, needed: Self.leastObservations)
        }
        let clusters = Set(table.groups.map(\.cluster)).count
        let told = clusters > 1 && clusters < table.groups.count ? (table.groups.map(\.cluster).max() ?? 0) + 1 : 0
        let spread = cells.reduce(0.0) { sum, group in
            sum + group.within + zip(group.counts, group.means).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
        }
        guard spread > 0 else {
            throw .invalidArgument(name: "response", value: "\(total) in every row", remedy: "give results that differ")
        }
        let likelihood = HierarchicalLikelihood(
            groups: cells,
            columnCount: table.columnCount,
            clusterCount: told,
            observations: count,
            floor: spread * 1e-12
        )
        separatesCombinations = count - cellCount >= Self.leastRepeats && cellCount > table.groups.count
        var axes = [3]
        if table.columnCount > 0 { axes += [0, 1] }
        if separatesCombinations { axes.append(2) }
        if told > 0 { axes.append(4) }
        let scales = HierarchicalScales(cells, columnCount: table.columnCount, clusterCount: max(told, 1))
        let points = HierarchicalGrid(likelihood: likelihood, scales: scales, axes: axes.sorted()).points()
        guard !points.isEmpty else { throw .singular(subject: "The hierarchical model") }
        self.points = points
        centre = total
        columnCount = table.columnCount
        groupCount = table.groups.count
        observationCount = count
        clusterCount = told
        var mean = HierarchicalVariances(level: 0, deviation: 0, combination: 0, group: 0, cluster: 0)
        for axis in axes { mean[axis] = Self.median(points) { $0.variances[axis] * $0.solution.variance } }
        components = mean
        residualVariance = points.reduce(0) { $0 + $1.weight * $1.solution.variance }
        columnUse = Self.uses(cells, columnCount: table.columnCount)
    }

    /// The fewest results that a model is fitted to.
    package static let leastObservations = 8
    /// The fewest results beyond one per cell by which combinations are told from noise.
    private static let leastRepeats = 5

    private static func uses(_ cells: [HierarchicalCells], columnCount: Int) -> [(groups: Int, results: Int)] {
        var uses = [(groups: Int, results: Int)](repeating: (0, 0), count: columnCount)
        for group in cells {
            for column in group.columns { uses[column].groups += 1 }
            for (cell, places) in group.cells.enumerated() {
                for place in places { uses[group.columns[place]].results += Int(group.counts[cell]) }
            }
        }
        return uses
    }

    /// The weighted median of a quantity over the grid: a mean would be ruled by the far tail of a variance.
    private static func median(_ points: [Point], _ value: (Point) -> Double) -> Double {
        let sorted = points.map { (value: value($0), weight: $0.weight) }.sorted { $0.value < $1.value }
        var sum = 0.0
        for item in sorted {
            sum += item.weight
            if sum >= 0.5 { return item.value }
        }
        return sorted.last?.value ?? 0
    }

    /// How alike a column's effect is from group to group, 0 to 1: the shared share of its variance.
    package var carryOver: Double? {
        let sum = components.level + components.deviation
        return columnCount > 0 && sum > 0 ? components.level / sum : nil
    }
}

extension HierarchicalModel {
    /// The effect of a column that all groups share, averaged over the grid; 0 at the middle of all columns.
    package func sharedEffect(of column: Int) -> Double {
        points.reduce(0) { $0 + $1.weight * $1.solution.effects[1 + column] }
    }

    /// How many settings of the variances the model is averaged over.
    package var settingCount: Int { points.count }
}
