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
        let field = first.field.isEmpty ? "goal" : "goal." + first.field
        let more = errors.errors.count > 1 ? " (and \(errors.errors.count - 1) more)" : ""
        return Problem(
            .invalid,
            "line \(first.line): \(first.problem)\(more)",
            field: field,
            value: first.value,
            expected: first.remedy
        )
    }
}
