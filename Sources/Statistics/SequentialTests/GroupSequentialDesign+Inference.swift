// SPDX-License-Identifier: Apache-2.0
import Foundation

extension GroupSequentialDesign {
    /// What a sequential test says at the look where it stopped, corrected for the looks before.
    ///
    /// By the stage-wise ordering: an earlier stop is more extreme than a later one, and at one look a greater z is.
    /// Source: A. A. Tsiatis, G. L. Rosner, C. R. Mehta, Biometrics 40 (1984); C. Jennison and B. W. Turnbull (2000),
    /// chapter 8. JSON keys are the names of the properties.
    package struct Stop: Sendable, Equatable, Codable {
        /// The two-sided p value.
        package let p: Double
        /// The drift that half of all tests would have stopped earlier or higher under: an estimate without median bias.
        package let drift: Double
        /// The lower end of the drift's interval.
        package let lower: Double
        /// The upper end of the drift's interval.
        package let upper: Double
    }

    /// The p value, estimate and interval after a stop at a look (from 1) with a statistic; nil for a look not planned.
    ///
    /// The drift is the mean of the statistic at full information: a difference is drift × √t × its standard error at
    /// the look, with t the look's information. Meant for a look that stops: beyond its boundary, or the last.
    package func stop(atLook look: Int, z: Double) -> Stop? {
        guard (1...information.count).contains(look), z.isFinite else {
            return nil
        }
        let upward = higher(look, z, drift: 0)
        let downward = 1 - upward
        // A statistic far below loses its digits in 1 − p, so the mirror image is asked instead.
        let least = min(upward, z < 0 ? higher(look, -z, drift: 0) : downward)
        let tail = level / 2
        let centre = z / information[look - 1].squareRoot()
        func solve(_ probability: Double) -> Double? {
            let reach = 12 / information[look - 1].squareRoot() + 12
            return BracketedRoot.find(between: centre - reach, and: centre + reach, tolerance: 1e-12) { drift in
                higher(look, z, drift: drift) - probability
            }
        }
        guard let lower = solve(tail), let upper = solve(1 - tail), let median = solve(0.5) else {
            return nil
        }
        return Stop(p: min(1, 2 * least), drift: median, lower: lower, upper: upper)
    }

    /// The chance of a result at least as high as this one in the stage-wise ordering.
    private func higher(_ look: Int, _ z: Double, drift: Double) -> Double {
        var density = ContinuationDensity(drift: drift)
        var sum = 0.0
        for index in 0..<(look - 1) {
            sum += density.upperTail(above: boundaries[index], at: information[index])
            density.advance(
                to: information[index],
                lower: -boundaries[index],
                upper: boundaries[index],
                upcoming: information.after(index)
            )
        }
        return sum + density.upperTail(above: z, at: information[look - 1])
    }

    /// The smallest level at which the test with this rule would stop at the last of these looks with a statistic.
    ///
    /// A p value that may be corrected for several tests. It stays valid whichever look is used. Source: Q. Liu,
    /// K. M. Anderson, Journal of the American Statistical Association 103 (2008). 1 when no level below 1 stops.
    package static func sequentialP(
        information: [Double],
        rule: Rule = .spending(.obrienFlemingLike),
        z: Double
    ) throws(StatisticsError) -> Double {
        guard z.isFinite else {
            throw .invalidArgument(name: "z", value: "\(z)", remedy: "give a finite statistic")
        }
        let least = StandardNormal.twoSidedP(z) ?? 1
        // No level is lower than the p value of a single look.
        var failure: StatisticsError?
        func excess(_ logLevel: Double) -> Double {
            do throws(StatisticsError) {
                let design = try GroupSequentialDesign(information: information, level: exp(logLevel), rule: rule)
                let bound = design.boundaries.last ?? .infinity
                return min(bound, 40) - z.magnitude
            } catch {
                failure = error
                return .nan
            }
        }
        let low = log(max(1e-15, least * 0.999_999))
        let high = log(0.999)
        guard low < high, excess(high) < 0 else {
            if let failure {
                throw failure
            }
            return 1
        }
        let found = BracketedRoot.find(between: low, and: high, tolerance: 1e-12, excess)
        if let failure {
            throw failure
        }
        return found.map { exp($0) } ?? exp(low)
    }
}
