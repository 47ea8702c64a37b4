// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Connectors

@Suite struct PagedReadingTests {
    private static let start = ServiceFixture.start

    private func reading(_ limit: Int = 1_000) -> PagedReading<NewsItem, Int> {
        var query = ServiceFixture.query(days: 30)
        query.limit = limit
        return PagedReading(query: query, identity: \.identity, published: \.published)
    }

    private func items(_ numbers: Range<Int>) -> [NewsItem] {
        numbers.map { NewsItem(source: "s", identity: "\($0)", title: "t", published: Self.start - .minutes($0 + 1)) }
    }

    @Test func `pages that go round in a circle end`() async throws {
        let harvest = try await reading().read(["a"], from: 0) { _, place, calls in
            calls += 1
            return .page(Page(items: items(place * 10..<(place * 10 + 10)), next: (place + 1) % 3))
        }
        #expect(harvest.items.count == 30 && harvest.calls == 4)
    }

    @Test func `words take turns, and what several have is one item that counts for each`() async throws {
        var order: [String] = []
        let harvest = try await reading(15).read(["a", "b"], from: 0) { word, place, calls in
            order.append(word)
            calls += 1
            return .page(Page(items: items(place * 10..<(place * 10 + 10)), next: place + 1))
        }
        #expect(order == ["a", "b", "a", "b"])
        #expect(harvest.items.map(\.identity) == (0..<15).map { "\($0)" })
    }

    @Test func `a question without an answer ends alone, a service without one ends all, and what was had is kept`()
        async throws
    {
        for endsService in [false, true] {
            let harvest = try await reading().read(["a", "b"], from: 0) { word, place, calls in
                calls += 1
                guard word == "b" || place == 0 else {
                    return .problem(
                        SourceProblem(source: "s", failure: Failure(.unknown, "x")),
                        endsService: endsService
                    )
                }
                return .page(Page(items: items(place * 10..<(place * 10 + 10)), next: place < 2 ? place + 1 : nil))
            }
            #expect(harvest.items.count == (endsService ? 10 : 30) && harvest.problems.count == 1)
        }
    }
}
