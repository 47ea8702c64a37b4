// SPDX-License-Identifier: Apache-2.0

/// The centred normal equations of chosen columns, solved by the sweep operator one level at a time.
///
/// Sweeping keeps the order of the columns, so that a column which others determine is attributed to its own term, and
/// a term's sum of squares given all others comes out as a sum of positive parts instead of a difference of two large
/// numbers. Source: J. H. Goodnight, "A Tutorial on the SWEEP Operator", The American Statistician 33 (1979).
struct SweptEquations {
    /// A column: an indicator of one level of one term.
    ///
    /// The first observed level of a term has no column.
    struct Column {
        let term: Int
        let level: Int
    }

    /// The share of a column's own variation below which it counts as determined by the columns before it.
    static let tolerance = 1e-10

    let columns: [Column]
    /// Observed levels per term of the accumulator, ascending; empty for a term that is left out.
    let observed: [[Int]]
    private let size: Int
    private var matrix: [Double]
    private let ownVariation: [Double]
    private(set) var isSwept: [Bool]

    init(_ equations: NormalEquations, terms: [Int]) {
        var observed = [[Int]](repeating: [], count: equations.terms.count)
        var columns: [Column] = []
        for term in terms {
            observed[term] = (0..<equations.levelCounts[term]).filter { equations.count(term: term, level: $0) > 0 }
            columns += observed[term].dropFirst().map { Column(term: term, level: $0) }
        }
        self.observed = observed
        self.columns = columns
        let size = columns.count + 1
        var matrix = [Double](repeating: 0, count: size * size)
        let n = equations.rowCount
        for (row, a) in columns.enumerated() {
            let countA = equations.count(term: a.term, level: a.level)
            for (column, b) in columns.enumerated().dropFirst(row) {
                let both = equations.count((a.term, a.level), (b.term, b.level))
                let countB = equations.count(term: b.term, level: b.level)
                let value = Self.centred(both, countA, countB, n)
                matrix[row * size + column] = value
                matrix[column * size + row] = value
            }
            let response = equations.centredSum(term: a.term, level: a.level)
            matrix[row * size + columns.count] = response
            matrix[columns.count * size + row] = response
        }
        matrix[size * size - 1] = equations.totalSumOfSquares
        self.size = size
        self.matrix = matrix
        ownVariation = columns.indices.map { matrix[$0 * size + $0] }
        isSwept = Array(repeating: false, count: columns.count)
    }

    /// n_ab − n_a·n_b / n, exact in its numerator wherever whole numbers allow.
    private static func centred(_ both: Int, _ a: Int, _ b: Int, _ n: Int) -> Double {
        let (whole, overflowsFirst) = both.multipliedReportingOverflow(by: n)
        let (expected, overflowsSecond) = a.multipliedReportingOverflow(by: b)
        guard !overflowsFirst, !overflowsSecond else {
            return Double(both) - Double(a) * (Double(b) / Double(n))
        }
        return Double(whole - expected) / Double(n)
    }

    /// What is left of the response's sum of squares after the columns swept so far.
    var residualSumOfSquares: Double {
        max(0, matrix[size * size - 1])
    }

    /// The coefficient of a column; 0 for one that was not swept.
    func coefficient(_ column: Int) -> Double {
        isSwept[column] ? matrix[column * size + columns.count] : 0
    }

    /// Sweeps the columns of a term that the columns before do not determine.
    ///
    /// Returns how many they were and by how much they lowered the residual sum of squares.
    @discardableResult
    mutating func sweep(term: Int) -> (degreesOfFreedom: Int, sumOfSquares: Double) {
        var degreesOfFreedom = 0
        var sumOfSquares = 0.0
        for index in columns.indices where columns[index].term == term && !isSwept[index] {
            let pivot = matrix[index * size + index]
            guard pivot > Self.tolerance * ownVariation[index], pivot > 0 else {
                continue
            }
            let response = matrix[index * size + columns.count]
            sumOfSquares += response * response / pivot
            degreesOfFreedom += 1
            sweep(column: index)
        }
        return (degreesOfFreedom, sumOfSquares)
    }

    private mutating func sweep(column k: Int) {
        let size = size
        let pivot = matrix[k * size + k]
        for j in 0..<size {
            matrix[k * size + j] /= pivot
        }
        for i in 0..<size where i != k {
            let factor = matrix[i * size + k]
            if factor == 0 {
                matrix[i * size + k] = 0
                continue
            }
            for j in 0..<size {
                matrix[i * size + j] -= factor * matrix[k * size + j]
            }
            matrix[i * size + k] = -factor / pivot
        }
        matrix[k * size + k] = 1 / pivot
        isSwept[k] = true
    }

    /// The variance of a linear combination of coefficients divided by the residual variance.
    func varianceFactor(_ weights: [Double]) -> Double {
        var sum = 0.0
        for row in columns.indices where isSwept[row] && weights[row] != 0 {
            for column in columns.indices where isSwept[column] && weights[column] != 0 {
                sum += weights[row] * matrix[row * size + column] * weights[column]
            }
        }
        return max(0, sum)
    }

    /// Whether a linear combination of coefficients is the same in every least-squares solution.
    func isEstimable(_ weights: [Double]) -> Bool {
        for column in columns.indices where !isSwept[column] {
            var implied = 0.0
            for row in columns.indices where isSwept[row] {
                implied += weights[row] * matrix[row * size + column]
            }
            if (weights[column] - implied).magnitude > 1e-7 {
                return false
            }
        }
        return true
    }
}
