// SPDX-License-Identifier: Apache-2.0

/// Whether units were split between variants as planned; if not, something lost or moved some of them.
///
/// JSON keys are the names of the properties. Pearson's chi-squared test of the counts against the planned shares. A
/// mismatch makes every comparison suspect: what took units away from one variant is seldom fair to the metric. Source:
/// A. Fabijan and others, Diagnosing Sample Ratio Mismatch in Online Controlled Experiments, KDD 2019.
package struct SampleRatioTest: Sendable, Equatable, Codable {
    /// The units seen, per variant.
    package let observed: [Int]
    /// The units that the shares promise, per variant.
    package let expected: [Double]
    /// The statistic.
    package let chiSquared: Double
    /// The number of variants less one.
    package let degreesOfFreedom: Int
    /// The p value.
    package let p: Double

    /// The p value below which an experiment is invalid, as the large platforms use it.
    package static let threshold = 0.001

    /// Tests counts against shares, which need not add up to 1; throws unless there is one positive share per count.
    package init(observed: [Int], shares: [Double]) throws(StatisticsError) {
        guard observed.count > 1 else {
            throw .tooFewObservations(subject: "Variants", found: observed.count, needed: 2)
        }
        guard observed.count == shares.count else {
            throw .lengthMismatch(column: "shares", found: shares.count, expected: observed.count)
        }
        let sum = shares.reduce(0, +)
        guard shares.allSatisfy({ $0 > 0 && $0.isFinite }), sum.isFinite else {
            throw .invalidArgument(
                name: "shares",
                value: shares.map { "\($0)" }.joined(separator: ","),
                remedy: "give a positive number per variant, such as 50,50"
            )
        }
        let total = Double(observed.reduce(0, +))
        guard total > 0, observed.allSatisfy({ $0 >= 0 }) else {
            throw .tooFewObservations(subject: "Units in the variants", found: Int(max(0, total)), needed: 1)
        }
        self.observed = observed
        expected = shares.map { total * $0 / sum }
        var statistic = 0.0
        for (count, share) in zip(observed, expected) {
            let distance = Double(count) - share
            statistic += distance * distance / share
        }
        chiSquared = statistic
        degreesOfFreedom = observed.count - 1
        p = ChiSquared(degreesOfFreedom: Double(degreesOfFreedom))?.sf(statistic) ?? 1
    }
}
