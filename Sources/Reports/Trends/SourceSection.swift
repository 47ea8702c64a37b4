// SPDX-License-Identifier: Apache-2.0

/// What a report says of its sources: what each gave, and what is missing.
struct SourceSection: Sendable {
    let sources: [TrendSource]
    let wording: Wording

    /// Sources of which nothing, or not all, is in the report, each with why.
    func missing() -> [String] {
        sources.flatMap { source in
            source.problems.prefix(3).map { problem in
                wording(source.isMissing ? .sourceMissing : .sourcePartial, source.name, problem)
            }
        }
    }

    /// The table of all of them.
    func section() -> Section {
        let head: [Table.Cell] = [
            .text(wording(.columnSource)), .number(Markup(wording(.columnItems))),
            .number(Markup(wording(.columnKept))), .number(Markup(wording(.columnCalls))),
            .text(wording(.columnProblem)),
        ]
        let rows = sources.enumerated().map { index, source in
            let key = "sources[\(index)]"
            return Table.Row(cells: [
                .strong(source.name), .number(count(source.items, key + ".items")),
                .number(count(source.kept, key + ".kept")), .number(count(source.calls, key + ".calls")),
                .text(source.problems.isEmpty ? wording(.complete) : source.problems.joined(separator: "; ")),
            ])
        }
        return Section(
            id: "sources",
            title: wording(.sectionSources),
            blocks: [.table(Table(head: head, rows: rows))]
        )
    }

    private func count(_ value: Int, _ key: String) -> Markup { wording.figure(Figure(Double(value), key), .count) }
}
