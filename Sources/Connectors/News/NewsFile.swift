// SPDX-License-Identifier: Apache-2.0
package import Domain
import Feeds

/// News from a CSV or JSON-lines file, packed by gzip or not.
///
/// Its columns are found by their names; a title and a date are needed. Without terms all that is in the query's span is given, whatever its
/// limit. A record that cannot be used is left out and told of; a file that cannot be read to its end gives what was read.
package struct NewsFile: StreamedNewsSource {
    package let name: String
    private let path: String
    private let now: Timestamp?

    /// Opens a file once, to see that it is one; throws `Failure` naming what is wrong with it.
    ///
    /// A record later than a day after `now` that the query does not reach is one that cannot be used.
    package init(path: String, now: Timestamp? = nil) throws(Failure) {
        name = "file:" + path
        self.path = path
        self.now = now
        _ = try RecordFile(path: path, columns: Self.columns)
    }

    static let columns = RecordColumns(columns: [
        .init("title", ["title", "headline", "headlinetext", "제목"], isNeeded: true),
        .init(
            "date",
            [
                "published", "publishedat", "pubdate", "publishdate", "publicationdate", "datepublished", "datetime",
                "date",
                "timestamp", "seendate", "fetchedat", "collectedat", "digestdate", "createdat", "time", "발행일", "날짜",
                "일시",
            ],
            isNeeded: true
        ),
        .init("id", ["id", "guid", "identifier", "newsid", "articleid"]),
        .init("link", ["url", "link", "originallink", "address", "주소"]),
        .init(
            "description",
            ["description", "summary", "abstract", "shortdescription", "content", "text", "body", "본문", "내용"]
        ),
        .init("publisher", ["publisher", "source", "press", "outlet", "media", "hostname", "언론사"]),
        .init("authors", ["author", "authors", "byline", "기자"]),
        .init("category", ["category", "categories", "section", "topic", "분류"]),
        .init("language", ["language", "lang"]),
        .init("views", ["views", "viewcount", "조회수"]),
    ])

    package func news(_ query: SourceQuery) async throws -> SourceHarvest<NewsItem> {
        var items: [NewsItem] = []
        var harvest = try await news(query) { items.append($0) }
        harvest.items = items
        return harvest
    }

    package func news(_ query: SourceQuery, each take: (NewsItem) throws -> Void) async throws -> SourceHarvest<
        NewsItem
    > {
        var harvest = SourceHarvest<NewsItem>()
        var filter = SourceFilter(query)
        // Hashes stand for the identities: two of a million would share one once in forty million files.
        var seen: Set<UInt64> = []
        // Whoever takes the items may fail; that is not the file's fault, and ends the reading.
        var refusal: (any Error)?
        harvest.problems = try RecordFile.problems(reading: path, columns: Self.columns, source: name) {
            (record) throws(BadRecord) in
            let item = try item(record)
            if let now, item.published >= query.until, item.published > now + .days(1) {
                let written = try record.text("date")
                throw record.bad("date", written, "give a date that has come; what lies in the future is no news")
            }
            guard filter.takes(item.published), filter.takes(language: item.language) else { return true }
            let identity = SplitMix64.seed(0, item.identity)
            guard !seen.contains(identity), filter.takes(item.title, item.summary) else { return true }
            seen.insert(identity)
            do {
                try take(item)
                return true
            } catch {
                refusal = error
                return false
            }
        }
        if let refusal { throw refusal }
        return harvest
    }

    private func item(_ record: Record) throws(BadRecord) -> NewsItem {
        let title = HTMLText.plain(try record.text("title"))
        guard !title.isEmpty else { throw record.bad("title", "", "give a title, or delete the record") }
        guard let published = try record.instant("date") else {
            throw record.bad("date", "", "give a date such as 2026-11-01 or 2026-11-01T09:30:00+09:00")
        }
        let link = try record.text("link")
        let id = try record.text("id")
        let publisher = try record.text("publisher")
        let language = try record.text("language")
        return NewsItem(
            source: name,
            identity: !id.isEmpty ? id : !link.isEmpty ? link : ItemIdentity.hashed(title, published),
            title: title,
            summary: HTMLText.plain(try record.text("description")),
            link: link.isEmpty ? nil : link,
            authors: try record.list("authors"),
            categories: try record.list("category"),
            language: language.isEmpty ? nil : language,
            published: published,
            views: try record.count("views"),
            publisher: publisher.isEmpty ? nil : publisher
        )
    }
}
