// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
package import HTTPTypes

/// One thing that can be asked of the server, declared once: routing, checks and the OpenAPI document come from it.
package struct Endpoint: Sendable {
    /// What endpoints belong together.
    package enum Area: String, CaseIterable, Sendable {
        case control
        case fleet
        case monitoring
        case analytics
        /// The protocol of workers.
        case workers
        case jobs
        case keys
        /// Documents about the server itself.
        case about
    }

    /// What an endpoint answers when all is well.
    package struct Reply: Sendable {
        package var status: HTTPResponse.Status
        package var about: String
        /// Nil where there is no JSON.
        package var schema: Schema?
        /// The type of a body that is not JSON; nil without one.
        package var type: String?
        /// Where to go on, for the document: an operation, and its parameters by expressions on this answer.
        package var links: [Link]

        /// A way on from an answer.
        package struct Link: Sendable {
            package var operation: String
            package var parameters: [String: String]

            /// Creates a link.
            package init(_ operation: String, _ parameters: [String: String]) {
                self.operation = operation
                self.parameters = parameters
            }
        }

        /// An answer with JSON.
        package static func json(
            _ schema: Schema,
            _ status: HTTPResponse.Status = .ok,
            _ about: String = "Done.",
            links: [Link] = []
        ) -> Reply {
            Reply(status: status, about: about, schema: schema, type: nil, links: links)
        }

        /// An answer with a body of another type.
        package static func other(_ type: String, _ status: HTTPResponse.Status = .ok, _ about: String = "Done.")
            -> Reply
        {
            Reply(status: status, about: about, schema: nil, type: type, links: [])
        }

        /// An answer without a body.
        package static let nothing = Reply(status: .noContent, about: "Done.", schema: nil, type: nil, links: [])
    }

    /// What an endpoint takes beside its path.
    package struct Intake: Sendable {
        package var schema: Schema
        package var type: String
        package var isRequired: Bool
        /// Bytes at most; nil for the server's limit.
        package var most: Int?
        /// Whether a body is checked by its schema before it is decoded; what is decoded at once for speed checks itself.
        package var isChecked: Bool

        /// JSON of a shape.
        package static func json(
            _ schema: Schema,
            isRequired: Bool = true,
            most: Int? = nil,
            isChecked: Bool = true
        ) -> Intake {
            Intake(
                schema: schema,
                type: "application/json",
                isRequired: isRequired,
                most: most,
                isChecked: isChecked
            )
        }

        /// Bytes of another type, which the endpoint reads itself.
        package static func other(_ type: String, _ schema: Schema, most: Int? = nil) -> Intake {
            Intake(schema: schema, type: type, isRequired: true, most: most, isChecked: false)
        }
    }

    package let method: HTTPRequest.Method
    /// The path, with parameters in braces.
    package let path: String
    /// The name of the operation in the document.
    package let operation: String
    package let area: Area
    package let summary: String
    package let access: Access
    package let parameters: [Parameter]
    package let intake: Intake?
    package let replies: [Reply]
    /// What can go wrong beside what can with every endpoint of its kind.
    package let problems: Set<Problem.Kind>
    /// Whether a POST may be sent again under one `Idempotency-Key`.
    package let isIdempotent: Bool
    /// Whether it is in the document; pages for people are not.
    package var isDocumented = true
    /// Whether its answer goes on as time goes by, so that it has no head that could be asked for alone.
    package var isLive = false
    /// Whether it does next to nothing itself, but for what it waits for, so that it may run on the event loop of its connection.
    package var isQuick = false
    /// What a refusal looks like; nil for problem details.
    package var refusal: (@Sendable (Problem, RequestHead) async -> Answer?)?
    package var handle: @Sendable (Call) async throws -> Answer

    /// Its parts between slashes.
    let parts: [Substring]

    /// Creates an endpoint.
    package init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ operation: String,
        _ area: Area,
        _ access: Access,
        _ summary: String,
        parameters: [Parameter] = [],
        takes intake: Intake? = nil,
        gives replies: [Reply],
        problems: Set<Problem.Kind> = [],
        isIdempotent: Bool = false,
        handle: @escaping @Sendable (Call) async throws -> Answer
    ) {
        self.method = method
        self.path = path
        self.operation = operation
        self.area = area
        self.access = access
        self.summary = summary
        self.parameters = parameters
        self.intake = intake
        self.replies = replies
        self.problems = problems
        self.isIdempotent = isIdempotent
        self.handle = handle
        parts = path.split(separator: "/")
    }

    /// An endpoint that answers one value.
    package static func get<Value: Encodable & Described>(
        _ path: String,
        _ operation: String,
        _ area: Area,
        _ access: Access,
        _ summary: String,
        parameters: [Parameter] = [],
        problems: Set<Problem.Kind> = [],
        gives: @escaping @Sendable (Call) async throws -> Value
    ) -> Endpoint {
        Endpoint(
            .get,
            path,
            operation,
            area,
            access,
            summary,
            parameters: parameters,
            gives: [.json(Value.schema)],
            problems: problems
        ) { call in try .json(try await gives(call)) }
    }

    /// An endpoint that takes one value and answers another.
    package static func post<Body: Decodable & Described, Value: Encodable & Described>(
        _ path: String,
        _ operation: String,
        _ area: Area,
        _ access: Access,
        _ summary: String,
        parameters: [Parameter] = [],
        status: HTTPResponse.Status = .ok,
        links: [Reply.Link] = [],
        mostBytes: Int? = nil,
        problems: Set<Problem.Kind> = [],
        gives: @escaping @Sendable (Call, Body) async throws -> Value
    ) -> Endpoint {
        Endpoint(
            .post,
            path,
            operation,
            area,
            access,
            summary,
            parameters: parameters,
            takes: .json(Body.schema, most: mostBytes),
            gives: [.json(Value.schema, status, links: links)],
            problems: problems,
            isIdempotent: true
        ) { call in try .json(try await gives(call, try call.decode()), status: status) }
    }

    /// The same endpoint, which may run on the event loop of its connection.
    package var quick: Endpoint {
        var endpoint = self
        endpoint.isQuick = true
        return endpoint
    }

    /// Whether a path is written out, without parameters.
    var isWrittenOut: Bool { parts.allSatisfy { $0.first != "{" } }

    /// The parameters of a path that is this endpoint's; nil for any other path.
    func match(_ path: [Substring]) -> [String: String]? {
        guard path.count == parts.count else { return nil }
        for (part, text) in zip(parts, path) where part.first != "{" && part != text { return nil }
        var parameters: [String: String] = [:]
        for (part, text) in zip(parts, path) where part.first == "{" {
            parameters[String(part.dropFirst().dropLast())] = text.removingPercentEncoding ?? String(text)
        }
        return parameters
    }

    /// Everything that can go wrong with it, by the rules that hold for every endpoint and by its own.
    package var allProblems: Set<Problem.Kind> {
        var all = problems.union([.malformed, .methodNotAllowed, .targetTooLong, .tooMany, .unavailable])
        if access != .anyone { all.formUnion([.unauthorized, .forbidden]) }
        if !parameters.isEmpty { all.insert(.invalid) }
        if path.contains("{") { all.insert(.notFound) }
        if intake != nil { all.formUnion([.invalid, .tooLarge, .unsupportedType]) }
        if isIdempotent { all.formUnion([.keyReused, .keyInUse]) }
        return all
    }
}

