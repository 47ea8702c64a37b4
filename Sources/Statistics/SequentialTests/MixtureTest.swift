// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Sequential probability ratio tests against a mixture of alternatives, valid however often one looks.
///
/// The evidence is a likelihood ratio whose mean is 1 at any time when nothing differs, so it exceeds 1 / α ever with a
/// chance of at most α (J. Ville, 1939; H. Robbins, Annals of Mathematical Statistics 41, 1970; R. Johari, P. Koomen,
/// L. Pekelis, D. Walsh, Operations Research 70, 2022).
package enum MixtureTest {
    /// The p value that evidence gives: its inverse, at most 1.
    package static func p(logEvidence: Double) -> Double {
        logEvidence.isNaN ? 1 : min(1, exp(-logEvidence))
    }

    /// The logarithm of the evidence that a normal estimate gives, with true differences spread as N(0, deviation²).
    ///
    /// √(V / (V + τ²)) exp(d² τ² / (2 V (V + τ²))). Exact for normal values of known variance; for others it needs a
    /// standard error that can be trusted. Throws unless deviation and standard error are positive.
    package static func normalLogEvidence(
        estimate: Double,
        standardError: Double,
        deviation: Double
    ) throws(StatisticsError) -> Double {
        guard estimate.isFinite else {
            throw .invalidArgument(name: "estimate", value: "\(estimate)", remedy: "give a finite number")
        }
        guard standardError > 0, standardError.isFinite else {
            throw .invalidArgument(name: "standardError", value: "\(standardError)", remedy: "give a positive number")
        }
        guard deviation > 0, deviation.isFinite else {
            throw .invalidArgument(name: "deviation", value: "\(deviation)", remedy: "give a positive number")
        }
        let variance = standardError * standardError
        let spread = deviation * deviation
        let sum = variance + spread
        return 0.5 * log(variance / sum) + estimate * estimate * spread / (2 * variance * sum)
    }
}

/// An exact always-valid test of two success or event rates, by which variant each success comes from.
///
/// When the rates are equal, each success belongs to the treatment with the chance that a unit does, whatever the
/// rates are, so with units assigned at random nothing is approximated, not even with the first success. The mixture
/// is a beta distribution centred at that chance. It loses what the failures tell: a share of the information about as
/// great as the success rate. Sources: H. Robbins (1970); E. Miller, Simple Sequential A/B Testing (2015).
package struct SuccessMixtureTest: Sendable, Equatable {
    /// The share of the units that are assigned to the treatment, of both.
    package let share: Double
    private let alpha: Double
    private let beta: Double
    private let start: Double
    private let logShare: Double
    private let logRest: Double

    /// Makes a test that looks for lifts of about a size; throws unless 0 < share < 1 and the lift is positive.
    package init(share: Double = 0.5, typicalLift: Double = 0.1) throws(StatisticsError) {
        guard share > 0, share < 1 else {
            throw .invalidArgument(
                name: "share",
                value: "\(share)",
                remedy: "give a share between 0 and 1, such as 0.5"
            )
        }
        guard typicalLift > 0, typicalLift < 100 else {
            throw .invalidArgument(name: "typicalLift", value: "\(typicalLift)", remedy: "give a share such as 0.1")
        }
        self.share = share
        // A lift moves the treatment's share of successes by share (1 − share) × lift, to first order.
        let deviation = min(0.45 * min(share, 1 - share), share * (1 - share) * typicalLift)
        let concentration = max(2, share * (1 - share) / (deviation * deviation) - 1)
        alpha = concentration * share
        beta = concentration * (1 - share)
        start = Self.logBeta(alpha, beta)
        logShare = log(share)
        logRest = log(1 - share)
    }

    /// The logarithm of the evidence that successes of control and treatment give; throws for negative counts.
    package func logEvidence(control: Int, treatment: Int) throws(StatisticsError) -> Double {
        guard control >= 0, treatment >= 0 else {
            throw .invalidArgument(
                name: "successes",
                value: "\(control), \(treatment)",
                remedy: "give 0 or more"
            )
        }
        let a = Double(treatment)
        let b = Double(control)
        return Self.logBeta(alpha + a, beta + b) - start - a * logShare - b * logRest
    }

    private static func logBeta(_ a: Double, _ b: Double) -> Double {
        logGamma(a) + logGamma(b) - logGamma(a + b)
    }

    /// The logarithm of the gamma function of a positive number, by Stirling's series from 12 on.
    private static func logGamma(_ x: Double) -> Double {
        var x = x
        var product = 1.0
        while x < 12 {
            product *= x
            x += 1
        }
        let inverse = 1 / (x * x)
        let series =
            (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1_260 - inverse * (1.0 / 1_680 - inverse / 1_188)))) / x
        return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + series - log(product)
    }
}
