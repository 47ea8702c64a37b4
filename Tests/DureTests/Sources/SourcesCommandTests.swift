// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Testing

@testable import dure

/// `dure sources` as people mistype it, through the built program, and the forms of a rank.
@Suite(
    .enabled(if: ProcessHouse.program != nil, "the program was not built"),
    .serialized,
    .timeLimit(.minutes(10))
)
struct SourcesCommandTests {
    /// No key is set, whatever the environment of the tests has.
    private static func house() throws -> ProcessHouse {
        try ProcessHouse(environment: [
            "DURE_NAVER_CLIENT_ID": "", "DURE_NAVER_CLIENT_SECRET": "", "DURE_NEWSAPI_KEY": "", "DURE_YOUTUBE_KEY": "",
        ])
    }

    @Test(arguments: [
        (["check", "naver-newz"], Int32(65), "naver-newz"),
        (["check", "newsapi", "--term", "lamp"], 77, "DURE_NEWSAPI_KEY"),
        (["check", "youtube"], 77, "DURE_YOUTUBE_KEY"),
        (["check", "naver-news", "--term", "lamp"], 77, "DURE_NAVER_CLIENT_ID"),
        (["check", "file:not-there.csv"], 66, "not-there.csv"),
        (["check", "file:no-date.csv"], 65, "for the date"),
        (["check", "file:news.csv", "--videos"], 65, "there is no column"),
        (["check", "http://127.0.0.1:1/feed.xml", "--allow", "127.0.0.1"], 75, "127.0.0.1"),
        (["check", "file:news.csv", "--since", "soon"], 64, "--since: got 'soon'"),
        (["check", "file:news.csv", "--limit", "0"], 64, "--limit: got '0'"),
        (["rank", "123"], 64, "--keyword: none is given"),
        (["rank", "123", "--keyword", " "], 64, "--keyword: got an empty one"),
        (["rank", "123", "--keyword", "lamp", "--depth", "2000"], 64, "--depth: got '2000'; give 1 to 1099"),
        (["rank", "a lamp", "--keyword", "lamp"], 65, "a lamp"),
        (["rank", "123", "--keyword", "lamp"], 77, "DURE_NAVER_CLIENT_ID"),
    ])
    func `a mistake has an exit code of its own, and says what was wrong`(
        _ arguments: [String],
        _ code: Int32,
        _ said: String
    ) async throws {
        let house = try Self.house()
        _ = try house.folder.file("news.csv", "title,date\nA lamp is lit,2026-03-02\n")
        _ = try house.folder.file("no-date.csv", "title,colour\nA lamp is lit,red\n")
        let answer = try await house.run(["sources"] + arguments)
        let told = answer.output + house.logged("command")
        #expect(answer.code == code, "\(told)")
        #expect(told.contains(said), "\(told)")
    }

    @Test func `a file says what it holds, and which of its records cannot be used`() async throws {
        let house = try Self.house()
        _ = try house.folder.file("news.csv", "title,date\nA lamp is lit,2026-03-02\nAnother,someday\n,2026-03-03\n")
        let (output, code) = try await house.run(["sources", "check", "file:news.csv"])
        #expect(code == 0)
        #expect(output.contains("1 items") && output.contains("A lamp is lit"))
        #expect(
            output.contains("2 of 3 records cannot be used") && output.contains("line 3") && output.contains("someday")
        )
        let json = try await house.run(["sources", "check", "file:news.csv", "--format", "json"])
        #expect(json.code == 0 && json.output.contains(#""count":1"#))
    }

    @Test func `the list names every key that is missing, and asks nobody`() async throws {
        let list = try await Self.house().run(["sources", "list"])
        #expect(list.code == 0)
        for name in ["DURE_NAVER_CLIENT_ID (missing)", "DURE_NEWSAPI_KEY (missing)", "DURE_YOUTUBE_KEY (missing)"] {
            #expect(list.output.contains(name))
        }
    }

    @Test func `a rank is written as text, JSON, CSV and a trial's metric`() throws {
        func row(_ keyword: String, _ rank: Int?, exact: Bool?) -> SourcesRankCommand.Row {
            SourcesRankCommand.Row(
                time: "2026-03-02T00:00:00Z",
                keyword: keyword,
                product: "123",
                rank: rank,
                depth: 100,
                source: "naver-shop",
                observer: "here",
                isExact: exact
            )
        }
        let rows = [row("lamp, red", 7, exact: true), row("등", nil, exact: nil), row("lamp", 3, exact: false)]
        #expect(try SourcesRankCommand.Format.metric.text(rows) == "{\"rank\":37}\n", "absent counts as 101")
        #expect(
            try SourcesRankCommand.Format.csv.text(rows).split(whereSeparator: \.isNewline).map(String.init) == [
                "time,keyword,product,rank,depth,source,observer",
                "2026-03-02T00:00:00Z,\"lamp, red\",123,7,100,naver-shop,here",
                "2026-03-02T00:00:00Z,등,123,,100,naver-shop,here",
                "2026-03-02T00:00:00Z,lamp,123,3,100,naver-shop,here",
            ]
        )
        let text = try SourcesRankCommand.Format.text.text(rows)
        #expect(text.contains("not among the first 100") && text.contains("found by mall, title and price"))
        #expect(try SourcesRankCommand.Format.json.text(rows).contains(#""rank":7"#))
    }
}
