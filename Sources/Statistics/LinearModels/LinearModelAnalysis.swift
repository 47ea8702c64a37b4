// SPDX-License-Identifier: Apache-2.0

/// Fits linear models of factors, their interactions, blocks and covariates, and analyses their variance.
///
/// Rows are read once into sums whose size does not depend on their number. Every response is fitted by the same
/// design; rows without a value of it, or of a column in the model, are left out and counted.
package struct LinearModelAnalysis: Sendable {
    /// Which terms to move into the residual, and never silently.
    package enum Pooling: Sendable, Equatable {
        /// None.
        case none
        /// The named terms; a term within an interaction that stays cannot be pooled.
        case terms([String])
        /// The terms of the smallest mean squares, until the residual has as many degrees of freedom.
        case smallest(untilResidualDegreesOfFreedom: Int)
        /// The same, until the residual has a share of all degrees of freedom (Taguchi advises about one half).
        case smallestUntil(residualShare: Double)
        /// The terms that each explain less than a share of the total sum of squares.
        case contributionBelow(share: Double)
    }

    /// The model; pooled terms included.
    package var formula: ModelFormula
    /// The type of the sums of squares; nil lets the analysis choose and say why.
    package var type: SumOfSquaresType?
    /// Which terms are pooled.
    package var pooling: Pooling
    /// The reference level per factor name, where it is not the first observed level.
    package var referenceLevels: [String: String]
    /// The confidence of all intervals.
    package var confidence: Double

    /// Makes an analysis with its options.
    package init(
        formula: ModelFormula,
        type: SumOfSquaresType? = nil,
        pooling: Pooling = .none,
        referenceLevels: [String: String] = [:],
        confidence: Double = 0.95
    ) {
        self.formula = formula
        self.type = type
        self.pooling = pooling
        self.referenceLevels = referenceLevels
        self.confidence = confidence
    }

    /// Fits every response that the formula names, or all there are when it names none.
    ///
    /// Throws an error that names the column at fault.
    package func fit(_ columns: ModelColumns) throws(StatisticsError) -> [FittedLinearModel] {
        try Interval.validate(confidence: confidence)
        try validateNames(columns)
        let variables = formula.variables
        let responses = try chosenResponses(columns)
        let factors = columns.factors.filter { variables.contains($0.name) }
        let covariates = columns.covariates.filter { variables.contains($0.name) }
        var source = try ModelSource(
            ModelReader(factors: factors, covariates: covariates, responses: responses),
            formula: formula
        )
        var fits: [FittedLinearModel] = []
        for index in responses.indices {
            fits.append(try fit(&source, index, responses[index]))
        }
        return fits
    }

    private func fit(
        _ source: inout ModelSource,
        _ index: Int,
        _ response: ResponseColumn
    ) throws(StatisticsError) -> FittedLinearModel {
        let products = source.products[index]
        let spread = products.totalSumOfSquares
        guard products.isFinite, spread < 1e305 else {
            throw .tooLarge(column: response.name)
        }
        if products.rowCount > 1, spread < 1e-305 {
            let present = response.values.filter { !$0.isNaN }
            guard present.allSatisfy({ $0 == present[0] }) else {
                throw .tooSmall(column: response.name)
            }
        }
        var ownSource = source
        let fitted = try fit(
            products,
            responseName: response.name,
            origin: response.origin,
            covariateMeans: source.reader.covariateMeans,
            missing: (
                responses: source.reader.rowCount - source.reader.missingFactors - products.rowCount,
                factors: source.reader.missingFactors
            ),
            residual: { (effects, mean) throws(StatisticsError) in
                try ownSource.residualSumOfSquares(index, effects: effects, mean: mean)
            }
        )
        source = ownSource
        return fitted
    }

    /// Fits what was summed; the one place where models are fitted, whatever the rows came from.
    func fit(
        _ products: CrossProducts,
        responseName: String,
        origin: Double,
        covariateMeans: [Double],
        missing: (responses: Int, factors: Int),
        residual: ((_ effects: [Double], _ mean: DoubleDouble) throws(StatisticsError) -> Double)?
    ) throws(StatisticsError) -> FittedLinearModel {
        guard products.rowCount > 0 else {
            throw .tooFewObservations(subject: "Response '\(responseName)'", found: 0, needed: 1)
        }
        guard products.isFinite else {
            throw .tooLarge(column: responseName)
        }
        try validateReferences(products.layout)
        let all = Array(products.layout.terms.indices)
        let type = type ?? .two
        let full = try LinearModelNumbers(products, terms: all, type: type, residual: residual)
        let pooled = try pooledTerms(full)
        let model =
            pooled.isEmpty
            ? full
            : try LinearModelNumbers(
                products,
                terms: all.filter { !pooled.contains($0) },
                type: type,
                residual: residual
            )
        return FittedLinearModel(
            responseName: responseName,
            origin: origin,
            covariateMeans: covariateMeans,
            missingResponses: missing.responses,
            missingFactors: missing.factors,
            full: full,
            model: model,
            pooled: pooled,
            isTypeChosen: self.type != nil,
            referenceLevels: referenceLevels,
            confidence: confidence
        )
    }
}

