// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import NIOHTTP1
import Operations
import Storage
import Testing

@testable import Server

/// A server as `dure serve` guards it, with its store at hand.
struct GuardedServer: Sendable {
    let server: TestServer
    let store: MemoryStore
    let sessions: SessionKeeper
    let tokens: TokenDesk
    let trail: AuditTrail
    let rules: SecurityRulesBox
    /// A key of each role in the first workspace, and an administrator's of another.
    let keys: [Role: KeyText]
    let stranger: KeyText

    static let other = WorkspaceID("other") ?? .default

    static func run(
        rules: SecurityRules = SecurityRules(caller: .none, address: .none),
        _ body: @escaping @Sendable (GuardedServer) async throws -> Void
    ) async throws {
        let (store, clock) = (MemoryStore(), RealClock())
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let box = SecurityRulesBox(rules)
        let sessions = SessionKeeper(store: store, clock: clock)
        let tokens = TokenDesk(shelf: MemoryTokenKeyShelf(clock: clock), clock: clock)
        let trail = AuditTrail(store: store, logger: logger)
        var generator = SplitMix64(seed: 77)
        var keys: [Role: KeyText] = [:]
        for role in Role.allCases {
            let key = KeyText(using: &generator)
            keys[role] = key
            try await store.write(
                key.record(name: role.rawValue, scopes: Set(role.keyScopes), role: role, createdAt: clock.now)
            )
        }
        let stranger = KeyText(using: &generator)
        try await store.write(
            stranger.record(
                name: "stranger",
                scopes: [.manage, .enqueue],
                role: .admin,
                workspace: other,
                createdAt: clock.now
            )
        )
        let made = keys
        let seed = Locked(SplitMix64(seed: 5))
        let add: @Sendable (inout ServerProcess.Parts) -> Void = { parts in
            let verifier = KeyVerifier(store: store, clock: clock)
            let gatekeeper = Gatekeeper(rules: box, clock: clock)
            let address: @Sendable (RequestHead) -> String = { gatekeeper.address(of: $0) }
            parts.keys = store
            parts.authenticator = AccessDesk(
                verifier: verifier,
                sessions: sessions,
                tokens: tokens,
                clock: clock,
                address: address
            )
            parts.guards = [gatekeeper]
            parts.audit = RequestLog(trail: trail, clock: clock, address: address)
            parts.further +=
                AccessEndpoints(
                    AccessEndpoints.Parts(
                        sessions: sessions,
                        tokens: tokens,
                        keys: store,
                        audit: store,
                        trail: trail,
                        verifier: verifier,
                        gatekeeper: gatekeeper,
                        rules: box,
                        health: HealthMonitor(process: "t", checks: [], store: nil, clock: clock, logger: logger),
                        history: store,
                        clock: clock,
                        makeKey: { seed.withLock { KeyText(using: &$0) } },
                        rotateKey: { id in seed.withLock { KeyText(rotating: id, using: &$0) } }
                    )
                ).endpoints
        }
        try await TestServer.run(adding: add) { server in
            try await body(
                GuardedServer(
                    server: server,
                    store: store,
                    sessions: sessions,
                    tokens: tokens,
                    trail: trail,
                    rules: box,
                    keys: made,
                    stranger: stranger
                )
            )
        }
    }

    /// Signs in; returns the cookie's pair and the form token.
    func signIn(_ role: Role = .admin, in workspace: WorkspaceID = .default) async throws -> (
        cookie: String, form: String
    ) {
        let code = try await sessions.makeLink(workspace: workspace, role: role, name: "kim").code
        let answer = try await server.call(.POST, "/api/v1/session", body: "{\"code\":\"\(code)\"}")
        #expect(answer.status == 200, "\(answer.text)")
        let set = try #require(answer.headers.first(name: "Set-Cookie"))
        let form = try #require(answer.json["csrf_token"]?.string)
        return (String(set.prefix { $0 != ";" }), form)
    }

    func call(
        _ method: HTTPMethod,
        _ path: String,
        key: KeyText? = nil,
        body: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> TestServer.Answer {
        try await server.call(method, path, key: key, body: body, headers: headers)
    }
}
