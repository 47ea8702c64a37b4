// SPDX-License-Identifier: Apache-2.0

/// Lower bounds below which a sequential test for an improvement may be given up, without having to.
///
/// Non-binding: the upper boundaries, and so the false positives, are the same whether or not these are obeyed. The
/// error of missing the planned drift is spent over the looks by a function of its own (S. Pampallona, A. A. Tsiatis,
/// K. Kim, Drug Information Journal 35, 2001).
package struct FutilityBoundaries: Sendable, Equatable {
    /// The statistic below which each look may give up.
    ///
    /// The last equals the upper boundary. Minus infinity where a look cannot give up.
    package let boundaries: [Double]
    /// The mean of the statistic at full information for which the power holds, with every look obeyed.
    package let drift: Double
    /// The power that remains when every look is obeyed.
    package let power: Double
    /// The design whose upper boundaries stand beside these.
    package let design: GroupSequentialDesign

    /// Finds the bounds for a design and a power; throws unless the power is above the level and below 1.
    package init(
        design: GroupSequentialDesign,
        power: Double = 0.8,
        spending: SpendingFunction = .obrienFlemingLike
    ) throws(StatisticsError) {
        try spending.validate()
        guard power > design.level, power < 1, let plain = design.drift(power: power) else {
            throw .invalidArgument(
                name: "power",
                value: "\(power)",
                remedy: "give a share between the level and 1, such as 0.8"
            )
        }
        let missed = 1 - power
        let found = BracketedRoot.find(between: plain * 0.98, and: plain * 1.6, tolerance: 1e-12) { drift in
            missed - Self.bounds(design, drift, missed, spending).missed
        }
        guard let drift = found else {
            throw .invalidArgument(name: "power", value: "\(power)", remedy: "give a share such as 0.8")
        }
        self.drift = drift
        self.power = power
        self.design = design
        boundaries = Self.bounds(design, drift, missed, spending).boundaries
    }

    /// The chances at each look to find the improvement (`upper`) and to give up (`lower`), every look obeyed.
    package func exits(drift: Double) -> [GroupSequentialDesign.Exit] {
        var density = ContinuationDensity(drift: drift)
        return boundaries.indices.map { index in
            let fraction = design.information[index]
            let upper = design.boundaries[index]
            let exit = GroupSequentialDesign.Exit(
                upper: density.upperTail(above: upper, at: fraction),
                lower: density.lowerTail(below: boundaries[index], at: fraction)
            )
            let next = design.information.after(index)
            density.advance(to: fraction, lower: boundaries[index], upper: upper, upcoming: next)
            return exit
        }
    }

    /// The mean share of the planned information used under a drift, every look obeyed.
    package func expectedInformation(drift: Double) -> Double {
        GroupSequentialDesign.expectedInformation(exits(drift: drift), design.information)
    }

    /// The bounds that spend `error` under a drift, and what is missed in all when the last look ends the test.
    private static func bounds(
        _ design: GroupSequentialDesign,
        _ drift: Double,
        _ error: Double,
        _ spending: SpendingFunction
    ) -> (boundaries: [Double], missed: Double) {
        var density = ContinuationDensity(drift: drift)
        var boundaries: [Double] = []
        var used = 0.0
        for (index, fraction) in design.information.enumerated() {
            let upper = design.boundaries[index]
            if index == design.information.count - 1 {
                boundaries.append(upper)
                used += density.lowerTail(below: upper, at: fraction)
                break
            }
            let wanted = spending.spent(of: error, at: fraction) - used
            let bound = bound(density, fraction, wanted, upper)
            if bound > -.infinity {
                used += density.lowerTail(below: bound, at: fraction)
            }
            boundaries.append(bound)
            density.advance(to: fraction, lower: bound, upper: upper, upcoming: design.information.after(index))
        }
        return (boundaries, used)
    }

    private static func bound(
        _ density: ContinuationDensity,
        _ fraction: Double,
        _ wanted: Double,
        _ upper: Double
    ) -> Double {
        guard wanted > 1e-12 else {
            return -.infinity
        }
        let most = min(upper, 10)
        if density.lowerTail(below: most, at: fraction) <= wanted {
            return most
        }
        return BracketedRoot.find(between: -10, and: most, tolerance: 1e-12) { bound in
            density.lowerTail(below: bound, at: fraction) - wanted
        } ?? -.infinity
    }
}
