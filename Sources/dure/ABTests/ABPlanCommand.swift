// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Experiments
import Foundation
import Statistics

/// `dure ab plan`: says how many units and days a test needs, and when to look at it.
struct ABPlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Plan an A/B test: units, days, looks and their boundaries.",
        discussion: "Give the smallest lift worth finding, or --days and --daily to learn what so many days can find. "
            + "Exit codes: 0 done, 64 wrong options, 65 nothing can be planned from the numbers."
    )

    @Option(help: "The control's value, such as a conversion rate of 0.02.")
    var baseline: Double

    @Option(help: "The smallest lift worth finding: 10% of the baseline, or 0.002 in its units.")
    var lift: String?

    @Option(help: "What is measured: proportion, mean, count or ratio.")
    var kind = ABMetric.Kind.proportion

    @Option(name: .customLong("sd"), help: "The standard deviation of one unit, for a mean, ratio or count.")
    var deviation: Double?

    @Option(help: "The units that enter per day, all variants together.")
    var daily: Double?

    @Option(help: "The days at hand, instead of a lift.")
    var days: Int?

    @Option(help: "How many looks are planned.")
    var looks = 1

    @Option(help: "The shares of the variants, control first: 50,50.")
    var shares = "50,50"

    @Option(help: "The chance to find the lift.")
    var power = 0.8

    @Option(help: "The error allowed, two-sided.")
    var alpha = 0.05

    @Flag(help: "Looks may also give up early, when the lift would hardly be found any more.")
    var futility = false

    @Flag(help: "Print the plan as one JSON object; its keys are documented in docs/ab-json.md.")
    var json = false

    func validate() throws {
        guard (1...GroupSequentialDesign.mostLooks).contains(looks) else {
            throw ValidationError("--looks: got '\(looks)'; give 1 to \(GroupSequentialDesign.mostLooks)")
        }
        try ABCommand.validate(alpha: alpha)
        guard power >= 0.5, power < 1 else {
            throw ValidationError("--power: got '\(power)'; give a share from 0.5 and below 1, such as 0.8")
        }
        if futility, looks < 2 {
            throw ValidationError("--futility: give --looks of 2 or more, for one look at the end cannot give up early")
        }
        try ABCommand.validate(shares: shares)
        if let lift, ABCommand.amount(lift) == nil {
            throw ValidationError("--lift: got '\(lift)'; give a share such as 10%, or a difference such as 0.002")
        }
        guard lift == nil || days == nil else {
            throw ValidationError("--days: leave it out with --lift, which says how many days there must be")
        }
        if let deviation {
            guard kind != .proportion else {
                throw ValidationError("--sd: got '\(deviation)'; a proportion has none: leave it out, or give --kind")
            }
            guard deviation > 0, deviation.isFinite else {
                throw ValidationError("--sd: got '\(deviation)'; give a positive number")
            }
        }
        if let days, days < 1 {
            throw ValidationError("--days: got '\(days)'; give 1 or more")
        }
    }

    func run() throws {
        let plan = try plan()
        let text = json ? try ABCommand.json(plan) : ABPlanText(plan).text
        try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    /// The plan; throws an exit code when nothing can be planned from the numbers.
    func plan() throws -> ABPlan {
        do {
            return try computed()
        } catch {
            throw ExitCode.dataError.saying(message(error))
        }
    }

    /// An error of the formulas in the words of the options.
    func message(_ error: StatisticsError) -> String {
        guard case .invalidArgument(let name, let value, let remedy) = error, let option = Self.options[name] else {
            return "\(error)"
        }
        guard value != "nothing" else { return "\(option): missing; \(remedy)" }
        let typed: [String: String?] = [
            "--lift": lift, "--shares": shares, "--sd": deviation.map { "\($0)" }, "--days": days.map { "\($0)" },
            "--alpha": "\(alpha)",
        ]
        let given = typed[option].flatMap(\.self)
        // What the formulas made of an option is said too, where it is something else.
        let meaning = given == nil || given == value || option == "--sd" ? "" : " (\(value))"
        return "\(option): got '\(given ?? value)'\(meaning); \(remedy)"
    }

    /// The option that each parameter of the formulas comes from.
    private static let options = [
        "baseline": "--baseline", "lift": "--lift", "sd": "--sd", "standardDeviation": "--sd", "dispersion": "--sd",
        "daily": "--daily", "days": "--days", "shares": "--shares", "allocation": "--shares", "level": "--alpha",
        "power": "--power", "looks": "--looks",
    ]

    /// The plan; throws what is wrong with the numbers.
    func computed() throws(StatisticsError) -> ABPlan {
        var request = ABPlan.Request(baseline: baseline)
        request.kind = kind
        request.difference = lift.flatMap(ABCommand.amount).map { amount in
            amount.isPercent ? amount.value * baseline.magnitude : amount.value
        }
        request.standardDeviation = deviation
        request.daily = daily
        request.days = days
        request.shares = ABCommand.numbers(shares) ?? [1, 1]
        request.looks = looks
        request.level = alpha
        request.power = power
        request.futility = futility
        return try ABPlan(request)
    }
}

extension ABMetric.Kind: ExpressibleByArgument {}
