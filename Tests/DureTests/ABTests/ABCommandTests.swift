// SPDX-License-Identifier: Apache-2.0

import Experiments
import Files
import Foundation
import Statistics
import Testing

@testable import dure

struct ABCommandTests {
    private func table(
        _ text: String,
        metrics: [String] = ["bought"],
        guardrails: [String] = [],
        lower: [String] = [],
        covariate: String? = nil,
        unit: String? = nil,
        totals: String? = nil
    ) throws -> ABTable {
        let file = FileManager.default.temporaryDirectory.appending(path: "dure-ab-\(UUID().uuidString).csv")
        try Data(text.utf8).write(to: file)
        defer {
            do {
                try FileManager.default.removeItem(at: file)
            } catch {
                Issue.record(error)
            }
        }
        return try ABTable(
            path: file.path,
            variant: "variant",
            metrics: metrics,
            guardrails: guardrails,
            lower: lower,
            covariate: covariate,
            unit: unit,
            totals: totals
        )
    }

    private static let rows = "variant,unit,bought,spent,visits,before\n"

    @Test func `kinds are found from the values unless they are named`() throws {
        let text = Self.rows + "b,1,True,3.5,2,1\na,2,false,0,1,2\na,3,yes,1,1,\nb,4,no,,4,4\nb,5,no,2,1,3\n"
        let read = try table(
            text,
            metrics: ["bought", "spent", "spent:ratio/visits"],
            covariate: "before",
            unit: "unit"
        )
        let test = try read.experiment(control: nil, shares: nil)
        #expect(test.variants == ["a", "b"] && test.units == [2, 3])
        #expect(test.metrics.map(\.metric.kind) == [.proportion, .mean, .ratio])
        #expect(test.metrics[0].samples == [.values([0, 1]), .values([1, 0, 0])])
        #expect(test.metrics[1].missing == 1 && test.metrics[2].metric.name == "spent/visits")
        #expect(test.metrics[0].covariates?[0][1] == 2.5)
        #expect(read.notes.count == 1)
    }

    @Test func `a margin is a share or an amount, after the kind or without it`() throws {
        let headers = ["a:b", "c"]
        #expect(try ABMetricText("a:b", isGuardrail: false, headers: headers).column == "a:b")
        let percent = try ABMetricText("c:5%", isGuardrail: true, headers: headers)
        #expect(percent.margin == .relative(0.05) && percent.kind == nil)
        let amount = try ABMetricText("c:mean:0.1", isGuardrail: true, headers: headers)
        #expect(amount.margin == .absolute(0.1) && amount.kind == .mean)
        #expect(try ABMetricText("c", isGuardrail: true, headers: headers).margin == ABMetricText.usualMargin)
        #expect(throws: CSVError.self) { try ABMetricText("c:5%", isGuardrail: false, headers: headers) }
        #expect(throws: CSVError.self) { try ABMetricText("c:middle", isGuardrail: false, headers: headers) }
    }

    @Test(arguments: [
        ("a,1,1,1,1,1\n,2,0,1,1,1\n", "no variant"),
        ("a,1,1,1,1,1\na,2,0,1,1,1\n", "only one variant"),
        ("", "no rows"),
        ("a,1,1,1,1,1\nb,1,0,1,1,1\n", "is in two variants, 'a' and 'b'"),
        ("a,1,1,1,1,1\nb,2,0,1,1,1\na,1,0,1,1,1\n", "second row"),
        ("a,1,often,1,1,1\nb,2,0,1,1,1\n", "'often'"),
        ("a,1,1e999,1,1,1\nb,2,0,1,1,1\n", "1e999"),
    ])
    func `wrong rows are named with a remedy`(rows: String, part: String) throws {
        let error = try #require(throws: CSVError.self) {
            try table(Self.rows + rows, unit: "unit")
        }
        #expect("\(error)".contains(part) && !error.remedy.isEmpty)
    }

    @Test func `wrong names of columns and variants are errors`() throws {
        let text = Self.rows + "a,1,1,2.5,1,1\nb,2,0,1,1,1\n"
        #expect(throws: CSVError.self) { try table(text, metrics: ["bougth"]) }
        #expect(throws: CSVError.self) { try table(text, metrics: []) }
        #expect(throws: CSVError.self) { try table(text, lower: ["spent"]) }
        let read = try table(text)
        #expect(throws: CSVError.self) { try read.experiment(control: "z", shares: nil) }
        #expect(throws: CSVError.self) { try read.experiment(control: nil, shares: [1, 1, 1]) }
        #expect(throws: CSVError.self) {
            try table(text, metrics: ["spent:proportion"]).experiment(control: nil, shares: nil)
        }
        #expect(throws: CSVError.self) {
            try table(text, metrics: ["spent:count"]).experiment(control: nil, shares: nil)
        }
        #expect(throws: CSVError.self) {
            try table(text, metrics: ["spent:mean/before"]).experiment(control: nil, shares: nil)
        }
    }

    @Test func `totals of variants are read for proportions, counts and means`() throws {
        let text = "variant,n,successes,mean,sd\nb,1000,30,5.5,2\ncontrol,1000,20,5,2\n"
        let usual = try table(text, metrics: [], totals: "n").experiment(control: nil, shares: nil)
        #expect(usual.variants == ["control", "b"])
        #expect(usual.metrics[0].samples[1] == .successes(try BinomialCount(trials: 1_000, successes: 30)))
        let all = try table(text, metrics: ["successes:count", "mean:mean/sd"], totals: "n")
            .experiment(control: nil, shares: nil)
        #expect(all.metrics[0].samples[0] == .events(try EventCount(events: 20, exposure: 1_000)))
        #expect(all.metrics[1].samples[0] == .summary(try SampleSummary(count: 1_000, mean: 5, variance: 4)))
        #expect(try all.analyse().verdict == .inconclusive)
        #expect(throws: CSVError.self) {
            try table(text, metrics: ["mean:mean"], totals: "n").experiment(control: nil, shares: nil)
        }
        #expect(throws: CSVError.self) {
            try table("variant,n,successes\na,10,11\nb,10,1\n", metrics: [], totals: "n")
                .experiment(control: nil, shares: nil)
        }
        #expect(throws: CSVError.self) {
            try table(text + "b,5,1,1,1\n", metrics: [], totals: "n").experiment(control: nil, shares: nil)
        }
    }

    @Test func `the report and the JSON say the verdict and hold no NaN`() throws {
        let text = "variant,n,successes\na,10000,200\nb,10000,300\n"
        let result = try table(text, metrics: [], totals: "n").experiment(control: nil, shares: nil).analyse()
        let json = try ABCommand.json(result)
        #expect(json.contains("\"verdict\":\"better\"") && !json.lowercased().contains("nan"))
        #expect(ABReport(result).text.hasPrefix("Verdict: better\n"))
    }

    @Test func `amounts and lists are numbers or nothing`() {
        #expect(ABCommand.amount("10%")?.value == 0.1)
        #expect(ABCommand.amount("0.002")?.isPercent == false)
        #expect(ABCommand.amount("nan") == nil && ABCommand.amount("much") == nil)
        #expect(ABCommand.numbers("50, 50") == [50, 50])
        #expect(ABCommand.numbers("50,,50") == nil && ABCommand.numbers("inf") == nil)
    }
}
