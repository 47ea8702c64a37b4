// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Statistics

@Suite struct TwoLevelEffectsTests {
    /// All combinations of factors in standard order, the first changing fastest.
    static func full(_ factors: Int) -> [[Bool]] {
        (0..<factors).map { factor in (0..<(1 << factors)).map { $0 >> factor & 1 == 1 } }
    }

    @Test func `the sizes of noise lie on the half-normal line`() throws {
        var generator = SeededGenerator(seed: 3)
        let response = (0..<64).map { _ in generator.normal() }
        let effects = try TwoLevelEffects(
            factors: ["A", "B", "C", "D", "E", "F"],
            isHigh: Self.full(6),
            response: response
        )
        #expect(effects.effects.count == 63)
        #expect(effects.effects.map(\.rank).sorted() == Array(1...63))
        #expect(effects.effects.count { $0.verdict == .active } == 0)
        for effect in effects.effects {
            #expect(isClose(StandardNormal.cdf(effect.halfNormalQuantile), 0.5 + (Double(effect.rank) - 0.5) / 126))
        }
        let total = Moments(response).sumOfSquaredDeviations
        #expect(isClose(effects.effects.reduce(0) { $0 + $1.sumOfSquares }, total))
    }

    @Test func `a fraction names its aliases with their signs`() throws {
        // D = −A·B·C: a half fraction with a negative generator.
        let base = Self.full(3)
        let d = (0..<8).map { run in (base[0][run] != base[1][run]) == base[2][run] }
        let effects = try TwoLevelEffects(
            factors: ["A", "B", "C", "D"],
            isHigh: base + [d],
            response: [1, 5, 2, 8, 3, 7, 4, 9.5],
            aliasOrder: 3
        )
        #expect(effects.isRegular)
        #expect(effects.effects.count == 7)
        #expect(effects.definingTerms == ["-A:B:C:D"])
        #expect(effects.effects.first { $0.term == "A" }?.aliases == ["-B:C:D"])
        #expect(effects.effects.first { $0.term == "A:B" }?.aliases == ["-C:D"])
        #expect(effects.notes[0].contains("A:B - C:D"))
    }

    @Test func `a Plackett-Burman design gives main effects only and says so`() throws {
        let row: [Bool] = [true, true, false, true, true, true, false, false, false, true, false]
        let columns = (0..<11).map { factor in
            (0..<11).map { row[(factor + 11 - $0) % 11] } + [false]
        }
        let effects = try TwoLevelEffects(
            factors: (1...11).map { "x\($0)" },
            isHigh: columns,
            response: (0..<12).map { columns[2][$0] ? 10 : 0 }
        )
        #expect(!effects.isRegular)
        #expect(effects.effects.count == 11)
        #expect(effects.effects[2].effect == 10)
        #expect(effects.effects.allSatisfy { $0.order == 1 && ($0.term == "x3" || $0.effect.magnitude < 1e-12) })
        #expect(effects.notes.contains { $0.hasPrefix("The design is not a regular fraction") })
        #expect(effects.notes.contains { $0.hasPrefix("More than half of the effects are 0") })
        #expect(effects.effects.allSatisfy { $0.verdict == .unknown && $0.p == nil })
    }

