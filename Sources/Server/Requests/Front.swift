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

/// Takes every request from its head to its answer: limits, host, endpoint, caller, query, body, and then the endpoint's work.
///
/// The key is checked before the body is read, so that a stranger can send nothing but a head.
struct Front: HTTPResponder {
    typealias Context = CallContext

    let table: EndpointTable
    let authenticator: any Authenticator
    let guards: [any RequestGuard]
    let audit: (any RequestAudit)?
    let ledger: AnswerLedger?
    let limits: ServerLimits
    let budget: BodyBudget
    let metrics: FrontMetrics
    /// Whether the server is about to stop: then no client shall keep its connection.
    let isEnding: @Sendable () -> Bool
    let clock = ContinuousClock()

    /// Bytes of a body, of a request or an answer, that are read or packed on an event loop; more are taken off it.
    private static let mostOnLoop = 16_384

    private static let hostField = HTTPField.Name("Host") ?? .location
    private static let requestField = HTTPField.Name("X-Request-Id") ?? .location

    @Sendable func respond(to request: Request, context: CallContext) async throws -> Response {
        let start = clock.now
        let head = RequestHead(
            method: request.method,
            path: request.uri.path,
            headers: request.headers,
            address: context.channel.remoteAddress?.ipAddress,
            authority: request.head.authority
        )
        var endpoint: Endpoint?
        var answer: Answer
        var isRefusal = false
        do {
            answer = try await self.answer(request, head, context, &endpoint)
        } catch {
            let problem = Self.problem(of: error, context)
            answer = try await endpoint?.refusal?(problem, head) ?? problem.answer(request: context.request)
            isRefusal = true
        }
        // Before the body may be left out: a browser takes the header fields of a 304 for those of the page that it has kept.
        for guardian in guards { guardian.dress(&answer.headers, for: head) }
        answer = await finished(answer, head, isRefusal: isRefusal)
        // A guard's own answer leaves the body where it is, as a refusal does.
        let isCut = (isRefusal || endpoint == nil) && Self.hasBody(request)
        answer.headers[Self.requestField] = context.request
        var response = request.method == .head ? answer.headResponse : answer.response
        if isCut { response = closing(response, context.channel) }
        if isEnding() { response.headers[.connection] = "close" }
        metrics.note(request.method, endpoint, response.status, seconds: (clock.now - start) / .seconds(1))
        return response
    }

    /// An answer with its tag, packed where that is worth it.
    private func finished(_ answer: Answer, _ head: RequestHead, isRefusal: Bool) async -> Answer {
        guard (answer.bytes?.readableBytes ?? 0) > Self.mostOnLoop else {
            return answer.finished(for: head, isRefusal: isRefusal)
        }
        return await withTaskExecutorPreference(globalConcurrentExecutor) {
            await answer.finishedElsewhere(for: head, isRefusal: isRefusal)
        }
    }

