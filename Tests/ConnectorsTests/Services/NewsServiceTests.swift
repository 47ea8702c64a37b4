// SPDX-License-Identifier: Apache-2.0
import Domain
import StandIns
import Testing

@testable import Connectors

@Suite(.timeLimit(.minutes(10))) struct NewsServiceTests {
    private func harvest(
        _ fixture: ServiceFixture,
        _ source: String,
        _ query: SourceQuery = ServiceFixture.query()
    ) throws -> SourceHarvest<NewsItem> {
        try fixture.clock.run { try await NewsSources.open(source, with: fixture.access()).news(query) }
    }

    @Test(arguments: ["naver-news", "newsapi", "gdelt"])
    func `all pages of all words are read once, clean, and within the span`(_ source: String) throws {
        let fixture = ServiceFixture(articles: 620)
        let harvest = try harvest(fixture, source, ServiceFixture.query(["word", "other"], days: 30))
        #expect(harvest.problems.isEmpty, "\(harvest.problems)")
        #expect(harvest.items.count == 625)
        #expect(Set(harvest.items.map(\.identity)).count == 625)
        let titles = harvest.items.map(\.title)
        #expect(
            titles.contains { $0.hasSuffix("word \"619\"") }
                && titles.allSatisfy { !$0.contains("<") && !$0.contains("&") }
        )
        #expect(harvest.items.allSatisfy { $0.source == source && $0.published < ServiceFixture.start })
        #expect(fixture.standIn(source).desk.requests.count == harvest.calls)
        #expect(fixture.standIn(source).desk.violations.isEmpty)
    }

    @Test(arguments: ["naver-news", "newsapi", "gdelt"])
    func `reading stops at the span's beginning and at the limit`(_ source: String) throws {
        let fixture = ServiceFixture(articles: 620)
        var query = ServiceFixture.query()
        query.since = ServiceFixture.start - .minutes(150)
        #expect(try harvest(fixture, source, query).items.count == 150)
        query.limit = 30
        let few = try harvest(fixture, source, query)
        #expect(few.items.count == 30 && few.calls == 1)
    }

    @Test func `what lies deeper than Naver tells is said to be missing`() throws {
        let harvest = try harvest(
            ServiceFixture(articles: 1_500),
            "naver-news",
            {
                var query = ServiceFixture.query(days: 30)
                query.limit = 9_999
                return query
            }()
        )
        #expect(harvest.items.count == 1_099 && harvest.calls == 11)
        #expect(harvest.problems.map(\.failure.class) == [.notFound])
    }

    @Test func `GDELT's three months are said to be the limit`() throws {
        let harvest = try harvest(ServiceFixture(), "gdelt", ServiceFixture.query(days: 200))
        #expect(harvest.items.count == 120)
        #expect(harvest.problems.first?.failure.message.contains("three months") == true)
    }

    @Test func `a removed article is no article, and what a key may not see is a problem`() throws {
        var articles = ServiceFixture.articles("word", 250)
        articles[3].title = "[Removed]"
        let clock = VirtualClock(start: ServiceFixture.start)
        let standIn = NewsAPIStandIn(["word": articles], reach: 100)
        let harvest = try clock.run {
            let access = SourceAccess(
                .init(environment: ServiceFixture.environment, folder: "/nonexistent"),
                time: clock,
                transport: StandInTransport([NewsAPIStandIn.host: standIn], time: clock),
                ledgers: { _, _ in MemoryQuotaLedger() }
            )
            return try await NewsSources.open("newsapi", with: access).news(ServiceFixture.query())
        }
        #expect(harvest.items.count == 99 && harvest.items.first?.publisher == "Paper")
        #expect(harvest.problems.first?.failure.message.contains("maximumResultsReached") == true)
    }

    @Test(arguments: [("naver-news", "en"), ("newsapi", "ko-KR"), ("gdelt", "tlh")])
    func `a language that a service does not have costs no call`(_ source: String, _ language: String) throws {
        let fixture = ServiceFixture()
        var query = ServiceFixture.query()
        query.language = language
        let harvest = try harvest(fixture, source, query)
        #expect(harvest.items.isEmpty && harvest.calls == 0 && harvest.problems.map(\.failure.class) == [.invalid])
        query.language = nil
        for terms in [[], [" "]] {
            query.terms = terms
            #expect(try self.harvest(fixture, source, query).problems.map(\.failure.class) == [.invalid])
        }
        #expect(fixture.standIn(source).desk.requests.isEmpty)
    }

    @Test func `a question that GDELT does not take is told in its own words, and the other words go on`() throws {
        let fixture = ServiceFixture()
        let harvest = try harvest(fixture, "gdelt", ServiceFixture.query(["ab", "word"]))
        #expect(harvest.items.count == 120)
        #expect(harvest.problems.first?.failure.message.contains("The specified phrase is too short.") == true)
    }

    @Test(arguments: ["naver-news", "newsapi", "youtube"])
    func `a missing key is named, and a wrong one is no secret's leak`(_ source: String) throws {
        let fixture = ServiceFixture()
        let bare = SourceAccess(.init(environment: [:], folder: "/nonexistent"), time: fixture.clock)
        let missing = #expect(throws: Failure.self) {
            _ =
                source == "youtube"
                ? try VideoSources.open(source, with: bare).name : try NewsSources.open(source, with: bare).name
        }
        #expect(missing?.class == .permission && missing?.message.contains("DURE_") == true)
        let wrong = [
            "DURE_NAVER_CLIENT_SECRET": "hush-hush", "DURE_NEWSAPI_KEY": "hush-hush", "DURE_YOUTUBE_KEY": "hush-hush",
        ]
        let problems = try fixture.clock.run {
            let access = fixture.access(wrong)
            return source == "youtube"
                ? try await VideoSources.open(source, with: access).videos(ServiceFixture.query()).problems
                : try await NewsSources.open(source, with: access).news(ServiceFixture.query()).problems
        }
        #expect(problems.map(\.failure.class) == [.permission])
        #expect(problems.allSatisfy { !$0.failure.message.contains("hush") })
        #expect(
            fixture.standIn(source).desk.requests.allSatisfy {
                !$0.address.contains("hush") && !"\($0)".contains("hush")
            }
        )
    }
}
