// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Files
import Foundation

/// `dure validate`: reads a goal file and says what it asks for, or everything that is wrong with it.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a goal file.",
        discussion:
            "Every error names its line, its field, what was found and what would be right. A goal for a server may "
            + "name registered commands ({registered: NAME}): whether the server knows them is not looked at. Exit codes: 0 the "
            + "file is right, 65 it is wrong, 66 there is no such file."
    )

    @Argument(help: "The goal file.", completion: .file(extensions: ["yaml", "yml"]))
    var goal: String

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    private struct Problem: Encodable {
        let line: Int
        let field: String
        let value: String
        let message: String
        let remedy: String
    }

    private struct Answer: Encodable {
        var valid = true
        var digest: String?
        var goal: Goal?
        var registered: [String]?
        var errors: [Problem] = []
    }

    func run() throws {
        let file: GoalFile
        do throws(GoalFileErrors) {
            file = try GoalFile.load(goal, mayBeForServer: true)
        } catch {
            throw try refusal(error)
        }
        try show(file)
    }

    private func show(_ file: GoalFile) throws {
        guard !json else {
            var answer = Answer(goal: file.goal)
            // The digest of a goal for a server has in it what the commands run, which only the server knows.
            if file.registered.isEmpty { answer.digest = file.digest } else { answer.registered = file.registered }
            try write(try CanonicalJSON.text(answer))
            return
        }
        try write(Self.summary(file))
    }

    private func refusal(_ errors: GoalFileErrors) throws -> ExitCode {
        let code: ExitCode = errors.cause == .unreadable ? .noInput : .dataError
        guard json else {
            return code.saying(errors.description)
        }
        let problems = errors.errors.map {
            Problem(line: $0.line, field: $0.field, value: $0.value, message: $0.message, remedy: $0.remedy)
        }
        try write(try CanonicalJSON.text(Answer(valid: false, errors: problems)))
        return code
    }

    private func write(_ text: String) throws {
        try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    /// What a goal asks for, in a few lines.
    static func summary(_ file: GoalFile) -> String {
        let goal = file.goal
        let objective = goal.objective
        let target = objective.target.map { " to \(number($0))" } ?? ""
        let combinations = goal.combinationCount.map { "\($0) combinations" } ?? "more combinations than can be counted"
        let levels = goal.factors.map { "\($0.name) (\($0.levels.count))" }.joined(separator: ", ")
        let limits = [goal.budget.amount?.description, goal.budget.trials.map { "\($0) trials" }].compactMap(\.self)
        return """
            \(file.path) is valid: \(goal.name)
              metric    \(objective.metric), \(objective.direction.rawValue) is better\(target)
              factors   \(levels): \(combinations)
              trials    \(goal.trial.kind.rawValue), window \(goal.trial.window), units \(goal.units.count), \
            generation of \(goal.effort.generationSize) x \(goal.effort.replicates)
              limits    \(limits.isEmpty ? "no budget" : limits.joined(separator: ", ")), deadline \(goal.deadline)
              \(ending(file))
            """
    }

    private static func ending(_ file: GoalFile) -> String {
        guard !file.registered.isEmpty else { return "digest    \(file.digest)" }
        return """
            programs  \(file.registered.joined(separator: ", ")): the server must know \
            \(file.registered.count == 1 ? "it" : "them") by 'dure commands add'; 'dure run' does not take such a goal
            """
    }

    private static func number(_ value: Double) -> String {
        Int64(exactly: value).map(String.init) ?? String(value)
    }
}
