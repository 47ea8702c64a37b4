// SPDX-License-Identifier: Apache-2.0

import Crypto
package import Domain
import Foundation

/// What somebody did, before it has its place in the audit log.
package struct AuditDraft: Hashable, Sendable {
    package var time: Timestamp
    package var workspace: WorkspaceID
    package var actor: String
    package var action: String
    package var subject: String
    package var detail: String
    package var address: String

    /// Creates a draft; texts are cut at 2,000 characters, and NUL, which PostgreSQL cannot keep, is left out.
    package init(
        time: Timestamp,
        workspace: WorkspaceID = .default,
        actor: String,
        action: String,
        subject: String = "",
        detail: String = "",
        address: String = ""
    ) {
        self.time = time
        self.workspace = workspace
        self.actor = Self.bounded(actor)
        self.action = Self.bounded(action)
        self.subject = Self.bounded(subject)
        self.detail = Self.bounded(detail)
        self.address = Self.bounded(address)
    }

    private static func bounded(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.lazy.filter { $0.value != 0 }.prefix(2_000)))
    }
}

/// How the audit log's entries hang together: each has a hash over all of itself and over the hash of the one before.
package enum AuditChain {
    /// What the first entry follows.
    package static let origin = String(repeating: "0", count: 64)

    /// The entry that a draft becomes after another one; nil for the first.
    package static func seal(_ draft: AuditDraft, after last: AuditEntry?) -> AuditEntry {
        var entry = AuditEntry(
            sequence: (last?.sequence ?? 0) + 1,
            time: draft.time,
            workspace: draft.workspace,
            actor: draft.actor,
            action: draft.action,
            subject: draft.subject,
            detail: draft.detail,
            address: draft.address,
            previous: last?.hash ?? origin,
            hash: ""
        )
        entry.hash = hash(of: entry)
        return entry
    }

    /// SHA-256 over an entry, as 64 hexadecimal digits.
    ///
    /// Hashed are `dure-audit-1`, the number, the time in milliseconds, workspace, actor, action, subject, detail, address and the hash
    /// before, each as its length in bytes in decimal digits, a colon, and its UTF-8 bytes, so that no two entries have one text.
    package static func hash(of entry: AuditEntry) -> String {
        var hasher = SHA256()
        for part in [
            "dure-audit-1", String(entry.sequence), String(entry.time.milliseconds), entry.workspace.name, entry.actor,
            entry.action, entry.subject, entry.detail, entry.address, entry.previous,
        ] {
            hasher.update(data: Data("\(part.utf8.count):\(part)".utf8))
        }
        return Hexadecimal.text(hasher.finalize())
    }
}

/// Where the audit log ended at some time, noted outside of it: in the log of a process, or by a person.
package struct AuditAnchor: Hashable, Sendable, Codable, CustomStringConvertible {
    package var sequence: Int
    package var hash: String

    /// Creates an anchor.
    package init(sequence: Int, hash: String) {
        self.sequence = sequence
        self.hash = hash
    }

    /// Reads `NUMBER:HASH`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let sequence = Int(parts[0]), sequence >= 0, parts[1].utf8.count == 64,
            parts[1].allSatisfy(\.isHexDigit)
        else { return nil }
        self.init(sequence: sequence, hash: parts[1].lowercased())
    }

    package var description: String { "\(sequence):\(hash)" }
}

/// Walks along the audit log, entry by entry, and tells what does not fit.
package struct AuditVerifier: Sendable {
    /// One thing that is wrong, with the number of the entry at which it shows.
    package struct Finding: Hashable, Sendable, Codable {
        /// What is wrong.
        package enum Kind: String, Hashable, Sendable, Codable {
            /// The entry does not have the hash that its content has: somebody edited it, or put it in another's place.
            case changed
            /// Entries before this one are gone.
            case missing
            /// The entry does not continue the one before: that one was edited together with its hash, or this one was put in.
            case detached
            /// An anchor says that the log once had this entry, and it is gone: the end was cut off.
            case cut
            /// An anchor says that this entry had another hash: the log was written anew.
            case rewritten
        }

        package var kind: Kind
        package var sequence: Int
        package var detail: String
    }

    /// What was found so far, in order.
    package private(set) var findings: [Finding] = []
    /// How many entries were looked at.
    package private(set) var count = 0
    /// The last entry that was looked at.
    package private(set) var last: AuditEntry?
    private var anchors: [Int: [String]]

    /// Creates a verifier; `anchors` are where the log is known to have ended.
    package init(anchors: [AuditAnchor] = []) {
        self.anchors = Dictionary(grouping: anchors.filter { $0.sequence > 0 }, by: \.sequence)
            .mapValues { $0.map(\.hash) }
    }

    /// Looks at the next entry.
    package mutating func look(at entry: AuditEntry) {
        let expected = (last?.sequence ?? 0) + 1
        if entry.sequence > expected {
            let gone =
                entry.sequence - 1 == expected
                ? "entry \(expected) is" : "entries \(expected) to \(entry.sequence - 1) are"
            findings.append(.init(kind: .missing, sequence: entry.sequence, detail: "\(gone) gone"))
        }
        if AuditChain.hash(of: entry) != entry.hash {
            findings.append(
                .init(kind: .changed, sequence: entry.sequence, detail: "its content does not have its hash")
            )
        } else if entry.sequence == expected, entry.previous != last?.hash ?? AuditChain.origin {
            let detail = last.map { "it does not continue entry \($0.sequence)" } ?? "it is not how a log begins"
            findings.append(.init(kind: .detached, sequence: entry.sequence, detail: detail))
        }
        for hash in anchors.removeValue(forKey: entry.sequence) ?? [] where hash != entry.hash {
            findings.append(
                .init(kind: .rewritten, sequence: entry.sequence, detail: "an anchor says that its hash was \(hash)")
            )
        }
        count += 1
        last = entry
    }

    /// Notes that there are no more entries; then `findings` is complete.
    package mutating func end() {
        for (sequence, _) in anchors.sorted(by: { $0.key < $1.key }) {
            let detail = "an anchor names it, and the log ends with entry \(last?.sequence ?? 0)"
            findings.append(.init(kind: .cut, sequence: sequence, detail: detail))
        }
        anchors = [:]
    }

    /// Walks along a whole log.
    package static func verify(_ store: any AuditStore, anchors: [AuditAnchor]) async throws -> AuditVerifier {
        var verifier = AuditVerifier(anchors: anchors)
        while true {
            let entries = try await store.auditEntries(after: verifier.last?.sequence ?? .min, limit: 1_000)
            for entry in entries { verifier.look(at: entry) }
            if entries.count < 1_000 { break }
        }
        verifier.end()
        return verifier
    }
}
