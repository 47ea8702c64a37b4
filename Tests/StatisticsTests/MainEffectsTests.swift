// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Statistics

@Suite struct MainEffectsTests {
    @Test func `the saturated L9 gives the published sums of squares and no p values`() throws {
        let fitted = try MainEffectsAnalysis().fit(Phadke.defects)
        let anova = fitted.analysisOfVariance
        for (row, expected) in zip(anova.rows, [2_450.0, 950, 350, 50]) {
            #expect(isClose(row.sumOfSquares, expected))
            #expect(row.f == nil && row.p == nil && row.partialEtaSquared == nil)
        }
        #expect(anova.isSaturated)
        #expect(anova.sigma == nil && anova.residual.ms == nil)
        #expect(anova.notes.contains { $0.contains("saturated") })
        #expect(anova.means.map(\.delta).elementsEqual([40, 25, 15, 5]) { isClose($0, $1) })
        #expect(anova.means.map(\.rank) == [1, 2, 3, 4])
        let best = try fitted.bestCombination(.higher)
        #expect(best.levels.map(\.level) == ["1", "1", "2", "2"])
        #expect(isClose(best.predictedMean, 0, absolute: 1e-9))
        #expect(best.confidenceInterval == nil)
        #expect(!best.notes.isEmpty)
    }

    @Test func `pooling the smallest effects is explicit and reported`() throws {
        let anova = try MainEffectsAnalysis(pooling: .smallest(untilResidualDegreesOfFreedom: 4))
            .fit(Phadke.defects).analysisOfVariance
        #expect(anova.pooledTerms == ["D", "C"])
        #expect(anova.rows.map(\.isPooled) == [false, false, true, true])
        #expect(isClose(anova.rows[0].f, 12.25))
        #expect(isClose(anova.rows[0].p, 0.01969836872883961))
        #expect(isClose(anova.rows[1].f, 4.75))
        #expect(isClose(anova.residual.ss, 400))
        #expect(anova.rows[2].p == nil && isClose(anova.rows[2].sumOfSquares, 350))
        #expect(anova.notes.contains { $0.contains("Pooled") })
        let named = try MainEffectsAnalysis(pooling: .terms(["C", "D"])).fit(Phadke.defects).analysisOfVariance
        #expect(named.rows.map(\.f) == anova.rows.map(\.f))
    }

    @Test func `the L18 gives the published level means and variance ratios`() throws {
        let table = Phadke.polysilicon.with(factors: ["A", "B", "C", "D", "E", "F"])
        let anova = try MainEffectsAnalysis().fit(table).analysisOfVariance
        #expect(anova.means[0].levels.map { ($0.mean * 100).rounded() / 100 } == [-24.23, -50.11, -61.76])
        #expect(isClose(anova.grandMean, -45.36277777777778))
        #expect(isClose(anova.rows[0].f, 27.34621857315388))
        #expect(isClose(anova.rows[5].p, 0.4280189706181774))
        #expect(isClose(anova.sigma, 8.997778553003451))
        #expect(isClose(anova.adjustedRSquared, 0.8649503807804277))
    }

