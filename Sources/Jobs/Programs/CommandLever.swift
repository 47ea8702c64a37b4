// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The levers of a goal that is tried by the user's own programs: its `apply` program, told what to apply.
///
/// As a `Lever` it works outside any trial, which is how levers go back to the control: the program then sees an empty
/// `DURE_TRIAL` and `DURE_CAMPAIGN`.
package struct CommandLever: Lever {
    private let runner: ProgramRunner

    /// Creates a lever.
    package init(runner: ProgramRunner) {
        self.runner = runner
    }

    /// Applies what the program is told; does nothing without a program.
    ///
    /// The program must make no difference between once and twice. Throws `Failure`, and `CancellationError`.
    package func apply(_ told: ProgramTrial, by command: Command?) async throws {
        guard let command else { return }
        let input = try told.input()
        _ = try await runner.run(command, input: input, environment: told.environment)
    }

    package func apply(_ combination: Combination, to unit: String, of goal: Goal, at now: Timestamp) async throws {
        try await apply(try ProgramTrial(combination, on: unit, of: goal), by: goal.trial.apply)
    }

    /// Gives nothing: what a program measures comes with its trial.
    ///
    /// Throws `Failure`: `notFound` for a unit that is not the goal's.
    package func metrics(
        of unit: String,
        of goal: Goal,
        from start: Timestamp,
        to end: Timestamp
    ) async throws -> [String: Double] {
        try goal.requireUnit(unit)
        return [:]
    }
}

extension Goal {
    /// Throws `Failure.notFound` for a unit that the goal does not have.
    fileprivate func requireUnit(_ unit: String) throws(Failure) {
        guard units.contains(unit) else { throw Failure(.notFound, "the goal '\(name)' has no unit '\(unit)'") }
    }
}

extension ProgramTrial {
    /// Creates the input of a program outside a trial.
    ///
    /// Throws `Failure`: `notFound` for a unit and `invalid` for a combination that is not the goal's.
    package init(_ combination: Combination, on unit: String, of goal: Goal) throws {
        try goal.requireUnit(unit)
        let fits = zip(goal.factors, combination.levels).allSatisfy { $0.levels.indices.contains($1) }
        guard fits, goal.factors.count == combination.levels.count else {
            throw Failure(.invalid, "combination \(combination) is not one of the goal '\(goal.name)'")
        }
        let settings = goal.settings(of: combination).map { ($0.factor, $0.level) }
        self.init(trial: nil, campaign: nil, unit: unit, settings: Dictionary(settings) { first, _ in first })
    }
}
