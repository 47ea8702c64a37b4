// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Logging
import Operations
import Storage

/// `dure health`: how this machine, the database and the agents are, and what happened.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Show how this machine, its database and its agents are, and what changed lately.",
        discussion: """
            Looks once at processor (over a second), memory, disk, database and agents, and prints what servers and agents noted: each \
            change, and what they did about it by themselves. Above 90 % use is a warning, above 95 % critical (health.warning_percent and \
            health.critical_percent). Exit codes: 0; 69 something is critical.
            """
    )

    @Option(help: "How many entries of the history.")
    var history = 10

    @Option(help: "How far back the history goes, such as 24h.")
    var since = "7d"

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var place: DataPlace
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (0...1_000).contains(history) else {
            throw ValidationError("--history is \(history); give a number from 0 to 1000")
        }
        guard let span = TimeSpan(since), span > .zero else {
            throw ValidationError("--since is '\(since)'; give a length of time such as 24h")
        }
    }

    private struct Answer: Encodable {
        var level: HealthLevel
        var findings: [HealthFinding]
        var history: [HealthRecord]
    }

    func run() async throws {
        let settings = try await SettingsOptions.read(try options.source())
        let clock = SystemClock()
        let gauge = LinuxMachine()
        try await clock.sleep(for: .seconds(1))
        let begin = clock.now - (TimeSpan(since) ?? .days(7))
        let (report, records) = try await place.reading { store in
            let checks =
                HouseHealth.machine(gauge, folder: place.folder.url.path) + [
                    HealthCheck("database") { _ in
                        let start = clock.steady
                        _ = try await store.leases()
                        return (.healthy, "it was read in \(clock.steady - start)", nil)
                    },
                    HouseHealth.agents(nil, store: store, clock: clock),
                ]
            let monitor = HealthMonitor(
                process: "dure health",
                checks: checks,
                store: nil,
                clock: clock,
                limits: HouseSettings.health(settings),
                logger: Logger(label: "dure.health") { _ in SwiftLogNoOpLogHandler() }
            )
            return (await monitor.look(), try await store.healthRecords(since: begin, limit: history))
        }
        if json {
            try Console.json(Answer(level: report.level, findings: report.findings, history: records))
        } else {
            try Console.line(Self.text(report, records))
        }
        guard report.level < .critical else { throw ExitCode.unavailable }
    }

    /// The report and the history as tables.
    static func text(_ report: HealthReport, _ records: [HealthRecord]) -> String {
        let findings = report.findings.map { [$0.check, $0.level.rawValue, $0.detail] }
        var lines = TextTable.lines([["what", "how", "found"]] + findings)
        lines.append("")
        guard !records.isEmpty else { return (lines + ["Nothing was noted."]).joined(separator: "\n") }
        let history = records.map { record in
            [
                record.time.description, record.process, record.check,
                "\(record.before.rawValue) → \(record.level.rawValue)", record.detail, record.action ?? "",
            ]
        }
        lines += TextTable.lines([["time", "process", "what", "change", "found", "done about it"]] + history)
        return lines.joined(separator: "\n")
    }
}
