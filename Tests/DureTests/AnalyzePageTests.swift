// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Reports
import Statistics
import Testing

@testable import dure

/// A file and the options of `dure analyze` that a page is written from.
struct PageCase: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String
    let options: [String]

    var testDescription: String { name }

    /// Two factors three times each, in blocks and in an order; levels have no digits.
    static let replicated: String = {
        var lines = ["title,price,day,order,sales,cost"]
        for row in 0..<18 {
            let title = row % 2
            let price = row / 2 % 3
            let noise = Double((row * 7) % 5) * 0.31
            let sales = 20 + 6 * Double(title) + 3 * Double(price) + noise
            lines.append(
                "\(["short", "long"][title]),\(["low", "middle", "high"][price]),\(["mon", "tue", "wed"][row / 6]),"
                    + "\(18 - row),\(sales),\(10 + Double(price) + noise / 2)"
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    static let unreplicated: String = {
        var lines = ["A,B,C,y"]
        for row in 0..<8 {
            let signs = (0..<3).map { row >> $0 & 1 }
            lines.append(
                signs.map { ["off", "on"][$0] }.joined(separator: ",")
                    + ",\(50 + 8 * Double(signs[0]) + 0.3 * Double((row * 5) % 7))"
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    /// Successes of trials, or counts, of two factors with as much scatter as wanted.
    static func counts(scatter: Int) -> String {
        var lines = ["title,badge,orders,visitors"]
        for row in 0..<24 {
            let mean = 40 + 30 * (row % 2) + 6 * (row / 2 % 3)
            lines.append(
                "\(["short", "long"][row % 2]),\(["none", "sale", "new"][row / 2 % 3]),"
                    + "\(mean + scatter * ((row * 7) % 5 - 2)),\(1_000 + 50 * (row % 4))"
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static let separated =
        "A,B,y\n" + (0..<24).map { "\(["x", "z"][$0 % 2]),\(["p", "q"][$0 / 2 % 2]),\($0 % 2)\n" }.joined()

    static let all: [PageCase] = [
        .init(name: "main effects", text: replicated, options: ["-r", "sales", "-f", "title,price"]),
        .init(
            name: "interaction, block, order and present",
            text: replicated,
            options: [
                "-r", "sales,cost", "-m", "title*price", "--block", "day", "--order", "order", "--present",
                "title=short,price=low", "--goal", "higher,lower",
            ]
        ),
        .init(
            name: "present is best",
            text: replicated,
            options: ["-r", "sales", "-f", "title,price", "--present", "title=long,price=high"]
        ),
        .init(
            name: "missing cells",
            text: replicated.replacing("short,low,mon,18,20.0,10.0", with: "short,,mon,18,20.0,"),
            options: ["-r", "sales", "-f", "title,price", "--type", "III", "--confidence", "0.9"]
        ),
        .init(
            name: "saturated",
            text: unreplicated,
            options: ["-r", "y", "-m", "A*B*C", "--present", "A=off,B=on,C=off"]
        ),
        .init(name: "pooled", text: unreplicated, options: ["-r", "y", "-m", "A*B*C", "--pool", "half"]),
        .init(name: "ratios", text: replicated, options: ["-r", "sales,cost", "-f", "title,price", "--snr", "larger"]),
        .init(
            name: "shares",
            text: counts(scatter: 1),
            options: [
                "-r", "orders", "--family", "binomial", "--trials", "visitors", "--present", "title=short,badge=none",
            ]
        ),
        .init(
            name: "counts that scatter too much",
            text: counts(scatter: 15),
            options: [
                "-r", "orders", "--family", "poisson", "--trials", "visitors", "--present", "title=short,badge=none",
            ]
        ),
        .init(
            name: "counts without allowance",
            text: counts(scatter: 15),
            options: ["-r", "orders", "--family", "poisson", "-f", "title,badge", "--dispersion", "none"]
        ),
        .init(
            name: "no success at all",
            text: separated.replacing(",1\n", with: ",0\n"),
            options: ["-r", "y", "--family", "binomial"]
        ),
        .init(
            name: "straight lines only",
            text: "x,y\n" + (0..<24).map { "\($0).5,\($0 * 2 + $0 % 3)\n" }.joined(),
            options: ["-r", "y", "--numeric", "x"]
        ),
        .init(name: "separation", text: separated, options: ["-r", "y", "--family", "binomial"]),
    ]

    /// Published sets outside the repository, with the options that suit them.
    static let published: [(file: String, options: [String])] = [
        ("d01_l9_cvd", []), ("d02_l18_polysilicon", []), ("d03_l8_ina_tile", []), ("d04_2p5_reactor", []),
        ("d05_npk_blocks", ["--block", "block"]), ("d06_2x3_toothgrowth", ["-m", "supp*dose"]),
        ("d07_unbalanced_foster", []),
    ]
}

/// What the command makes of a file: its text, its JSON and its pages.
private struct Output {
    let report: AnalysisReport
    let json: String
    let text: String
    let pages: [String]

    init(_ file: String, _ options: [String], _ language: ReportLanguage) throws {
        let page = ["--report", "unused.html", "--language", language.rawValue]
        let command = try AnalyzeCommand.parse([file] + options + page)
        report = try command.request().report()
        json = try report.json()
        text = try command.output(report)
        pages = try command.pages(of: report).map(\.html)
    }

    /// Every number in the texts of the JSON, and the file's name and levels among them.
    var words: Set<String> {
        let strings = json.matches(of: #/"((?:[^"\\]|\\.)*)"/#).map { String($0.output.1) }
        return Set(strings.flatMap { $0.matches(of: #/[0-9]+(?:\.[0-9]+)?/#).map { String($0.output) } })
    }
}

@Suite struct AnalyzePageTests {
    /// The numbers that a reader sees and that are not traced: outside pictures and the line of the time.
    private static func untraced(_ html: String) -> [String] {
        html.replacing(#/<style>(?s:.)*?<\/style>/#, with: "").replacing(#/<svg (?s:.)*?<\/svg>/#, with: "")
            .replacing(#/<footer>(?s:.)*?<\/footer>/#, with: "").replacing(#/<data [^>]*>[^<]*<\/data>/#, with: "")
            .replacing(#/<[^>]*>/#, with: " ").replacing(#/&#\d+;/#, with: " ")
            .matches(of: #/[0-9]+(?:\.[0-9]+)?/#).map { String($0.output) }
    }

    /// Checks that the pages say what the JSON says, and that the text calls the same terms significant.
    private static func check(_ output: Output, _ language: ReportLanguage) throws {
        #expect(output.pages.count == output.report.responses.count)
        for (index, html) in output.pages.enumerated() {
            let audit = try FigureAudit(html: html, json: output.json)
            #expect(audit.problems == [])
            #expect(audit.count >= (output.report.responses[index].best == nil ? 5 : 15))
            let words = output.words
            for number in untraced(html) where !words.contains(number) {
                Issue.record("\(number) is on the page, untraced and in no text of the JSON")
            }
            let content = try #require(AnalysisPageContent(output.report, response: index))
            let verdicts = output.report.responses[index].verdicts
            #expect(
                content.terms.filter(\.isSignificant).map(\.name) == verdicts.filter(\.isSignificant).map(\.term)
            )
            for verdict in verdicts where verdict.isSignificant && verdict.method == .holm {
                #expect((verdict.adjustedP ?? 1) < 1 - output.report.confidence)
            }
            let readable = html.replacing(#/<[^>]*>/#, with: " ").split { !$0.isLetter }.map { $0.lowercased() }
            #expect(!readable.contains { ["nan", "inf", "infinity", "nil", "optional"].contains($0) })
            if language == .korean {
                #expect(html.contains("다음에 할 일"))
            }
        }
    }

    @Test(arguments: PageCase.all, ReportLanguage.allCases)
    func `every number of a page that the command writes is in its JSON`(
        _ item: PageCase,
        _ language: ReportLanguage
    ) throws {
        let folder = try TemporaryFolder()
        let output = try Output(try folder.file("runs.csv", item.text), item.options, language)
        try Self.check(output, language)
    }

    @Test(.enabled(if: PublishedSets.isPresent, "the shared folder data/experiments is absent"))
    func `pages of published sets say what their JSON says`() throws {
        for (file, options) in PageCase.published {
            let name = try PublishedSets.decode(AnalyzePublishedTests.Expected.self, file)
            let path = PublishedSets.folder.appending(path: name.file).path
            for language in ReportLanguage.allCases {
                var all = ["-r", name.response] + options
                if !options.contains("-m") {
                    let blocks = options.contains("--block") ? [options[1]] : []
                    let factors = name.factors.keys.sorted().filter { !blocks.contains($0) }
                    all += ["-f", factors.joined(separator: ",")]
                }
                try Self.check(try Output(path, all, language), language)
            }
        }
    }

    @Test func `the gain over the present combination is the difference of two predictions`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("runs.csv", PageCase.replicated)
        let options = [
            "-r", "sales", "-f", "title,price", "--present", "title=short,price=low", "--predict",
            "title=short,price=low", "--predict", "title=long,price=high",
        ]
        let response = try Output(file, options, .english).report.responses[0]
        let present = try #require(response.present)
        #expect(!present.isBest)
        #expect(present.levels.map(\.level) == ["short", "low"])
        let first = try #require(response.predictions[0].mean)
        let best = try #require(response.predictions[1].mean)
        #expect((present.predictedMean - first).magnitude < 1e-9)
        #expect((present.difference - (best - first)).magnitude < 1e-9)
        let interval = try #require(present.interval)
        #expect(interval.lower > 0 && interval.lower < present.difference && interval.upper > present.difference)
    }

    @Test func `the text names what is gained and by which p values terms are called significant`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("runs.csv", PageCase.replicated)
        let output = try Output(
            file,
            ["-r", "sales", "-m", "title*price", "--present", "title=short,price=low"],
            .english
        )
        #expect(output.text.contains("Present combination (title=short, price=low): "))
        #expect(output.text.contains("Significant (p adjusted for 3 terms by Holm's method): "))
        #expect(output.pages[0].contains("Clear gain"))
        let best = try Output(
            file,
            ["-r", "sales", "--present", "title=long,price=high", "-f", "title,price"],
            .english
        )
        #expect(best.text.contains("It is the best one already."))
        #expect(best.pages[0].contains("Keep what you have"))
    }

    @Test func `a level that does as well as the best one is named`() throws {
        // The second factor matters only where the first one is off, so at the best combination it may be either.
        var text = "A,B,y\n"
        for row in 0..<24 {
            let on = row % 2 == 1
            let high = row / 2 % 2 == 1
            text += "\(on ? "on" : "off"),\(high ? "high" : "low"),"
            text += "\(on ? 40 : high ? 30 : 10).\((row * 7) % 9)\n"
        }
        let folder = try TemporaryFolder()
        let output = try Output(try folder.file("runs.csv", text), ["-r", "y", "-m", "A*B"], .english)
        let best = try #require(output.report.responses[0].best)
        #expect(best.runnersUp.first { $0.factor == "A" }?.isWorse == true)
        #expect(best.runnersUp.first { $0.factor == "B" }?.isWorse == false)
        #expect(output.text.contains("Cannot be told from the best, one factor changed: B="))
        #expect(output.pages[0].contains("may do as well"))
        #expect(output.pages[0].contains("take the cheaper one"))
    }

    @Test func `runs in a known order are drawn in it`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("runs.csv", PageCase.replicated)
        let options = ["-r", "sales", "-f", "title,price"]
        let unknown = try Output(file, options, .english)
        let known = try Output(file, options + ["--order", "order"], .english)
        #expect(known.report.responses[0].residuals.map(\.order) == (0..<18).map { 18 - $0 })
        #expect(unknown.report.responses[0].residuals.allSatisfy { $0.order == nil })
        let pictures = { (html: String) in html.matches(of: #/<svg\s/#).count }
        #expect(pictures(known.pages[0]) == pictures(unknown.pages[0]) + 1)
    }

    @Test func `counts that scatter too much are allowed for, and it is said`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("runs.csv", PageCase.counts(scatter: 15))
        let options = ["-r", "orders", "--family", "poisson", "--trials", "visitors"]
        let wide = try #require(try Output(file, options, .english).report.responses[0].counts)
        let narrow = try #require(
            try Output(file, options + ["--dispersion", "none"], .english).report.responses[0].counts
        )
        #expect(wide.usesDispersion && !narrow.usesDispersion)
        #expect(wide.rows.allSatisfy { $0.f != nil } && narrow.rows.allSatisfy { $0.f == nil })
        let ratio = try #require(wide.fit.dispersion)
        // The scatter among rows of one combination counts: 24 rows less 4 coefficients.
        #expect(ratio > 2 && wide.fit.dispersionDf == 20)
        #expect(wide.notes.contains { $0.contains("quasi-likelihood") })
        #expect(narrow.notes.contains { $0.contains("p values are too small") })
        #expect(try Output(file, options, .english).pages[0].contains("widened for it"))
        #expect(try Output(file, options + ["--dispersion", "none"], .english).pages[0].contains("promise too much"))
        let plain = try folder.file("plain.csv", PageCase.counts(scatter: 1))
        #expect(try Output(plain, options, .english).report.responses[0].counts?.usesDispersion == false)
    }

    @Test func `options that contradict each other are refused`() {
        for options in [
            ["--dispersion", "auto"], ["--family", "poisson", "--order", "rows"], ["--present", "A"],
            ["--model", "other ~ A"],
        ] {
            #expect(throws: (any Error).self) { try AnalyzeCommand.parse(["runs.csv", "-r", "y"] + options) }
        }
    }
}
