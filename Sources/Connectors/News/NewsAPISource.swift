// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation

/// News from newsapi.org, by words; it has no Korean.
package struct NewsAPISource: NewsSource {
    static let pageSize = 100
    static let longestQuestion = 500
    static let languages: Set<String> = [
        "ar", "de", "en", "es", "fr", "he", "it", "nl", "no", "pt", "ru", "sv", "ud", "zh",
    ]

    /// So many calls a day, of which half may come at once: the service counts the last 24 hours, not a calendar's day.
    static func plan(daily: Int) -> QuotaPlan {
        QuotaPlan(
            rates: ["calls in 24 hours": TokenBucket.Rule(atMost: daily, in: .hours(24), burst: max(1, daily / 2))],
            days: ["calls": DayQuota.Rule(limit: daily, zone: .gmt)]
        )
    }

    package let name = "newsapi"
    private let caller: ServiceCaller
    private let base: String
    private let key: String

    init(key: String, base: String, caller: ServiceCaller) {
        self.key = key
        self.base = base
        self.caller = caller
    }

    package func news(_ query: SourceQuery) async throws -> SourceHarvest<NewsItem> {
        if let problem = ServiceQuery.refusal(query, name, languages: Self.languages, other: "naver-news or gdelt") {
            return SourceHarvest(problems: [problem])
        }
        if let long = query.terms.first(where: { $0.count > Self.longestQuestion }) {
            let failure = Failure(
                .invalid,
                "\(name) takes \(Self.longestQuestion) characters, and '\(long.prefix(40))…' has \(long.count)"
            )
            return SourceHarvest(problems: [SourceProblem(source: name, failure: failure)])
        }
        let reading = PagedReading<NewsItem, Int>(query: query, identity: \.identity, published: \.published)
        return try await reading.read(query.terms, from: 1) { term, number, calls in
            let outcome = try await caller.call(
                request(term, number, query),
                cost: ["calls in 24 hours": 1, "calls": 1],
                for: term,
                calls: &calls
            )
            switch outcome {
            case .problem(let problem, let endsService): return .problem(problem, endsService: endsService)
            case .value(let body): return .page(page(body, number))
            }
        }
    }

    private func request(_ term: String, _ number: Int, _ query: SourceQuery) -> WebRequest {
        var parts = [
            (name: "q", value: ServiceQuery.phrase(term)), ("from", Self.text(query.since)),
            ("to", Self.text(query.until)), ("sortBy", "publishedAt"), ("pageSize", "\(Self.pageSize)"),
            ("page", "\(number)"),
        ]
        if let language = query.language { parts.append(("language", ServiceQuery.primary(language))) }
        return WebRequest("\(base)/v2/everything", query: parts, headers: [("x-api-key", key)])
    }

    /// ISO 8601 to the second.
    private static func text(_ instant: Timestamp) -> String { instant.date.formatted(.iso8601) }

    private func page(_ body: JSONValue, _ number: Int) -> Page<NewsItem, Int> {
        let elements = body["articles"]?.elements ?? []
        let told = elements.filter { $0["title"]?.text != "[Removed]" }
        let read = PageItems(told, item)
        let isLast = elements.count < Self.pageSize || number * Self.pageSize >= body["totalResults"]?.count ?? .max
        return Page(items: read.items, next: isLast ? nil : number + 1, problem: read.problem(name, "title or date"))
    }

    private func item(_ value: JSONValue) -> NewsItem? {
        guard let title = value["title"]?.plain, let published = value["publishedAt"]?.instant,
            let link = value["url"]?.text
        else { return nil }
        return NewsItem(
            source: name,
            identity: link,
            title: title,
            summary: value["description"]?.plain ?? "",
            link: link,
            authors: (value["author"]?.plain).map { [$0] } ?? [],
            published: published,
            publisher: value["source"]?["name"]?.plain
        )
    }

    /// An error as NewsAPI tells of it.
    static func error(_ body: JSONValue) -> ServiceError? {
        guard body["status"]?.text == "error", let code = body["code"]?.text else { return nil }
        let meaning: ServiceError.Meaning =
            switch code {
            case "apiKeyDisabled", "apiKeyInvalid", "apiKeyMissing": .key
            case "apiKeyExhausted": .exhausted("calls")
            case "rateLimited": .tooFast
            case "parameterInvalid", "parametersMissing", "sourcesTooMany", "sourceDoesNotExist",
                "maximumResultsReached":
                .question
            case "unexpectedError": .trouble
            default: .asStatus
            }
        return ServiceError(code: code, message: body["message"]?.text ?? "", meaning: meaning)
    }
}
