// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How many events happened over how much exposure, such as orders over visitors or clicks over hours.
///
/// JSON keys are the names of the properties.
package struct EventCount: Sendable, Hashable, Codable {
    /// The number of events, 0 or more.
    package let events: Int
    /// The exposure in which they could happen, positive.
    package let exposure: Double

    /// Makes a count; throws for a negative number of events or an exposure that is not positive and finite.
    package init(events: Int, exposure: Double) throws(StatisticsError) {
        guard events >= 0 else {
            throw .invalidArgument(name: "events", value: "\(events)", remedy: "give 0 or more")
        }
        guard exposure > 0, exposure.isFinite else {
            throw .invalidArgument(name: "exposure", value: "\(exposure)", remedy: "give a positive number")
        }
        self.events = events
        self.exposure = exposure
    }

    /// Events per unit of exposure.
    package var rate: Double { Double(events) / exposure }
}

/// Two Poisson rates compared: an exact test given the number of events, a score test, and intervals.
///
/// JSON keys are the names of the properties. It holds when events come singly and independently: units of which some
/// have many events vary more, and belong to a comparison of means.
package struct RateComparison: Sendable, Equatable, Codable {
    /// The control.
    package let control: EventCount
    /// The treatment.
    package let treatment: EventCount
    /// The treatment's rate less the control's.
    package let difference: Double
    /// Its standard error, √(r₁/e₁ + r₂/e₂).
    package let standardError: Double
    /// The score statistic, with the pooled rate; nil without events.
    package let z: Double?
    /// Its two-sided p value.
    package let p: Double?
    /// The two-sided p value given the number of all events, by the binomial distribution.
    ///
    /// Source: J. Przyborowski and H. Wilenski, Biometrika 31 (1940).
    package let exactP: Double
    /// The interval of the difference, by the normal distribution.
    package let interval: Interval
    /// The treatment's rate over the control's, less 1; nil when the control has no events.
    package let relativeLift: Double?
    /// Its interval by the logarithm of the ratio; nil when one of both has no events.
    package let relativeLiftInterval: Interval?

    /// Compares a treatment with a control; throws for a confidence outside 0...1.
    package init(control: EventCount, treatment: EventCount, confidence: Double = 0.95) throws(StatisticsError) {
        try Interval.validate(confidence: confidence)
        let quantile = StandardNormal.quantile(0.5 + confidence / 2) ?? 0
        self.control = control
        self.treatment = treatment
        difference = treatment.rate - control.rate
        standardError = (control.rate / control.exposure + treatment.rate / treatment.exposure).squareRoot()
        let events = Double(control.events + treatment.events)
        let exposure = control.exposure + treatment.exposure
        let null = (events / exposure * (1 / control.exposure + 1 / treatment.exposure)).squareRoot()
        z = null > 0 ? difference / null : nil
        p = z.flatMap { StandardNormal.twoSidedP($0) }
        exactP = Self.exact(control, treatment)
        interval = Interval(
            estimate: difference,
            lower: difference - quantile * standardError,
            upper: difference + quantile * standardError,
            confidence: confidence
        )
        relativeLift = control.events > 0 ? treatment.rate / control.rate - 1 : nil
        if control.events > 0, treatment.events > 0 {
            let deviation = (1 / Double(control.events) + 1 / Double(treatment.events)).squareRoot()
            let ratio = treatment.rate / control.rate
            relativeLiftInterval = Interval(
                estimate: ratio - 1,
                lower: ratio * exp(-quantile * deviation) - 1,
                upper: ratio * exp(quantile * deviation) - 1,
                confidence: confidence
            )
        } else {
            relativeLiftInterval = nil
        }
    }

    private static func exact(_ control: EventCount, _ treatment: EventCount) -> Double {
        let events = control.events + treatment.events
        guard events > 0 else {
            return 1
        }
        let odds = treatment.exposure / control.exposure
        let share = treatment.exposure / (control.exposure + treatment.exposure)
        return ExactTails.twoSided(
            observed: treatment.events,
            support: 0...events,
            mode: Int((Double(events + 1) * share).rounded(.down))
        ) { value in
            Double(events - value) / Double(value + 1) * odds
        }
    }
}
