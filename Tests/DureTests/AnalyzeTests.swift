// SPDX-License-Identifier: Apache-2.0

import Domain
import Files
import Foundation
import Reports
import Statistics
import Testing

@testable import dure

/// Published experiments with reference answers, outside the repository.
enum PublishedSets {
    static let folder: URL = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let shared = ProcessInfo.processInfo.environment["DURE_SHARED"].map { URL(filePath: $0) }
        return (shared ?? package.appending(path: "../shared")).standardized.appending(path: "data/experiments")
    }()

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(contentsOf: folder.appending(path: "\(name).expected.json")))
    }
}

@Suite struct AnalyzeTests {
    /// Two factors in two blocks, twice each, with an interaction and one missing value.
    static let text = """
        A,B,day,order,y,cost
        low,1,1,1,10.1,5
        low,2,1,2,12.3,6
        high,1,1,3,15.2,7
        high,2,1,4,21.9,9
        low,1,2,8,10.9,5
        low,2,2,7,12.8,6
        high,1,2,6,16.1,8
        high,2,2,5,22.4,9
        high,2,2,9,,9

        """

    static func report(
        _ text: String = text,
        responses: [String] = ["y"],
        _ change: (inout AnalysisRequest) throws -> Void = { _ in }
    ) throws -> AnalysisReport {
        let folder = try TemporaryFolder()
        var request = AnalysisRequest(path: try folder.file("runs.csv", text), responses: responses)
        try change(&request)
        return try request.report()
    }

    @Test func `a model with blocks, references, pairs and predictions is analysed`() throws {
        let report = try Self.report { request in
            request.model = "A*B"
            request.blocks = ["day"]
            request.order = "order"
            request.analysis.referenceLevels = ["A": "low"]
            request.analysis.comparesPairs = true
            request.analysis.predictions = [["A": "high", "B": "2"]]
            request.analysis.goals = ["y": .lower]
        }
        let response = report.responses[0]
        let table = try #require(response.anova)
        #expect(table.rows.map(\.term) == ["day", "A", "B", "A:B"])
        #expect(table.rows.map(\.kind) == [.block, .factor, .factor, .factor])
        #expect(table.n == 8)
        #expect(table.missingResponses == 1)
        #expect(response.best?.levels.map(\.level) == ["low", "1"])
        #expect(response.contrasts.first { $0.term == "A" }?.reference == "low")
        #expect(response.comparisons.contains { $0.term == "A:B" })
        #expect((response.predictions[0].mean ?? 0) > 20)
        #expect(response.interactionMeans[0].levels.count == 4)
        #expect(response.residualChecks?.checks.contains { $0.kind == .order && $0.p != nil } == true)
        #expect(response.residuals.map(\.line) == Array(2...9))
        #expect(report.columns.map(\.role) == ["response", "factor", "factor", "block", "order"])
        #expect(response.notes.contains { $0.hasPrefix("Left out 1 row without a value of 'y'") })
        let text = AnalysisText(report).text
        #expect(text.hasPrefix("Best combination (y lower): A=low, B=1"))
        #expect(text.contains("type II sums of squares"))
        #expect(text.contains(table.typeReason))
    }

    @Test func `several responses find their best compromise`() throws {
        let report = try Self.report(responses: ["y", "cost"]) { request in
            request.factors = ["A", "B"]
            request.analysis.desirabilities = [
                try Desirability(response: "y", goal: .larger, low: 10, high: 20),
                try Desirability(response: "cost", goal: .smaller, low: 5, high: 10),
            ]
        }
        #expect(report.responses.map(\.response) == ["y", "cost"])
        let compromise = try #require(report.desirability)
        #expect(compromise.levels.map(\.factor) == ["A", "B"])
        #expect(compromise.overall > 0 && compromise.overall < 1)
        #expect(AnalysisText(report).text.hasPrefix("Best compromise: "))
    }

