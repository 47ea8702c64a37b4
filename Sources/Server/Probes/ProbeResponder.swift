// SPDX-License-Identifier: Apache-2.0

import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// Answers `/livez`, `/readyz` and `/metrics`, without a key, on a port that only the operator's network should reach.
struct ProbeResponder: HTTPResponder {
    typealias Context = CallContext

    let health: HealthBoard
    let registry: MetricsRegistry

    @Sendable func respond(to request: Request, context: CallContext) async throws -> Response {
        guard request.method == .get || request.method == .head else {
            var response = Response(status: .methodNotAllowed)
            response.headers[.allow] = "GET, HEAD"
            return response
        }
        var response = try await answer(request.uri.path)
        response.headers[.cacheControl] = "no-store"
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ path: String) async throws -> Response {
        switch path {
        case "/livez":
            return Self.text("ok\n")
        case "/readyz":
            let readiness = await health.readiness()
            return try Answer.json(readiness, status: readiness.isReady ? .ok : .serviceUnavailable).response
        case "/metrics":
            return Self.text(await registry.text(), type: "text/plain; version=0.0.4; charset=utf-8")
        default:
            return Self.text("there is /livez, /readyz and /metrics\n", status: .notFound)
        }
    }

    private static func text(
        _ text: String,
        status: HTTPResponse.Status = .ok,
        type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status,
            headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
