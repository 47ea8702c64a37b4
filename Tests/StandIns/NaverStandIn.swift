// SPDX-License-Identifier: Apache-2.0
package import Connectors
package import Domain
import Foundation

/// Naver's search interfaces for news and shopping.
package final class NaverStandIn: StandIn {
    /// One article.
    package struct Article: Sendable {
        package var title: String
        package var link: String
        package var published: Timestamp

        package init(title: String, link: String, published: Timestamp) {
            (self.title, self.link, self.published) = (title, link, published)
        }
    }

    /// One offer.
    package struct Offer: Sendable {
        package var productId: String
        package var link: String
        package var mall: String
        package var title: String
        package var price: Int

        package init(productId: String, link: String = "", mall: String, title: String, price: Int) {
            (self.productId, self.link, self.mall) = (productId, link, mall)
            (self.title, self.price) = (title, price)
        }
    }

    package static let host = "openapi.naver.com"
    package let desk: StandInDesk
    private let news: Locked<[String: [Article]]>
    private let shop: Locked<[String: [Offer]]>

    package init(dailyCalls: Int = 25_000, news: [String: [Article]] = [:], shop: [String: [Offer]] = [:]) {
        desk = StandInDesk([
            "day": .day(dailyCalls, zone: "Asia/Seoul"), "second": .sliding(10, milliseconds: 1_000),
        ])
        self.news = Locked(news)
        self.shop = Locked(shop)
    }

    /// Changes a keyword's list.
    package func setShop(_ word: String, _ offers: [Offer]) { shop.withLock { $0[word] = offers } }

    package func cost(_ request: WebRequest) -> [String: Int] { ["day": 1, "second": 1] }

    package func refusal(_ rule: String) -> WebAnswer {
        Self.error(429, rule == "day" ? "010" : "012", "limit exceeded")
    }

    private static func error(_ status: Int, _ code: String, _ message: String) -> WebAnswer {
        .json(.object(["errorCode": .string(code), "errorMessage": .string(message)]), status: status)
    }

    package func reply(_ request: WebRequest, fault: StandInFault?, at now: Timestamp) -> WebAnswer {
        guard request.base.hasPrefix("https://") else { return Self.error(403, "SE00", "HTTPS only") }
        guard request.header("x-naver-client-id") == "id", request.header("x-naver-client-secret") == "secret" else {
            return Self.error(401, "024", "Authentication failed for id")
        }
        guard let word = request["query"], !word.isEmpty else { return Self.error(400, "SE01", "Incorrect query") }
        guard let display = Int(request["display"] ?? "10"), (1...100).contains(display) else {
            return Self.error(400, "SE02", "Invalid display value")
        }
        guard let start = Int(request["start"] ?? "1"), (1...1_000).contains(start) else {
            return Self.error(400, "SE03", "Invalid start value")
        }
        let page: [JSONValue]
        let total: Int
        switch request.base {
        case "https://\(Self.host)/v1/search/news.json":
            guard ["sim", "date"].contains(request["sort"] ?? "sim") else { return Self.error(400, "SE04", "sort") }
            let all = news.withLock { $0[word] ?? [] }
            total = all.count
            page = Self.page(all, start, display, fault).map(Self.json)
        case "https://\(Self.host)/v1/search/shop.json":
            guard ["sim", "date", "asc", "dsc"].contains(request["sort"] ?? "sim") else {
                return Self.error(400, "SE04", "sort")
            }
            var all = shop.withLock { $0[word] ?? [] }
            total = all.count
            if fault == .shuffle, start > 1 { all = Self.shuffled(all, start) }
            page = Self.page(all, start, display, fault).map(Self.json)
        default: return Self.error(404, "SE05", "Invalid search api")
        }
        return .json(
            .object([
                "lastBuildDate": .string("Mon, 26 Sep 2016 18:04:44 +0900"), "total": .integer(Int64(total)),
                "start": .integer(Int64(start)), "display": .integer(Int64(page.count)), "items": .array(page),
            ])
        )
    }

    /// A part of a list; with duplicates, one that begins with the last three of the page before.
    private static func page<Item>(_ all: [Item], _ start: Int, _ display: Int, _ fault: StandInFault?) -> [Item] {
        let first = fault == .duplicates && start > 3 ? start - 4 : start - 1
        guard first < all.count else { return [] }
        return Array(all[first..<min(first + display, all.count)])
    }

    /// The list after entries have changed places: each lot of fifty at a page's border goes back by half a page.
    private static func shuffled(_ all: [Offer], _ start: Int) -> [Offer] {
        let border = start - 1
        guard border >= 50, border + 50 <= all.count else { return all }
        return Array(
            all[..<(border - 50)] + all[border..<(border + 50)] + all[(border - 50)..<border]
                + all[(border + 50)...]
        )
    }

    private static func json(_ article: Article) -> JSONValue {
        .object([
            "title": .string(article.title), "originallink": .string(article.link),
            "link": .string("https://n.news.naver.com/" + String(article.link.count)),
            "description": .string("about &quot;it&quot; <b>all</b>"),
            "pubDate": .string(rfc822(article.published)),
        ])
    }

    private static func json(_ offer: Offer) -> JSONValue {
        .object([
            "title": .string("<b>\(offer.title)</b>"), "link": .string(offer.link), "lprice": .string("\(offer.price)"),
            "hprice": .string(""), "mallName": .string(offer.mall), "productId": .string(offer.productId),
            "productType": .string("2"),
        ])
    }

    /// A date with Korea's offset.
    static func rfc822(_ instant: Timestamp) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 9 * 3_600)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss Z"
        return formatter.string(from: instant.date)
    }
}
