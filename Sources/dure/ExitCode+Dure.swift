// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// The exit codes of every command, as `docs/exit-codes.md` lists them; numbers as in BSD's `sysexits.h`.
extension ExitCode {
    /// Done, and there is something that was not told before; only where a command was asked to say so.
    static let somethingNew = ExitCode(10)
    /// The command line is wrong.
    static let usage = ExitCode(64)
    /// A file's content is wrong.
    static let dataError = ExitCode(65)
    /// A file does not exist or may not be read.
    static let noInput = ExitCode(66)
    /// Something that the command needs is not on this machine.
    static let unavailable = ExitCode(69)
    /// Something failed that should not.
    static let software = ExitCode(70)
    /// A file or folder cannot be made.
    static let cannotCreate = ExitCode(73)
    /// Reading or writing failed.
    static let inputOutput = ExitCode(74)
    /// Try again later: another process holds the data folder.
    static let temporary = ExitCode(75)
    /// What was asked for is not allowed.
    static let notAllowed = ExitCode(77)
    /// Interrupted by Ctrl-C.
    static let interrupted = ExitCode(130)

    /// Writes a message to standard error and returns the code, so that `throw ExitCode.dataError.saying(…)` reads well.
    func saying(_ message: String) -> ExitCode {
        do {
            try FileHandle.standardError.write(contentsOf: Data((message + "\n").utf8))
        } catch {
            // Nobody listens: the exit code still tells.
            return self
        }
        return self
    }
}
