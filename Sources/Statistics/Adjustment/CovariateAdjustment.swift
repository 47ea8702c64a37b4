// SPDX-License-Identifier: Apache-2.0

/// Values adjusted by what was known of their units before the experiment, so that less of their spread is noise (CUPED).
///
/// Each value becomes y − θ (x − x̄), with x̄ over all units and θ the regression of y on x within the groups. The
/// difference of means keeps its expectation, because x was measured before the split. Source: A. Deng, Y. Xu,
/// R. Kohavi, T. Walker, WSDM 2013.
package struct CovariateAdjustment: Sendable, Equatable {
    /// The slope θ.
    package let slope: Double
    /// The correlation of value and covariate within the groups, −1 to 1.
    package let correlation: Double
    /// The adjusted values, per group.
    package let values: [[Double]]

    /// The share of the variance that the adjustment takes away.
    package var varianceReduction: Double { correlation * correlation }

    /// Adjusts groups of values; throws for unequal lengths, values that are not finite, or a covariate that does not vary.
    package init(values: [[Double]], covariates: [[Double]]) throws(StatisticsError) {
        guard values.count == covariates.count else {
            throw .lengthMismatch(column: "covariates", found: covariates.count, expected: values.count)
        }
        var products = 0.0
        var squares = 0.0
        var variation = 0.0
        var sum = 0.0
        var count = 0
        for (y, x) in zip(values, covariates) {
            guard y.count == x.count else {
                throw .lengthMismatch(column: "covariate", found: x.count, expected: y.count)
            }
            try y.requireFinite("value")
            try x.requireFinite("covariate")
            let meanY = Moments(y).mean
            let meanX = Moments(x).mean
            for index in y.indices {
                let dx = x[index] - meanX
                let dy = y[index] - meanY
                products += dx * dy
                squares += dx * dx
                variation += dy * dy
            }
            sum += meanX * Double(x.count)
            count += x.count
        }
        guard squares > 0, squares.isFinite else {
            throw .invalidArgument(
                name: "The covariate",
                value: "the same for every unit",
                remedy: "give a column that was measured before the experiment and that varies"
            )
        }
        let slope = products / squares
        let centre = sum / Double(max(1, count))
        self.slope = slope
        correlation = variation > 0 ? max(-1, min(1, products / (squares * variation).squareRoot())) : 0
        self.values = zip(values, covariates).map { y, x in
            y.indices.map { y[$0] - slope * (x[$0] - centre) }
        }
    }
}
