// SPDX-License-Identifier: Apache-2.0

import Domain
package import HTTPTypes
import NIOCore
import Operations

/// An error as a client sees it (RFC 9457): which field is wrong, what it was, and what would be right.
///
/// It never says anything about the inside: no path, no SQL, no name of a type.
package struct Problem: Error, Sendable {
    /// The kinds of problems; `type` in the body is `urn:dure:problem:` and this.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case malformed
        case invalid
        case unauthorized
        case forbidden
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case staleToken = "stale-token"
        case keyReused = "idempotency-key-reused"
        case keyInUse = "idempotency-key-in-use"
        case conflict
        case isolated
        case present = "worker-present"
        case sessionIsOver = "session-over"
        case tooLarge = "too-large"
        case targetTooLong = "target-too-long"
        case unsupportedType = "unsupported-type"
        case queueFull = "queue-full"
        case tooMany = "too-many-requests"
        case draining
        case unavailable

        package var status: HTTPResponse.Status {
            switch self {
            case .malformed: .badRequest
            case .invalid, .keyReused: .unprocessableContent
            case .unauthorized: .unauthorized
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .staleToken, .keyInUse, .conflict, .isolated, .present: .conflict
            case .sessionIsOver: .gone
            case .tooLarge: .contentTooLarge
            case .targetTooLong: .uriTooLong
            case .unsupportedType: .unsupportedMediaType
            case .queueFull, .tooMany: .tooManyRequests
            case .draining, .unavailable: .serviceUnavailable
            }
        }

        package var title: String {
            switch self {
            case .malformed: "The request cannot be read."
            case .invalid: "A value is not allowed."
            case .unauthorized: "A valid key is needed."
            case .forbidden: "The key is not for this."
            case .notFound: "There is no such thing."
            case .methodNotAllowed: "The method is not allowed here."
            case .staleToken: "The lease is over."
            case .keyReused: "The idempotency key belongs to another request."
            case .keyInUse: "A request with this idempotency key is being carried out."
            case .conflict: "It does not fit how things are."
            case .isolated: "The worker is isolated."
            case .present: "The worker is there."
            case .sessionIsOver: "The session is over."
            case .tooLarge: "The body is too large."
            case .targetTooLong: "The path is too long."
            case .unsupportedType: "The content type is not supported."
            case .queueFull: "The queue is full."
            case .tooMany: "There were too many requests."
            case .draining: "The server is about to stop."
            case .unavailable: "The server cannot do this now."
            }
        }
    }

    /// One of several faults of a request.
    package struct Fault: Hashable, Sendable {
        package var detail: String
        package var field: String?
        package var value: String?
        package var expected: String?

        /// Creates a fault.
        package init(_ detail: String, field: String? = nil, value: String? = nil, expected: String? = nil) {
            self.detail = detail
            self.field = field
            self.value = value.map { String($0.prefix(200)) }
            self.expected = expected
        }

        fileprivate var json: JSONValue {
            var members: [String: JSONValue] = ["detail": .string(detail)]
            members["field"] = field.map { .string($0) }
            members["value"] = value.map { .string(SecretText.masked($0)) }
            members["expected"] = expected.map { .string($0) }
            return .object(members)
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
    /// Everything that is wrong, where one request has several faults; the first is in the members above, too.
    package var errors: [Fault] = []
    /// Seconds after which to try again.
    package var retryAfter: Int?
    /// More header fields of the answer.
    package var headers: [(HTTPField.Name, String)] = []
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
    package func answer(request: String) throws -> Answer {
        var body = extra
        body["type"] = .string("urn:dure:problem:" + kind.rawValue)
        body["title"] = .string(kind.title)
        body["status"] = .integer(Int64(kind.status.code))
        body["detail"] = .string(detail)
        body["request"] = .string(request)
        body["field"] = field.map { .string($0) }
        // What a client wrote is said back to it, but for a secret: answers are kept and shown in more places than requests.
        body["value"] = value.map { .string(SecretText.masked($0)) }
        body["expected"] = expected.map { .string($0) }
        if !errors.isEmpty { body["errors"] = .array(errors.map(\.json)) }
        var answer = Answer(
            kind.status,
            headers: [.contentType: "application/problem+json", .cacheControl: "no-store"],
            content: .bytes(ByteBuffer(bytes: try CanonicalJSON.encode(JSONValue.object(body))))
        )
        if let retryAfter { answer.headers[.retryAfter] = String(retryAfter) }
        if kind == .unauthorized { answer.headers[.wwwAuthenticate] = "Bearer realm=\"dure\"" }
        for (name, value) in headers { answer.headers[name] = value }
        return answer
    }

    /// The shape of the body.
    package static var schema: Schema {
        .named(
            "Problem",
            .answer([
                .required("type", .quotation, "urn:dure:problem: and the kind."), .required("title", .quotation),
                .required("status", .integer), .required("detail", .quotation, "What is wrong with this request."),
                .required("request", .quotation, "Names the request in the server's log."),
                .optional("field", .quotation, "Where the wrong value is."),
                .optional("value", .quotation, "The wrong value, cut where it is long."),
                .optional("expected", .quotation, "What would be right."),
                .optional("errors", .list(fault), "Every fault, where a request has several."),
            ])
        )
    }

    private static let fault = Schema.answer([
        .required("detail", .quotation, "What is wrong."), .optional("field", .quotation, "Where the wrong value is."),
        .optional("value", .quotation, "The wrong value, cut where it is long."),
        .optional("expected", .quotation, "What would be right."),
    ])
}
