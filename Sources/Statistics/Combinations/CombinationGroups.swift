// SPDX-License-Identifier: Apache-2.0

/// The observations summed by combination, and their equations before combination effects are taken out.
struct CombinationGroups: Sendable {
    /// The sums of one combination's rows; `columns` and `weights` are the nonzero part of the summed design rows.
    struct Group: Sendable {
        let count: Int
        /// The sum of the rows' weights; their number when all are 1.
        let precision: Double
        let responseSum: Double
        let columns: [Int]
        let weights: [Double]
    }

    let groups: [Group]
    let groupOf: [[Int]: Int]
    /// The mean response, which all responses are shifted by.
    let shift: Double
    let count: Int
    let gram: DenseMatrix
    let rightHandSide: [Double]
    let sumOfSquares: Double
    private let isColumnMet: [Bool]

    init(
        _ observations: [CombinationModel.Observation],
        _ combinations: [[Int]],
        _ layout: CombinationLayout
    ) {
        let mean = Moments(observations.map(\.response)).mean
        var groupOf: [[Int]: Int] = [:]
        var members: [[Int]] = []
        for (row, observation) in observations.enumerated() {
            let combination = combinations[observation.combination]
            if let group = groupOf[combination] {
                members[group].append(row)
            } else {
                groupOf[combination] = members.count
                members.append([row])
            }
        }
        var gram = DenseMatrix(rows: layout.size, columns: layout.size)
        var rightHandSide = [Double](repeating: 0, count: layout.size)
        var isColumnMet = [Bool](repeating: false, count: layout.size)
        var sumOfSquares = 0.0
        var groups: [Group] = []
        var dense = rightHandSide
        for rows in members {
            var responseSum = 0.0
            var precision = 0.0
            var touched: [Int] = []
            for row in rows {
                let observation = observations[row]
                let weight = observation.weight
                let shifted = observation.response - mean
                let blocks = zip(layout.blockOffsets, observation.blocks).map { $0 + $1 }
                let columns = [0] + blocks + layout.levelColumns(combinations[observation.combination])
                for (position, column) in columns.enumerated() {
                    isColumnMet[column] = true
                    rightHandSide[column] += weight * shifted
                    if dense[column] == 0 {
                        touched.append(column)
                    }
                    dense[column] += weight
                    for other in columns[position...] {
                        gram[other, column] += weight
                    }
                }
                responseSum += weight * shifted
                precision += weight
                sumOfSquares += weight * shifted * shifted
            }
            touched.sort()
            let weights = touched.map { dense[$0] }
            for column in touched {
                dense[column] = 0
            }
            groups.append(
                Group(
                    count: rows.count,
                    precision: precision,
                    responseSum: responseSum,
                    columns: touched,
                    weights: weights
                )
            )
        }
        self.groups = groups
        self.groupOf = groupOf
        shift = mean
        count = observations.count
        self.gram = gram
        self.rightHandSide = rightHandSide
        self.sumOfSquares = sumOfSquares
        self.isColumnMet = isColumnMet
    }

    /// The variance of the responses about their mean.
    var variance: Double {
        sumOfSquares / Double(max(1, count - 1))
    }

    /// The equations after taking out a share of each combination's own mean; the lower triangle is filled.
    func absorbed(
        share: (Double) -> Double
    ) -> (gram: DenseMatrix, rightHandSide: [Double], sumOfSquares: Double) {
        var matrix = gram
        var right = rightHandSide
        var squares = sumOfSquares
        let rows = matrix.rows
        for group in groups {
            let scale = share(group.precision) / group.precision
            squares -= scale * group.responseSum * group.responseSum
            for (position, column) in group.columns.enumerated() {
                let weight = scale * group.weights[position]
                right[column] -= weight * group.responseSum
                let start = column * rows
                for other in position..<group.columns.count {
                    matrix.values[start + group.columns[other]] -= weight * group.weights[other]
                }
            }
        }
        return (matrix, right, squares)
    }

    /// The variance within combinations after fitting blocks, and its degrees of freedom.
    func pureError(_ layout: CombinationLayout) throws(StatisticsError) -> (variance: Double?, degreesOfFreedom: Int) {
        let within = absorbed { _ in 1 }
        let blocks = 1..<(layout.levelOffsets.first ?? layout.size)
        var matrix = DenseMatrix(rows: blocks.count, columns: blocks.count)
        for column in blocks {
            for row in blocks {
                matrix[row - 1, column - 1] = within.gram[max(row, column), min(row, column)]
            }
        }
        let right = blocks.map { within.rightHandSide[$0] }
        let solution = try LeastSquares.solve(normalEquations: matrix, rightHandSide: right, tolerance: 1e-9)
        let degrees = count - groups.count - solution.rank
        guard degrees > 0 else {
            return (nil, 0)
        }
        let explained = zip(solution.coefficients, right).reduce(0) { $0 + $1.0 * $1.1 }
        return (max(0, within.sumOfSquares - explained) / Double(degrees), degrees)
    }

    /// Intercept 1, and each kind of block averaged over the levels that were met.
    func averagedBlocks(_ layout: CombinationLayout) -> [Double] {
        var weights = [Double](repeating: 0, count: layout.size)
        weights[0] = 1
        for (offset, count) in zip(layout.blockOffsets, layout.blockLevelCounts) {
            let met = (offset..<(offset + count)).filter { isColumnMet[$0] }
            for column in met {
                weights[column] = 1 / Double(met.count)
            }
        }
        return weights
    }
}