    @Test func `a dot stands for every column that can be a factor`() throws {
        let rows = (0..<40).map { "\($0 % 2),\($0 % 5),id\($0),\($0 * 3)" }.joined(separator: "\n")
        let report = try Self.report("A,B,id,y\n" + rows) { $0.model = "." }
        #expect(report.model == "A + B")
        #expect(report.columnsLeftOut.map(\.column) == ["id"])
        #expect(
            report.notes.contains { $0.contains("'id' has a value of its own in most rows") || $0.contains("'id'") }
        )
    }

    @Test func `a named column of many numbers is a straight line`() throws {
        let rows = (0..<60).map {
            "\($0 % 2),\(Double($0) * 0.7),\(Double($0) * 1.4 + Double($0 % 2) + Double($0 % 3))"
        }
        let report = try Self.report("A,x,y\n" + rows.joined(separator: "\n")) { request in
            request.model = "A + x"
            request.analysis.predictions = [["A": "1", "x": "10"]]
        }
        #expect(report.columns.first { $0.column == "x" }?.role == "number")
        let row = try #require(report.responses[0].anova?.rows.first { $0.term == "x" })
        #expect(row.df == 1)
        #expect((report.responses[0].predictions[0].mean ?? 0) > 20)
    }

    @Test func `an unreplicated two-level design is judged by Lenth and its missing interactions are named`() throws {
        var text = "A,B,C,D,y\n"
        for run in 0..<16 {
            let signs = (0..<4).map { run >> $0 & 1 == 1 ? 1.0 : -1.0 }
            let noise = Double((run * 7) % 5) / 10
            text += signs.map { $0 > 0 ? "+" : "-" }.joined(separator: ",")
            text += ",\(50 + 5 * signs[0] + 4 * signs[1] * signs[2] + noise)\n"
        }
        let report = try Self.report(text)
        let response = report.responses[0]
        #expect(response.effects?.effects.filter { $0.verdict == .active }.map(\.term) == ["A", "B:C"])
        #expect(response.effectProbabilities.count == 15)
        #expect(
            response.notes.contains { $0.hasPrefix("Lenth's method finds effects that the model does not have: B:C") }
        )
        #expect(AnalysisText(report).text.contains("Effects without replicates, judged by Lenth's method"))
    }

    @Test func `rates are analysed by a logit with trials`() throws {
        let text = "A,B,k,n\nx,1,8,100\ny,1,21,100\nx,2,9,90\ny,2,25,110\n"
        let report = try Self.report(text, responses: ["k"]) { request in
            request.trials = "n"
            request.analysis.family = .binomial
            request.analysis.predictions = [["A": "y"]]
        }
        let counts = try #require(report.responses[0].counts)
        #expect(counts.totalCount == 63 && counts.totalSize == 400)
        #expect(report.responses[0].best?.levels.map(\.level) == ["y", "2"])
        #expect(report.responses[0].predictions[0].confidenceInterval != nil)
        #expect(AnalysisText(report).text.contains("odds times"))
    }

    @Test func `repeats give ratios, means and variances`() throws {
        let text = "A,B,y1,y2,y3\n1,1,10,11,12\n1,2,20,22,25\n2,1,15,15.5,15.2\n2,2,30,31,33\n"
        let report = try Self.report(text, responses: ["y1", "y2", "y3"]) { request in
            request.analysis.runStatistic = .nominal
        }
        #expect(report.responses.map(\.response) == ["sn_nominal(y1,y2,y3)", "mean(y1,y2,y3)", "ln_s2(y1,y2,y3)"])
        #expect(report.responses.map(\.goal) == ["higher", "higher", "lower"])
        #expect(report.responses[0].runs?.perRun.count == 4)
        // In the long form the rows of one combination are its repeats.
        let rows = ["1,1,10", "1,1,11", "1,1,12", "1,2,20", "1,2,22", "1,2,25", "2,1,15", "2,1,15.5", "2,1,15.2"]
        let long = try Self.report("A,B,y\n" + rows.joined(separator: "\n")) { $0.analysis.runStatistic = .nominal }
        #expect(long.responses[0].runs?.perRun == Array(report.responses[0].runs?.perRun.prefix(3) ?? []))
    }

    @Test func `rows of one combination are one run of a ratio, and runs of their own of a mean`() throws {
        let array = ["1,1,10,11,12", "1,2,20,22,25", "2,1,15,15.5,15.2", "2,2,30,31,33"]
        let again = ["1,1,13,10,12", "1,2,21,20,26", "2,1,16,14,15", "2,2,29,33,31"]
        let text = "A,B,y1,y2,y3\n" + (array + again).joined(separator: "\n")
        let report = try Self.report(text, responses: ["y1", "y2", "y3"]) { $0.analysis.runStatistic = .larger }
        let ratios = try #require(report.responses[0].runs?.perRun)
        #expect(ratios.count == 4)
        let six = [10.0, 11, 12, 13, 10, 12]
        let expected = -10 * log10(six.reduce(0) { $0 + 1 / ($1 * $1) } / 6)
        #expect(AnalyzePublishedTests.isClose(ratios[0], expected))
        #expect(report.notes.contains { $0.hasPrefix("4 rows repeat the combination of an earlier row") })
        let means = try Self.report(text, responses: ["y1", "y2", "y3"]) { $0.analysis.runStatistic = .mean }
        #expect(means.responses[0].runs?.perRun.count == 8)
        #expect(means.responses[0].anova?.residual.df == 5)
    }

    @Test func `counts have residuals, and a row far off is named`() throws {
        var text = "A,B,k,n\n"
        for row in 0..<24 {
            let successes = [10, 14, 20, 28][row % 4] + (row * 5 % 7) - 3
            text += "\(["x", "y"][row % 2]),\(row / 2 % 2),\(row == 9 ? 90 : successes),100\n"
        }
        let report = try Self.report(text, responses: ["k"]) { request in
            request.trials = "n"
            request.analysis.family = .binomial
        }
        let response = report.responses[0]
        #expect(response.residuals.count == 24)
        let far = try #require(response.residuals.max { abs($0.standardised ?? 0) < abs($1.standardised ?? 0) })
        #expect(far.line == 11)
        let check = try #require(response.residualChecks?.checks.last)
        #expect(check.kind == .outlier && check.isConcern && check.subject == "11")
        #expect(response.residualChecks?.checks.map(\.kind) == [.equalVariance, .equalVariance, .outlier])
        #expect(AnalysisText(report).text.contains("Line 11 lies far off"))
        let content = try #require(AnalysisPageContent(report))
        #expect(content.residuals?.residuals == response.residuals.compactMap(\.standardised))
        let html = try AnalysisPage(content).html(language: .korean, writtenAt: Timestamp(milliseconds: 0))
        #expect(html.contains("기대값에 따른 잔차"))
        #expect(html.contains("11번 시험이 기대에서 크게 벗어났습니다"))
        // Single trials are added up first, and small counts are not tested.
        let single = "A,y\n" + (0..<40).map { "\(["x", "y"][$0 % 2]),\($0 % 5 == 0 ? 1 : 0)" }.joined(separator: "\n")
        let trials = try Self.report(single) { $0.analysis.family = .binomial }
        #expect(trials.responses[0].residuals.isEmpty)
        let few = "A,B,y\n" + (0..<12).map { "\($0 % 2),\($0 / 2 % 3),\($0 * 7 % 4)" }.joined(separator: "\n")
        let counts = try Self.report(few) { $0.analysis.family = .poisson }
        #expect(counts.responses[0].residuals.count == 12)
        #expect(counts.responses[0].residualChecks?.checks.map(\.p) == [nil])
    }

    @Test func `every number of the text is in the JSON`() throws {
        let report = try Self.report(responses: ["y", "cost"]) { request in
            request.model = "A*B"
            request.blocks = ["day"]
            request.order = "order"
            request.analysis.comparesPairs = true
            request.analysis.predictions = [["A": "high"]]
            request.analysis.desirabilities = [try Desirability(response: "y", goal: .larger, low: 10, high: 20)]
        }
        let object = try JSONSerialization.jsonObject(with: Data(report.json().utf8))
        var known: Set<String> = ["1", "95"]
        Self.collect(object, into: &known)
        let text = AnalysisText(report).text
        let numbers = text.matches(of: /[A-Za-z_0-9.]*-?[0-9]+(\.[0-9]+)?(e[-+][0-9]+)?/)
            .map { String($0.output.0) }.filter { $0.first?.isLetter == false }
        #expect(numbers.count > 100)
        for number in numbers where !known.contains(number) && !known.contains("-" + number) {
            Issue.record("\(number) is not in the JSON")
        }
    }

    /// Every number of a JSON value in the ways that the text writes numbers, and the numbers in its strings.
    private static func collect(_ value: Any, into known: inout Set<String>) {
        switch value {
        case let object as [String: Any]:
            for key in object.keys.sorted() {
                if let inner = object[key] {
                    collect(inner, into: &known)
                }
            }
        case let array as [Any]:
            for inner in array {
                collect(inner, into: &known)
            }
        case let text as String:
            for match in text.matches(of: /-?[0-9]+(\.[0-9]+)?(e[-+][0-9]+)?/) {
                known.insert(String(match.output.0))
            }
        case let number as Double:
            for format in ["%.6g", "%.7g", "%.8g", "%.4f", "%.1e", "%.2f"] {
                known.insert(String(format: format, number))
            }
        default: break
        }
    }

    @Test func `the same file gives the same bytes`() throws {
        let first = try Self.report { $0.model = "A*B" }
        #expect(try first.json() == Self.report { $0.model = "A*B" }.json())
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        #expect(try decoder.decode(AnalysisReport.self, from: Data(first.json().utf8)).responses.count == 1)
    }

    @Test func `wrong models are refused by place and remedy`() throws {
        for model in ["A*", "A + nope", "A + (B", "y + A"] {
            let error = try #require(#expect(throws: (any Error).self) { try Self.report { $0.model = model } })
            #expect(error is FormulaError, "\(model): \(error)")
        }
        let reference = #expect(throws: AnalysisOptionError.self) {
            try Self.report { $0.analysis.referenceLevels = ["A": "middle"] }
        }
        #expect(reference?.description.contains("'A=middle'") == true)
    }
}

