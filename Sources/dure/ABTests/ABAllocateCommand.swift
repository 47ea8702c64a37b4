// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Files
import Foundation
import Statistics

/// `dure ab allocate`: how to share what is served among variants that run side by side, from what they did so far.
struct ABAllocateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allocate",
        abstract: "Share what is served among variants by what they did so far (Thompson sampling).",
        discussion:
            "One row per unit, or with --totals one row per variant and batch. Use it where variants can be served side by "
            + "side and the best should soon get most. Split a part evenly whatever was seen, and mark its rows by "
            + "--even: only from those are the variants' values estimated without bias. Exit codes: 0 done, 64 wrong "
            + "options, 65 the file is wrong, 66 there is no such file."
    )

    @Argument(help: "The CSV file: a header line, UTF-8.", completion: .file(extensions: ["csv", "tsv"]))
    var file: String

    @Option(help: "The column that names the variant.")
    var variant = "variant"

    @Option(help: "The metric: a column of 0 and 1 or, with --totals, of successes; with :mean, of any numbers.")
    var metric: String

    @Option(help: "The rows are totals, and this column is the number of units.")
    var totals: String?

    @Option(help: "The column that is 1 in rows of the part that is always split evenly, and 0 in others.")
    var even: String?

    @Flag(help: "Less of the metric is better.")
    var lower = false

    @Option(
        help: ArgumentHelp(
            "How shares follow from what is believed: thompson (what is probably best gets most) or top_two (finds the "
                + "best soonest; two variants then get half each)."
        )
    )
    var rule = BanditAllocation.Rule.thompson

    @Option(help: "The least share of each variant.")
    var leastShare = 0.05

    @Option(help: "The probability of being the best from which no more need be served.")
    var certainty = 0.95

    @Option(help: "How many are served next, to print whole numbers.")
    var serve: Int?

    @Option(help: "The seed of the draws.")
    var seed: UInt64 = 1

    @Flag(help: "Print the result as one JSON object; its keys are documented in docs/ab-json.md.")
    var json = false

    func validate() throws {
        if let serve, serve < 1 {
            throw ValidationError("--serve: got '\(serve)'; give 1 or more")
        }
    }

    func run() throws {
        let answer: ABAllocation
        do {
            answer = try allocation()
        } catch let error as CSVError {
            throw (error.isUnreadable ? ExitCode.noInput : .dataError).saying("\(file): \(error)")
        } catch let error as ExperimentError {
            throw ExitCode.dataError.saying("\(file): \(error)")
        }
        try Console.line(json ? try ABCommand.json(answer) : answer.text)
    }

    /// Reads the file and shares what is served next; throws for what is wrong in the file.
    func allocation() throws -> ABAllocation {
        let table = try ABTable(
            path: file,
            variant: variant,
            metrics: [metric],
            guardrails: [],
            lower: [],
            covariate: even,
            unit: nil,
            totals: totals
        )
        let text = table.texts[0]
        let isMean = text.kind == .mean
        if isMean, totals != nil {
            throw ValidationError("--totals: leave it out for a mean, which needs one row per unit")
        }
        var settings = BanditAllocation.Settings(
            rule: rule,
            response: isMean ? .mean : .rate,
            leastShare: leastShare,
            certainty: certainty,
            direction: lower ? .lower : .higher
        )
        settings.draws = 20_000
        var bandit = try BanditAllocation(arms: table.labels, settings: settings, seed: seed)
        let arms = try self.arms(of: table, column: text.column, isMean: isMean, onlyEven: false)
        let evenly = try self.arms(of: table, column: text.column, isMean: isMean, onlyEven: true)
        try bandit.tell(all: arms, evenly: evenly)
        return ABAllocation(bandit, serve: serve, hasEvenPart: even != nil, notes: table.notes)
    }

    /// Throws for a row that cannot be, with its line.
    private func check(
        _ table: ABTable,
        _ row: Int,
        _ column: String,
        value: Double,
        count: Double?,
        mark: Double?,
        isMean: Bool
    ) throws(CSVError) {
        func wrong(_ column: String, _ value: Double, _ remedy: String) -> CSVError {
            CSVError(line: table.lines[row], column: column, value: ABText.short(value), remedy: remedy)
        }
        if let mark, let even, !mark.isNaN, mark != 0, mark != 1 {
            throw wrong(even, mark, "give 1 in rows of the part that is always split evenly, and 0 in others")
        }
        if let count, let totals, !count.isNaN, count < 0 || count > 1e15 {
            throw wrong(totals, count, "give a number of units from 0 to 1e15")
        }
        guard !value.isNaN else { return }
        if isMean, value.magnitude > 1e150 {
            throw wrong(column, value, "give it in larger units")
        }
        if !isMean, value < 0 || value > count ?? 1 {
            throw wrong(
                column,
                value,
                totals.map { "give 0 to '\($0)', the number of units" } ?? "give 0 or 1, or name it '\(column):mean'"
            )
        }
    }

    /// The sums of each variant; with `onlyEven` those of the rows that `--even` marks, which are none without it.
    private func arms(of table: ABTable, column: String, isMean: Bool, onlyEven: Bool) throws -> [BanditArm] {
        var arms = table.labels.map { BanditArm(name: $0) }
        guard !onlyEven || even != nil, let values = table.columns[column] else { return arms }
        let marks = even.flatMap { table.columns[$0] }
        let counts = totals.flatMap { table.columns[$0] }
        for row in table.codes.indices {
            let value = values[row]
            try check(table, row, column, value: value, count: counts?[row], mark: marks?[row], isMean: isMean)
            guard value.isFinite, !onlyEven || marks?[row] == 1 else { continue }
            if let count = counts?[row] {
                guard count.isFinite else { continue }
                arms[table.codes[row]].count += count
                arms[table.codes[row]].sum += value
                arms[table.codes[row]].sumOfSquares += value
            } else {
                arms[table.codes[row]].add(value)
            }
        }
        return arms
    }
}

