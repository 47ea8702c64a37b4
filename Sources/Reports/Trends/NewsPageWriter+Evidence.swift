// SPDX-License-Identifier: Apache-2.0

import TrendAnalysis

// What stands behind the answer: watched subjects, categories, sources, limits and method.
extension NewsPageWriter {
    /// What is written of a watched subject, in a sentence.
    func said(of subject: TrendReport.Watched) -> String {
        let expected = wording.fixed(subject.expected, 1)
        let trends = subject.trends.joined(separator: ", ")
        let said = wording(.watchedSaid, wording.count(subject.count), expected)
        return trends.isEmpty ? said : said + " " + wording(.watchedTrends, trends)
    }

    func watched() -> Section? {
        guard !report.watched.isEmpty else { return nil }
        let head: [Table.Cell] = [
            .text(wording(.columnSubject)), .number(Markup(wording(.columnTitles))),
            .number(Markup(wording(.columnUsual))), .number(Markup(wording(.columnChance))),
            .text(wording(.columnTrends)),
        ]
        let rows = report.watched.enumerated().map { index, subject in
            let key = "report.watched[\(index)]"
            return Table.Row(cells: [
                .strong(subject.name), .number(count(subject.count, key + ".count")),
                .number(wording.figure(Figure(subject.expected, key + ".expected"), .fixed(1))),
                .number(wording.figure(Figure(subject.pValue, key + ".pValue"), .p)),
                .text(subject.trends.isEmpty ? Wording.absent : subject.trends.joined(separator: ", ")),
            ])
        }
        var blocks: [Block] = [.table(Table(head: head, rows: rows)), .caption(wording(.watchedNote))]
        for (index, subject) in report.watched.enumerated() where !subject.stories.isEmpty {
            blocks.append(.heading(subject.name))
            blocks += stories(subject.stories, "report.watched[\(index)]")
        }
        return Section(id: "watched", title: wording(.sectionWatched), blocks: blocks)
    }

    func categories() -> Section? {
        let named = report.categories.enumerated().filter { !$0.element.trends.isEmpty }
        guard !named.isEmpty else { return nil }
        let head: [Table.Cell] = [
            .text(wording(.columnCategory)), .number(Markup(wording(.columnTitles))), .text(wording(.columnTrends)),
        ]
        let rows = named.map { index, category in
            let terms = category.trends.prefix(6).map { $0.stage == .confirmed ? $0.term : "\($0.term) (?)" }
            return Table.Row(cells: [
                .strong(category.name), .number(count(category.items, "report.categories[\(index)].items")),
                .text(terms.joined(separator: ", ")),
            ])
        }
        return Section(
            id: "categories",
            title: wording(.sectionCategories),
            blocks: [.table(Table(head: head, rows: rows)), .caption(wording(.categoriesNote))]
        )
    }

    func limits() -> Section? {
        Section(
            id: "limits",
            title: wording(.sectionUnknown),
            blocks: [.list([.limitTitles, .limitEarly, .limitSeason, .limitSources].map { wording($0) })]
        )
    }

    func method() -> Section? {
        Section(
            id: "method",
            title: wording(.sectionMethod),
            blocks: [.list([.methodCount, .methodTest, .methodStories, .methodSummary].map { wording($0) })]
        )
    }
}