/// Every endpoint of the server.
package struct EndpointTable: Sendable {
    package let endpoints: [Endpoint]
    /// Endpoints by method and path, of those whose paths are written out.
    private let byPath: [HTTPRequest.Method: [String: Endpoint]]
    /// Endpoints by how many parts their path has: what has another number cannot be meant.
    private let byLength: [Int: [Endpoint]]

    /// Creates a table.
    package init(_ endpoints: [Endpoint]) {
        self.endpoints = endpoints
        byPath = Dictionary(grouping: endpoints.filter(\.isWrittenOut), by: \.method).mapValues { endpoints in
            Dictionary(endpoints.map { ($0.path, $0) }) { first, _ in first }
        }
        byLength = Dictionary(grouping: endpoints) { $0.parts.count }
    }

    /// Finds the endpoint of a request; throws 404, or 405 with the methods that are allowed.
    ///
    /// A path that is written out goes before one with parameters.
    func find(_ method: HTTPRequest.Method, _ path: String) throws(Problem) -> (Endpoint, [String: String]) {
        // HEAD asks for what GET would answer, without its body.
        let wanted = method == .head ? .get : method
        if let found = byPath[wanted]?[path], method == wanted || !found.isLive { return (found, [:]) }
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        var allowed: Set<String> = []
        var found: (endpoint: Endpoint, parameters: [String: String])?
        for endpoint in byLength[parts.count] ?? [] {
            guard let parameters = endpoint.match(parts) else { continue }
            allowed.insert(endpoint.method.rawValue)
            if endpoint.method == .get, !endpoint.isLive { allowed.insert(HTTPRequest.Method.head.rawValue) }
            guard endpoint.method == wanted, method == wanted || !endpoint.isLive,
                parameters.count < found?.parameters.count ?? .max
            else { continue }
            found = (endpoint, parameters)
        }
        if let found { return found }
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
