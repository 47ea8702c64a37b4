// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
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
        /// An error of the options, exit code 64, that is this text.
        case option(String)
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

/// A malformed text that is made here, with the options that it is analysed by.
struct MadeTable: CustomTestStringConvertible, Sendable {
    let name: String
    let bytes: [UInt8]
    let options: [String]
    let outcome: MalformedTable.Outcome

    var testDescription: String { name }

    private init(_ name: String, _ bytes: [UInt8], _ options: [String] = [], _ outcome: MalformedTable.Outcome) {
        self.name = name
        self.bytes = bytes
        self.options = (options.contains("-r") ? [] : ["-r", "y"]) + options
        self.outcome = outcome
    }

    private init(_ name: String, _ text: String, _ options: [String] = [], _ outcome: MalformedTable.Outcome) {
        self.init(name, Array(text.utf8), options, outcome)
    }

    /// Three times two by three levels; the response by its number.
    private static func table(_ header: String = "A,B,y", _ response: (Int) -> String) -> String {
        header + "\n"
            + (0..<18).map { "\(["x", "z"][$0 % 2]),\(["p", "q", "r"][$0 / 2 % 3]),\(response($0))" }.joined(
                separator: "\n"
            )
            + "\n"
    }

    private static let counts = ["--family", "poisson"]

