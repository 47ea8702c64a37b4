// SPDX-License-Identifier: Apache-2.0

package import Domain
import HTTPTypes
package import Operations

/// The endpoints by which people sign in, programs get short-lived tokens, and administrators look after keys, sessions and the audit log.
package struct AccessEndpoints: Sendable {
    /// What the endpoints work on.
    package struct Parts: Sendable {
        package var sessions: SessionKeeper
        package var tokens: TokenDesk
        package var keys: any WorkerKeyStore
        package var audit: any AuditStore
        package var trail: AuditTrail
        package var verifier: KeyVerifier
        package var gatekeeper: Gatekeeper
        package var rules: SecurityRulesBox
        package var health: HealthMonitor
        package var history: any HealthStore
        package var clock: any TimeSource
        package var makeKey: @Sendable () -> KeyText
        package var rotateKey: @Sendable (String) -> KeyText?

        /// Creates parts.
        package init(
            sessions: SessionKeeper,
            tokens: TokenDesk,
            keys: any WorkerKeyStore,
            audit: any AuditStore,
            trail: AuditTrail,
            verifier: KeyVerifier,
            gatekeeper: Gatekeeper,
            rules: SecurityRulesBox,
            health: HealthMonitor,
            history: any HealthStore,
            clock: any TimeSource,
            makeKey: @escaping @Sendable () -> KeyText,
            rotateKey: @escaping @Sendable (String) -> KeyText?
        ) {
            self.sessions = sessions
            self.tokens = tokens
            self.keys = keys
            self.audit = audit
            self.trail = trail
            self.verifier = verifier
            self.gatekeeper = gatekeeper
            self.rules = rules
            self.health = health
            self.history = history
            self.clock = clock
            self.makeKey = makeKey
            self.rotateKey = rotateKey
        }
    }

    private let parts: Parts

    /// Creates the endpoints.
    package init(_ parts: Parts) {
        self.parts = parts
    }

    private static let prefix = "/api/v1"

    package var endpoints: [Endpoint] {
        sessionEndpoints + keyEndpoints + [
            .get(
                Self.prefix + "/audit",
                "listAudit",
                .keys,
                .role(.admin),
                "Lists the workspace's audit log, newest first.",
                parameters: Parameter.paging
            ) { call in
                let paging = try call.paging()
                guard let before = paging.after.map({ Int($0) }) ?? .max, before > 0 else {
                    throw Problem(
                        .invalid,
                        "the cursor is not of this list",
                        field: "cursor",
                        expected: "the next_cursor of a page of this list; begin again without one"
                    )
                }
                let found = try await parts.audit.auditEntries(
                    in: call.workspace,
                    before: before,
                    limit: paging.limit + 1
                )
                let shown = found.prefix(paging.limit)
                let last = found.count > shown.count ? shown.last : nil
                return AuditPage(
                    items: shown.map(AuditItem.init),
                    nextCursor: last.map { Paging.cursor(of: String($0.sequence)) }
                )
            },
            .get(
                Self.prefix + "/health",
                "getHealth",
                .monitoring,
                .role(.viewer),
                "How the server, its machine and the agents are, and what changed in the last seven days."
            ) { _ in
                HealthView(
                    await parts.health.report,
                    history: try await parts.history.healthRecords(since: parts.clock.now - .days(7), limit: 100)
                )
            },
        ]
    }

    // MARK: - Sessions

    private var sessionEndpoints: [Endpoint] {
        [
            SignInPage.page, SignInPage.script, SignInPage.goodbye, signInForm, signOutForm,
            Endpoint(
                .post,
                Self.prefix + "/session",
                "signIn",
                .keys,
                .anyone,
                "Begins a session by a sign-in link's code, which is good once; the answer sets a cookie.",
                takes: .json(SignIn.schema),
                gives: [.json(Who.schema)],
                problems: [.unauthorized, .forbidden, .tooMany]
            ) { call in
                let (cookie, caller) = try await signIn(call, code: try call.decode(SignIn.self).code)
                var answer = try Answer.json(Who(caller, cookie: cookie))
                answer.headers[.setCookie] = SessionCookie.field(cookie, isSecure: parts.rules.present.isSecure)
                return answer
            },
            Endpoint(
                .get,
                Self.prefix + "/session",
                "getSession",
                .keys,
                .role(.viewer),
                "Who asks: the session, key or token.",
                gives: [.json(Who.schema)]
            ) { call in try .json(Who(call.caller, cookie: SessionCookie.value(in: call.headers))) },
            Endpoint(
                .delete,
                Self.prefix + "/session",
                "signOut",
                .keys,
                .role(.viewer),
                "Ends the session that asks.",
                gives: [.nothing]
            ) { try await signOut($0, .nothing) },
            .get(Self.prefix + "/sessions", "listSessions", .keys, .role(.admin), "Lists who is signed in.") { call in
                SessionList(items: try await parts.sessions.sessions(in: call.workspace).map(SessionItem.init))
            },
            Endpoint(
                .delete,
                Self.prefix + "/sessions/{session}",
                "endSession",
                .keys,
                .role(.admin),
                "Ends somebody's session.",
                parameters: [.path("session", .string(), "The session's identifier.")],
                gives: [.nothing]
            ) { call in
                let id = call.parameters["session"] ?? ""
                guard try await parts.sessions.end(id, in: call.workspace) else {
                    throw Problem(.notFound, "there is no such session", field: "session", value: id)
                }
                return .nothing
            },
            Endpoint(
                .post,
                Self.prefix + "/sign-in-links",
                "makeSignInLink",
                .keys,
                .role(.admin),
                "Makes a code by which a person signs in once.",
                takes: .json(NewLink.schema),
                gives: [.json(MadeLink.schema, .created)]
            ) { call in
                let wish = try call.decode(NewLink.self)
                let (code, link) = try await parts.sessions.makeLink(
                    workspace: call.workspace,
                    role: wish.role,
                    name: wish.name
                )
                return try .json(
                    MadeLink(code: code, path: SignInPage.path + "#" + code, expiresAt: link.expiresAt.description),
                    status: .created
                )
            },
            Endpoint(
                .post,
                Self.prefix + "/token",
                "makeToken",
                .keys,
                .role(.viewer),
                "Exchanges a key for a token that is good for a quarter of an hour.",
                gives: [.json(MadeToken.schema, .created)]
            ) { call in
                guard call.caller.credential == .key else {
                    throw Problem(
                        .forbidden,
                        "only a key is exchanged for a token",
                        field: "Authorization",
                        expected: "Bearer and a key"
                    )
                }
                let caller = call.caller
                let made = try await parts.tokens.issue(
                    subject: "key:" + caller.id,
                    workspace: caller.workspace,
                    role: caller.role,
                    name: caller.name
                )
                return try .json(MadeToken(token: made.token, expiresAt: made.expiresAt.description), status: .created)
            },
        ]
    }

    /// The form of the sign-in page, for a browser without scripts; it leads to the overview.
    private var signInForm: Endpoint {
        var endpoint = Endpoint(
            .post,
            SignInPage.path,
            "signInForm",
            .keys,
            .anyone,
            "Begins a session by a sign-in link's code.",
            takes: .other("application/x-www-form-urlencoded", .string(), most: 1_000),
            gives: [.other("text/html", .seeOther)]
        ) { call in
            // Any page can have a form sent here; one that is not told to be ours might sign somebody in as somebody else.
            guard Gatekeeper.tellsSite(call.head) else {
                throw Problem(.forbidden, "the browser does not tell whose page this is", field: "Origin")
            }
            // What people copy has the rest of the link, or a space, at its ends.
            let text = try FormFields(call.body)["code"] ?? ""
            let code = text.split(separator: "#").last.map(String.init) ?? ""
            let (cookie, _) = try await signIn(call, code: code)
            var answer = Answer(.seeOther, headers: [.location: "/", .cacheControl: "no-store"])
            answer.headers[.setCookie] = SessionCookie.field(cookie, isSecure: parts.rules.present.isSecure)
            return answer
        }
        endpoint.isDocumented = false
        endpoint.refusal = { problem, _ in SignInPage.refused(problem) }
        return endpoint
    }

    /// The button of the pages; it leads to a page that needs no session.
    private var signOutForm: Endpoint {
        var endpoint = Endpoint(
            .post,
            "/sign-out",
            "signOutForm",
            .keys,
            .role(.viewer),
            "Ends the session of a page.",
            takes: .other("application/x-www-form-urlencoded", .string(), most: 1_000),
            gives: [.other("text/html", .seeOther)]
        ) { call in
            try await signOut(
                call,
                Answer(.seeOther, headers: [.location: SignInPage.goodbyePath, .cacheControl: "no-store"])
            )
        }
        endpoint.isDocumented = false
        return endpoint
    }

    private func signOut(_ call: Call, _ answer: Answer) async throws -> Answer {
        if call.caller.credential == .session {
            _ = try await parts.sessions.end(call.caller.id, in: call.workspace)
        }
        var answer = answer
        answer.headers[.setCookie] = SessionCookie.removal(isSecure: parts.rules.present.isSecure)
        return answer
    }

    /// Begins a session by a code; returns its cookie, and who is signed in.
    private func signIn(_ call: Call, code: String) async throws -> (cookie: String, caller: Caller) {
        guard parts.gatekeeper.isOwn(call.head) else {
            throw Problem(.forbidden, "another site's page asked", field: "Origin", expected: "this server")
        }
        let address = parts.gatekeeper.address(of: call.head)
        do {
            let (cookie, session) = try await parts.sessions.signIn(code: code, address: address)
            // Whoever was signed in in this browser is so no more; a link that is not good signs nobody out.
            if let before = SessionCookie.value(in: call.headers), let old = try? await parts.sessions.verify(before) {
                _ = try await parts.sessions.end(old.id, in: old.workspace)
            }
            try await parts.trail.write(
                AuditDraft(
                    time: parts.clock.now,
                    workspace: session.workspace,
                    actor: "session \(session.name)",
                    action: "session.begin",
                    subject: session.id,
                    detail: session.role.rawValue,
                    address: address
                )
            )
            return (cookie, Caller(session))
        } catch let refusal as SessionKeeper.Refusal {
            try await parts.trail.write(
                AuditDraft(
                    time: parts.clock.now,
                    actor: "nobody",
                    action: "session.refused",
                    detail: "\(refusal)",
                    address: address
                )
            )
            throw Problem(
                .unauthorized,
                refusal == .used ? "the sign-in link was used before" : "the sign-in link is not good, or no more",
                field: "code",
                expected: "the code of a link that 'dure serve' printed, or 'dure open' prints on the server's machine"
            )
        }
    }

    // MARK: - Keys

    private var keyEndpoints: [Endpoint] {
        let key = Parameter.path("key", .string(), "The key's identifier, the part before its secret.")
        return [
            .get(Self.prefix + "/keys", "listKeys", .keys, .role(.admin), "Lists the workspace's keys.") { call in
                AccessKeyList(items: try await parts.keys.workerKeys(in: call.workspace).map(AccessKeyItem.init))
            },
            Endpoint(
                .post,
                Self.prefix + "/keys",
                "makeKey",
                .keys,
                .role(.admin),
                "Makes a key of the workspace; its text is in this answer alone.",
                takes: .json(NewAccessKey.schema),
                gives: [
                    .json(
                        MadeAccessKey.schema,
                        .created,
                        "The key, and what is kept of it.",
                        links: [
                            .init("rotateKey", ["key": "$response.body#/record/id"]),
                            .init("endKey", ["key": "$response.body#/record/id"]),
                        ]
                    )
                ]
            ) { call in
                let wish = try call.decode(NewAccessKey.self)
                guard KeyName.isValid(wish.name) else {
                    throw Problem(
                        .invalid,
                        "the name is not allowed",
                        field: "name",
                        value: wish.name,
                        expected: KeyName.rule
                    )
                }
                let (text, now) = (parts.makeKey(), parts.clock.now)
                let record = text.record(
                    name: wish.name,
                    scopes: Set(wish.role.keyScopes),
                    role: wish.role,
                    workspace: call.workspace,
                    createdAt: now,
                    expiresAt: wish.days.map { now + .days($0) }
                )
                try await parts.keys.write(record)
                return try .json(MadeAccessKey(key: text.text, record: AccessKeyItem(record)), status: .created)
            },
            Endpoint(
                .post,
                Self.prefix + "/keys/{key}/rotate",
                "rotateKey",
                .keys,
                .role(.admin),
                "Gives a key another secret; the former is good for a day, or for as long as the body says.",
                parameters: [key],
                takes: .json(KeyRotation.schema, isRequired: false),
                gives: [.json(MadeAccessKey.schema)]
            ) { call in
                let (id, now) = (call.parameters["key"] ?? "", parts.clock.now)
                let grace = call.json == .null ? nil : try call.decode(KeyRotation.self).graceSeconds
                guard let text = parts.rotateKey(id),
                    try await parts.keys.rotateWorkerKey(
                        id,
                        in: call.workspace,
                        to: text.hash,
                        formerUntil: now + (grace.map { .seconds($0) } ?? .days(1)),
                        now: now
                    ), let record = try await parts.keys.workerKey(id)
                else { throw Problem(.notFound, "there is no such key", field: "key", value: id) }
                await parts.verifier.forget(id)
                return try .json(MadeAccessKey(key: text.text, record: AccessKeyItem(record)))
            },
            Endpoint(
                .delete,
                Self.prefix + "/keys/{key}",
                "endKey",
                .keys,
                .role(.admin),
                "Revokes a key of the workspace.",
                parameters: [key],
                gives: [.nothing]
            ) { call in
                let id = call.parameters["key"] ?? ""
                // Another workspace's key is not told from one that is not there.
                guard try await parts.keys.workerKey(id)?.workspace == call.workspace,
                    try await parts.keys.revokeWorkerKey(id, now: parts.clock.now)
                else { throw Problem(.notFound, "there is no such key", field: "key", value: id) }
                await parts.verifier.forget(id)
                return .nothing
            },
        ]
    }
}

extension Role {
    /// The scopes of a key that is made with this role.
    var keyScopes: [WorkerKey.Scope] {
        switch self {
        case .viewer: []
        case .operator: [.enqueue]
        case .admin: [.enqueue, .manage]
        case .worker: [.work]
        }
    }
}

extension Caller {
    /// The caller that a session stands for.
    init(_ session: AccessSession) {
        self.init(
            workspace: session.workspace,
            role: session.role,
            scopes: Self.scopes(Set(session.role.keyScopes), in: session.workspace),
            credential: .session,
            id: session.id,
            name: session.name
        )
    }
}
