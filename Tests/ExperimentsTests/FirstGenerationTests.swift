// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Experiments

@Suite struct FirstGenerationTests {
    private let space = FactorSpace(levelCounts: [2, 3, 3, 3, 3, 3, 3, 3])
    private let control = Combination([Int](repeating: 0, count: 8))

    private func members(size: Int, seed: UInt64 = 1) -> Proposal {
        var generator = SplitMix64(seed: seed)
        return FirstGeneration.members(
            space: space,
            control: control,
            size: size,
            replicates: 10,
            using: &generator
        )
    }

    @Test func `the array's runs come first, then combinations that spread`() throws {
        let proposal = members(size: 50)
        let array = try #require(OrthogonalArray.named("L18"))
        #expect(proposal.members.count == 50)
        #expect(proposal.members.prefix(17).map(\.combination.levels) == Array(array.runs.dropFirst()))
        #expect(proposal.members.prefix(17).allSatisfy { $0.origin == .array })
        #expect(proposal.members.dropFirst(17).allSatisfy { $0.origin == .spread })
        #expect(proposal.members.allSatisfy { $0.replicates == 10 && $0.combination != control })
        #expect(Set(proposal.members.map(\.combination)).count == 50)
        #expect(proposal.notes.contains { $0.contains("L18") })
    }

    @Test func `the spread lies farther apart than random combinations do`() {
        for seed in UInt64(1)...5 {
            let chosen = members(size: 50, seed: seed).members.map(\.combination)
            var generator = SplitMix64(seed: seed)
            let random = space.distinct(50, excluding: [control], using: &generator)
            #expect(nearest(chosen) > nearest(random), "seed \(seed)")
            #expect(nearest(chosen) >= 3, "seed \(seed)")
        }
    }

    /// The least distance between two combinations.
    private func nearest(_ combinations: [Combination]) -> Int {
        var least = Int.max
        for (place, first) in combinations.enumerated() {
            for second in combinations.dropFirst(place + 1) {
                least = min(least, space.hammingDistance(first, second))
            }
        }
        return least
    }

    @Test func `the seed decides`() {
        #expect(members(size: 50, seed: 3) == members(size: 50, seed: 3))
        #expect(members(size: 50, seed: 3) != members(size: 50, seed: 4))
    }

    @Test func `a generation smaller than every array says so`() {
        let proposal = members(size: 12)
        #expect(proposal.members.count == 12)
        #expect(proposal.members.allSatisfy { $0.origin == .array })
        #expect(proposal.notes.contains { $0.contains("18 runs") && $0.contains("12") })
    }

    @Test func `a small space is taken whole`() {
        var generator = SplitMix64(seed: 1)
        let control = Combination([1, 1])
        let proposal = FirstGeneration.members(
            space: FactorSpace(levelCounts: [2, 3]),
            control: control,
            size: 50,
            replicates: 4,
            using: &generator
        )
        #expect(proposal.members.map(\.combination.description) == ["0.0", "0.1", "0.2", "1.0", "1.2"])
        #expect(proposal.notes[0].contains("only 6"))
    }

    @Test func `factors that no array holds get a design that spreads, and a note`() {
        let wide = FactorSpace(levelCounts: [Int](repeating: 7, count: 12))
        var generator = SplitMix64(seed: 9)
        let proposal = FirstGeneration.members(
            space: wide,
            control: Combination([Int](repeating: 0, count: 12)),
            size: 28,
            replicates: 1,
            using: &generator
        )
        #expect(proposal.members.count == 28)
        #expect(proposal.notes[0].hasPrefix("No orthogonal array"))
        for factor in 0..<12 {
            let counts = (0..<7).map { level in proposal.members.count { $0.combination.levels[factor] == level } }
            #expect(counts.allSatisfy { (2...6).contains($0) }, "factor \(factor): \(counts)")
        }
    }

    @Test func `a space knows its combinations`() {
        let small = FactorSpace(levelCounts: [2, 3])
        #expect(small.combinationCount == 6)
        #expect(small.allCombinations(limit: 5) == nil)
        #expect(small.allCombinations(limit: 6)?.count == 6)
        #expect(small.contains(Combination([1, 2])))
        #expect(!small.contains(Combination([2, 0])) && !small.contains(Combination([0])))
        #expect(small.hammingDistance(Combination([0, 1]), Combination([1, 1])) == 1)
        #expect(FactorSpace(levelCounts: [Int](repeating: 10, count: 40)).combinationCount == nil)
        var generator = SplitMix64(seed: 5)
        #expect(small.distinct(9, excluding: [Combination([0, 0])], using: &generator).count == 5)
        let named = FactorSpace(factors: [Factor(name: "price", levels: [.integer(1), .integer(2)])])
        #expect(named.levelCounts == [2] && named.names == ["price"])
    }
}
