// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Statistics

/// Published experiments with reference answers, outside the repository; see `isPresent`.
enum SharedExperiments {
    static let folder: URL = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let shared = ProcessInfo.processInfo.environment["DURE_SHARED"].map { URL(filePath: $0) }
        return (shared ?? package.appending(path: "../shared")).standardized.appending(path: "data/experiments")
    }()

    static var isPresent: Bool {
        FileManager.default.fileExists(atPath: folder.path)
    }

    static func rows(_ file: String) throws -> (header: [String], rows: [[String]]) {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
        }
        return (lines[0], Array(lines.dropFirst()))
    }
}

struct ExpectedExperiment: Decodable {
    struct Level: Decodable {
        let mean: Double
        let n: Int
    }

    struct Delta: Decodable {
        let factor: String
        let delta: Double
        let rank: Int
    }

    struct MainEffects: Decodable {
        let grandMean: Double
        let levelMeans: [String: [String: Level]]
        let delta: [Delta]
    }

    struct Best: Decodable {
        let goal: String
        let levels: [String: String]
        let additivePrediction: Double
    }

    struct Row: Decodable {
        let term: String
        let df: Int
        let ss: Double
        let ms: Double?
        let f: Double?
        let p: Double?
        let contributionPct: Double
        let pureContributionPct: Double?

        enum CodingKeys: String, CodingKey {
            case term
            case df
            case ss
            case ms
            case f = "F"
            case p
            case contributionPct
            case pureContributionPct
        }
    }

    struct Residual: Decodable {
        let df: Int
        let ss: Double
        let ms: Double
    }

    struct Model: Decodable {
        let formula: String
        let dfResid: Int
        let ssTotal: Double
        let r2: Double?
        let adjR2: Double?
        let sigma: Double?
        let resid: Residual?
        let type1: [Row]
        let type2: [Row]?
        let type3: [Row]?
    }

    struct Ratio: Decodable {
        let perRun: [Double]
        let grandMean: Double
    }

    let id: String
    let file: String
    let columns: [String]
    let factors: [String: [String]]
    let response: String
    let mainEffects: MainEffects
    let bestLevels: Best
    let anova: [Model]
    let signalToNoise: [String: Ratio]?
    let lnS2: [Double]?

    static func load(_ file: String) throws -> ExpectedExperiment {
        let data = try Data(contentsOf: SharedExperiments.folder.appending(path: file + ".expected.json"))
        return try snakeCaseDecoder().decode(ExpectedExperiment.self, from: data)
    }

    func table(_ names: [String]) throws -> FactorialTable {
        let (header, rows) = try SharedExperiments.rows(file)
        func column(_ name: String) throws -> [String] {
            let index = try #require(header.firstIndex(of: name))
            return rows.map { $0[index] }
        }
        return FactorialTable(
            responseName: response,
            response: try column(response).map { try #require(Double($0)) },
            factors: try names.map { FactorColumn(name: $0, labels: try column($0)) }
        )
    }

    /// All factors and the response.
    func modelColumns() throws -> ModelColumns {
        let table = try table(columns.filter { factors[$0] != nil })
        return ModelColumns(
            factors: table.factors.map { column in
                CodedFactor(name: column.name, levels: column.levels, codes: column.codes.map { UInt8($0) })
            },
            responses: [ResponseColumn(name: response, values: table.response)]
        )
    }
}

@Suite(.enabled(if: SharedExperiments.isPresent, "the shared folder data/experiments is absent"))
struct SharedExperimentsTests {
    static let files = [
        "d01_l9_cvd", "d02_l18_polysilicon", "d03_l8_ina_tile", "d04_2p5_reactor", "d05_npk_blocks",
        "d06_2x3_toothgrowth", "d07_unbalanced_foster",
    ]

