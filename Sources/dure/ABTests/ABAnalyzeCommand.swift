// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Files
import Foundation
import Reports
import Statistics

/// `dure ab analyze`: says whether a variant is better than the control, and how sure that is.
struct ABAnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Analyse an A/B test in a CSV file.",
        discussion:
            "One row per unit, or with --totals one row per variant. The verdict is better, worse, inconclusive "
            + "or invalid (the split is not as planned), and is about the first metric. Exit codes: 0 done, 64 wrong "
            + "options, 65 the file is wrong, 66 there is no such file."
    )

    @Argument(help: "The CSV file: a header line, UTF-8.", completion: .file(extensions: ["csv", "tsv"]))
    var file: String

    @Option(help: "The column that names the variant.")
    var variant = "variant"

    @Option(
        parsing: .singleValue,
        help: "A metric: COL, or COL:proportion, COL:mean, COL:count or COL:ratio/DENOMINATOR. May be repeated."
    )
    var metric: [String] = []

    @Option(
        parsing: .singleValue,
        help: "A metric that must not get worse: COL, COL:MARGIN or COL:KIND:MARGIN, the margin as 2% or in its units."
    )
    var guardrail: [String] = []

    @Option(parsing: .singleValue, help: "A metric of which less is better. May be repeated.")
    var lower: [String] = []

    @Option(help: "The control's name; 'control' or 'a' if there is one, otherwise the first by name.")
    var control: String?

    @Option(help: "The planned shares, control first, then by name: 50,50.")
    var shares: String?

    @Option(help: "How many looks are planned.")
    var looks: Int?

    @Option(help: "Which of them this is, from 1.")
    var look: Int?

    @Option(help: "The shares of the planned units at the looks so far, when they are not equal steps: 0.1,0.35.")
    var information: String?

    @Option(help: "How planned looks spend the error: obrien-fleming or pocock.")
    var spending = SpendingName.obrienFleming

    @Flag(help: "The data may be looked at any time: decide by a confidence sequence.")
    var unplanned = false

    @Option(help: "The number of units at which always-valid intervals are narrowest.")
    var tunedFor = 5_000.0

    @Option(help: "A column measured before the test, whose influence is taken out (CUPED).")
    var covariate: String?

    @Option(help: "How to correct for several tests: holm, bh or none.")
    var correction = ABCorrection.holm

    @Option(help: "Limit means and counts at this quantile, such as 0.999.")
    var winsorise: Double?

    @Option(help: "The error allowed, two-sided.")
    var alpha = 0.05

    @Option(help: "The column that names the unit; one unit twice is an error.")
    var unit: String?

    @Option(help: "The rows are totals of a variant, and this column is the number of units (or the exposure).")
    var totals: String?

    @Option(
        help:
            "The column of the day (2026-03-31) a unit came; shows how the answer settled and how many days are missing."
    )
    var date: String?

    @Option(help: "How many days the test has run, when there is no column of days.")
    var days: Int?

    @Flag(help: "Planned looks may also give up early, when a gain as planned would hardly be found any more.")
    var futility = false

    @Option(help: "The chance to find a difference that the looks were planned with, for --futility.")
    var power = 0.8

    @Flag(help: "Print the result as one JSON object; its keys are documented in docs/ab-json.md.")
    var json = false

    @OptionGroup var page: PageOptions

    func validate() throws {
        try ABCommand.validate(alpha: alpha)
        if let winsorise, !(winsorise > 0.5 && winsorise <= 1) {
            throw ValidationError(
                "--winsorise: got '\(winsorise)'; give a share above 0.5 and at most 1, such as 0.999"
            )
        }
        guard tunedFor > 0, tunedFor.isFinite else {
            throw ValidationError("--tuned-for: got '\(tunedFor)'; give a positive number of units")
        }
        if unplanned, looks != nil || look != nil || information != nil {
            throw ValidationError("--unplanned: leave it out with --looks, or leave out --looks")
        }
        guard (looks == nil) == (look == nil) else {
            throw ValidationError("--looks: give both --looks (how many are planned) and --look (which one this is)")
        }
        if let looks, let look {
            guard (1...GroupSequentialDesign.mostLooks).contains(looks) else {
                throw ValidationError(
                    "--looks: got '\(looks)'; give 1 to \(GroupSequentialDesign.mostLooks), or use --unplanned"
                )
            }
            guard (1...looks).contains(look) else {
                throw ValidationError("--look: got '\(look)'; give 1 to \(looks)")
            }
        }
        if let information {
            guard let look, let numbers = ABCommand.numbers(information), numbers.count == look else {
                throw ValidationError(
                    "--information: got '\(information)'; give one share per look so far, as --look says"
                )
            }
            guard zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }), numbers[0] > 0, (numbers.last ?? 1) <= 1
            else {
                throw ValidationError(
                    "--information: got '\(information)'; give ascending shares above 0 and at most 1, such as 0.25,0.5"
                )
            }
        }
        if let shares { try ABCommand.validate(shares: shares) }
        if futility, looks == nil {
            throw ValidationError("--futility: give --looks and --look too, for giving up is part of a plan")
        }
        guard power > 0.5, power < 1 else {
            throw ValidationError("--power: got '\(power)'; give a share above 0.5 and below 1, such as 0.8")
        }
        if let days, days < 1 || days > ABTable.mostDays || date != nil {
            throw ValidationError(
                "--days: got '\(days)'; give 1 to \(ABTable.mostDays), and leave it out with --date"
            )
        }
        if totals != nil, covariate != nil || unit != nil || winsorise != nil {
            throw ValidationError(
                "--totals: leave out --covariate, --unit and --winsorise, which need one row per unit"
            )
        }
    }

    func run() throws {
        let result = try result()
        let text = json ? try ABCommand.json(result) : ABReport(result).text
        try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
        guard page.file != nil else { return }
        let name = URL(filePath: file).lastPathComponent
        try page.write([(name, try html(of: result, writtenAt: SystemClock().now))])
    }

    /// The page that `--report` writes.
    func html(of result: ABResult, writtenAt: Timestamp) throws -> String {
        try ABTestPage(ABTestPageContent(result, name: URL(filePath: file).lastPathComponent))
            .html(language: page.language, writtenAt: writtenAt)
    }

    /// Reads the file and analyses it; throws an exit code for what is wrong in the file.
    func result() throws -> ABResult {
        do {
            return try analysis()
        } catch let error as CSVError {
            throw (error.isUnreadable ? ExitCode.noInput : .dataError).saying("\(file): \(error)")
        } catch let error as StatisticsError {
            throw ExitCode.dataError.saying("\(file): \(error)")
        }
    }

    /// Reads the file and analyses it; throws what is wrong in the file as it was found.
    func analysis() throws -> ABResult {
        let table = try ABTable(
            path: file,
            variant: variant,
            metrics: metric,
            guardrails: guardrail,
            lower: lower,
            covariate: covariate,
            unit: unit,
            totals: totals,
            date: date
        )
        var experiment = try table.experiment(control: control, shares: shares.flatMap(ABCommand.numbers))
        experiment.level = alpha
        experiment.correction = correction
        experiment.winsorising = winsorise
        experiment.tunedFor = tunedFor
        experiment.looks = planned
        experiment.futilityPower = futility ? power : nil
        experiment.days = experiment.days ?? days
        return try experiment.analyse().adding(table.notes)
    }

    private var planned: ABLooks {
        if unplanned {
            return .unplanned
        }
        guard let looks, let look else {
            return .once
        }
        let equal = (1...look).map { Double($0) / Double(looks) }
        return .planned(
            information: information.flatMap(ABCommand.numbers) ?? equal,
            of: looks,
            rule: .spending(spending.function)
        )
    }
}

/// What `--spending` accepts.
enum SpendingName: String, ExpressibleByArgument, CaseIterable {
    case obrienFleming = "obrien-fleming"
    case pocock

    /// The function.
    var function: SpendingFunction {
        switch self {
        case .obrienFleming: .obrienFlemingLike
        case .pocock: .pocockLike
        }
    }
}

extension ABCorrection: ExpressibleByArgument {}
