// SPDX-License-Identifier: Apache-2.0
package import Connectors
package import Domain
import Foundation

/// NewsAPI: 100 calls in 24 hours.
package final class NewsAPIStandIn: StandIn {
    package static let host = "newsapi.org"
    package let desk = StandInDesk(["calls": .sliding(100, milliseconds: 86_400_000)])
    private let articles: [String: [NaverStandIn.Article]]
    /// How many results the key may see.
    private let reach: Int

    package init(_ articles: [String: [NaverStandIn.Article]], reach: Int = .max) {
        self.articles = articles
        self.reach = reach
    }

    package func cost(_ request: WebRequest) -> [String: Int] { ["calls": 1] }
    package func refusal(_ rule: String) -> WebAnswer { Self.error(429, "rateLimited", "too many") }

    private static func error(_ status: Int, _ code: String, _ message: String) -> WebAnswer {
        let body = ["status": "error", "code": code, "message": message].mapValues { JSONValue.string($0) }
        return .json(.object(body), status: status)
    }

    package func reply(_ request: WebRequest, fault: StandInFault?, at now: Timestamp) -> WebAnswer {
        guard request["apiKey"] == nil, let key = request.header("x-api-key") else {
            return Self.error(401, "apiKeyMissing", "no key")
        }
        guard key == "key" else { return Self.error(401, "apiKeyInvalid", "Your API key \(key) is invalid") }
        guard let word = request["q"], (1...500).contains(word.count) else {
            return Self.error(400, "parametersMissing", "q")
        }
        let languages = ["ar", "de", "en", "es", "fr", "he", "it", "nl", "no", "pt", "ru", "sv", "ud", "zh"]
        if let language = request["language"], !languages.contains(language) {
            return Self.error(400, "parameterInvalid", "language")
        }
        guard let size = Int(request["pageSize"] ?? "100"), (1...100).contains(size),
            let number = Int(request["page"] ?? "1"), number >= 1
        else { return Self.error(400, "parameterInvalid", "page") }
        guard (number - 1) * size < reach else { return Self.error(426, "maximumResultsReached", "upgrade") }
        let all = articles[word.filter { $0 != "\"" }] ?? []
        let first = (number - 1) * size - (fault == .duplicates && number > 1 ? 3 : 0)
        let page = first < all.count ? Array(all[first..<min(first + size, all.count)]) : []
        return .json(
            .object([
                "status": .string("ok"), "totalResults": .integer(Int64(all.count)),
                "articles": .array(page.map(Self.json)),
            ])
        )
    }

    private static func json(_ article: NaverStandIn.Article) -> JSONValue {
        .object([
            "source": .object(["id": .null, "name": .string("Paper")]), "author": .null,
            "title": .string(article.title), "description": .string("x"), "url": .string(article.link),
            "publishedAt": .string(article.published.date.formatted(.iso8601)), "content": .string("… [+1234 chars]"),
        ])
    }
}

/// GDELT's document interface: a question in five seconds, errors as plain text, and escapes that JSON does not have.
package final class GDELTStandIn: StandIn {
    package static let host = "api.gdeltproject.org"
    package let desk = StandInDesk(["pace": .sliding(1, milliseconds: 5_000)])
    private let articles: [String: [NaverStandIn.Article]]

    package init(_ articles: [String: [NaverStandIn.Article]]) {
        self.articles = articles
    }

    package func cost(_ request: WebRequest) -> [String: Int] { ["pace": 1] }
    package func refusal(_ rule: String) -> WebAnswer {
        WebAnswer(
            status: 429,
            headers: ["content-type": "text/plain"],
            body: Array("Please limit requests to one every 5 seconds".utf8)
        )
    }

    private static func words(_ text: String) -> WebAnswer {
        WebAnswer(status: 200, headers: ["content-type": "text/html; charset=utf-8"], body: Array(text.utf8))
    }

    package func reply(_ request: WebRequest, fault: StandInFault?, at now: Timestamp) -> WebAnswer {
        guard let query = request["query"], query.count >= 3 else {
            return Self.words("The specified phrase is too short.\n")
        }
        guard request["mode"] == "artlist", request["format"] == "json", request["sort"] == "datedesc",
            let most = Int(request["maxrecords"] ?? "75"), (1...250).contains(most)
        else { return Self.words("Invalid mode.") }
        guard let start = Self.instant(request["startdatetime"]), let end = Self.instant(request["enddatetime"]),
            start.milliseconds >= now.milliseconds - 93 * 86_400_000
        else { return Self.words("Invalid query start date.") }
        let word = query.replacingOccurrences(of: " sourcelang:korean", with: "").filter { $0 != "\"" }
        let found = (articles[word] ?? []).filter { $0.published >= start && $0.published <= end }
        var page = Array(found.prefix(most))
        if fault == .duplicates { page += page.prefix(3) }
        guard !page.isEmpty else { return .json(.object([:])) }
        let rows = page.map { article in
            let date = GDELTStandIn.text(article.published)
            return """
                {"url": "\(article.link)","url_mobile": "","title": "it\\'s \(article.title)","seendate": "\(date)","socialimage": "",\
                "domain": "a.example","language": "Korean","sourcecountry": "South Korea" }
                """
        }
        return WebAnswer(
            status: 200,
            headers: ["content-type": "application/json; charset=utf-8"],
            body: Array("{\"articles\": [ \(rows.joined(separator: ",\n")) ] }".utf8)
        )
    }

    static func text(_ instant: Timestamp) -> String {
        let digits = instant.date.formatted(.iso8601).filter(\.isNumber)
        return "\(digits.prefix(8))T\(digits.dropFirst(8).prefix(6))Z"
    }

    private static func instant(_ text: String?) -> Timestamp? {
        guard let text, text.count == 14 else { return nil }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "yyyyMMddHHmmss"
        return formatter.date(from: text).map { Timestamp($0) }
    }
}
