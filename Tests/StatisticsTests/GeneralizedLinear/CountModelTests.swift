// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Statistics

@Suite struct CountModelTests {
    private static func columns(_ rows: [AnalysisReference.Counts.Row]) -> ModelColumns {
        ModelColumns(
            factors: [
                CodedFactor(name: "A", labels: rows.map(\.a)), CodedFactor(name: "B", labels: rows.map(\.b)),
                CodedFactor(name: "C", labels: rows.map(\.c)),
            ],
            responses: []
        )
    }

    @Test(arguments: CountFamily.allCases)
    func `deviances, ratios and rates agree with statsmodels`(_ family: CountFamily) throws {
        let reference = try AnalysisReference.load().glm
        let expected = family == .binomial ? reference.binomial : reference.poisson
        let counts = reference.rows.map { family == .binomial ? $0.k : $0.events }
        let sizes = reference.rows.map(\.trials)
        for type in [SumOfSquaresType.one, .two] {
            let model = CountModel(family: family, formula: try ModelFormula("A + B*C"), type: type)
            let report = try model.fit(counts: counts, sizes: sizes, columns: Self.columns(reference.rows)).report
            #expect(isClose(report.fit.deviance, expected.deviance))
            #expect(isClose(report.fit.nullDeviance, expected.nullDeviance))
            #expect(isClose(report.fit.pearsonChiSquared, expected.pearson))
            #expect(report.fit.df == expected.df)
            for row in report.rows {
                let wanted = expected.rows[type.rawValue]?[row.term]
                #expect(isClose(row.deviance, wanted, absolute: 1e-10), "\(type) \(row.term)")
                #expect(isClose(row.p, wanted.flatMap { ChiSquared(degreesOfFreedom: Double(row.df))?.sf($0) }))
            }
        }
        let additive = CountModel(family: family, formula: try ModelFormula("A + B + C"))
        let fitted = try additive.fit(counts: counts, sizes: sizes, columns: Self.columns(reference.rows))
        let contrast = try #require(fitted.report.contrasts.first)
        #expect(contrast.term == "A" && contrast.level == "2" && contrast.reference == "1")
        #expect(isClose(contrast.difference, expected.logRatio))
        #expect(isClose(contrast.standardError, expected.logRatioSe, relative: 1e-8))
        #expect(isClose(contrast.p, expected.logRatioP, relative: 1e-7))
        let rate = try #require(try fitted.rate(["A": "1"]))
        for (found, wanted) in zip([rate.estimate, rate.lower, rate.upper], expected.rateOfA1) {
            #expect(isClose(found, wanted, relative: 1e-8))
        }
        #expect(!fitted.report.isSeparated)
    }

    @Test func `single trials give the same tests as their sums`() throws {
        let a = (0..<200).map { $0 % 2 == 0 ? "x" : "y" }
        let hits = (0..<200).map { $0 % 2 == 0 ? ($0 % 10 == 0 ? 1.0 : 0) : ($0 % 5 == 0 ? 1.0 : 0) }
        let model = CountModel(family: .binomial, formula: try ModelFormula("A"))
        let single = try model.fit(
            counts: hits,
            columns: ModelColumns(factors: [CodedFactor(name: "A", labels: a)], responses: [])
        ).report
        let summed = try model.fit(
            counts: [20, 20],
            sizes: [100, 100],
            columns: ModelColumns(factors: [CodedFactor(name: "A", labels: ["x", "y"])], responses: [])
        ).report
        #expect(single.rows[0].deviance == summed.rows[0].deviance)
        #expect(single.combinations == 2)
        #expect(single.n == 200)
    }

    @Test func `separation is found, named, and leaves the tests of terms`() throws {
        let columns = ModelColumns(
            factors: [
                CodedFactor(name: "A", labels: ["1", "1", "2", "2"]),
                CodedFactor(name: "B", labels: ["p", "q", "p", "q"]),
            ],
            responses: []
        )
        let model = CountModel(family: .binomial, formula: try ModelFormula("A + B"))
        let fitted = try model.fit(counts: [7, 12, 0, 0], sizes: [40, 40, 40, 40], columns: columns)
        let report = fitted.report
        #expect(report.isSeparated)
        #expect(report.separatedAt == ["A=2: 0 of 80"])
        #expect(report.notes.contains { $0.hasPrefix("Separation: ") })
        #expect(report.contrasts.map(\.term) == ["B"])
        #expect(report.factors[0].levels[1].expected == nil)
        // Without A both levels would have 19 of 160: the likelihood ratio by hand, within B's strata.
        #expect(report.rows[0].p.map { $0 < 1e-5 } == true)
        #expect(try fitted.rate(["A": "2"]) == nil)
        let poisson = CountModel(family: .poisson, formula: try ModelFormula("A"))
        let zero = try poisson.fit(counts: [7, 12, 0, 0], columns: columns).report
        #expect(zero.isSeparated)
        let none = try model.fit(counts: [0, 0, 0, 0], sizes: [5, 5, 5, 5], columns: columns).report
        #expect(none.separatedAt == ["everywhere: 0 of 20"])
        #expect(none.rows.allSatisfy { $0.deviance.isFinite && ($0.p ?? 1) > 0.9 })
    }