    @Test func `replicates are averaged, and designs that are not orthogonal are refused`() throws {
        let columns = Self.full(2).map { $0 + $0 }
        let effects = try TwoLevelEffects(factors: ["A", "B"], isHigh: columns, response: [1, 3, 1, 3, 3, 5, 3, 5])
        #expect(effects.replicates == 2)
        #expect(effects.effects.map(\.effect) == [2, 0, 0])
        #expect(effects.effects[0].sumOfSquares == 8)
        #expect(throws: StatisticsError.self) {
            try TwoLevelEffects(
                factors: ["A", "B"],
                isHigh: Self.full(2).map { Array($0.dropLast()) },
                response: [1, 2, 3]
            )
        }
        #expect(throws: StatisticsError.self) {
            try TwoLevelEffects(factors: ["A", "A"], isHigh: Self.full(2), response: [1, 2, 3, 4])
        }
        #expect(throws: StatisticsError.self) {
            try TwoLevelEffects(factors: ["A", "B"], isHigh: Self.full(2), response: [1, 2, 3, .infinity])
        }
        let same = [Self.full(1)[0], Self.full(1)[0]]
        let error = #expect(throws: StatisticsError.self) {
            try TwoLevelEffects(factors: ["A", "B"], isHigh: same, response: [1, 2])
        }
        #expect(error?.description.contains("always set together") == true)
    }

    @Test func `ten thousand simulated designs give Lenth's ratios their right p values`() throws {
        var generator = SeededGenerator(seed: 17)
        let null = try #require(LenthNullDistribution(count: 15, using: &generator))
        // Critical values of Ye and Hamada (2000) for 15 effects at 5 %: 2.156 each, 4.240 for all.
        #expect((0.045...0.055).contains(null.p(ratio: 2.156)))
        #expect((0.045...0.055).contains(null.simultaneousP(ratio: 4.240)))
        var each = 0
        var any = 0
        let designs = 4_000
        for _ in 0..<designs {
            let effects = (0..<15).map { _ in generator.normal() }
            let lenth = try LenthTest(effects: effects)
            each += effects.count { null.p(ratio: $0 / lenth.pse) < 0.05 }
            any += effects.contains { null.simultaneousP(ratio: $0 / lenth.pse) < 0.05 } ? 1 : 0
        }
        #expect((0.045...0.055).contains(Double(each) / Double(15 * designs)))
        #expect((0.04...0.06).contains(Double(any) / Double(designs)))
        #expect(LenthNullDistribution(count: 2, using: &generator) == nil)
    }

    @Test(.enabled(if: PublishedExperiments.folder != nil, "the folder of published experiments is not there"))
    func `the reactor experiment gives the published effects and Lenth's margins`() throws {
        struct Expected: Decodable {
            struct Effect: Decodable {
                let term: String
                let effect: Double
            }
            struct Lenth: Decodable {
                let s0: Double
                let pse: Double
                let df: Double
                let me95: Double
                let sme95: Double
            }
            let twoLevelEffects: [Effect]
            let lenth: Lenth
        }
        let (columns, data) = try PublishedExperiments.read("d04_2p5_reactor")
        let expected = try snakeCaseDecoder().decode(Expected.self, from: data)
        let names = ["A", "B", "C", "D", "E"]
        let effects = try TwoLevelEffects(
            factors: names,
            isHigh: names.map { (columns[$0] ?? []).map { $0 == "1" } },
            response: (columns["y"] ?? []).compactMap(Double.init)
        )
        #expect(effects.effects.map(\.term) == expected.twoLevelEffects.map(\.term))
        for (found, wanted) in zip(effects.effects, expected.twoLevelEffects) {
            #expect(isClose(found.effect, wanted.effect, absolute: 1e-9))
        }
        #expect(isClose(effects.lenth?.s0, expected.lenth.s0))
        #expect(isClose(effects.lenth?.pse, expected.lenth.pse))
        #expect(isClose(effects.lenth?.df, expected.lenth.df))
        #expect(isClose(effects.lenth?.marginOfError, expected.lenth.me95))
        #expect(isClose(effects.lenth?.simultaneousMarginOfError, expected.lenth.sme95))
        #expect(effects.effects.filter { $0.verdict == .active }.map(\.term) == ["B", "D", "E", "B:D", "D:E"])
    }
}

@Suite struct RunStatisticTests {
    @Test(.enabled(if: PublishedExperiments.folder != nil, "the folder of published experiments is not there"))
    func `the tile experiment gives the published ratios, variances and level means`() throws {
        struct Means: Decodable {
            struct Level: Decodable {
                let mean: Double
                let n: Int
            }
            struct Delta: Decodable {
                let factor: String
                let delta: Double
                let rank: Int
            }
            let perRun: [Double]
            let grandMean: Double
            let levelMeans: [String: [String: Level]]
            let delta: [Delta]
        }
        struct Expected: Decodable {
            let signalToNoise: [String: Means]
            let lnS2: [Double]
        }
        let (columns, data) = try PublishedExperiments.read("d03_l8_ina_tile")
        let expected = try snakeCaseDecoder().decode(Expected.self, from: data)
        let repeats = zip(columns["y1"] ?? [], columns["y2"] ?? []).map { [Double($0) ?? 0, Double($1) ?? 0] }
        let factors = ["A", "B", "C", "D", "E", "F", "G"].map { name in
            (name: name, levels: ["-1", "1"], codes: (columns[name] ?? []).map { $0 == "1" ? 1 : 0 })
        }
        let kinds: [(RunStatistic.Kind, String)] = [
            (.nominal, "nominal_the_best_10log10_mean2_over_s2"), (.smaller, "smaller_the_better"),
            (.larger, "larger_the_better"),
        ]
        for (kind, key) in kinds {
            let found = try RunStatistic(kind, repeats: repeats, factors: factors)
            let wanted = try #require(expected.signalToNoise[key])
            #expect(isClose(found.grandMean, wanted.grandMean))
            for (a, b) in zip(found.perRun, wanted.perRun) {
                #expect(isClose(a, b))
            }
            for factor in found.factors {
                for level in factor.levels {
                    #expect(isClose(level.mean, wanted.levelMeans[factor.factor]?[level.level]?.mean))
                }
                let delta = wanted.delta.first { $0.factor == factor.factor }
                #expect(isClose(factor.delta, delta?.delta))
                #expect(factor.rank == delta?.rank)
            }
        }
        let variances = try RunStatistic(.logVariance, repeats: repeats, factors: factors)
        for (a, b) in zip(variances.perRun, expected.lnS2) {
            #expect(isClose(a, b))
        }
    }

    @Test func `runs without a ratio are counted and not averaged`() throws {
        let found = try RunStatistic(
            .nominal,
            repeats: [[1, 2], [3, 3], [4, 6]],
            factors: [("A", ["a", "b"], [0, 0, 1])]
        )
        #expect(found.undefined == 1)
        #expect(found.perRun[1] == nil)
        #expect(found.factors[0].levels.map(\.n) == [1, 1])
        #expect(throws: StatisticsError.self) {
            try RunStatistic(.mean, repeats: [[.nan]], factors: [])
        }
    }
}
