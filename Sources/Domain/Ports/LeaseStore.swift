// SPDX-License-Identifier: Apache-2.0

/// The right to do what only one may do at a time, such as to be an agent or to lead a group.
package struct LeaderLease: Hashable, Codable, Sendable {
    /// What it is the right to, such as `agent/orchestrator` or `group/3`.
    package var name: String
    /// Who has it.
    package var holder: String
    /// Rises by one whenever the holder changes, so that what a former holder still writes is refused.
    package var term: Int
    /// When it ends unless it is renewed, by the store's clock.
    package var expiresAt: Timestamp

    /// Creates a lease.
    package init(name: String, holder: String, term: Int, expiresAt: Timestamp) {
        self.name = name
        self.holder = holder
        self.term = term
        self.expiresAt = expiresAt
    }

    /// What a write carries to show that its author had the right.
    package var fence: LeaseFence { LeaseFence(name: name, term: term) }
}

/// The term under which something is written; the store refuses a term that is not the newest.
package struct LeaseFence: Hashable, Codable, Sendable {
    package var name: String
    package var term: Int

    /// Creates a fence.
    package init(name: String, term: Int) {
        self.name = name
        self.term = term
    }
}

/// Who may do what only one may do at a time.
package protocol LeaseStore: Sendable {
    /// Takes a lease that nobody has or that ran out (the term rises), or renews one's own (the term stays); returns it as it is then,
    /// whoever has it.
    func acquireLease(_ name: String, holder: String, for span: TimeSpan, now: Timestamp) async throws -> LeaderLease
    /// Gives a lease back at once, where the holder has it in that term; the next holder's term is higher.
    func releaseLease(_ name: String, holder: String, term: Int) async throws
    /// Every lease that was ever taken, by name; those that ran out have an `expiresAt` in the past.
    func leases() async throws -> [LeaderLease]
}
