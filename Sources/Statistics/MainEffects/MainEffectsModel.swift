// SPDX-License-Identifier: Apache-2.0

/// The numbers of one fit: sums of squares per term, coefficients, and linear functions of them.
struct MainEffectsModel: Sendable {
    /// The share of the total below which a residual sum of squares is rounding, not error.
    private static let rounding = 1e-12

    /// The indices of the terms in the model.
    let terms: [Int]
    /// Type II degrees of freedom by term of the accumulator; 0 for a term that is not in the model.
    let degreesOfFreedom: [Int]
    /// Type II sums of squares by term of the accumulator.
    let sumsOfSquares: [Double]
    let residualDegreesOfFreedom: Int
    let residualSumOfSquares: Double
    let totalSumOfSquares: Double
    let grandMean: Double
    private let solved: SweptEquations
    private let columnMeans: [Double]

    init(_ equations: NormalEquations, terms: [Int]) {
        let start = SweptEquations(equations, terms: terms)
        var solved = start
        var rank = 1
        for term in terms {
            rank += solved.sweep(term: term).degreesOfFreedom
        }
        var degrees = [Int](repeating: 0, count: equations.terms.count)
        var squares = [Double](repeating: 0, count: equations.terms.count)
        let total = equations.totalSumOfSquares
        for term in terms {
            var others = start
            for other in terms where other != term {
                others.sweep(term: other)
            }
            let explained = others.sweep(term: term)
            degrees[term] = explained.degreesOfFreedom
            squares[term] = explained.sumOfSquares > Self.rounding * Self.rounding * total ? explained.sumOfSquares : 0
        }
        self.terms = terms
        degreesOfFreedom = degrees
        sumsOfSquares = squares
        totalSumOfSquares = total
        residualDegreesOfFreedom = max(0, equations.rowCount - rank)
        let residual = solved.residualSumOfSquares
        let isRounding = residual <= Self.rounding * total || residualDegreesOfFreedom == 0
        residualSumOfSquares = isRounding ? 0 : residual
        grandMean = equations.grandMean
        self.solved = solved
        let n = Double(equations.rowCount)
        columnMeans = solved.columns.map { Double(equations.count(term: $0.term, level: $0.level)) / n }
    }

    /// The estimate of the error variance; nil without residual degrees of freedom.
    var errorVariance: Double? {
        residualDegreesOfFreedom > 0 ? residualSumOfSquares / Double(residualDegreesOfFreedom) : nil
    }

    /// Whether degrees of freedom are left and the residual is nothing.
    var isPerfectFit: Bool {
        residualDegreesOfFreedom > 0 && residualSumOfSquares == 0
    }

    func meanSquare(_ term: Int) -> Double {
        degreesOfFreedom[term] > 0 ? sumsOfSquares[term] / Double(degreesOfFreedom[term]) : 0
    }

    /// The levels of a term that occur, ascending.
    func observedLevels(_ term: Int) -> [Int] {
        solved.observed[term]
    }

    /// A linear function of the model: weights of the coefficients, and of the intercept (1 for a mean, 0 for a
    /// difference).
    struct Function {
        var weights: [Double]
        var intercept: Double

        static func - (a: Function, b: Function) -> Function {
            Function(weights: zip(a.weights, b.weights).map { $0 - $1 }, intercept: a.intercept - b.intercept)
        }
    }

    /// The expected response at given levels, all other terms averaged over their levels with equal weights.
    func expectedResponse(at chosen: [Int: Int]) -> Function {
        let weights = solved.columns.map { column in
            if let level = chosen[column.term] {
                return level == column.level ? 1.0 : 0.0
            }
            return 1 / Double(solved.observed[column.term].count)
        }
        return Function(weights: weights, intercept: 1)
    }

    /// The value of a function; nil when aliased columns leave it undetermined.
    func estimate(_ function: Function) -> Double? {
        guard solved.isEstimable(centred(function)) else {
            return nil
        }
        return uncheckedEstimate(function)
    }

    /// The weights that remain when the intercept stands for the grand mean.
    private func centred(_ function: Function) -> [Double] {
        zip(function.weights, columnMeans).map { $0 - function.intercept * $1 }
    }

    /// The value of a function in the solution at hand, estimable or not.
    func uncheckedEstimate(_ function: Function) -> Double {
        zip(solved.columns.indices, centred(function)).reduce(function.intercept * grandMean) { sum, next in
            sum + solved.coefficient(next.0) * next.1
        }
    }

    /// The variance of a function's estimate over the error variance.
    func varianceFactor(_ function: Function, rowCount: Int) -> Double {
        function.intercept * function.intercept / Double(rowCount) + solved.varianceFactor(centred(function))
    }

    /// The standard error of a function's estimate; nil for saturated fits.
    func standardError(_ function: Function, rowCount: Int) -> Double? {
        errorVariance.map { ($0 * varianceFactor(function, rowCount: rowCount)).squareRoot() }
    }
}
