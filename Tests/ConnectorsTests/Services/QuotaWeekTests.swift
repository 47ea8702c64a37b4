// SPDX-License-Identifier: Apache-2.0
import Domain
import StandIns
import Testing

@testable import Connectors

/// A week of all sources at once in virtual time, greedy and with restarts in the middle; the stand-ins count.
@Suite(.timeLimit(.minutes(10))) struct QuotaWeekTests {
    private static let words = (0..<8).map { "word\($0)" }

    private static func fixture() -> ServiceFixture {
        let fixture = ServiceFixture(articles: 3, videos: 6, dailyCalls: 900, units: 10_000)
        for word in words { fixture.naver.setShop(word, ShopFixture.list(6, product: 4)) }
        return fixture
    }

    /// Asks a source again and again until an instant, as soon as it may be asked.
    private static func ask(_ source: String, _ fixture: ServiceFixture, every span: TimeSpan, until end: Timestamp)
        async throws
    {
        let clock = fixture.clock
        let access = fixture.access(["DURE_NAVER_DAILY_CALLS": "900"], seed: SplitMix64.seed(1, source))
        let query = { SourceQuery(terms: words, since: clock.now - .days(1), until: clock.now) }
        while clock.now < end {
            switch source {
            case "youtube":
                let videos = try VideoSources.open(source, with: access)
                _ = try await videos.videos(query())
                _ = try await videos.sights(of: (0..<120).map { "v\($0)" })
            case "naver-shop":
                let ranks = try RankSources.naverShop(with: access)
                _ = try? await ranks.observe(
                    units: words,
                    of: .shop(keywords: words, product: "900", depth: 1_000),
                    observer: "o",
                    at: clock.now
                )
            default: _ = try await NewsSources.open(source, with: access).news(query())
            }
            try await clock.sleep(for: span)
        }
    }

    @Test func `no quota is exceeded in a week, though each would be by what is asked`() throws {
        let fixture = Self.fixture()
        let clock = fixture.clock
        let everyone: [(source: String, span: TimeSpan)] = [
            ("naver-news", .minutes(6)), ("naver-shop", .minutes(6)), ("newsapi", .minutes(30)),
            ("gdelt", .minutes(20)),
            ("youtube", .minutes(2)),
        ]
        try clock.run {
            // four processes one after another, which begin and end at odd times of the day
            for process in 1...4 {
                let end = ServiceFixture.start + .hours(42 * process) + .minutes(17 * process)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (source, span) in everyone {
                        group.addTask { try await Self.ask(source, fixture, every: span, until: end) }
                    }
                    try await group.waitForAll()
                }
                try fixture.ledgers.restart()
            }
        }
        #expect(clock.now >= ServiceFixture.start + .days(7))
        for (source, _) in everyone {
            let desk = fixture.standIn(source).desk
            #expect(desk.violations.isEmpty, "\(source): \(desk.violations.prefix(3))")
            #expect(desk.requests.count > 390, "\(source) was hardly asked: \(desk.requests.count)")
        }
        // all but the share that waits for a word that has not come was used up: 16 words of 17, and 8 of 9
        #expect(fixture.naver.desk.busiestDay("day") == 16 * (900 / 17))
        #expect(fixture.youTube.desk.busiestDay("searches") == 8 * (60 / 9))
        #expect(fixture.youTube.desk.busiestDay("units") > 6_000)
    }

    @Test func `a plan's week at its full rate never exceeds it, with a process ending at any instant`() throws {
        let start = ServiceFixture.start
        var state = QuotaState()
        let plan = NaverSearch.plan()
        let desk = StandInDesk(["day": .day(25_000, zone: "Asia/Seoul")])
        var random = SplitMix64(seed: 7)
        var now = start
        var made = 0
        while now < start + .days(7) {
            // a process that dies may have written a call down that it never made, and never made one that is not written down
            let written = try CanonicalJSON.decode(QuotaState.self, from: CanonicalJSON.encode(state))
            #expect(written == state)
            for _ in 0..<5_000 {
                let cost = ["calls a second": 1, "calls": 1]
                switch plan.admit(&state, cost: cost, sharer: "k\(random.next() % 40)", at: now) {
                case .granted:
                    if random.next() % 1_000 > 0 {
                        made += 1
                        _ = desk.counted(["day": 1], at: now)
                    }
                case .wait(let until, .rate): now = until
                case .wait: now = now + .minutes(5)
                }
            }
        }
        #expect(desk.violations.isEmpty)
        #expect(made > 7 * 20_000)
    }
}
