// SPDX-License-Identifier: Apache-2.0

/// A fitted main-effects model: its table of variance, and predictions from it.
package struct FittedMainEffects: Sendable {
    /// The linear model that it is.
    package let model: FittedLinearModel
    /// The columns in the order given.
    let terms: [String]

    /// The table of variance, level means, contrasts and notes.
    package var analysisOfVariance: AnalysisOfVariance {
        let table = model.table
        let rows = terms.compactMap { term in table.rows.first { $0.term == term } }
        return AnalysisOfVariance(
            response: table.response,
            n: table.n,
            grandMean: table.grandMean,
            rows: rows.map { row in
                AnalysisOfVariance.Row(
                    term: row.term,
                    kind: row.kind,
                    df: row.df,
                    sumOfSquares: row.sumOfSquares,
                    meanSquare: row.meanSquare,
                    f: row.f,
                    p: row.p,
                    partialEtaSquared: row.partialEtaSquared,
                    contributionPercent: row.contributionPercent,
                    isPooled: row.isPooled,
                    isAliased: row.df < row.nominalDf
                )
            },
            residual: table.residual,
            total: table.total,
            sigma: table.sigma,
            rSquared: table.rSquared,
            adjustedRSquared: table.adjustedRSquared,
            isSaturated: table.isSaturated,
            isPerfectFit: table.isPerfectFit,
            pooledTerms: table.pooledTerms,
            confidence: model.confidence,
            means: model.means(),
            contrasts: model.contrasts(),
            notes: table.notes
        )
    }

    /// Predicts the mean of a combination given as a level label per column; columns not named are averaged.
    package func predict(_ combination: [String: String]) throws(StatisticsError) -> LinearModelPrediction {
        try model.predict(combination)
    }

    /// The best level of every factor, its predicted mean, and its gain over a control (level label per factor).
    ///
    /// Throws when the control names an unknown factor or level, or leaves a factor out.
    package func bestCombination(
        _ direction: BestCombination.Direction,
        control: [String: String]? = nil
    ) throws(StatisticsError) -> BestCombination {
        try model.bestCombination(direction, control: control)
    }
}
