// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation

/// News of the last three months from the GDELT project, by words; it needs no key, and takes a question every five seconds.
package struct GDELTSource: NewsSource {
    static let pageSize = 250
    static let depth = TimeSpan.days(90)
    /// The names by which it knows languages.
    static let languages: [String: String] = [
        "ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french", "he": "hebrew", "hi": "hindi",
        "id": "indonesian", "it": "italian", "ja": "japanese", "ko": "korean", "nl": "dutch", "no": "norwegian",
        "pl": "polish", "pt": "portuguese", "ru": "russian", "sv": "swedish", "th": "thai", "tr": "turkish",
        "uk": "ukrainian", "vi": "vietnamese", "zh": "chinese",
    ]

    /// One call in five seconds; half a second more, since calls may travel at different speeds.
    static var plan: QuotaPlan {
        QuotaPlan(rates: ["calls": TokenBucket.Rule(atMost: 1, in: TimeSpan(milliseconds: 5_500))])
    }

    package let name = "gdelt"
    private let caller: ServiceCaller
    private let base: String
    private let time: any TimeSource

    init(base: String, caller: ServiceCaller, time: any TimeSource) {
        self.base = base
        self.caller = caller
        self.time = time
    }

    package func news(_ query: SourceQuery) async throws -> SourceHarvest<NewsItem> {
        let known = Set(Self.languages.keys)
        if let problem = ServiceQuery.refusal(query, name, languages: known, other: "another source") {
            return SourceHarvest(problems: [problem])
        }
        let earliest = time.now - Self.depth
        let start = max(query.since, earliest)
        let end = min(query.until, time.now)
        var harvest = SourceHarvest<NewsItem>()
        if start < end {
            let reading = PagedReading<NewsItem, Timestamp>(
                query: query,
                identity: \.identity,
                published: \.published
            )
            harvest = try await reading.read(query.terms, from: end) { term, end, calls in
                let request = request(term, start, end, query.language)
                switch try await caller.call(request, cost: ["calls": 1], for: term, calls: &calls) {
                case .problem(let problem, let endsService): return .problem(problem, endsService: endsService)
                case .value(let body): return .page(page(body, term, end))
                }
            }
        }
        if query.since < earliest {
            let failure = Failure(
                .notFound,
                "\(name) tells of the last three months: nothing from before \(earliest) was had"
            )
            harvest.problems.append(SourceProblem(source: name, failure: failure))
        }
        return harvest
    }

    private func request(_ term: String, _ start: Timestamp, _ end: Timestamp, _ language: String?) -> WebRequest {
        let name = language.flatMap { Self.languages[ServiceQuery.primary($0)] }
        let words = ServiceQuery.phrase(term) + (name.map { " sourcelang:\($0)" } ?? "")
        return WebRequest(
            "\(base)/api/v2/doc/doc",
            query: [
                ("query", words), ("mode", "artlist"), ("format", "json"), ("maxrecords", "\(Self.pageSize)"),
                ("sort", "datedesc"), ("startdatetime", Self.text(start)), ("enddatetime", Self.text(end)),
            ]
        )
    }

    /// Year to second in UTC, fourteen digits; a part of a second is taken for the next whole one.
    static func text(_ instant: Timestamp) -> String {
        let rounded = Timestamp(milliseconds: (instant.milliseconds + 999) / 1_000 * 1_000)
        return String(rounded.date.formatted(.iso8601).filter(\.isNumber).prefix(14))
    }

    /// A page; the one after it ends where its oldest article stands, so that those of one second are seen again rather than missed.
    private func page(_ body: JSONValue, _ term: String, _ end: Timestamp) -> Page<NewsItem, Timestamp> {
        let elements = body["articles"]?.elements ?? []
        let read = PageItems(elements, item)
        var page = Page<NewsItem, Timestamp>(items: read.items, next: nil, problem: read.problem(name, "title or date"))
        guard elements.count >= Self.pageSize, let oldest = read.items.map(\.published).min() else { return page }
        guard oldest < end else {
            let failure = Failure(
                .notFound,
                "\(name) has more than \(Self.pageSize) articles of '\(term)' at \(end), and tells of no more"
            )
            page.problem = page.problem ?? SourceProblem(source: name, failure: failure)
            return page
        }
        page.next = oldest
        return page
    }

    private func item(_ value: JSONValue) -> NewsItem? {
        guard let title = value["title"]?.plain, let published = value["seendate"]?.instant,
            let link = value["url"]?.text
        else { return nil }
        let stated = value["language"]?.text?.lowercased()
        return NewsItem(
            source: name,
            identity: link,
            title: title,
            link: link,
            language: stated.flatMap { name in Self.languages.keys.sorted().first { Self.languages[$0] == name } },
            published: published,
            publisher: value["domain"]?.text
        )
    }
}
