// SPDX-License-Identifier: Apache-2.0

import CProcess
import Domain
import Foundation

/// An open descriptor, closed when its last owner lets go of it.
final class Descriptor: Sendable {
    /// The number that the system knows it by.
    let number: Int32

    /// Takes over what a C function returned: a descriptor, or the negative error number.
    init(_ number: Int32, for purpose: String) throws {
        guard number >= 0 else { throw Failure.system(-number, purpose) }
        self.number = number
    }

    deinit {
        dure_close(number)
    }

    /// A pipe; its reader does not block.
    static func pipe() throws -> (reader: Descriptor, writer: Descriptor) {
        let made = dure_pipe_open()
        guard made.error == 0 else { throw Failure.system(made.error, "making a pipe") }
        return (try Descriptor(made.reader, for: "making a pipe"), try Descriptor(made.writer, for: "making a pipe"))
    }

    /// A descriptor from which these bytes can be read.
    static func input(_ data: Data) throws -> Descriptor {
        let bytes = [UInt8](data)
        return try Descriptor(unsafe dure_input_open(bytes, bytes.count), for: "passing on a program's input")
    }

    /// Reads into a buffer; the count, 0 at the end, nil when there is nothing now.
    func read(into buffer: inout [UInt8]) throws -> Int? {
        let size = buffer.count
        let count = unsafe dure_read(number, &buffer, size)
        if count == Int(-EAGAIN) { return nil }
        guard count >= 0 else { throw Failure.system(Int32(clamping: -count), "reading a program's output") }
        return count
    }
}

/// A started program that was not reaped yet.
struct SpawnedProgram {
    /// Its process number, which is also that of its group.
    let identifier: Int32
    /// Readable once the program has ended.
    let exit: Descriptor

    /// Starts a program; `environment` holds `NAME=value` texts.
    init(
        arguments: [String],
        environment: [String],
        directory: String?,
        input: Descriptor,
        output: Descriptor,
        error: Descriptor
    ) throws(SpawnFailure) {
        let program = Self.block(arguments)
        let variables = Self.block(environment)
        let result = unsafe dure_spawn(
            program,
            program.count,
            variables,
            variables.count,
            directory,
            input.number,
            output.number,
            error.number
        )
        guard result.error == 0 else { throw SpawnFailure(stage: result.stage, error: result.error) }
        identifier = result.pid
        do {
            exit = try Descriptor(dure_exit_open(identifier), for: "watching a program")
        } catch {
            dure_signal_group(identifier, SIGKILL)
            dure_reap(identifier)
            throw SpawnFailure(stage: Int32(DURE_STAGE_SETUP), error: errno)
        }
    }

    /// The texts one after the other, each with a NUL at its end.
    private static func block(_ texts: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for text in texts {
            bytes.append(contentsOf: text.utf8)
            bytes.append(0)
        }
        return bytes
    }

    /// Sends a signal to the whole group.
    func signal(_ number: Int32) {
        dure_signal_group(identifier, number)
    }

    /// Waits for the end, ends what is left of the group, and frees the process number.
    func reap() throws -> ProgramOutput.Ending {
        let ending = dure_reap(identifier)
        guard ending.error == 0 else { throw Failure.system(ending.error, "waiting for a program's end") }
        return ending.signal != 0 ? .signal(ending.signal) : .exit(ending.code)
    }
}

/// Why a program could not be started: where, and the system's error number.
struct SpawnFailure: Error {
    var stage: Int32
    var error: Int32
}

extension Failure {
    /// A failure of the operating system.
    static func system(_ error: Int32, _ purpose: String) -> Failure {
        Failure(.unknown, "\(purpose) failed: \(systemMessage(error))")
    }

    /// The system's sentence about an error number.
    static func systemMessage(_ error: Int32) -> String {
        unsafe strerror(error).map { unsafe String(cString: $0) } ?? "error \(error)"
    }
}
