// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation
import Reports
import Testing
import TrendAnalysis

@testable import dure

/// `dure trends` and `dure feeds check` as people type them, through the built program.
@Suite(
    .enabled(if: ProcessHouse.program != nil, "the program was not built"),
    .serialized,
    .timeLimit(.minutes(10))
)
struct TrendCommandTests {
    /// The newest machine-readable report of a workflow, whole: a house's output holds lines of 64 KB at most.
    private static func report(_ workflow: String, in house: ProcessHouse) throws -> String {
        let reports = house.folder.url.appending(path: "dure-data/reports")
        let names = try FileManager.default.contentsOfDirectory(atPath: reports.path).sorted()
        let name = try #require(names.last { $0.hasPrefix(workflow) && $0.hasSuffix(".json") })
        return try String(contentsOf: reports.appending(path: name), encoding: .utf8)
    }

    @Test func `headlines become a report with the subject that rises, as text, as JSON and as a page`() async throws {
        let house = try ProcessHouse()
        _ = try house.folder.file("news.csv", SampleNews.csv(seed: 7))
        let common = ["trends", "news", "--source", "file:news.csv", "--watch", SampleNews.subject]
        let text = try await house.run(common + ["--html", "page.html"])
        #expect(text.code == 0, "\(house.logged("command"))")
        #expect(text.output.contains("Trends in the news, 2026-03-02 to 2026-03-08"))
        #expect(text.output.contains("moonmist humidifier") && text.output.contains("달무리 가습기"))
        #expect(!text.output.contains("weather"), "what is written each day is no trend")
        let json = try await house.run(
            common + ["--format", "json", "--at", "2026-03-09T00:00:00Z", "--language", "ko"]
        )
        #expect(json.code == 0)
        let findings = try CanonicalJSON.decode(NewsFindings.self, from: json.output)
        #expect(findings.report.trends.contains { $0.stage == .confirmed && $0.term.contains("moonmist") })
        #expect(findings.touched.map(\.name) == ["Moonmist humidifier"])
        #expect(findings.sources.map(\.items) == [findings.report.items])
        let html = try String(contentsOf: house.folder.url.appending(path: "page.html"), encoding: .utf8)
        #expect(html.contains("<svg") && html.contains("https://news.example/"))
        let again = try await house.run(
            common + ["--format", "json", "--at", "2026-03-09T00:00:00Z", "--language", "ko"]
        )
        #expect(again.output == json.output)
        let audit = try FigureAudit(html: html, json: json.output)
        #expect(audit.count > 50 && audit.problems.isEmpty, "\(audit.problems)")
        let runs = try await house.run(["workflow", "runs", "--state", "completed", "--json"])
        #expect(runs.output.split(separator: "\n").count == 3)
    }

    @Test func `a source that is missing is named in the report, and only when all are is the command unsuccessful`()
        async throws
    {
        let house = try ProcessHouse()
        _ = try house.folder.file("news.csv", SampleNews.csv(seed: 7))
        let partly = try await house.run(["trends", "news", "--source", "file:news.csv", "--source", "file:gone.csv"])
        #expect(partly.code == 0)
        #expect(partly.output.contains("Not in this report:") && partly.output.contains("gone.csv is missing"))
        let none = try await house.run(["trends", "news", "--source", "file:gone.csv"])
        #expect(none.code == 66 && none.output.contains("gone.csv is missing"))
    }

    @Test func `a file that is none of news is named in the report, and the others are read`() async throws {
        let house = try ProcessHouse()
        _ = try house.folder.file("news.csv", SampleNews.csv(seed: 7))
        _ = try house.folder.file("wrong.csv", "a,b\n1,2\n")
        _ = try house.folder.file("empty.csv", "")
        let wrong = ["--source", "file:wrong.csv", "--source", "file:empty.csv"]
        let partly = try await house.run(["trends", "news", "--source", "file:news.csv"] + wrong)
        #expect(partly.code == 0, "\(house.logged("command"))")
        #expect(partly.output.contains("wrong.csv: line 1: there is no column for the title"))
        #expect(partly.output.contains("empty.csv"))
        let none = try await house.run(["trends", "news"] + wrong)
        #expect(none.code == 65 && none.output.contains("wrong.csv: line 1"))
    }

