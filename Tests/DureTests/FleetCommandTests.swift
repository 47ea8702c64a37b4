// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Operations
import Server
import Storage
import Testing

@testable import dure

@Suite struct FleetCommandTests {
    @Test func `workers are listed as a table`() {
        var worker = Worker(
            id: IdentifierGenerator(clock: SystemClock(), seed: 1).next(),
            name: "w1",
            role: .trial,
            slots: 4,
            registeredAt: Timestamp(milliseconds: 0)
        )
        worker.isLeader = true
        worker.group = 3
        worker.leaderTerm = 2
        worker.successRate = .nan
        let lines = FleetListCommand.text([WorkerView(worker)]).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.last?.contains("starting") == true)
        #expect(lines.last?.contains("3 (leads, term 2)") == true)
        #expect(FleetListCommand.text([]).contains("dure worker"))
    }

    @Test func `a key that was made in a folder is listed and revoked there`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dure-keys-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = folder + ".key"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let add = try FleetKeysAddCommand.parse([
            "w1", "--scope", "work", "--days", "3", "--output", folder, "--key-out", file,
        ])
        try await add.run()
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        let key = try KeyText(ServerOptions.key(in: file))
        let store = try DataFolder(path: folder).openForReading()
        let record = try await store.workerKey(key.id)
        try store.close()
        #expect(record?.hash == key.hash)
        #expect(record?.name == "w1")
        #expect(record?.expiresAt != nil)
        let revoke = try FleetKeysRevokeCommand.parse([key.id, "--output", folder])
        try await revoke.run()
        let after = try DataFolder(path: folder).openForReading()
        #expect(try await after.workerKey(key.id)?.revokedAt != nil)
        try after.close()
    }

    @Test func `a file that holds no key is refused with what is wrong`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "dure-key-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        #expect(throws: ExitCode.noInput) { try ServerOptions.key(in: file) }
        try "nonsense\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(throws: ExitCode.dataError) { try ServerOptions.key(in: file) }
    }

    @Test(arguments: [
        ["--slots", "0"], ["--kinds", "cook"], ["--health-port", "70000"], ["--drain-seconds", "-1"],
    ])
    func `options of a worker that cannot be are refused`(arguments: [String]) {
        #expect(throws: (any Error).self) {
            try WorkerCommand.parse(["--server", "http://x", "--key-file", "k"] + arguments)
        }
    }

    @Test(arguments: [
        ["--port", "-1"], ["--tls-key", "k"], ["--enqueue-kinds", "cook"], ["--queue-limit", "0"],
        ["--drain-seconds", "301"],
    ])
    func `options of a server that cannot be are refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try ServeCommand.parse(arguments) }
    }
}
