// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
import Statistics

@testable import Reports

/// Results as the commands make them, with the JSON that they print.
enum SampleResults {
    /// A result's JSON: keys sorted, in snake case.
    static func json(_ result: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(result), as: UTF8.self)
    }

    /// An A/B test of a game's first gate: two shares, and the counts of a published experiment (Tactile Entertainment).
    static func test(
        units: [Int] = [44_700, 45_489],
        successes: [[Int]] = [[8_502, 8_279], [20_034, 20_119]],
        names: [String] = ["이레 재방문", "첫날 재방문"],
        looks: ABLooks = .once,
        margin: ABMetric.Margin? = nil
    ) throws -> ABResult {
        let metrics = try zip(names, successes).enumerated().map { index, item in
            ABMetricData(
                metric: try ABMetric(name: item.0, kind: .proportion, margin: index == 0 ? margin : nil),
                samples: try zip(units, item.1).map { .successes(try BinomialCount(trials: $0, successes: $1)) }
            )
        }
        var experiment = ABExperiment(
            variants: ["gate-thirty", "gate-forty"],
            units: units,
            shares: [0.5, 0.5],
            control: 0,
            metrics: metrics
        )
        experiment.looks = looks
        return try experiment.analyse()
    }

    /// A real analysis of two factors of two levels and their interaction, so many times each.
    static func report(replicates: Int) throws -> AnalysisReport {
        let count = 4 * replicates
        let price = (0..<count).map { $0 % 2 == 0 ? "full" : "reduced" }
        let coupon = (0..<count).map { $0 / 2 % 2 == 0 ? "none" : "some" }
        let values = (0..<count).map { row -> Double in
            let noise = Double((row * 7) % 5) * 0.31 - 0.6
            return 20 + (row % 2 == 0 ? 0 : 9.5) + (row / 2 % 2 == 0 ? 0 : 4.25) + (row % 4 == 3 ? 3 : 0) + noise
        }
        let columns = ModelColumns(
            factors: [CodedFactor(name: "price", labels: price), CodedFactor(name: "coupon", labels: coupon)],
            responses: [ResponseColumn(name: "sales", values: values)]
        )
        var analysis = ExperimentAnalysis(formula: try ModelFormula("price + coupon + price:coupon"))
        analysis.goals = ["sales": .higher]
        var generator = SplitMix64(seed: 1)
        return try analysis.report(columns, rows: .init(lines: (0..<count).map { $0 + 2 }), using: &generator)
    }

    /// A seller's file: three factors with an interaction, twice each, as `dure analyze` would describe it.
    static func analysis(isSaturated: Bool = false) throws -> (content: AnalysisPageContent, json: String) {
        let json = isSaturated ? saturatedJSON : analysisJSON
        let result = try CanonicalJSON.decode(JSONValue.self, from: json)
        func at(_ key: String) -> Figure { Figure(FigureAudit.number(at: key, in: result), key) }
        func interval(_ key: String) -> FigureInterval {
            FigureInterval(at("\(key).estimate"), from: at("\(key).lower"), to: at("\(key).upper"))
        }
        let names = ["가격", "쿠폰", "대표 이미지", "가격:쿠폰"]
        let terms = names.enumerated().map { index, name in
            AnalysisPageContent.Term(
                name: name,
                kind: name.contains(":") ? .interaction : .factor,
                df: at("anova.rows[\(index)].df"),
                sumOfSquares: at("anova.rows[\(index)].sum_of_squares"),
                meanSquare: at("anova.rows[\(index)].mean_square"),
                f: at("anova.rows[\(index)].f"),
                p: at("anova.rows[\(index)].p"),
                contributionPercent: at("anova.rows[\(index)].contribution_percent"),
                isSignificant: !isSaturated && index != 2,
                aliases: isSaturated && index == 3 ? ["대표 이미지"] : []
            )
        }
        let residual = AnalysisPageContent.Term(
            name: "",
            kind: .residual,
            df: at("anova.residual.df"),
            sumOfSquares: at("anova.residual.ss")
        )
        var content = AnalysisPageContent(
            name: "판매.csv",
            response: "하루 판매",
            aim: .higher,
            rows: at("rows"),
            rowsLeftOut: at("rows_left_out"),
            confidence: at("confidence"),
            model: "가격 + 쿠폰 + 대표 이미지 + 가격:쿠폰",
            best: [
                .init(factor: "가격", level: "할인", present: "정가", isDecided: !isSaturated),
                .init(factor: "쿠폰", level: "있음", present: "없음", isDecided: !isSaturated),
                .init(factor: "대표 이미지", level: "사용 장면", present: "흰 배경", isDecided: false),
            ],
            expected: interval("best.mean"),
            newRun: isSaturated ? nil : interval("best.new_run"),
            baseline: at("present.mean"),
            baselineKind: .present,
            gain: isSaturated ? nil : interval("best.gain"),
            terms: terms + [residual],
            sigma: at("anova.sigma"),
            rSquared: at("anova.r_squared"),
            isSaturated: isSaturated
        )
        content.means = [("가격", ["정가", "할인"]), ("쿠폰", ["없음", "있음"])].enumerated().map { index, factor in
            .init(
                factor: factor.0,
                levels: factor.1.enumerated().map { level, name in
                    .init(name: name, mean: interval("means[\(index)].levels[\(level)]"))
                }
            )
        }
        guard !isSaturated else {
            content.twoLevel = .init(
                effects: names.enumerated().map { .init(name: $0.element, effect: at("effects[\($0.offset)]")) },
                pseudoStandardError: at("lenth.pse"),
                marginOfError: at("lenth.margin_of_error"),
                simultaneousMarginOfError: at("lenth.simultaneous_margin_of_error")
            )
            return (content, json)
        }
        content.differences = [
            .init(name: "가격: 정가 → 할인", difference: interval("contrasts[0]"), isSignificant: true),
            .init(name: "대표 이미지: 흰 배경 → 사용 장면", difference: interval("contrasts[1]"), isSignificant: false),
        ]
        content.interactions = [
            .init(
                first: "가격",
                second: "쿠폰",
                firstLevels: ["정가", "할인"],
                secondLevels: ["없음", "있음"],
                means: [
                    [interval("cells[0]"), interval("cells[1]")], [interval("cells[2]"), interval("cells[3]")],
                ]
            )
        ]
        let rest = [1.2, -0.7, 0.4, -1.9, 0.8, 0.1, -0.3, 1.4, -1.1, 0.6, -0.9, 0.2, 1.0, -0.5, 0.3, -0.6]
        content.residuals = .init(
            fitted: rest.indices.map { 20 + Double($0 % 4) * 5 },
            residuals: rest,
            order: Array(1...rest.count)
        )
        content.checks = [
            .init(kind: "normality", p: at("checks[0].p"), isConcern: false),
            .init(kind: "equal_variance", subject: "가격", p: at("checks[1].p"), isConcern: true),
            .init(kind: "outlier", subject: nil, p: at("checks[2].p"), isConcern: false),
        ]
        content.leftOut = [.init(column: "메모", reason: "has too many values")]
        content.notes = ["The campaign keeps its pace."]
        return (content, json)
    }

    private static let analysisJSON = """
        {"rows": 16, "rows_left_out": 1, "confidence": 0.95,
         "best": {"mean": {"estimate": 41.8125, "lower": 40.1034, "upper": 43.5216},
                  "new_run": {"estimate": 41.8125, "lower": 38.2, "upper": 45.425},
                  "gain": {"estimate": 18.90625, "lower": 16.4891234, "upper": 21.3233766}},
         "present": {"mean": 22.90625},
         "anova": {"rows": [
            {"df": 1, "sum_of_squares": 812.25, "mean_square": 812.25, "f": 337.0218, "p": 2.1e-10,
             "contribution_percent": 61.234},
            {"df": 1, "sum_of_squares": 390.0625, "mean_square": 390.0625, "f": 161.848, "p": 1.4e-8,
             "contribution_percent": 29.406},
            {"df": 1, "sum_of_squares": 1.5625, "mean_square": 1.5625, "f": 0.648, "p": 0.43712,
             "contribution_percent": 0.1178},
            {"df": 1, "sum_of_squares": 96.04, "mean_square": 96.04, "f": 39.849, "p": 0.000057,
             "contribution_percent": 7.2403}],
           "residual": {"df": 11, "ss": 26.51}, "sigma": 1.5524, "r_squared": 0.98001},
         "means": [{"levels": [{"estimate": 24.1, "lower": 22.9, "upper": 25.3},
                               {"estimate": 38.35, "lower": 37.1, "upper": 39.6}]},
                   {"levels": [{"estimate": 26.3, "lower": 25.1, "upper": 27.5},
                               {"estimate": 36.15, "lower": 34.9, "upper": 37.4}]}],
         "contrasts": [{"estimate": 14.25, "lower": 12.54, "upper": 15.96},
                       {"estimate": 0.625, "lower": -1.0839, "upper": 2.3339}],
         "cells": [{"estimate": 22.9, "lower": 21.2, "upper": 24.6}, {"estimate": 29.7, "lower": 28.0, "upper": 31.4},
                   {"estimate": 25.3, "lower": 23.6, "upper": 27.0}, {"estimate": 41.8, "lower": 40.1, "upper": 43.5}],
         "checks": [{"p": 0.4219}, {"p": 0.0123}, {"p": 0.6}]}
        """

    private static let saturatedJSON = """
        {"rows": 8, "rows_left_out": 0, "confidence": 0.95,
         "best": {"mean": {"estimate": 41.8125}}, "present": {"mean": 22.90625},
         "anova": {"rows": [
            {"df": 1, "sum_of_squares": 812.25, "mean_square": 812.25, "contribution_percent": 61.2},
            {"df": 1, "sum_of_squares": 390.0625, "mean_square": 390.0625, "contribution_percent": 29.4},
            {"df": 1, "sum_of_squares": 1.5625, "mean_square": 1.5625, "contribution_percent": 0.1},
            {"df": 0, "sum_of_squares": 0}],
           "residual": {"df": 0, "ss": 0}},
         "means": [{"levels": [{"estimate": 24.1}, {"estimate": 38.35}]},
                   {"levels": [{"estimate": 26.3}, {"estimate": 36.15}]}],
         "effects": [14.25, 9.875, -0.625, 4.9],
         "lenth": {"pse": 1.2, "margin_of_error": 6.1234, "simultaneous_margin_of_error": 12.9}}
        """
}