    @Test func `options that are wrong are said with their names and values`() async throws {
        let house = try ProcessHouse()
        _ = try house.folder.file("news.csv", "published,title\n2026-01-01,One\n")
        let news = ["trends", "news", "--source", "file:news.csv"]
        for (arguments, said) in [
            (["trends", "news"], "--source"), (["trends", "news", "--source", "nothing"], "'nothing'"),
            (["trends", "news", "--source", ""], "--source: source '' is empty"),
            (news + ["--only", "klingon"], "--only: got 'klingon'"),
            (news + ["--since", "2026-02-30"], "--since: '2026-02-30'"), (news + ["--window", "0d"], "--window: '0d'"),
            (news + ["--since", "2026-01-01", "--window", "7d"], "since and window"),
            (news + ["--language", "fr"], "fr"),
            (["notices", "test", "--channel", "pigeon"], "--channel: got 'pigeon'"),
            (news + ["--top", "0"], "--top"), (news + ["--at", "soon"], "--at: 'soon'"),
        ] {
            #expect(try await house.run(arguments).code == 64, "\(arguments)")
            #expect(house.logged("command").contains(said), "\(arguments): \(house.logged("command").suffix(300))")
        }
        #expect(try await house.run(news + ["--html", "/nowhere/x.html"]).code == 73)
    }

    @Test func `videos are ranked by how far beyond the usual they are watched`() async throws {
        let house = try ProcessHouse()
        _ = try house.folder.file("videos.csv", SampleVideos.csv(seed: 7))
        let common = ["trends", "videos", "--source", "file:videos.csv", "--watch", SampleNews.subject]
        let text = try await house.run(common + ["--html", "v.html"])
        #expect(text.code == 0, "\(house.logged("command"))")
        #expect(text.output.contains("Watched most beyond what is usual"))
        let json = try Self.report("trend-videos", in: house)
        let findings = try CanonicalJSON.decode(VideoFindings.self, from: json)
        #expect(findings.report.viral.first?.title == SampleVideos.viral)
        #expect(findings.touched.map(\.name) == ["Moonmist humidifier"])
        let html = try String(contentsOf: house.folder.url.appending(path: "v.html"), encoding: .utf8)
        let audit = try FigureAudit(html: html, json: json)
        #expect(audit.count > 20 && audit.problems.isEmpty, "\(audit.problems)")
        #expect(try await house.run(["trends", "videos", "--source", "https://example.org/"]).code == 64)
    }

    @Test func `an old saved feed is read whole, by whichever name, and the window ends with its newest item`()
        async throws
    {
        let house = try ProcessHouse()
        _ = try house.folder.file("saved.xml", LampFeed.text)
        for source in ["file:saved.xml", "feed:saved.xml"] {
            let run = try await house.run(["trends", "news", "--source", source])
            #expect(run.code == 0, "\(house.logged("command"))")
            #expect(run.output.contains("2026-03-02 to 2026-03-08") && run.output.contains("48 read"), "\(run.output)")
        }
    }

    @Test func `videos without titles, channels and dates are told of as far as their counts go`() async throws {
        let house = try ProcessHouse()
        let counts = [("once", 9, 900_000), ("a", 1, 1_000), ("a", 9, 9_000), ("b", 1, 1_000), ("b", 9, 17_000)]
        let lines = counts.map { "\($0.0),2026-03-05T0\($0.1):00:00Z,\($0.2)" }
        _ = try house.folder.file("videos.csv", (["video_id,collected_at,views"] + lines).joined(separator: "\n"))
        let text = try await house.run(["trends", "videos", "--source", "file:videos.csv", "--html", "v.html"])
        #expect(text.code == 0, "\(house.logged("command"))")
        #expect(text.output.contains("1 video counted once, with no date of publication"), "\(text.output)")
        let findings = try CanonicalJSON.decode(VideoFindings.self, from: try Self.report("trend-videos", in: house))
        #expect(findings.report.growing.map(\.title) == ["b", "a"])
        #expect(findings.report.growing.map { $0.velocity.rounded() } == [2_000, 1_000])
        let html = try String(contentsOf: house.folder.url.appending(path: "v.html"), encoding: .utf8)
        #expect(html.contains("because they were counted once") && !html.contains(" 0 other videos"))
        let audit = try FigureAudit(html: html, json: CanonicalJSON.text(findings))
        #expect(audit.problems.isEmpty, "\(audit.problems)")
    }

