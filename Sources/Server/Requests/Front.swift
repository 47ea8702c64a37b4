// SPDX-License-Identifier: Apache-2.0

import Domain
import HTTPTypes
import Hummingbird
import Jobs
import Logging
import NIOCore
import Operations

/// What belongs to one request: its connection, and a logger that names the request.
struct CallContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// Names the request in the log and in problems; Hummingbird's own `id` traps where the logger keeps no metadata.
    let request: String

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        request = source.logger[metadataKey: "hb.request.id"]?.description ?? RequestID().description
    }
}

/// Takes every request from its head to its answer: limits, host, route, key, type, body, and then the route's work.
///
/// The key is checked before the body is read, so that a stranger can send nothing but a head.
struct Front: HTTPResponder {
    typealias Context = CallContext

    let table: RouteTable
    let verifier: KeyVerifier
    let limits: ServerLimits
    let metrics: FrontMetrics
    /// Whether the server is about to stop: then no client shall keep its connection.
    let isEnding: @Sendable () -> Bool
    let clock = ContinuousClock()

    private static let hostField = HTTPField.Name("Host") ?? .location

    @Sendable func respond(to request: Request, context: CallContext) async throws -> Response {
        let start = clock.now
        var route: Route?
        var response: Response
        do {
            response = try await answer(request, context, &route)
        } catch {
            response = try Self.problem(of: error, context).response(request: context.request)
            if Self.hasBody(request) { response = closing(response, context.channel) }
        }
        if isEnding() { response.headers[.connection] = "close" }
        metrics.note(request.method, route, response.status, seconds: (clock.now - start) / .seconds(1))
        return response
    }

    private func answer(_ request: Request, _ context: CallContext, _ route: inout Route?) async throws -> Response {
        try checkHead(request)
        let (found, parameters) = try table.find(request.method, request.uri.path)
        route = found
        let key = try await authorize(request, for: found)
        let body = try await body(of: request, route: found, channel: context.channel)
        let query = Dictionary(request.uri.queryParameters.map { (String($0.key), String($0.value)) }) { first, _ in
            first
        }
        return try await found.handle(
            Call(key: key, headers: request.headers, parameters: parameters, query: query, body: body)
        )
    }

    private func checkHead(_ request: Request) throws(Problem) {
        let length = request.head.path?.utf8.count ?? 0
        guard length <= limits.targetBytes else {
            throw Problem(
                .targetTooLong,
                "path and query have \(length) bytes",
                field: "path",
                expected: "at most \(limits.targetBytes)"
            )
        }
        // The first Host becomes the authority, any other stays a field.
        guard let host = request.head.authority, !host.isEmpty, !request.headers.contains(Self.hostField) else {
            throw Problem(.malformed, "a request has exactly one Host", field: "Host", expected: "one name or address")
        }
    }

    /// Checks the key; throws 401 for a wrong one, 403 for one that is not for this.
    private func authorize(_ request: Request, for route: Route) async throws -> WorkerKey {
        let given = request.headers[.authorization] ?? ""
        let parts = given.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Problem(
                .unauthorized,
                "the request has no key",
                field: "Authorization",
                expected: "Bearer and a key that 'dure fleet keys add' made"
            )
        }
        do {
            return try await verifier.verify(String(parts[1]), for: route.scope)
        } catch let refusal as KeyVerifier.Refusal {
            throw Self.problem(of: refusal)
        }
    }

    /// Collects the body; 415 for what is not JSON, 413 for too much, and no connection any more for what takes too long.
    private func body(of request: Request, route: Route, channel: any Channel) async throws -> ByteBuffer {
        guard Self.hasBody(request) else { return ByteBuffer() }
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? ""
        guard type.filter({ $0 != " " }) == "application/json" else {
            throw Problem(
                .unsupportedType,
                "the body is of another type",
                field: "Content-Type",
                value: request.headers[.contentType] ?? "none",
                expected: "application/json"
            )
        }
        let limit = route.bodyBytes ?? limits.bodyBytes
        let declared = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard declared <= limit else { throw Self.tooLarge(declared, limit) }
        // A task that sleeps would cost more than the event loop's own alarm. There is no answer to somebody who drips.
        let alarm = channel.eventLoop.scheduleTask(in: .milliseconds(limits.bodyDeadline.milliseconds)) {
            channel.close(promise: nil)
        }
        defer { alarm.cancel() }
        do {
            return try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw Self.tooLarge(nil, limit)
        } catch {
            // The client is gone, or its chunks are none.
            throw Problem(.malformed, "the body did not arrive whole", field: "body")
        }
    }

    private static func tooLarge(_ declared: Int?, _ limit: Int) -> Problem {
        Problem(
            .tooLarge,
            "the body has more bytes than this path takes",
            field: "Content-Length",
            value: declared.map { String($0) },
            expected: "at most \(limit)"
        )
    }

    private static func hasBody(_ request: Request) -> Bool {
        if let length = request.headers[.contentLength] { return length != "0" }
        return request.headers.contains(.transferEncoding)
    }

    /// An answer after which the connection is closed, for a request whose body nobody will read.
    private func closing(_ response: Response, _ channel: any Channel) -> Response {
        var response = response
        response.headers[.connection] = "close"
        let body = response.body
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            try await body.write(writer)
            // Closing at once while the client still sends would reset the connection before it has read the answer.
            channel.close(mode: .output, promise: nil)
            channel.eventLoop.scheduleTask(in: .milliseconds(500)) { channel.close(promise: nil) }
        }
        return response
    }
}

extension Front {
    static func problem(of refusal: KeyVerifier.Refusal) -> Problem {
        switch refusal {
        case .text(.malformed), .unknown: Problem(.unauthorized, "there is no such key", field: "Authorization")
        case .text(.checksum): Problem(.unauthorized, "the key is mistyped or cut", field: "Authorization")
        case .revoked: Problem(.unauthorized, "the key was revoked", field: "Authorization")
        case .expired: Problem(.unauthorized, "the key has expired", field: "Authorization")
        case .scope(let needed, let has):
            Problem(
                .forbidden,
                "this needs a key for '\(needed.rawValue)'",
                field: "Authorization",
                value: "a key for " + has.map(\.rawValue).joined(separator: ", "),
                expected: "a key with the scope \(needed.rawValue)"
            )
        }
    }

    /// What a client is told of an error; what it must not know is in the log.
    static func problem(of error: any Error, _ context: CallContext) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case FleetRefusal.sessionIsOver:
            return Problem(
                .sessionIsOver,
                "the session is over: register anew, and drop what it held",
                field: "session"
            )
        case FleetRefusal.isolated:
            return Problem(.isolated, "the worker is isolated: a person must release it", retryAfter: 30)
        case FleetRefusal.notReady:
            return Problem(.unavailable, "the server has no right to look after workers just now", retryAfter: 1)
        case FleetRefusal.present(let id):
            return Problem(
                .present,
                "the worker has a session; drain it first, or wait until its lease is over",
                field: "worker",
                value: id.text
            )
        case FleetRefusal.noSuchWorker(let id):
            return Problem(.notFound, "there is no such worker", field: "worker", value: id.text)
        default:
            context.logger.error("A request failed.", metadata: ["error": "\(error)"])
            return Problem(
                .unavailable,
                "the request could not be carried out; the server's log knows why",
                retryAfter: 1
            )
        }
    }
}
