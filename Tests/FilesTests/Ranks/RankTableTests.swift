// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import Files

@Suite struct RankTableTests {
    private func table(_ text: String, _ edit: (inout RankTable.Options) -> Void = { _ in }) throws -> RankTable {
        var options = RankTable.Options()
        edit(&options)
        return try RankTable(data: Data(text.utf8), options: options)
    }

    private func error(_ text: String, _ edit: (inout RankTable.Options) -> Void = { _ in }) throws -> CSVError {
        do {
            _ = try table(text, edit)
        } catch let error as CSVError {
            return error
        }
        Issue.record("it was taken: \(text)")
        return CSVError(line: 0, remedy: "")
    }

    private func time(_ text: String) -> String? {
        RankCells(timeZone: .gmt).time(text)?.description
    }

    @Test func `a daily chart of several lists is understood by its header`() throws {
        let table = try table(
            """
            date,country,media,feed,rank,app_id,name,developer
            2026-02-17,us,apps,top-free,1,309735670,Indeed Job Search,Indeed Inc.
            2026-02-18,us,apps,top-free,3,309735670,Indeed Job Search,Indeed Inc.
            """
        )
        let first = try #require(table.sightings.first)
        #expect(first.keyword == "us/apps/top-free" && first.product == "309735670" && first.rank == 1)
        #expect(first.time.description == "2026-02-17T00:00:00.000Z")
        #expect(table.products == [RankedProduct(product: "309735670", name: "Indeed Job Search", isOwn: false)])
        #expect(first.depth == 3)
    }

    @Test func `a weekly chart's title and artist are one product`() throws {
        let table = try table(
            "chart_date,rank,title,artist,last_week,peak,weeks_on_chart\n2010-01-02,1,TiK ToK,Ke$ha,2,1,11\n"
        )
        #expect(table.sightings.first?.product == "TiK ToK · Ke$ha")
        #expect(table.sightings.first?.keyword == "")
    }

    @Test func `several checkers and the mark of a list of 100 are understood`() throws {
        let table = try table(
            """
            item,date,checker,observed_rank,true_rank,fault
            a,2012-03-17,A,78,79,
            a,2012-03-17,B,101,79,not-found
            b,2012-03-17,B,101,79,not-found
            a,2012-03-18,B,101,79,not-found
            b,2012-03-18,B,101,79,not-found
            """
        )
        #expect(table.sightings.map(\.observer) == ["A", "B", "B", "B", "B"])
        #expect(table.sightings.map(\.rank) == [78, nil, nil, nil, nil])
        #expect(table.sightings.allSatisfy { $0.depth == 100 })
        #expect(table.notes.count == 1 && table.notes[0].contains("--depth 101"))
    }

    @Test(arguments: [11, 21, 31, 41, 51, 81, 101, 201])
    func `a product's worst rank is a rank, whatever size of list it is beside`(_ worst: Int) throws {
        let ranks = [worst - 3, worst - 2, worst - 1, worst, worst, worst - 1]
        let rows = ranks.enumerated().map { "2026-01-0\($0 + 1),lamp,ours,\($1)\n2026-01-0\($0 + 1),lamp,rival,3\n" }
        let table = try table("date,keyword,product,rank\n" + rows.joined())
        #expect(table.sightings.filter { $0.product == "ours" }.map(\.rank) == ranks)
        #expect(table.notes.contains { $0.contains("(lamp)") && $0.contains("--depth") })
        let told = try self.table("date,keyword,product,rank\n" + rows.joined()) { $0.depth = worst - 1 }
        #expect(told.sightings.count { $0.rank == nil } == 2 && told.notes.isEmpty)
    }

    @Test func `a mark is told by keyword, and ties elsewhere make none`() throws {
        var text = "date,keyword,product,rank\n"
        for day in 1...4 {
            for product in 0..<4 {
                text += "2026-01-0\(day),mop,p\(product),\(product < 2 ? 51 : product)\n"
                text += "2026-01-0\(day),lamp,p\(product),\(product == 0 ? 21 : 20)\n"
            }
        }
        let table = try table(text)
        #expect(table.sightings.filter { $0.keyword == "mop" }.count { $0.rank == nil } == 8)
        #expect(table.sightings.filter { $0.keyword == "lamp" }.allSatisfy { $0.rank != nil && $0.depth == 21 })
        #expect(table.notes.contains { $0.contains("Ranks of 51") && $0.contains("(mop)") })
        #expect(table.notes.contains { $0.contains("21, is taken for a rank (lamp)") })
    }

