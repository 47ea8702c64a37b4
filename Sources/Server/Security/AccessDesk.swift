// SPDX-License-Identifier: Apache-2.0

package import Domain
import HTTPTypes
package import Operations

/// Tells callers by their keys, by short-lived tokens, and by the cookies of sessions.
///
/// A credential in `Authorization` goes before a cookie. Whoever shows wrong ones waits longer and longer until the next is looked at; a key
/// is counted by its public part, so that one worker with an old key does not make its neighbours wait.
package struct AccessDesk: Authenticator {
    private let verifier: KeyVerifier
    private let sessions: SessionKeeper
    private let tokens: TokenDesk?
    private let delay: AttemptDelay
    private let address: @Sendable (RequestHead) -> String

    /// Creates a desk; `address` tells where a request came from, and `wrongCredentials` after how many wrong ones it waits.
    package init(
        verifier: KeyVerifier,
        sessions: SessionKeeper,
        tokens: TokenDesk?,
        clock: any TimeSource,
        wrongCredentials: Int = 5,
        address: @escaping @Sendable (RequestHead) -> String = { $0.address ?? "local" }
    ) {
        self.verifier = verifier
        self.sessions = sessions
        self.tokens = tokens
        delay = AttemptDelay(clock: clock, free: wrongCredentials)
        self.address = address
    }

    package func caller(of head: RequestHead) async throws -> Caller {
        guard let given = head.headers[.authorization] else {
            guard let cookie = SessionCookie.value(in: head.headers) else {
                throw Problem(
                    .unauthorized,
                    "the request has no key",
                    field: "Authorization",
                    expected: "Bearer and a key that 'dure keys add' made"
                )
            }
            return try await guarding(head, "cookie \(cookie.prefix(22))") {
                Caller(try await sessions.verify(cookie))
            }
        }
        let parts = given.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Problem(
                .unauthorized,
                "the credential is of another kind",
                field: "Authorization",
                expected: "Bearer and a key that 'dure keys add' made"
            )
        }
        let text = String(parts[1])
        if text.hasPrefix("dure_") {
            return try await guarding(head, "key \(text.dropFirst(5).prefix(12))") { try await key(text) }
        }
        return try await guarding(head, "token") { try await token(text) }
    }

    package func forget(key: String) async {
        await verifier.forget(key)
    }

    package func flush() async throws {
        try await verifier.flush()
        try await sessions.flush()
    }

    /// Looks at a credential, unless its owner has to wait, and notes how that went.
    private func guarding(
        _ head: RequestHead,
        _ what: String,
        _ look: () async throws -> Caller
    ) async throws -> Caller {
        let name = "\(address(head)) \(what)"
        if let wait = delay.wait(name) {
            throw Problem(
                .tooMany,
                "there were too many wrong credentials",
                field: "Authorization",
                retryAfter: max(1, Int((wait.milliseconds + 999) / 1_000))
            )
        }
        do {
            let caller = try await look()
            delay.succeeded(name)
            return caller
        } catch let problem as Problem where problem.kind == .unauthorized {
            delay.failed(name)
            throw problem
        } catch let refusal as SessionKeeper.Refusal {
            // A session that is over was good once: nobody is guessing.
            if refusal != .over { delay.failed(name) }
            throw Problem(
                .unauthorized,
                "the session is over: sign in again",
                field: "Cookie",
                expected: "a session that a sign-in link began"
            )
        }
    }

    private func key(_ text: String) async throws -> Caller {
        do {
            return Caller(try await verifier.verify(text))
        } catch let refusal as KeyVerifier.Refusal {
            throw Front.problem(of: refusal)
        }
    }

    private func token(_ text: String) async throws -> Caller {
        guard let tokens else { throw Problem(.unauthorized, "there is no such key", field: "Authorization") }
        let claims: TokenClaims
        do {
            claims = try await tokens.verify(text)
        } catch TokenCodec.Fault.expired {
            throw Problem(.unauthorized, "the token has expired: ask for another with your key", field: "Authorization")
        } catch is TokenCodec.Fault {
            throw Problem(.unauthorized, "the token is not good", field: "Authorization")
        }
        // A key that was revoked ends its tokens, too.
        if claims.sub.hasPrefix("key:"), try await !verifier.isGood(String(claims.sub.dropFirst(4))) {
            throw Problem(.unauthorized, "the key of the token was revoked", field: "Authorization")
        }
        return Caller(workspace: claims.ws, role: claims.role, credential: .token, id: claims.sub, name: claims.name)
    }
}
