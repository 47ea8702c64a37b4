// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

@Suite struct HypothesisTestsTests {
    @Test func `adjusted p values agree with statsmodels and undefined ones stay undefined`() throws {
        let reference = try Reference.load().multiple
        for (found, expected) in zip(MultipleTesting.holm(reference.p), reference.holm) {
            #expect(isClose(found, expected))
        }
        for (found, expected) in zip(MultipleTesting.benjaminiHochberg(reference.p), reference.bh) {
            #expect(isClose(found, expected))
        }
        #expect(MultipleTesting.holm([nil, 0.02, nil, 0.03]) == [nil, 0.04, nil, 0.04])
    }

    @Test func `the rank-sum test agrees with SciPy and with counting all arrangements`() throws {
        for entry in try Reference.load().rankSum {
            let test = try RankSumTest(entry.a, entry.b)
            #expect(test.u == entry.u)
            #expect(test.isExact == entry.exact)
            #expect(isClose(test.p, entry.p), "\(entry)")
        }
        #expect(try RankSumTest([3, 3], [3, 3]).p == 1)
        #expect(throws: StatisticsError.self) {
            try RankSumTest([], [1])
        }
    }

    @Test func `the test of Kruskal and Wallis agrees with SciPy`() throws {
        let reference = try Reference.load().kruskal
        let test = try KruskalWallisTest(reference.groups)
        #expect(isClose(test.h, reference.h))
        #expect(isClose(test.p, reference.p))
        #expect(try KruskalWallisTest([[1, 1], [1]]).p == 1)
    }

    @Test func `Welch's test and the paired difference agree with SciPy`() throws {
        let reference = try Reference.load()
        let welch = try MeanDifference.welch(reference.welch.a, reference.welch.b)
        #expect(isClose(welch.t, reference.welch.t))
        #expect(isClose(welch.degreesOfFreedom, reference.welch.df))
        #expect(isClose(welch.p, reference.welch.p))
        #expect(isClose(welch.interval?.lower, reference.welch.ci[0]))
        #expect(isClose(welch.interval?.upper, reference.welch.ci[1]))
        var values: [MeanDifference.BlockedValue] = [.init(block: 99, isTreatment: true, value: 1_000)]
        for (block, (a, b)) in zip(reference.paired.a, reference.paired.b).enumerated() {
            values.append(.init(block: block, isTreatment: true, value: a))
            values.append(.init(block: block, isTreatment: false, value: b))
        }
        let paired = try MeanDifference.pairedByBlock(values)
        #expect(isClose(paired.t, reference.paired.t))
        #expect(isClose(paired.p, reference.paired.p))
        #expect(isClose(paired.interval?.lower, reference.paired.ci[0]))
        #expect(paired.notes.count == 1)
    }

    @Test func `values that do not vary give a difference without p value`() throws {
        let test = try MeanDifference.welch([1, 1], [2, 2])
        #expect(test.difference == -1)
        #expect(test.p == nil && test.interval == nil && test.t == nil)
        #expect(!test.notes.isEmpty)
    }

    @Test func `power and sample size agree with statsmodels`() throws {
        let reference = try Reference.load().power
        let plan = try SamplePlan(standardDeviation: 2)
        #expect(isClose(plan.power(difference: 2 * reference.effect, perGroup: reference.n), reference.power))
        #expect(plan.observationsPerGroup(difference: 2 * reference.effect) == reference.needed)
        #expect(plan.observationsPerGroup(difference: 0) == nil)
        let least = try #require(plan.detectableDifference(perGroup: reference.needed))
        #expect(isClose(least, 2 * reference.effect, relative: 0.02))
    }

    @Test func `the permutation test repeats with its seed and keeps its level`() throws {
        var first = SeededGenerator(seed: 1)
        var second = SeededGenerator(seed: 1)
        let a = [1.0, 2, 3, 4]
        let b = [5.0, 6, 7, 8]
        let test = try PermutationTest(a, b, using: &first)
        #expect(try PermutationTest(a, b, using: &second) == test)
        #expect(isClose(test.p, 2.0 / 70, absolute: 0.006))
        var wrong = 0
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<400 {
            let x = (0..<6).map { _ in generator.normal() }
            let y = (0..<9).map { _ in generator.normal() }
            wrong += try PermutationTest(x, y, permutations: 199, using: &generator).p <= 0.05 ? 1 : 0
        }
        #expect(wrong > 5 && wrong < 35, "\(wrong)")
    }

    @Test func `signal-to-noise ratios are nil where the formula has no value`() {
        #expect(isClose(SignalToNoise.largerIsBetter.ratio([10, 10]), 20))
        #expect(isClose(SignalToNoise.smallerIsBetter.ratio([0.1, 0.1]), 20))
        #expect(isClose(SignalToNoise.nominalIsBest.ratio([9, 11]), 16.989700043360187))
        #expect(SignalToNoise.largerIsBetter.ratio([0, 1]) == nil)
        #expect(SignalToNoise.smallerIsBetter.ratio([0, 0]) == nil)
        #expect(SignalToNoise.nominalIsBest.ratio([4]) == nil)
        #expect(SignalToNoise.nominalIsBest.ratio([-1, 1]) == nil)
        #expect(SignalToNoise.logVariance([2, 2]) == nil)
    }
}
