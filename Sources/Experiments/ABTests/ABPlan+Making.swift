// SPDX-License-Identifier: Apache-2.0
import Foundation
package import Statistics

extension ABPlan {
    /// Plans an experiment; throws for what cannot be planned.
    package init(_ request: Request) throws(StatisticsError) {
        try Self.validate(request)
        let control = request.shares[0]
        let sum = request.shares.reduce(0, +)
        let comparisons = request.shares.count - 1
        // The smallest treatment group decides how long it takes.
        let smallest = request.shares.dropFirst().min() ?? control
        let target = try PowerTarget(
            level: request.level / Double(comparisons),
            power: request.power,
            allocation: smallest / control
        )
        let planned = try GroupSequentialDesign(looks: request.looks, level: target.level)
        var inflation = planned.inflation(power: request.power) ?? 1
        if request.futility {
            inflation = try Self.inflation(planned, request.power)
        }
        let size = try Size(request, target)
        let difference: Double
        let exact: Double
        if let wanted = request.difference {
            difference = wanted
            exact = try size.units(wanted)
        } else {
            let days = Double(request.days ?? 0)
            exact = days * (request.daily ?? 0) * control / sum / inflation
            difference = try size.detectable(exact)
        }
        let controlUnits = exact * inflation
        let total = controlUnits * sum / control
        guard total < 1e15 else {
            throw .invalidArgument(
                name: "lift",
                value: "\(difference)",
                remedy: "give a greater one: no traffic finds this one"
            )
        }
        var days: Int?
        if let daily = request.daily {
            days = try Self.days(total, daily)
        }
        let design = try Self.design(request, target, days)
        let drift = (target.critical + target.margin) * inflation.squareRoot()
        kind = request.kind
        baseline = request.baseline
        self.difference = difference
        relativeLift = request.baseline != 0 ? difference / request.baseline.magnitude : nil
        level = request.level
        comparisonLevel = target.level
        power = request.power
        unitsExact = exact
        unitsArcsine = size.arcsine(difference)
        self.inflation = inflation
        units = request.shares.map { Int((controlUnits * $0 / control).rounded(.up)) }
        totalUnits = units.reduce(0, +)
        self.days = days
        let whole = Double(days ?? 0)
        let futility = request.futility ? try FutilityBoundaries(design: design, power: request.power) : nil
        expectedDays = days.map { _ in
            whole * (futility?.expectedInformation(drift: drift) ?? design.expectedInformation(drift: drift))
        }
        expectedDaysWithoutEffect = days.map { _ in
            whole * (futility?.expectedInformation(drift: 0) ?? design.expectedInformation(drift: 0))
        }
        schedule = Self.schedule(design, futility, drift, controlUnits, days, isGain: difference >= 0)
        assumptions = Self.assumptions(request)
        notes = Self.notes(request, days, design, comparisons)
    }

