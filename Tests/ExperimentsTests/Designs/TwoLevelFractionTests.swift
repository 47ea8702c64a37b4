// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Experiments

@Suite struct TwoLevelFractionTests {
    @Test func `designs of least aberration have the published numbers of words`() throws {
        var checked = 0
        for row in PublishedFractions.wordCounts {
            let design = try #require(TwoLevelFraction.minimumAberration(runs: row[0], factors: row[1]), "\(row)")
            #expect(design.runCount == row[0] && design.factorCount == row[1])
            let counts = design.wordCounts() + [0, 0, 0, 0]
            #expect(Array(counts[3..<(row.count + 1)]) == Array(row.dropFirst(2)), "\(row)")
            checked += 1
        }
        #expect(checked == PublishedFractions.wordCounts.count && checked > 200)
    }

    @Test func `every number of factors from full to saturated has a design of 4 to 128 runs`() throws {
        for basic in 2...7 {
            for factors in basic..<(1 << basic) {
                let design = try #require(TwoLevelFraction.minimumAberration(runs: 1 << basic, factors: factors))
                #expect(Set(design.masks).count == factors)
            }
        }
        #expect(TwoLevelFraction.minimumAberration(runs: 16, factors: 16) == nil)
        #expect(TwoLevelFraction.minimumAberration(runs: 12, factors: 4) == nil)
        #expect(TwoLevelFraction.minimumAberration(runs: 256, factors: 9) == nil)
    }

    @Test func `generators that books print have the resolution and the words of the design given`() throws {
        for entry in PublishedFractions.generators {
            let basic = entry.runs.trailingZeroBitCount
            let words = entry.words.split(separator: " ").compactMap { FactorLetters.factors(String($0)) }
            let printed = try #require(TwoLevelFraction(basicCount: basic, generators: words))
            #expect(printed.resolution == entry.resolution, "\(entry)")
            let own = try #require(TwoLevelFraction.minimumAberration(runs: entry.runs, factors: entry.factors))
            #expect(own.wordCounts() == printed.wordCounts(), "\(entry)")
            #expect(own.resolution == entry.resolution)
        }
    }

    @Test func `the half fraction of five factors is D of resolution V`() throws {
        let design = try #require(TwoLevelFraction.minimumAberration(runs: 16, factors: 5))
        #expect(design.definingRelation() == [[0, 1, 2, 3, 4]])
        #expect(design.runs.allSatisfy { run in run.reduce(1) { $0 * (2 * $1 - 1) } == 1 })
        #expect(Set(design.runs).count == 16)
        #expect(AliasStructure(design).sets.allSatisfy { $0.count == 1 })
    }

    /// Montgomery, "Design and Analysis of Experiments", table 8.8: the 2^(6-2) with E = ABC and F = BCD.
    @Test func `the alias structure of the 2^(6-2) is the printed one`() throws {
        let design = try #require(TwoLevelFraction(basicCount: 4, generators: [[0, 1, 2], [1, 2, 3]]))
        let words = (design.definingRelation() ?? []).map { FactorLetters.word($0) }
        #expect(words == ["ABCE", "ADEF", "BCDF"])
        let sets = AliasStructure(design).sets.map { $0.map(FactorLetters.word) }
        #expect(sets.contains(["AB", "CE"]) && sets.contains(["AC", "BE"]) && sets.contains(["AD", "EF"]))
        #expect(sets.contains(["AE", "BC", "DF"]) && sets.contains(["AF", "DE"]))
        #expect(sets.contains(["BD", "CF"]) && sets.contains(["BF", "CD"]))
        #expect(sets.filter { $0.count > 1 }.count == 7)
        #expect(sets.prefix(6).map { $0 } == [["A"], ["B"], ["C"], ["D"], ["E"], ["F"]])
    }

    /// Box, Hunter and Hunter, 2nd edition, section 6.3: the 2^(7-4) with D = AB, E = AC, F = BC, G = ABC.
    @Test func `the alias structure of the saturated 2^(7-4) is the printed one`() throws {
        let design = try #require(TwoLevelFraction.minimumAberration(runs: 8, factors: 7))
        let structure = AliasStructure(design)
        let expected = [
            ["BD", "CE", "FG"], ["AD", "CF", "EG"], ["AE", "BF", "DG"], ["AB", "CG", "EF"], ["AC", "BG", "DF"],
            ["AG", "BC", "DE"], ["AF", "BE", "CD"],
        ]
        for (factor, words) in expected.enumerated() {
            let found = (structure.aliases(of: [factor]) ?? []).map { FactorLetters.word($0) }.sorted()
            #expect(found == words)
        }
        #expect(design.definingRelation()?.count == 15)
        #expect(structure.aliases(of: [7]) == nil && structure.aliases(of: [0, 0]) == nil)
    }

    @Test func `effects are mixed exactly when their columns are equal up to sign`() throws {
        for (runs, factors) in [(8, 6), (16, 9), (32, 8), (64, 10)] {
            let design = try #require(TwoLevelFraction.minimumAberration(runs: runs, factors: factors))
            let structure = AliasStructure(design)
            let signs = design.runs.map { run in run.map { 2 * $0 - 1 } }
            func column(_ effect: [Int]) -> [Int] { signs.map { run in effect.reduce(1) { $0 * run[$1] } } }
            let pairs = (0..<factors).flatMap { left in ((left + 1)..<factors).map { [left, $0] } }
            let effects = (0..<factors).map { [$0] } + pairs
            for effect in effects.prefix(30) {
                let own = column(effect)
                let mixed = effects.filter { other in
                    other != effect && abs(zip(own, column(other)).reduce(0) { $0 + $1.0 * $1.1 }) == runs
                }
                #expect(Set(structure.aliases(of: effect) ?? []) == Set(mixed), "\(runs) \(factors) \(effect)")
            }
        }
    }

    @Test func `wrong generators give no design`() {
        #expect(TwoLevelFraction(basicCount: 3, generators: [[0, 5]]) == nil)
        #expect(TwoLevelFraction(basicCount: 3, generators: [[0, 1], [1, 0]]) == nil)
        #expect(TwoLevelFraction(basicCount: 3, generators: [[]]) == nil)
        #expect(TwoLevelFraction(basicCount: 3, columns: [1, 2, 3]) == nil)
        #expect(TwoLevelFraction(basicCount: 3, columns: [1, 2, 8]) == nil)
        #expect(FactorLetters.factors("AIB") == nil && FactorLetters.letter(8) == "J")
    }
}
