// SPDX-License-Identifier: Apache-2.0

import CProcess
package import Domain
package import Foundation

/// Runs the user's programs: each in a process group of its own that does not outlive Dure, with bounded time and
/// memory.
///
/// A program runs in real time whatever the time source says: it has no place in a rehearsal. Safe to call from any
/// task, any
/// number at once; every running program has a thread that waits for it, so that no thread of the cooperative pool
/// does.
package struct ProgramRunner: Sendable {
    private let inherited: [String: String]
    private let grace: Duration
    private let clock: ContinuousClock

    /// Creates a runner.
    ///
    /// - Parameters:
    ///   - inherited: The environment that every program gets, beneath what a command and a trial add: Dure's own.
    ///   - grace: How long a program has between SIGTERM and SIGKILL.
    ///   - clock: Measures time-outs and durations.
    package init(inherited: [String: String], grace: Duration = .seconds(2), clock: ContinuousClock = ContinuousClock())
    {
        self.inherited = inherited
        self.grace = grace
        self.clock = clock
    }

    /// Starts the process that ends the programs should Dure be killed; the first program does so too, with more memory
    /// in use.
    package static func startGuard() throws(Failure) {
        let error = dure_watchdog_start()
        guard error == 0 else { throw Failure.system(error, "starting the guard of programs") }
    }

    /// Runs a program to its end and returns what it wrote, whatever its exit code.
    ///
    /// `input` is its standard input, which it may leave unread. `environment` is put over the command's own, and that
    /// over the
    /// inherited one. A program whose time is over, or whose task is cancelled, gets SIGTERM and after the grace
    /// SIGKILL, and so
    /// does its whole group. Whatever the program leaves running in its group is killed when it ends.
    ///
    /// Throws `Failure`: `notFound`, `permission`, `timeOut`, `invalid` for text that no program can be given; and
    /// `CancellationError`, once the program has ended.
    package func execute(_ command: Command, input: Data, environment: [String: String]) async throws -> ProgramOutput {
        let variables = inherited.merging(command.environment) { $1 }.merging(environment) { $1 }
        guard let name = command.arguments.first, !name.isEmpty else {
            throw Failure(.invalid, "a command names no program")
        }
        for text in command.arguments + [command.directory ?? ""] + variables.keys.sorted() where text.utf8.contains(0)
        {
            throw Failure(.invalid, "the program '\(name)' was given a text with a NUL character")
        }
        for (key, value) in variables.sorted(by: { $0.key < $1.key }) {
            guard !key.isEmpty, !key.contains("="), !value.utf8.contains(0) else {
                throw Failure(.invalid, "'\(key)' cannot be an environment variable with the value given")
            }
        }
        try Task.checkCancellation()
        let run = ProgramRun(
            command: command,
            name: name,
            environment: variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
            input: input,
            grace: grace,
            clock: clock,
            cancellation: try Descriptor(dure_event_open(), for: "preparing to run a program")
        )
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<ProgramOutput, any Error>) in
                Thread.detachNewThread {
                    continuation.resume(with: Result { try run() })
                }
            }
        } onCancel: {
            dure_event_signal(run.cancellation.number)
        }
    }

    /// Runs a program to its end and returns what it wrote; an exit code other than 0, or a signal, is a failure too.
    ///
    /// Throws as `execute` and `ProgramOutput.check` do; a failure holds the last 20 lines that the program wrote.
    package func run(_ command: Command, input: Data, environment: [String: String]) async throws -> ProgramOutput {
        let output = try await execute(command, input: input, environment: environment)
        try output.check(program: command.arguments.first ?? "")
        return output
    }
}