    @Test(arguments: files)
    func `level means, deltas and the best combination agree`(_ file: String) throws {
        let expected = try ExpectedExperiment.load(file)
        let names = expected.columns.filter { expected.factors[$0] != nil }
        let scale = expected.mainEffects.grandMean.magnitude
        let fitted = try MainEffectsAnalysis().fit(expected.table(names))
        let anova = fitted.analysisOfVariance
        #expect(isClose(anova.grandMean, expected.mainEffects.grandMean))
        for term in anova.means {
            let levels = try #require(expected.mainEffects.levelMeans[term.term])
            #expect(levels.count == term.levels.count)
            for level in term.levels {
                #expect(isClose(level.mean, levels[level.level]?.mean))
                #expect(level.n == levels[level.level]?.n)
            }
            let delta = try #require(expected.mainEffects.delta.first { $0.factor == term.term })
            #expect(isClose(term.delta, delta.delta))
            #expect(term.rank == delta.rank)
        }
        let best = try fitted.bestCombination(expected.bestLevels.goal == "larger" ? .higher : .lower)
        for choice in best.levels {
            #expect(choice.level == expected.bestLevels.levels[choice.factor])
        }
        let prediction = expected.bestLevels.additivePrediction
        #expect(isClose(best.levelMeansPrediction, prediction, absolute: 1e-9 * scale))
    }

    @Test(arguments: files)
    func `every main-effects model agrees`(_ file: String) throws {
        let expected = try ExpectedExperiment.load(file)
        for model in expected.anova where !model.formula.contains(":") {
            let right = try #require(model.formula.components(separatedBy: " ~ ").last)
            let anova = try MainEffectsAnalysis().fit(expected.table(right.components(separatedBy: " + ")))
                .analysisOfVariance
            #expect(anova.isSaturated == (model.dfResid == 0))
            #expect(isClose(anova.total.ss, model.ssTotal))
            #expect(isClose(anova.sigma, model.sigma))
            #expect(isClose(anova.residual.ms, model.resid?.ms))
            #expect(model.r2 == nil || isClose(anova.rSquared, model.r2))
            #expect(isClose(anova.adjustedRSquared, model.adjR2))
            let rows = model.type2 ?? model.type1
            #expect(rows.map(\.term) == anova.rows.map(\.term))
            for (row, reference) in zip(anova.rows, rows) {
                #expect(row.df == reference.df)
                #expect(isClose(row.sumOfSquares, reference.ss))
                #expect(isClose(row.f, reference.f))
                #expect(isClose(row.p, reference.p))
                #expect(isClose(row.contributionPercent, reference.contributionPct))
            }
        }
    }

    @Test(arguments: files, SumOfSquaresType.allCases)
    func `every linear model agrees by every type of sums of squares`(_ file: String, _ type: SumOfSquaresType) throws {
        let expected = try ExpectedExperiment.load(file)
        for model in expected.anova {
            let analysis = LinearModelAnalysis(formula: try ModelFormula(model.formula), type: type)
            let table = try #require(try analysis.fit(expected.modelColumns()).first).table
            let scale = 1e-9 * expected.mainEffects.grandMean.magnitude
            #expect(table.n == table.total.df + 1)
            #expect(table.isSaturated == (model.dfResid == 0))
            #expect(table.residual.df == model.dfResid)
            #expect(isClose(table.total.ss, model.ssTotal))
            #expect(isClose(table.sigma, model.sigma))
            #expect(model.resid == nil || isClose(table.residual.ss, model.resid?.ss))
            #expect(model.r2 == nil || isClose(table.rSquared, model.r2))
            #expect(isClose(table.adjustedRSquared, model.adjR2))
            let rows =
                switch type {
                case .one: model.type1
                case .two: model.type2 ?? model.type1
                case .three: model.type3 ?? model.type1
                }
            #expect(rows.map(\.term) == table.rows.map(\.term))
            for (row, reference) in zip(table.rows, rows) {
                #expect(row.df == reference.df)
                #expect(isClose(row.sumOfSquares, reference.ss, absolute: scale * scale))
                #expect(isClose(row.f, reference.f, absolute: 1e-9))
                #expect(isClose(row.p, reference.p))
                #expect(isClose(row.contributionPercent, reference.contributionPct, absolute: 1e-9))
                #expect(isClose(row.pureContributionPercent, reference.pureContributionPct, absolute: 1e-9))
            }
        }
    }

