// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import Testing

@testable import Operations

/// An audit log in memory that a forger can get at.
final class ForgeableAudit: AuditStore {
    let entries = Locked<[AuditEntry]>([])
    /// How many appends are told that somebody else was faster.
    let losses = Locked(0)
    /// How many appends fail.
    let faults = Locked(0)
    /// How many appends there were.
    let appends = Locked(0)
    /// What the first append waits for.
    let first = Locked<(@Sendable () async -> Void)?>(nil)

    func append(_ entries: [AuditEntry]) async throws -> Bool {
        appends.withLock { $0 += 1 }
        let wait = first.withLock { first in
            defer { first = nil }
            return first
        }
        await wait?()
        let isFault = faults.withLock { faults in
            defer { faults = max(0, faults - 1) }
            return faults > 0
        }
        if isFault { throw Failure(.unknown, "the disk is full") }
        if losses.withLock({ losses in
            defer { losses = max(0, losses - 1) }
            return losses > 0
        }) {
            return false
        }
        return self.entries.withLock { all in
            let taken = Set(all.map(\.sequence))
            guard entries.allSatisfy({ !taken.contains($0.sequence) }) else { return false }
            all += entries
            return true
        }
    }

    func lastAuditEntry() async throws -> AuditEntry? { entries.withLock { $0.last } }

    func auditEntries(after sequence: Int, limit: Int) async throws -> [AuditEntry] {
        entries.withLock { Array($0.filter { $0.sequence > sequence }.prefix(limit)) }
    }

    func auditEntries(in workspace: WorkspaceID, before sequence: Int, limit: Int) async throws -> [AuditEntry] {
        entries.withLock { Array($0.reversed().filter { $0.sequence < sequence }.prefix(limit)) }
    }
}

@Suite struct AuditTests {
    private func draft(_ number: Int) -> AuditDraft {
        AuditDraft(
            time: Timestamp(milliseconds: Int64(number) * 1_000),
            actor: "key a",
            action: "key.add",
            subject: "k\(number)",
            detail: "d",
            address: "127.0.0.1"
        )
    }

    /// A log of 30 entries.
    private func log() async throws -> ForgeableAudit {
        let store = ForgeableAudit()
        let trail = AuditTrail(store: store, logger: Logger(label: "test"))
        for number in 1...30 { try await trail.write(draft(number)) }
        return store
    }

    @Test func `what comes at once is written together, in one chain, and each writer gets its own entry`() async throws
    {
        let store = ForgeableAudit()
        let trail = AuditTrail(store: store, logger: Logger(label: "test"))
        store.losses.withLock { $0 = 2 }
        store.first.withLock { $0 = { while await trail.waitingCount < 599 { await Task.yield() } } }
        let entries = try await withThrowingTaskGroup(of: (Int, AuditEntry).self) { group in
            for number in 1...600 { group.addTask { (number, try await trail.write(draft(number))) } }
            var entries: [Int: AuditEntry] = [:]
            for try await (number, entry) in group { entries[number] = entry }
            return entries
        }
        #expect(entries.allSatisfy { $0.value.subject == "k\($0.key)" })
        #expect(Set(entries.values.map(\.sequence)) == Set(1...600))
        #expect(try await findings(store).isEmpty)
        // One that was alone and was told twice that it came second, and three of at most 256.
        #expect(store.appends.withLock { $0 } == 6)
    }

    @Test func `a write that fails fails alone, and those that waited for it are written`() async throws {
        let store = ForgeableAudit()
        let trail = AuditTrail(store: store, logger: Logger(label: "test"))
        store.faults.withLock { $0 = 3 }
        store.first.withLock { $0 = { while await trail.waitingCount < 49 { await Task.yield() } } }
        let failed = await withTaskGroup(of: Bool.self) { group in
            for number in 1...50 {
                group.addTask {
                    do {
                        try await trail.write(draft(number))
                        return false
                    } catch {
                        return true
                    }
                }
            }
            var count = 0
            for await hasFailed in group where hasFailed { count += 1 }
            return count
        }
        #expect(failed == 3)
        #expect(store.entries.withLock { $0.map(\.sequence) } == Array(1...47))
        #expect(try await findings(store).isEmpty)
    }

    private func findings(_ store: ForgeableAudit, anchors: [AuditAnchor] = []) async throws -> [String] {
        try await AuditVerifier.verify(store, anchors: anchors).findings.map { "\($0.kind.rawValue) \($0.sequence)" }
    }