// What is checked before anything is read.
extension LinearModelAnalysis {
    private func validateNames(_ columns: ModelColumns) throws(StatisticsError) {
        let known = columns.factors.map(\.name) + columns.covariates.map(\.name)
        var seen: Set<String> = []
        for name in known + columns.responses.map(\.name) where !seen.insert(name).inserted {
            throw .duplicateColumn(name)
        }
        for variable in formula.variables where !known.contains(variable) {
            throw .unknownColumn(variable, known: known)
        }
        for covariate in columns.covariates where formula.variables.contains(covariate.name) {
            guard covariate.values.allSatisfy({ $0.isNaN || $0.magnitude < 1e100 }) else {
                throw .tooLarge(column: covariate.name)
            }
            let known = covariate.values.filter { !$0.isNaN }
            let reach = (known.max() ?? 0) - (known.min() ?? 0)
            // Squares of products of several such columns would vanish.
            guard reach == 0 || reach >= 1e-100 else {
                throw .tooSmall(column: covariate.name)
            }
        }
        for term in formula.terms where term.kind == .block {
            for variable in term.variables where !columns.factors.contains(where: { $0.name == variable }) {
                throw .invalidArgument(
                    name: "Block '\(variable)'",
                    value: "a numeric column",
                    remedy: "give its values as levels of a factor"
                )
            }
        }
    }

    private func chosenResponses(_ columns: ModelColumns) throws(StatisticsError) -> [ResponseColumn] {
        guard !columns.responses.isEmpty else {
            throw .invalidArgument(name: "The number of responses", value: "0", remedy: "give one column at least")
        }
        guard !formula.responses.isEmpty else {
            return columns.responses
        }
        var chosen: [ResponseColumn] = []
        for name in formula.responses {
            guard let response = columns.responses.first(where: { $0.name == name }) else {
                throw .unknownColumn(name, known: columns.responses.map(\.name))
            }
            chosen.append(response)
        }
        return chosen
    }

    private func validateReferences(_ layout: ModelLayout) throws(StatisticsError) {
        let studied = layout.factors.filter { factor in
            !layout.terms.contains { $0.term.kind == .block && $0.term.variables == [factor.name] }
        }
        for (name, level) in referenceLevels.sorted(by: { $0.key < $1.key }) {
            guard let factor = studied.first(where: { $0.name == name }) else {
                throw .unknownColumn(name, known: studied.map(\.name))
            }
            guard factor.labels.contains(level) else {
                throw .unknownLevel(column: name, level: level, known: factor.labels)
            }
        }
    }
}

// Pooling.
extension LinearModelAnalysis {
    /// The terms to pool, in the order of pooling.
    private func pooledTerms(_ full: LinearModelNumbers) throws(StatisticsError) -> [Int] {
        let layout = full.products.layout
        let candidates = layout.terms.indices.filter { layout.terms[$0].term.kind == .factor }
        switch pooling {
        case .none:
            return []
        case .terms(let names):
            return try named(names, layout, candidates)
        case .smallest(let wanted):
            return smallest(full, candidates) { residual, _ in residual < wanted }
        case .smallestUntil(let share):
            try Self.validate(share: share, name: "The residual's share of the degrees of freedom")
            let all = Double(full.products.rowCount - 1)
            return smallest(full, candidates) { residual, _ in Double(residual) < share * all }
        case .contributionBelow(let share):
            try Self.validate(share: share, name: "The share below which terms are pooled")
            let least = share * full.totalSumOfSquares
            return smallest(full, candidates) { _, term in full.sumsOfSquares[term] < least }
        }
    }

    private static func validate(share: Double, name: String) throws(StatisticsError) {
        guard share > 0, share < 1 else {
            throw .invalidArgument(name: name, value: "\(share)", remedy: "give a share between 0 and 1, such as 0.5")
        }
    }

    private func named(
        _ names: [String],
        _ layout: ModelLayout,
        _ candidates: [Int]
    ) throws(StatisticsError) -> [Int] {
        var pooled: [Int] = []
        for name in names {
            let wanted = Set(name.split(separator: ":").map { $0.trimmingSpaces })
            guard
                let term = candidates.first(where: {
                    layout.terms[$0].name == name || Set(layout.terms[$0].term.variables) == wanted
                })
            else {
                throw .unknownColumn(name, known: candidates.map { layout.terms[$0].name })
            }
            if !pooled.contains(term) {
                pooled.append(term)
            }
        }
        for term in pooled {
            if let outer = candidates.first(where: { layout.isContained(term, in: $0) && !pooled.contains($0) }) {
                throw .invalidArgument(
                    name: "The pooled term '\(layout.terms[term].name)'",
                    value: "part of '\(layout.terms[outer].name)', which stays in the model",
                    remedy: "pool '\(layout.terms[outer].name)' as well"
                )
            }
        }
        return pooled
    }

    /// The smallest terms by mean square, one at a time while a condition holds; the largest always stays, and a term
    /// goes only after the interactions that contain it.
    private func smallest(
        _ full: LinearModelNumbers,
        _ candidates: [Int],
        while condition: (_ residual: Int, _ next: Int) -> Bool
    ) -> [Int] {
        let layout = full.products.layout
        var open = candidates.filter { full.degreesOfFreedom[$0] > 0 }
        var pooled: [Int] = []
        var residual = full.residualDegreesOfFreedom
        while open.count > 1 {
            let free = open.filter { term in !open.contains { layout.isContained(term, in: $0) } }
            let next = free.min { a, b in
                let first = full.meanSquare(a)
                let second = full.meanSquare(b)
                return first == second ? a > b : first < second
            }
            guard let next, condition(residual, next) else {
                break
            }
            pooled.append(next)
            residual += full.degreesOfFreedom[next]
            open.removeAll { $0 == next }
        }
        return pooled
    }
}

extension Substring {
    /// The text without spaces around it.
    fileprivate var trimmingSpaces: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true {
            rest.removeFirst()
        }
        while rest.last?.isWhitespace == true {
            rest.removeLast()
        }
        return String(rest)
    }
}
