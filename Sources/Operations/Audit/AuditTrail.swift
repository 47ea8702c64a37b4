// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging

/// Writes to the audit log, together with other processes that do.
package actor AuditTrail {
    /// A draft whose writer waits: for its entry, or for nil when it is to write itself.
    private struct Waiting {
        var draft: AuditDraft
        var continuation: CheckedContinuation<AuditEntry?, Never>
    }

    /// How often an entry is tried where other processes take its number.
    private static let tries = 1_000
    /// How many entries are written together at most.
    private static let most = 256

    private let store: any AuditStore
    private let logger: Logger
    private var last: AuditEntry?
    private var isWriting = false
    private var waiting: [Waiting] = []

    /// Creates a trail over a store.
    package init(store: any AuditStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// How many writers wait.
    var waitingCount: Int { waiting.count }

    /// Adds an entry, safe from a power cut; throws what the store throws, and then nothing is written.
    ///
    /// What comes while an entry is written waits, and is then written together: one sync of the disk for all.
    @discardableResult
    package func write(_ draft: AuditDraft) async throws -> AuditEntry {
        if isWriting {
            let entry = await withCheckedContinuation { waiting.append(Waiting(draft: draft, continuation: $0)) }
            if let entry { return entry }
        }
        isWriting = true
        let others = Array(waiting.prefix(Self.most - 1))
        waiting.removeFirst(others.count)
        defer { handOver() }
        do {
            let entries = try await append([draft] + others.map(\.draft))
            for (other, entry) in zip(others, entries.dropFirst()) { other.continuation.resume(returning: entry) }
            return entries[0]
        } catch {
            // What stopped this writer need not stop the others, so that each tries for itself.
            waiting.insert(contentsOf: others, at: 0)
            throw error
        }
    }

    /// Has the next who waits write; within a process nobody has to try again.
    private func handOver() {
        isWriting = !waiting.isEmpty
        if isWriting { waiting.removeFirst().continuation.resume(returning: nil) }
    }

    private func append(_ drafts: [AuditDraft]) async throws -> [AuditEntry] {
        for _ in 0..<Self.tries {
            var newest: AuditEntry?
            if let last { newest = last } else { newest = try await store.lastAuditEntry() }
            var entries: [AuditEntry] = []
            for draft in drafts {
                let entry = AuditChain.seal(draft, after: newest)
                entries.append(entry)
                newest = entry
            }
            if try await store.append(entries) {
                last = newest
                return entries
            }
            last = nil
        }
        throw Failure(.unknown, "the audit log is written to by so many that no entry can be added")
    }

    /// Says in the process's log where the audit log ends, so that a cut shows.
    package func anchor() async {
        do {
            let newest = try await store.lastAuditEntry()
            let anchor = AuditAnchor(sequence: newest?.sequence ?? 0, hash: newest?.hash ?? AuditChain.origin)
            logger.notice(
                "The audit log ends here.",
                metadata: ["audit_sequence": "\(anchor.sequence)", "audit_hash": "\(anchor.hash)"]
            )
        } catch {
            logger.warning("The end of the audit log cannot be read.", metadata: ["error": "\(error)"])
        }
    }
}

extension AuditTrail: AuditLog {
    package func record(actor: String, action: String, detail: String, at time: Timestamp) async {
        do {
            try await write(AuditDraft(time: time, actor: actor, action: action, detail: detail))
        } catch {
            logger.error(
                "An entry could not be added to the audit log.",
                metadata: ["action": "\(action)", "error": "\(error)"]
            )
        }
    }
}
