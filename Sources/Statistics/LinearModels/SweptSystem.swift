// SPDX-License-Identifier: Apache-2.0

/// Sums of squares and products about the means, solved by the sweep operator one column at a time.
///
/// Sweeping keeps the order of the columns, so that a column which others determine is attributed to its own term, and
/// a term's sum of squares given others comes out as a sum of positive parts instead of a difference of two large
/// numbers. Source: J. H. Goodnight, "A Tutorial on the SWEEP Operator", The American Statistician 33 (1979).
struct SweptSystem: Sendable {
    /// The share of a column's own variation below which it counts as determined by the columns before it.
    static let tolerance = 1e-10

    /// The number of columns, the response not counted.
    let count: Int
    let columnMeans: [Double]
    private let size: Int
    private var matrix: [Double]
    private let ownVariation: [Double]
    private(set) var isSwept: [Bool]

    /// Takes a symmetric matrix whose last row and column are the response's.
    init(matrix: [Double], columnMeans: [Double]) {
        count = columnMeans.count
        size = count + 1
        self.matrix = matrix
        self.columnMeans = columnMeans
        ownVariation = columnMeans.indices.map { [size] in matrix[$0 * size + $0] }
        isSwept = Array(repeating: false, count: columnMeans.count)
    }

    /// The same system, not swept, of some columns only, in the order given.
    ///
    /// Call it before anything is swept.
    func restricted(to ranges: [Range<Int>]) -> SweptSystem {
        let kept = ranges.flatMap(\.self)
        let places = kept + [count]
        var part: [Double] = []
        part.reserveCapacity(places.count * places.count)
        for row in places {
            for column in places {
                part.append(matrix[row * size + column])
            }
        }
        return SweptSystem(matrix: part, columnMeans: kept.map { columnMeans[$0] })
    }

    subscript(row: Int, column: Int) -> Double {
        matrix[row * size + column]
    }

    /// What is left of the response's sum of squares after the columns swept so far.
    var residualSumOfSquares: Double {
        max(0, matrix[size * size - 1])
    }

    /// The coefficients; 0 for columns that were not swept.
    var coefficients: [Double] {
        (0..<count).map { isSwept[$0] ? matrix[$0 * size + count] : 0 }
    }

    /// Sweeps those of some columns that the columns before do not determine.
    ///
    /// Returns how many they were and by how much they lowered the residual sum of squares.
    @discardableResult
    mutating func sweep(_ columns: Range<Int>) -> (degreesOfFreedom: Int, sumOfSquares: Double) {
        var degreesOfFreedom = 0
        var sumOfSquares = 0.0
        for index in columns where !isSwept[index] {
            let pivot = matrix[index * size + index]
            guard pivot > Self.tolerance * ownVariation[index], pivot > 0 else {
                continue
            }
            let response = matrix[index * size + count]
            sumOfSquares += response * (response / pivot)
            degreesOfFreedom += 1
            sweep(column: index)
        }
        return (degreesOfFreedom, sumOfSquares)
    }

    /// Takes swept columns out again, and returns by how much that raises the residual sum of squares.
    ///
    /// Sweeping a column a second time undoes the first.
    @discardableResult
    mutating func unsweep(_ columns: Range<Int>) -> Double {
        var sumOfSquares = 0.0
        for index in columns where isSwept[index] {
            let response = matrix[index * size + count]
            sumOfSquares += response * (response / matrix[index * size + index])
            sweep(column: index)
            isSwept[index] = false
        }
        return sumOfSquares
    }

    /// How many of some columns the columns swept so far do not determine.
    func freeCount(_ columns: Range<Int>) -> Int {
        var copy = self
        return copy.sweep(columns).degreesOfFreedom
    }

    private mutating func sweep(column k: Int) {
        let size = size
        unsafe matrix.withUnsafeMutableBufferPointer { matrix in
            guard let base = matrix.baseAddress else {
                return
            }
            let own = unsafe base + k * size
            let pivot = unsafe own[k]
            for j in 0..<size {
                unsafe own[j] /= pivot
            }
            for i in 0..<size where i != k {
                let row = unsafe base + i * size
                let factor = unsafe row[k]
                guard factor != 0 else {
                    unsafe row[k] = 0
                    continue
                }
                for j in 0..<size {
                    unsafe row[j] -= factor * own[j]
                }
                unsafe row[k] = -factor / pivot
            }
            unsafe own[k] = 1 / pivot
        }
        isSwept[k] = true
    }

    /// The variance of a linear combination of coefficients divided by the residual variance.
    func varianceFactor(_ weights: [Double]) -> Double {
        var sum = 0.0
        for row in 0..<count where isSwept[row] && weights[row] != 0 {
            for column in 0..<count where isSwept[column] && weights[column] != 0 {
                sum += weights[row] * matrix[row * size + column] * weights[column]
            }
        }
        return max(0, sum)
    }

    /// Whether a linear combination of coefficients is the same in every least-squares solution of a model whose
    /// columns are given.
    func isEstimable(_ weights: [Double], columns: [Range<Int>]) -> Bool {
        for range in columns {
            for column in range where !isSwept[column] {
                var implied = 0.0
                for row in 0..<count where isSwept[row] {
                    implied += weights[row] * matrix[row * size + column]
                }
                if (weights[column] - implied).magnitude > 1e-7 {
                    return false
                }
            }
        }
        return true
    }
}
