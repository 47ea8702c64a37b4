// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Testing

@testable import Experiments

@Suite struct SpaceTests {
    private static let space = FactorSpace(
        levelCounts: [2, 3, 3],
        conditions: [[], [LevelChoice(factor: 0, levels: [1])], [LevelChoice(factor: 1, levels: [2])]],
        restingLevels: [0, 1, 0],
        forbidden: [ForbiddenCombination([LevelChoice(factor: 1, levels: [2]), LevelChoice(factor: 2, levels: [2])])]
    )

    @Test func `factors that do not matter rest, also those that depend on one that does not`() {
        #expect(Self.space.canonical(Combination([0, 2, 2])) == Combination([0, 1, 0]))
        #expect(Self.space.canonical(Combination([1, 2, 1])) == Combination([1, 2, 1]))
        #expect(Self.space.canonical(Combination([1, 0, 2])) == Combination([1, 0, 0]))
    }

    @Test func `only combinations that act differently and are allowed are listed and drawn`() throws {
        let all = try #require(Self.space.allCombinations(limit: 18))
        #expect(all.map(\.description) == ["0.1.0", "1.0.0", "1.1.0", "1.2.0", "1.2.1"])
        var generator = SplitMix64(seed: 3)
        let drawn = Self.space.distinct(50, excluding: [Combination([1, 0, 0])], using: &generator)
        #expect(Set(drawn) == Set(all).subtracting([Combination([1, 0, 0])]))
        for _ in 0..<200 { #expect(all.contains(Self.space.random(using: &generator))) }
    }

    @Test func `a space that rules leave next to nothing of still ends`() {
        let rules = (0..<20).map { ForbiddenCombination([LevelChoice(factor: $0, levels: [1, 2, 3])]) }
        let space = FactorSpace(levelCounts: [Int](repeating: 4, count: 20), forbidden: rules)
        var generator = SplitMix64(seed: 3)
        #expect(space.distinct(3, excluding: [], using: &generator).count <= 1)
    }

    @Test func `goals of before read as ones without rules, and write the same`() throws {
        let old = #"{"control":0,"levels":[1,2],"name":"price"}"#
        let factor = try JSONDecoder().decode(Factor.self, from: Data(old.utf8))
        #expect(factor == Factor(name: "price", levels: [.integer(1), .integer(2)]))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(data: try encoder.encode(factor), encoding: .utf8) == old)
        let new = Factor(
            name: "a",
            levels: [.integer(1), .integer(2)],
            isOrdinal: true,
            onlyWhen: [LevelChoice(factor: 1, levels: [1])]
        )
        #expect(try JSONDecoder().decode(Factor.self, from: encoder.encode(new)) == new)
    }
}
