// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
package import Domain
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression

/// An HTTP client that goes to public addresses only, unless a host is allowed by name, and takes no more than it was told.
///
/// What counts is the address that is connected to, after names are resolved. It follows no redirect: where one leads is for the caller to judge.
package final class GuardedHTTP: Sendable {
    /// What a client keeps to.
    package struct Setting: Sendable {
        /// The most bytes of a body, unpacked.
        package var bytes: Int
        /// The ports that are asked.
        package var ports: Set<Int>
        /// Hosts, in lower case, that may be asked although they are not public, on any port.
        package var allowedHosts: Set<String>
        /// Says to servers who asks.
        package var userAgent: String
        /// What an address is called in an error, such as `the address of a feed`.
        package var subject: String

        /// Creates a setting.
        package init(
            bytes: Int = 16 << 20,
            ports: Set<Int> = [80, 443, 8_080, 8_443],
            allowedHosts: Set<String> = [],
            userAgent: String = "Dure",
            subject: String = "the address of a service"
        ) {
            self.bytes = bytes
            self.ports = ports
            self.allowedHosts = allowedHosts
            self.userAgent = userAgent
            self.subject = subject
        }
    }

    /// An answer as it came, with its headers as they were.
    struct Reply: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    private let setting: Setting
    private let time: any TimeSource
    private let guarded: HTTPClient
    private let open: HTTPClient

    /// Creates a client; call `shutdown` when it is not needed any more.
    package init(_ setting: Setting = Setting(), time: any TimeSource) {
        self.setting = setting
        self.time = time
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .enabled(limit: .size(setting.bytes))
        configuration.timeout.connect = .seconds(10)
        configuration.timeout.read = .seconds(20)
        configuration.connectionPool.idleTimeout = .seconds(10)
        configuration.connectionPool.retryConnectionEstablishment = false
        open = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let check: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
            NetworkAddress.isPublic(channel.remoteAddress?.ipAddress ?? "") == true
                ? channel.eventLoop.makeSucceededVoidFuture()
                : channel.eventLoop.makeFailedFuture(
                    PrivateAddressError(address: channel.remoteAddress?.ipAddress ?? "an address that is none")
                )
        }
        configuration.http1_1ConnectionDebugInitializer = check
        configuration.http2ConnectionDebugInitializer = check
        guarded = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes the connections.
    package func shutdown() async throws {
        try await guarded.shutdown()
        try await open.shutdown()
    }

    /// Asks an address once; throws `CancellationError` only.
    ///
    /// The body is read where `wantsBody` says so of the status; one that cannot be read is a failure only where the status is a success.
    func get(
        _ address: String,
        headers: [(name: String, value: String)],
        wantsBody: @Sendable (Int) -> Bool = { _ in true }
    ) async throws -> Result<Reply, Failure> {
        let client: HTTPClient
        switch judge(address) {
        case .success(let chosen): client = chosen
        case .failure(let failure): return .failure(failure)
        }
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "user-agent", value: setting.userAgent)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        do {
            let response = try await client.execute(request, timeout: .minutes(5))
            var reply = Reply(status: Int(response.status.code), headers: response.headers, body: [])
            guard wantsBody(reply.status) else { return .success(reply) }
            do {
                var body = try await response.body.collect(upTo: setting.bytes)
                reply.body = body.readBytes(length: body.readableBytes) ?? []
            } catch  where !(200..<300).contains(reply.status) {
                try Task.checkCancellation()
            }
            return .success(reply)
        } catch {
            try Task.checkCancellation()
            return .failure(failure(address, error))
        }
    }

    /// The client for an address; a failure for one that is not to be asked.
    private func judge(_ address: String) -> Result<HTTPClient, Failure> {
        guard let url = URL(string: address), let scheme = url.scheme?.lowercased(),
            let host = url.host()?.lowercased(),
            !host.isEmpty
        else {
            let text = "'\(address)' is not \(setting.subject), such as https://example.org/feed.xml"
            return .failure(Failure(.invalid, text))
        }
        guard scheme == "http" || scheme == "https" else {
            return .failure(Failure(.invalid, "'\(address)': only http and https are read"))
        }
        guard url.user() == nil, url.password() == nil else {
            return .failure(Failure(.invalid, "\(setting.subject) must not hold a user name or password"))
        }
        if setting.allowedHosts.contains(host) { return .success(open) }
        let port = url.port ?? (scheme == "http" ? 80 : 443)
        guard setting.ports.contains(port) else {
            let ports = setting.ports.sorted().map { "\($0)" }.joined(separator: ", ")
            return .failure(
                Failure(.permission, "'\(address)': port \(port) is not among \(ports); allow the host by name")
            )
        }
        // what is written as an address is judged before anything is sent; names are judged by what they lead to
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        if NetworkAddress.isPublic(bare) == false { return .failure(refusal(address, bare)) }
        return .success(guarded)
    }

    private func refusal(_ address: String, _ place: String) -> Failure {
        Failure(
            .permission,
            "\(address) leads to \(place), which is not open to the public; allow the host by name if that is right"
        )
    }

    private func failure(_ address: String, _ error: any Error) -> Failure {
        if let refused = error as? PrivateAddressError { return refusal(address, refused.address) }
        let isPacked = String(reflecting: type(of: error)).contains("DecompressionError")
        if error is NIOTooManyBytesError || isPacked && "\(error)".contains("limit") {
            return Failure(.invalid, "\(address) sends more than \(setting.bytes) bytes")
        }
        if isPacked { return Failure(.invalid, "\(address) sends a packed answer that cannot be unpacked") }
        if let reason = Self.reason(error) {
            return Failure(.unknown, "\(address) cannot be connected to: \(reason)")
        }
        let client = error as? HTTPClientError
        if client == .connectTimeout || client == .readTimeout || client == .deadlineExceeded {
            return Failure(.timeOut, "\(address) did not answer in time")
        }
        return Failure(.unknown, "\(address) cannot be read: \(error)")
    }

    /// Why no address of a host could be connected to, in words; nil for another error.
    ///
    /// The error's type is one of a module that only its description is known of here.
    private static func reason(_ error: any Error) -> String? {
        guard String(reflecting: type(of: error)).hasSuffix("NIOConnectionError") else { return nil }
        var reasons: [String] = []
        for found in "\(error)".matches(of: /: ([A-Za-z ]+) \(errno: [0-9]+\)/) where !reasons.contains(String(found.1))
        {
            reasons.append(String(found.1))
        }
        return reasons.isEmpty ? "no server has that name" : reasons.joined(separator: "; ")
    }
}

extension GuardedHTTP: WebTransport {
    package func send(_ request: WebRequest, within patience: TimeSpan) async throws -> Result<WebAnswer, Failure> {
        let reply = try await time.bounded(patience) {
            try await self.get(request.address, headers: request.headers)
        }
        guard let reply else {
            return .failure(Failure(.timeOut, "\(request.base) did not answer in full within \(patience)"))
        }
        return reply.map { reply in
            let headers = Dictionary(reply.headers.map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" }
            return WebAnswer(status: reply.status, headers: headers, body: reply.body)
        }
    }
}
