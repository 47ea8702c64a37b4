// SPDX-License-Identifier: Apache-2.0

import Domain
import Storage
import Testing

@testable import Operations

@Suite struct SessionTests {
    private let clock = SetClock()
    private let store = MemoryStore()

    private func keeper() -> SessionKeeper { SessionKeeper(store: store, clock: clock) }

    private func link(_ keeper: SessionKeeper) async throws -> String {
        try await keeper.makeLink(workspace: .default, role: .admin, name: "kim").code
    }

    @Test func `a link signs in once, and the cookie is known then`() async throws {
        let keeper = keeper()
        let code = try await link(keeper)
        let (cookie, session) = try await keeper.signIn(code: code, address: "10.0.0.1")
        #expect(session.role == .admin && session.name == "kim" && session.address == "10.0.0.1")
        #expect(try await keeper.verify(cookie).id == session.id)
        await #expect(throws: SessionKeeper.Refusal.used) { try await keeper.signIn(code: code, address: "") }
    }

    @Test func `of many who use one link at once one is signed in`() async throws {
        let keepers = (0..<4).map { _ in keeper() }
        let code = try await link(keepers[0])
        let count = await withTaskGroup(of: Bool.self) { group in
            for keeper in keepers {
                group.addTask {
                    do {
                        _ = try await keeper.signIn(code: code, address: "")
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(count == 1)
    }

    @Test func `of two who have both read a link that nobody used one is signed in`() async throws {
        let meeting = MeetingStore(base: store)
        let keepers = (0..<2).map { _ in SessionKeeper(store: meeting, clock: clock) }
        let code = try await link(keeper())
        let count = try await withThrowingTaskGroup(of: Bool.self) { group in
            for keeper in keepers {
                group.addTask {
                    do {
                        _ = try await keeper.signIn(code: code, address: "")
                        return true
                    } catch SessionKeeper.Refusal.used {
                        return false
                    }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(count == 1)
        #expect(try await store.accessSessions(in: .default, now: clock.now).count == 1)
    }

    @Test func `an old link, a made-up one and one with another secret are refused`() async throws {
        let keeper = keeper()
        let code = try await link(keeper)
        let parts = code.split(separator: ".")
        let forged = "\(parts[0]).\(parts[1]).\(RandomText.base64(bytes: 32))"
        for wrong in [forged, "", "durelink", code + "A", String(code.dropLast()), "dureses" + code.dropFirst(8)] {
            await #expect(throws: SessionKeeper.Refusal.unknown) { try await keeper.signIn(code: wrong, address: "") }
        }
        clock.advance(.minutes(15))
        await #expect(throws: SessionKeeper.Refusal.over) { try await keeper.signIn(code: code, address: "") }
    }

    @Test func `a cookie that somebody chose is no session, neither before nor after a sign-in`() async throws {
        let keeper = keeper()
        let chosen = "dureses.AAAAAAAAAAAA." + String(repeating: "A", count: 43)
        await #expect(throws: SessionKeeper.Refusal.unknown) { try await keeper.verify(chosen) }
        let (first, _) = try await keeper.signIn(code: link(keeper), address: "")
        let (second, _) = try await keeper.signIn(code: link(keeper), address: "")
        #expect(first != second && first != chosen)
        await #expect(throws: SessionKeeper.Refusal.unknown) { try await keeper.verify(chosen) }
        // The public part of a session does not make one.
        let parts = first.split(separator: ".")
        let guessed = "\(parts[0]).\(parts[1])." + String(repeating: "A", count: 43)
        await #expect(throws: SessionKeeper.Refusal.unknown) { try await keeper.verify(guessed) }
    }

    @Test func `a session ends when it is idle, when it is old, and when it is ended`() async throws {
        let keeper = keeper()
        let (idle, _) = try await keeper.signIn(code: link(keeper), address: "")
        clock.advance(.minutes(59))
        _ = try await keeper.verify(idle)
        clock.advance(.minutes(59))
        _ = try await keeper.verify(idle)
        clock.advance(.minutes(60))
        await #expect(throws: SessionKeeper.Refusal.over) { try await keeper.verify(idle) }
        let (old, _) = try await keeper.signIn(code: link(keeper), address: "")
        for _ in 0..<23 {
            clock.advance(.minutes(30))
            _ = try await keeper.verify(old)
        }
        clock.advance(.minutes(30))
        await #expect(throws: SessionKeeper.Refusal.over) { try await keeper.verify(old) }
        let (ended, session) = try await keeper.signIn(code: link(keeper), address: "")
        let other = try #require(WorkspaceID("other"))
        #expect(try await !keeper.end(session.id, in: other))
        _ = try await keeper.verify(ended)
        #expect(try await keeper.end(session.id, in: .default))
        await #expect(throws: SessionKeeper.Refusal.over) { try await keeper.verify(ended) }
        #expect(try await keeper.sessions(in: .default).isEmpty)
    }

    @Test func `being seen is written down, and what is long over is removed`() async throws {
        let first = keeper()
        let (cookie, session) = try await first.signIn(code: link(first), address: "")
        clock.advance(.minutes(40))
        _ = try await first.verify(cookie)
        try await first.flush()
        #expect(try await store.accessSession(session.id)?.lastSeenAt == clock.now)
        clock.advance(.minutes(40))
        _ = try await keeper().verify(cookie)
        clock.advance(.days(3))
        try await first.flush()
        #expect(try await store.accessSession(session.id) == nil)
    }

    @Test func `neither codes nor cookies are in the store`() async throws {
        let keeper = keeper()
        let code = try await link(keeper)
        let (cookie, session) = try await keeper.signIn(code: code, address: "")
        let id = String(code.split(separator: ".")[1])
        let kept = "\(String(describing: try await store.signInLink(id))) \(session)"
        for secret in [code, cookie] {
            let part = try #require(secret.split(separator: ".").last)
            #expect(!kept.contains(part))
        }
    }

    @Test func `a form's token is of its cookie alone`() async throws {
        let keeper = keeper()
        let (one, _) = try await keeper.signIn(code: link(keeper), address: "")
        let (two, _) = try await keeper.signIn(code: link(keeper), address: "")
        let token = SessionKeeper.formToken(of: one)
        #expect(SessionKeeper.isFormToken(token, of: one))
        #expect(!SessionKeeper.isFormToken(token, of: two))
        #expect(!SessionKeeper.isFormToken("", of: one))
        #expect(!one.contains(token) && !token.contains(one))
    }
}

/// A store of which two readers of a link get it at the same time.
private struct MeetingStore: AccessStore {
    let base: MemoryStore
    private let waiting = Locked<[CheckedContinuation<Void, Never>]>([])

    init(base: MemoryStore) { self.base = base }

    func signInLink(_ id: String) async throws -> SignInLink? {
        let link = try await base.signInLink(id)
        await withCheckedContinuation { continuation in
            let all = waiting.withLock { waiting in
                waiting.append(continuation)
                return waiting.count == 2 ? waiting : []
            }
            for one in all { one.resume() }
        }
        return link
    }

    func add(_ session: AccessSession) async throws { try await base.add(session) }
    func accessSession(_ id: String) async throws -> AccessSession? { try await base.accessSession(id) }
    func accessSessions(in workspace: WorkspaceID, now: Timestamp) async throws -> [AccessSession] {
        try await base.accessSessions(in: workspace, now: now)
    }
    func noteSessions(_ seen: [String: Timestamp]) async throws { try await base.noteSessions(seen) }
    func endAccessSession(_ id: String, in workspace: WorkspaceID, now: Timestamp) async throws -> Bool {
        try await base.endAccessSession(id, in: workspace, now: now)
    }
    func add(_ link: SignInLink) async throws { try await base.add(link) }
    func useSignInLink(_ id: String, now: Timestamp) async throws -> Bool {
        try await base.useSignInLink(id, now: now)
    }
    func pruneAccess(before instant: Timestamp) async throws -> Int { try await base.pruneAccess(before: instant) }
}

@Suite struct RateTests {
    private let clock = SetClock()

    @Test func `a bucket has its burst, then its rate, and names have buckets of their own`() {
        let limiter = RateLimiter(clock: clock)
        let limit = RateLimit(perSecond: 2, burst: 5)
        for _ in 0..<5 { #expect(limiter.take("a", limit) == nil) }
        #expect(limiter.take("a", limit) == TimeSpan(milliseconds: 500))
        #expect(limiter.take("b", limit) == nil)
        clock.advance(TimeSpan(milliseconds: 499))
        #expect(limiter.take("a", limit) != nil)
        clock.advance(TimeSpan(milliseconds: 1))
        #expect(limiter.take("a", limit) == nil)
        #expect(limiter.take("a", limit) != nil)
        clock.advance(.hours(1))
        var taken = 0
        while limiter.take("a", limit) == nil { taken += 1 }
        #expect(taken == 5, "an hour fills the bucket, and no more")
    }

    @Test func `without a limit nobody waits`() {
        let limiter = RateLimiter(clock: clock)
        for _ in 0..<10_000 { #expect(limiter.take("a", .none) == nil) }
    }

    @Test func `whoever comes under ever new names does not make other buckets full`() {
        let limiter = RateLimiter(clock: clock)
        let limit = RateLimit(perSecond: 0.001, burst: 1)
        #expect(limiter.take("victim", limit) == nil)
        for number in 0..<(RateLimiter.capacity + 100) { _ = limiter.take("n\(number)", limit) }
        #expect(limiter.take("victim", limit) != nil)
    }

    @Test func `wrong credentials wait longer and longer, and nobody is locked out`() {
        let delay = AttemptDelay(clock: clock)
        for _ in 0..<4 { delay.failed("a") }
        #expect(delay.wait("a") == nil)
        var waits: [TimeSpan] = []
        for _ in 0..<8 {
            delay.failed("a")
            let wait = delay.wait("a") ?? .zero
            waits.append(wait)
            clock.advance(wait)
            #expect(delay.wait("a") == nil)
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60].map { TimeSpan.seconds($0) })
        #expect(delay.wait("b") == nil)
        delay.succeeded("a")
        delay.failed("a")
        #expect(delay.wait("a") == nil)
    }
}
