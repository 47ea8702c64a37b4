// SPDX-License-Identifier: Apache-2.0

import Crypto
package import Domain
import Foundation

/// How long sessions and links live.
package struct SessionTimes: Hashable, Sendable {
    /// How long a session lasts without a request.
    package var idle: TimeSpan
    /// How long a session lasts at most.
    package var longest: TimeSpan
    /// How long a sign-in link is good.
    package var link: TimeSpan

    /// Creates times.
    package init(idle: TimeSpan = .hours(1), longest: TimeSpan = .hours(12), link: TimeSpan = .minutes(15)) {
        self.idle = idle
        self.longest = longest
        self.link = link
    }
}

/// Signs people in by links that are good once, and knows who is signed in.
///
/// What a browser brings is never taken for a session's name: a session's secret is made here, at sign-in, so that nobody can be signed in
/// under a secret that somebody else knows (session fixation). Records are kept in memory for a second.
package actor SessionKeeper {
    /// Why somebody is not, or cannot be, signed in.
    package enum Refusal: Error, Hashable, Sendable {
        /// The text is no code and no cookie of ours, or there is none like it.
        case unknown
        /// It was good, and is over: expired, idle for too long, signed out.
        case over
        /// The link was used before.
        case used
    }

    private struct Known {
        var session: AccessSession
        var readAt: Timestamp
    }

    private static let freshness = TimeSpan.seconds(1)
    private static let capacity = 10_000
    private static let linkPrefix = "durelink"
    private static let cookiePrefix = "dureses"

    private let store: any AccessStore
    private let clock: any TimeSource
    private var times: SessionTimes
    private var known: [String: Known] = [:]
    private var seen: [String: Timestamp] = [:]

    /// Creates a keeper.
    package init(store: any AccessStore, clock: any TimeSource, times: SessionTimes = SessionTimes()) {
        self.store = store
        self.clock = clock
        self.times = times
    }

    /// Has other times apply from now on, to sessions that are open, too.
    package func setTimes(_ times: SessionTimes) {
        self.times = times
    }

    // MARK: - Signing in

    /// Makes a link's code, which is good once; only its hash is kept.
    package func makeLink(workspace: WorkspaceID, role: Role, name: String) async throws -> (
        code: String, link: SignInLink
    ) {
        let (id, text) = Self.make(Self.linkPrefix)
        let link = SignInLink(
            id: id,
            hash: RandomText.hash(text),
            workspace: workspace,
            role: role,
            name: name,
            createdAt: clock.now,
            expiresAt: clock.now + times.link
        )
        try await store.add(link)
        return (text, link)
    }

    /// Begins a session by a link's code; throws `Refusal`.
    ///
    /// Of two who use one code at once, one gets in.
    package func signIn(code: String, address: String) async throws -> (cookie: String, session: AccessSession) {
        guard let id = Self.id(in: code, Self.linkPrefix), let link = try await store.signInLink(id),
            RandomText.areEqual(link.hash, RandomText.hash(code))
        else { throw Refusal.unknown }
        let now = clock.now
        guard link.usedAt == nil else { throw Refusal.used }
        guard link.expiresAt > now else { throw Refusal.over }
        guard try await store.useSignInLink(id, now: now) else { throw Refusal.used }
        return try await begin(workspace: link.workspace, role: link.role, name: link.name, address: address)
    }

    /// Begins a session of somebody who has shown otherwise who they are, such as by a key.
    package func begin(
        workspace: WorkspaceID,
        role: Role,
        name: String,
        address: String
    ) async throws -> (cookie: String, session: AccessSession) {
        let (id, text) = Self.make(Self.cookiePrefix)
        let now = clock.now
        let session = AccessSession(
            id: id,
            hash: RandomText.hash(text),
            workspace: workspace,
            role: role,
            name: name,
            address: address,
            createdAt: now,
            expiresAt: now + times.longest
        )
        try await store.add(session)
        return (text, session)
    }

    // MARK: - Being signed in

    /// The session of a cookie; throws `Refusal`, or what the store throws.
    package func verify(_ cookie: String) async throws -> AccessSession {
        guard let id = Self.id(in: cookie, Self.cookiePrefix) else { throw Refusal.unknown }
        let now = clock.now
        guard let session = try await record(id, now: now),
            RandomText.areEqual(session.hash, RandomText.hash(cookie))
        else { throw Refusal.unknown }
        let last = max(session.lastSeenAt, seen[id] ?? session.lastSeenAt)
        guard session.endedAt == nil, session.expiresAt > now, now - last < times.idle else { throw Refusal.over }
        seen[id] = now
        return session
    }

    /// Ends a session; false where the workspace has none of that identifier.
    package func end(_ id: String, in workspace: WorkspaceID) async throws -> Bool {
        let isKnown = try await store.endAccessSession(id, in: workspace, now: clock.now)
        known[id] = nil
        return isKnown
    }

    /// A workspace's sessions that are open.
    package func sessions(in workspace: WorkspaceID) async throws -> [AccessSession] {
        let now = clock.now
        return try await store.accessSessions(in: workspace, now: now).filter { session in
            now - max(session.lastSeenAt, seen[session.id] ?? session.lastSeenAt) < times.idle
        }
    }

    /// Writes to the store when sessions were last seen, and removes what was over a day ago; call it now and then.
    package func flush() async throws {
        let taken = seen
        if !taken.isEmpty { try await store.noteSessions(taken) }
        // What was seen since stays; what was written is read again with its record.
        for (id, time) in taken where seen[id] == time {
            seen[id] = nil
            known[id] = nil
        }
        _ = try await store.pruneAccess(before: clock.now - .days(1))
    }

    /// The token that a page of a session sends along with what it asks to change: it cannot be had without the cookie, which no other
    /// site's page can read.
    package static func formToken(of cookie: String) -> String {
        let key = SymmetricKey(data: Data(cookie.utf8))
        return Base64URL.encode(HMAC<SHA256>.authenticationCode(for: Data("dure form token".utf8), using: key))
    }

    /// Whether a token is that of a cookie.
    package static func isFormToken(_ token: String, of cookie: String) -> Bool {
        RandomText.areEqual(token, formToken(of: cookie))
    }

    private func record(_ id: String, now: Timestamp) async throws -> AccessSession? {
        if let known = known[id], now >= known.readAt, now - known.readAt < Self.freshness { return known.session }
        guard let session = try await store.accessSession(id) else {
            known[id] = nil
            return nil
        }
        if known.count >= Self.capacity { known = [:] }
        known[id] = Known(session: session, readAt: now)
        return session
    }

    private static func make(_ prefix: String) -> (id: String, text: String) {
        let id = RandomText.base64(bytes: 9)
        return (id, "\(prefix).\(id).\(RandomText.base64(bytes: 32))")
    }

    /// The public part of a code or cookie that has the right form.
    private static func id(in text: String, _ prefix: String) -> String? {
        guard text.utf8.count == prefix.utf8.count + 2 + 12 + 43 else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == prefix, Base64URL.decode(parts[1])?.count == 9,
            Base64URL.decode(parts[2])?.count == 32
        else { return nil }
        return String(parts[1])
    }
}
