// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A request whose key was checked and whose body is there.
struct Call: Sendable {
    let key: WorkerKey
    let headers: HTTPFields
    let parameters: [String: String]
    let query: [String: String]
    let body: ByteBuffer

    /// A parameter of the path as an identifier; one of another shape names nothing.
    func identifier<Kind: Identified>(_ name: String, of kind: Kind.Type) throws(Problem) -> Identifier<Kind> {
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
}

/// One thing that can be asked of the server.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// The path, with parameters in braces.
    let path: String
    /// What the key must be for; there is no route without.
    let scope: WorkerKey.Scope
    /// Bytes of the body at most; nil for the server's limit.
    var bodyBytes: Int?
    let handle: @Sendable (Call) async throws -> Response

    /// Its parts between slashes.
    let parts: [Substring]

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ scope: WorkerKey.Scope,
        bodyBytes: Int? = nil,
        handle: @escaping @Sendable (Call) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.scope = scope
        self.bodyBytes = bodyBytes
        self.handle = handle
        parts = path.split(separator: "/")
    }

    /// The parameters of a path that is this route's; nil for any other path.
    func match(_ path: [Substring]) -> [String: String]? {
        guard path.count == parts.count else { return nil }
        var parameters: [String: String] = [:]
        for (part, text) in zip(parts, path) {
            if part.first == "{" {
                parameters[String(part.dropFirst().dropLast())] = text.removingPercentEncoding ?? String(text)
            } else if part != text {
                return nil
            }
        }
        return parameters
    }
}

/// Every route of the server.
struct RouteTable: Sendable {
    let routes: [Route]

    /// Finds the route of a request; throws 404, or 405 with the methods that are allowed.
    func find(_ method: HTTPRequest.Method, _ path: String) throws(Problem) -> (Route, [String: String]) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        var allowed: [String] = []
        for route in routes {
            guard let parameters = route.match(parts) else { continue }
            if route.method == method { return (route, parameters) }
            allowed.append(route.method.rawValue)
        }
        guard !allowed.isEmpty else {
            throw Problem(.notFound, "there is no such path", field: "path", value: path)
        }
        let list = allowed.sorted().joined(separator: ", ")
        var problem = Problem(
            .methodNotAllowed,
            "this path has no \(method.rawValue)",
            field: "method",
            value: method.rawValue,
            expected: list
        )
        problem.headers = [(.allow, list)]
        throw problem
    }
}

extension Response {
    /// An answer with a value as JSON.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .json(bytes: ByteBuffer(bytes: try encoder.encode(value)), status: status)
    }

    /// An answer with JSON that is written already.
    static func json(bytes: ByteBuffer, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: bytes)
        )
    }
}
