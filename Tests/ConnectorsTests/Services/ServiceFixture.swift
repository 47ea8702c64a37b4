// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import StandIns
import Testing

@testable import Connectors

/// A data folder of a fixture's own, removed when the fixture is let go.
final class FixtureFolder: Sendable {
    let path = NSTemporaryDirectory() + "dure-sources-" + UUID().uuidString

    init() {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            Issue.record("\(path) cannot be made: \(error)")
        }
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Issue.record("\(path) was not removed: \(error)")
        }
    }
}

/// All services as stand-ins on a virtual clock.
struct ServiceFixture: Sendable {
    static let start = Timestamp(milliseconds: 1_767_268_800_000)  // 2026-01-01T12:00:00Z
    static let environment = [
        "DURE_NAVER_CLIENT_ID": "id", "DURE_NAVER_CLIENT_SECRET": "secret", "DURE_NEWSAPI_KEY": "key",
        "DURE_YOUTUBE_KEY": "key",
    ]
    static let channel = "UC0000000000000000000001"

    let clock: VirtualClock
    let naver: NaverStandIn
    let newsAPI: NewsAPIStandIn
    let gdelt: GDELTStandIn
    let youTube: YouTubeStandIn
    let ledgers: LedgerShelf
    let folder = FixtureFolder()

    /// Articles of a word, a minute apart, the newest first.
    static func articles(_ word: String, _ count: Int, before end: Timestamp = start) -> [NaverStandIn.Article] {
        (0..<count).map { index in
            NaverStandIn.Article(
                title: "<b>\(word)</b> &quot;\(index)&quot;",
                link: "https://paper.example/\(word)/\(index)",
                published: end - .minutes(index + 1)
            )
        }
    }

    static func videos(_ count: Int) -> [YouTubeStandIn.Video] {
        (0..<count).map { index in
            YouTubeStandIn.Video(
                identity: "v\(index)",
                title: "video \(index)",
                channel: channel,
                published: start - .minutes(index + 1),
                hidesCounts: index % 7 == 0
            )
        }
    }

    init(
        articles: Int = 120,
        videos: Int = 120,
        dailyCalls: Int = 25_000,
        units: Int = 10_000,
        start: Timestamp = start
    ) {
        let fixtures = ["word": Self.articles("word", articles), "other": Self.articles("other", 5)]
        clock = VirtualClock(start: start)
        naver = NaverStandIn(dailyCalls: dailyCalls, news: fixtures)
        newsAPI = NewsAPIStandIn(fixtures)
        gdelt = GDELTStandIn(fixtures)
        youTube = YouTubeStandIn(Self.videos(videos), units: units)
        ledgers = LedgerShelf()
    }

    /// An access as a process that has just begun opens it: nothing but the ledgers is left of the one before.
    func access(_ extra: [String: String] = [:], seed: UInt64 = 1) -> SourceAccess {
        let services: [String: any StandIn] = [
            NaverStandIn.host: naver, NewsAPIStandIn.host: newsAPI, GDELTStandIn.host: gdelt,
            YouTubeStandIn.host: youTube,
        ]
        let ledgers = ledgers
        return SourceAccess(
            .init(environment: Self.environment.merging(extra) { $1 }, folder: folder.path, seed: seed),
            time: clock,
            transport: StandInTransport(services, time: clock, delay: TimeSpan(milliseconds: 40)),
            ledgers: { ledgers.ledger($0, $1) }
        )
    }

    /// The stand-in that a source asks.
    func standIn(_ source: String) -> any StandIn {
        switch source {
        case "newsapi": newsAPI
        case "gdelt": gdelt
        case "youtube": youTube
        default: naver
        }
    }

    static func query(_ terms: [String] = ["word"], days: Int = 2) -> SourceQuery {
        SourceQuery(terms: terms, since: start - .days(days), until: start)
    }
}

/// Ledgers that outlive a process, as bytes.
final class LedgerShelf: Sendable {
    private let open = Locked<[String: MemoryQuotaLedger]>([:])

    func ledger(_ owner: String, _ key: String) -> any QuotaLedger {
        open.withLock { open in
            if let known = open[owner + key] { return known }
            let made = MemoryQuotaLedger()
            open[owner + key] = made
            return made
        }
    }

    /// Ends the process: ledgers are written as JSON and read again.
    func restart() throws {
        try open.withLock { open in
            for name in open.keys.sorted() {
                guard let ledger = open[name] else { continue }
                let bytes = try CanonicalJSON.encode(ledger.written())
                open[name] = MemoryQuotaLedger(try CanonicalJSON.decode(QuotaState.self, from: bytes))
            }
        }
    }
}
