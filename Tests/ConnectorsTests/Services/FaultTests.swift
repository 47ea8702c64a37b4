// SPDX-License-Identifier: Apache-2.0
import Domain
import StandIns
import Testing

@testable import Connectors

/// Every fault of every stand-in ends in a typed outcome, in bounded time, and goes by when the fault does.
@Suite(.timeLimit(.minutes(10))) struct FaultTests {
    static let sources = ["naver-news", "newsapi", "gdelt", "youtube", "naver-shop"]

    /// What came of asking: how many items, the problems, and how long it took.
    struct Outcome: Sendable {
        var items: [String] = []
        var problems: [SourceProblem] = []
    }

    static let goal = Goal.shop(keywords: ["word"], product: "900", depth: 1_000)

    static func ask(_ source: String, _ access: SourceAccess) async throws -> Outcome {
        switch source {
        case "youtube":
            let harvest = try await VideoSources.open(source, with: access).videos(ServiceFixture.query(["video"]))
            return Outcome(items: harvest.items.map(\.identity), problems: harvest.problems)
        case "naver-shop":
            do {
                let ranks = try RankSources.naverShop(with: access)
                let seen = try await ranks.observe(units: ["word"], of: goal, observer: "o", at: ServiceFixture.start)
                return Outcome(items: seen.map { "\($0.unit):\($0.rank.map { "\(Int($0))" } ?? "-")" })
            } catch let failure as Failure {
                return Outcome(problems: [SourceProblem(source: source, failure: failure)])
            }
        default:
            let harvest = try await NewsSources.open(source, with: access).news(ServiceFixture.query(days: 5))
            return Outcome(items: harvest.items.map(\.identity), problems: harvest.problems)
        }
    }

    static func fixture() -> ServiceFixture {
        let fixture = ServiceFixture(articles: 320, videos: 120)
        fixture.naver.setShop("word", ShopFixture.list(1_200, product: 430))
        return fixture
    }

    private static func wanted(_ fault: StandInFault) -> Failure.Class? {
        switch fault {
        case .tooManyWithRetryAfter, .tooMany: .rateLimit
        case .serverError, .cutJSON, .hangUp, .empty: .unknown
        case .slowBody: .timeOut
        case .wrongType: .invalid
        case .duplicates, .shuffle: nil
        }
    }

    /// Answers every question with one body.
    private struct OneAnswer: WebTransport {
        let body: String

        func send(_ request: WebRequest, within patience: TimeSpan) async throws -> Result<WebAnswer, Failure> {
            .success(WebAnswer(status: 200, headers: ["content-type": "application/json"], body: Array(body.utf8)))
        }
    }

    @Test(arguments: sources, [#""none""#, "7", "{}", "null"])
    func `an array that is none is a failure, not an answer without items`(_ source: String, _ value: String) throws {
        let clock = VirtualClock(start: ServiceFixture.start)
        let body = #"{"items":\#(value),"articles":\#(value),"total":5,"totalResults":5}"#
        let outcome = try clock.run {
            let access = SourceAccess(
                .init(environment: ServiceFixture.environment, folder: FixtureFolder().path),
                time: clock,
                transport: OneAnswer(body: body),
                ledgers: { _, _ in MemoryQuotaLedger() }
            )
            return try await Self.ask(source, access)
        }
        #expect(outcome.items.isEmpty && outcome.problems.map(\.failure.class) == [.invalid])
        #expect(outcome.problems.first?.failure.message.contains("no array") == true)
    }

    @Test(arguments: sources, StandInFault.allCases)
    func `a fault that stays ends in a failure of its class, without breaking a quota`(
        _ source: String,
        _ fault: StandInFault
    ) throws {
        let fixture = Self.fixture()
        fixture.standIn(source).desk.inject(fault)
        let (outcome, took) = try fixture.clock.run {
            let outcome = try await Self.ask(source, fixture.access())
            return (outcome, fixture.clock.now - ServiceFixture.start)
        }
        #expect(took < .minutes(5))
        #expect(fixture.standIn(source).desk.violations.isEmpty)
        guard let wanted = Self.wanted(fault) else {
            #expect(outcome.problems.isEmpty && Set(outcome.items).count == outcome.items.count)
            #expect(!outcome.items.isEmpty)
            return
        }
        #expect(outcome.items.isEmpty && outcome.problems.map(\.failure.class) == [wanted], "\(outcome)")
        #expect(fixture.standIn(source).desk.requests.count <= 3)
        if wanted == .rateLimit, source != "naver-shop" { #expect(outcome.problems.first?.notBefore != nil) }
    }

    @Test(arguments: sources, StandInFault.allCases)
    func `a fault that goes by costs nothing but time`(_ source: String, _ fault: StandInFault) throws {
        let whole = Self.fixture()
        let expected = try whole.clock.run { try await Self.ask(source, whole.access()) }
        #expect(expected.problems.isEmpty)
        let fixture = Self.fixture()
        fixture.standIn(source).desk.inject(fault, times: 1)
        let outcome = try fixture.clock.run { try await Self.ask(source, fixture.access()) }
        if fault == .wrongType {
            // a page where an answer should be is not asked for again at once
            #expect(outcome.problems.map(\.failure.class) == [.invalid])
        } else {
            #expect(outcome.items == expected.items && outcome.problems.isEmpty, "\(outcome.problems)")
        }
    }

    @Test(arguments: sources) func `a service that fails again and again is left alone, also by the next process`(
        _ source: String
    ) throws {
        let fixture = Self.fixture()
        fixture.standIn(source).desk.inject(.serverError)
        let (asked, later) = try fixture.clock.run {
            for _ in 0..<6 { _ = try await Self.ask(source, fixture.access()) }
            try fixture.ledgers.restart()
            let asked = fixture.standIn(source).desk.requests.count
            let refused = try await Self.ask(source, fixture.access())
            #expect(refused.problems.map(\.failure.class) == [.rateLimit], "\(refused)")
            try await fixture.clock.sleep(for: .hours(2))
            fixture.standIn(source).desk.heal()
            return (asked, try await Self.ask(source, fixture.access()))
        }
        #expect(asked <= 8)
        #expect(later.problems.isEmpty && !later.items.isEmpty)
    }

    @Test func `Retry-After is waited for, or told where it is too long`() throws {
        let fixture = Self.fixture()
        fixture.naver.desk.inject(.tooManyWithRetryAfter, times: 1)
        let took = try fixture.clock.run {
            _ = try await Self.ask("naver-news", fixture.access())
            return fixture.clock.now - ServiceFixture.start
        }
        #expect(took >= .seconds(7) && took < .seconds(20))
    }

    @Test(arguments: sources) func `the same question gets the same answer`(_ source: String) throws {
        let answers = try (0..<2).map { _ in
            let fixture = Self.fixture()
            fixture.standIn(source).desk.inject(.serverError, times: 2)
            return try fixture.clock.run { try await Self.ask(source, fixture.access()) }.items
        }
        #expect(answers[0] == answers[1])
    }
}
