// SPDX-License-Identifier: Apache-2.0

package import Domain
package import HTTPTypes
package import NIOCore

/// A request whose caller, parameters and body were checked.
package struct Call: Sendable {
    package let caller: Caller
    package let head: RequestHead
    package let endpoint: Endpoint
    /// The path's parameters.
    package let parameters: [String: String]
    /// The query's values, each as its declaration says.
    package let query: [String: JSONValue]
    package let body: ByteBuffer
    /// The body as it was read to be checked by its declaration; null where there is none, or where it is not checked.
    package var json: JSONValue = .null
    /// What the request came by, for an endpoint that makes something else of it than an answer.
    var connection: (any Channel)?

    /// The request's header fields.
    package var headers: HTTPFields { head.headers }
    /// Whose records are meant.
    package var workspace: WorkspaceID { caller.workspace }

    /// A text of the query; nil when it was left out.
    package func text(_ name: String) -> String? {
        guard case .string(let text)? = query[name] else { return nil }
        return text
    }

    /// A whole number of the query; nil when it was left out.
    package func integer(_ name: String) -> Int? {
        guard case .integer(let number)? = query[name] else { return nil }
        return Int(exactly: number)
    }

    /// A truth of the query; false when it was left out.
    package func flag(_ name: String) -> Bool { query[name] == .bool(true) }

    /// What part of a list is wanted; throws for a cursor that no page gave.
    package func paging() throws(Problem) -> Paging {
        var paging = Paging(limit: integer("limit") ?? Paging.standard)
        guard let cursor = text("cursor") else { return paging }
        guard let key = Paging.key(of: cursor) else {
            throw Problem(
                .invalid,
                "the cursor was not given by this server",
                field: "cursor",
                value: cursor,
                expected: "the next_cursor of the page before"
            )
        }
        paging.after = key
        return paging
    }

    /// A parameter of the path as an identifier; one of another shape names nothing.
    package func identifier<Kind: Identified>(_ name: String, of kind: Kind.Type) throws(Problem) -> Identifier<Kind> {
        let text = parameters[name] ?? ""
        guard let identifier = Identifier<Kind>(text) else {
            throw Problem(
                .notFound,
                "there is nothing of this identifier",
                field: name,
                value: text,
                expected: "an identifier that begins with \(Kind.identifierPrefix)_"
            )
        }
        return identifier
    }

    /// What is there; throws 404 where there is nothing, of this workspace: what another has is not told from what nobody has.
    package func found<Value>(_ value: Value?, _ name: String) throws(Problem) -> Value {
        guard let value else {
            throw Problem(.notFound, "there is no such \(name)", field: name, value: parameters[name])
        }
        return value
    }
}
