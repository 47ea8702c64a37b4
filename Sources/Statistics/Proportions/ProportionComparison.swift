// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Two proportions compared: every usual test of their equality, and intervals of their difference and ratio.
///
/// JSON keys are the names of the properties. A difference is treatment less control. What is undefined (a test when
/// all trials or none succeeded, a lift when the control has no success) is nil.
package struct ProportionComparison: Sendable, Equatable, Codable {
    /// The control.
    package let control: BinomialCount
    /// The treatment.
    package let treatment: BinomialCount
    /// The treatment's rate less the control's.
    package let difference: Double
    /// The standard error of the difference when the rates differ, √(p₁q₁/n₁ + p₂q₂/n₂).
    package let standardErrorUnpooled: Double
    /// The standard error of the difference when the rates are equal, by the pooled rate.
    package let standardErrorPooled: Double
    /// The difference over its pooled standard error.
    package let pooledZ: Double?
    /// The two-sided p value of `pooledZ`.
    package let pooledP: Double?
    /// The interval by the unpooled standard error.
    package let wald: Interval
    /// Newcombe's interval from two Wilson intervals (Statistics in Medicine 17, 1998, method 10).
    package let newcombe: Interval
    /// The tests of the two-by-two table.
    package let table: ContingencyTest?
    /// The two-sided p value of Fisher's exact test.
    package let fisherP: Double
    /// The treatment's rate over the control's, less 1.
    package let relativeLift: Double?
    /// The lift's interval by the delta method.
    package let relativeLiftInterval: Interval?
    /// The interval of the ratio of rates by its logarithm.
    ///
    /// Source: D. Katz and others, Biometrics 34 (1978).
    package let riskRatioInterval: Interval?

    /// Compares a treatment with a control; throws for a confidence outside 0...1.
    package init(
        control: BinomialCount,
        treatment: BinomialCount,
        confidence: Double = 0.95
    ) throws(StatisticsError) {
        try Interval.validate(confidence: confidence)
        let z = StandardNormal.quantile(0.5 + confidence / 2) ?? 0
        self.control = control
        self.treatment = treatment
        difference = treatment.rate - control.rate
        standardErrorUnpooled = (control.rateVariance + treatment.rateVariance).squareRoot()
        let n1 = Double(control.trials)
        let n2 = Double(treatment.trials)
        let pooled = Double(control.successes + treatment.successes) / (n1 + n2)
        standardErrorPooled = (pooled * (1 - pooled) * (1 / n1 + 1 / n2)).squareRoot()
        pooledZ = standardErrorPooled > 0 ? difference / standardErrorPooled : nil
        pooledP = pooledZ.flatMap { StandardNormal.twoSidedP($0) }
        wald = Interval(
            estimate: difference,
            lower: difference - z * standardErrorUnpooled,
            upper: difference + z * standardErrorUnpooled,
            confidence: confidence
        )
        newcombe = try Self.newcombe(control, treatment, confidence)
        table = try ContingencyTest([control, treatment])
        fisherP = FisherExactTest(control, treatment).p
        let lift = RelativeLift(
            control: control.rate,
            controlVariance: control.rateVariance,
            treatment: treatment.rate,
            treatmentVariance: treatment.rateVariance,
            confidence: confidence
        )
        relativeLift = lift?.lift
        relativeLiftInterval = lift?.interval
        riskRatioInterval = Self.riskRatio(control, treatment, z, confidence)
    }

    private static func newcombe(
        _ control: BinomialCount,
        _ treatment: BinomialCount,
        _ confidence: Double
    ) throws(StatisticsError) -> Interval {
        let a = try control.wilsonInterval(confidence: confidence)
        let b = try treatment.wilsonInterval(confidence: confidence)
        let difference = treatment.rate - control.rate
        return Interval(
            estimate: difference,
            lower: difference - hypot(b.estimate - b.lower, a.upper - a.estimate),
            upper: difference + hypot(b.upper - b.estimate, a.estimate - a.lower),
            confidence: confidence
        )
    }

    private static func riskRatio(
        _ control: BinomialCount,
        _ treatment: BinomialCount,
        _ z: Double,
        _ confidence: Double
    ) -> Interval? {
        guard control.successes > 0, treatment.successes > 0 else {
            return nil
        }
        let deviation =
            ((1 - control.rate) / Double(control.successes) + (1 - treatment.rate) / Double(treatment.successes))
            .squareRoot()
        let ratio = treatment.rate / control.rate
        return Interval(
            estimate: ratio,
            lower: ratio * exp(-z * deviation),
            upper: ratio * exp(z * deviation),
            confidence: confidence
        )
    }
}

/// How much greater one mean is than another, as a share of the other, with the delta method's interval.
///
/// JSON keys are the names of the properties. The variance is v₂/m₁² + m₂² v₁/m₁⁴ for independent means.
package struct RelativeLift: Sendable, Equatable, Codable {
    /// Treatment over control, less 1.
    package let lift: Double
    /// Its standard error.
    package let standardError: Double
    /// The interval, by the normal distribution.
    package let interval: Interval

    /// Makes the lift; nil when the control is 0 or the variances are not finite.
    package init?(
        control: Double,
        controlVariance: Double,
        treatment: Double,
        treatmentVariance: Double,
        quantile: Double? = nil,
        confidence: Double
    ) {
        guard control != 0, let z = quantile ?? StandardNormal.quantile(0.5 + confidence / 2) else {
            return nil
        }
        let ratio = treatment / control
        let variance = (treatmentVariance + ratio * ratio * controlVariance) / (control * control)
        guard variance.isFinite, variance >= 0, ratio.isFinite else {
            return nil
        }
        let half = z * variance.squareRoot()
        lift = ratio - 1
        standardError = variance.squareRoot()
        interval = Interval(estimate: lift, lower: lift - half, upper: lift + half, confidence: confidence)
    }
}
