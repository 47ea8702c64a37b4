// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

struct AdjustmentTests {
    @Test func `a covariate takes away its share of the variance and leaves the difference on average`() throws {
        var generator = SeededGenerator(seed: 3)
        var values: [[Double]] = [[], []]
        var covariates: [[Double]] = [[], []]
        for group in 0..<2 {
            for _ in 0..<4_000 {
                let before = generator.normal()
                covariates[group].append(before)
                values[group].append(0.8 * before + 0.6 * generator.normal() + 0.3 * Double(group))
            }
        }
        let adjusted = try CovariateAdjustment(values: values, covariates: covariates)
        #expect((adjusted.varianceReduction - 0.64).magnitude < 0.02)
        let raw = try MeanComparison(control: SampleSummary(values[0]), treatment: SampleSummary(values[1]))
        let better = try MeanComparison(
            control: SampleSummary(adjusted.values[0]),
            treatment: SampleSummary(adjusted.values[1])
        )
        #expect((better.difference - 0.3).magnitude < 0.06)
        #expect((better.standardError / raw.standardError - 0.6).magnitude < 0.02)
    }

    @Test func `a covariate that does not vary is refused`() {
        #expect(throws: StatisticsError.self) { try CovariateAdjustment(values: [[1, 2]], covariates: [[3, 3]]) }
        #expect(throws: StatisticsError.self) { try CovariateAdjustment(values: [[1, 2]], covariates: [[3]]) }
        #expect(throws: StatisticsError.self) { try CovariateAdjustment(values: [[1, .nan]], covariates: [[3, 4]]) }
    }

    @Test func `winsorising limits great values only where none is negative`() throws {
        let groups = [[0.0, 1, 2, 3], [4, 5, 6, 1_000]]
        let result = try Winsorising(groups, quantile: 0.9)
        #expect(result.lower == nil && result.changed == 1)
        #expect(result.values[0] == groups[0])
        #expect(result.values[1][3] == result.upper)
        let both = try Winsorising([[-1_000, 1, 2, 3], [4, 5, 6, 1_000]], quantile: 0.9)
        #expect(both.changed == 2 && both.lower != nil)
        #expect(throws: StatisticsError.self) { try Winsorising(groups, quantile: 0.5) }
        #expect(throws: StatisticsError.self) { try Winsorising([[]], quantile: 0.9) }
    }

    @Test func `a value that makes up the spread is found and others are not`() {
        var generator = SeededGenerator(seed: 9)
        var values = (0..<5_000).map { _ in generator.normal() }
        #expect(DominantValues.positions(in: values).isEmpty)
        values[17] = 400
        values[900] = -4_000
        #expect(DominantValues.positions(in: values) == [900, 17])
        #expect(DominantValues.positions(in: [0, 0, 0, 100]).isEmpty)
    }

    @Test func `a ratio's spread is the delta method's`() throws {
        // By hand: y = (1, 2, 6), x = (1, 2, 3): R = 1.5; residuals −0.5, −1, 1.5; over x̄ = 2: −0.25, −0.5, 0.75.
        let sample = try RatioSample(numerators: [1, 2, 6], denominators: [1, 2, 3])
        #expect(isClose(sample.ratio, 1.5))
        let summary = try SampleSummary(sample.linearised)
        #expect(isClose(summary.mean, 1.5))
        #expect(isClose(summary.variance, (0.0625 + 0.25 + 0.5625) / 2))
        #expect(throws: StatisticsError.self) { try RatioSample(numerators: [1, 2], denominators: [0, 0]) }
    }
}
