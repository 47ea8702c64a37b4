// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
package import Domain
package import Feeds
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression

/// Fetches feeds over HTTP, and remembers what spares the next fetch.
///
/// It goes to public addresses only, on redirects too, unless a host is allowed by name; what counts is the address that is connected to, after
/// names are resolved. Size, time and redirects have limits. It throws only when it is cancelled.
package final class FeedFetcher: Sendable {
    /// What a fetcher keeps to.
    package struct Setting: Sendable {
        package var limits: FeedLimits
        package var pacing: FeedPacing
        /// How long a fetch may take as a whole, redirects and body included.
        package var patience: TimeSpan
        package var redirects: Int
        /// The ports that are asked.
        package var ports: Set<Int>
        /// Hosts, in lower case, that may be asked although they are not public, on any port.
        package var allowedHosts: Set<String>
        /// Says to servers who asks.
        package var userAgent: String

        /// Creates a setting.
        package init(
            limits: FeedLimits = FeedLimits(),
            pacing: FeedPacing = FeedPacing(),
            patience: TimeSpan = .seconds(30),
            redirects: Int = 5,
            ports: Set<Int> = [80, 443, 8_080, 8_443],
            allowedHosts: Set<String> = [],
            userAgent: String = "Dure (feed reader)"
        ) {
            self.limits = limits
            self.pacing = pacing
            self.patience = patience
            self.redirects = redirects
            self.ports = ports
            self.allowedHosts = allowedHosts
            self.userAgent = userAgent
        }
    }

    /// How a fetch ended.
    package enum Outcome: Sendable {
        case feed(Feed)
        /// The server says that nothing is new.
        case unchanged
        /// The feed is gone for good, now or since before.
        case gone
        /// It is not time yet; nothing was asked.
        case tooSoon
        case failed(Failure)
    }

    private let setting: Setting
    private let time: any TimeSource
    private let guarded: HTTPClient
    private let open: HTTPClient

    /// Creates a fetcher; call `shutdown` when it is not needed any more.
    package init(_ setting: Setting = Setting(), time: any TimeSource) {
        self.setting = setting
        self.time = time
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .enabled(limit: .size(setting.limits.bytes))
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

    /// Fetches a feed if it is time; what to remember of it is the answer's first part.
    ///
    /// - Parameters:
    ///   - subscription: what is remembered.
    ///   - jitter: 0 to 1, at random, so that feeds are not all asked at once.
    /// - Returns: what to remember, and what came of it.
    /// - Throws: `CancellationError` only.
    package func fetch(
        _ subscription: FeedSubscription,
        jitter: Double
    ) async throws -> (subscription: FeedSubscription, outcome: Outcome) {
        guard !subscription.isGone else { return (subscription, .gone) }
        if let next = subscription.nextFetch, time.now < next { return (subscription, .tooSoon) }
        let setting = setting
        let time = time
        let result = try await withThrowingTaskGroup(of: Retrieval?.self) { group in
            group.addTask { try await self.retrieve(subscription) }
            group.addTask {
                try await time.sleep(for: setting.patience)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        try Task.checkCancellation()
        let retrieval =
            result
            ?? Retrieval(
                subscription.address,
                .failed(Failure(.timeOut, "\(subscription.address) did not answer in full within \(setting.patience)"))
            )
        return conclude(subscription, retrieval, jitter: jitter)
    }

    /// What came of following an address to its end.
    private struct Retrieval: Sendable {
        enum Content: Sendable {
            case document([UInt8], contentType: String?, etag: String?, lastModified: String?)
            case unchanged
            case gone
            case failed(Failure)
        }

        /// The last address that the feed has moved to for good.
        var lasting: String
        /// The address that was asked last.
        var final: String
        var content: Content
        var notBefore: Timestamp?
        var interval: TimeSpan?

        init(_ address: String, _ content: Content) {
            lasting = address
            final = address
            self.content = content
        }
    }

    /// Asks, following redirects; never throws but for cancellation.
    private func retrieve(_ subscription: FeedSubscription) async throws -> Retrieval {
        var retrieval = Retrieval(subscription.address, .unchanged)
        var isLasting = true
        for _ in 0...setting.redirects {
            let address = retrieval.final
            let client: HTTPClient
            switch judge(address) {
            case .success(let chosen): client = chosen
            case .failure(let failure):
                retrieval.content = .failed(failure)
                return retrieval
            }
            do {
                let isFirst = address == subscription.address
                let response = try await client.execute(
                    request(address, isFirst ? subscription : nil),
                    timeout: .minutes(5)
                )
                let answer = FeedAnswer(
                    status: Int(response.status.code),
                    headers: response.headers,
                    address: address,
                    now: time.now
                )
                (retrieval.notBefore, retrieval.interval) = (answer.notBefore, answer.interval)
                switch answer.meaning {
                case .moved(let target, let forGood):
                    isLasting = isLasting && forGood
                    retrieval.final = target
                    if isLasting { retrieval.lasting = target }
                    continue
                case .document:
                    var body = try await response.body.collect(upTo: setting.limits.bytes)
                    retrieval.content = .document(
                        body.readBytes(length: body.readableBytes) ?? [],
                        contentType: response.headers.first(name: "content-type"),
                        etag: response.headers.first(name: "etag"),
                        lastModified: response.headers.first(name: "last-modified")
                    )
                case .unchanged: retrieval.content = .unchanged
                case .gone: retrieval.content = .gone
                case .failed(let failure): retrieval.content = .failed(failure)
                }
            } catch {
                try Task.checkCancellation()
                retrieval.content = .failed(failure(address, error))
            }
            return retrieval
        }
        retrieval.content = .failed(
            Failure(.invalid, "\(subscription.address) was redirected more than \(setting.redirects) times")
        )
        return retrieval
    }

    private func request(_ address: String, _ subscription: FeedSubscription?) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "user-agent", value: setting.userAgent)
        request.headers.add(
            name: "accept",
            value: "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
        )
        if let etag = subscription?.etag { request.headers.add(name: "if-none-match", value: etag) }
        if let date = subscription?.lastModified { request.headers.add(name: "if-modified-since", value: date) }
        return request
    }

    /// The client for an address; a failure for one that is not to be asked.
    private func judge(_ address: String) -> Result<HTTPClient, Failure> {
        guard let url = URL(string: address), let scheme = url.scheme?.lowercased(),
            let host = url.host()?.lowercased(),
            !host.isEmpty
        else {
            return .failure(
                Failure(.invalid, "'\(address)' is no address of a feed, such as https://example.org/feed.xml")
            )
        }
        guard scheme == "http" || scheme == "https" else {
            return .failure(Failure(.invalid, "'\(address)': feeds are read over http and https only"))
        }
        guard url.user() == nil, url.password() == nil else {
            return .failure(Failure(.invalid, "the address of a feed must not hold a user name or password"))
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
        if error is NIOTooManyBytesError || "\(error)".contains("DecompressionError") {
            return Failure(.invalid, "\(address) sends more than \(setting.limits.bytes) bytes")
        }
        let client = error as? HTTPClientError
        if client == .connectTimeout || client == .readTimeout || client == .deadlineExceeded {
            return Failure(.timeOut, "\(address) did not answer in time")
        }
        return Failure(.unknown, "\(address) cannot be read: \(error)")
    }

    /// What is remembered after a retrieval, and what came of it.
    private func conclude(
        _ before: FeedSubscription,
        _ retrieval: Retrieval,
        jitter: Double
    ) -> (subscription: FeedSubscription, outcome: Outcome) {
        let now = time.now
        var after = before
        var outcome: Outcome
        switch retrieval.content {
        case .gone:
            after.isGone = true
            return (after, .gone)
        case .unchanged: outcome = .unchanged
        case .failed(let failure): outcome = .failed(failure)
        case .document(let bytes, let contentType, let etag, let lastModified):
            do {
                let parser = FeedParser(limits: setting.limits)
                outcome = .feed(try parser.parse(bytes, contentType: contentType, base: retrieval.final))
                (after.etag, after.lastModified) = (etag, lastModified)
            } catch {
                outcome = .failed(Failure(.invalid, "\(retrieval.final): \(error)"))
            }
        }
        if case .failed = outcome {
            after.failures += 1
            after.nextFetch = setting.pacing.retry(
                after: now,
                failures: after.failures,
                notBefore: retrieval.notBefore,
                jitter: jitter
            )
            return (after, outcome)
        }
        if retrieval.lasting != before.address {
            after.formerAddresses.append(before.address)
            after.address = retrieval.lasting
        }
        after.failures = 0
        if case .feed(let feed) = outcome {
            after.interval = feed.schedule.interval
            after.skipHours = feed.schedule.skipHours
            after.skipDays = feed.schedule.skipDays
        }
        after.nextFetch = setting.pacing.next(
            after: now,
            interval: [after.interval, retrieval.interval].compactMap { $0 }.max(),
            skipHours: after.skipHours,
            skipDays: after.skipDays,
            jitter: jitter
        )
        return (after, outcome)
    }
}
