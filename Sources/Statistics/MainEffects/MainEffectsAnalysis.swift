// SPDX-License-Identifier: Apache-2.0

/// Fits the main-effects model of categorical factors and blocks, with type II sums of squares.
///
/// The response is the sum of an intercept and one effect per level of every term. A term's sum of squares is what it
/// explains after all the others, so it does not depend on their order. It is the linear model of ``LinearModelAnalysis``
/// without interactions, from columns whose levels need not be known beforehand.
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
        var analysis = LinearModelAnalysis(
            formula: .mainEffects(
                responses: [equations.responseName],
                factors: equations.terms.filter { $0.kind == .factor }.map(\.name),
                blocks: equations.terms.filter { $0.kind == .block }.map(\.name)
            ),
            type: .two,
            referenceLevels: referenceLevels,
            confidence: confidence
        )
        switch pooling {
        case .none: analysis.pooling = .none
        case .smallest(let wanted): analysis.pooling = .smallest(untilResidualDegreesOfFreedom: wanted)
        case .terms(let names): analysis.pooling = .terms(names)
        }
        let fitted = try analysis.fit(
            equations.crossProducts(levels: levels, formula: analysis.formula),
            responseName: equations.responseName,
            origin: 0,
            covariateMeans: [],
            missing: (responses: 0, factors: 0),
            residual: nil
        )
        return FittedMainEffects(model: fitted, terms: equations.terms.map(\.name))
    }
}
