// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The design of a generalized linear model, in rows, and its counts.
struct CountDesign {
    let family: CountFamily
    /// The number of rows.
    let rows: Int
    /// The number of columns.
    let columns: Int
    /// The elements, row by row.
    let elements: [Double]
    /// Successes or events.
    let counts: [Double]
    /// Trials or exposure, positive.
    let sizes: [Double]

    /// The columns, of some, that are no combination of those before them.
    func independent(_ wanted: [Int]) -> [Int] {
        var gram = [Double](repeating: 0, count: columns * columns)
        accumulate(weights: nil, wanted, into: &gram)
        var factor = LowerFactor(size: wanted.count)
        return wanted.indices.filter { place in
            factor.append((0..<wanted.count).map { gram[wanted[place] * columns + wanted[$0]] }, place, 1e-9)
        }.map { wanted[$0] }
    }

    /// Adds w·x·xᵀ of every row for some columns.
    func accumulate(weights: [Double]?, _ wanted: [Int], into gram: inout [Double]) {
        for row in 0..<rows {
            let weight = weights?[row] ?? 1
            let start = row * columns
            for first in wanted {
                let left = weight * elements[start + first]
                guard left != 0 else {
                    continue
                }
                for second in wanted {
                    gram[first * columns + second] += left * elements[start + second]
                }
            }
        }
    }

    /// Fits the counts by some independent columns, by iteratively reweighted least squares.
    func fit(_ kept: [Int]) throws(StatisticsError) -> IteratedFit {
        var fit = IteratedFit(self, kept)
        for iteration in 1...100 {
            fit.iterations = iteration
            guard let next = step(from: fit) else {
                fit.isAtEdge = true
                break
            }
            let change = (fit.deviance - next.deviance).magnitude
            fit = next
            fit.iterations = iteration
            if change <= 1e-13 * (fit.deviance.magnitude + 0.1) {
                break
            }
        }
        guard fit.deviance.isFinite else {
            throw .singular(subject: "The generalized linear model")
        }
        return fit
    }

    /// One step of reweighted least squares, shortened while it makes the fit worse; nil when weights vanish.
    private func step(from fit: IteratedFit) -> IteratedFit? {
        let kept = fit.columns
        var weights = [Double](repeating: 0, count: rows)
        var gram = [Double](repeating: 0, count: columns * columns)
        var right = [Double](repeating: 0, count: kept.count)
        for row in 0..<rows {
            weights[row] = sizes[row] * family.variance(fit.rates[row])
            // W·z − W·η is what the score adds; solving for the change keeps digits that a solution for b would lose.
            let score = counts[row] - sizes[row] * fit.rates[row]
            let working = fit.isStart ? score + weights[row] * fit.predictors[row] : score
            for (place, column) in kept.enumerated() {
                right[place] += working * elements[row * columns + column]
            }
        }
        accumulate(weights: weights, kept, into: &gram)
        var factor = LowerFactor(size: kept.count)
        for place in kept.indices {
            let line = (0..<kept.count).map { gram[kept[place] * columns + kept[$0]] }
            guard factor.append(line, place, 1e-13) else {
                return nil
            }
        }
        let change = factor.solve(right)
        guard change.allSatisfy(\.isFinite) else {
            return nil
        }
        var share = 1.0
        for _ in 0..<20 {
            var next = fit
            next.isStart = false
            next.coefficients = zip(fit.coefficients, change).map { $0 + share * $1 }
            next.evaluate(self)
            if fit.isStart || next.deviance <= fit.deviance * (1 + 1e-12) + 1e-12 {
                next.factor = factor
                return next
            }
            share /= 2
        }
        return fit
    }
}

/// A state of reweighted least squares.
struct IteratedFit {
    /// The columns of the design that have a coefficient.
    let columns: [Int]
    var coefficients: [Double]
    var predictors: [Double]
    var rates: [Double]
    var deviance: Double
    var iterations = 0
    /// Whether coefficients grow without end, as when a level has only successes.
    var isAtEdge = false
    /// The factor of Xᵀ·W·X at the last step.
    var factor: LowerFactor
    fileprivate var isStart = true

    /// Starts from rates that are pulled a little to the middle.
    init(_ design: CountDesign, _ columns: [Int]) {
        self.columns = columns
        coefficients = Array(repeating: 0, count: columns.count)
        let total = design.counts.reduce(0, +) / design.sizes.reduce(0, +)
        rates = (0..<design.rows).map { row in
            switch design.family {
            case .binomial: (design.counts[row] + 0.5) / (design.sizes[row] + 1)
            case .poisson: (design.counts[row] + 0.1 * max(total, 1e-6)) / (design.sizes[row] + 0.1)
            }
        }
        predictors = rates.map(design.family.predictor)
        deviance = .greatestFiniteMagnitude
        factor = LowerFactor(size: columns.count)
    }

    /// Computes predictors, rates and deviance of the coefficients.
    fileprivate mutating func evaluate(_ design: CountDesign) {
        deviance = 0
        for row in 0..<design.rows {
            var predictor = 0.0
            for (place, column) in columns.enumerated() {
                predictor += coefficients[place] * design.elements[row * design.columns + column]
            }
            predictors[row] = min(34, max(-34, predictor))
            if design.family == .poisson {
                predictors[row] = min(700, max(-700, predictor))
            }
            rates[row] = design.family.rate(predictors[row])
            deviance += design.family.deviance(
                count: design.counts[row],
                size: design.sizes[row],
                rate: rates[row]
            )
        }
    }
}
