// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation

/// A request to a service: always a GET, with what must not be shown in its headers.
package struct WebRequest: Sendable, CustomStringConvertible {
    /// The address without its query.
    package var base: String
    /// The query's names and values, in order.
    package var query: [(name: String, value: String)]
    /// Names in lower case, with values such as keys.
    package var headers: [(name: String, value: String)]

    /// Creates a request.
    package init(
        _ base: String,
        query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = []
    ) {
        self.base = base
        self.query = query
        self.headers = headers
    }

    /// The address with its query.
    package var address: String {
        guard !query.isEmpty else { return base }
        return base + "?" + query.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }.joined(separator: "&")
    }

    /// The value of the query's first part of a name.
    package subscript(name: String) -> String? { query.first { $0.name == name }?.value }

    /// A header's value; nil if there is none.
    package func header(_ name: String) -> String? { headers.first { $0.name == name.lowercased() }?.value }

    /// Without its headers, which hold keys.
    package var description: String { "GET \(address)" }

    /// Text with everything escaped that RFC 3986 does not leave free.
    static func escaped(_ text: String) -> String {
        var output: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                output.append(byte)
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                output += Array(("%" + (digits.count < 2 ? "0" : "") + digits).utf8)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

/// What a server answered.
package struct WebAnswer: Hashable, Sendable {
    package var status: Int
    /// Names in lower case.
    package var headers: [String: String]
    package var body: [UInt8]

    /// Creates an answer.
    package init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Carries one request to a server and its answer back, following no redirect.
package protocol WebTransport: Sendable {
    /// Makes a call.
    ///
    /// - Parameters:
    ///   - request: what to ask.
    ///   - patience: how long it may take, the answer's body included.
    /// - Returns: the answer, whatever its status; a failure where there is none.
    /// - Throws: `CancellationError` only.
    func send(_ request: WebRequest, within patience: TimeSpan) async throws -> Result<WebAnswer, Failure>
}

extension TimeSource {
    /// What an operation gives, or nil if it takes longer than that.
    func bounded<Value: Sendable>(
        _ patience: TimeSpan,
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let result = try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                try await self.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        try Task.checkCancellation()
        return result
    }
}
