// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Answers kept under keys, in memory.
struct MemoryAnswers {
    private struct Place: Hashable {
        var workspace: WorkspaceID
        var caller: String
        var key: String

        init(_ claim: AnswerClaim) {
            workspace = claim.workspace
            caller = claim.caller
            key = claim.key
        }
    }

    private var kept: [Place: (answer: KeptAnswer, claimedAt: Timestamp)] = [:]

    mutating func claim(_ claim: AnswerClaim, now: Timestamp, stale: Timestamp) -> KeptAnswer? {
        let open = KeptAnswer(operation: claim.operation, fingerprint: claim.fingerprint, whole: nil)
        if let known = kept[Place(claim)], known.answer != open || known.claimedAt >= stale { return known.answer }
        kept[Place(claim)] = (open, now)
        return nil
    }

    mutating func keep(_ whole: KeptAnswer.Whole, of claim: AnswerClaim) {
        guard kept[Place(claim)]?.answer.whole == nil else { return }
        kept[Place(claim)]?.answer.whole = whole
    }

    mutating func release(_ claim: AnswerClaim) {
        guard kept[Place(claim)]?.answer.whole == nil else { return }
        kept[Place(claim)] = nil
    }

    mutating func prune(before instant: Timestamp, limit: Int) -> Int {
        let old = kept.filter { $0.value.claimedAt < instant }.sorted { $0.value.claimedAt < $1.value.claimedAt }
        for (place, _) in old.prefix(limit) { kept[place] = nil }
        return min(old.count, limit)
    }
}

extension MemoryStore {
    package func claim(_ claim: AnswerClaim, now: Timestamp, stale: Timestamp) async throws -> KeptAnswer? {
        contents.withLock { $0.answers.claim(claim, now: now, stale: stale) }
    }

    package func keep(_ answer: KeptAnswer.Whole, of claim: AnswerClaim) async throws {
        contents.withLock { $0.answers.keep(answer, of: claim) }
    }

    package func release(_ claim: AnswerClaim) async throws {
        contents.withLock { $0.answers.release(claim) }
    }

    package func pruneAnswers(before instant: Timestamp, limit: Int) async throws -> Int {
        contents.withLock { $0.answers.prune(before: instant, limit: limit) }
    }
}
