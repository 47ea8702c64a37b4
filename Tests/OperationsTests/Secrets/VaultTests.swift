// SPDX-License-Identifier: Apache-2.0

import Crypto
import Domain
import Foundation
import Storage
import Testing

@testable import Operations

@Suite struct VaultTests {
    private let clock = SetClock()
    private let store = MemoryStore()
    private let text = Array("correct horse".utf8)

    private func masters(_ lines: [String]) throws -> MasterKeys { try MasterKeys(lines.joined(separator: "\n")) }

    @Test func `AES-256-GCM is that of the standard`() throws {
        // The GCM specification's test case 16 (McGrew and Viega, 2005).
        func bytes(_ text: String) -> Data {
            var (data, rest) = (Data(), Substring(text))
            while let byte = UInt8(rest.prefix(2), radix: 16) {
                data.append(byte)
                rest = rest.dropFirst(2)
            }
            return data
        }
        let box = try AES.GCM.seal(
            bytes(
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
                    + "ba637b39"
            ),
            using: SymmetricKey(data: bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")),
            nonce: AES.GCM.Nonce(data: bytes("cafebabefacedbaddecaf888")),
            authenticating: bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
        )
        #expect(box.tag == bytes("76fc6ece0f4e1768cddf8853bb2d551b"))
        #expect(box.ciphertext.prefix(8) == bytes("522dc1f099567d07"))
    }

    @Test func `a secret is read back, and the store does not have it`() async throws {
        let vault = SecretVault(store: store, masters: try masters([MasterKey.newText()]), clock: clock)
        try await vault.put(text, "a", kind: "k", in: .default)
        #expect(try await vault.get("a", kind: "k", in: .default) == text)
        #expect(try await vault.get("b", kind: "k", in: .default) == nil)
        let record = try #require(try await store.secret("a", kind: "k", in: .default))
        let sealed = try #require(Data(base64Encoded: record.sealed))
        #expect(sealed.count == 12 + text.count + 16)
        #expect(sealed.range(of: Data(text)) == nil)
        #expect(try await store.dataKeys().count == 1)
        try await vault.put(text, "a", kind: "k", in: .default)
        #expect(try await store.secret("a", kind: "k", in: .default)?.sealed != record.sealed, "another nonce")
    }

    @Test func `a ciphertext that was moved to another row, kind or workspace does not open`() async throws {
        let vault = SecretVault(store: store, masters: try masters([MasterKey.newText()]), clock: clock)
        let other = try #require(WorkspaceID("other"))
        try await vault.put(text, "a", kind: "k", in: .default)
        try await vault.put(Array("x".utf8), "b", kind: "k", in: .default)
        try await vault.put(Array("y".utf8), "a", kind: "k", in: other)
        let record = try #require(try await store.secret("a", kind: "k", in: .default))
        var moved = record
        moved.name = "b"
        try await store.write(moved)
        await #expect(throws: SecretVault.Fault.damaged("the secret k/b")) {
            try await vault.get("b", kind: "k", in: .default)
        }
        moved = record
        moved.kind = "l"
        try await store.write(moved)
        await #expect(throws: SecretVault.Fault.self) { try await vault.get("a", kind: "l", in: .default) }
        moved = record
        moved.workspace = other
        try await store.write(moved)
        await #expect(throws: SecretVault.Fault.self) { try await vault.get("a", kind: "k", in: other) }
        #expect(try await vault.get("a", kind: "k", in: .default) == text)
    }

    @Test func `every changed byte is found`() async throws {
        let vault = SecretVault(store: store, masters: try masters([MasterKey.newText()]), clock: clock)
        try await vault.put(text, "a", kind: "k", in: .default)
        let record = try #require(try await store.secret("a", kind: "k", in: .default))
        let sealed = [UInt8](try #require(Data(base64Encoded: record.sealed)))
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            var forged = record
            forged.sealed = Data(changed).base64EncodedString()
            try await store.write(forged)
            await #expect(throws: SecretVault.Fault.self) { try await vault.get("a", kind: "k", in: .default) }
        }
    }

    @Test func `a wrong master key is a clear error that holds no secret`() async throws {
        let vault = SecretVault(store: store, masters: try masters([MasterKey.newText()]), clock: clock)
        try await vault.put(text, "a", kind: "k", in: .default)
        let stranger = SecretVault(store: store, masters: try masters([MasterKey.newText()]), clock: clock)
        await #expect(throws: SecretVault.Fault.missingMasterKey(vault.masterID)) {
            try await stranger.get("a", kind: "k", in: .default)
        }
    }

    @Test func `rekeying goes on where it was stopped, and all is readable at each step`() async throws {
        let (old, new) = (MasterKey.newText(), MasterKey.newText())
        let before = SecretVault(store: store, masters: try masters([old]), clock: clock)
        let names = ["one", "two", "three"]
        for name in names {
            try await before.put(text, "a", kind: "k", in: try #require(WorkspaceID(name)))
            clock.advance(.seconds(1))
        }
        // A run that was killed after the first key.
        let after = SecretVault(store: store, masters: try masters([new, old]), clock: clock)
        let first = try #require(try await store.dataKeys().first)
        let scratch = MemoryStore()
        _ = try await scratch.add(first)
        let once = SecretVault(store: scratch, masters: try masters([new, old]), clock: clock)
        #expect(try await once.rekey() == .init(rewrapped: 1, current: 0))
        let wrapped = try #require(try await scratch.dataKeys().first)
        #expect(
            try await store.rewrap(first.id, from: first.wrapped, to: wrapped.wrapped, masterID: wrapped.masterID)
        )
        for name in names {
            #expect(try await after.get("a", kind: "k", in: try #require(WorkspaceID(name))) == text)
        }
        #expect(try await after.rekey() == .init(rewrapped: 2, current: 1))
        #expect(try await after.rekey() == .init(rewrapped: 0, current: 3))
        let alone = SecretVault(store: store, masters: try masters([new]), clock: clock)
        for name in names {
            #expect(try await alone.get("a", kind: "k", in: try #require(WorkspaceID(name))) == text)
        }
        await #expect(throws: SecretVault.Fault.self) {
            try await before.get("a", kind: "k", in: try #require(WorkspaceID("one")))
        }
    }

    @Test func `a data key makes way for another before it was used too often`() async throws {
        let vault = SecretVault(store: store, masters: try masters([MasterKey.newText()]), clock: clock, most: 3)
        for number in 0..<7 {
            try await vault.put(text, "n\(number)", kind: "k", in: .default)
            clock.advance(.seconds(1))
        }
        #expect(try await store.dataKeys().count == 3)
        for number in 0..<7 { #expect(try await vault.get("n\(number)", kind: "k", in: .default) == text) }
    }

    @Test func `nonces do not repeat`() {
        var seen: Set<Data> = []
        for _ in 0..<100_000 { seen.insert(Data(AES.GCM.Nonce())) }
        #expect(seen.count == 100_000)
    }

    @Test(arguments: ["", "short", "AAAA", "# only a comment"])
    func `what is no master key is refused without being repeated`(text: String) {
        let fault = #expect(throws: MasterKeys.Fault.self) { try MasterKeys(text) }
        if !text.isEmpty { #expect(fault?.description.contains(text) == false) }
    }

    @Test func `places that read alike are not one place`() throws {
        let workspace = try #require(WorkspaceID("a"))
        #expect(
            SecretVault.bound(workspace, "secrets", "k/a", "sealed", "x")
                != SecretVault.bound(workspace, "secrets", "k", "/asealed", "x")
        )
    }
}
