// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Storage

/// `dure doctor`: what is missing on this machine, and how to get it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what is missing, and how to get it.",
        discussion: "Writes nothing. Exit codes: 0 everything that is required is there, 69 something is not."
    )

    @Option(help: "The data folder to look at.", completion: .directory)
    var output = DataFolder.standard

    @Flag(help: "Print one JSON object per check.")
    var json = false

    func run() async throws {
        let machine = MachineCheck(folder: DataFolder(path: output), environment: ProcessInfo.processInfo.environment)
        let findings = await machine.findings()
        if json {
            for finding in findings { try Console.json(finding) }
        } else {
            try Console.line(Self.text(findings))
        }
        if findings.contains(where: { $0.state == .missing }) { throw ExitCode.unavailable }
    }

    /// The findings as a table, with what to do below what is missing.
    static func text(_ findings: [MachineCheck.Finding]) -> String {
        let rows = findings.map { finding in
            [finding.state.rawValue, finding.subject, finding.detail + (finding.remedy.map { "; \($0)" } ?? "")]
        }
        return TextTable.lines(rows).joined(separator: "\n")
    }
}
