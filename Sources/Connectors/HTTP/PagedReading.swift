// SPDX-License-Identifier: Apache-2.0
import Domain

/// One page of what a service has for a term.
struct Page<Item: Sendable, Place: Sendable>: Sendable {
    /// In the service's order, all of them.
    var items: [Item]
    /// Where the next page begins; nil after the last.
    var next: Place?
    /// What the page says is missing.
    var problem: SourceProblem?
}

/// Reads the pages of several terms in turn, a page each, so that none of them eats up what all share.
struct PagedReading<Item: Hashable & Codable & Sendable, Place: Sendable> {
    /// How a page was had.
    enum Outcome {
        case page(Page<Item, Place>)
        case problem(SourceProblem, endsService: Bool)
    }

    let query: SourceQuery
    let identity: (Item) -> String
    let published: (Item) -> Timestamp

    /// Reads all pages.
    ///
    /// Pages go on until one is the last, enough items were had, or one brings nothing that is new and within the span: a service whose pages go
    /// round in a circle is left.
    ///
    /// - Parameters:
    ///   - terms: what to ask for; each is given to `page` with the place where its next page begins.
    ///   - first: where the first page begins.
    ///   - page: asks for a page, and counts its calls.
    /// - Returns: the items, and what is missing of them.
    /// - Throws: what `page` throws: `CancellationError` only.
    func read(
        _ terms: [String],
        from first: Place,
        _ page: (String, Place, inout Int) async throws -> Outcome
    ) async throws -> SourceHarvest<Item> {
        var harvest = SourceHarvest<Item>()
        var seen: Set<String> = []
        var younger: Set<String> = []
        var ofTerm = terms.map { _ in Set<String>() }
        var waiting = terms.indices.map { (index: $0, place: first) }
        while !waiting.isEmpty {
            let (index, place) = waiting.removeFirst()
            switch try await page(terms[index], place, &harvest.calls) {
            case .problem(let problem, let endsService):
                if !harvest.problems.contains(problem) { harvest.problems.append(problem) }
                if endsService { waiting = [] }
            case .page(let page):
                if let problem = page.problem { harvest.problems.append(problem) }
                var isNew = false
                for item in page.items where ofTerm[index].count < query.limit {
                    guard published(item) >= query.since, published(item) < query.until else {
                        // what is younger than the span stands before it where the newest comes first
                        if published(item) >= query.until { isNew = younger.insert(identity(item)).inserted || isNew }
                        continue
                    }
                    guard ofTerm[index].insert(identity(item)).inserted else { continue }
                    isNew = true
                    if seen.insert(identity(item)).inserted { harvest.items.append(item) }
                }
                if let next = page.next, isNew, ofTerm[index].count < query.limit {
                    waiting.append((index, next))
                }
            }
        }
        return harvest
    }
}