    @Test func `an interaction confounded with blocks is named and gets no degree of freedom`() throws {
        let columns = try ExpectedExperiment.load("d05_npk_blocks").modelColumns()
        for type in SumOfSquaresType.allCases {
            let formula = try ModelFormula("y ~ N*P*K", blocks: ["block"])
            let fits = try LinearModelAnalysis(formula: formula, type: type).fit(columns)
            let table = try #require(fits.first).table
            #expect(table.rows.first?.df == 5 && table.rows.first?.kind == .block)
            #expect(isClose(table.rows.first?.sumOfSquares, 343.295))
            #expect(table.rows.last?.df == 0 && table.rows.last?.aliasedWith == ["block"])
            #expect(table.residual.df == 12)
            #expect(table.notes.contains { $0.contains("'N:P:K' cannot be told from 'block'") })
        }
    }

    @Test func `signal-to-noise ratios and log variances agree`() throws {
        let expected = try ExpectedExperiment.load("d03_l8_ina_tile")
        let (header, rows) = try SharedExperiments.rows(expected.file)
        let first = try #require(header.firstIndex(of: "y1"))
        let second = try #require(header.firstIndex(of: "y2"))
        let repeats = try rows.map { [try #require(Double($0[first])), try #require(Double($0[second]))] }
        let kinds: [(String, SignalToNoise)] = [
            ("nominal_the_best", .nominalIsBest), ("smaller_the_better", .smallerIsBetter),
            ("larger_the_better", .largerIsBetter),
        ]
        let ratios = try #require(expected.signalToNoise)
        for (prefix, kind) in kinds {
            let reference = try #require(ratios.first { $0.key.hasPrefix(prefix) }).value
            for (values, ratio) in zip(repeats, reference.perRun) {
                #expect(isClose(kind.ratio(values), ratio))
            }
        }
        for (values, logVariance) in zip(repeats, try #require(expected.lnS2)) {
            #expect(isClose(SignalToNoise.logVariance(values), logVariance))
        }
    }

    @Test func `NIST's certified one-way F ratios are met when text is shifted before rounding`() throws {
        struct Certified: Decodable {
            let f: Double
            let residualSd: Double

            enum CodingKeys: String, CodingKey {
                case f = "F"
                case residualSd
            }
        }
        struct Entry: Decodable {
            let dataset: String
            let certified: Certified
        }
        struct Expected: Decodable {
            let sets: [Entry]
        }
        let file = SharedExperiments.folder.appending(path: "d08_nist_strd_oneway.expected.json")
        let expected = try snakeCaseDecoder().decode(Expected.self, from: Data(contentsOf: file))
        let (_, rows) = try SharedExperiments.rows("d08_nist_strd_oneway.csv")
        #expect(expected.sets.count == 7)
        for entry in expected.sets {
            let own = rows.filter { $0[0] == entry.dataset }
            let values = try own.map { try #require(Decimal(string: $0[2])) }
            let table = FactorialTable(
                responseName: "y",
                response: values.map { NSDecimalNumber(decimal: $0 - values[0]).doubleValue },
                factors: [FactorColumn(name: "treatment", labels: own.map { $0[1] })]
            )
            let columns = ModelColumns(
                factors: [CodedFactor(name: "treatment", labels: own.map { $0[1] })],
                responses: [ResponseColumn(name: "y", values: table.response)]
            )
            let formula = ModelFormula.mainEffects(factors: ["treatment"])
            let exact = try #require(try LinearModelAnalysis(formula: formula).fit(columns).first).table
            let ratio = try #require(exact.rows[0].f)
            #expect((ratio - entry.certified.f).magnitude <= 1e-14 * entry.certified.f, "\(entry.dataset)")
            let anova = try MainEffectsAnalysis().fit(table).analysisOfVariance
            #expect(isClose(anova.rows[0].f, entry.certified.f, relative: 1e-12), "\(entry.dataset)")
            #expect(isClose(anova.sigma, entry.certified.residualSd, relative: 1e-12), "\(entry.dataset)")
        }
    }
}
