// SPDX-License-Identifier: Apache-2.0

import Foundation
package import HTTPTypes
package import Hummingbird
package import NIOCore

/// What an endpoint answers, before it is compressed and sent.
package struct Answer: Sendable {
    /// What follows the head.
    package enum Content: Sendable {
        case none
        case bytes(ByteBuffer)
        /// What comes as time goes by; it is neither compressed nor kept.
        case stream(ResponseBody)
    }

    package var status: HTTPResponse.Status
    package var headers: HTTPFields
    package var content: Content

    /// Creates an answer.
    package init(_ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], content: Content = .none) {
        self.status = status
        self.headers = headers
        self.content = content
    }

    /// An answer without a body.
    package static let nothing = Answer(.noContent)

    /// An answer with a value as JSON.
    package static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Answer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .json(bytes: ByteBuffer(bytes: try encoder.encode(value)), status: status)
    }

    /// An answer with JSON that is written already.
    package static func json(bytes: ByteBuffer, status: HTTPResponse.Status = .ok) -> Answer {
        Answer(
            status,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            content: .bytes(bytes)
        )
    }

    /// An answer with a text of some type.
    package static func text(_ text: String, type: String, status: HTTPResponse.Status = .ok) -> Answer {
        Answer(
            status,
            headers: [.contentType: type, .cacheControl: "no-store"],
            content: .bytes(ByteBuffer(string: text))
        )
    }

    /// The bytes of the body; nil for a stream.
    package var bytes: ByteBuffer? {
        switch content {
        case .none: ByteBuffer()
        case .bytes(let bytes): bytes
        case .stream: nil
        }
    }

    /// The answer to HEAD: everything but the body, whose length is told.
    var headResponse: Response {
        var headers = headers
        if let bytes, status != .noContent, status != .notModified {
            headers[.contentLength] = String(bytes.readableBytes)
        }
        return Response(status: status, headers: headers)
    }

    /// The answer as the framework sends it.
    var response: Response {
        switch content {
        case .none: Response(status: status, headers: headers)
        case .bytes(let bytes): Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
        case .stream(let body): Response(status: status, headers: headers, body: body)
        }
    }
}