    @Test func `aliased terms keep the degrees of freedom that are their own`() throws {
        let labels = ["a", "b", "a", "b"]
        let columns = ModelColumns(
            factors: [CodedFactor(name: "A", labels: labels), CodedFactor(name: "B", labels: labels)],
            responses: []
        )
        let model = CountModel(family: .poisson, formula: try ModelFormula("A + B"))
        let fitted = try model.fit(counts: [3, 9, 4, 8], columns: columns)
        #expect(fitted.report.rows.map(\.df) == [0, 0])
        #expect(fitted.report.rows.allSatisfy { $0.p == nil })
        #expect(try fitted.rate(["A": "a"]) == nil)
        #expect(isClose(try fitted.rate(["A": "a", "B": "a"])?.estimate, 3.5))
        #expect(fitted.report.notes.contains { $0.contains("A (0 of 1)") })
    }

    @Test func `more scatter than the family has is said and can be allowed for`() throws {
        let labels = (0..<12).map { "\($0)" }
        let columns = ModelColumns(
            factors: [
                CodedFactor(name: "A", labels: labels.map { Int($0).map { $0 < 6 } == true ? "x" : "y" }),
                CodedFactor(name: "day", labels: labels),
            ],
            responses: []
        )
        let counts: [Double] = [10, 40, 15, 60, 22, 9, 50, 12, 70, 30, 8, 45]
        var model = CountModel(family: .poisson, formula: try ModelFormula("A"))
        var wide = ModelColumns(factors: columns.factors, responses: [])
        wide.covariates = [Covariate(name: "x", values: (0..<12).map(Double.init))]
        model.formula = try ModelFormula("A + x")
        let plain = try model.fit(counts: counts, columns: wide).report
        #expect(plain.notes.contains { $0.contains("p values are too small") })
        model.dispersion = .estimated
        let scaled = try model.fit(counts: counts, columns: wide).report
        #expect(scaled.usesDispersion)
        #expect((scaled.rows[0].p ?? 0) > (plain.rows[0].p ?? 1))
        let factor = try #require(scaled.fit.dispersion).squareRoot()
        #expect(isClose(scaled.contrasts[0].standardError, plain.contrasts[0].standardError * factor))
    }

    /// The share of experiments without an effect in which a term is called significant at 5 %.
    private static func falsePositives(
        _ dispersion: CountModel.Dispersion,
        spread: Double,
        repetitions: Int
    ) throws -> Double {
        var generator = SeededGenerator(seed: 20_260_101)
        let columns = ModelColumns(
            factors: [
                CodedFactor(name: "A", labels: (0..<24).map { ["x", "y"][$0 % 2] }),
                CodedFactor(name: "B", labels: (0..<24).map { ["p", "q", "r"][$0 / 2 % 3] }),
            ],
            responses: []
        )
        let model = CountModel(family: .poisson, formula: try ModelFormula("A + B"), dispersion: dispersion)
        var found = 0
        for _ in 0..<repetitions {
            let counts = (0..<24).map { _ -> Double in
                let mean = 20 * (1 + spread * Double.random(in: -1...1, using: &generator))
                // Knuth's product of uniforms.
                var product = Double.random(in: 0..<1, using: &generator)
                var count = 0.0
                while product > exp(-mean) {
                    product *= Double.random(in: 0..<1, using: &generator)
                    count += 1
                }
                return count
            }
            let report = try model.fit(counts: counts, columns: columns).report
            found += (report.rows[0].p ?? 1) < 0.05 ? 1 : 0
        }
        return Double(found) / Double(repetitions)
    }

    @Test func `automatic allowance for scatter keeps false positives at their level`() throws {
        let plain = try Self.falsePositives(.automatic, spread: 0, repetitions: 1_500)
        #expect(plain < 0.065, "\(plain)")
        let ignored = try Self.falsePositives(.none, spread: 0.9, repetitions: 600)
        #expect(ignored > 0.2, "\(ignored)")
        let allowed = try Self.falsePositives(.automatic, spread: 0.9, repetitions: 1_500)
        #expect(allowed > 0.03 && allowed < 0.065, "\(allowed)")
    }

