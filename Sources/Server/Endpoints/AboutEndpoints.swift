// SPDX-License-Identifier: Apache-2.0

import Domain
import HTTPTypes
import NIOCore

/// The documents about the server itself, which need no key: `/openapi.json` and `/docs`.
struct AboutEndpoints {
    let described: [Endpoint]

    init(_ described: [Endpoint]) {
        self.described = described
    }

    var endpoints: [Endpoint] {
        let all = described + [Self.document, Self.page, Self.style]
        // Making them takes longer than all else at a start, and most servers are never asked for them.
        let document = Later { try .json(OpenAPIDocument(endpoints: all).json) }
        let page = Later {
            var page = Answer.text(ReferencePage(endpoints: all).html, type: "text/html; charset=utf-8")
            page.headers[Self.policy] = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
            return page
        }
        return [
            Self.document.handled { _ in try document.get() },
            Self.page.handled { _ in try page.get() },
            Self.style.handled { _ in .text(ReferencePage.style, type: "text/css; charset=utf-8") },
        ]
    }

    /// An answer that is made when it is asked for first, and kept.
    private final class Later: Sendable {
        private let make: @Sendable () throws -> Answer
        private let made = Locked<Answer?>(nil)

        init(_ make: @escaping @Sendable () throws -> Answer) {
            self.make = make
        }

        func get() throws -> Answer {
            if let known = made.withLock({ $0 }) { return known }
            let answer = try make()
            made.withLock { $0 = answer }
            return answer
        }
    }

    private static let document = about(
        "/openapi.json",
        "openapi",
        "The OpenAPI 3.1 document of this server.",
        .json(.map(.anything))
    )
    private static let page = about("/docs", "docs", "The same for people to read.", .other("text/html"))
    private static let style = about("/docs/style.css", "docsStyle", "How that page looks.", .other("text/css"))

    private static func about(_ path: String, _ operation: String, _ summary: String, _ reply: Endpoint.Reply)
        -> Endpoint
    {
        Endpoint(.get, path, operation, .about, .anyone, summary, gives: [reply]) { _ in .nothing }
    }

    private static let policy = HTTPField.Name("Content-Security-Policy") ?? .location
}

extension Endpoint {
    /// The endpoint with another way to answer.
    fileprivate func handled(_ handle: @escaping @Sendable (Call) async throws -> Answer) -> Endpoint {
        var endpoint = self
        endpoint.handle = handle
        return endpoint
    }
}
