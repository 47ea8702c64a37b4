// SPDX-License-Identifier: Apache-2.0

/// Fits the main-effects model of categorical factors and blocks, with type II sums of squares.
///
/// The response is the sum of an intercept and one effect per level of every term. A term's sum of squares is what it
/// explains after all the others, so it does not depend on their order.
package struct MainEffectsAnalysis: Sendable {
    /// Which factors to move into the residual, and never silently.
    package enum Pooling: Sendable, Equatable {
        /// None.
        case none
        /// The factors of the smallest mean squares, until the residual has as many degrees of freedom.
        case smallest(untilResidualDegreesOfFreedom: Int)
        /// The named factors.
        case terms([String])
    }

    /// Which factors are pooled.
    package var pooling: Pooling
    /// The reference level per factor name, where it is not the first observed level.
    package var referenceLevels: [String: String]
    /// The confidence of all intervals.
    package var confidence: Double

    /// Makes an analysis with its options.
    package init(pooling: Pooling = .none, referenceLevels: [String: String] = [:], confidence: Double = 0.95) {
        self.pooling = pooling
        self.referenceLevels = referenceLevels
        self.confidence = confidence
    }

    /// Fits a table.
    ///
    /// Throws an error that names the column at fault. Needs one row at least.
    package func fit(_ table: FactorialTable) throws(StatisticsError) -> FittedMainEffects {
        try fit(NormalEquations(table: table), levels: (table.factors + table.blocks).map(\.levels))
    }

    /// Fits what an accumulator has summed, given the labels of each column's levels by code.
    package func fit(
        _ equations: NormalEquations,
        levels: [[String]]
    ) throws(StatisticsError) -> FittedMainEffects {
        guard equations.rowCount > 0 else {
            throw .tooFewObservations(subject: "Response '\(equations.responseName)'", found: 0, needed: 1)
        }
        guard equations.isFinite else {
            throw .tooLarge(column: equations.responseName)
        }
        guard levels.count == equations.terms.count else {
            throw .lengthMismatch(column: "levels", found: levels.count, expected: equations.terms.count)
        }
        for (index, term) in equations.terms.enumerated() where levels[index].count < equations.levelCounts[index] {
            throw .lengthMismatch(
                column: term.name,
                found: levels[index].count,
                expected: equations.levelCounts[index]
            )
        }
        try Interval.validate(confidence: confidence)
        try validateReferences(equations, levels)
        let full = MainEffectsModel(equations, terms: Array(equations.terms.indices))
        let pooled = try pooledTerms(equations, full)
        let kept = equations.terms.indices.filter { !pooled.contains($0) }
        let model = pooled.isEmpty ? full : MainEffectsModel(equations, terms: kept)
        return FittedMainEffects(
            equations: equations,
            levels: levels,
            full: full,
            model: model,
            pooled: pooled,
            referenceLevels: referenceLevels,
            confidence: confidence
        )
    }

    private func validateReferences(_ equations: NormalEquations, _ levels: [[String]]) throws(StatisticsError) {
        let factors = equations.terms.filter { $0.kind == .factor }.map(\.name)
        for (name, level) in referenceLevels.sorted(by: { $0.key < $1.key }) {
            guard let term = equations.terms.firstIndex(where: { $0.name == name && $0.kind == .factor }) else {
                throw .unknownColumn(name, known: factors)
            }
            let observed = (0..<equations.levelCounts[term]).filter { equations.count(term: term, level: $0) > 0 }
            guard observed.contains(where: { levels[term][$0] == level }) else {
                throw .unknownLevel(column: name, level: level, known: observed.map { levels[term][$0] })
            }
        }
    }

    /// The terms to pool, in the order of pooling.
    private func pooledTerms(
        _ equations: NormalEquations,
        _ full: MainEffectsModel
    ) throws(StatisticsError) -> [Int] {
        let factors = equations.terms.indices.filter { equations.terms[$0].kind == .factor }
        switch pooling {
        case .none:
            return []
        case .terms(let names):
            var pooled: [Int] = []
            for name in names {
                guard let term = factors.first(where: { equations.terms[$0].name == name }) else {
                    throw .unknownColumn(name, known: factors.map { equations.terms[$0].name })
                }
                if !pooled.contains(term) {
                    pooled.append(term)
                }
            }
            return pooled
        case .smallest(let wanted):
            let bySize = factors.filter { full.degreesOfFreedom[$0] > 0 }.sorted { a, b in
                let first = full.meanSquare(a)
                let second = full.meanSquare(b)
                return first == second ? a > b : first < second
            }
            var pooled: [Int] = []
            var residual = full.residualDegreesOfFreedom
            for term in bySize.dropLast() where residual < wanted {
                pooled.append(term)
                residual += full.degreesOfFreedom[term]
            }
            return pooled
        }
    }
}
