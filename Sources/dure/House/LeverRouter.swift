// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs

extension ProgramRunner {
    /// Runs programs in the environment of this process.
    static var inheriting: ProgramRunner { ProgramRunner(inherited: ProcessInfo.processInfo.environment) }
}

/// Finds the lever that a goal's units have: the simulated market's, or the goal's own program.
struct LeverRouter: Lever {
    let markets: Markets
    let programs: CommandLever

    /// Creates a router whose programs are run by the runner.
    init(markets: Markets, runner: ProgramRunner) {
        self.markets = markets
        programs = CommandLever(runner: runner)
    }

    private func lever(of goal: Goal) -> any Lever {
        switch goal.trial.kind {
        case .simulated: markets
        case .command: programs
        }
    }

    func apply(_ combination: Combination, to unit: String, of goal: Goal, at now: Timestamp) async throws {
        try await lever(of: goal).apply(combination, to: unit, of: goal, at: now)
    }

    func metrics(
        of unit: String,
        of goal: Goal,
        from start: Timestamp,
        to end: Timestamp
    ) async throws -> [String: Double] {
        try await lever(of: goal).metrics(of: unit, of: goal, from: start, to: end)
    }
}
