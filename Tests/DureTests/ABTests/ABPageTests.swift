// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Foundation
import Reports
import Testing

@testable import dure

/// The pages that `dure ab analyze --report` writes, of every kind of metric and of looks, in both languages.
struct ABPageTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        let arguments: String
        var testDescription: String { name }
    }

    private static let samples = [
        Sample(name: "proportion", arguments: "--metric bought --days 9"),
        Sample(name: "mean with covariate", arguments: "--metric spent --covariate before --winsorise 0.99 --date day"),
        Sample(name: "mean with a dominant unit", arguments: "--metric great:mean --covariate gaps"),
        Sample(name: "count", arguments: "--metric clicks:count --metric bought --correction bh"),
        Sample(
            name: "ratio with guardrails",
            arguments: "--metric spent:ratio/visits --guardrail bought:1% --guardrail clicks:count:0.2"
        ),
        Sample(name: "less is better", arguments: "--metric clicks:count --lower clicks"),
        Sample(name: "planned looks", arguments: "--metric bought --date day --looks 6 --look 4 --futility"),
        Sample(
            name: "planned looks of a loss",
            arguments: "--metric spent --lower spent --looks 5 --look 2 --futility"
        ),
        Sample(name: "any time", arguments: "--metric bought --metric spent --date day --unplanned"),
        Sample(name: "a bad split", arguments: "--metric bought --shares 1,3,1"),
    ]

    /// 900 visitors of three variants over 18 days, some without values, and clicks in groups.
    private static let file: String = {
        var generator = SplitMix64(seed: 77)
        func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-53 }
        var lines = ["visitor,variant,day,bought,spent,visits,clicks,before,great,gaps"]
        for visitor in 0..<900 {
            let variant = ["control", "red", "blue"][Int(uniform() * 3)]
            let rate = variant == "red" ? 0.45 : 0.3
            let bought = uniform() < rate ? 1 : 0
            let before = 20 + 10 * uniform()
            let spent = Double(bought) * (before + 8 * uniform())
            let visits = 1 + Int(uniform() * 5)
            let clicks = uniform() < 0.4 ? Int(uniform() * 9) : 0
            let great = visitor == 500 ? 9_000 : 10 * uniform()
            let gaps = visitor % 7 == 0 ? "" : String(format: "%.3f", before)
            lines.append(
                String(
                    format: "u%d,%@,2026-04-%02d,%d,%.2f,%d,%d,%.3f,%.3f,",
                    visitor,
                    variant,
                    1 + visitor / 50,
                    bought,
                    spent,
                    visits,
                    clicks,
                    before,
                    great
                ) + gaps
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    private static func seen(_ html: String) -> String {
        html.replacing(#/<style>(?s:.)*?<\/style>/#, with: "").replacing(#/<svg (?s:.)*?<\/svg>/#, with: "")
            .replacing(#/<footer>(?s:.)*?<\/footer>/#, with: "").replacing(#/<data [^>]*>[^<]*<\/data>/#, with: "")
    }

    @Test(arguments: samples, ReportLanguage.allCases)
    func `every figure of a page is a figure of the JSON`(sample: Sample, language: ReportLanguage) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("test.csv", Self.file)
        let options = sample.arguments.split(separator: " ").map(String.init)
        let command = try ABAnalyzeCommand.parse(
            [path, "--unit", "visitor", "--language", language.rawValue] + options
        )
        let result = try command.result()
        let json = try ABCommand.json(result)
        let html = try command.html(of: result, writtenAt: StandingClock().now)
        let audit = try FigureAudit(html: html, json: json)
        #expect(audit.problems == [])
        #expect(audit.count > 8)
        let text = Self.seen(html)
        let withoutNotes = text.replacing(#/<h3>[^<]*<\/h3>\s*<ul>(?s:.)*?<\/ul>/#, with: "")
            .replacing(#/<[^>]*>/#, with: " ").replacing(/&#\d+;/, with: "'")
        #expect(withoutNotes.firstMatch(of: /\d/) == nil, "\(withoutNotes)")
        #expect(text.firstMatch(of: /(?i)\bnan\b|\binfinity\b/) == nil)
        if language == .korean {
            let words = text.replacing(#/<[^>]*>/#, with: " ")
            #expect(words.firstMatch(of: /\b(the|units|is|of)\b/) == nil, "\(words)")
        }
    }

    @Test(arguments: [
        (ReportLanguage.english, ["B beats A", "In every thousand visitors", "Give B to everybody", "How sure"]),
        (.korean, ["B가 A보다 낫습니다", "방문자 천 명마다", "B를 모두에게 적용하고", "확실성"]),
    ])
    func `a seller reads the answer, the gain, how sure it is and what to do`(
        language: ReportLanguage,
        parts: [String]
    ) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("test.csv", "variant,n,bought,returned\nA,9000,180,90\nB,9000,270,92\n")
        let command = try ABAnalyzeCommand.parse(
            [path, "--totals", "n", "--metric", "bought", "--guardrail", "returned:0.01", "--lower", "returned"]
                + ["--language", language.rawValue]
        )
        let html = try command.html(of: try command.result(), writtenAt: StandingClock().now)
        for part in parts {
            #expect(html.contains(part), "\(part)")
        }
        #expect(html.contains(">+10.0<"))
        #expect(!html.contains("A, returned") && !html.contains("B, returned:"))
    }

    @Test func `a boundary crossed by one of several comparisons, but not once corrected, does not end the test`()
        throws
    {
        let folder = try TemporaryFolder()
        let path = try folder.file("test.csv", "variant,n,bought\na,9000,180\nb,9000,232\nc,9000,181\n")
        let command = try ABAnalyzeCommand.parse(
            [path, "--totals", "n", "--metric", "bought", "--looks", "3", "--look", "2"]
        )
        let result = try command.result()
        #expect(result.verdict == .inconclusive && result.comparisons[0].sequential?.hasCrossed == true)
        #expect(result.comparisons[0].why.contains("go on to the next"))
        let html = try command.html(of: result, writtenAt: StandingClock().now)
        #expect(html.contains("go on to the next look"))
    }

    @Test func `planned looks are drawn with those to come, and earlier ones from the days`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("test.csv", Self.file)
        let command = try ABAnalyzeCommand.parse(
            [path, "--metric", "bought", "--date", "day", "--looks", "6", "--look", "4", "--futility"]
        )
        let result = try command.result()
        let looks = try #require(result.comparisons[0].sequential?.schedule)
        #expect(looks.map(\.look) == [1, 2, 3, 4, 5, 6])
        #expect(looks.map { $0.z != nil } == [true, true, true, true, false, false])
        #expect(looks[3].z == result.comparisons[0].sequential?.z && looks[3].day == 18)
        #expect(looks.map(\.day)[..<3] == [5, 9, 14])
        #expect(looks.dropLast().allSatisfy { ($0.futility ?? -9) < ($0.boundary ?? 9) } && looks[5].futility == nil)
        let html = try command.html(of: result, writtenAt: StandingClock().now)
        #expect(html.contains("sequential.schedule[1].z") && html.contains("sequential.schedule[5].boundary"))
    }

    @Test func `an earlier look is what the file of that day says`() throws {
        let folder = try TemporaryFolder()
        let whole = try folder.file("whole.csv", Self.file)
        let early = Self.file.split(separator: "\n").filter { line in
            let day = line.split(separator: ",", omittingEmptySubsequences: false)[2]
            return day <= "2026-04-09" || day == "day"
        }
        let part = try folder.file("part.csv", early.joined(separator: "\n") + "\n")
        for metric in ["bought", "spent", "spent:ratio/visits", "clicks:count"] {
            let options = ["--metric", metric, "--date", "day", "--covariate", "before", "--looks", "6"]
            let late = try ABAnalyzeCommand.parse([whole, "--look", "4"] + options).result()
            let then = try ABAnalyzeCommand.parse([part, "--look", "2"] + options).result()
            for (a, b) in zip(late.comparisons, then.comparisons) {
                #expect(a.sequential?.schedule[1].z == b.sequential?.z)
                #expect(a.sequential?.schedule[1].interval == b.sequential?.repeatedInterval)
            }
        }
    }

    @Test func `totals per day add up to totals, and show how the interval closed`() throws {
        let folder = try TemporaryFolder()
        let daily =
            "variant,day,n,bought\na,2026-02-27,800,20\nb,2026-02-27,810,25\n"
            + "a,2026-03-01,820,30\nb,2026-03-01,800,41\na,2026-03-02,790,22\nb,2026-03-02,805,35\n"
        let path = try folder.file("daily.csv", daily)
        let total = try folder.file("total.csv", "variant,n,bought\na,2410,72\nb,2415,101\n")
        let options = ["--totals", "n", "--metric", "bought", "--unplanned"]
        let days = try ABAnalyzeCommand.parse([path, "--date", "day"] + options).result()
        let once = try ABAnalyzeCommand.parse([total] + options).result()
        #expect(days.comparisons[0].raw == once.comparisons[0].raw && days.days == 4)
        let points = try #require(days.comparisons[0].alwaysValid?.path)
        #expect(points.map(\.day) == [3, 4] && points.map(\.units) == [3_230, 4_825])
        #expect(points.last?.interval == once.comparisons[0].alwaysValid?.interval)
        #expect(once.comparisons[0].alwaysValid?.path.isEmpty == true)
        #expect(days.comparisons[0].more?.days != nil && once.comparisons[0].more?.days == nil)
    }
}
