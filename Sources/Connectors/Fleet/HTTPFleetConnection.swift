// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
package import Domain
import Foundation
package import Jobs
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOSSL

/// The fleet's calls over HTTP, with a worker's key.
package struct HTTPFleetConnection: FleetConnection {
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

    private static let longestPoll = TimeSpan.seconds(25)
    private static let largestAnswer = 16_777_216

    private let client: HTTPClient
    private let setting: Setting

    /// Creates a connection; call `shutdown` when it is not needed any more.
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

    package func register(_ request: FleetWire.Register) async throws -> FleetWire.Registered {
        try await post("register", request, within: setting.patience)
    }

    package func poll(_ request: FleetWire.Poll) async throws -> FleetWire.Batch {
        try await post("poll", request, within: Self.longestPoll + setting.patience)
    }

    package func beat(_ request: FleetWire.Beat) async throws -> FleetWire.Orders {
        try await post("beat", request, within: min(setting.patience, .seconds(4)))
    }

    package func complete(_ request: FleetWire.Complete) async throws -> FleetWire.Receipts {
        do {
            return try await post("complete", request, within: setting.patience)
        } catch let stale as StaleReports {
            return try JSONDecoder().decode(FleetWire.Receipts.self, from: Data(buffer: stale.bytes))
        }
    }

    package func leave(_ request: FleetWire.Leave) async throws {
        _ = try await send("leave", request, within: min(setting.patience, .seconds(3)))
    }

    private func post<Answer: Decodable>(_ call: String, _ body: some Encodable, within: TimeSpan) async throws -> Answer {
        let bytes = try await send(call, body, within: within)
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(buffer: bytes))
        } catch {
            throw FleetCallError.unreachable("the answer to '\(call)' cannot be read: \(error)")
        }
    }

    private func send(_ call: String, _ body: some Encodable, within: TimeSpan) async throws -> ByteBuffer {
        var request = HTTPClientRequest(url: "\(setting.server)/v1/fleet/\(call)")
        request.method = .POST
        request.headers.add(name: "authorization", value: "Bearer \(setting.key)")
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
        let response: HTTPClientResponse
        let bytes: ByteBuffer
        do {
            response = try await client.execute(request, timeout: .milliseconds(within.milliseconds))
            bytes = try await response.body.collect(upTo: Self.largestAnswer)
        } catch {
            try Task.checkCancellation()
            throw FleetCallError.unreachable("no answer from \(setting.server): \(error)")
        }
        if (200..<300).contains(response.status.code) { return bytes }
        throw try Self.error(response, bytes, call: call)
    }

    /// The members of a problem (RFC 9457) that decide what follows.
    private struct Problem: Decodable {
        var type: String?
        var detail: String?
        var field: String?
    }

    /// What an answer that is no success means; the receipts of reports that are all stale are an answer.
    private static func error(_ response: HTTPClientResponse, _ bytes: ByteBuffer, call: String) throws -> any Error {
        let problem = (try? JSONDecoder().decode(Problem.self, from: Data(buffer: bytes))) ?? Problem()
        let code = response.status.code
        let place = problem.field.map { " (\($0))" } ?? ""
        let detail = "'\(call)' was answered \(code): \(problem.detail ?? response.status.reasonPhrase)\(place)"
        let wait = response.headers.first(name: "retry-after").flatMap { Int($0) } ?? 1
        switch (code, problem.type) {
        case (410, _): return FleetCallError.sessionIsOver
        case (409, "urn:dure:problem:stale-token"): return StaleReports(bytes: bytes)
        case (401, _), (403, _): return FleetCallError.notAllowed(detail)
        case (408, _), (429, _), (503, _), (409, _):
            return FleetCallError.busy(detail, retryAfter: .seconds(min(max(wait, 0), 60)))
        case (400..<500, _): return FleetCallError.refused(detail)
        default: return FleetCallError.unreachable(detail)
        }
    }
}

/// An answer that says of every report that it is stale.
private struct StaleReports: Error {
    var bytes: ByteBuffer
}