    static let all: [MadeTable] = [
        .init("a workbook", [0x50, 0x4B, 3, 4, 20, 0, 6, 0], [], .error("a workbook (xlsx) or a zip archive")),
        .init("a compressed file", [0x1F, 0x8B, 8, 0], [], .error("the file is compressed; run gunzip")),
        .init("UTF-32", [0xFF, 0xFE, 0, 0, 65, 0, 0, 0], [], .error("the text is UTF-32")),
        .init(
            "Latin-1",
            Array("pr".utf8) + [0xE9] + Array("x,y\n1,2\n2,3\n".utf8),
            [],
            .error("line 1, column '1': the text is not UTF-8")
        ),
        .init("other delimiters", "A|B|y\n1|1|2\n2|1|3\n", [], .error("separate columns by commas")),
        .init("a trailing comma", "A,B,y,\nx,p,1,\nz,q,2,\n", [], .error("column '4': no name; name every column, or")),
        .init("line breaks in names", table("\"A\n(won)\",B,y") { "\(10 + $0 % 5)" }, [], .note("")),
        .init("no such response", table { "\($0)" }, ["-r", "z"], .error("column 'z': there is no such column")),
        .init(
            "squares that overflow",
            table { "\($0 % 7)e153" },
            [],
            .error("Column 'y' has values whose squares are too")
        ),
        .init(
            "squares that vanish",
            table { "\($0 % 7)e-200" },
            [],
            .error("Column 'y' has differences whose squares")
        ),
        .init("numbers below all others", table { "\($0 % 7)e-320" }, [], .error("Column 'y' has differences")),
        .init("one huge value", table { $0 == 3 ? "1e154" : "\($0 % 7)" }, [], .error("Column 'y' has values")),
        .init(
            "a huge straight line",
            "A,x,y\n" + (0..<12).map { "\(["x", "z"][$0 % 2]),\($0)e300,\($0 % 5)\n" }.joined(),
            ["--numeric", "x"],
            .error("Column 'x' has values whose squares are too large")
        ),
        .init("negative counts", table { "\(-$0)" }, counts, .error("y, line 3 is -1; give a count")),
        .init("fractions as counts", table { "\($0).5" }, counts, .error("y, line 2 is 0.5; give a count, not a rate")),
        .init("counts of zero", table { _ in "0" }, counts, .note("everywhere: 0 of 18")),
        .init("counts beyond whole numbers", table { "\($0 + 1)e300" }, counts, .error("give counts below 9e15")),
        .init("counts that scatter", table { "\(($0 * $0 * 7) % 90)" }, counts, .note("quasi-likelihood")),
        .init(
            "perfect separation",
            table { "\($0 % 2)" },
            ["--family", "binomial"],
            .note("Separation: some rates are fitted as 0 or 1 (A=x: 0 of 9; A=z: 9 of 9)")
        ),
        .init("only successes", table { _ in "1" }, ["--family", "binomial"], .note("everywhere: 18 of 18")),
        .init("words as successes", table { _ in "yes" }, ["--family", "binomial"], .error("column 'y': got 'yes'")),
        .init(
            "ratios of zeros",
            "A,y,w\n" + (0..<8).map { "\(["x", "z"][$0 % 2]),0,0\n" }.joined(),
            ["-r", "y,w", "--snr", "smaller"],
            .error("undefined: there is no run with a value of 'smaller'")
        ),
        .init(
            "a present combination without a factor",
            table { "\($0 % 7)" },
            ["--present", "A=x"],
            .option(
                "--present: got 'A=x'; there is no level of 'B'; name one level of every factor of the model"
            )
        ),
        .init(
            "a present level that nobody tried",
            table { "\($0 % 7)" },
            ["--present", "A=x,B=w"],
            .option("--present: got 'B=w'; column 'B' has no such level; give one of p, q, r")
        ),
        .init(
            "a present column that is none",
            table { "\($0 % 7)" },
            ["--present", "A=x,B=p,C=1"],
            .option("--present: got 'C=1'; 'C' is no column of the model; name one of A, B")
        ),
        .init(
            "a predicted level that nobody tried",
            table { "\($0 % 7)" },
            ["--predict", "A=x", "--predict", "B=w"],
            .option("--predict: got 'B=w'; column 'B' has no such level; give one of p, q, r")
        ),
        .init(
            "a predicted number that is none",
            "A,x,y\n" + (0..<12).map { "\(["x", "z"][$0 % 2]),\($0),\($0 * 7 % 5)\n" }.joined(),
            ["--numeric", "x", "--predict", "x=many"],
            .option("--predict: got 'x=many'; column 'x' is of numbers; give a number such as 12.5")
        ),
        .init(
            "a predicted level of counts",
            table { "\($0 % 7)" },
            counts + ["--predict", "A=w"],
            .option("--predict: got 'A=w'; column 'A' has no such level; give one of x, z")
        ),
        .init(
            "a straight line of numbers that vanish",
            "A,x,y\n" + (0..<40).map { "\(["x", "z"][$0 % 2]),\($0)e-160,\($0 % 5)\n" }.joined(),
            ["--numeric", "x"],
            .error("Column 'x' has differences whose squares are too small")
        ),
        .init(
            "a tilde in a name",
            table("y~x,a+b,y") { "\($0 * 7 % 5)" },
            ["-m", "`y~x`+`a+b`"],
            .note("")
        ),
        .init(
            "a pooled term that is none",
            table { "\($0 * 7 % 5)" },
            ["--pool", "99999999999999999999"],
            .option(
                "--pool: got '99999999999999999999'; it is no term of the model; give one of A, B, degrees of freedom, "
                    + "half or 5%"
            )
        ),
        .init("line ends of old", table { "\($0 * 7 % 5)" }.replacing("\n", with: "\r"), [], .note("")),
        .init("only a response", "y\n1\n2\n3\n", [], .error("no column can be a factor")),
        .init("numbers in hexadecimal", table { "0x1p\($0 % 4)" }, [], .error("column 'y': got '0x1p0'")),
        .init("digits of full width", table { _ in "１２" }, [], .error("column 'y': got '１２'")),
        .init("names that are code", table("<script>alert(1)</script>,B&amp;,y") { "\($0 * 7 % 5)" }, [], .note("")),
        .init(
            "a name of twenty thousand letters",
            table(String(repeating: "A", count: 20_000) + ",B,y") {
                "\($0 * 7 % 5)"
            },
            [],
            .note("")
        ),
        .init(
            "a block that is the factor",
            "A,day,y\n"
                + (0..<18).map {
                    "\(["x", "z"][$0 % 2]),\(["x", "z"][$0 % 2]),\($0 * 7 % 5)\n"
                }.joined(),
            ["-b", "day"],
            .note("")
        ),
        .init(
            "a block of one row each",
            "A,day,y\n"
                + (0..<18).map {
                    "\(["x", "z"][$0 % 2]),\($0),\($0 * 7 % 5)\n"
                }.joined(),
            ["-b", "day"],
            .note("")
        ),
        .init("a target beyond all values", table { "\($0 * 7 % 5)" }, ["-g", "nominal:1e308"], .note("")),
        .init("a confidence of nearly all", table { "\($0 * 7 % 5)" }, ["--confidence", "0.999999999999"], .note("")),
        .init("a confidence of hardly any", table { "\($0 * 7 % 5)" }, ["--confidence", "1e-300"], .note("")),
        .init(
            "bounds that overflow",
            table { "\($0 * 7 % 5)" },
            ["--desirability", "y:larger:60:1e308"],
            .note("")
        ),
        .init(
            "huge counts of a tiny exposure",
            "A,y,n\n" + (0..<12).map { "\(["x", "z"][$0 % 2]),8000000000000000,1e-14\n" }.joined(),
            counts + ["--trials", "n"],
            .note("")
        ),
        .init(
            "one success of nearly endless trials",
            "A,y,n\n" + (0..<12).map { "\(["x", "z"][$0 % 2]),1,8000000000000000\n" }.joined(),
            ["--family", "binomial", "--trials", "n"],
            .note("")
        ),
        .init(
            "times at the end of all numbers",
            table("A,B,y,o") { "\($0 * 7 % 5),1e307" },
            ["--order", "o"],
            .note("")
        ),
        .init("a model of brackets", table { "\($0 % 5)" }, ["-m", "A^2+B", "--tukey"], .note("")),
        .init(
            "a reference that is none",
            table { "\($0 % 7)" },
            ["--reference", "A=middle"],
            .option("--reference: got 'A=middle'; column 'A' has no such level; give one of x, z")
        ),
        .init(
            "an order that is no number",
            table("A,B,y,o") { "\($0 % 7),2026-01-02" },
            ["--order", "o"],
            .error("column 'o': got '2026-01-02'")
        ),
        .init(
            "nothing but noise-free cells",
            table { "\($0 % 2 * 10 + $0 / 2 % 3)" },
            [],
            .note("explains every value exactly")
        ),
        .init(
            "cells that never occur",
            "A,B,y\n"
                + (0..<15).map { "\(["x", "z"][$0 % 5 / 3]),\(["p", "q", "r"][$0 % 5 % 3]),\($0 * 7 % 11)\n" }.joined(),
            ["-m", "A*B"],
            .note("never occur")
        ),
    ]
}

