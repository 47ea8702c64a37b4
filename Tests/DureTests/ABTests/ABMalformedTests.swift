// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Experiments
import Foundation
import Reports
import Statistics
import Testing

@testable import dure

/// What is wrong in a file is said with its column, value, line and remedy, and what cannot be told is said in words.
struct ABMalformedTests {
    private static func command(_ csv: String, _ arguments: [String], _ folder: TemporaryFolder) throws
        -> ABAnalyzeCommand
    {
        try ABAnalyzeCommand.parse([try folder.file("test.csv", csv)] + arguments)
    }

    private static func failure(_ body: () throws -> Void) -> (any Error)? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let csv: String
        let arguments: [String]
        let parts: [String]

        init(_ csv: String, _ arguments: String, _ parts: String...) {
            self.csv = csv
            self.arguments = arguments.split(separator: " ").map(String.init)
            self.parts = parts
        }

        var testDescription: String { parts.joined(separator: ", ") }
    }

    private static let totals = "variant,n,bought\n"

    @Test(arguments: [
        Wrong("group,bought\na,1\nb,0\n", "--metric bought", "'variant'", "no such column", "group, bought"),
        Wrong("variant,bought\na,1\na,0\n", "--metric bought", "'variant'", "only one variant, 'a'", "two variants"),
        Wrong("variant,bought\na,1\nb,often\n", "--metric bought", "line 3", "'bought'", "'often'", "give a number"),
        Wrong("variant,clicks\na,1\nb,-2\n", "--metric clicks:count", "line 3", "'clicks'", "-2", "clicks:mean"),
        Wrong("variant,clicks\na,1\nb,2.5\n", "--metric clicks:count", "line 3", "'clicks'", "2.5", "whole numbers"),
        Wrong("variant,bought\na,1\nb,3\n", "--metric bought:proportion", "line 3", "'bought'", "3", "0 and 1"),
        Wrong(totals + "a,100,101\nb,100,3\n", "--metric bought --totals n", "line 2", "'bought'", "101 of 100", "'n'"),
        Wrong(totals + "a,100,1.5\nb,100,3\n", "--metric bought --totals n", "line 2", "'bought'", "1.5", "whole"),
        Wrong(totals + "a,0,0\nb,100,3\n", "--metric bought --totals n", "line 2", "'n'", "'a' has 0 units"),
        Wrong(totals + "a,-5,0\nb,100,3\n", "--metric bought --totals n", "line 2", "'n'", "-5", "from 0"),
        Wrong(totals + "a,1e20,0\nb,100,3\n", "--metric bought --totals n", "line 2", "'n'", "1e+20", "1e15"),
        Wrong(totals + "a,,0\nb,100,3\n", "--metric bought --totals n", "line 2", "'n'", "no value", "every total"),
        Wrong(totals + "a,9,1\na,9,1\nb,9,3\n", "--metric bought --totals n", "line 3", "'a' has 2 rows", "--date"),
        Wrong(
            "id,variant,bought\nu1,a,1\nu2,b,0\nu1,b,1\n",
            "--metric bought --unit id",
            "line 4",
            "'id'",
            "'u1'",
            "'a' and 'b'"
        ),
        Wrong(
            "id,variant,bought\nu1,a,1\nu2,b,0\nu1,a,1\n",
            "--metric bought --unit id",
            "line 4",
            "second row",
            "add its rows"
        ),
        Wrong(
            "variant,bought\n,1\nb,1\na,1\n",
            "--metric bought",
            "line 2",
            "'variant'",
            "no variant",
            "take the row out"
        ),
        Wrong(
            "variant,day,bought\na,2026-02-30,1\nb,2026-02-01,1\n",
            "--metric bought --date day",
            "line 2",
            "'day'",
            "'2026-02-30'",
            "2026-03-31"
        ),
        Wrong(
            "variant,day,bought\na,2026-02-03,1\nb,soon,1\n",
            "--metric bought --date day",
            "line 3",
            "'day'",
            "'soon'"
        ),
        Wrong("variant,day,bought\na,,1\nb,2026-02-01,1\n", "--metric bought --date day", "line 2", "'day'", "no date"),
        Wrong(
            "variant,day,bought\na,1926-02-01,1\nb,2026-02-01,1\n",
            "--metric bought --date day",
            "line 3",
            "days after the first"
        ),
        Wrong(
            "variant,day,n,bought\na,2026-02-01,9,1\na,2026-02-01,9,1\nb,2026-02-01,9,2\n",
            "--metric bought --totals n --date day",
            "line 3",
            "second row for one day"
        ),
        Wrong("variant,spent\na,inf\nb,5\n", "--metric spent:mean", "line 2", "'spent'", "'inf'"),
        Wrong(
            "variant,spent\na,1e308\nb,5\na,-1e308\nb,4\n",
            "--metric spent:mean",
            "'spent'",
            "too large",
            "larger units"
        ),
        Wrong("variant,spent\na,\nb,5\na,\nb,4\n", "--metric spent:mean", "'spent'", "'a' has no value"),
        Wrong("variant,spent\na,1\nb,5\nb,4\n", "--metric spent:mean", "'spent'", "'a' has only 1 value"),
        Wrong(
            "variant,bought\nold one,1\noldone,0\nb,1\n",
            "--metric bought",
            "'variant'",
            "'old one' and 'oldone'",
            "one way"
        ),
        Wrong("variant,bought\na,1\nA,0\n", "--metric bought", "'variant'", "'a' and 'A'", "case"),
        Wrong("variant,y,x\na,1,0\na,2,0\nb,3,1\nb,2,1\n", "--metric y:ratio/x", "'y/x'", "denominator"),
        Wrong("variant,n,m,sd\na,9,1,-2\nb,9,2,1\n", "--metric m:mean/sd --totals n", "line 2", "'sd'", "-2"),
        Wrong(
            "variant,spent,x\na,1,2\nb,5,2\na,3,2\nb,4,2\n",
            "--metric spent:mean --covariate x",
            "'spent'",
            "covariate",
            "varies"
        ),
        Wrong("variant,spent\na,\"1,200\"\nb,2\n", "--metric spent:mean", "line 2", "'spent'", "thousands separators"),
    ])
    func `a wrong file is an error of data that names place and remedy`(wrong: Wrong) throws {
        let folder = try TemporaryFolder()
        let command = try Self.command(wrong.csv, wrong.arguments, folder)
        let found = try #require(Self.failure { _ = try command.analysis() })
        for part in wrong.parts {
            #expect("\(found)".contains(part), "\(found)")
        }
        #expect(Self.failure { _ = try command.result() } as? ExitCode == ExitCode(65))
    }

    /// The file is right and tells little: the answer says so, and neither JSON nor page holds what is no number.
    @Test(arguments: [
        ("variant,n,bought\na,10000,300\nb,11000,500\n", "--metric bought --totals n", ABVerdict.invalid, "split"),
        ("variant,n,bought\na,1000,0\nb,1000,0\n", "--metric bought --totals n", .inconclusive, "do not vary"),
        ("variant,n,bought\na,1000,1000\nb,1000,1000\n", "--metric bought --totals n", .inconclusive, "do not vary"),
        ("variant,spent\na,5\nb,5\na,5\nb,5\n", "--metric spent:mean", .inconclusive, "do not vary"),
        ("variant,n,bought\na,1,0\nb,1,1\n", "--metric bought --totals n", .inconclusive, "too little"),
        ("variant,h,calls\na,900.5,0\nb,901,0\n", "--metric calls:count --totals h", .inconclusive, "do not vary"),
        ("variant,bought\na,\nb,1\na,1\nb,0\n", "--metric bought", .inconclusive, "too little"),
        (
            "variant,n,bought,sent_back\na,1000,10,0\nb,1000,40,0\n",
            "--metric bought --totals n --guardrail sent_back --lower sent_back", .inconclusive, "margin of nothing"
        ),
        ("variant,n,bought\na,1000,10\nb,1000,14\n", "--metric bought --totals n --days 5", .inconclusive, "more days"),
        (
            "variant,n,bought\na,100000,1000\nb,100000,1001\n", "--metric bought --totals n --days 5", .inconclusive,
            "would have been found"
        ),
        (
            "variant,n,bought\na,1000,10\nb,1000,14\n",
            "--metric bought --totals n --looks 4 --look 2 --days 6 --futility", .inconclusive, "6 more days"
        ),
    ])
    func `what tells little is said in words`(
        csv: String,
        arguments: String,
        verdict: ABVerdict,
        part: String
    ) throws {
        let folder = try TemporaryFolder()
        let result = try Self.command(csv, arguments.split(separator: " ").map(String.init), folder).result()
        #expect(result.verdict == verdict)
        #expect(result.why.contains(part), "\(result.why)")
        let json = try ABCommand.json(result)
        for language in ReportLanguage.allCases {
            let html = try ABTestPage(ABTestPageContent(result, name: "test"))
                .html(language: language, writtenAt: StandingClock().now)
            #expect(html.firstMatch(of: /(?i)>[^<]*\b(nan|inf|infinity)\b[^<]*</) == nil)
            #expect(try FigureAudit(html: html, json: json).problems == [])
        }
        #expect(json.firstMatch(of: /(?i):-?(nan|inf)/) == nil)
    }

    @Test(arguments: [
        ("--baseline 0 --lift 10%", "baseline"), ("--baseline 1.2 --lift 10%", "baseline"),
        ("--baseline 0.02 --lift 0", "lift"), ("--baseline nan --lift 10%", "baseline"),
        ("--baseline 0.99 --lift 10%", "lift"), ("--baseline 0.02", "lift"),
        ("--baseline 5 --kind mean --lift 1", "sd"), ("--baseline 0.02 --lift 1e-9", "lift"),
        ("--baseline 0.02 --lift 10% --daily 0", "daily"), ("--baseline 0.02 --days 1 --daily 1", "days"),
        ("--baseline 0.02 --lift 10% --shares 50", "shares"), ("--baseline 0.02 --lift 10% --daily 1", "daily"),
    ])
    func `what cannot be planned is an error of data`(arguments: String, part: String) throws {
        let command = try ABPlanCommand.parse(arguments.split(separator: " ").map(String.init))
        let found = try #require(Self.failure { _ = try command.computed() } as? StatisticsError)
        let message = command.message(found)
        #expect(message.hasPrefix("--\(part): "), "\(message)")
        let typed = arguments.split(separator: " ").drop { $0 != "--\(part)" }.dropFirst().first
        #expect(message.contains(typed.map { "got '\($0)" } ?? "missing; give"), "\(message)")
        #expect(Self.failure { _ = try command.plan() } as? ExitCode == ExitCode(65))
    }

    @Test(arguments: [
        ("--shares 1e-300,1e300", "--shares: got '1e-300,1e300'"), ("--alpha 1e-300", "--alpha: got '1e-300'"),
        ("--looks 5 --look 2 --information 0.5,0.5", "--information: got '0.5,0.5'; give ascending shares"),
        ("--looks 5 --look 2 --information 0.1,1e-9", "--information: got '0.1,1e-9'; give ascending shares"),
        ("--looks 5 --look 2 --information 0.1,nan", "--information: got '0.1,nan'"),
        ("--tuned-for=-1 --unplanned", "--tuned-for: got '-1.0'"), ("--winsorise 0", "--winsorise: got '0.0'"),
        ("--days 0", "--days: got '0'"),
    ])
    func `impossible options of an analysis are refused by their names`(arguments: String, words: String) throws {
        let error = try #require(
            Self.failure {
                _ = try ABAnalyzeCommand.parse(["x.csv"] + arguments.split(separator: " ").map(String.init))
            }
        )
        #expect(ABAnalyzeCommand.message(for: error).contains(words), "\(error)")
    }

    @Test(arguments: [
        "--baseline 0.02 --lift much", "--baseline 0.02 --lift inf", "--baseline 0.02 --lift 10% --looks 500",
        "--baseline 0.02 --lift 10% --alpha 0.7", "--baseline 0.02 --lift 10% --power 1.2",
        "--baseline 0.02 --lift 10% --days 3", "--baseline 0.02 --lift 10% --futility",
        "--baseline 5 --kind mean --lift 1 --sd inf", "--baseline 5 --kind count --lift 1 --sd=-2",
        "--baseline 0.02 --lift 10% --sd 2", "--baseline 0.02 --lift 10% --alpha 1e-300",
        "--baseline 0.02 --lift 10% --shares 1e-300,1", "--baseline 0.02 --lift 10% --shares 1,1e300",
        "--baseline 0.02 --lift 10% --shares 1,inf",
    ])
    func `impossible options of a plan are refused`(arguments: String) {
        #expect(throws: (any Error).self) {
            try ABPlanCommand.parse(arguments.split(separator: " ").map(String.init))
        }
    }
}
