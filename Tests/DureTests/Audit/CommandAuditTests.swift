// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Operations
import Storage
import Testing

@testable import dure

@Suite struct CommandAuditTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "dure-audit-\(UUID().uuidString)")

    private func order(_ words: String...) async throws {
        var command = try Dure.parseAsRoot(words + ["--output", folder.path])
        if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    }

    private func entries() async throws -> [AuditEntry] {
        let store = try DataFolder(path: folder.path).openForReading()
        defer { try? store.close() }
        return try await store.auditEntries(after: 0, limit: 1_000)
    }

    @Test func `what commands order is in the audit log, each with who ordered it`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await order("jobs", "pause", "probe")
        try await order("jobs", "resume", "probe")
        try await order("jobs", "schedule", "add", "nightly", "0 3 * * *", "--kind", "probe")
        try await order("jobs", "schedule", "remove", "nightly")
        try await order("jobs", "requeue", "--all")
        try await order("jobs", "purge")
        try await order("fleet", "maintenance", "add", "groups", "--cron", "0 3 * * *")
        try await order("fleet", "maintenance", "end", "groups")
        let entries = try await entries()
        #expect(
            entries.map(\.action) == [
                "queue.pause", "queue.resume", "schedule.write", "schedule.remove", "job.requeue", "job.purge",
                "maintenance.plan", "maintenance.end",
            ]
        )
        #expect(entries.map(\.subject).prefix(5) == ["probe", "probe", "nightly", "nightly", "every dead job"])
        #expect(Set(entries.map(\.actor)) == ["command \(CommandAudit.person)"])
    }

    @Test func `what was refused is not noted as done`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await order("jobs", "pause", "probe")
        await #expect(throws: ExitCode.dataError) { try await order("jobs", "schedule", "remove", "nightly") }
        await #expect(throws: ExitCode.dataError) { try await order("fleet", "maintenance", "end", "groups") }
        #expect(try await entries().map(\.action) == ["queue.pause"])
    }

    @Test func `an order that was left in the folder is noted by the process that takes it up`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try DataFolder(path: folder.path).openForWriting()
        let box = OrderBox(folder: DataFolder(path: folder.path))
        let ids = IdentifierGenerator(clock: SystemClock(), seed: 1)
        let order = PersonOrder(
            id: ids.next(),
            workspace: .default,
            campaign: nil,
            order: .stop,
            reason: "all of it",
            givenBy: "jane@desk",
            givenAt: SystemClock().now
        )
        try box.leave(order)
        try await box.takeUp(into: store)
        try store.close()
        let entry = try #require(try await entries().first)
        #expect(entry.action == "campaign.stop")
        #expect(entry.subject == "every campaign")
        #expect(entry.actor == "command jane@desk")
        #expect(entry.detail == "all of it")
    }
}
