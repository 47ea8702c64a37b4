// SPDX-License-Identifier: Apache-2.0

/// A two-sided interval around an estimate, with the confidence that it was computed for.
///
/// JSON keys: `confidence` (0...1), `estimate`, `lower`, `upper`.
package struct Interval: Sendable, Equatable, Codable {
    /// The point that the interval is about.
    package let estimate: Double
    /// The lower end.
    package let lower: Double
    /// The upper end.
    package let upper: Double
    /// The confidence, between 0 and 1.
    package let confidence: Double

    /// Makes an interval from its parts.
    package init(estimate: Double, lower: Double, upper: Double, confidence: Double) {
        self.estimate = estimate
        self.lower = lower
        self.upper = upper
        self.confidence = confidence
    }

    /// Whether a value lies within, ends included.
    package func contains(_ value: Double) -> Bool {
        value >= lower && value <= upper
    }

    /// Makes estimate ± t × standard error, or nil when the t quantile is undefined.
    static func student(
        estimate: Double,
        standardError: Double,
        degreesOfFreedom: Double,
        confidence: Double
    ) -> Interval? {
        let probability = 0.5 + confidence / 2
        guard let quantile = StudentT(degreesOfFreedom: degreesOfFreedom)?.quantile(probability) else {
            return nil
        }
        let half = quantile * standardError
        return Interval(estimate: estimate, lower: estimate - half, upper: estimate + half, confidence: confidence)
    }

    /// Throws unless a confidence lies strictly between 0 and 1.
    static func validate(confidence: Double) throws(StatisticsError) {
        guard confidence > 0, confidence < 1 else {
            throw .invalidArgument(
                name: "confidence",
                value: "\(confidence)",
                remedy: "give a share between 0 and 1, such as 0.95"
            )
        }
    }
}
