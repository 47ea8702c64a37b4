// SPDX-License-Identifier: Apache-2.0

package import Domain
package import HTTPTypes
package import Operations

/// Who asks: whose records they see, and what they may do.
package struct Caller: Hashable, Sendable {
    /// What a person or program may do.
    package typealias Role = Domain.Role

    /// What showed who it is.
    package enum Credential: String, Codable, Sendable, CaseIterable {
        /// Nothing: an endpoint that is for anyone.
        case none
        case key
        case session
        /// A short-lived signed token.
        case token
    }

    package var workspace: WorkspaceID
    package var role: Role
    /// What a key names beside its role.
    package var scopes: Set<WorkerKey.Scope>
    package var credential: Credential
    /// The key's or session's public identifier.
    package var id: String
    /// The key's or person's name.
    package var name: String

    /// Creates a caller.
    package init(
        workspace: WorkspaceID,
        role: Role,
        scopes: Set<WorkerKey.Scope> = [],
        credential: Credential,
        id: String,
        name: String
    ) {
        self.workspace = workspace
        self.role = role
        self.scopes = scopes
        self.credential = credential
        self.id = id
        self.name = name
    }

    /// Whoever asks an endpoint that is for anyone.
    package static let nobody = Caller(workspace: .default, role: .worker, credential: .none, id: "", name: "nobody")

    /// Whether the caller may use what asks for an access.
    package func may(_ access: Access) -> Bool {
        switch access {
        case .anyone: true
        case .role(let needed): role.includes(needed)
        case .scope(let needed): scopes.contains(needed)
        }
    }
}

/// What an endpoint asks of its caller.
package enum Access: Hashable, Sendable {
    /// Nothing: no credential is looked at.
    case anyone
    /// A role, or one that includes it.
    case role(Caller.Role)
    /// A key's scope.
    case scope(WorkerKey.Scope)
}

/// A request's head, for whoever judges it before its body is read.
package struct RequestHead: Sendable {
    package var method: HTTPRequest.Method
    /// The path, without the query.
    package var path: String
    package var headers: HTTPFields
    /// The connection's other side; nil where there is none to tell.
    package var address: String?
    /// The `Host`, as the client wrote it; nil where it wrote none.
    package var authority: String?

    /// Creates a head.
    package init(
        method: HTTPRequest.Method,
        path: String,
        headers: HTTPFields,
        address: String?,
        authority: String? = nil
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.address = address
        self.authority = authority
    }
}

/// Tells who asks.
package protocol Authenticator: Sendable {
    /// The caller that a request's credential stands for; throws a `Problem` of kind `unauthorized` without one that counts.
    func caller(of head: RequestHead) async throws -> Caller
    /// Has nothing of a key remembered, so that its end counts at once.
    func forget(key: String) async
    /// Writes down what is noted now and then, such as when keys were last used.
    func flush() async throws
}

/// What looks at every request and every answer beside their endpoint: rates, origins, headers.
package protocol RequestGuard: Sendable {
    /// Judges a head before anything else of it is looked at; throws the `Problem` of a request that is refused.
    func check(_ head: RequestHead) async throws
    /// An answer that the guard gives instead of any endpoint; nil for a request that goes on.
    func reply(to head: RequestHead) -> Answer?
    /// Judges a caller who may use the endpoint; throws the `Problem` of a request that is refused.
    func check(_ caller: Caller, _ head: RequestHead, for access: Access) async throws
    /// Judges a request whose body was read; throws the `Problem` of a request that is refused.
    func check(_ call: Call) throws
    /// Adds header fields to an answer.
    func dress(_ headers: inout HTTPFields, for head: RequestHead)
}

extension RequestGuard {
    package func check(_ call: Call) throws {}
    package func reply(to head: RequestHead) -> Answer? { nil }
}

/// Notes who asked for a change, and what came of it.
package protocol RequestAudit: Sendable {
    /// Notes a request that may have changed something; returns once that is safe from a power cut.
    func note(_ caller: Caller, _ endpoint: Endpoint, _ head: RequestHead, status: Int) async throws
}

/// Tells callers by their keys.
package struct KeyAuthenticator: Authenticator {
    private let verifier: KeyVerifier

    /// Creates an authenticator.
    package init(_ verifier: KeyVerifier) {
        self.verifier = verifier
    }

    package func caller(of head: RequestHead) async throws -> Caller {
        let parts = (head.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Problem(
                .unauthorized,
                "the request has no key",
                field: "Authorization",
                expected: "Bearer and a key that 'dure fleet keys add' made"
            )
        }
        do {
            return Caller(try await verifier.verify(String(parts[1])))
        } catch let refusal as KeyVerifier.Refusal {
            throw Front.problem(of: refusal)
        }
    }

    package func forget(key: String) async {
        await verifier.forget(key)
    }

    package func flush() async throws {
        try await verifier.flush()
    }
}

extension Caller {
    /// The scopes that count for a caller of a workspace.
    ///
    /// The fleet serves all workspaces, and is looked after and worked in by the first one's callers alone: a worker of another one would be given
    /// every workspace's jobs, and believed about how they ended.
    static func scopes(_ scopes: Set<WorkerKey.Scope>, in workspace: WorkspaceID) -> Set<WorkerKey.Scope> {
        workspace == .default ? scopes : scopes.subtracting([.manage, .work])
    }

    /// The caller that a key stands for.
    init(_ key: WorkerKey) {
        self.init(
            workspace: key.workspace,
            role: key.role,
            scopes: Self.scopes(key.scopes, in: key.workspace),
            credential: .key,
            id: key.id,
            name: key.name
        )
    }
}
