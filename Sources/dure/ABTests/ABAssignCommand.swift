// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Experiments
import Foundation
import Statistics

/// `dure ab assign`: which variant a unit gets, the same whenever and wherever it is asked.
struct ABAssignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: "Say which variant a visitor gets: by a hash, so always the same.",
        discussion:
            "The units are arguments, or without any the lines of the standard input. Prints a CSV table of unit and "
            + "variant; the variant is empty for a unit that takes no part. docs/ab-tests.md gives the function, so that "
            + "a shop can compute it itself. Exit codes: 0 done, 64 wrong options."
    )

    @Argument(help: "The units, such as visitors' identifiers.")
    var units: [String] = []

    @Option(help: "The test's name; another name splits independently.")
    var salt: String

    @Option(help: "The variants: control,new.")
    var variants: String

    @Option(help: "The shares of the variants, in their order: 50,50.")
    var shares: String?

    @Option(help: "The share of all units that take part, 0 to 1.")
    var traffic = 1.0

    @Flag(help: "Print the result as one JSON object; its keys are documented in docs/ab-json.md.")
    var json = false

    func validate() throws {
        if let shares, ABCommand.numbers(shares) == nil {
            throw ValidationError("--shares: got '\(shares)'; give one positive number per variant, such as 50,50")
        }
        do {
            _ = try assignment()
        } catch let error as StatisticsError {
            throw ValidationError("\(error)")
        }
    }

    func run() throws {
        var names = units
        if names.isEmpty {
            while let line = readLine() {
                if !line.isEmpty {
                    names.append(line)
                }
            }
        }
        let answer = try Answer(names, assignment())
        try Console.line(json ? try ABCommand.json(answer) : answer.text)
    }

    private func assignment() throws -> ABAssignment {
        try ABAssignment(
            salt: salt,
            variants: variants.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) },
            shares: shares.flatMap(ABCommand.numbers),
            traffic: traffic
        )
    }

    /// What the command answers.
    struct Answer: Encodable {
        /// One unit and its variant; absent when it takes no part.
        struct Unit: Encodable {
            let unit: String
            let variant: String?
        }

        let assignments: [Unit]

        init(_ units: [String], _ assignment: ABAssignment) throws {
            assignments = units.map { unit in
                Unit(unit: unit, variant: assignment.variant(of: unit).map { assignment.variants[$0] })
            }
        }

        /// A CSV table.
        var text: String {
            func cell(_ text: String) -> String {
                text.contains { "\",\n\r".contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
            }
            return (["unit,variant"] + assignments.map { "\(cell($0.unit)),\(cell($0.variant ?? ""))" })
                .joined(separator: "\n")
        }
    }
}