    @Test func `an unbalanced model with blocks agrees with statsmodels in every number`() throws {
        let reference = try Reference.load().blocked
        let fitted = try MainEffectsAnalysis().fit(table(reference.data))
        let anova = fitted.analysisOfVariance
        #expect(anova.residual.df == reference.dfResid)
        #expect(isClose(anova.residual.ss, reference.ssResid))
        #expect(isClose(anova.rSquared, reference.r2))
        #expect(isClose(anova.adjustedRSquared, reference.adjR2))
        #expect(isClose(anova.sigma, reference.sigma))
        for (row, expected) in zip(anova.rows, reference.rows) {
            #expect(row.term == expected.term && row.df == expected.df)
            #expect(isClose(row.sumOfSquares, expected.ss))
            #expect(isClose(row.f, expected.f))
            #expect(isClose(row.p, expected.p))
        }
        #expect(anova.rows.map(\.kind) == [.factor, .factor, .factor, .block])
        for term in anova.means {
            for (level, expected) in zip(term.levels, try #require(reference.means[term.term])) {
                #expect(isClose(level.leastSquaresMean, expected.mean))
                #expect(isClose(level.standardError, expected.se))
            }
        }
        #expect(anova.contrasts.count == reference.contrasts.count)
        for (contrast, expected) in zip(anova.contrasts, reference.contrasts) {
            #expect(contrast.term == expected.term && contrast.level == expected.level)
            #expect(isClose(contrast.difference, expected.difference))
            #expect(isClose(contrast.standardError, expected.se))
            #expect(isClose(contrast.p, expected.p))
            #expect(isClose(contrast.adjustedP, expected.holm))
        }
    }

    @Test func `the best combination and its intervals agree with statsmodels`() throws {
        let reference = try Reference.load().blocked
        let best = try MainEffectsAnalysis().fit(table(reference.data))
            .bestCombination(.higher, control: ["a": "0", "b": "0", "c": "0"])
        for choice in best.levels {
            #expect(choice.level == reference.best[choice.factor].map(String.init))
        }
        #expect(isClose(best.predictedMean, reference.prediction.mean))
        #expect(isClose(best.standardError, reference.prediction.se))
        #expect(isClose(best.confidenceInterval?.lower, reference.prediction.ci[0]))
        #expect(isClose(best.confidenceInterval?.upper, reference.prediction.ci[1]))
        #expect(isClose(best.predictionInterval?.lower, reference.prediction.pi[0]))
        #expect(isClose(best.predictionInterval?.upper, reference.prediction.pi[1]))
        #expect(isClose(best.gain?.difference, reference.gain.difference))
        #expect(isClose(best.gain?.standardError, reference.gain.se))
    }

    @Test func `a nominal target is met by the nearest combination`() throws {
        let fitted = try MainEffectsAnalysis().fit(Phadke.defects)
        let best = try fitted.bestCombination(.nominal(target: -44))
        var nearest = Double.infinity
        for number in 0..<81 {
            let levels = [number % 3, number / 3 % 3, number / 9 % 3, number / 27].map { String($0 + 1) }
            let names = ["A", "B", "C", "D"]
            let combination = Dictionary(uniqueKeysWithValues: zip(names, levels))
            nearest = min(nearest, (try fitted.predict(combination).mean + 44).magnitude)
        }
        #expect(isClose((best.predictedMean + 44).magnitude, nearest, absolute: 1e-9))
    }

    @Test func `aliased and one-level factors and missing levels are said in words`() throws {
        let labels = ["x", "x", "y", "y", "x", "y"]
        let table = FactorialTable(
            responseName: "y",
            response: [1, 2, 4, 5, 1.5, 4.8],
            factors: [
                FactorColumn(name: "first", labels: labels),
                FactorColumn(name: "copy", labels: labels.map { $0 + "'" }),
                FactorColumn(name: "still", levels: ["one", "never"], codes: Array(repeating: 0, count: 6)),
            ]
        )
        let anova = try MainEffectsAnalysis().fit(table).analysisOfVariance
        #expect(anova.rows.map(\.isAliased) == [true, true, false])
        #expect(anova.rows.map(\.df) == [0, 0, 0])
        #expect(anova.residual.df == 4)
        #expect(anova.rows.allSatisfy { $0.f == nil && $0.p == nil })
        #expect(anova.notes.contains { $0.contains("'first' cannot be told from 'copy'") })
        #expect(anova.notes.contains { $0.contains("'still' has one level only") })
        #expect(anova.notes.contains { $0.contains("'never'") })
        #expect(anova.contrasts.isEmpty)
    }

