// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The restricted likelihood of a hierarchical model for given variances, and the effects that go with them.
///
/// Each group's own parts are integrated out first (Woodbury), so that a look costs the cube of a group's columns per group
/// and once the cube of all columns. Patterson and Thompson, Biometrika 58 (1971); Harville, Journal of the American
/// Statistical Association 72 (1977).
struct HierarchicalLikelihood: Sendable {
    /// The effects for given variances: the mean, then the columns, then the clusters.
    struct Solution: Sendable {
        let logLikelihood: Double
        let effects: [Double]
        /// The covariance of the effects, in units of the variance of one result.
        let covariance: DenseMatrix
        /// The estimated variance of one result.
        let variance: Double
    }

    let groups: [HierarchicalCells]
    let columnCount: Int
    /// 0 where clusters are not told apart.
    let clusterCount: Int
    let observations: Int
    private let within: Double
    /// The least sum of squares that counts, so that perfect data have a likelihood too.
    private let floor: Double

    init(groups: [HierarchicalCells], columnCount: Int, clusterCount: Int, observations: Int, floor: Double) {
        self.groups = groups
        self.columnCount = columnCount
        self.clusterCount = clusterCount
        self.observations = observations
        self.floor = floor
        within = groups.reduce(0) { $0 + $1.within }
    }

    /// The groups' cross-products for a variance of combinations.
    func crossProducts(combination: Double) -> [HierarchicalCrossProducts] {
        groups.map { $0.crossProducts(combination: combination) }
    }

    /// The likelihood for variances whose combination part is in the cross-products; nil when the equations are singular.
    func solve(
        _ variances: HierarchicalVariances,
        _ products: [HierarchicalCrossProducts],
        needsCovariance: Bool
    ) -> Solution? {
        let width = 1 + columnCount + clusterCount
        var system = DenseMatrix(rows: width, columns: width)
        var side = [Double](repeating: 0, count: width)
        var square = within
        var logarithms = 0.0
        for product in products {
            guard add(product, variances, to: &system, &side, &square, &logarithms) else { return nil }
        }
        for column in 0..<columnCount { system[1 + column, 1 + column] += 1 / variances.level }
        for cluster in 0..<clusterCount {
            system[1 + columnCount + cluster, 1 + columnCount + cluster] += 1 / variances.cluster
        }
        logarithms += Double(columnCount) * log(variances.level)
        if clusterCount > 0 { logarithms += Double(clusterCount) * log(variances.cluster) }
        guard let factor = LAPACK.cholesky(system),
            let effects = LAPACK.solve(choleskyFactor: factor, side)
        else { return nil }
        for index in 0..<width { logarithms += 2 * log(factor[index, index]) }
        for index in 0..<width { square -= side[index] * effects[index] }
        let freedom = Double(observations - 1)
        let residual = max(square, floor)
        let covariance: DenseMatrix
        if needsCovariance {
            guard let inverse = LAPACK.inverse(choleskyFactor: factor) else { return nil }
            covariance = inverse
        } else {
            covariance = DenseMatrix(rows: 0, columns: 0)
        }
        let logLikelihood = -0.5 * (logarithms + freedom * log(residual))
        guard logLikelihood.isFinite else { return nil }
        return Solution(
            logLikelihood: logLikelihood,
            effects: effects,
            covariance: covariance,
            variance: residual / freedom
        )
    }

    /// Adds one group with its own parts integrated out; false when its equations are singular.
    private func add(
        _ product: HierarchicalCrossProducts,
        _ variances: HierarchicalVariances,
        to system: inout DenseMatrix,
        _ side: inout [Double],
        _ square: inout Double,
        _ logarithms: inout Double
    ) -> Bool {
        let width = product.side.count
        var inner = product.matrix
        var inverses = [Double](repeating: 1 / variances.deviation, count: width)
        inverses[0] = 1 / variances.group
        for index in 0..<width { inner[index, index] += inverses[index] }
        guard let factor = LAPACK.cholesky(inner),
            let solved = LAPACK.solve(choleskyFactor: factor, product.side),
            let inverse = LAPACK.inverse(choleskyFactor: factor)
        else { return false }
        logarithms += product.logarithms + log(variances.group) + Double(width - 1) * log(variances.deviation)
        square += product.square
        for index in 0..<width {
            logarithms += 2 * log(factor[index, index])
            square -= product.side[index] * solved[index]
        }
        // (A⁻¹ + D)⁻¹ = D⁻¹ − D⁻¹ (D⁻¹ + A)⁻¹ D⁻¹, and D⁻¹ (D⁻¹ + A)⁻¹ b for the right-hand side.
        let cluster = clusterCount > 0 ? 1 + columnCount + product.cluster : nil
        for column in 0..<width {
            let target = column == 0 ? 0 : 1 + product.columns[column - 1]
            let value = inverses[column] * solved[column]
            side[target] += value
            if column == 0, let cluster { side[cluster] += value }
            for row in 0..<width {
                var weight = -inverses[row] * inverse[row, column] * inverses[column]
                if row == column { weight += inverses[row] }
                let place = row == 0 ? 0 : 1 + product.columns[row - 1]
                system[place, target] += weight
                guard let cluster else { continue }
                if row == 0 { system[cluster, target] += weight }
                if column == 0 { system[place, cluster] += weight }
                if row == 0, column == 0 { system[cluster, cluster] += weight }
            }
        }
        return true
    }
}
