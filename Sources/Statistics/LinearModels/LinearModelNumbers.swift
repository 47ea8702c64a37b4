// SPDX-License-Identifier: Apache-2.0

/// The numbers of one fit: what each term explains, the residual, and linear functions of the coefficients.
struct LinearModelNumbers: Sendable {
    /// The share of the total below which a sum of squares is rounding: (10⁻¹²)², as if of values of 12 digits.
    private static let rounding = 1e-24
    /// The same where the residual comes out as a difference.
    private static let cancellation = 1e-12

    /// The most columns for which every term's fit is made anew, which keeps the most digits.
    private static let smallSize = 64

    let products: CrossProducts
    /// The indices of the terms in the model.
    let terms: [Int]
    let type: SumOfSquaresType
    /// By term of the layout; 0 for a term that is not in the model.
    private(set) var degreesOfFreedom: [Int]
    private(set) var sumsOfSquares: [Double]
    /// Whether columns of different terms are uncorrelated and none is determined by others.
    let isOrthogonal: Bool
    let totalSumOfSquares: Double
    let residualDegreesOfFreedom: Int
    private(set) var residualSumOfSquares: Double
    let solved: SweptSystem
    /// The effect of every indicator.
    let effects: [Double]

    /// Fits the terms; `residual` computes the residual sum of squares from the rows, where they are at hand.
    init(
        _ products: CrossProducts,
        terms: [Int],
        type: SumOfSquaresType,
        residual: ((_ effects: [Double], _ mean: DoubleDouble) throws(StatisticsError) -> Double)?
    ) throws(StatisticsError) {
        let layout = products.layout
        let start = products.centred()
        let total = products.totalSumOfSquares
        var solved = start
        var degrees = [Int](repeating: 0, count: layout.terms.count)
        var squares = [Double](repeating: 0, count: layout.terms.count)
        var rank = 0
        var isFull = true
        for term in terms {
            let found = solved.sweep(layout.terms[term].columns)
            degrees[term] = found.degreesOfFreedom
            squares[term] = found.sumOfSquares
            rank += found.degreesOfFreedom
            isFull = isFull && found.degreesOfFreedom == layout.terms[term].columns.count
        }
        let isOrthogonal = isFull && Self.isOrthogonal(start, layout, terms)
        if type != .one && !isOrthogonal && isFull && layout.columnCount > Self.smallSize {
            for term in terms {
                squares[term] = Self.removed(term, solved, layout, terms, type)
            }
        } else if type != .one && !isOrthogonal {
            for term in terms {
                let found = Self.adjusted(term, start, layout, terms, type)
                degrees[term] = found.degreesOfFreedom
                squares[term] = found.sumOfSquares
            }
        }
        for term in terms where squares[term] <= Self.rounding * total {
            squares[term] = 0
        }
        self.products = products
        self.terms = terms
        self.type = type
        self.isOrthogonal = isOrthogonal
        self.solved = solved
        degreesOfFreedom = degrees
        sumsOfSquares = squares
        totalSumOfSquares = total
        effects = layout.effects(solved.coefficients)
        residualDegreesOfFreedom = max(0, products.rowCount - 1 - rank)
        residualSumOfSquares = 0
        if residualDegreesOfFreedom > 0 {
            residualSumOfSquares = try residualSum(residual)
        }
    }

    /// The residual sum of squares, 0 when it is nothing but rounding.
    private func residualSum(
        _ residual: ((_ effects: [Double], _ mean: DoubleDouble) throws(StatisticsError) -> Double)?
    ) throws(StatisticsError) -> Double {
        guard let residual else {
            let rest = solved.residualSumOfSquares
            return rest <= Self.cancellation * totalSumOfSquares ? 0 : rest
        }
        let layout = products.layout
        let coefficients = solved.coefficients
        var mean = products.shiftedMean
        for column in 0..<solved.count where coefficients[column] != 0 {
            mean = mean - DoubleDouble.product(coefficients[column], solved.columnMeans[column])
        }
        let sum = try residual(layout.effects(coefficients), mean)
        // Values are known to half a unit of their last binary digit at best.
        let size = products.shift.magnitude + (totalSumOfSquares / Double(products.rowCount)).squareRoot()
        let unit = size * 2 * Double.ulpOfOne
        let least = max(Self.rounding * totalSumOfSquares, Double(products.rowCount) * unit * unit)
        return sum <= least ? 0 : sum
    }

