// SPDX-License-Identifier: Apache-2.0
package import Domain

/// News from Naver's search: Korean, by words, the newest 1,099 of each.
package struct NaverNewsSource: NewsSource {
    package let name = "naver-news"
    private let search: NaverSearch

    init(_ search: NaverSearch) {
        self.search = search
    }

    package func news(_ query: SourceQuery) async throws -> SourceHarvest<NewsItem> {
        if let problem = ServiceQuery.refusal(query, name, languages: ["ko"], other: "newsapi or gdelt") {
            return SourceHarvest(problems: [problem])
        }
        let reading = PagedReading<NewsItem, Int>(query: query, identity: \.identity, published: \.published)
        return try await reading.read(query.terms, from: 1) { term, start, calls in
            let outcome = try await search.page(
                "news",
                term,
                start: start,
                sort: "date",
                for: "news:\(term)",
                calls: &calls
            )
            switch outcome {
            case .problem(let problem, let endsService): return .problem(problem, endsService: endsService)
            case .value(let body): return .page(page(body, term, start, query))
            }
        }
    }

    private func page(_ body: JSONValue, _ term: String, _ start: Int, _ query: SourceQuery) -> Page<NewsItem, Int> {
        let elements = body["items"]?.elements ?? []
        let read = PageItems(elements, item)
        var page = Page<NewsItem, Int>(items: read.items, next: nil, problem: read.problem(name, "title or date"))
        let oldest = read.items.last?.published
        let isDone = elements.count < NaverSearch.pageSize || start + elements.count > body["total"]?.count ?? .max
        guard !isDone, oldest ?? query.until >= query.since else { return page }
        page.next = NaverSearch.start(after: start)
        if page.next == nil, let oldest, oldest > query.since {
            let failure = Failure(
                .notFound,
                "\(name) tells of the newest \(start + elements.count - 1) only: of '\(term)' nothing from before \(oldest) was had"
            )
            page.problem = page.problem ?? SourceProblem(source: name, failure: failure)
        }
        return page
    }

    private func item(_ value: JSONValue) -> NewsItem? {
        guard let title = value["title"]?.plain, let published = value["pubDate"]?.instant else { return nil }
        let original = value["originallink"]?.text
        guard let link = original ?? value["link"]?.text else { return nil }
        return NewsItem(
            source: name,
            identity: link,
            title: title,
            summary: value["description"]?.plain ?? "",
            link: link,
            language: "ko",
            published: published
        )
    }
}

/// What services cannot be asked.
enum ServiceQuery {
    /// A problem with a query that has no words, or a language that the service does not have; nil for one that can be asked.
    static func refusal(
        _ query: SourceQuery,
        _ service: String,
        languages: Set<String>?,
        other: String
    ) -> SourceProblem? {
        func problem(_ message: String) -> SourceProblem {
            SourceProblem(source: service, failure: Failure(.invalid, message))
        }
        guard !query.terms.isEmpty else { return problem("\(service) needs words to look for; give terms") }
        if let blank = query.terms.first(where: { !$0.contains { !$0.isWhitespace } }) {
            return problem("\(service) cannot look for '\(blank)'; give words")
        }
        guard let language = query.language.map(primary), let languages, !languages.contains(language) else {
            return nil
        }
        return problem("\(service) has nothing in '\(language)'; ask \(other) instead")
    }

    /// A language's first part, such as `ko` of `ko-KR`.
    static func primary(_ language: String) -> String { language.prefix { $0 != "-" && $0 != "_" }.lowercased() }

    /// A term as a phrase, where it has several words and is none yet.
    static func phrase(_ term: String) -> String {
        term.contains(where: \.isWhitespace) && !term.contains("\"") ? "\"\(term)\"" : term
    }
}