    private func answer(
        _ request: Request,
        _ head: RequestHead,
        _ context: CallContext,
        _ endpoint: inout Endpoint?
    ) async throws -> Answer {
        try checkHead(request)
        for guardian in guards {
            try await guardian.check(head)
            if let answer = guardian.reply(to: head) { return answer }
        }
        let (found, parameters) = try table.find(request.method, head.path)
        endpoint = found
        let caller = try await authorize(head, for: found)
        for guardian in guards { try await guardian.check(caller, head, for: found.access) }
        if found.isQuick, Self.isSmall(request) {
            return try await audited(request, head, context, caller, found, parameters)
        }
        // What may take long would make the loop's other connections wait.
        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
            try await auditedElsewhere(request, head, context, caller, found, parameters)
        }
    }

    /// Whether a request's body is small, by what its head says.
    private static func isSmall(_ request: Request) -> Bool {
        guard let length = request.headers[.contentLength] else { return !request.headers.contains(.transferEncoding) }
        return Int(length).map { $0 <= mostOnLoop } ?? false
    }

    /// The same as `audited`, on the executor that the task prefers.
    @concurrent private func auditedElsewhere(
        _ request: Request,
        _ head: RequestHead,
        _ context: CallContext,
        _ caller: Caller,
        _ found: Endpoint,
        _ parameters: [String: String]
    ) async throws -> Answer {
        try await audited(request, head, context, caller, found, parameters)
    }

    /// Answers a request that may be asked, and notes one that may change something.
    private func audited(
        _ request: Request,
        _ head: RequestHead,
        _ context: CallContext,
        _ caller: Caller,
        _ found: Endpoint,
        _ parameters: [String: String]
    ) async throws -> Answer {
        guard let audit, Self.isAudited(found) else {
            return try await self.answer(request, head, context, caller, found, parameters)
        }
        let outcome: Result<Answer, any Error>
        do {
            outcome = .success(try await self.answer(request, head, context, caller, found, parameters))
        } catch {
            outcome = .failure(error)
        }
        let status =
            switch outcome {
            case .success(let answer): answer.status.code
            case .failure(let error): (error as? Problem)?.kind.status.code ?? 503
            }
        try await audit.note(caller, found, head, status: status)
        return try outcome.get()
    }

    /// Whether a request is noted: one that changes something, and is not a machine's daily work.
    private static func isAudited(_ endpoint: Endpoint) -> Bool {
        guard endpoint.method != .get, endpoint.method != .head else { return false }
        switch endpoint.access {
        case .anyone, .scope(.work), .scope(.enqueue): return false
        case .role, .scope(.manage): return true
        }
    }

    private func answer(
        _ request: Request,
        _ head: RequestHead,
        _ context: CallContext,
        _ caller: Caller,
        _ found: Endpoint,
        _ parameters: [String: String]
    ) async throws -> Answer {
        for parameter in found.parameters where parameter.place == .path {
            _ = try parameter.value(of: parameters[parameter.name] ?? "")
        }
        let query = try Self.query(of: request, found)
        let held = try reserve(request, for: found)
        defer { budget.giveBack(held) }
        let body = try await body(of: request, endpoint: found, channel: context.channel)
        var call = Call(
            caller: caller,
            head: head,
            endpoint: found,
            parameters: parameters,
            query: query,
            body: body,
            connection: context.channel
        )
        for guardian in guards { try guardian.check(call) }
        try call.checkBody()
        guard found.isIdempotent, let ledger, let key = try call.idempotencyKey() else {
            return try await found.handle(call)
        }
        return try await ledger.answering(call, key: key, found.handle)
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

    /// Tells who asks; throws 401 without a credential that counts, 403 for one that is not for this.
    private func authorize(_ head: RequestHead, for endpoint: Endpoint) async throws -> Caller {
        guard endpoint.access != .anyone else { return .nobody }
        let caller = try await authenticator.caller(of: head)
        guard caller.may(endpoint.access) else { throw Self.refusal(of: caller, endpoint.access) }
        return caller
    }

    private static func refusal(of caller: Caller, _ access: Access) -> Problem {
        let has = caller.scopes.map(\.rawValue).sorted().joined(separator: ", ")
        switch access {
        case .scope(let needed):
            return Problem(
                .forbidden,
                "this needs a key for '\(needed.rawValue)'",
                field: "Authorization",
                value: "a key for " + has,
                expected: "a key with the scope \(needed.rawValue)"
            )
        case .role(let needed):
            return Problem(
                .forbidden,
                "this needs the role '\(needed.rawValue)'",
                field: "Authorization",
                value: "the role \(caller.role.rawValue)",
                expected: "a key of the role \(needed.rawValue), or one above it"
            )
        case .anyone: return Problem(.forbidden, "this is for nobody", field: "Authorization")
        }
    }

    /// The query's values as the endpoint declares them; throws for one that it does not know, and for one that is given twice.
    private static func query(of request: Request, _ endpoint: Endpoint) throws(Problem) -> [String: JSONValue] {
        let declared = endpoint.parameters.filter { $0.place == .query }
        var values: [String: JSONValue] = [:]
        for (name, text) in request.uri.queryParameters {
            guard let parameter = declared.first(where: { $0.name == name }) else {
                let known = declared.map(\.name).sorted().joined(separator: ", ")
                throw Problem(
                    .malformed,
                    "this path has no such parameter",
                    field: String(name.prefix(100)),
                    value: String(text),
                    expected: known.isEmpty ? "no query" : "some of " + known
                )
            }
            guard values[parameter.name] == nil else {
                throw Problem(.malformed, "a parameter is given twice", field: parameter.name, value: String(text))
            }
            values[parameter.name] = try parameter.value(of: String(text))
        }
        return values
    }

    private func mostBytes(of endpoint: Endpoint) -> Int { endpoint.intake?.most ?? limits.bodyBytes }

    /// Sets aside what a body may come to: as much as is declared, or else as much as the path takes.
    ///
    /// Returns how much that is. Throws 413 for too much, and 503 while all bodies together are as much as the server holds.
    private func reserve(_ request: Request, for endpoint: Endpoint) throws(Problem) -> Int {
        guard Self.hasBody(request) else { return 0 }
        let limit = mostBytes(of: endpoint)
        let declared = request.headers[.contentLength].flatMap { Int($0) }
        guard declared ?? 0 <= limit else { throw Self.tooLarge(declared, limit) }
        guard budget.take(declared ?? limit) else {
            throw Problem(.unavailable, "the server has as many bodies to read as it holds", retryAfter: 1)
        }
        return declared ?? limit
    }

    /// Collects the body; 415 for what is not JSON, 413 for too much, and no connection any more for what takes too long.
    private func body(of request: Request, endpoint: Endpoint, channel: any Channel) async throws -> ByteBuffer {
        guard Self.hasBody(request) else { return ByteBuffer() }
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? ""
        let wanted = endpoint.intake?.type ?? "application/json"
        guard type.filter({ $0 != " " }) == wanted else {
            throw Problem(
                .unsupportedType,
                "the body is of another type",
                field: "Content-Type",
                value: request.headers[.contentType] ?? "none",
                expected: wanted
            )
        }
        let limit = mostBytes(of: endpoint)
        // A packed body would have to be unpacked, and none of our clients packs one.
        if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
            var problem = Problem(
                .unsupportedType,
                "the body is packed",
                field: "Content-Encoding",
                value: coding,
                expected: "the body as it is"
            )
            problem.headers = [(.acceptEncoding, "identity")]
            throw problem
        }
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
        case .text(.malformed), .unknown: unauthorized("there is no such key")
        case .text(.checksum): unauthorized("the key is mistyped or cut")
        case .revoked: unauthorized("the key was revoked")
        case .expired: unauthorized("the key has expired")
        case .scope(let needed, let has):
            Problem(
                .forbidden,
                "this needs a key for '\(needed.rawValue)'",
                field: "Authorization",
                value: has.isEmpty ? "a key for nothing" : "a key for " + has.map(\.rawValue).joined(separator: ", "),
                expected: "a key with the scope \(needed.rawValue)"
            )
        }
    }

    private static func unauthorized(_ detail: String) -> Problem {
        Problem(
            .unauthorized,
            detail,
            field: "Authorization",
            expected: "Bearer and a key that 'dure keys add' made and nobody has ended"
        )
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
