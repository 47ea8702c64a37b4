// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging

/// Writes to the audit log, together with other processes that do.
package actor AuditTrail {
    /// How often an entry is tried where other processes take its number.
    private static let tries = 1_000

    private let store: any AuditStore
    private let logger: Logger
    private var last: AuditEntry?
    private var isWriting = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Creates a trail over a store.
    package init(store: any AuditStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Adds an entry, safe from a power cut; throws what the store throws, and then nothing is written.
    @discardableResult
    package func write(_ draft: AuditDraft) async throws -> AuditEntry {
        // One at a time: within a process nobody has to try again.
        while isWriting { await withCheckedContinuation { waiting.append($0) } }
        isWriting = true
        defer {
            isWriting = false
            if !waiting.isEmpty { waiting.removeFirst().resume() }
        }
        for _ in 0..<Self.tries {
            let newest: AuditEntry?
            if let last { newest = last } else { newest = try await store.lastAuditEntry() }
            let entry = AuditChain.seal(draft, after: newest)
            if try await store.append([entry]) {
                last = entry
                return entry
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
