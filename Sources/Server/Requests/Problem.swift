// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// An error as a client sees it (RFC 9457): which field is wrong, what it was, and what would be right.
///
/// It never says anything about the inside: no path, no SQL, no name of a type.
package struct Problem: Error, Sendable {
    /// The kinds of problems; `type` in the body is `urn:dure:problem:` and this.
    package enum Kind: String, Sendable, CaseIterable {
        case malformed
        case invalid
        case unauthorized
        case forbidden
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case staleToken = "stale-token"
        case keyReused = "idempotency-key-reused"
        case isolated
        case present = "worker-present"
        case sessionIsOver = "session-over"
        case tooLarge = "too-large"
        case targetTooLong = "target-too-long"
        case unsupportedType = "unsupported-type"
        case queueFull = "queue-full"
        case draining
        case unavailable

        var status: HTTPResponse.Status {
            switch self {
            case .malformed: .badRequest
            case .invalid: .unprocessableContent
            case .unauthorized: .unauthorized
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .staleToken, .keyReused, .isolated, .present: .conflict
            case .sessionIsOver: .gone
            case .tooLarge: .contentTooLarge
            case .targetTooLong: .uriTooLong
            case .unsupportedType: .unsupportedMediaType
            case .queueFull: .tooManyRequests
            case .draining, .unavailable: .serviceUnavailable
            }
        }

        var title: String {
            switch self {
            case .malformed: "The request cannot be read."
            case .invalid: "A value is not allowed."
            case .unauthorized: "A valid key is needed."
            case .forbidden: "The key is not for this."
            case .notFound: "There is no such thing."
            case .methodNotAllowed: "The method is not allowed here."
            case .staleToken: "The lease is over."
            case .keyReused: "The idempotency key belongs to another request."
            case .isolated: "The worker is isolated."
            case .present: "The worker is there."
            case .sessionIsOver: "The session is over."
            case .tooLarge: "The body is too large."
            case .targetTooLong: "The path is too long."
            case .unsupportedType: "The content type is not supported."
            case .queueFull: "The queue is full."
            case .draining: "The server is about to stop."
            case .unavailable: "The server cannot do this now."
            }
        }
    }

    package var kind: Kind
    package var detail: String
    /// Where the wrong value is, such as `reports[2].token`.
    package var field: String?
    /// The wrong value, cut where it is long.
    package var value: String?
    /// What would be right.
    package var expected: String?
    /// Seconds after which to try again.
    package var retryAfter: Int?
    /// More header fields of the answer.
    var headers: [(HTTPField.Name, String)] = []
    /// More members of the body.
    var extra: [String: JSONValue] = [:]

    /// Creates a problem.
    package init(
        _ kind: Kind,
        _ detail: String,
        field: String? = nil,
        value: String? = nil,
        expected: String? = nil,
        retryAfter: Int? = nil
    ) {
        self.kind = kind
        self.detail = detail
        self.field = field
        self.value = value.map { String($0.prefix(200)) }
        self.expected = expected
        self.retryAfter = retryAfter
    }

    /// The answer with this problem; `request` is its identifier in the log.
    func response(request: String) throws -> Response {
        var body = extra
        body["type"] = .string("urn:dure:problem:" + kind.rawValue)
        body["title"] = .string(kind.title)
        body["status"] = .integer(Int64(kind.status.code))
        body["detail"] = .string(detail)
        body["request"] = .string(request)
        body["field"] = field.map { .string($0) }
        body["value"] = value.map { .string($0) }
        body["expected"] = expected.map { .string($0) }
        var response = Response(
            status: kind.status,
            headers: [.contentType: "application/problem+json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try CanonicalJSON.encode(JSONValue.object(body))))
        )
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        if kind == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer realm=\"dure\"" }
        for (name, value) in headers { response.headers[name] = value }
        return response
    }
}
