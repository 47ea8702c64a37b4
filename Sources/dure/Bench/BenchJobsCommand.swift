// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Storage

/// `dure bench jobs`: what the queue does on this machine.
struct BenchJobsCommand: AsyncParsableCommand {
    /// The stores that can be measured.
    enum StoreKind: String, ExpressibleByArgument, CaseIterable {
        case sqlite
        case postgres
        case memory
    }

    /// What can be measured.
    enum Subject: String, ExpressibleByArgument, CaseIterable {
        case adding
        case burnDown = "burn-down"
        case sustained
        case recovery
    }

    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Measure the queue: jobs added, run and awaited, time to recover, bytes for each job.",
        discussion: """
            Adds and runs jobs that do nothing, with leases and fencing tokens as in earnest, in a folder of its own that is removed at \
            the end. Run it on a machine that does nothing else.
            """
    )

    @Option(help: "How long each measurement takes, in seconds.")
    var seconds = 5

    @Option(help: "Which store: \(StoreKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var store = StoreKind.sqlite

    @Option(help: "The PostgreSQL database to measure on, postgresql://…; DURE_TEST_POSTGRES_URL otherwise.")
    var database: String?

    @Option(
        parsing: .upToNextOption,
        help: "What to measure: \(Subject.allCases.map(\.rawValue).joined(separator: ", ")); all by default."
    )
    var measure = Subject.allCases

    @Option(help: "How many callers add jobs at once.")
    var callers = 64

    @Option(help: "How many workers run jobs.")
    var workers = 22

    @Option(help: "How many jobs each worker holds at once.")
    var slots = 8

    @Option(help: "Where the database lies while it is measured; the system's temporary folder otherwise.")
    var folder: String?

    @Option(help: "How many jobs wait while the memory that they take is measured; 0 leaves that out.")
    var waiting = 0

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        for (name, value, range) in [
            ("--seconds", seconds, 1...3_600), ("--callers", callers, 1...10_000), ("--workers", workers, 1...1_000),
            ("--slots", slots, 1...1_000), ("--waiting", waiting, 0...100_000_000),
        ] where !range.contains(value) {
            throw ValidationError(
                "\(name) is \(value); give a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
    }

    /// Where the jobs are kept, as the options say.
    private func place() throws -> JobBench.Place {
        switch store {
        case .sqlite: return .sqlite
        case .memory: return .memory
        case .postgres:
            let environment = ProcessInfo.processInfo.environment
            guard let address = database ?? environment["DURE_TEST_POSTGRES_URL"] else {
                throw ValidationError("--store postgres needs a database: --database postgresql://…")
            }
            do {
                return .postgres(try PostgresSettings(address))
            } catch {
                throw ValidationError("--database: \(error)")
            }
        }
    }

    func run() async throws {
        let place = try place()
        let path = (folder.map { $0 + "/" } ?? NSTemporaryDirectory()) + "dure-bench-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw ExitCode.cannotCreate.saying("\(path): the folder cannot be made (\(error.localizedDescription))")
        }
        defer { try? FileManager.default.removeItem(atPath: path) }
        let bench = JobBench(
            folder: path,
            place: place,
            span: .seconds(seconds),
            callers: callers,
            workers: workers,
            slots: slots
        )
        var findings = try await bench.run(Set(measure))
        if waiting > 0 { findings += try await bench.waiting(waiting) }
        if json {
            try Console.json(Dictionary(uniqueKeysWithValues: findings.map { ($0.key, $0.value) }))
        } else {
            try Console.line(TextTable.lines(findings.map { [$0.what, $0.text] }).joined(separator: "\n"))
        }
    }
}
