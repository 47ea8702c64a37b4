// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Operations
import Storage
import Testing

@testable import dure

/// `dure secrets rekey`, killed at any instant.
@Suite(
    .enabled(if: ProcessHouse.program != nil, "the program was not built"),
    .serialized,
    .timeLimit(.minutes(30))
)
struct RekeyKillTests {
    private static let count = 200

    @Test func `every secret stays readable with one of the two keys, however often it is killed`() async throws {
        let house = try ProcessHouse()
        let folder = DataFolder(path: house.folder.url.appending(path: "data").path)
        var text = MasterKey.newText()
        try folder.create()
        let first = try folder.openForWriting()
        let vault = SecretVault(store: first, masters: try MasterKeys(text), clock: SystemClock())
        for number in 0..<Self.count {
            let workspace = try #require(WorkspaceID("w\(number)"))
            try await vault.put(Array("secret \(number)".utf8), "a", kind: "k", in: workspace)
        }
        try first.close()
        // Killed before anything was done, after the first key, and ever later.
        for least in [0, 1, 20, 60, 120] {
            let former = text
            text = MasterKey.newText()
            try write("\(text)\n\(former)\n", folder)
            let id = try MasterKeys(text).current.id
            let command = try house.start("rekey", ["secrets", "rekey", "--output", folder.url.path])
            try await house.wait(for: "\(least) keys to be wrapped anew") {
                guard command.code == nil, least > 0 else { return true }
                return try await wrapped(under: id, folder) >= least
            }
            command.signal(SIGKILL)
            _ = await command.end()
            let done = try await wrapped(under: id, folder)
            print("killed with \(done) of \(Self.count) data keys under the new master key")
            #expect(done >= least)
            try await expectReadable(folder, "\(text)\n\(former)")
            // Half of them are under each key: neither opens all alone, and a second run goes on where the first was.
            let again = try await house.run(["secrets", "rekey", "--output", folder.url.path])
            #expect(again.code == 0, "\(house.logged("command"))")
            #expect(again.output.hasPrefix("\(Self.count - done) data keys"), "\(again.output)")
            try await expectReadable(folder, text)
        }
        let store = try folder.openForWriting()
        #expect(try await AuditVerifier.verify(store, anchors: []).findings.isEmpty)
        try store.close()
    }

    private func write(_ keys: String, _ folder: DataFolder) throws {
        try Data(keys.utf8).write(to: folder.url.appending(path: MasterKeyPlace.fileName), options: .atomic)
    }

    /// How many data keys are under a master key.
    private func wrapped(under id: String, _ folder: DataFolder) async throws -> Int {
        let store = try folder.openForReading()
        let count = try await store.dataKeys().count { $0.masterID == id }
        try store.close()
        return count
    }

    private func expectReadable(_ folder: DataFolder, _ keys: String) async throws {
        let store = try folder.openForReading()
        let vault = SecretVault(store: store, masters: try MasterKeys(keys), clock: SystemClock())
        for number in 0..<Self.count {
            let workspace = try #require(WorkspaceID("w\(number)"))
            #expect(try await vault.get("a", kind: "k", in: workspace) == Array("secret \(number)".utf8))
        }
        try store.close()
    }
}
