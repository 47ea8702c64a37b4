// SPDX-License-Identifier: Apache-2.0

import CProcess
import Domain
import Foundation

/// One run of one program, from start to end, on a thread of its own: it blocks.
struct ProgramRun {
    /// Why a program is being ended.
    private enum Reason {
        case timeOut
        case cancellation
    }

    /// What the run waits for next, apart from the program's output and end.
    private enum Phase {
        case running
        /// It was asked to end, and gets SIGKILL after the grace.
        case asked(Reason)
        case killed(Reason)

        var reason: Reason? {
            switch self {
            case .running: nil
            case .asked(let reason), .killed(let reason): reason
            }
        }
    }

    let command: Command
    let name: String
    let environment: [String]
    let input: Data
    let grace: Duration
    let clock: ContinuousClock
    /// Becomes readable when the run is cancelled.
    let cancellation: Descriptor

    /// Runs the program; throws `Failure`, or `CancellationError` after a cancellation.
    func callAsFunction() throws -> ProgramOutput {
        let (program, opened) = try begin()
        var streams = opened
        // Not before: a program that waited for its turn to start has its whole time.
        let start = clock.now
        var phase = Phase.running
        do {
            phase = try attend(program, &streams, since: start)
        } catch {
            program.signal(SIGKILL)
            _ = try program.reap()
            throw error
        }
        let ending = try program.reap()
        try streams.drain()
        let result = streams.result(ending: ending, duration: clock.now - start)
        switch phase.reason {
        case nil: return result
        case .cancellation: throw CancellationError()
        case .timeOut:
            throw Failure(
                .timeOut,
                "the program '\(name)' did not end within \(command.timeout) and was ended",
                lastLines: result.lastLines
            )
        }
    }

    /// Starts the program.
    ///
    /// This process's own copies of the writing ends close when this returns.
    private func begin() throws -> (SpawnedProgram, Streams) {
        let output = try Descriptor.pipe()
        let error = try Descriptor.pipe()
        do {
            let program = try SpawnedProgram(
                arguments: command.arguments,
                environment: environment,
                directory: command.directory,
                input: try Descriptor.input(input),
                output: output.writer,
                error: error.writer
            )
            return (program, Streams(output: output.reader, error: error.reader))
        } catch let failure as SpawnFailure {
            throw describe(failure)
        }
    }

    /// Reads until the program has ended, and ends it when its time is over or the run is cancelled.
    private func attend(
        _ program: SpawnedProgram,
        _ streams: inout Streams,
        since start: ContinuousClock.Instant
    ) throws -> Phase {
        var phase = Phase.running
        var deadline: ContinuousClock.Instant? = start + command.timeout.duration
        while true {
            let event = if case .running = phase { cancellation.number } else { Int32(-1) }
            let ready = dure_wait(
                streams.outputNumber,
                streams.errorNumber,
                program.exit.number,
                event,
                milliseconds(until: deadline)
            )
            guard ready >= 0 else { throw Failure.system(-ready, "waiting for a program") }
            if ready & Int32(DURE_READY_OUTPUT) != 0 { try streams.readOutput() }
            if ready & Int32(DURE_READY_ERROR) != 0 { try streams.readError() }
            if ready & Int32(DURE_READY_EXIT) != 0 { return phase }
            let isOver = deadline.map { clock.now >= $0 } ?? false
            switch phase {
            case .running where isOver || ready & Int32(DURE_READY_EVENT) != 0:
                program.signal(SIGTERM)
                phase = .asked(isOver ? .timeOut : .cancellation)
                deadline = clock.now + grace
            case .asked(let reason) where isOver:
                program.signal(SIGKILL)
                phase = .killed(reason)
                deadline = nil
            case .running, .asked, .killed:
                continue
            }
        }
    }

    /// The time until an instant, rounded up and at most an hour, after which the caller looks again; -1 for ever.
    private func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let rest = deadline - clock.now
        guard rest > .zero else { return 0 }
        guard rest < .seconds(3_600) else { return 3_600_000 }
        return Int32(
            clamping: rest.components.seconds * 1_000 + rest.components.attoseconds / 1_000_000_000_000_000 + 1
        )
    }

    /// What a failed start means.
    private func describe(_ failure: SpawnFailure) -> Failure {
        let message = Failure.systemMessage(failure.error)
        let cause: Failure.Class =
            switch failure.error {
            case ENOENT, ENOTDIR: .notFound
            case EACCES, EPERM: .permission
            default: .unknown
            }
        if failure.stage == Int32(DURE_STAGE_DIRECTORY) {
            return Failure(
                cause,
                "the folder '\(command.directory ?? "")' of the program '\(name)' cannot be entered: \(message)"
            )
        }
        if failure.stage == Int32(DURE_STAGE_EXEC) {
            switch failure.error {
            case ENOENT:
                let place = name.contains("/") ? "" : " in PATH; a file in the program's folder is written './\(name)'"
                return Failure(.notFound, "the program '\(name)' was not found\(place)")
            case EACCES:
                return Failure(.permission, "the program '\(name)' is not executable; 'chmod +x' makes it so")
            default: break
            }
        }
        return Failure(cause, "the program '\(name)' could not be started: \(message)")
    }
}

/// What comes out of a program.
private struct Streams {
    /// How much of standard output is searched for the last line.
    private static let lineCapacity = 1_048_576
    private static let textCapacity = 65_536
    /// The most that is read after the program's end: what the largest pipe holds.
    private static let rest = 1_048_576

    private var output: Descriptor?
    private var error: Descriptor?
    private var outputTail = OutputTail(capacity: lineCapacity)
    private var errorTail = OutputTail(capacity: textCapacity)
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    init(output: Descriptor, error: Descriptor) {
        self.output = output
        self.error = error
    }

    var outputNumber: Int32 { output?.number ?? -1 }
    var errorNumber: Int32 { error?.number ?? -1 }

    /// Reads once from standard output; returns how much.
    @discardableResult
    mutating func readOutput() throws -> Int {
        guard let count = try output?.read(into: &buffer) else { return 0 }
        outputTail.append(buffer[..<count])
        if count == 0 { output = nil }
        return count
    }

    /// Reads once from standard error; returns how much.
    @discardableResult
    mutating func readError() throws -> Int {
        guard let count = try error?.read(into: &buffer) else { return 0 }
        errorTail.append(buffer[..<count])
        if count == 0 { error = nil }
        return count
    }

    /// Reads what an ended program left in its pipes, and does not wait for whoever else may hold them.
    mutating func drain() throws {
        var left = Self.rest
        while left > 0 {
            let count = try readOutput()
            guard count > 0 else { break }
            left -= count
        }
        left = Self.rest
        while left > 0 {
            let count = try readError()
            guard count > 0 else { break }
            left -= count
        }
    }

    func result(ending: ProgramOutput.Ending, duration: Duration) -> ProgramOutput {
        let line = outputTail.lastLine
        return ProgramOutput(
            ending: ending,
            outputTail: outputTail.text(last: Self.textCapacity),
            lastLine: line?.text,
            isLastLineCut: line?.isCut ?? false,
            errorTail: errorTail.text(last: Self.textCapacity),
            duration: duration
        )
    }
}
