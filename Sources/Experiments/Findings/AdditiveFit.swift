// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Statistics

/// What the main-effects model of a finding expects of each trial, and what it leaves over.
package struct AdditiveFit: Sendable {
    /// The expected value of each trial.
    package let fitted: [Double]
    /// Measured less expected.
    package let residuals: [Double]
    /// The residuals over their standard error, leverages taken as equal.
    package let standardised: [Double?]
    /// The residual degrees of freedom.
    package let df: Int
    /// The measured values without what their blocks and units are off the overall level.
    let adjusted: [Double]

    /// Fits the trials of a table; nil when the table is not of these trials, or leaves too little to judge by.
    ///
    /// In an additive model the expected value is the overall level plus what each term's least-squares mean lies off it. That the
    /// squares of what is left add up to the table's own residual sum of squares proves that nothing was mixed up.
    package init?(_ anova: AnalysisOfVariance, goal: Goal, trials: [Trial], values: [Double]) {
        guard anova.n == trials.count, values.count == trials.count, anova.residual.df > 2, anova.pooledTerms.isEmpty,
            let sigma = anova.sigma, sigma > 0, !goal.factors.isEmpty
        else { return nil }
        var level: Double?
        var offsets = [Double](repeating: 0, count: trials.count)
        var disturbances = offsets
        for term in anova.means {
            let means = term.levels.compactMap(\.leastSquaresMean)
            guard means.count == term.levels.count, !means.isEmpty else { return nil }
            let middle = means.reduce(0, +) / Double(means.count)
            level = level ?? middle
            let known = Dictionary(zip(term.levels.map(\.level), means.map { $0 - middle })) { first, _ in first }
            guard let labels = Self.labels(of: term, goal: goal, trials: trials) else { return nil }
            for (row, label) in labels.enumerated() {
                guard let offset = known[label] else { return nil }
                offsets[row] += offset
                if term.kind == .block { disturbances[row] += offset }
            }
        }
        guard let level else { return nil }
        fitted = offsets.map { level + $0 }
        residuals = zip(values, fitted).map { $0 - $1 }
        let squares = residuals.reduce(0) { $0 + $1 * $1 }
        guard (squares - anova.residual.ss).magnitude <= 1e-6 * max(anova.residual.ss, squares) else { return nil }
        // The leverages are not in the table; their mean is the number of parameters over the number of rows.
        let error = sigma * (Double(anova.residual.df) / Double(trials.count)).squareRoot()
        standardised = residuals.map { $0 / error }
        df = anova.residual.df
        adjusted = zip(values, disturbances).map { $0 - $1 }
    }

    /// The level of a term in each trial; nil for a term that the goal does not have.
    private static func labels(
        of term: AnalysisOfVariance.TermMeans,
        goal: Goal,
        trials: [Trial]
    ) -> [String]? {
        if term.kind == .block {
            return term.term == "unit" ? trials.map(\.unit) : trials.map { String($0.block) }
        }
        guard let index = goal.factors.firstIndex(where: { $0.name == term.term }) else { return nil }
        let levels = goal.factors[index].levels.map(\.description)
        let labels = trials.compactMap { trial -> String? in
            guard trial.combination.levels.indices.contains(index),
                levels.indices.contains(trial.combination.levels[index])
            else { return nil }
            return levels[trial.combination.levels[index]]
        }
        return labels.count == trials.count ? labels : nil
    }
}