    private static func validate(_ request: Request) throws(StatisticsError) {
        guard request.baseline.isFinite else {
            throw .invalidArgument(name: "baseline", value: "\(request.baseline)", remedy: "give a finite number")
        }
        guard request.shares.count > 1, request.shares.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw .invalidArgument(
                name: "shares",
                value: request.shares.map { "\($0)" }.joined(separator: ","),
                remedy: "give two positive numbers or more, such as 50,50"
            )
        }
        if let daily = request.daily {
            guard daily > 0, daily.isFinite else {
                throw .invalidArgument(name: "daily", value: "\(daily)", remedy: "give a positive number of units")
            }
        }
        guard request.difference != nil || (request.days ?? 0) > 0 && request.daily != nil else {
            throw .invalidArgument(
                name: "lift",
                value: "nothing",
                remedy: "give the smallest lift worth finding, or --days and --daily to learn what can be found"
            )
        }
    }

    private static func days(_ total: Double, _ daily: Double) throws(StatisticsError) -> Int {
        let days = (total / daily - 1e-9).rounded(.up)
        guard days < 36_500 else {
            throw .invalidArgument(
                name: "daily",
                value: "\(daily)",
                remedy: "give more traffic or a greater lift: this would take a hundred years"
            )
        }
        return max(1, Int(days))
    }

    /// The looks at whole days where days are known, otherwise at equal steps.
    private static func design(
        _ request: Request,
        _ target: PowerTarget,
        _ days: Int?
    ) throws(StatisticsError) -> GroupSequentialDesign {
        guard let days else {
            return try GroupSequentialDesign(looks: request.looks, level: target.level)
        }
        let looks = min(request.looks, days)
        let information = (1...looks).map { look in
            Double((days * look + looks - 1) / looks) / Double(days)
        }
        return try GroupSequentialDesign(information: information, level: target.level)
    }

    private static func schedule(
        _ design: GroupSequentialDesign,
        _ futility: FutilityBoundaries?,
        _ drift: Double,
        _ controlUnits: Double,
        _ days: Int?,
        isGain: Bool
    ) -> [Look] {
        var stopped = 0.0
        var givenUp = 0.0
        let exits = futility?.exits(drift: drift) ?? design.exits(drift: drift)
        let idle = futility?.exits(drift: 0)
        let last = design.information.count - 1
        return design.information.indices.map { index in
            stopped = min(1, stopped + exits[index].upper + (futility == nil ? exits[index].lower : 0))
            givenUp = min(1, givenUp + (idle?[index].lower ?? 0))
            let bound = design.boundaries[index]
            let giveUp = futility.flatMap { index < last && $0.boundaries[index].isFinite ? $0.boundaries[index] : nil }
            return Look(
                look: index + 1,
                day: days.map { Int((Double($0) * design.information[index]).rounded()) },
                controlUnits: (controlUnits * design.information[index]).rounded(.up),
                information: design.information[index],
                boundary: bound.isFinite ? bound : nil,
                nominalP: bound.isFinite ? StandardNormal.twoSidedP(bound) : nil,
                spent: design.spent[index],
                chanceToStop: stopped,
                futility: giveUp.map { isGain ? $0 : -$0 },
                chanceToGiveUp: futility == nil ? nil : givenUp
            )
        }
    }

    /// How many times more units looks need that may also give up.
    private static func inflation(_ design: GroupSequentialDesign, _ power: Double) throws(StatisticsError) -> Double {
        let single = try GroupSequentialDesign(looks: 1, level: design.level).drift(power: power)
        guard design.information.count > 1, let single else {
            return 1
        }
        let drift = try FutilityBoundaries(design: design, power: power).drift
        return (drift / single) * (drift / single)
    }

    /// What the numbers rest on.
    private static func assumptions(_ request: Request) -> [String] {
        var lines = [
            "Every unit stays in the variant it first got, and units do not influence each other.",
            "The control keeps its value of \(ABText.value(request.baseline, request.kind)) during the test.",
        ]
        switch request.kind {
        case .proportion:
            lines.append("A unit counts once, as yes or no.")
        case .mean:
            lines.append(
                "One unit varies by \(ABText.short(request.standardDeviation ?? 0)) (standard deviation) in every variant; "
                    + "a few very great values ask for more."
            )
        case .ratio:
            lines.append(
                "One unit's part in the ratio varies by \(ABText.short(request.standardDeviation ?? 0)) (standard deviation) "
                    + "in every variant; 'dure ab analyze' of an earlier test shows it as the standard error times the root of "
                    + "the units."
            )
        case .count:
            let variance = request.standardDeviation.map { $0 * $0 } ?? request.baseline
            lines.append(
                "One unit's events vary by a variance of \(ABText.short(variance)) at a mean of "
                    + "\(ABText.short(request.baseline))"
                    + (request.standardDeviation == nil
                        ? ", as independent events do; give --sd when they come in groups." : ".")
            )
        }
        if let daily = request.daily {
            lines.append("About \(ABText.short(daily)) units enter per day, all variants together.")
        }
        return lines
    }

    private static func notes(
        _ request: Request,
        _ days: Int?,
        _ design: GroupSequentialDesign,
        _ comparisons: Int
    ) -> [String] {
        var notes: [String] = []
        if let days, days < request.looks {
            notes.append("The test takes \(days) days, so there are \(design.information.count) looks, one a day.")
        }
        if let days, days % 7 != 0 {
            notes.append("Weekdays differ: \((days + 6) / 7 * 7) days would be whole weeks.")
        }
        if comparisons > 1 {
            notes.append(
                "\(comparisons) variants are compared with the control, so each comparison has "
                    + "\(ABText.short(request.level / Double(comparisons))) of the error; Holm's correction needs no more."
            )
        }
        return notes
    }

    /// The formulas of one kind of metric.
    private struct Size {
        enum Formula {
            case proportion(ProportionSampleSize)
            case mean(MeanSampleSize)
            case rate(RateSampleSize)
        }

        let formula: Formula
        let baseline: Double

        init(_ request: Request, _ target: PowerTarget) throws(StatisticsError) {
            baseline = request.baseline
            switch request.kind {
            case .proportion:
                formula = .proportion(try ProportionSampleSize(baseline: baseline, target: target))
            case .mean, .ratio:
                guard let deviation = request.standardDeviation else {
                    throw .invalidArgument(
                        name: "sd",
                        value: "nothing",
                        remedy: "give the standard deviation of one unit"
                    )
                }
                formula = .mean(try MeanSampleSize(standardDeviation: deviation, target: target))
            case .count:
                let level = request.baseline
                let dispersion = request.standardDeviation.map { $0 * $0 / level } ?? 1
                formula = .rate(try RateSampleSize(baseline: baseline, dispersion: dispersion, target: target))
            }
        }

        func units(_ difference: Double) throws(StatisticsError) -> Double {
            let found: Double? =
                switch formula {
                case .proportion(let plan): plan.unitsPooled(rate: baseline + difference)
                case .mean(let plan): plan.units(difference: difference)
                case .rate(let plan): plan.exposure(rate: baseline + difference)
                }
            guard let found, found.isFinite else {
                throw .invalidArgument(
                    name: "lift",
                    value: "\(difference) on a baseline of \(baseline)",
                    remedy: "give one that is not 0 and that keeps the metric in its range"
                )
            }
            return found
        }

        func detectable(_ units: Double) throws(StatisticsError) -> Double {
            let found: Double? =
                switch formula {
                case .proportion(let plan): plan.detectableRate(controlUnits: units).map { $0 - baseline }
                case .mean(let plan): plan.detectableDifference(controlUnits: units)
                case .rate(let plan): plan.detectableRate(controlExposure: units).map { $0 - baseline }
                }
            guard let found else {
                throw .invalidArgument(
                    name: "days",
                    value: "\(ABText.short(units)) units in the control",
                    remedy: "give more days or traffic: so few units find nothing"
                )
            }
            return found
        }

        func arcsine(_ difference: Double) -> Double? {
            guard case .proportion(let plan) = formula else {
                return nil
            }
            return plan.unitsArcsine(rate: baseline + difference)
        }
    }
}