    /// What a term explains after others, by taking columns out of a fit in which none is determined by others.
    private static func removed(
        _ term: Int,
        _ solved: SweptSystem,
        _ layout: ModelLayout,
        _ terms: [Int],
        _ type: SumOfSquaresType
    ) -> Double {
        var rest = solved
        for outer in terms where type == .two && layout.isContained(term, in: outer) {
            rest.unsweep(layout.terms[outer].columns)
        }
        return rest.unsweep(layout.terms[term].columns)
    }

    private static func isOrthogonal(_ start: SweptSystem, _ layout: ModelLayout, _ terms: [Int]) -> Bool {
        for (position, first) in terms.enumerated() {
            for second in terms[(position + 1)...] {
                for row in layout.terms[first].columns {
                    for column in layout.terms[second].columns where start[row, column] != 0 {
                        let size = (start[row, row] * start[column, column]).squareRoot()
                        if start[row, column].magnitude > 1e-14 * size {
                            return false
                        }
                    }
                }
            }
        }
        return true
    }

    /// What a term explains after others, by type II or III.
    ///
    /// Where terms share degrees of freedom, those of lower order keep them (blocks before main effects before
    /// interactions, the principle of effect hierarchy); of two main effects, neither; of two interactions of the same
    /// order, the one named first.
    private static func adjusted(
        _ term: Int,
        _ start: SweptSystem,
        _ layout: ModelLayout,
        _ terms: [Int],
        _ type: SumOfSquaresType
    ) -> (degreesOfFreedom: Int, sumOfSquares: Double) {
        let own = layout.terms[term]
        let others = terms.filter { other in
            other != term && (type == .three || !layout.isContained(term, in: other))
        }
        var given = start
        for other in others {
            given.sweep(layout.terms[other].columns)
        }
        if given.freeCount(own.columns) == own.columns.count {
            return given.sweep(own.columns)
        }
        let yields = { (other: Int) -> Bool in
            guard !layout.isContained(term, in: other), !layout.isContained(other, in: term) else {
                return false
            }
            let priority = layout.terms[other].priority
            return priority > own.priority || (priority == own.priority && priority > 1 && other > term)
        }
        given = start
        for other in others where !yields(other) {
            given.sweep(layout.terms[other].columns)
        }
        let free = given.freeCount(own.columns)
        for other in others where yields(other) {
            var more = given
            more.sweep(layout.terms[other].columns)
            if more.freeCount(own.columns) == free {
                given = more
            }
        }
        return given.sweep(own.columns)
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

    /// A linear function of the model: weights of the columns, and of the intercept (1 for a mean, 0 for a difference).
    struct Function {
        var weights: [Double]
        var intercept: Double

        static func - (a: Function, b: Function) -> Function {
            Function(weights: zip(a.weights, b.weights).map { $0 - $1 }, intercept: a.intercept - b.intercept)
        }
    }

    /// The expected response at levels of factors (−1 for their average) and centred covariates.
    func expectedResponse(levels: [Int], covariates: [Double]? = nil) -> Function {
        let layout = products.layout
        let covariates = covariates ?? Array(repeating: 0, count: layout.covariateNames.count)
        var weights = layout.weights(levels: levels, covariates: covariates)
        if terms.count < layout.terms.count {
            for term in layout.terms.indices where !terms.contains(term) {
                for column in layout.terms[term].columns {
                    weights[column] = 0
                }
            }
        }
        return Function(weights: weights, intercept: 1)
    }

    /// The weights that remain when the intercept stands for the mean of the response.
    private func centred(_ function: Function) -> [Double] {
        zip(function.weights, solved.columnMeans).map { $0 - function.intercept * $1 }
    }

    /// Whether a function is the same in every least-squares solution.
    func isEstimable(_ function: Function) -> Bool {
        solved.isEstimable(centred(function), columns: terms.map { products.layout.terms[$0].columns })
    }

    /// The value of a function in the solution at hand, estimable or not, less the shift where it is a mean.
    func value(_ function: Function) -> Double {
        let coefficients = solved.coefficients
        let weights = centred(function)
        var sum = DoubleDouble(function.intercept) * products.shiftedMean
        for column in 0..<solved.count where coefficients[column] != 0 {
            sum += DoubleDouble.product(coefficients[column], weights[column])
        }
        return sum.value
    }

    /// The variance of a function's estimate over the error variance.
    func varianceFactor(_ function: Function) -> Double {
        function.intercept * function.intercept / Double(products.rowCount) + solved.varianceFactor(centred(function))
    }

    /// The standard error of a function's estimate; nil for saturated fits.
    func standardError(_ function: Function) -> Double? {
        errorVariance.map { ($0 * varianceFactor(function)).squareRoot() }
    }
}
