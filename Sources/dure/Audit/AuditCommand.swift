// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Files
import Foundation
import Operations
import Storage

/// `dure audit`: who did what, when and from where.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Read, check and export the audit log.",
        discussion: """
            The log only grows: each entry has a hash over itself and over the one before, and the database turns down any other change. A \
            server says in its own log where the audit log ends ("The audit log ends here."); give those lines to 'verify', and a cut \
            end shows, too. docs/security.md says more.
            """,
        subcommands: [AuditListCommand.self, AuditVerifyCommand.self, AuditExportCommand.self]
    )
}

/// Which workspace's records are meant.
struct WorkspaceOption: ParsableArguments {
    @Option(help: "The workspace: lower-case letters, digits and '-'.")
    var workspace = "default"

    func validate() throws {
        guard WorkspaceID(workspace) != nil else {
            throw ValidationError(
                "--workspace is '\(workspace)'; give 1 to 63 lower-case letters, digits and hyphens"
            )
        }
    }

    var id: WorkspaceID { WorkspaceID(workspace) ?? .default }
}

/// `dure audit list`: the newest entries.
struct AuditListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the newest entries of a workspace."
    )

    @Option(help: "How many at most.")
    var limit = 50

    @Flag(help: "Print one JSON object per entry.")
    var json = false

    @OptionGroup var workspace: WorkspaceOption
    @OptionGroup var place: DataPlace

    func validate() throws {
        guard (1...10_000).contains(limit) else {
            throw ValidationError("--limit is \(limit); give a number from 1 to 10000")
        }
    }

    func run() async throws {
        let entries = try await place.reading { store in
            try await store.auditEntries(in: workspace.id, before: .max, limit: limit)
        }
        if json {
            for entry in entries { try Console.json(AuditView(entry)) }
            return
        }
        guard !entries.isEmpty else { return try Console.line("The audit log of this workspace is empty.") }
        let rows = entries.map { entry in
            [
                String(entry.sequence), entry.time.description, entry.actor, entry.action, entry.subject, entry.address,
                entry.detail,
            ].map(Self.plain)
        }
        let head = ["number", "time", "who", "what", "to what", "from", "more"]
        try Console.line(TextTable.lines([head] + rows).joined(separator: "\n"))
    }

    /// A text of somebody else's on a terminal: what would steer the terminal is left out.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 })
        )
    }
}

/// An entry as people and programs see it; instants are RFC 3339.
struct AuditView: Codable, Sendable {
    var number: Int
    var time: String
    var workspace: String
    var actor: String
    var action: String
    var subject: String
    var detail: String
    var address: String
    var hash: String

    init(_ entry: AuditEntry) {
        number = entry.sequence
        time = entry.time.description
        workspace = entry.workspace.name
        actor = entry.actor
        action = entry.action
        subject = entry.subject
        detail = entry.detail
        address = entry.address
        hash = entry.hash
    }
}

/// `dure audit verify`: whether the log is whole.
struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that nothing in the log was changed, taken away or put in.",
        discussion: "Exit codes: 0 the log is whole; 65 it is not, and each fault is named."
    )

    @Option(help: "Where the log once ended, as NUMBER:HASH; may be given several times.")
    var anchor: [String] = []

    @Option(help: "A server's own log, whose lines say where the audit log ended.", completion: .file())
    var log: [String] = []

    @Flag(help: "Print the findings as JSON.")
    var json = false

    @OptionGroup var place: DataPlace

    func validate() throws {
        for text in anchor where AuditAnchor(text) == nil {
            throw ValidationError("--anchor is '\(text)'; give a number, a colon and 64 hexadecimal digits")
        }
    }

    private struct Answer: Encodable {
        var entries: Int
        var anchors: Int
        var head: String?
        var findings: [AuditVerifier.Finding]
    }

    func run() async throws {
        let anchors = anchor.compactMap(AuditAnchor.init) + (try log.flatMap(Self.anchors))
        let verifier = try await place.reading { try await AuditVerifier.verify($0, anchors: anchors) }
        let head = verifier.last.map { AuditAnchor(sequence: $0.sequence, hash: $0.hash).description }
        if json {
            try Console.json(
                Answer(entries: verifier.count, anchors: anchors.count, head: head, findings: verifier.findings)
            )
        } else {
            for finding in verifier.findings {
                try Console.line("entry \(finding.sequence): \(finding.kind.rawValue): \(finding.detail)")
            }
            if verifier.findings.isEmpty {
                try Console.line("The audit log is whole: \(verifier.count) entries, \(anchors.count) anchors.")
            }
            if let head { try Console.line("It ends with \(head)") }
        }
        guard verifier.findings.isEmpty else { throw ExitCode.dataError }
    }

    /// The anchors in a log of JSON lines; other lines are passed over.
    static func anchors(in path: String) throws -> [AuditAnchor] {
        struct Line: Decodable {
            var sequence: String
            var hash: String

            enum CodingKeys: String, CodingKey {
                case sequence = "audit_sequence"
                case hash = "audit_hash"
            }
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ExitCode.noInput.saying("\(path): the log cannot be read")
        }
        let decoder = JSONDecoder()
        return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard line.contains(UInt8(ascii: "{")), let found = try? decoder.decode(Line.self, from: Data(line)) else {
                return nil
            }
            return AuditAnchor(found.sequence + ":" + found.hash)
        }
    }
}

/// `dure audit export`: everything, for elsewhere.
struct AuditExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print a workspace's log from its beginning, as CSV or JSON lines.",
        discussion: "In CSV an apostrophe stands before what a spreadsheet would take for a formula."
    )

    /// How the log is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv
        case jsonl
    }

    @Option(help: "csv or jsonl.")
    var format = Format.csv

    @OptionGroup var workspace: WorkspaceOption
    @OptionGroup var place: DataPlace

    func run() async throws {
        let (format, workspace) = (format, workspace.id)
        if format == .csv {
            try Self.write(
                CSVWriter.record([
                    "number", "time", "workspace", "actor", "action", "subject", "detail", "address", "hash",
                ])
            )
        }
        try await place.reading { store in
            var last = Int.min
            while true {
                let entries = try await store.auditEntries(after: last, limit: 1_000)
                for entry in entries where entry.workspace == workspace { try Self.write(entry, format) }
                guard let end = entries.last, entries.count == 1_000 else { return }
                last = end.sequence
            }
        }
    }

    private static func write(_ entry: AuditEntry, _ format: Format) throws {
        let view = AuditView(entry)
        switch format {
        case .jsonl: try Console.json(view)
        case .csv:
            try write(
                CSVWriter.record([
                    String(view.number), view.time, view.workspace, view.actor, view.action, view.subject, view.detail,
                    view.address, view.hash,
                ])
            )
        }
    }

    private static func write(_ text: String) throws {
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }
}
