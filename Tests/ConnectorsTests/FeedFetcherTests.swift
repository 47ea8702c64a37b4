// SPDX-License-Identifier: Apache-2.0
import Domain
import Feeds
import NIOHTTP1
import Testing

@testable import Connectors

@Suite(.timeLimit(.minutes(10))) struct FeedFetcherTests {
    private static let noon = Timestamp(milliseconds: 1_714_737_600_000)  // 2024-05-03T12:00:00Z
    private static let document = """
        <rss version="2.0"><channel><title>T</title><link>/</link><ttl>120</ttl><item><title>One</title><link>/1</link></item></channel></rss>
        """

    /// Fetches from a stand-in server that is allowed by name.
    private func fetch(
        _ subscription: FeedSubscription,
        clock: StillClock = StillClock(noon),
        setting: FeedFetcher.Setting = .init(allowedHosts: ["127.0.0.1"])
    ) async throws -> (FeedSubscription, FeedFetcher.Outcome) {
        let fetcher = FeedFetcher(setting, time: clock)
        do {
            let result = try await fetcher.fetch(subscription, jitter: 0)
            try await fetcher.shutdown()
            return (result.subscription, result.outcome)
        } catch {
            try await fetcher.shutdown()
            throw error
        }
    }

    private func failure(_ outcome: FeedFetcher.Outcome) -> Failure? {
        if case .failed(let failure) = outcome { failure } else { nil }
    }

    @Test func `a feed is fetched once, then asked for only if it changed, and not before its time`() async throws {
        try await StandInServer.run { request in
            request.headers.first(name: "if-none-match") == "\"v1\""
                && request.headers.first(name: "if-modified-since") == "then"
                ? .answer(304, ["etag": "\"v1\""])
                : .text(200, ["etag": "\"v1\"", "last-modified": "then"], Self.document)
        } _: { server in
            let clock = StillClock(Self.noon)
            var (subscription, outcome) = try await fetch(FeedSubscription(address: server.address()), clock: clock)
            guard case .feed(let feed) = outcome else {
                Issue.record("no feed: \(outcome)")
                return
            }
            #expect(feed.entries.first?.link == server.address("/1"))
            #expect(subscription.etag == "\"v1\"" && subscription.failures == 0)
            #expect(subscription.nextFetch == Self.noon + .minutes(120))
            (subscription, outcome) = try await fetch(subscription, clock: clock)
            guard case .tooSoon = outcome else {
                Issue.record("asked too soon: \(outcome)")
                return
            }
            clock.move(by: .hours(3))
            (subscription, outcome) = try await fetch(subscription, clock: clock)
            guard case .unchanged = outcome else {
                Issue.record("not unchanged: \(outcome)")
                return
            }
            #expect(subscription.nextFetch == Self.noon + .hours(5))
            #expect(server.requests.count == 2)
        }
    }

    @Test func `a feed that moved for good is remembered at its new address, one that moved for now is not`()
        async throws
    {
        try await StandInServer.run { request in
            switch request.path {
            case "/old": .answer(301, ["location": "/older"])
            case "/older": .answer(308, ["location": "/new"])
            case "/now": .answer(302, ["location": "/new"])
            case "/both": .answer(302, ["location": "/old"])
            default: .text(200, [:], Self.document)
            }
        } _: { server in
            for (path, lasting) in [("/old", "/new"), ("/now", "/now"), ("/both", "/both")] {
                let (subscription, outcome) = try await fetch(FeedSubscription(address: server.address(path)))
                guard case .feed = outcome else {
                    Issue.record("\(path): \(outcome)")
                    continue
                }
                #expect(subscription.address == server.address(lasting))
                #expect(subscription.formerAddresses == (path == lasting ? [] : [server.address(path)]))
            }
        }
    }

    @Test func `redirects in a circle end, and one without a target is an error`() async throws {
        try await StandInServer.run { request in
            request.path == "/a"
                ? .answer(302, ["location": "/b"])
                : request.path == "/b" ? .answer(302, ["location": "/a"]) : .answer(302)
        } _: { server in
            let (circle, outcome) = try await fetch(FeedSubscription(address: server.address("/a")))
            #expect(failure(outcome)?.class == .invalid)
            #expect(server.requests.count == 6)
            #expect(circle.address == server.address("/a"))
            #expect(failure(try await fetch(FeedSubscription(address: server.address("/c"))).1)?.class == .invalid)
        }
    }

    @Test func `a feed that is gone is never asked for again`() async throws {
        try await StandInServer.run { _ in
            .answer(410)
        } _: { server in
            var (subscription, outcome) = try await fetch(FeedSubscription(address: server.address()))
            #expect(subscription.isGone)
            (subscription, outcome) = try await fetch(subscription)
            guard case .gone = outcome else {
                Issue.record("not gone: \(outcome)")
                return
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a server that asks to wait is given that time, and others a growing one`() async throws {
        try await StandInServer.run { request in
            switch request.path {
            case "/seconds": .answer(429, ["retry-after": "7200"])
            case "/date": .answer(503, ["retry-after": "Fri, 03 May 2024 15:00:00 GMT"])
            default: .answer(500)
            }
        } _: { server in
            let seconds = try await fetch(FeedSubscription(address: server.address("/seconds")))
            #expect(failure(seconds.1)?.class == .rateLimit)
            #expect(seconds.0.nextFetch == Self.noon + .hours(2))
            #expect(
                try await fetch(FeedSubscription(address: server.address("/date"))).0.nextFetch == Self.noon + .hours(3)
            )
            let clock = StillClock(Self.noon)
            var subscription = FeedSubscription(address: server.address("/broken"))
            var waits: [Int64] = []
            for _ in 0..<4 {
                subscription = try await fetch(subscription, clock: clock).0
                let wait = try #require(subscription.nextFetch) - clock.now
                waits.append(wait.milliseconds / 1_000)
                clock.move(by: wait)
            }
            #expect(waits == [150, 300, 600, 1_200])
            #expect(subscription.failures == 4)
        }
    }

    @Test func `private addresses are refused however they are written, also behind a redirect`() async throws {
        try await StandInServer.run { _ in
            .text(200, [:], Self.document)
        } _: { server in
            let open = FeedFetcher.Setting(ports: [server.port])
            let hosts = [
                "127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "127.1", "0x7f000001", "0.0.0.0", "[::1]",
                "10.0.0.1",
            ]
            for host in hosts {
                let outcome = try await fetch(
                    FeedSubscription(address: "http://\(host):\(server.port)/feed"),
                    setting: open
                ).1
                #expect(failure(outcome)?.class == .permission, "\(host): \(outcome)")
            }
            let outcome = try await fetch(FeedSubscription(address: server.address()), setting: FeedFetcher.Setting()).1
            #expect(failure(outcome)?.message.contains("port") == true)
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost"]) func `a redirect to a private address is refused`(_ host: String)
        async throws
    {
        try await StandInServer.run { request in
            .answer(
                301,
                [
                    "location":
                        "http://\(host):\(request.headers.first(name: "host")?.split(separator: ":").last ?? "0")/secret"
                ]
            )
        } _: { server in
            let setting = FeedFetcher.Setting(ports: [server.port], allowedHosts: ["2130706433"])
            let start = FeedSubscription(address: "http://2130706433:\(server.port)/feed")
            let (subscription, outcome) = try await fetch(start, setting: setting)
            #expect(failure(outcome)?.class == .permission)
            #expect(subscription.address == start.address)
            #expect(server.requests.map(\.path) == ["/feed"])
        }
    }

    @Test(arguments: [
        "ftp://example.org/feed", "file:///etc/passwd", "http://user:secret@example.org/", "feed", "", "http:///x",
    ])
    func `addresses of other kinds are refused without asking anybody`(_ address: String) async throws {
        let outcome = try await fetch(FeedSubscription(address: address)).1
        let found = try #require(failure(outcome))
        #expect(found.class == .invalid)
        #expect(!found.message.contains("secret"))
    }

    @Test func `a body that never ends is given up after the time that a fetch may take`() async throws {
        let clock = StillClock(Self.noon)
        try await StandInServer.run { _ in
            clock.move(by: .seconds(31))
            return .drip(Array("<rss>".utf8))
        } _: { server in
            let (subscription, outcome) = try await fetch(FeedSubscription(address: server.address()), clock: clock)
            #expect(failure(outcome)?.class == .timeOut)
            #expect(subscription.failures == 1)
        }
    }

    @Test func `a body that is too large, cut off, no feed, or not there is an error of its kind`() async throws {
        try await StandInServer.run { request in
            switch request.path {
            case "/large": .answer(200, [:], [UInt8](repeating: 0x20, count: 5_000))
            case "/cut": .cut(Array("<rss version='2.0'><channel>".utf8))
            case "/page": .text(200, ["content-type": "text/html"], "<html><body>no</body></html>")
            case "/none": .answer(404)
            case "/secret": .answer(403, ["content-type": "text/html"], Array("<html>Access Denied</html>".utf8))
            default: .hangUp
            }
        } _: { server in
            let setting = FeedFetcher.Setting(limits: FeedLimits(bytes: 4_096), allowedHosts: ["127.0.0.1"])
            let wanted: [(String, Failure.Class)] = [
                ("/large", .invalid), ("/cut", .unknown), ("/page", .invalid), ("/none", .notFound),
                ("/secret", .permission), ("/gone", .unknown),
            ]
            for (path, kind) in wanted {
                let outcome = try await fetch(FeedSubscription(address: server.address(path)), setting: setting).1
                #expect(failure(outcome)?.class == kind, "\(path): \(outcome)")
            }
        }
    }

    @Test func `a fetch that is cancelled says so`() async throws {
        try await StandInServer.run { _ in
            .drip([0x20])
        } _: { server in
            let address = server.address()
            let task = Task { try await fetch(FeedSubscription(address: address)).1 }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}