    @Test func `a log that nobody touched is whole, with its own anchor`() async throws {
        let store = try await log()
        let end = try #require(try await store.lastAuditEntry())
        let verifier = try await AuditVerifier.verify(store, anchors: [.init(sequence: end.sequence, hash: end.hash)])
        #expect(verifier.findings.isEmpty)
        #expect(verifier.count == 30)
    }

    @Test(arguments: ["actor", "action", "subject", "detail", "address", "time", "workspace"])
    func `an entry that was edited is found and named`(field: String) async throws {
        let store = try await log()
        store.entries.withLock { entries in
            switch field {
            case "actor": entries[11].actor = "key b"
            case "action": entries[11].action = "key.list"
            case "subject": entries[11].subject = "k"
            case "detail": entries[11].detail = ""
            case "address": entries[11].address = "10.0.0.1"
            case "time": entries[11].time = Timestamp(milliseconds: 1)
            default: entries[11].workspace = WorkspaceID("other") ?? .default
            }
        }
        #expect(try await findings(store) == ["changed 12"])
    }

    @Test func `an entry that was edited together with its hash is found at the next`() async throws {
        let store = try await log()
        store.entries.withLock { entries in
            entries[11].detail = "nothing"
            entries[11].hash = AuditChain.hash(of: entries[11])
        }
        #expect(try await findings(store) == ["detached 13"])
    }

    @Test func `an entry that was taken away is found, also when the others are numbered anew`() async throws {
        let store = try await log()
        store.entries.withLock { _ = $0.remove(at: 11) }
        #expect(try await findings(store) == ["missing 13"])
        store.entries.withLock { entries in
            for place in 11..<entries.count { entries[place].sequence -= 1 }
        }
        #expect(try await findings(store).first == "changed 12")
    }

    @Test func `entries that were swapped, and one that was put in, are found`() async throws {
        let swapped = try await log()
        swapped.entries.withLock { entries in
            entries.swapAt(11, 12)
            entries[11].sequence = 12
            entries[12].sequence = 13
        }
        #expect(try await findings(swapped) == ["changed 12", "changed 13", "detached 14"])
        let stuffed = try await log()
        stuffed.entries.withLock { entries in
            let forged = AuditChain.seal(draft(99), after: entries[11])
            for place in 12..<entries.count { entries[place].sequence += 1 }
            entries.insert(forged, at: 12)
        }
        #expect(try await findings(stuffed).first == "changed 14")
    }

    @Test func `an end that was cut off, and a log that was written anew, show by the anchor alone`() async throws {
        let store = try await log()
        let end = try #require(try await store.lastAuditEntry())
        let anchor = AuditAnchor(sequence: end.sequence, hash: end.hash)
        store.entries.withLock { $0.removeLast(10) }
        #expect(try await findings(store).isEmpty)
        #expect(try await findings(store, anchors: [anchor]) == ["cut 30"])
        let anew = ForgeableAudit()
        let trail = AuditTrail(store: anew, logger: Logger(label: "test"))
        for number in 101...130 { try await trail.write(draft(number)) }
        #expect(try await findings(anew, anchors: [anchor]) == ["rewritten 30"])
    }

    @Test func `who loses a number to another process tries with the next`() async throws {
        let store = try await log()
        let (first, second) = (
            AuditTrail(store: store, logger: Logger(label: "a")), AuditTrail(store: store, logger: Logger(label: "b"))
        )
        store.losses.withLock { $0 = 3 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask { try await (number % 2 == 0 ? first : second).write(draft(number)) }
            }
            try await group.waitForAll()
        }
        #expect(try await findings(store).isEmpty)
        #expect(try await store.lastAuditEntry()?.sequence == 70)
    }

    @Test func `no two entries have one text to hash`() {
        let left = AuditChain.seal(
            AuditDraft(time: .init(milliseconds: 1), actor: "ab", action: "c", subject: ""),
            after: nil
        )
        let right = AuditChain.seal(
            AuditDraft(time: .init(milliseconds: 1), actor: "a", action: "bc", subject: ""),
            after: nil
        )
        #expect(left.hash != right.hash)
    }

    @Test(arguments: [
        "", "1", "1:", "x:" + String(repeating: "a", count: 64), "-1:" + String(repeating: "a", count: 64),
    ])
    func `what is no anchor is refused`(text: String) {
        #expect(AuditAnchor(text) == nil)
    }
}