@Suite struct AnalyzeMalformedTests {
    @Test(arguments: MalformedTable.all)
    func `a malformed file gives a clear error or a stated degraded answer, and never NaN`(
        _ table: MalformedTable
    ) throws {
        switch table.outcome {
        case .option(let text):
            Issue.record("no option is given that could be wrong: \(text)")
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

    @Test(arguments: MadeTable.all)
    func `a malformed text gives a clear error or a stated degraded answer, and a page without NaN`(
        _ table: MadeTable
    ) throws {
        let folder = try TemporaryFolder()
        let url = folder.url.appending(path: "made.csv")
        try Data(table.bytes).write(to: url)
        let options = [url.path] + table.options + ["--report", "unused.html", "--language", "ko"]
        let command = try AnalyzeCommand.parse(options)
        switch table.outcome {
        case .option(let text):
            let error = try #require(#expect(throws: AnalysisOptionError.self) { try command.request().report() })
            #expect("\(error)" == text)
            #expect(AnalyzeCommand.exitCode(of: error) == .usage)
        case .error(let text):
            let error = try #require(#expect(throws: (any Error).self) { try command.request().report() })
            #expect("\(error)".contains(text), "\(error)")
            #expect(!"\(error)".contains("\n"))
            #expect(AnalyzeCommand.exitCode(of: error) == .dataError)
        case .note(let text):
            let report = try command.request().report()
            let notes = report.notes + report.responses.flatMap(\.notes)
            #expect(text.isEmpty || notes.contains { $0.contains(text) }, "\(notes)")
            #expect(!(try report.json().isEmpty))
            var texts = [AnalysisText(report).text]
            texts += try command.pages(of: report).map { $0.html.replacing(#/<[^>]*>/#, with: " ") }
            for text in texts {
                let words = text.split { !$0.isLetter }
                #expect(!words.contains { ["nan", "inf", "infinity"].contains($0.lowercased()) })
            }
        }
    }

    @Test func `levels with only successes are the best ones, not left out`() throws {
        let folder = try TemporaryFolder()
        let rows = (0..<24).map {
            "\($0 % 2 == 0 ? "x" : "z"),\(["p", "q"][$0 / 2 % 2]),\($0 % 2 == 1 || $0 % 8 == 0 ? 1 : 0)"
        }
        let file = try folder.file("runs.csv", "A,B,y\n" + rows.joined(separator: "\n"))
        var request = AnalysisRequest(path: file, responses: ["y"])
        request.analysis.family = .binomial
        let best = try #require(try request.report().responses[0].best)
        #expect(best.levels.first { $0.factor == "A" }?.level == "z")
        #expect(best.predictedMean == 1)
        #expect(best.confidenceInterval == nil)
    }

    @Test func `the best combination is one that the data determine`() throws {
        // B's levels are nested within A's, so a level of x never occurs with z.
        let rows = (0..<18).map { row in
            let (a, b) = (row % 2, row / 2 % 3)
            return "\(["x", "z"][a]),\(["x", "z"][a])\(["p", "q", "r"][b]),\(10 + 2 * a + 3 * b).\((row * 7) % 5)"
        }
        let folder = try TemporaryFolder()
        var request = AnalysisRequest(
            path: try folder.file("runs.csv", "A,B,y\n" + rows.joined(separator: "\n")),
            responses: ["y"]
        )
        request.model = "A/B"
        let response = try request.report().responses[0]
        let best = try #require(response.best)
        #expect(best.levels.map(\.level) == ["z", "zr"])
        #expect(best.confidenceInterval != nil)
        #expect(response.notes.contains { $0.hasPrefix("Only combinations that the data determine") })
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
