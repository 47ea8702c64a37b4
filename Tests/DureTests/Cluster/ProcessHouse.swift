// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Domain
import Foundation
import Jobs
import NIOCore
import NIOHTTP1
import Testing

@testable import dure

/// Processes of the program that was built with the tests, in a folder of the test's own; none outlives the test, nor its process.
final class ProcessHouse: Sendable {
    /// One process.
    final class Running: Sendable {
        let name: String
        private let program: ChildProgram
        private let ended = Locked<Int32?>(nil)
        private let lines = Locked<[String]>([])
        private let reader: Task<Void, Never>

        init(_ name: String, _ arguments: [String], environment: [String: String]) throws {
            self.name = name
            program = try ChildProgram(arguments: arguments, environment: environment)
            let (events, ended, lines) = (program.events, ended, lines)
            reader = Task {
                for await event in events {
                    switch event {
                    case .line(let line): lines.withLock { $0.append(line) }
                    case .ended(.exit(let code)): ended.withLock { $0 = code }
                    case .ended: ended.withLock { $0 = -1 }
                    }
                }
            }
        }

        /// What it wrote to standard output.
        var output: String { lines.withLock { $0.joined(separator: "\n") } }

        /// Its exit code once it has ended, -1 for a signal.
        var code: Int32? { ended.withLock { $0 } }

        func signal(_ number: Int32) { program.signal(number) }

        /// Waits until it has ended; returns its exit code.
        func end() async -> Int32 {
            await reader.value
            return code ?? -1
        }
    }

    /// The program; nil where the tests were built without it.
    static let program: String? = {
        let place = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        return [
            place, place.deletingLastPathComponent(), place.deletingLastPathComponent().deletingLastPathComponent(),
        ]
        .map { $0.appending(path: "dure").path }
        .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    let folder: TemporaryFolder
    let clock = SystemClock()
    private let environment: [String: String]
    private let running = Locked<[Running]>([])

    init(environment: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        var all = ProcessInfo.processInfo.environment
        all["DURE_DATABASE_URL"] = nil
        all["DURE_REDIS_URL"] = nil
        self.environment = all.merging(environment) { _, new in new }
    }

    deinit {
        for process in running.withLock({ $0 }) where process.code == nil { process.signal(SIGKILL) }
    }

    /// Starts the program; what it writes to standard error goes to a file of its name.
    func start(_ name: String, _ arguments: [String]) throws -> Running {
        let program = try #require(Self.program, "the program was not built")
        return try start(name, program: program, arguments)
    }

    /// Starts another program.
    func start(_ name: String, program: String, _ arguments: [String]) throws -> Running {
        let script = #"cd "$1" && log="$2" && shift 2 && exec "$@" 2>>"$log""#
        let shell = ["/bin/sh", "-c", script, "sh"]
        let process = try Running(
            name,
            shell + [folder.url.path, log(name), program] + arguments,
            environment: environment
        )
        running.withLock { $0.append(process) }
        return process
    }

    /// Runs a command to its end; returns its output and exit code.
    func run(_ arguments: [String]) async throws -> (output: String, code: Int32) {
        let process = try start("command", arguments)
        let code = await process.end()
        return (process.output, code)
    }

    private func log(_ name: String) -> String { folder.url.appending(path: name + ".log").path }

    /// What a process wrote to standard error.
    func logged(_ name: String) -> String {
        (try? String(contentsOfFile: log(name), encoding: .utf8)) ?? ""
    }

    /// Waits until something is so; a test that waits for what does not come fails after some time.
    func wait(
        for what: String,
        within span: TimeSpan = .seconds(90),
        sourceLocation: SourceLocation = #_sourceLocation,
        until isSo: () async throws -> Bool
    ) async throws {
        let end = clock.steady + span
        while clock.steady < end {
            if try await isSo() { return }
            try await clock.sleep(for: TimeSpan(milliseconds: 50))
        }
        Issue.record("waited in vain for: \(what)", sourceLocation: sourceLocation)
        throw Failure(.timeOut, "waited in vain for: \(what)")
    }

    /// The status of a probe; 0 where nobody answers.
    func probe(_ port: Int, _ path: String) async -> Int {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        do {
            return Int(try await HTTPClient.shared.execute(request, timeout: .seconds(5)).status.code)
        } catch {
            return 0
        }
    }

    /// A port of loopback on which nobody listens at the moment.
    static func freePort() throws -> Int {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(socket, pointer, length) == 0 && getsockname(socket, pointer, &length) == 0
            }
        }
        try #require(isBound, "no port is free")
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Writes a goal whose trials are programs that take a moment; returns its path.
    func goal(trials: Int = 60, next: String = "none", pause: String = "0.05") throws -> String {
        let apply = try folder.file(
            "apply.sh",
            """
            #!/bin/sh
            printf '%s.%s\\n' "$DURE_A" "$DURE_B" >"lever.$DURE_UNIT.new" && mv "lever.$DURE_UNIT.new" "lever.$DURE_UNIT"
            echo "$DURE_UNIT" >>applied
            """
        )
        let measure = try folder.file(
            "measure.sh",
            """
            #!/bin/sh
            sleep \(pause)
            while [ -e held ]; do sleep 0.1; done
            echo "$DURE_TRIAL" >>runs
            echo "{\\"score\\": $(( DURE_A * 3 + DURE_B * 2 )).$(( $$ % 10 ))}"
            """
        )
        for file in [apply, measure] {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        }
        return try folder.file(
            "goal.yaml",
            """
            name: on workers elsewhere
            metric: {name: score, direction: higher}
            deadline: 1d
            factors:
              - {name: a, levels: [1, 2, 3], control: 1}
              - {name: b, levels: [1, 2, 3], control: 1}
            trial:
              kind: command
              apply: {run: [./apply.sh], timeout: 10s}
              measure: {run: [./measure.sh], timeout: 10m}
            units: [left, right]
            effort: {generation_size: 6, replicates: 2, block_size: 4}
            budget: {trials: \(trials)}
            ending: {confirmation_replicates: 4, finalists: 2, next_campaign: \(next)}
            """
        )
    }

    /// Lets no measurement end, so that the campaign is still under way however long something else takes, or lets them end again.
    func holdMeasurements(_ isHeld: Bool) throws {
        let held = folder.url.appending(path: "held").path
        if isHeld { _ = try folder.file("held", "") } else { try FileManager.default.removeItem(atPath: held) }
    }

    /// The lines of a file that the programs write; none where there is no file.
    func lines(_ name: String) -> [Substring] {
        let text = try? String(contentsOf: folder.url.appending(path: name), encoding: .utf8)
        return (text ?? "").split(separator: "\n")
    }
}
