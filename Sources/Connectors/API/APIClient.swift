// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
package import Domain
package import Foundation
import Jobs
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOSSL

/// Requests to a server of ours, with a key.
package struct APIClient: Sendable {
    /// What is needed to reach a server.
    package struct Setting: Sendable {
        /// Such as `https://dure.example:8443`.
        package var server: String
        package var key: String
        /// A PEM file with the certificates to trust instead of the system's.
        package var trust: String?
        /// How long a call may take that does not wait for jobs.
        package var patience: TimeSpan

        /// Creates a setting.
        package init(server: String, key: String, trust: String? = nil, patience: TimeSpan = .seconds(10)) {
            self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
            self.key = key
            self.trust = trust
            self.patience = patience
        }
    }

    private static let largestAnswer = 16_777_216

    /// What was given at the start.
    package let setting: Setting
    private let client: HTTPClient

    /// Creates a client; call `shutdown` when it is not needed any more.
    ///
    /// Throws `Failure` for a server's address that is none, and for certificates that cannot be read.
    package init(_ setting: Setting) throws {
        guard let url = URL(string: setting.server), ["http", "https"].contains(url.scheme), url.host() != nil,
            url.query == nil, url.user == nil
        else {
            throw Failure(.invalid, "'\(setting.server)' is not a server's address such as https://dure.example:8443")
        }
        self.setting = setting
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(3)
        configuration.connectionPool.idleTimeout = .seconds(20)
        if let trust = setting.trust {
            var tls = TLSConfiguration.makeClientConfiguration()
            do {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(trust))
            } catch {
                throw Failure(.notFound, "the certificates in '\(trust)' cannot be read: \(error)")
            }
            configuration.tlsConfiguration = tls
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes the connections.
    package func shutdown() async throws {
        try await client.shutdown()
    }

    /// Makes a request and reads its answer; throws `FleetCallError`, `StaleReports` or `CancellationError`.
    package func call<Answer: Decodable>(
        _ method: String,
        _ path: String,
        _ body: (some Encodable)? = nil as String?,
        within: TimeSpan? = nil
    ) async throws -> Answer {
        let bytes = try await send(method, path, body, within: within)
        do {
            return try JSONDecoder().decode(Answer.self, from: bytes)
        } catch {
            throw FleetCallError.unreachable("the answer to \(method) \(path) cannot be read: \(error)")
        }
    }

    /// Makes a request; throws as `call` does for any answer that is no success.
    ///
    /// Two requests under one idempotency key are one request.
    @discardableResult
    package func send(
        _ method: String,
        _ path: String,
        _ body: (some Encodable)? = nil as String?,
        within: TimeSpan? = nil,
        idempotencyKey: String? = nil
    ) async throws -> Data {
        var request = HTTPClientRequest(url: setting.server + path)
        request.method = HTTPMethod(rawValue: method)
        request.headers.add(name: "authorization", value: "Bearer \(setting.key)")
        if let idempotencyKey { request.headers.add(name: "idempotency-key", value: idempotencyKey) }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
        }
        let response: HTTPClientResponse
        let bytes: Data
        do {
            let wait = within ?? setting.patience
            response = try await client.execute(request, timeout: .milliseconds(wait.milliseconds))
            bytes = Data(buffer: try await response.body.collect(upTo: Self.largestAnswer))
        } catch {
            try Task.checkCancellation()
            throw FleetCallError.unreachable("no answer from \(setting.server): \(error)")
        }
        if (200..<300).contains(response.status.code) { return bytes }
        throw Self.error(response, bytes, call: "\(method) \(path)")
    }

    /// The members of a problem (RFC 9457) that decide what follows.
    private struct Problem: Decodable {
        var type: String?
        var detail: String?
        var field: String?
        var value: String?
        var expected: String?

        var sentence: String? {
            guard let detail else { return nil }
            let place = field.map { "; \($0)" + (value.map { " was '\($0)'" } ?? "") } ?? ""
            return detail + place + (expected.map { ", and should be \($0)" } ?? "")
        }
    }

    /// What an answer that is no success means; the receipts of reports that are all stale are an answer.
    private static func error(_ response: HTTPClientResponse, _ bytes: Data, call: String) -> any Error {
        let problem = (try? JSONDecoder().decode(Problem.self, from: bytes)) ?? Problem()
        let code = response.status.code
        let detail = "\(call) was answered \(code): \(problem.sentence ?? response.status.reasonPhrase)"
        let wait = response.headers.first(name: "retry-after").flatMap { Int($0) } ?? 1
        switch (code, problem.type) {
        case (410, _): return FleetCallError.sessionIsOver
        case (409, "urn:dure:problem:stale-token"): return StaleReports(body: bytes)
        case (409, "urn:dure:problem:conflict"): return FleetCallError.refused(detail)
        case (401, _), (403, _): return FleetCallError.notAllowed(detail)
        case (408, _), (429, _), (503, _), (409, _):
            return FleetCallError.busy(detail, retryAfter: .seconds(min(max(wait, 0), 60)))
        case (400..<500, _): return FleetCallError.refused(detail)
        default: return FleetCallError.unreachable(detail)
        }
    }
}

/// An answer that says of every report that it is stale; its body has the receipts.
package struct StaleReports: Error {
    package var body: Data
}
