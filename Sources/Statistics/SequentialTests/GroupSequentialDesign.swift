// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A test with planned looks at growing data: at each look it stops when the statistic is beyond a boundary.
///
/// Two-sided and symmetric: |z| at or beyond the look's boundary stops with a difference. Boundaries depend only on the
/// looks up to their own, so looks may come at other times than planned (K. K. G. Lan and D. L. DeMets, Biometrika 70,
/// 1983). Information is the share of the planned maximum, which for equal groups is the share of the units.
package struct GroupSequentialDesign: Sendable, Equatable {
    /// What sets the boundaries.
    package enum Rule: Sendable, Hashable {
        /// An error-spending function, for looks at any time.
        case spending(SpendingFunction)
        /// Boundaries constant × t^(Δ − 1/2), with all looks known: Δ = 0 is O'Brien and Fleming's (Biometrics 35,
        /// 1979), Δ = 1/2 Pocock's (Biometrika 64, 1977). Source: S. K. Wang, A. A. Tsiatis, Biometrics 43 (1987).
        case wangTsiatis(Double)
    }

    /// The share of the planned information at each look, ascending, above 0 and at most 1.
    package let information: [Double]
    /// The two-sided error of the whole test.
    package let level: Double
    /// What sets the boundaries.
    package let rule: Rule
    /// The |z| at or beyond which each look stops; infinite where no statistic can stop, for the error that may be spent
    /// is less than arithmetic can tell from none.
    package let boundaries: [Double]
    /// The two-sided error spent up to each look.
    package let spent: [Double]

    /// The least error of one look that is turned into a boundary.
    private static let negligible = 1e-15

    /// Looks at the given shares of the information; throws when they are not ascending within 0...1.
    package init(
        information: [Double],
        level: Double = 0.05,
        rule: Rule = .spending(.obrienFlemingLike)
    ) throws(StatisticsError) {
        try Self.validate(information, level)
        self.information = information
        self.level = level
        self.rule = rule
        switch rule {
        case .spending(let function):
            try function.validate()
            (boundaries, spent) = Self.spendingBoundaries(information, level, function)
        case .wangTsiatis(let shape):
            guard shape >= -1, shape <= 1 else {
                throw .invalidArgument(name: "shape", value: "\(shape)", remedy: "give 0 to 0.5")
            }
            (boundaries, spent) = try Self.constantBoundaries(information, level, shape)
        }
    }

    /// Looks at equal steps of the information.
    package init(
        looks: Int,
        level: Double = 0.05,
        rule: Rule = .spending(.obrienFlemingLike)
    ) throws(StatisticsError) {
        guard (1...Self.mostLooks).contains(looks) else {
            throw .invalidArgument(name: "looks", value: "\(looks)", remedy: "give 1 to \(Self.mostLooks)")
        }
        try self.init(
            information: (1...looks).map { Double($0) / Double(looks) },
            level: level,
            rule: rule
        )
    }

    /// The most looks of one test; more is what confidence sequences are for.
    package static let mostLooks = 200

    private static func validate(_ information: [Double], _ level: Double) throws(StatisticsError) {
        guard level > 0, level < 1 else {
            throw .invalidArgument(
                name: "level",
                value: "\(level)",
                remedy: "give a share between 0 and 1, such as 0.05"
            )
        }
        guard !information.isEmpty, information.count <= mostLooks else {
            throw .invalidArgument(name: "looks", value: "\(information.count)", remedy: "give 1 to \(mostLooks)")
        }
        var previous = 0.0
        for fraction in information {
            guard fraction > previous, fraction <= 1 else {
                throw .invalidArgument(
                    name: "information",
                    value: information.map { "\($0)" }.joined(separator: ","),
                    remedy: "give ascending shares above 0 and at most 1, such as 0.25,0.5,1"
                )
            }
            previous = fraction
        }
    }

    // MARK: Boundaries

    private static func spendingBoundaries(
        _ information: [Double],
        _ level: Double,
        _ function: SpendingFunction
    ) -> (boundaries: [Double], spent: [Double]) {
        var density = ContinuationDensity(drift: 0)
        var boundaries: [Double] = []
        var cumulative: [Double] = []
        var used = 0.0
        for (index, fraction) in information.enumerated() {
            // Each direction spends half the level by the function, as is usual for two-sided tests.
            let allowed = 2 * function.spent(of: level / 2, at: fraction)
            let bound = bound(density, at: fraction, tail: (allowed - used) / 2)
            used = bound.isFinite ? allowed : used
            boundaries.append(bound)
            cumulative.append(used)
            density.advance(to: fraction, lower: -bound, upper: bound, upcoming: information.after(index))
        }
        return (boundaries, cumulative)
    }

    /// The bound above which the next look has a chance of `tail`; infinite for a chance of next to nothing.
    private static func bound(_ density: ContinuationDensity, at fraction: Double, tail: Double) -> Double {
        guard tail > negligible else {
            return .infinity
        }
        return BracketedRoot.find(between: -10, and: 10) { bound in
            log(max(1e-300, density.upperTail(above: bound, at: fraction))) - log(tail)
        } ?? .infinity
    }

    private static func constantBoundaries(
        _ information: [Double],
        _ level: Double,
        _ shape: Double
    ) throws(StatisticsError) -> (boundaries: [Double], spent: [Double]) {
        let last = information.last ?? 1
        func bounds(_ constant: Double) -> [Double] {
            information.map { constant * pow($0 / last, shape - 0.5) }
        }
        func error(_ constant: Double) -> Double {
            2 * exits(information, bounds(constant), drift: 0).reduce(0) { $0 + $1.upper }
        }
        let found = BracketedRoot.find(between: 0.01, and: 12, tolerance: 1e-12) { constant in
            log(max(1e-300, error(constant))) - log(level)
        }
        guard let constant = found else {
            throw .invalidArgument(name: "level", value: "\(level)", remedy: "give a share such as 0.05")
        }
        let boundaries = bounds(constant)
        var sum = 0.0
        let spent = exits(information, boundaries, drift: 0).map { exit in
            sum += 2 * exit.upper
            return sum
        }
        return (boundaries, spent)
    }

    // MARK: What happens under a drift

    /// The chances to stop at one look.
    package struct Exit: Sendable, Equatable {
        /// Beyond the upper boundary.
        package let upper: Double
        /// Beyond the lower boundary.
        package let lower: Double
    }

    /// The chance to stop at each look when the statistic at full information has this mean.
    package func exits(drift: Double) -> [Exit] {
        Self.exits(information, boundaries, drift: drift)
    }

    private static func exits(_ information: [Double], _ boundaries: [Double], drift: Double) -> [Exit] {
        var density = ContinuationDensity(drift: drift)
        return information.indices.map { index in
            let (fraction, bound) = (information[index], boundaries[index])
            let exit = Exit(
                upper: density.upperTail(above: bound, at: fraction),
                lower: density.lowerTail(below: -bound, at: fraction)
            )
            density.advance(to: fraction, lower: -bound, upper: bound, upcoming: information.after(index))
            return exit
        }
    }

    /// The chance to find a difference under a drift, in either direction.
    package func power(drift: Double) -> Double {
        min(1, exits(drift: drift).reduce(0) { $0 + $1.upper + $1.lower })
    }

    /// The drift that is found with a chance; nil unless that is between the level and 1.
    package func drift(power: Double) -> Double? {
        guard power > level, power < 1 else {
            return nil
        }
        return BracketedRoot.find(between: 0, and: 20, tolerance: 1e-12) { self.power(drift: $0) - power }
    }

    /// How many times the units of a test with one look this needs at most, for the same power; nil as `drift(power:)`.
    package func inflation(power: Double) -> Double? {
        guard let drift = drift(power: power),
            let critical = StandardNormal.quantile(1 - level / 2)
        else { return nil }
        let single = BracketedRoot.find(between: 0, and: 20, tolerance: 1e-12) { drift in
            (StandardNormal.sf(critical - drift) ?? 0) + (StandardNormal.sf(critical + drift) ?? 0) - power
        }
        return single.map { (drift / $0) * (drift / $0) }
    }

    /// The mean share of the planned information used under a drift, when the last look always stops.
    package func expectedInformation(drift: Double) -> Double {
        Self.expectedInformation(exits(drift: drift), information)
    }

    static func expectedInformation(_ exits: [Exit], _ information: [Double]) -> Double {
        var going = 1.0
        var sum = 0.0
        for (index, exit) in exits.enumerated() {
            let stopping = index == exits.count - 1 ? going : exit.upper + exit.lower
            sum += stopping * information[index]
            going = max(0, going - stopping)
        }
        return sum
    }
}

extension [Double] {
    /// The element after one; nil after the last.
    func after(_ index: Int) -> Double? {
        index + 1 < count ? self[index + 1] : nil
    }
}
