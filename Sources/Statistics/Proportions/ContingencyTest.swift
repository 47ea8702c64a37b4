// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Tests of one success rate in several groups: Pearson's chi-squared, with and without Yates's correction, and G.
///
/// JSON keys are the names of the properties. Yates's correction (1934) belongs to two groups only and moves each
/// count by at most its distance from the expected one. G is twice the log likelihood ratio.
package struct ContingencyTest: Sendable, Equatable, Codable {
    /// Pearson's statistic, the sum of (observed − expected)² / expected.
    package let chiSquared: Double
    /// Its p value.
    package let chiSquaredP: Double
    /// The statistic with Yates's correction; nil for more than two groups.
    package let yates: Double?
    /// Its p value.
    package let yatesP: Double?
    /// The likelihood ratio's statistic, 2 Σ observed ln(observed / expected).
    package let g: Double
    /// Its p value.
    package let gP: Double
    /// The number of groups less one.
    package let degreesOfFreedom: Int
    /// The smallest expected count; below 5 the p values are rough.
    package let smallestExpected: Double

    /// Tests groups; nil when all trials or none succeeded, throws for fewer than two groups.
    package init?(_ groups: [BinomialCount]) throws(StatisticsError) {
        guard groups.count > 1 else {
            throw .tooFewObservations(subject: "Groups", found: groups.count, needed: 2)
        }
        let trials = Double(groups.reduce(0) { $0 + $1.trials })
        let successes = Double(groups.reduce(0) { $0 + $1.successes })
        guard successes > 0, successes < trials else {
            return nil
        }
        var pearson = 0.0
        var corrected = 0.0
        var likelihood = 0.0
        var smallest = Double.infinity
        for group in groups {
            for (observed, total) in [(group.successes, successes), (group.failures, trials - successes)] {
                let observed = Double(observed)
                let expected = Double(group.trials) * total / trials
                let distance = (observed - expected).magnitude
                let reduced = distance - min(0.5, distance)
                pearson += distance * distance / expected
                corrected += reduced * reduced / expected
                likelihood += observed > 0 ? observed * log(observed / expected) : 0
                smallest = min(smallest, expected)
            }
        }
        degreesOfFreedom = groups.count - 1
        guard let distribution = ChiSquared(degreesOfFreedom: Double(degreesOfFreedom)) else {
            return nil
        }
        chiSquared = pearson
        chiSquaredP = distribution.sf(pearson) ?? 1
        yates = groups.count == 2 ? corrected : nil
        yatesP = groups.count == 2 ? distribution.sf(corrected) : nil
        g = max(0, 2 * likelihood)
        gP = distribution.sf(max(0, 2 * likelihood)) ?? 1
        smallestExpected = smallest
    }
}
