// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

@Suite struct LeastSquaresTests {
    /// The columns 1, x, x² and, when asked, a copy of x; the response is 2 − 3x + 0.5x².
    private func problem(withCopy: Bool) -> (design: DenseMatrix, response: [Double]) {
        var design = DenseMatrix(rows: 7, columns: withCopy ? 4 : 3)
        var response: [Double] = []
        for row in 0..<7 {
            let x = Double(row)
            let values = [1, x, x * x, x]
            for column in 0..<design.columns {
                design[row, column] = values[column]
            }
            response.append(2 - 3 * x + 0.5 * x * x)
        }
        return (design, response)
    }

    private func normalEquations(_ design: DenseMatrix, _ response: [Double]) -> (DenseMatrix, [Double]) {
        var gram = DenseMatrix(rows: design.columns, columns: design.columns)
        var right = [Double](repeating: 0, count: design.columns)
        for row in 0..<design.rows {
            for a in 0..<design.columns {
                right[a] += design[row, a] * response[row]
                for b in 0..<design.columns {
                    gram[a, b] += design[row, a] * design[row, b]
                }
            }
        }
        return (gram, right)
    }

    @Test func `normal equations and QR find the coefficients of a polynomial`() throws {
        let (design, response) = problem(withCopy: false)
        let (gram, right) = normalEquations(design, response)
        let byCholesky = try LeastSquares.solve(normalEquations: gram, rightHandSide: right)
        let byQR = try LeastSquares.solve(design: design, response: response)
        for (index, expected) in [2.0, -3, 0.5].enumerated() {
            #expect(isClose(byCholesky.coefficients[index], expected))
            #expect(isClose(byQR.coefficients[index], expected))
        }
        #expect(byCholesky.rank == 3)
        #expect(byCholesky.aliased.isEmpty)
    }

    @Test func `a copied column is found to be aliased and the fit stays the same`() throws {
        let (design, response) = problem(withCopy: true)
        let (gram, right) = normalEquations(design, response)
        let byCholesky = try LeastSquares.solve(normalEquations: gram, rightHandSide: right)
        #expect(byCholesky.rank == 3)
        #expect(byCholesky.aliased.count == 1)
        #expect(isClose(byCholesky.coefficients[1] + byCholesky.coefficients[3], -3))
        let byQR = try LeastSquares.solve(design: design, response: response)
        #expect(byQR.rank == 3)
        #expect(isClose(byQR.coefficients[1], -1.5))
        #expect(isClose(byQR.coefficients[3], -1.5))
    }

    @Test func `values that are not finite are refused`() {
        var gram = DenseMatrix(rows: 1, columns: 1)
        gram[0, 0] = .nan
        #expect(throws: StatisticsError.self) {
            try LeastSquares.solve(normalEquations: gram, rightHandSide: [1])
        }
    }
}
