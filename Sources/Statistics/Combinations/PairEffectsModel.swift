// SPDX-License-Identifier: Apache-2.0

/// A Bayesian model of main effects and two-way interactions of levels, fitted to the means of combinations.
///
/// y = intercept + Σ main effects + Σ pair effects + error, where every effect has its own variance, estimated by
/// expectation-maximisation and pulled towards the mean variance of its kind (MacKay, Neural Computation 4, 1992, for the
/// evidence; the pull keeps a few dozen trials from switching effects off). Effects are written as orthonormal contrasts
/// of the levels, so that the kernel of factor i is L·[same level] − 1 and that of a pair the product of its factors'
/// kernels. The intercept has a prior of its own about the mean of the screening runs: shrinking to the mean of all runs
/// would call levels that were never tried as good as the late, good ones.
///
/// Work is in the space of the n combinations: a Cholesky factor of n × n and n² per effect and step.
package struct PairEffectsModel: Sendable {
    /// The mean response of one combination.
    package struct Cell: Sendable, Equatable {
        /// One level code per factor.
        package let levels: [Int]
        /// The mean of its responses, free of block effects.
        package let mean: Double
        /// The sum of its responses' weights; their number when all weigh 1.
        package let weight: Double

        /// Makes a cell.
        package init(levels: [Int], mean: Double, weight: Double) {
            self.levels = levels
            self.mean = mean
            self.weight = weight
        }
    }

    /// What the spread of responses within combinations says about the error.
    package struct Within: Sendable, Equatable {
        /// The sum of squares about the combinations' means.
        package let sumOfSquares: Double
        /// Its degrees of freedom; 0 when no combination was repeated.
        package let degreesOfFreedom: Double

        /// Makes it; nothing is known without repeats.
        package init(sumOfSquares: Double = 0, degreesOfFreedom: Double = 0) {
            self.sumOfSquares = sumOfSquares
            self.degreesOfFreedom = degreesOfFreedom
        }
    }

    /// The variance of one response about its combination's mean.
    package let errorVariance: Double
    /// The root mean square error of predicting each cell from all others, in closed form for the fitted variances.
    package let leaveOneOutError: Double

    let kernel: PairKernel
    let cells: [Cell]
    let centre: Double
    /// A⁻¹·(y − centre), A being the covariance of the cells' means.
    let coefficients: [Double]
    let inverse: DenseMatrix
    /// The expected response as tables: intercept, a table per factor, a table per pair.
    let tables: PairTables

    /// How much a variance is pulled to the mean of its kind, in units of observations.
    private static let pull = 2.0
    /// How many of the first cells count as screening runs.
    private static let screening = 18

    /// Fits the model to cells in the order in which they were first measured.
    ///
    /// Throws for fewer than two cells, a code outside its levels, or a mean or weight that is not finite or positive.
    package init(
        _ cells: [Cell],
        levelCounts: [Int],
        within: Within = Within()
    ) throws(StatisticsError) {
        try Self.validate(cells, levelCounts)
        let count = cells.count
        let first = cells.prefix(Self.screening).map(\.mean)
        let centre = first.reduce(0, +) / Double(first.count)
        let early = Moments(cells.prefix(54).map(\.mean)).sampleVariance ?? 0
        let whole = Moments(cells.map(\.mean)).sampleVariance ?? 0
        let scale = max(early, whole, 1e-12)
        guard scale.isFinite else { throw .tooLarge(column: "mean") }
        var kernel = PairKernel(levelCounts: levelCounts, interceptVariance: max(early, 1e-12), scale: scale)
        var error = 0.3 * scale
        if within.degreesOfFreedom > 0 {
            error = max(within.sumOfSquares / within.degreesOfFreedom, 1e-3 * scale)
        }
        let residual = cells.map { $0.mean - centre }
        var solved = try Self.solve(kernel, cells, error, residual)
        for _ in 0..<(count <= 150 ? 10 : 5) {
            kernel.update(cells, solved.coefficients, solved.inverse, scale: scale, pull: Self.pull)
            var squares = 0.0
            var free = 0.0
            for (index, cell) in cells.enumerated() {
                let part = error * solved.coefficients[index]
                squares += part * part / cell.weight
                free += error * solved.inverse[index, index] / cell.weight
            }
            let total = squares + within.sumOfSquares + 0.1 * scale
            error = max(total / max(free + within.degreesOfFreedom + 0.1, 1), 1e-3 * scale)
            solved = try Self.solve(kernel, cells, error, residual)
        }
        var loss = 0.0
        for index in cells.indices {
            let miss = solved.coefficients[index] / solved.inverse[index, index]
            loss += miss * miss
        }
        self.cells = cells
        self.centre = centre
        self.kernel = kernel
        errorVariance = error
        leaveOneOutError = (loss / Double(count)).squareRoot()
        coefficients = solved.coefficients
        inverse = solved.inverse
        tables = PairTables(kernel, cells, solved.coefficients, centre: centre)
    }

    private static func validate(_ cells: [Cell], _ levelCounts: [Int]) throws(StatisticsError) {
        guard cells.count > 1 else {
            throw .tooFewObservations(subject: "The model of pair effects", found: cells.count, needed: 2)
        }
        let layout = CombinationLayout(levelCounts: levelCounts, blockLevelCounts: [])
        for (row, cell) in cells.enumerated() {
            try layout.validate(combination: cell.levels, row: row)
            guard cell.mean.isFinite else { throw .notFinite(column: "mean", row: row) }
            guard cell.weight > 0, cell.weight.isFinite else {
                throw .invalidArgument(
                    name: "the weight of cell \(row + 1)",
                    value: "\(cell.weight)",
                    remedy: "give a positive number"
                )
            }
        }
    }

    private static func solve(
        _ kernel: PairKernel,
        _ cells: [Cell],
        _ error: Double,
        _ residual: [Double]
    ) throws(StatisticsError) -> (coefficients: [Double], inverse: DenseMatrix) {
        var matrix = DenseMatrix(rows: cells.count, columns: cells.count)
        for column in cells.indices {
            for row in column..<cells.count {
                matrix[row, column] = kernel.value(cells[row].levels, cells[column].levels)
            }
            matrix[column, column] += error / cells[column].weight
        }
        guard
            let factor = LAPACK.cholesky(matrix),
            let coefficients = LAPACK.solve(choleskyFactor: factor, residual),
            let inverse = LAPACK.inverse(choleskyFactor: factor)
        else {
            throw .singular(subject: "The model of pair effects")
        }
        return (coefficients, inverse)
    }

    /// The expected response of a combination.
    package func mean(of levels: [Int]) -> Double { tables.value(of: levels) }

    /// The expected response and the standard deviation of what is believed about it, given the variances.
    package func posterior(of levels: [Int]) -> (mean: Double, deviation: Double) {
        let covariances = cells.map { kernel.value($0.levels, levels) }
        return (mean(of: levels), variance(levels, covariances, levels, covariances).squareRoot())
    }

    private func variance(_ a: [Int], _ left: [Double], _ b: [Int], _ right: [Double]) -> Double {
        let weighted = solved(left)
        var explained = 0.0
        for column in cells.indices { explained += weighted[column] * right[column] }
        return max(0, kernel.value(a, b) - explained)
    }

    /// A⁻¹ times a vector.
    private func solved(_ vector: [Double]) -> [Double] {
        let count = cells.count
        let values = inverse.values.span
        let factor = vector.span
        return (0..<count).map { column in
            let start = column * count
            var sum = 0.0
            for row in 0..<count { sum += values[start + row] * factor[row] }
            return sum
        }
    }

    /// The Cholesky factor of a covariance that rounding may have left a little indefinite.
    ///
    /// The least ridge that helps is added to the diagonal: where next to nothing is unknown, what is left of the prior
    /// variance after subtraction is rounding.
    private static func factored(_ covariance: DenseMatrix, prior: Double) throws(StatisticsError) -> DenseMatrix {
        var ridge = 1e-12 * prior + 1e-300
        while ridge <= 1e-2 * prior + 1e-300 {
            var matrix = covariance
            for index in 0..<matrix.rows { matrix[index, index] = max(0, matrix[index, index]) + ridge }
            if let factor = LAPACK.cholesky(matrix) { return factor }
            ridge *= 30
        }
        throw .singular(subject: "The joint draw of combinations")
    }

    /// `count` joint draws of the responses of several combinations, a row per draw.
    package func draws(
        of combinations: [[Int]],
        count: Int,
        using generator: inout some RandomNumberGenerator
    ) throws(StatisticsError) -> [[Double]] {
        let means = combinations.map { mean(of: $0) }
        let size = combinations.count
        let crossed = combinations.map { one in cells.map { kernel.value($0.levels, one) } }
        let solved = crossed.map { self.solved($0) }
        var covariance = DenseMatrix(rows: size, columns: size)
        var prior = 0.0
        for column in 0..<size {
            for row in column..<size {
                var explained = 0.0
                for index in cells.indices { explained += solved[column][index] * crossed[row][index] }
                covariance[row, column] = kernel.value(combinations[row], combinations[column]) - explained
            }
            prior = max(prior, kernel.value(combinations[column], combinations[column]))
        }
        let factor = try Self.factored(covariance, prior: prior)
        return (0..<max(0, count)).map { _ in
            let normal = (0..<size).map { _ in StandardNormal.sample(using: &generator) }
            return (0..<size).map { row in
                var value = means[row]
                for column in 0...row { value += factor[row, column] * normal[column] }
                return value
            }
        }
    }
}
