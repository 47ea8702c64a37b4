// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Storage

/// `dure bench fleet`: what the fleet does over HTTP on this machine.
struct BenchFleetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract:
            "Measure workers over HTTP: jobs a second when saturated, and how long one takes at 1,000/s and at a fifth of that.",
        discussion: """
            Server, store and workers run in this process and speak over loopback, with keys, long polls, leases and fencing tokens as in \
            earnest. Run it on a machine that does nothing else.
            """
    )

    @Option(help: "How long each measurement takes, in seconds.")
    var seconds = 5

    @Option(help: "Which store: \(BenchJobsCommand.StoreKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var store = BenchJobsCommand.StoreKind.sqlite

    @Option(help: "How many workers run jobs.")
    var workers = 22

    @Option(help: "How many jobs each worker holds at once.")
    var slots = 8

    @Option(
        help:
            "How many jobs a second are added for the second measurement; by default it is made at 1,000, and at a fifth of the first."
    )
    var rate: Int?

    @Option(help: "Where the database lies while it is measured; the system's temporary folder otherwise.")
    var folder: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        for (name, value, range) in [
            ("--seconds", seconds, 1...3_600), ("--workers", workers, 1...200), ("--slots", slots, 1...1_000),
            ("--rate", rate ?? 1, 1...1_000_000),
        ] where !range.contains(value) {
            throw ValidationError("\(name) is \(value); give a number from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    func run() async throws {
        let path = (folder.map { $0 + "/" } ?? NSTemporaryDirectory()) + "dure-bench-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw ExitCode.cannotCreate.saying("\(path): the folder cannot be made (\(error.localizedDescription))")
        }
        defer { try? FileManager.default.removeItem(atPath: path) }
        let bench = FleetBench(
            folder: path,
            isInMemory: store == .memory,
            span: .seconds(seconds),
            workers: workers,
            slots: slots,
            rate: rate
        )
        let findings = try await bench.run()
        if json {
            try Console.json(Dictionary(uniqueKeysWithValues: findings.map { ($0.key, $0.value) }))
        } else {
            try Console.line(TextTable.lines(findings.map { [$0.what, $0.text] }).joined(separator: "\n"))
        }
    }
}