    @Test func `the scatter of rows is measured within combinations too`() throws {
        let columns = ModelColumns(
            factors: [CodedFactor(name: "A", labels: ["x", "x", "x", "y", "y", "y"])],
            responses: []
        )
        let counts: [Double] = [4, 20, 12, 30, 10, 23]
        let sizes: [Double] = [100, 200, 100, 150, 100, 100]
        for family in CountFamily.allCases {
            let model = CountModel(family: family, formula: try ModelFormula("A"), dispersion: .automatic)
            let report = try model.fit(counts: counts, sizes: sizes, columns: columns).report
            // The model has a rate per level, so that Pearson's chi-squared is the sum over rows by hand.
            var chi = 0.0
            for level in [0..<3, 3..<6] {
                let rate = level.reduce(0) { $0 + counts[$1] } / level.reduce(0) { $0 + sizes[$1] }
                let variance = family == .binomial ? rate * (1 - rate) : rate
                for row in level {
                    chi +=
                        (counts[row] - sizes[row] * rate) * (counts[row] - sizes[row] * rate) / (sizes[row] * variance)
                }
            }
            #expect(isClose(report.fit.pearsonChiSquared, chi))
            #expect(report.fit.dispersionDf == 4)
            #expect(isClose(report.fit.dispersion, chi / 4))
            #expect(isClose(report.fit.p, ChiSquared(degreesOfFreedom: 4)?.sf(chi)))
        }
    }

    @Test func `two combinations are compared with an interval that agrees with the test`() throws {
        let columns = ModelColumns(
            factors: [CodedFactor(name: "A", labels: ["x", "y"]), CodedFactor(name: "B", labels: ["p", "p"])],
            responses: []
        )
        let model = CountModel(family: .binomial, formula: try ModelFormula("A"))
        let fitted = try model.fit(counts: [30, 55], sizes: [1_000, 1_000], columns: columns)
        let found = try #require(try fitted.comparison(of: ["A": "y"], with: ["A": "x"]))
        let own = try #require(try fitted.rate(["A": "y"]))
        let other = try #require(try fitted.rate(["A": "x"]))
        #expect(isClose(found.difference.estimate, 0.025))
        // Independent estimates: the distances of Donner and Zou (2012) add up as squares.
        let down = own.estimate - own.lower
        let up = other.upper - other.estimate
        #expect(isClose(found.difference.lower, 0.025 - (down * down + up * up).squareRoot()))
        #expect(found.p < 0.05 && found.difference.lower > 0 && found.ratio.lower > 1)
        #expect(isClose(found.ratio.estimate, (55.0 / 945) / (30.0 / 970)))
        #expect(try fitted.comparison(of: ["A": "x"], with: ["A": "x"]) == nil)
    }

    @Test func `wrong counts are refused by row and remedy`() throws {
        let columns = ModelColumns(factors: [CodedFactor(name: "A", labels: ["a", "b"])], responses: [])
        let model = CountModel(family: .binomial, formula: try ModelFormula("A"))
        for (counts, sizes) in [
            ([-1.0, 2], [3.0, 3]), ([1, 4], [3, 3]), ([0.5, 1], [3, 3]), ([1, 1], [0, 3]), ([.infinity, 1], [3, 3]),
            ([1, 1], [3.5, 3]), ([.nan, .nan], [3, 3]),
        ] {
            #expect(throws: StatisticsError.self) { try model.fit(counts: counts, sizes: sizes, columns: columns) }
        }
        let error = #expect(throws: StatisticsError.self) { try model.fit(counts: [2, 1], columns: columns) }
        #expect(error?.description.contains("--trials") == true)
    }

    @Test func `the likelihood ratio of pure noise is significant in five of a hundred cases`() throws {
        var generator = SeededGenerator(seed: 23)
        let columns = ModelColumns(factors: [CodedFactor(name: "A", labels: ["1", "2", "3"])], responses: [])
        let model = CountModel(family: .binomial, formula: try ModelFormula("A"))
        var found = 0
        let designs = 1_500
        for _ in 0..<designs {
            let counts = (0..<3).map { _ in
                Double((0..<200).count { _ in Double.random(in: 0..<1, using: &generator) < 0.3 })
            }
            let report = try model.fit(counts: counts, sizes: [200, 200, 200], columns: columns).report
            found += (report.rows[0].p ?? 1) < 0.05 ? 1 : 0
        }
        #expect((0.04...0.06).contains(Double(found) / Double(designs)))
    }
}