@Suite(.enabled(if: PublishedSets.isPresent, "the shared folder data/experiments is absent"))
struct AnalyzePublishedTests {
    struct Expected: Decodable {
        struct Level: Decodable {
            let mean: Double
            let n: Int
        }

        struct MainEffects: Decodable {
            let grandMean: Double
            let levelMeans: [String: [String: Level]]
        }

        struct Row: Decodable {
            let term: String
            let df: Int
            let ss: Double
            let f: Double?
            let p: Double?

            enum CodingKeys: String, CodingKey {
                case term
                case df
                case ss
                case f = "F"
                case p
            }
        }

        struct Model: Decodable {
            let formula: String
            let type1: [Row]?
            let type2: [Row]?
            let type3: [Row]?
        }

        let file: String
        let response: String
        let columns: [String]
        let factors: [String: [String]]
        let mainEffects: MainEffects
        let anova: [Model]
    }

    static func isClose(_ a: Double?, _ b: Double?, scale: Double = 0) -> Bool {
        guard let a, let b else { return a == nil && b == nil }
        return (a - b).magnitude <= max(1e-9 * scale, 1e-9 * max(a.magnitude, b.magnitude))
    }

    @Test(arguments: [
        "d01_l9_cvd", "d02_l18_polysilicon", "d03_l8_ina_tile", "d04_2p5_reactor", "d05_npk_blocks",
        "d06_2x3_toothgrowth", "d07_unbalanced_foster",
    ])
    func `level means and every model of every type agree through the CSV`(_ name: String) throws {
        let expected = try PublishedSets.decode(Expected.self, name)
        let path = PublishedSets.folder.appending(path: expected.file).path
        let scale = expected.mainEffects.grandMean.magnitude
        for model in expected.anova {
            for (type, rows) in [(SumOfSquaresType.one, model.type1), (.two, model.type2), (.three, model.type3)] {
                guard let rows else {
                    continue
                }
                var request = AnalysisRequest(path: path, responses: [expected.response])
                request.model = model.formula
                request.analysis.type = type
                let response = try request.report().responses[0]
                let table = try #require(response.anova)
                #expect(Self.isClose(table.grandMean, expected.mainEffects.grandMean, scale: scale))
                for reference in rows where reference.df > 0 && reference.term != "Residual" {
                    let wanted = Set(reference.term.split(separator: ":"))
                    let row = table.rows.first { Set($0.term.split(separator: ":")) == wanted }
                    #expect(row?.df == reference.df, "\(model.formula) \(type) \(reference.term)")
                    #expect(Self.isClose(row?.sumOfSquares, reference.ss, scale: scale * scale))
                    #expect(Self.isClose(row?.f, reference.f) || reference.f == nil || (row?.f ?? 1) < 1e-15)
                    #expect(Self.isClose(row?.p, reference.p, scale: 1) || reference.p == nil)
                }
                for term in response.means {
                    for level in term.levels {
                        let levels = try #require(expected.mainEffects.levelMeans[term.term])
                        let reference =
                            levels[level.level] ?? levels.first { Double($0.key) == Double(level.level) }?.value
                        #expect(Self.isClose(level.mean, reference?.mean, scale: scale))
                        #expect(level.n == reference?.n)
                    }
                }
            }
        }
    }

    @Test func `NIST's certified F ratios are met to fourteen digits`() throws {
        struct Certified: Decodable {
            let f: Double

            enum CodingKeys: String, CodingKey {
                case f = "F"
            }
        }
        struct Entry: Decodable {
            let dataset: String
            let certified: Certified
        }
        struct Sets: Decodable {
            let sets: [Entry]
        }
        let sets = try PublishedSets.decode(Sets.self, "d08_nist_strd_oneway").sets
        let file = PublishedSets.folder.appending(path: "d08_nist_strd_oneway.csv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline).map(String.init)
        #expect(sets.count == 7)
        for entry in sets {
            let own = lines.filter { $0.hasPrefix(entry.dataset + ",") }
            let text = ([lines[0]] + own).joined(separator: "\n")
            let report = try AnalyzeTests.report(text) { $0.model = "treatment" }
            let f = try #require(report.responses[0].anova?.rows[0].f)
            #expect((f - entry.certified.f).magnitude <= 1e-14 * entry.certified.f, "\(entry.dataset): \(f)")
        }
    }
}