    @Test func `a depth that was taken from the ranks is told, but not that of a whole list`() throws {
        let own = try table("date,keyword,product,rank\n2026-01-01,lamp,ours,20\n")
        #expect(own.notes.contains { $0.contains("greatest rank: 20 (lamp)") })
        let whole = (1...20).map { "2026-01-01,lamp,p\($0),\($0)\n" }.joined()
        #expect(try table("date,keyword,product,rank\n" + whole).notes.isEmpty)
    }

    @Test func `of two ranks at one time the last counts, and it is told`() throws {
        let twice = try table("date,keyword,product,rank,depth\n2026-01-01,lamp,ours,4,9\n2026-01-01,lamp,ours,7,9\n")
        #expect(
            twice.notes.count == 1 && twice.notes[0].contains("ours for lamp") && twice.notes[0].contains("the last")
        )
        let same = try table("date,keyword,product,rank,depth\n2026-01-01,lamp,ours,4,9\n2026-01-01,lamp,ours,4,9\n")
        #expect(same.notes.isEmpty)
    }

    @Test func `days by number, Korean headers, own products and depths are understood`() throws {
        let days = try table("series,day,rank,change_day\n0,0,38,-1\n0,1,40,-1\n")
        #expect(days.sightings[1].time - days.sightings[0].time == .days(1))
        let korean = try table("날짜;키워드;상품명;순위;자사\n2026.02.17 09:30;청소기;우리것;3위;예\n2026.02.17 09:30;청소기;남의것;권외;아니오\n") {
            $0.timeZone = TimeZone(identifier: "Asia/Seoul") ?? .gmt
            $0.depth = 200
        }
        #expect(korean.sightings.map(\.rank) == [3, nil] && korean.sightings[1].depth == 200)
        #expect(korean.sightings[0].time.description == "2026-02-17T00:30:00.000Z")
        #expect(korean.products.filter(\.isOwn).map(\.name) == ["우리것"])
        #expect(try table("date,product,rank\n2026-01-01,a,1\n") { $0.own = ["a"] }.products.first?.isOwn == true)
    }

    @Test func `not in the list is said in many ways`() {
        for text in ["", "-", "off", "권외", "not found"] { #expect(RankCells.rank(text) == .notListed(depth: nil)) }
        #expect(RankCells.rank(">100") == .notListed(depth: 100))
        #expect(RankCells.rank("100+") == .notListed(depth: 100))
        #expect(RankCells.rank("12.0") == .listed(12))
        for text in ["0", "-1", "1.5", "100001", "99999999999999999999", "x", "1e3", ">", "+"] {
            #expect(RankCells.rank(text) == nil, "\(text)")
        }
    }

    @Test func `times are read in the usual forms and impossible ones are refused`() {
        #expect(time("2026-02-28T23:59:59.5Z") == "2026-02-28T23:59:59.500Z")
        #expect(time("2026-02-28 10:00+09:00") == "2026-02-28T01:00:00.000Z")
        #expect(time("20240229") == "2024-02-29T00:00:00.000Z")
        #expect(time("1772236800") == time("1772236800000"))
        #expect(time("2026/3/1") == "2026-03-01T00:00:00.000Z")
        for text in [
            "2026-02-29", "2026-13-01", "26-01-01", "2026-01-01T24:00", "2026-01-01T10:61", "yesterday", "", "123456",
            "2026-01-01T10:00+99",
        ] {
            #expect(time(text) == nil, "\(text)")
        }
    }

    @Test func `an error names line, column and value`() throws {
        let rank = try error("date,product,rank\n2026-01-01,a,1\n2026-01-02,a,zero\n")
        #expect(rank.line == 3 && rank.column == "rank" && rank.value == "zero")
        let date = try error("date,product,rank\n2026-02-30,a,1\n")
        #expect(date.line == 2 && date.column == "date")
        #expect(try error("date,product,rank\n2026-01-01,,1\n").column == "product")
        let header = try error("date,product,points\n2026-01-01,a,1\n")
        #expect(header.description.contains("--column rank=NAME") && header.description.contains("points"))
        #expect(
            try table("date,product,points\n2026-01-01,a,1\n") { $0.columns[.rank] = "points" }.sightings.count == 1
        )
        #expect(try error("date,product,rank\n2026-01-01,a,1\n") { $0.columns[.rank] = "place" }.value == "place")
        #expect(try error("date,product,rank\n").problem == "there are no rows")
    }
}
