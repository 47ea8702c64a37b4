// SPDX-License-Identifier: Apache-2.0

import Domain
import Storage
import Testing

/// What every store promises of ranks that were seen.
@Suite(.timeLimit(.minutes(10)))
struct RankContractTests {
    private func sighting(_ product: String, _ keyword: String, _ second: Int, rank: Int?) -> RankSighting {
        RankSighting(
            keyword: keyword,
            product: product,
            source: "naver",
            observer: "a",
            time: Sample.at(second),
            rank: rank,
            depth: 100
        )
    }

    private func write(_ sightings: [RankSighting], _ products: [RankedProduct] = [], to store: any Store) async throws
    {
        var change = KnowledgeChange()
        change.sightings = sightings
        change.rankedProducts = products
        try await store.commit(change, durability: .power)
    }

    @Test(arguments: Implementation.allCases)
    func `sightings are read back in order, and one under the same names replaces the other`(
        _ implementation: Implementation
    ) async throws {
        try await implementation.with { store in
            let first = sighting("b", "청소기", 10, rank: 3)
            let second = sighting("a", "청소기", 20, rank: nil)
            let third = sighting("a", "mop", 5, rank: 1)
            try await write([first, second, third], to: store)
            #expect(try await store.rankSightings(in: .default, keyword: nil, since: nil) == [third, second, first])
            let better = sighting("b", "청소기", 10, rank: 2)
            try await write([better, second], to: store)
            #expect(try await store.rankSightings(in: .default, keyword: "청소기", since: nil) == [second, better])
            #expect(
                try await store.rankSightings(in: .default, keyword: nil, since: Sample.at(11)).map(\.time)
                    == [Sample.at(20)]
            )
            let other = try #require(WorkspaceID("other"))
            #expect(try await store.rankSightings(in: other, keyword: nil, since: nil).isEmpty)
        }
    }

    @Test(arguments: Implementation.allCases)
    func `products and alerts without a campaign are read back`(_ implementation: Implementation) async throws {
        try await implementation.with { store in
            let own = RankedProduct(product: "a", name: "우리것", isOwn: true)
            try await write([], [RankedProduct(product: "b", name: "b", isOwn: false), own], to: store)
            try await write([], [RankedProduct(product: "b", name: "남의것", isOwn: false)], to: store)
            #expect(try await store.rankedProducts(in: .default).map(\.name) == ["우리것", "남의것"])
            let alert = Alert(
                id: AlertID(of: Sample.at(3), named: "x"),
                workspace: .default,
                campaign: nil,
                time: Sample.at(3),
                kind: .sourceChanged,
                severity: .warning,
                message: "It changed."
            )
            for _ in 0..<2 {
                var change = KnowledgeChange()
                change.alerts = [alert]
                try await store.commit(change, durability: .power)
            }
            #expect(try await store.alertsWithoutCampaign(in: .default) == [alert])
        }
    }
}
