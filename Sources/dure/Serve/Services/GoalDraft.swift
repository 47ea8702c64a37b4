// SPDX-License-Identifier: Apache-2.0

import Domain
import Files
import Server

/// Reads goals that come from outside.
enum GoalDraft {
    /// The goal of a text; throws a problem that names line, field, value and remedy of the first mistake, and lists all.
    ///
    /// Programs are named, never brought: what a key's owner may have the machine run is not for them to say.
    static func read(_ text: String, registered: [String: Command]) throws -> (goal: Goal, digest: String) {
        let goal: Goal
        do throws(GoalFileErrors) {
            goal = try GoalFile.read(text, directory: "/", registered: registered)
        } catch {
            throw problem(of: error)
        }
        return (goal, GoalFile.digest(of: goal))
    }

    private static func problem(of errors: GoalFileErrors) -> Problem {
        guard let first = errors.errors.first else {
            return Problem(.invalid, "the goal cannot be read", field: "goal")
        }
        let more = errors.errors.count > 1 ? " (and \(errors.errors.count - 1) more)" : ""
        var problem = Problem(
            .invalid,
            "line \(first.line): \(first.problem)\(more)",
            field: field(of: first),
            value: first.value,
            expected: first.remedy
        )
        guard errors.errors.count > 1 else { return problem }
        problem.errors = errors.errors.prefix(100).map { error in
            Problem.Fault(
                "line \(error.line): \(error.problem)",
                field: field(of: error),
                value: error.value,
                expected: error.remedy
            )
        }
        return problem
    }

    private static func field(of error: GoalFileError) -> String {
        error.field.isEmpty ? "goal" : "goal." + error.field
    }
}
