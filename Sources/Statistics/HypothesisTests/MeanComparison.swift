// SPDX-License-Identifier: Apache-2.0

/// Two means compared by Welch's t test, with the interval of their difference and of the relative lift.
///
/// JSON keys are the names of the properties. A difference is treatment less control; degrees of freedom are by
/// Satterthwaite. When neither sample varies, `t`, `p`, `degreesOfFreedom` and the intervals are nil. Source: B. L.
/// Welch, Biometrika 34 (1947).
package struct MeanComparison: Sendable, Equatable, Codable {
    /// The control.
    package let control: SampleSummary
    /// The treatment.
    package let treatment: SampleSummary
    /// The treatment's mean less the control's.
    package let difference: Double
    /// Its standard error.
    package let standardError: Double
    /// The difference over its standard error.
    package let t: Double?
    /// The degrees of freedom.
    package let degreesOfFreedom: Double?
    /// The two-sided p value.
    package let p: Double?
    /// The interval of the difference.
    package let interval: Interval?
    /// The treatment's mean over the control's, less 1; nil when the control's mean is not positive.
    package let relativeLift: Double?
    /// Its interval, by the delta method.
    package let relativeLiftInterval: Interval?

    /// Compares a treatment with a control; throws for a confidence outside 0...1.
    package init(
        control: SampleSummary,
        treatment: SampleSummary,
        confidence: Double = 0.95
    ) throws(StatisticsError) {
        try Interval.validate(confidence: confidence)
        self.control = control
        self.treatment = treatment
        difference = treatment.mean - control.mean
        let a = control.meanVariance
        let b = treatment.meanVariance
        let sum = a + b
        let spread = a * a / Double(control.count - 1) + b * b / Double(treatment.count - 1)
        standardError = sum.squareRoot()
        let degrees = spread > 0 ? sum * sum / spread : nil
        let distribution = degrees.flatMap { StudentT(degreesOfFreedom: $0) }
        let varies = standardError > 0 && distribution != nil
        t = varies ? difference / standardError : nil
        degreesOfFreedom = varies ? degrees : nil
        p = varies ? distribution?.twoSidedP(difference / standardError) : nil
        interval =
            varies
            ? .student(
                estimate: difference,
                standardError: standardError,
                degreesOfFreedom: degrees ?? 0,
                confidence: confidence
            ) : nil
        let lift =
            control.mean > 0
            ? RelativeLift(
                control: control.mean,
                controlVariance: a,
                treatment: treatment.mean,
                treatmentVariance: b,
                confidence: confidence
            ) : nil
        relativeLift = lift?.lift
        relativeLiftInterval = varies ? lift?.interval : nil
    }
}
