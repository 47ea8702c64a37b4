// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Testing

@testable import Connectors

@Suite struct NewsFileTests {
    private func news(_ text: String, _ query: SourceQuery = .everything) async throws -> SourceHarvest<NewsItem> {
        try await TemporaryFiles.with { files in
            try await NewsFile(path: try files.write("news", text)).news(query)
        }
    }

    @Test(arguments: [
        "publish_date,headline_text\n2003-02-19,one\n2003-02-20,two\n",
        "date,source,headline\n2003-02-19,paper,one\n2003-02-20,paper,two\n",
        "fetched_at,category,title,description,url\n2003-02-19T09:00+09:00,a,one,,https://a.example/1\n2003-02-20,a,two,x,\n",
        "digest_date;section;publisher;title;url\n2003-02-19;IT;신문;one;https://a.example/1\n2003-02-20;IT;신문;two;b\n",
        "Title\tPublished At\none\tWed, 19 Feb 2003 00:00:00 GMT\ntwo\t1045699200000\n",
        #"{"headline":"one","date":"2003-02-19"}"# + "\n\n" + #"{"headline":"two","date":1045699200}"#,
    ])
    func `columns are found by their names, in tables and in JSON lines`(_ text: String) async throws {
        let harvest = try await news(text)
        #expect(harvest.items.map(\.title) == ["one", "two"])
        #expect(harvest.items.last?.published == .day("2003-02-20"))
        #expect(harvest.problems.isEmpty && harvest.calls == 0)
    }

    @Test(arguments: [
        "s6/CpSzBprjxCjIwMjYtMDEtMDEsw7u80rHiIL3FwabHsCDD4r3DCg==",
        "//6gsNzJLAAcyKm6CgAyADAAMgA2AC0AMAAxAC0AMAAxACwArcyMwTCuIADgwhzIiNQgAJzN3MIKAA==",
        "eyLBprjxIjoiw7u80rHiIL3FwabHsCDD4r3DIiwis6/CpSI6IjIwMjYtMDEtMDEifQo=",
    ])
    func `CP949 and UTF-16 are read, as tables and as JSON lines`(_ packed: String) async throws {
        let bytes = [UInt8](try #require(Data(base64Encoded: packed)))
        let harvest = try await TemporaryFiles.with { files in
            try await NewsFile(path: try files.write("news", bytes)).news(.everything)
        }
        #expect(harvest.items.map(\.title) == ["청소기 신제품 출시"] && harvest.problems.isEmpty)
    }

    @Test func `a record of the future is told, unless it is asked for`() async throws {
        let text = "date,title\n2026-01-01,a\n2999-01-01,b\n"
        let (old, new) = try await TemporaryFiles.with { files in
            let file = try NewsFile(path: try files.write("news", text), now: .day("2026-02-01"))
            let query = SourceQuery(since: .day("2020-01-01"), until: .day("2026-02-02"))
            var far = query
            far.until = .day("3000-01-01")
            return (try await file.news(query), try await file.news(far))
        }
        #expect(old.items.map(\.title) == ["a"] && old.problems.count == 1)
        #expect(old.problems.first?.failure.message.contains("2999-01-01") == true)
        #expect(new.items.count == 2 && new.problems.isEmpty)
    }

    @Test func `bad records are counted among all records`() async throws {
        let text = "date,title\n2026-01-01,a\n2026-01-02,b,c,d\nsoon,e\n2026-01-03\n"
        let problem = try #require(try await news(text).problems.first)
        #expect(problem.failure.message.contains("3 of 4 records cannot be used"))
    }

    @Test func `all fields are read, and mark-up is taken off`() async throws {
        let row =
            #"{"id":7,"title":"<b>A</b> &amp; B","published":"2026-01-02T03:04:05Z","url":"https://a.example/7","#
            + #""description":"x<br>y","source":{"name":"Paper"},"authors":["P","Q"],"category":"tech|home","lang":"ko","views":"1,234"}"#
        let item = try #require(try await news(row).items.first)
        #expect(item.identity == "7" && item.title == "A & B" && item.summary == "x y" && item.publisher == "Paper")
        #expect(item.authors == ["P", "Q"] && item.categories == ["tech", "home"] && item.language == "ko")
        #expect(item.views == 1_234 && item.link == "https://a.example/7")
    }

    @Test func `a query's span, terms, language and limit choose`() async throws {
        let text =
            "date,title,language\n2026-01-01,alpha,ko\n2026-01-02,Alpha beta,ko\n2026-01-02,beta,en\n2026-01-03,alpha,\n"
        var query = SourceQuery(since: .day("2026-01-02"), until: .day("2026-01-03"))
        #expect(try await news(text, query).items.map(\.title) == ["Alpha beta", "beta"])
        query.until = .day("2026-01-04")
        query.terms = ["ALPHA"]
        #expect(try await news(text, query).items.count == 2)
        query.limit = 1
        #expect(try await news(text, query).items.map(\.title) == ["Alpha beta"])
        query.terms = []
        query.language = "ko-KR"
        #expect(try await news(text, query).items.map(\.title) == ["Alpha beta", "alpha"])
    }

    @Test func `an item that comes again is one item`() async throws {
        let text =
            "date,title,url\n2026-01-01,a,https://x.example/1\n2026-01-02,a,https://x.example/1\n2026-01-02,a,\n2026-01-02,a,\n"
        let items = try await news(text).items
        #expect(items.count == 2)
        #expect(items.first?.published == .day("2026-01-01"))
    }

    @Test func `bad records are left out and told of by line, field, value and remedy`() async throws {
        let text = "date,title\nsoon,one\n2026-01-02,two\n2026-01-03\n2026-01-04,\n,five\n2026-01-06,six\n"
        let harvest = try await news(text)
        #expect(harvest.items.map(\.title) == ["two", "six"])
        let problem = try #require(harvest.problems.first)
        #expect(problem.failure.class == .invalid && harvest.problems.count == 1)
        #expect(
            problem.failure.message.contains("4 of 5 records cannot be used")
                || problem.failure.message.contains("4 of 6")
        )
        #expect(problem.failure.message.contains("line 2, column 'date': got 'soon'; give a date such as"))
        let lines = try await news(
            "{\"title\":\"a\",\"date\":\"2026-01-01\"}\n{\"title\":\n{\"title\":\"b\",\"date\":\"x\"}\n"
        )
        #expect(lines.items.count == 1)
        #expect(lines.problems.first?.failure.message.contains("line 2") == true)
        #expect(lines.problems.first?.failure.message.contains("line 3, column 'date': got 'x'") == true)
    }

