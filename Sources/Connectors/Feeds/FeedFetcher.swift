// SPDX-License-Identifier: Apache-2.0
package import Domain
package import Feeds
import Foundation
import NIOHTTP1

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
    private let http: GuardedHTTP

    /// Creates a fetcher; call `shutdown` when it is not needed any more.
    package init(_ setting: Setting = Setting(), time: any TimeSource) {
        self.setting = setting
        self.time = time
        http = GuardedHTTP(
            .init(
                bytes: setting.limits.bytes,
                ports: setting.ports,
                allowedHosts: setting.allowedHosts,
                userAgent: setting.userAgent,
                subject: "the address of a feed"
            ),
            time: time
        )
    }

    /// Closes the connections.
    package func shutdown() async throws {
        try await http.shutdown()
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
        let result = try await time.bounded(setting.patience) { try await self.retrieve(subscription) }
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
            let isFirst = address == subscription.address
            let reply: GuardedHTTP.Reply
            switch try await http.get(
                address,
                headers: headers(isFirst ? subscription : nil),
                wantsBody: { (200..<300).contains($0) }
            ) {
            case .success(let answer): reply = answer
            case .failure(let failure):
                retrieval.content = .failed(failure)
                return retrieval
            }
            let answer = FeedAnswer(status: reply.status, headers: reply.headers, address: address, now: time.now)
            (retrieval.notBefore, retrieval.interval) = (answer.notBefore, answer.interval)
            switch answer.meaning {
            case .moved(let target, let forGood):
                isLasting = isLasting && forGood
                retrieval.final = target
                if isLasting { retrieval.lasting = target }
                continue
            case .document:
                retrieval.content = .document(
                    reply.body,
                    contentType: reply.headers.first(name: "content-type"),
                    etag: reply.headers.first(name: "etag"),
                    lastModified: reply.headers.first(name: "last-modified")
                )
            case .unchanged: retrieval.content = .unchanged
            case .gone: retrieval.content = .gone
            case .failed(let failure): retrieval.content = .failed(failure)
            }
            return retrieval
        }
        retrieval.content = .failed(
            Failure(.invalid, "\(subscription.address) was redirected more than \(setting.redirects) times")
        )
        return retrieval
    }

    private func headers(_ subscription: FeedSubscription?) -> [(name: String, value: String)] {
        var headers = [
            (
                name: "accept",
                value:
                    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
            )
        ]
        if let etag = subscription?.etag { headers.append(("if-none-match", etag)) }
        if let date = subscription?.lastModified { headers.append(("if-modified-since", date)) }
        return headers
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
