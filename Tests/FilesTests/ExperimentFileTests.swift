// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics
import Testing

@testable import Files

/// A file that lives as long as a closure.
@discardableResult
func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
    let location = FileManager.default.temporaryDirectory.appending(path: "dure-\(UUID().uuidString).csv")
    try Data(text.utf8).write(to: location)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: location) } }
    return try body(location.path)
}

extension ExperimentFile {
    /// Fits the main-effects model of the file; responses are shifted, so means lack the summary's origin.
    func fit() throws -> (fitted: FittedMainEffects, summary: Summary) {
        let terms = columns.map { NormalEquations.Term(name: $0.name, kind: $0.isBlock ? .block : .factor) }
        var equations = try NormalEquations(responseName: responses.joined(separator: ","), terms: terms)
        let summary = try forEachRow(isShifted: true) { _, codes, values in
            try equations.add(levels: codes, response: values[0])
        }
        return (try MainEffectsAnalysis().fit(equations, levels: columns.map(\.levels)), summary)
    }
}

@Suite struct ExperimentFileTests {
    @Test func `columns of few values become factors and the others are named`() throws {
        let rows = (0..<60).map { "\($0),\(["b", "a"][$0 % 2]),\($0 % 3),same,id\($0),\($0 * 7),," }
        let text = "y,title,price,constant,id,many,empty,gaps\n" + rows.joined(separator: "\n")
        try withFile(text) { path in
            let file = try ExperimentFile(path: path, responses: ["y"])
            #expect(file.columns.map(\.name) == ["title", "price"])
            #expect(file.columns[0].levels == ["a", "b"])
            #expect(file.unused.map(\.name) == ["constant", "id", "many", "empty", "gaps"])
            #expect(file.unused[1].reason == "has a value of its own in most rows")
        }
    }

    @Test func `levels are sorted as numbers where all are numbers, and codes follow`() throws {
        try withFile("a,b,y\n10,x,1\n9,10,2\n-1.5,9,3\n10,x,4\n") { path in
            let file = try ExperimentFile(path: path, responses: ["y"], factors: ["a", "b"])
            #expect(file.columns.map(\.levels) == [["-1.5", "9", "10"], ["10", "9", "x"]])
            var codes: [[Int]] = []
            _ = try file.forEachRow(isShifted: false) { _, row, _ in codes.append(row) }
            #expect(codes == [[2, 2], [1, 0], [0, 1], [2, 2]])
        }
    }

    @Test func `rows with a missing used cell are left out and counted`() throws {
        try withFile("a,b,y\n1,,1\nNA,1,2\n2,1,\n1,2,5\n2,1,6\n") { path in
            let file = try ExperimentFile(path: path, responses: ["y"], factors: ["a"])
            var rows: [[Double]] = []
            let summary = try file.forEachRow(isShifted: true) { _, _, values in rows.append(values) }
            #expect(rows == [[0], [4], [5]])
            #expect(summary == ExperimentFile.Summary(rowCount: 3, leftOutCount: 2, origin: 1))
        }
    }

    @Test func `constant leading digits cost nothing`() throws {
        try withFile("a,y\n1,1000000000000.4\n2,1000000000000.3\n1,1000000000000.6\n") { path in
            let file = try ExperimentFile(path: path, responses: ["y"], factors: ["a"])
            var values: [Double] = []
            _ = try file.forEachRow(isShifted: true) { _, _, row in values += row }
            #expect(values == [0, -0.1, 0.2])
        }
    }

    @Test func `wrong choices and values are refused`() throws {
        try withFile("a,b,y\n1,2,3\n2,2,x\n") { path in
            let unknown = #expect(throws: CSVError.self) { try ExperimentFile(path: path, responses: ["z"]) }
            #expect(try #require(unknown).remedy.hasSuffix("the columns are a, b, y"))
            let twice = #expect(throws: CSVError.self) {
                try ExperimentFile(path: path, responses: ["y"], factors: ["a", "y"])
            }
            #expect(try #require(twice).problem == "named as response and as factor")
            let file = try ExperimentFile(path: path, responses: ["y"], factors: ["a"])
            let value = #expect(throws: CSVError.self) { try file.forEachRow(isShifted: true) { _, _, _ in } }
            #expect(try #require(value).line == 3)
            #expect(try #require(value).column == "y")
            #expect(try #require(value).value == "x")
        }
        try withFile("a,y\n") { path in
            let error = #expect(throws: CSVError.self) { try ExperimentFile(path: path, responses: ["y"]) }
            let problem = try #require(error).problem
            #expect(problem == "there are no rows")
        }
        let many = "a,y\n" + (0...ExperimentFile.levelLimit).map { "\($0),1\n" }.joined()
        try withFile(many) { path in
            let error = #expect(throws: CSVError.self) {
                try ExperimentFile(path: path, responses: ["y"], factors: ["a"])
            }
            let problem = try #require(error).problem
            #expect(problem == "the column has more than 1000 levels")
        }
    }

    @Test func `many levels keep their codes`() throws {
        var table = LevelTable()
        let words = (0..<5_000).map { $0 % 2 == 0 ? "w\($0)" : "a much longer word \($0)" }
        for (code, word) in words.enumerated() {
            #expect(table.insert(Array(word.utf8).span) == code)
        }
        for (code, word) in words.enumerated() {
            #expect(table.find(Array(word.utf8).span) == code)
        }
        #expect(table.find(Array("\0w0".utf8).span) == nil)
        #expect(table.labels == words)
    }
}