    @Test func `what breaks a file off keeps what was read before`() async throws {
        let harvest = try await news("date,title\n2026-01-01,one\n2026-01-02,\"two\n")
        #expect(harvest.items.map(\.title) == ["one"])
        #expect(harvest.problems.first?.failure.message.contains("a quote is not closed") == true)
    }

    @Test(arguments: [
        ("when,what\n1,2\n", "there is no column for the title"), ("title\nx\n", "no column for the date"),
        ("", "empty"), ("{\"title\":\"x\"}\n", "there is no key for the date"), ("{\"a\n", "line 1"),
        ("PK\u{3}\u{4}", "workbook"), ("\u{1F}not", "column"),
    ])
    func `a file that is none is refused when it is opened`(_ text: String, _ message: String) async throws {
        try await TemporaryFiles.with { files in
            let path = try files.write("news.csv", text)
            let failure = #expect(throws: Failure.self) { try NewsFile(path: path) }
            #expect(failure?.class == .invalid)
            #expect(failure?.message.contains(message) == true, "\(failure?.message ?? "")")
        }
    }

    @Test func `a file that is not there, a folder, and damaged packing are errors of their kind`() async throws {
        try await TemporaryFiles.with { files in
            let missing = #expect(throws: Failure.self) { try NewsFile(path: files.folder.path + "/none.csv") }
            #expect(missing?.class == .notFound)
            let folder = #expect(throws: Failure.self) { try NewsFile(path: files.folder.path) }
            #expect(folder?.class == .notFound, "\(String(describing: folder))")
            let path = try files.write("news.csv.gz", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF])
            let damaged = #expect(throws: Failure.self) { try NewsFile(path: path) }
            #expect(damaged?.message.contains("damaged") == true)
        }
    }

    @Test func `a file that goes away after it was opened is a problem, not an error`() async throws {
        try await TemporaryFiles.with { files in
            let path = try files.write("news.csv", "date,title\n2026-01-01,one\n")
            let source = try NewsFile(path: path)
            try FileManager.default.removeItem(atPath: path)
            let harvest = try await source.news(.everything)
            #expect(harvest.items.isEmpty && harvest.problems.map(\.failure.class) == [.notFound])
        }
    }
}
