// SPDX-License-Identifier: Apache-2.0

import CProcess
import Domain
import Foundation

/// A program that runs beside us and tells what it does, line by line; it cannot outlive this process.
package final class ChildProgram: Sendable {
    /// The longest line that is understood; what is longer is dropped.
    private static let longestLine = 65_536

    /// What it writes to its standard output, and its end.
    package enum Event: Hashable, Sendable {
        case line(String)
        case ended(ProgramOutput.Ending)
    }

    /// What happens, to the end; for one reader.
    package let events: AsyncStream<Event>
    private let program: SpawnedProgram
    private let output: Descriptor

    /// Starts a program, whose standard error is ours.
    package init(arguments: [String], environment: [String: String]) throws {
        let pipe = try Descriptor.pipe()
        let error = fcntl(2, F_DUPFD_CLOEXEC, 3)
        output = pipe.reader
        do {
            program = try SpawnedProgram(
                arguments: arguments,
                environment: environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
                directory: nil,
                input: try Descriptor.input(Data()),
                output: pipe.writer,
                error: try Descriptor(error >= 0 ? error : -errno, for: "passing on standard error")
            )
        } catch let failure as SpawnFailure {
            throw Failure.system(failure.error, "starting '\(arguments.first ?? "")'")
        }
        let (events, continuation) = AsyncStream<Event>.makeStream(bufferingPolicy: .bufferingNewest(1_024))
        self.events = events
        Thread.detachNewThread { [program, output] in
            continuation.yield(.ended(Self.follow(program, output) { continuation.yield(.line($0)) }))
            continuation.finish()
        }
    }

    /// Sends a signal to its whole group.
    package func signal(_ number: Int32) {
        program.signal(number)
    }

    /// Reads lines until the program has ended, and frees its process number.
    private static func follow(
        _ program: SpawnedProgram,
        _ output: Descriptor,
        _ put: (String) -> Void
    ) -> ProgramOutput.Ending {
        var (buffer, line) = ([UInt8](repeating: 0, count: 4_096), [UInt8]())
        var isOpen = true
        while true {
            let ready = dure_wait(isOpen ? output.number : -1, -1, program.exit.number, -1, -1)
            if ready & Int32(DURE_READY_OUTPUT) != 0 {
                isOpen = read(output, &buffer, &line, put)
            } else if ready & Int32(DURE_READY_EXIT) != 0 || ready < 0 {
                break
            }
        }
        do {
            return try program.reap()
        } catch {
            return .signal(SIGKILL)
        }
    }

    /// Reads once; false at the end.
    private static func read(
        _ output: Descriptor,
        _ buffer: inout [UInt8],
        _ line: inout [UInt8],
        _ put: (String) -> Void
    ) -> Bool {
        let count: Int?
        do {
            count = try output.read(into: &buffer)
        } catch {
            return false
        }
        guard let count else { return true }
        for byte in buffer[..<count] {
            guard byte == UInt8(ascii: "\n") else {
                if line.count < longestLine { line.append(byte) }
                continue
            }
            put(String(decoding: line, as: UTF8.self))
            line.removeAll(keepingCapacity: true)
        }
        return count > 0
    }
}