    @Test func `a watched product with a new Korean name is counted, however Korean is cut`() async throws {
        let house = try ProcessHouse()
        let places = ["성수", "홍대", "판교", "부산", "대구", "광주", "수원", "제주", "강릉", "전주"]
        let lines = places.enumerated().map { number, place in
            "2026-03-0\(number % 7 + 1)T0\(number):00:00Z,\(place)에서도 두쫀쿠가 동났다 - 손님 \(number + 3)명이 줄 서,신문\(number)"
        }
        _ = try house.folder.file("news.csv", (["published,title,publisher"] + lines).joined(separator: "\n"))
        let run = try await house.run(
            ["trends", "news", "--source", "file:news.csv", "--watch", "두쫀쿠", "--watch", "쫀쿠", "--format", "json"]
        )
        let watched = try CanonicalJSON.decode(NewsFindings.self, from: run.output).report.watched
        #expect(watched.map(\.count) == [10, 0])
    }

    @Test func `what is watched is kept in the data folder, and every run follows it`() async throws {
        let house = try ProcessHouse()
        _ = try house.folder.file("news.csv", SampleNews.csv(seed: 7))
        #expect(try await house.run(["trends", "watch"]).output.hasPrefix("Nothing is watched"))
        #expect(try await house.run(["trends", "watch", "add", "달무리 가습기", "--alias", "Moonmist"]).code == 0)
        #expect(try await house.run(["trends", "watch", "add", " , "]).code == 64)
        #expect(try await house.run(["trends", "watch", "add", "달무리 가습기", "--alias", "문미스트"]).code == 0)
        #expect(try await house.run(["trends", "watch", "add", "달무리 가습기"]).code == 0)
        let list = try await house.run(["trends", "watch", "list"])
        #expect(list.code == 0 && list.output.contains("달무리 가습기") && list.output.contains("Moonmist, 문미스트"))
        #expect(try await house.run(["trends", "watch", "list", "--json"]).output.hasPrefix("{"))
        let news = try await house.run(["trends", "news", "--source", "file:news.csv", "--format", "json"])
        #expect(try CanonicalJSON.decode(NewsFindings.self, from: news.output).touched.map(\.name) == ["달무리 가습기"])
        let scheduled = try await house.run(["trends", "watch", "schedule", "0 7 * * *", "--source", "file:news.csv"])
        #expect(scheduled.code == 0 && scheduled.output.hasPrefix("trend-news is due first at"))
        #expect(
            try await house.run(["trends", "watch", "schedule", "0 77 * * *", "--source", "file:news.csv"]).code == 64
        )
        for option in [["--html", "x.html"], ["--top", "3"], ["--format", "json"]] {
            let arguments = ["trends", "watch", "schedule", "0 7 * * *", "--source", "file:news.csv"] + option
            #expect(try await house.run(arguments).code == 64, "\(option)")
        }
        #expect(try await house.run(["trends", "watch", "remove", "달무리 가습기"]).code == 0)
        #expect(try await house.run(["trends", "watch", "remove", "달무리 가습기"]).code == 66)
    }

    @Test func `feeds are checked one by one and by the folder, and the worst decides the exit code`() async throws {
        let house = try ProcessHouse()
        let good =
            "<rss version=\"2.0\"><channel><title>T</title><item><guid>1</guid><title>One</title></item></channel></rss>"
        _ = try house.folder.file("good.xml", good)
        _ = try house.folder.file("bad.xml", "no feed at all")
        _ = try house.folder.file("bent.xml", good.replacing("One", with: "One & two"))
        let one = try await house.run(["feeds", "check", "good.xml"])
        #expect(one.code == 0 && one.output.hasPrefix("good.xml: RSS 2.0, 1 entry, UTF-8"))
        let bent = try await house.run(["feeds", "check", "bent.xml", "--json"])
        #expect(bent.code == 0 && bent.output.contains(#""well_formed":false"#))
        #expect(try await house.run(["feeds", "check", "bent.xml", "--strict"]).code == 65)
        #expect(try await house.run(["feeds", "check", "good.xml", "bad.xml"]).code == 65)
        #expect(try await house.run(["feeds", "check", "gone.xml"]).code == 66)
        #expect(try await house.run(["feeds", "check", "."]).code == 65)
        #expect(try await house.run(["feeds", "check", "http://127.0.0.1:1/feed"]).code == 77)
        #expect(try await house.run(["feeds", "check"]).code == 64)
        #expect(try await house.run(["feeds", "check", "good.xml", "--entries", "-1"]).code == 64)
    }
}