extension BanditAllocation.Rule: ExpressibleByArgument {}

/// What `dure ab allocate` answers.
struct ABAllocation: Codable, Sendable {
    /// One variant's part.
    struct Arm: Codable, Sendable {
        var name: String
        /// How many were served.
        var count: Double
        /// The plain mean of all that was served, bent by what was served when; absent before the first.
        var mean: Double?
        var probabilityBest: Double
        /// The share of what is served next.
        var share: Double
        /// How many of those to be served next; absent without `--serve`.
        var serve: Int?
        /// The mean with its interval, from the evenly split part alone; absent without one.
        var readOut: Interval?
    }

    var arms: [Arm]
    var leader: String
    var isDecided: Bool
    /// Why it is decided or not, in a sentence.
    var reason: String
    var notes: [String]

    init(_ bandit: BanditAllocation, serve: Int?, hasEvenPart: Bool, notes: [String]) {
        let verdict = bandit.verdict()
        let chances = bandit.probabilitiesBest()
        let shares = bandit.shares()
        let counts = serve.map { bandit.counts(of: $0) }
        let readOut = bandit.readOut()
        arms = bandit.arms.indices.map { index in
            Arm(
                name: bandit.arms[index].name,
                count: bandit.arms[index].count,
                mean: bandit.arms[index].mean,
                probabilityBest: chances[index],
                share: shares[index],
                serve: counts?[index],
                readOut: readOut[index]
            )
        }
        leader = bandit.arms[verdict.leader].name
        isDecided = verdict.isDecided
        reason = verdict.reason
        self.notes = notes
        if bandit.arms.allSatisfy({ $0.count == 0 }) {
            self.notes.append("Nothing has been served yet, so every variant gets an even share.")
        }
        if !hasEvenPart {
            self.notes.append(
                "No rows are marked by --even: the means are of all that was served, which favours variants that were "
                    + "lucky early."
            )
        }
    }

    /// The answer as text.
    var text: String {
        var rows = [["variant", "served", "mean", "best with", "next share", "next", "unbiased interval"]]
        rows += arms.map { arm in
            [
                arm.name, TextTable.number(arm.count), arm.mean.map(TextTable.number) ?? "–",
                "\(TextTable.number(100 * arm.probabilityBest)) %", "\(TextTable.number(100 * arm.share)) %",
                arm.serve.map(String.init) ?? "–",
                arm.readOut.map { "\(TextTable.number($0.lower)) to \(TextTable.number($0.upper))" } ?? "–",
            ]
        }
        return ([reason, ""] + TextTable.lines(rows) + notes.map { "- \($0)" }).joined(separator: "\n")
    }
}
