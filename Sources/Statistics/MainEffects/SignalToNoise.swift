// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Taguchi's signal-to-noise ratios of the repeats of one run, in decibels; higher is better for each.
///
/// Source: M. S. Phadke, Quality Engineering Using Robust Design (1989), chapter 5.
package enum SignalToNoise: String, Sendable, Codable, CaseIterable {
    /// Larger is better: −10·log10(mean(1/y²)).
    case largerIsBetter
    /// Smaller is better: −10·log10(mean(y²)).
    case smallerIsBetter
    /// Nominal is best: 10·log10(mean² / s²), s² with n − 1.
    case nominalIsBest

    /// The ratio of one run's repeats.
    ///
    /// Nil where the formula has no value: no repeats; a zero among larger-is-better values; only zeros for
    /// smaller-is-better; fewer than two, equal, or zero-mean values for nominal-is-best.
    package func ratio(_ repeats: [Double]) -> Double? {
        guard !repeats.isEmpty else {
            return nil
        }
        let n = Double(repeats.count)
        let ratio: Double
        switch self {
        case .largerIsBetter:
            ratio = -10 * log10(repeats.reduce(0) { $0 + 1 / ($1 * $1) } / n)
        case .smallerIsBetter:
            ratio = -10 * log10(repeats.reduce(0) { $0 + $1 * $1 } / n)
        case .nominalIsBest:
            guard let variance = Self.sampleVariance(repeats), variance > 0 else {
                return nil
            }
            let mean = repeats.reduce(0, +) / n
            ratio = 10 * log10(mean * mean / variance)
        }
        return ratio.isFinite ? ratio : nil
    }

    /// The natural logarithm of the variance of one run's repeats (n − 1); nil for fewer than two or equal values.
    package static func logVariance(_ repeats: [Double]) -> Double? {
        guard let variance = sampleVariance(repeats), variance > 0 else {
            return nil
        }
        let value = log(variance)
        return value.isFinite ? value : nil
    }

    private static func sampleVariance(_ values: [Double]) -> Double? {
        Moments(values).sampleVariance
    }
}
