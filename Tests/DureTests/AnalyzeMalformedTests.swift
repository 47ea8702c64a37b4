// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import Statistics
import Testing

@testable import dure

/// A malformed file of `FilesTests/Wrong/tables`, and what must be said of it.
struct MalformedTable: CustomTestStringConvertible, Sendable {
    /// What the analysis comes to.
    enum Outcome: Sendable {
        /// An error of the file, exit code 65, that contains this text.
        case error(String)
        /// An answer with a note that contains this text.
        case note(String)
    }

    let name: String
    var responses = ["y"]
    var statistic: RunStatistic.Kind?
    var trials: String?
    let outcome: Outcome

    var testDescription: String { name }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../FilesTests/Wrong/tables").standardizedFileURL

    init(_ name: String, error: String) {
        self.name = name
        outcome = .error(error)
    }

    init(_ name: String, note: String) {
        self.name = name
        outcome = .note(note)
    }

    static let all: [MalformedTable] = [
        .init("empty-file", error: "line 1: the file is empty; give a header line"),
        .init("only-blank-lines", error: "line 1: the file is empty"),
        .init("only-header", error: "line 1: there are no rows"),
        .init("one-row", error: "no column can be a factor"),
        .init("one-level", note: "'A' has one value only"),
        .init("all-one-level", error: "no column can be a factor"),
        .init("text-in-numbers", error: "line 5, column 'y': got 'about 18'; give a number"),
        .init("many-levels", note: "'A' has more than 1000 different texts"),
        .init("all-equal", note: "Every value of 'y' is the same"),
        .init("more-factors-than-runs", note: "'f0' cannot be told from"),
        .init("infinity", error: "line 5, column 'y': got 'inf'; give a number"),
        .init("too-large", error: "line 5, column 'y': got '1e400'; give a number below 1e308"),
        .init("squares-too-large", error: "Column 'y' has values whose squares are too large"),
        .init("duplicate-headers", error: "columns 1 and 3 have the same name; rename one"),
        .init("empty-header", error: "line 1, column '2': no name; name every column"),
        .init("blank-header", error: "line 1, column '2': no name; name every column"),
        .init("empty-cells", note: "Left out 1 row without a value of 'y'."),
        .init("empty-response", error: "column 'y': the response has no values; fill the column"),
        .init("empty-factor", note: "'A' has no values"),
        .init("not-a-number-text", note: "Left out 1 row without a value of 'y'."),
        .init("korean-bytes-header", error: "iconv -f CP949 -t UTF-8"),
        .init("korean-bytes-label", error: "line 2, column 'A': the text is not UTF-8"),
        .init("korean-bytes-number", error: "line 3, column 'y': the text is not UTF-8"),
        .init("utf-16-with-mark", error: "the text is UTF-16; save it as 'CSV UTF-8'"),
        .init("utf-16-without-mark", error: "the file is not text; save it as 'CSV UTF-8'"),
        .init("mark-in-header", error: "line 1, column '3': the name holds a byte-order mark (U+FEFF)"),
        .init("mark-in-label", error: "line 5, column 'B': the cell holds a byte-order mark (U+FEFF)"),
        .init("mark-in-number", error: "line 5, column 'y': the cell holds a byte-order mark (U+FEFF)"),
        .init("short-row", error: "line 5: 2 cells where the header has 3"),
        .init("long-row", error: "line 5: 4 cells where the header has 3"),
        .init("unclosed-quote", error: "line 5: a quote is not closed"),
        .init("text-after-quote", error: "line 5: text after a closing quote"),
        .init("binary-zeros", error: "line 1: the file is not text"),
        .init("late-zero", error: "line 22, column 'B': the cell holds a control character (code 0)"),
        .init("decimal-comma", error: "line 2, column 'y': got '1,5'; give a number such as 1234.5"),
        .init("thousands", error: "line 2, column 'y': got '1,500'"),
        .init("percent", error: "line 2, column 'y': got '15%'"),
        .init("currency", error: "line 2, column 'y': got '₩1500'"),
        .init("signs", note: "'-0' and '0' of 'A' are one number in two spellings"),
        .init("formulas", note: "that a spreadsheet would run"),
        .init("case-and-spaces", note: "differ only in case or spaces"),
        .init("escape-sequence", error: "line 2, column 'A': the cell holds a control character (code 27)"),
        .init("same-twice", note: "'A' cannot be told from 'B'"),
        counts("negative-successes", .error("k, line 2 is -3; give the number of successes")),
        counts("more-successes-than-trials", .error("k, line 3 is 14 of 10")),
        counts("no-trials", .error("trials, line 3 is 0; give a positive number")),
        counts("separated", .note("Separation: some rates are fitted as 0 or 1 (A=1: 0 of 80)")),
        ratios("zero-repeats", .error("no run with a value of 'larger'; give repeats that are not 0")),
    ]

    private init(_ name: String, _ outcome: Outcome) {
        self.name = name
        self.outcome = outcome
    }

    private static func counts(_ name: String, _ outcome: Outcome) -> MalformedTable {
        var table = MalformedTable(name, outcome)
        table.responses = ["k"]
        table.trials = "n"
        return table
    }

    private static func ratios(_ name: String, _ outcome: Outcome) -> MalformedTable {
        var table = MalformedTable(name, outcome)
        table.responses = ["y1", "y2"]
        table.statistic = .larger
        return table
    }

    var request: AnalysisRequest {
        let file = Self.folder.appending(path: name + ".csv")
        var request = AnalysisRequest(path: file.path, responses: responses)
        request.trials = trials
        request.analysis.family = trials == nil ? .normal : .binomial
        request.analysis.runStatistic = statistic
        return request
    }
}

@Suite struct AnalyzeMalformedTests {
    @Test(arguments: MalformedTable.all)
    func `a malformed file gives a clear error or a stated degraded answer, and never NaN`(
        _ table: MalformedTable
    ) throws {
        switch table.outcome {
        case .error(let text):
            let error = try #require(#expect(throws: (any Error).self) { try table.request.report() })
            #expect(error is CSVError || error is StatisticsError)
            #expect("\(error)".contains(text), "\(error)")
            #expect(AnalyzeCommand.exitCode(of: error) == .dataError)
        case .note(let text):
            let report = try table.request.report()
            let notes = report.notes + report.responses.flatMap(\.notes)
            #expect(notes.contains { $0.contains(text) }, "\(notes)")
            // JSONEncoder refuses NaN and infinities; the text must have none either.
            #expect(!(try report.json().isEmpty))
            let words = AnalysisText(report).text.split { !$0.isLetter }
            #expect(!words.contains { ["nan", "inf", "infinity"].contains($0.lowercased()) })
        }
    }

    @Test func `every malformed file is looked at`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: MalformedTable.folder.path)
        let names = files.filter { $0.hasSuffix(".csv") }.map { String($0.dropLast(".csv".count)) }
        #expect(names.sorted() == MalformedTable.all.map(\.name).sorted())
        #expect(names.count >= 30)
    }

    @Test func `a missing file has an exit code of its own`() throws {
        let request = AnalysisRequest(path: "/nowhere/at/all.csv", responses: ["y"])
        let error = try #require(#expect(throws: (any Error).self) { try request.report() })
        #expect(AnalyzeCommand.exitCode(of: error) == .noInput)
    }
}
