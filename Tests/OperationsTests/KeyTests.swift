// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Operations

@Suite struct KeyTests {
    private static func key(_ seed: UInt64) -> KeyText {
        var generator = SplitMix64(seed: seed)
        return KeyText(using: &generator)
    }

    @Test func `a key has the written form and reads back`() throws {
        let key = Self.key(1)
        #expect(key.text.wholeMatch(of: /dure_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}/) != nil)
        let read = try KeyText(key.text)
        #expect(read.id == key.id)
        #expect(read.hash == key.hash)
        #expect(!"\(key)".contains(key.text.suffix(38)))
    }

    @Test func `the checksum is the CRC-32 of zip`() {
        #expect(KeyText.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    }

    @Test func `a key with any one character changed is refused`() {
        let text = Array(Self.key(2).text.utf8)
        for place in text.indices.dropFirst(5) where text[place] != UInt8(ascii: "_") {
            var wrong = text
            wrong[place] = text[place] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
            #expect(throws: KeyText.Fault.checksum) { try KeyText(String(decoding: wrong, as: UTF8.self)) }
        }
    }

    @Test(arguments: ["", "dure_", "Bearer x", String(repeating: "a", count: 56), "dure_ééééééééé_"])
    func `what does not look like a key is malformed`(text: String) {
        #expect(throws: KeyText.Fault.malformed) { try KeyText(text) }
    }

    @Test func `the hash is SHA-256 in hexadecimal digits`() {
        let hash = Self.key(3).hash
        #expect(hash.wholeMatch(of: /[0-9a-f]{64}/) != nil)
        #expect(hash != Self.key(4).hash)
    }

    @Test func `texts are compared whole`() {
        #expect(RandomText.areEqual("abc", "abc"))
        #expect(!RandomText.areEqual("abc", "abd"))
        #expect(!RandomText.areEqual("abc", "abcd"))
        #expect(RandomText.areEqual("", ""))
    }

    /// Bytes that count how often one was read.
    private struct WatchedBytes: RandomAccessCollection {
        let bytes: [UInt8]
        let reads = Locked(0)

        var startIndex: Int { bytes.startIndex }
        var endIndex: Int { bytes.endIndex }
        subscript(place: Int) -> UInt8 {
            reads.withLock { $0 += 1 }
            return bytes[place]
        }
    }

    @Test func `a comparison reads as much of a text that differs at once as of one that is right`() {
        let right = Array(Self.key(5).hash.utf8)
        for place in [nil, 0, 1, 31, 62, 63] as [Int?] {
            var given = right
            if let place { given[place] ^= 1 }
            let (left, other) = (WatchedBytes(bytes: right), WatchedBytes(bytes: given))
            #expect(RandomText.areEqual(left, other) == (place == nil))
            #expect(left.reads.withLock { $0 } == 64, "\(place ?? -1)")
            #expect(other.reads.withLock { $0 } == 64, "\(place ?? -1)")
        }
    }
}

/// A store that counts look-ups.
private actor CountingStore: WorkerKeyStore {
    let inner: MemoryKeyStore
    private(set) var lookUps = 0

    init(_ keys: [WorkerKey]) { inner = MemoryKeyStore(keys) }

    func write(_ key: WorkerKey) async throws { try await inner.write(key) }
    func workerKey(_ id: String) async throws -> WorkerKey? {
        lookUps += 1
        return try await inner.workerKey(id)
    }
    func workerKeys() async throws -> [WorkerKey] { try await inner.workerKeys() }
    func workerKeys(in workspace: WorkspaceID) async throws -> [WorkerKey] {
        try await inner.workerKeys(in: workspace)
    }

    func rotateWorkerKey(
        _ id: String,
        in workspace: WorkspaceID,
        to hash: String,
        formerUntil end: Timestamp,
        now: Timestamp
    ) async throws -> Bool {
        try await inner.rotateWorkerKey(id, in: workspace, to: hash, formerUntil: end, now: now)
    }

    func revokeWorkerKey(_ id: String, now: Timestamp) async throws -> Bool {
        try await inner.revokeWorkerKey(id, now: now)
    }
    func noteUse(of keys: [String: Timestamp]) async throws { try await inner.noteUse(of: keys) }
}

@Suite struct KeyVerifierTests {
    private let clock = VirtualClock(start: Timestamp(milliseconds: 1_000_000))
    private let key: KeyText
    private let other: KeyText

    init() {
        var generator = SplitMix64(seed: 9)
        key = KeyText(using: &generator)
        other = KeyText(using: &generator)
    }

    private func record(_ scopes: Set<WorkerKey.Scope>, expiresAt: Timestamp? = nil) -> WorkerKey {
        key.record(name: "a", scopes: scopes, createdAt: clock.now, expiresAt: expiresAt)
    }

    @Test func `a key passes for its scope and for no other`() async throws {
        let verifier = KeyVerifier(store: MemoryKeyStore([record([.work])]), clock: clock)
        #expect(try await verifier.verify(key.text, for: .work).name == "a")
        await #expect(throws: KeyVerifier.Refusal.scope(needs: .manage, has: [.work])) {
            try await verifier.verify(key.text, for: .manage)
        }
    }

    @Test func `a key that nobody knows is refused, and so is another secret under a known identifier`() async throws {
        var stolen = record([.work])
        stolen.hash = other.hash
        let verifier = KeyVerifier(store: MemoryKeyStore([stolen]), clock: clock)
        await #expect(throws: KeyVerifier.Refusal.unknown) { try await verifier.verify(key.text, for: .work) }
        await #expect(throws: KeyVerifier.Refusal.unknown) { try await verifier.verify(other.text, for: .work) }
    }

    @Test func `a wrong checksum is refused without a look-up`() async throws {
        let store = CountingStore([record([.work])])
        let verifier = KeyVerifier(store: store, clock: clock)
        let wrong = String(key.text.dropLast()) + (key.text.last == "0" ? "1" : "0")
        await #expect(throws: KeyVerifier.Refusal.text(.checksum)) { try await verifier.verify(wrong, for: .work) }
        #expect(await store.lookUps == 0)
    }

    @Test func `an expired key is refused from its last instant on`() async throws {
        let end = clock.now + .seconds(1)
        let verifier = KeyVerifier(store: MemoryKeyStore([record([.work], expiresAt: end)]), clock: clock)
        _ = try await verifier.verify(key.text, for: .work)
        try clock.run { try await clock.sleep(until: end) }
        await #expect(throws: KeyVerifier.Refusal.expired) { try await verifier.verify(key.text, for: .work) }
    }

    @Test func `a revoked key is refused at once when it is forgotten, and within a second when it is not`()
        async throws
    {
        let store = MemoryKeyStore([record([.work])])
        let verifier = KeyVerifier(store: store, clock: clock)
        _ = try await verifier.verify(key.text, for: .work)
        #expect(try await store.revokeWorkerKey(key.id, now: clock.now))
        await verifier.forget(key.id)
        await #expect(throws: KeyVerifier.Refusal.revoked) { try await verifier.verify(key.text, for: .work) }
        let late = KeyVerifier(store: MemoryKeyStore([record([.work])]), clock: clock)
        _ = try await late.verify(key.text, for: .work)
    }

    @Test func `uses are noted in the store`() async throws {
        let store = MemoryKeyStore([record([.work])])
        let verifier = KeyVerifier(store: store, clock: clock)
        _ = try await verifier.verify(key.text, for: .work)
        try await verifier.flush()
        #expect(try await store.workerKey(key.id)?.lastUsedAt == clock.now)
    }
}
