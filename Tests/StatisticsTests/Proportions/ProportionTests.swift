// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Statistics

struct ProportionTests {
    private func compare(_ a: (Int, Int), _ b: (Int, Int)) throws -> ProportionComparison {
        try ProportionComparison(
            control: BinomialCount(trials: a.0, successes: a.1),
            treatment: BinomialCount(trials: b.0, successes: b.1)
        )
    }

    /// SciPy 1.17.1: fisher_exact and chi2_contingency.
    @Test(arguments: [
        (10, 1, 12, 8, 0.011_499_336_576_735_958), (20, 3, 15, 9, 0.010_724_879_495_736_004),
        (5, 5, 6, 0, 0.002_164_502_164_502_164_5), (1_000, 12, 1_000, 30, 0.007_287_953_507_168_595),
        (40, 0, 50, 0, 1),
    ])
    func `Fisher's exact test agrees with SciPy`(n: Int, x: Int, m: Int, y: Int, p: Double) throws {
        #expect(isClose(try compare((n, x), (m, y)).fisherP, p, relative: 1e-10))
        #expect(isClose(try compare((m, y), (n, x)).fisherP, p, relative: 1e-10))
    }

    @Test func `exact tails sum to one and never reach it from below`() throws {
        let control = try EventCount(events: 30, exposure: 1_000)
        #expect(isClose(try RateComparison(control: control, treatment: control).exactP, 1))
        // SciPy 1.17.1: binomtest(52, 82, 1/3).
        let treatment = try EventCount(events: 52, exposure: 500)
        let result = try RateComparison(control: control, treatment: treatment)
        #expect(isClose(result.exactP, 2.836_754_190_538_258_4e-08, relative: 1e-9))
        #expect(isClose(result.relativeLift, 52.0 / 500 / 0.03 - 1))
    }

    @Test func `what is undefined is nil, not NaN`() throws {
        let none = try compare((100, 0), (100, 0))
        #expect(none.pooledZ == nil && none.pooledP == nil && none.table == nil && none.relativeLift == nil)
        #expect(none.riskRatioInterval == nil && none.fisherP == 1)
        #expect(none.newcombe.lower < 0 && none.newcombe.upper > 0)
        let all = try compare((100, 100), (50, 50))
        #expect(all.pooledZ == nil && all.relativeLift == 0)
        let eventless = try RateComparison(
            control: EventCount(events: 0, exposure: 3),
            treatment: EventCount(events: 0, exposure: 5)
        )
        #expect(eventless.p == nil && eventless.exactP == 1 && eventless.relativeLift == nil)
    }

    @Test func `impossible counts are refused`() {
        #expect(throws: StatisticsError.self) { try BinomialCount(trials: 0, successes: 0) }
        #expect(throws: StatisticsError.self) { try BinomialCount(trials: 5, successes: 6) }
        #expect(throws: StatisticsError.self) { try EventCount(events: -1, exposure: 1) }
        #expect(throws: StatisticsError.self) { try EventCount(events: 1, exposure: 0) }
        #expect(throws: StatisticsError.self) { try SampleRatioTest(observed: [1, 2], shares: [0, 1]) }
        #expect(throws: StatisticsError.self) { try SampleRatioTest(observed: [0, 0], shares: [1, 1]) }
    }

    @Test func `a split as planned has no statistic and a bad one a tiny p value`() throws {
        #expect(try SampleRatioTest(observed: [300, 100], shares: [75, 25]).p == 1)
        // SciPy 1.17.1: chisquare([821588, 815482]).
        let known = try SampleRatioTest(observed: [821_588, 815_482], shares: [1, 1])
        #expect(isClose(known.p, 1.821_792_872_619_185_8e-06, relative: 1e-9))
        #expect(known.p < SampleRatioTest.threshold)
    }

    @Test func `pooled z keeps its level at 20,000 repetitions and intervals cover`() throws {
        var generator = SeededGenerator(seed: 41)
        let repetitions = 20_000
        var rejected = 0
        var exact = 0
        var covered = 0
        for _ in 0..<repetitions {
            let a = Self.draw(500, 0.3, &generator)
            let b = Self.draw(500, 0.3, &generator)
            let result = try compare((500, a), (500, b))
            rejected += (result.pooledP ?? 1) < 0.05 ? 1 : 0
            exact += result.fisherP < 0.05 ? 1 : 0
            covered += result.newcombe.contains(0) ? 1 : 0
        }
        #expect((0.045...0.055).contains(Double(rejected) / Double(repetitions)))
        #expect(Double(exact) / Double(repetitions) <= 0.05)
        #expect((0.94...0.96).contains(Double(covered) / Double(repetitions)))
    }

    /// Successes among trials by a normal draw's rounding would be too smooth, so each trial is drawn, 16 bits each.
    private static func draw(_ trials: Int, _ rate: Double, _ generator: inout SeededGenerator) -> Int {
        let limit = UInt64(rate * 65_536)
        var successes = 0
        var word: UInt64 = 0
        for trial in 0..<trials {
            if trial % 4 == 0 { word = generator.next() }
            successes += word & 0xFFFF < limit ? 1 : 0
            word >>= 16
        }
        return successes
    }
}
