// SPDX-License-Identifier: Apache-2.0

/// How many of a number of trials succeeded, such as buyers among visitors.
///
/// JSON keys are the names of the properties.
package struct BinomialCount: Sendable, Hashable, Codable {
    /// The number of trials, at least 1.
    package let trials: Int
    /// How many of them succeeded, 0 to `trials`.
    package let successes: Int

    /// Makes a count; throws unless 0 <= successes <= trials, trials >= 1.
    package init(trials: Int, successes: Int) throws(StatisticsError) {
        guard trials > 0 else {
            throw .invalidArgument(name: "trials", value: "\(trials)", remedy: "give at least 1")
        }
        guard (0...trials).contains(successes) else {
            throw .invalidArgument(
                name: "successes",
                value: "\(successes)",
                remedy: "give 0 to \(trials), the number of trials"
            )
        }
        self.trials = trials
        self.successes = successes
    }

    /// The share that succeeded.
    package var rate: Double { Double(successes) / Double(trials) }

    /// The number of trials that did not succeed.
    package var failures: Int { trials - successes }

    /// The variance of the share, p (1 − p) / n.
    package var rateVariance: Double { rate * (1 - rate) / Double(trials) }

    /// Wilson's score interval of the share.
    ///
    /// Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).
    package func wilsonInterval(confidence: Double = 0.95) throws(StatisticsError) -> Interval {
        try Interval.validate(confidence: confidence)
        let z = StandardNormal.quantile(0.5 + confidence / 2) ?? 0
        let n = Double(trials)
        let scale = 1 + z * z / n
        let centre = (rate + z * z / (2 * n)) / scale
        let half = z / scale * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot()
        return Interval(
            estimate: rate,
            lower: successes == 0 ? 0 : max(0, centre - half),
            upper: failures == 0 ? 1 : min(1, centre + half),
            confidence: confidence
        )
    }
}
