// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Logging
import NIOHTTP1
import Operations
import Storage
import Testing

@testable import Server

/// A log whose lines a test reads.
private struct KeptLog: LogHandler {
    let lines: Locked<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.withLock { $0.append("\(event.message) \(metadata) \(event.metadata ?? [:])") }
    }
}

/// Secrets that were planted, and are looked for everywhere.
@Suite(.timeLimit(.minutes(10))) struct CanaryTests {
    @Test func `secrets in requests and errors are in no log, no answer, no metric and no audit entry`() async throws {
        let lines = Locked<[String]>([])
        let (store, clock) = (MemoryStore(), RealClock())
        let logger = Logger(label: "canary") { _ in KeptLog(lines: lines) }
        let sessions = SessionKeeper(store: store, clock: clock)
        let trail = AuditTrail(store: store, logger: logger)
        let vault = SecretVault(store: store, masters: try MasterKeys(MasterKey.newText()), clock: clock)
        try await vault.put(Array("canary-vault".utf8), "a", kind: "k", in: .default)
        let box = SecurityRulesBox(SecurityRules(caller: .none, address: .none))
        let gatekeeper = Gatekeeper(rules: box, clock: clock)
        var generator = SplitMix64(seed: 8)
        let (good, bad) = (KeyText(using: &generator), KeyText(using: &generator))
        try await store.write(good.record(name: "good", scopes: [.manage], createdAt: clock.now))
        let code = try await sessions.makeLink(workspace: .default, role: .admin, name: "kim").code
        let texts = Locked<[String]>([])
        let cookies = Locked<[String]>([])
        let tokens = TokenDesk(shelf: MemoryTokenKeyShelf(clock: clock), clock: clock)
        let add: @Sendable (inout ServerProcess.Parts) -> Void = { parts in
            let verifier = KeyVerifier(store: store, clock: clock)
            parts.keys = store
            parts.logger = logger
            parts.authenticator = AccessDesk(verifier: verifier, sessions: sessions, tokens: tokens, clock: clock)
            parts.guards = [gatekeeper]
            parts.audit = RequestLog(trail: trail, clock: clock) { gatekeeper.address(of: $0) }
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
                        makeKey: { good },
                        rotateKey: { _ in nil }
                    )
                ).endpoints
        }
        try await TestServer.run(adding: add) { server in
            func note(_ answer: TestServer.Answer) { texts.withLock { $0.append("\(answer.headers) \(answer.text)") } }
            let canary = "canary-header"
            note(try await server.call(.GET, "/api/v1/keys", key: bad))
            note(try await server.call(.GET, "/api/v1/keys", key: good))
            note(try await server.call(.GET, "/api/v1/keys", headers: ["Authorization": "Bearer \(canary)"]))
            note(try await server.call(.GET, "/api/v1/keys", headers: ["Authorization": "Basic \(canary)"]))
            note(try await server.call(.GET, "/api/v1/keys", headers: ["Cookie": "dure-session=\(canary)"]))
            note(try await server.call(.POST, "/api/v1/session", body: "{\"code\":\"canary-code\"}"))
            let signedIn = try await server.call(.POST, "/api/v1/session", body: "{\"code\":\"\(code)\"}")
            let cookie = String(signedIn.headers.first(name: "Set-Cookie")?.prefix { $0 != ";" } ?? "")
            cookies.withLock { $0.append(cookie) }
            note(try await server.call(.GET, "/api/v1/audit", headers: ["Cookie": cookie]))
            note(try await server.call(.GET, "/api/v1/sessions", headers: ["Cookie": cookie]))
            note(
                try await server.call(
                    .POST,
                    "/api/v1/keys",
                    body: "{}",
                    headers: ["Cookie": cookie, "X-CSRF-Token": canary]
                )
            )
            note(try await server.call(.GET, server.probes + "/metrics"))
            note(try await server.call(.GET, server.probes + "/readyz"))
        }
        let entries = try await store.auditEntries(after: 0, limit: 100)
        #expect(!entries.isEmpty)
        let all = (texts.withLock { $0 } + lines.withLock { $0 } + entries.map { "\($0)" }).joined(separator: "\n")
        let cookie = try #require(cookies.withLock { $0.first }?.split(separator: ".").last)
        for secret in [
            "canary", String(good.text.suffix(38)), String(bad.text.suffix(38)), String(code.suffix(43)),
            String(cookie),
        ] {
            #expect(!all.contains(secret), "\(secret.prefix(10))")
        }
    }
}