/// Published experiments with reference answers, outside the repository.
enum SharedExperiments {
    static let folder: URL = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let shared = ProcessInfo.processInfo.environment["DURE_SHARED"].map { URL(filePath: $0) }
        return (shared ?? package.appending(path: "../shared")).standardized.appending(path: "data/experiments")
    }()

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }
}

@Suite(.enabled(if: SharedExperiments.isPresent, "the shared folder data/experiments is absent"))
struct SharedExperimentFileTests {
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
            let type1: [Row]
            let type2: [Row]?
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
        return (a - b).magnitude <= max(1e-9 * scale, 1e-9 * max(a.magnitude, b.magnitude), 1e-12)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let file = SharedExperiments.folder.appending(path: "\(name).expected.json")
        return try decoder.decode(type, from: Data(contentsOf: file))
    }

    @Test(arguments: [
        "d01_l9_cvd", "d02_l18_polysilicon", "d03_l8_ina_tile", "d04_2p5_reactor", "d05_npk_blocks",
        "d06_2x3_toothgrowth", "d07_unbalanced_foster",
    ])
    func `level means and every main-effects model agree through the CSV`(_ name: String) throws {
        let expected = try Self.decode(Expected.self, name)
        let path = SharedExperiments.folder.appending(path: expected.file).path
        let names = expected.columns.filter { expected.factors[$0] != nil }
        let (fitted, summary) = try ExperimentFile(path: path, responses: [expected.response], factors: names).fit()
        let means = fitted.analysisOfVariance.means
        let scale = expected.mainEffects.grandMean.magnitude
        for term in means {
            for level in term.levels {
                // Labels are the file's text; the reference writes some numbers in another way.
                let levels = try #require(expected.mainEffects.levelMeans[term.term])
                let reference = levels[level.level] ?? levels.first { Double($0.key) == Double(level.level) }?.value
                #expect(Self.isClose(level.mean + summary.origin, reference?.mean, scale: scale))
                #expect(level.n == reference?.n)
            }
        }
        for model in expected.anova where !model.formula.contains(":") {
            let right = try #require(model.formula.components(separatedBy: " ~ ").last)
            let factors = right.components(separatedBy: " + ")
            let anova = try ExperimentFile(path: path, responses: [expected.response], factors: factors).fit().fitted
                .analysisOfVariance
            #expect(Self.isClose(anova.grandMean + summary.origin, expected.mainEffects.grandMean, scale: scale))
            for (row, reference) in zip(anova.rows, model.type2 ?? model.type1) {
                #expect(row.term == reference.term)
                #expect(row.df == reference.df)
                #expect(Self.isClose(row.sumOfSquares, reference.ss, scale: scale * scale))
                #expect(Self.isClose(row.f, reference.f))
                #expect(Self.isClose(row.p, reference.p))
            }
        }
    }

    @Test func `NIST's certified F ratios are met to twelve digits`() throws {
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
        let sets = try Self.decode(Sets.self, "d08_nist_strd_oneway").sets
        let file = SharedExperiments.folder.appending(path: "d08_nist_strd_oneway.csv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
        #expect(sets.count == 7)
        for entry in sets {
            let own = lines.filter { $0.hasPrefix(entry.dataset + ",") }
            try withFile(([String(lines[0])] + own.map(String.init)).joined(separator: "\n")) { path in
                let anova = try ExperimentFile(path: path, responses: ["y"], factors: ["treatment"]).fit().fitted
                    .analysisOfVariance
                let f = try #require(anova.rows[0].f)
                #expect((f - entry.certified.f).magnitude <= 1e-12 * entry.certified.f, "\(entry.dataset)")
            }
        }
    }
}
