// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Statistics

/// The values made by `Reference/make_linear_models.py`.
struct LinearReference: Decodable {
    struct Row: Decodable {
        let term: String
        let df: Int
        let ss: Double
        let f: Double?
        let p: Double?
    }

    struct Mean: Decodable {
        let mean: Double
        let se: Double
    }

    struct Pair: Decodable {
        let level: String
        let reference: String
        let difference: Double
        let se: Double
        let p: Double
        let lower: Double
        let upper: Double
    }

    struct Prediction: Decodable {
        let mean: Double
        let se: Double
        let ci: [Double]
        let pi: [Double]
    }

    struct Size: Decodable {
        let term: String
        let eta: Double
        let omega: Double
        let lower: Double
        let upper: Double
    }

    struct Case: Decodable {
        let one: [Row]
        let two: [Row]
        let three: [Row]
        let dfResid: Int
        let ssResid: Double
        let data: [String: [Double]]
        let formula: String
        let blocks: [String]
        let means: [String: [String: Mean]]?
        let pairs: [Pair]?
        let prediction: Prediction?
        let fitted: [Double]?
        let leverage: [Double]?
        let standardised: [Double]?
        let cook: [Double]?
        let sizes: [Size]?

        var columns: ModelColumns {
            let factors = data.keys.sorted().filter { $0 != "x" && $0 != "y" }
            return ModelColumns(
                factors: factors.map { name in
                    CodedFactor(name: name, labels: data[name]?.map { String(Int($0)) } ?? [])
                },
                covariates: data["x"].map { [Covariate(name: "x", values: $0)] } ?? [],
                responses: [ResponseColumn(name: "y", values: data["y"] ?? [])]
            )
        }

        func fit(_ type: SumOfSquaresType? = nil) throws -> FittedLinearModel {
            let formula = try ModelFormula(formula, blocks: blocks)
            return try #require(try LinearModelAnalysis(formula: formula, type: type).fit(columns).first)
        }

        func rows(_ type: SumOfSquaresType) -> [Row] {
            switch type {
            case .one: one
            case .two: two
            case .three: three
            }
        }
    }

    let crossed: Case
    let emptyCells: Case
    let covariate: Case

    static func load() throws -> LinearReference {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appending(path: "Reference/linear_models.json")
        return try snakeCaseDecoder().decode(LinearReference.self, from: Data(contentsOf: file))
    }
}

@Suite struct LinearModelReferenceTests {
    @Test(arguments: SumOfSquaresType.allCases)
    func `unbalanced tables with blocks, empty cells and covariates agree with statsmodels`(
        _ type: SumOfSquaresType
    ) throws {
        let reference = try LinearReference.load()
        for expected in [reference.crossed, reference.emptyCells, reference.covariate] {
            let table = try expected.fit(type).table
            #expect(table.type == type)
            #expect(!table.isOrthogonal)
            #expect(table.residual.df == expected.dfResid)
            #expect(isClose(table.residual.ss, expected.ssResid))
            #expect(table.rows.map(\.term) == expected.rows(type).map(\.term))
            for (row, other) in zip(table.rows, expected.rows(type)) {
                #expect(row.df == other.df, "\(row.term)")
                #expect(isClose(row.sumOfSquares, other.ss, relative: 1e-8), "\(row.term)")
                #expect(isClose(row.f, other.f, relative: 1e-8))
                #expect(isClose(row.p, other.p, relative: 1e-8))
            }
        }
    }

    @Test func `empty cells are said in words and leave no mean that cannot be estimated`() throws {
        let fitted = try LinearReference.load().emptyCells.fit(.three)
        let table = fitted.table
        #expect(table.rows[2].df == 2 && table.rows[2].nominalDf == 4)
        #expect(table.notes.contains { $0.contains("ome combinations of levels of 'a:b' never occur") })
        let means = try fitted.means(of: "a:b")
        #expect(means.levels.count == 7)
        #expect(try fitted.means(of: "a").levels.map { $0.leastSquaresMean == nil } == [true, false, true])
    }

    @Test func `least-squares means, all pairs and effect sizes agree`() throws {
        let expected = try LinearReference.load().crossed
        let fitted = try expected.fit()
        for (term, levels) in try #require(expected.means) {
            let means = try fitted.means(of: term)
            #expect(means.levels.count == levels.count)
            for level in means.levels {
                #expect(isClose(level.leastSquaresMean, levels[level.level]?.mean))
                #expect(isClose(level.standardError, levels[level.level]?.se))
            }
        }
        let pairs = try fitted.pairwiseComparisons(of: "a")
        for (pair, other) in zip(pairs, try #require(expected.pairs)) {
            #expect(pair.level == other.level && pair.reference == other.reference)
            #expect(isClose(pair.difference, other.difference))
            #expect(isClose(pair.standardError, other.se))
            #expect(isClose(pair.adjustedP, other.p, relative: 1e-6, absolute: 1e-9))
            #expect(isClose(pair.interval?.lower, other.lower, relative: 1e-6))
            #expect(isClose(pair.interval?.upper, other.upper, relative: 1e-6))
        }
        let sizes = fitted.effectSizes()
        #expect(sizes.count == expected.sizes?.count)
        for (size, other) in zip(sizes, try #require(expected.sizes)) {
            #expect(size.term == other.term)
            #expect(isClose(size.partialEtaSquared, other.eta))
            #expect(isClose(size.partialOmegaSquared, other.omega))
            #expect(isClose(size.interval.lower, other.lower, relative: 1e-6, absolute: 1e-9))
            #expect(isClose(size.interval.upper, other.upper, relative: 1e-6, absolute: 1e-9))
        }
    }

    @Test func `predictions agree`() throws {
        let reference = try LinearReference.load()
        let cases = [
            (try reference.crossed.fit().predict(["a": "2", "b": "1", "c": "0"]), reference.crossed.prediction),
            (try reference.covariate.fit().predict(["a": "1"], covariates: ["x": 105]), reference.covariate.prediction),
        ]
        for (found, other) in cases {
            let expected = try #require(other)
            #expect(found.isEstimable)
            #expect(isClose(found.mean, expected.mean))
            #expect(isClose(found.standardError, expected.se))
            #expect(isClose(found.confidenceInterval?.lower, expected.ci[0]))
            #expect(isClose(found.confidenceInterval?.upper, expected.ci[1]))
            #expect(isClose(found.predictionInterval?.lower, expected.pi[0]))
            #expect(isClose(found.predictionInterval?.upper, expected.pi[1]))
        }
    }

    @Test func `fitted values, leverages, standardised residuals and Cook's distances agree`() throws {
        let expected = try LinearReference.load().crossed
        let diagnostics = try expected.fit().diagnostics(expected.columns)
        #expect(diagnostics.rows == Array(0..<83))
        for row in diagnostics.rows {
            #expect(isClose(diagnostics.fitted[row], expected.fitted?[row]))
            #expect(isClose(diagnostics.leverages[row], expected.leverage?[row]))
            #expect(isClose(diagnostics.standardised[row], expected.standardised?[row], absolute: 1e-9))
            #expect(isClose(diagnostics.cooksDistances[row], expected.cook?[row], absolute: 1e-9))
        }
    }
}