    @Test func `a constant response and a perfect fit give no p value and encode as JSON`() throws {
        let labels = ["a", "a", "b", "b"]
        let column = FactorColumn(name: "f", labels: labels)
        let constant = try MainEffectsAnalysis()
            .fit(FactorialTable(responseName: "y", response: [0.1, 0.1, 0.1, 0.1], factors: [column]))
        let perfect = try MainEffectsAnalysis()
            .fit(FactorialTable(responseName: "y", response: [0.1, 0.1, 0.7, 0.7], factors: [column]))
        for fitted in [constant, perfect] {
            let anova = fitted.analysisOfVariance
            #expect(anova.rows[0].f == nil && anova.rows[0].p == nil)
            let best = try fitted.bestCombination(.higher, control: ["f": "a"])
            #expect(best.confidenceInterval == nil)
            _ = try JSONEncoder().encode(anova)
            _ = try JSONEncoder().encode(best)
        }
        #expect(constant.analysisOfVariance.rSquared == nil)
        #expect(constant.analysisOfVariance.notes.contains { $0.contains("is the same") })
        #expect(perfect.analysisOfVariance.isPerfectFit)
        #expect(perfect.analysisOfVariance.notes.contains { $0.contains("exactly") })
    }

    @Test func `errors name the column and the remedy`() {
        let good = FactorColumn(name: "color", levels: ["red"], codes: [0, 0])
        #expect(throws: StatisticsError.lengthMismatch(column: "color", found: 2, expected: 3)) {
            try MainEffectsAnalysis().fit(FactorialTable(responseName: "y", response: [1, 2, 3], factors: [good]))
        }
        #expect(throws: StatisticsError.notFinite(column: "y", row: 1)) {
            try MainEffectsAnalysis().fit(FactorialTable(responseName: "y", response: [1, .nan], factors: [good]))
        }
        #expect(throws: StatisticsError.tooLarge(column: "y")) {
            try MainEffectsAnalysis().fit(FactorialTable(responseName: "y", response: [1, 1e200], factors: [good]))
        }
        #expect(throws: StatisticsError.duplicateColumn("color")) {
            try MainEffectsAnalysis().fit(FactorialTable(responseName: "y", response: [1, 2], factors: [good, good]))
        }
        #expect(throws: StatisticsError.unknownColumn("size", known: ["color"])) {
            try MainEffectsAnalysis(pooling: .terms(["size"]))
                .fit(FactorialTable(responseName: "y", response: [1, 2], factors: [good]))
        }
        #expect(throws: StatisticsError.unknownLevel(column: "color", level: "blue", known: ["red"])) {
            try MainEffectsAnalysis(referenceLevels: ["color": "blue"])
                .fit(FactorialTable(responseName: "y", response: [1, 2], factors: [good]))
        }
        #expect(throws: StatisticsError.tooFewObservations(subject: "Response 'y'", found: 0, needed: 1)) {
            try MainEffectsAnalysis().fit(FactorialTable(responseName: "y", response: [], factors: []))
        }
    }

    @Test func `the reference level of contrasts can be named`() throws {
        let table = Phadke.polysilicon.with(factors: ["A", "B"])
        let plain = try MainEffectsAnalysis().fit(table).analysisOfVariance
        let turned = try MainEffectsAnalysis(referenceLevels: ["A": "3"]).fit(table).analysisOfVariance
        #expect(turned.contrasts[0].reference == "3" && turned.contrasts[0].level == "1")
        #expect(isClose(turned.contrasts[0].difference, -plain.contrasts[1].difference))
        #expect(isClose(turned.contrasts[0].p, plain.contrasts[1].p))
    }

    private func table(_ data: Reference.Blocked.Data) -> FactorialTable {
        func column(_ name: String, _ codes: [Int]) -> FactorColumn {
            FactorColumn(name: name, labels: codes.map { String($0) })
        }
        return FactorialTable(
            responseName: "y",
            response: data.y,
            factors: [column("a", data.a), column("b", data.b), column("c", data.c)],
            blocks: [column("block", data.block)]
        )
    }
}
