// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Tells whether a key may be used, and for what.
///
/// Records are kept in memory for a second, so that a fleet that polls does not read the store for each request. What is revoked
/// through `forget` is refused at once, what another process revokes after that second. Safe to call from any thread; a record that is
/// known is looked up without a change of threads, for every request asks.
package final class KeyVerifier: Sendable {
    /// Why a key is refused.
    package enum Refusal: Error, Hashable, Sendable {
        /// The text is no key.
        case text(KeyText.Fault)
        /// There is no key like this.
        case unknown
        case revoked
        case expired
        /// It is a key, but not one for this.
        case scope(needs: WorkerKey.Scope, has: [WorkerKey.Scope])
    }

    private struct Known {
        var key: WorkerKey
        var readAt: Timestamp
    }

    private static let freshness = TimeSpan.seconds(1)
    /// The most records that are kept in memory.
    private static let capacity = 10_000

    private struct State {
        var known: [String: Known] = [:]
        var uses: [String: Timestamp] = [:]
        /// How often something was forgotten: what was read before that is not kept.
        var forgotten = 0
    }

    private let store: any WorkerKeyStore
    private let clock: any TimeSource
    private let state = Locked(State())

    /// Creates a verifier.
    package init(store: any WorkerKeyStore, clock: any TimeSource) {
        self.store = store
        self.clock = clock
    }

    /// The record of a key that may be used for a scope; throws `Refusal`, or what the store throws.
    ///
    /// A text whose checksum is wrong is refused without a look at the store.
    package func verify(_ text: String, for scope: WorkerKey.Scope) async throws -> WorkerKey {
        let key = try await verify(text)
        guard key.scopes.contains(scope) else {
            throw Refusal.scope(needs: scope, has: key.scopes.sorted { $0.rawValue < $1.rawValue })
        }
        return key
    }

    /// The record of a key that may be used, whatever for; throws `Refusal`, or what the store throws.
    package func verify(_ text: String) async throws -> WorkerKey {
        let given: KeyText
        do throws(KeyText.Fault) {
            given = try KeyText(text)
        } catch {
            throw Refusal.text(error)
        }
        let now = clock.now
        guard let key = try await record(given.id, now: now), Self.fits(given, key, now: now) else {
            throw Refusal.unknown
        }
        if key.revokedAt != nil { throw Refusal.revoked }
        if let end = key.expiresAt, end <= now { throw Refusal.expired }
        state.withLock { $0.uses[key.id] = now }
        return key
    }

    /// Whether a key of an identifier is there, was not revoked, and has not expired.
    package func isGood(_ id: String) async throws -> Bool {
        let now = clock.now
        guard let key = try await record(id, now: now), key.revokedAt == nil else { return false }
        return key.expiresAt.map { $0 > now } ?? true
    }

    /// Drops what is remembered of a key, so that its record is read again.
    package func forget(_ id: String) async {
        state.withLock { state in
            state.known[id] = nil
            state.forgotten += 1
        }
    }

    /// Writes to the store when keys were last used; call it now and then.
    package func flush() async throws {
        let taken = state.withLock { state in
            defer { state.uses = [:] }
            return state.uses
        }
        guard !taken.isEmpty else { return }
        try await store.noteUse(of: taken)
    }

    private func record(_ id: String, now: Timestamp) async throws -> WorkerKey? {
        let (known, forgotten) = state.withLock { ($0.known[id], $0.forgotten) }
        if let known, now >= known.readAt, now - known.readAt < Self.freshness { return known.key }
        let read = try await store.workerKey(id)
        state.withLock { state in
            // What was read before somebody revoked it may be what it was before.
            guard let read, state.forgotten == forgotten else {
                state.known[id] = nil
                return
            }
            if state.known.count >= Self.capacity { state.known = [:] }
            state.known[id] = Known(key: read, readAt: now)
        }
        return read
    }

    /// Whether a key's secret is the record's, or the one before while that is good still.
    private static func fits(_ given: KeyText, _ key: WorkerKey, now: Timestamp) -> Bool {
        let hash = given.hash
        if RandomText.areEqual(key.hash, hash) { return true }
        guard let former = key.formerHash, let end = key.formerUntil, end > now else { return false }
        return RandomText.areEqual(former, hash)
    }
}
