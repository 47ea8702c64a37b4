// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import StandIns
import Testing

@testable import Connectors

@Suite(.timeLimit(.minutes(10))) struct NaverShopTests {
    private func rank(
        _ fixture: ServiceFixture,
        product: String = "900",
        depth: Int = 2_000
    ) throws -> Double? {
        let goal = Goal.shop(keywords: ["word"], product: product, depth: depth)
        return try fixture.clock.run {
            let ranks = try RankSources.naverShop(with: fixture.access())
            let seen = try await ranks.observe(units: ["word"], of: goal, observer: "o", at: ServiceFixture.start)
            #expect(seen.map(\.unit) == ["word"] && ranks.name(observer: "o", of: goal) == "naver-shop")
            return seen.first?.rank
        }
    }

    private func fixture(_ count: Int, _ product: Int?) -> ServiceFixture {
        let fixture = ServiceFixture()
        fixture.naver.setShop("word", ShopFixture.list(count, product: product))
        return fixture
    }

    @Test(arguments: [
        (1, 1), (100, 1), (101, 2), (901, 10), (1_000, 10), (1_001, 11), (1_099, 11), (1_100, 11),
    ])
    func `a place is found with no more calls than it takes, down to 1,099`(_ place: Int, _ calls: Int) throws {
        let fixture = fixture(1_500, place)
        #expect(try rank(fixture) == (place <= 1_099 ? Double(place) : nil))
        #expect(fixture.naver.desk.requests.count == calls)
        #expect(fixture.naver.desk.violations.isEmpty)
    }

    @Test func `beyond the goal's depth there is no place, and no call`() throws {
        for (depth, wanted, calls) in [(150, 150.0, 2), (149, nil, 2), (100, nil, 1)] as [(Int, Double?, Int)] {
            let fixture = fixture(1_500, 150)
            #expect(try rank(fixture, depth: depth) == wanted)
            #expect(fixture.naver.desk.requests.count == calls)
        }
        let short = fixture(130, nil)
        #expect(try rank(short) == nil)
        #expect(short.naver.desk.requests.count == 2)
    }

    @Test(arguments: [
        "900", "777", "https://smartstore.naver.com/dure/products/777?NaPm=x",
        "https://search.shopping.naver.com/catalog/900",
    ])
    func `a product is found by its number, its listing's or its address`(_ product: String) throws {
        #expect(try rank(fixture(200, 42), product: product) == 42)
    }

    @Test func `a product is followed into a comparison's entry, and to another number, and not to another's offer`()
        throws
    {
        let fixture = fixture(300, 42)
        #expect(try rank(fixture) == 42)
        let comparison = NaverStandIn.Offer(productId: "5", mall: "네이버", title: "로봇청소기  r7", price: 310_000)
        fixture.naver.setShop("word", ShopFixture.list(300, product: 17, as: comparison))
        // what was learned is in the memory of one source only where no folder can be written
        let goal = Goal.shop(keywords: ["word"], product: "900", depth: 1_000)
        let seen = try fixture.clock.run {
            let ranks = try RankSources.naverShop(with: fixture.access())
            var seen: [Double?] = []
            for (place, offer) in [
                (42, nil), (17, comparison),
                (18, NaverStandIn.Offer(productId: "6", mall: "두레상점", title: "로봇청소기 R7", price: 300_000)),
                (19, NaverStandIn.Offer(productId: "7", mall: "다른상점", title: "로봇청소기 R7", price: 329_000)),
                (20, NaverStandIn.Offer(productId: "8", mall: "두레상점", title: "로봇청소기 R7", price: 200_000)),
                (21, NaverStandIn.Offer(productId: "9", mall: "두레상점", title: "로봇청소기 R8", price: 329_000)),
            ] as [(Int, NaverStandIn.Offer?)] {
                fixture.naver.setShop("word", ShopFixture.list(300, product: place, as: offer))
                seen.append(
                    try await ranks.observe(units: ["word"], of: goal, observer: "o", at: fixture.clock.now)[0].rank
                )
            }
            return seen
        }
        #expect(seen == [42, 17, 18, nil, nil, nil])
    }

    @Test func `an entry that slipped through between two pages is found at a second reading`() throws {
        let fixture = fixture(1_200, 115)
        // the page from 101 shows what stood at 51 to 100 again, and hides 101 to 150
        fixture.naver.desk.inject(.shuffle, times: 11)
        #expect(try rank(fixture) == 115)
        #expect(fixture.naver.desk.requests.count == 13)
    }

    @Test func `who is named is looked for beside the product, and the first of a list are followed on`() throws {
        let fixture = fixture(300, 42)
        var shop = Goal.shop(keywords: ["word"], product: "900", depth: 200)
        shop.product.competitors = ["10150", "https://search.shopping.naver.com/catalog/99999"]
        let goal = shop
        try fixture.clock.run {
            let ranks = try RankSources.naverShop(with: fixture.access())
            func look() async throws -> [String: Int?] {
                let seen = try await ranks.observe(units: ["word"], of: goal, observer: "o", at: fixture.clock.now)
                #expect(seen[0].entries.filter(\.isOwn).map(\.product) == ["900"])
                return Dictionary(seen[0].entries.map { ($0.product, $0.rank) }) { first, _ in first }
            }
            let first = try await look()
            let leaders = Dictionary(uniqueKeysWithValues: (1...5).map { ("\(10_000 + $0)", Int?($0)) })
            let others: [String: Int?] = ["900": 42, "10150": 150, "99999": nil]
            #expect(first == others.merging(leaders) { $1 }, "not found down to the depth is told")
            #expect(fixture.naver.desk.requests.count == 2)
            // the product rises to the top, and those who were there are seen one place lower
            fixture.naver.setShop("word", ShopFixture.list(300, product: 1))
            let second = try await look()
            #expect(second["900"] == 1 && second["10002"] == 2 && second["10006"] == 6)
        }
    }

    @Test func `the only unit of a goal stands in the middle of its keywords`() throws {
        let fixture = ServiceFixture()
        fixture.naver.setShop("a", ShopFixture.list(500, product: 250))
        fixture.naver.setShop("b", ShopFixture.list(500, product: 30))
        fixture.naver.setShop("c", ShopFixture.list(500, product: nil))
        try fixture.clock.run {
            let ranks = try RankSources.naverShop(with: fixture.access())
            for (words, wanted) in [(["a", "b"], 140), (["a", "b", "c"], 250), (["b", "c"], nil)]
                as [([String], Double?)]
            {
                let goal = Goal.shop(keywords: words, product: "900", depth: 400, units: ["default"])
                let seen = try await ranks.observe(units: ["default"], of: goal, observer: "o", at: fixture.clock.now)
                #expect(seen.map(\.rank) == [wanted])
                #expect(seen[0].entries.filter(\.isOwn).map(\.keyword) == words)
            }
        }
    }

    @Test func `a service's address comes from the environment only where keys may go there`() throws {
        for (address, allowed, isGood) in [
            ("https://proxy.example/naver/", "", true), ("http://127.0.0.1:99", "127.0.0.1", true),
            ("http://127.0.0.1:99", "", false), ("ftp://a.example", "a.example", false), ("nonsense", "", false),
        ] as [(String, String, Bool)] {
            let access = ServiceFixture().access(["DURE_NAVER_URL": address, "DURE_SOURCES_ALLOW": allowed])
            do throws(Failure) {
                _ = try RankSources.naverShop(with: access)
                #expect(isGood, "\(address)")
            } catch {
                #expect(!isGood && error.class == .invalid && error.message.contains("DURE_NAVER_URL"), "\(address)")
            }
        }
    }

    @Test func `a list that changes all the time is read twice and no more`() throws {
        let fixture = fixture(1_200, 115)
        fixture.naver.desk.inject(.shuffle)
        #expect(try rank(fixture) == nil)
        #expect(fixture.naver.desk.requests.count == 22)
    }

    @Test func `keywords are read in turn, each once, and an unknown unit is named`() throws {
        let fixture = ServiceFixture()
        fixture.naver.setShop("a", ShopFixture.list(500, product: 250))
        fixture.naver.setShop("b", ShopFixture.list(500, product: 30))
        try fixture.clock.run {
            let ranks = try RankSources.naverShop(with: fixture.access())
            let goal = Goal.shop(keywords: ["a", "b"], product: "900", depth: 1_000, units: ["a", "b", "c"])
            let seen = try await ranks.observe(units: ["b", "a", "b"], of: goal, observer: "o", at: fixture.clock.now)
            #expect(seen.map(\.unit) == ["b", "a", "b"] && seen.map(\.rank) == [30, 250, 30])
            #expect(fixture.naver.desk.requests.map { $0["query"] } == ["b", "a", "a", "a"])
            for units in [["c"], ["a", "c"]] {
                let failure = await #expect(throws: Failure.self) {
                    try await ranks.observe(units: units, of: goal, observer: "o", at: fixture.clock.now)
                }
                #expect(failure?.class == .notFound && failure?.message.contains("'c'") == true)
            }
            let single = Goal.shop(keywords: ["a"], product: "900", depth: 1_000, units: ["default"])
            #expect(
                try await ranks.observe(units: ["default"], of: single, observer: "o", at: fixture.clock.now)[0].rank
                    == 250
            )
            #expect(try await ranks.observe(units: [], of: single, observer: "o", at: fixture.clock.now).isEmpty)
        }
    }

    @Test func `a memory of products that cannot be read is said, and stays as it is`() throws {
        let folder = URL.temporaryDirectory.appending(path: "dure-shop-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path + "/products.json"
        let traits = ShopTraits(ShopEntry(productId: "1", mall: "m", title: "a", price: 9))
        try ShopMemory(path: path).remember("1", traits)
        #expect(try ShopMemory(path: path)["1"] == traits)
        try Data("{\"1\":".utf8).write(to: URL(filePath: path))
        let failure = #expect(throws: Failure.self) { try ShopMemory(path: path) }
        #expect(failure?.class == .invalid && failure?.message.contains(path) == true)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("{\"1\":".utf8))
        let lost = try ShopMemory(path: folder.path + "/none/products.json")
        let unwritten = #expect(throws: Failure.self) { try lost.remember("1", traits) }
        #expect(unwritten?.class == .permission)
    }

    @Test(arguments: [
        ("https://search.shopping.naver.com/catalog/123?x=1", ShopAddress.product("123")),
        ("msearch.shopping.naver.com/product/123", .product("123")),
        ("https://search.shopping.naver.com/gate.nhn?id=123", .product("123")),
        ("https://smartstore.naver.com/main/products/123", .listing("123")),
        ("https://m.smartstore.naver.com/shop/products/123#x", .listing("123")),
        ("https://brand.naver.com/b/products/123", .listing("123")),
        ("https://shopping.naver.com/window-products/style/9?nvMid=123", .product("123")), (" 123 ", .number("123")),
    ])
    func `addresses of products are read`(_ text: String, _ address: ShopAddress) throws {
        #expect(try ShopAddress(text) == address)
    }

    @Test(arguments: [
        "", "abc", "https://example.org/catalog/1", "https://naver.com.evil.example/catalog/1",
        "https://smartstore.naver.com/shop", "https://smartstore.naver.com/shop/products/12a", "123456789012345678901",
    ])
    func `what is no product is refused`(_ text: String) {
        let failure = #expect(throws: Failure.self) { try ShopAddress(text) }
        #expect(failure?.class == .invalid && failure?.message.contains("'\(text)'") == true)
    }
}
