// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
import Reports
import Statistics

/// A prediction for a person to read, in English or Korean.
struct PredictionText {
    let prediction: CampaignPrediction
    let goal: Goal
    var language = ReportLanguage.english

    var text: String {
        let name = goal.name.printable
        let isLower = prediction.direction == .lower
        var lines = [
            say(
                "The next campaign of \(name) (\(prediction.metric), \(isLower ? "lower" : "higher") is better):",
                "\(name)의 다음 캠페인(\(prediction.metric), \(isLower ? "낮을수록" : "높을수록") 좋음):"
            )
        ]
        var facts: [[String]] = []
        if let reason = prediction.notEnough {
            lines.append("  " + language.told(reason))
        } else {
            facts += expected
        }
        facts.append(basis)
        for (index, level) in prediction.levels.enumerated() {
            facts.append([index == 0 ? say("levels", "수준") : "", sentence(on: level)])
        }
        for (index, sentence) in prediction.advice.enumerated() {
            facts.append([index == 0 ? say("advice", "조언") : "", language.told(sentence)])
        }
        lines += TextTable.lines(facts).map { "  " + $0 }
        return lines.joined(separator: "\n")
    }

    /// What the present setting and the best known combination are expected to measure.
    private var expected: [[String]] {
        var facts: [[String]] = []
        if let control = prediction.control {
            facts.append([say("present setting", "현재 설정"), interval(control.value)])
        }
        facts.append([
            say("best known", "가장 좋은 조합"),
            prediction.best.map { "\(interval($0.value)): \(goal.changes(of: $0.combination))" }
                ?? say(
                    "no combination that was tried is expected to beat the present setting",
                    "시험한 조합 가운데 현재 설정보다 나을 것으로 기대되는 것이 없습니다"
                ),
        ])
        if let gain = prediction.gain, let chance = prediction.chanceBetter {
            facts.append([
                say("gain", "이득"),
                say(
                    "\(interval(gain)), better with a chance of \(percent(chance))",
                    "\(interval(gain)), 더 나을 확률 \(percent(chance))"
                ),
            ])
        }
        if let causes = prediction.control?.causes, !causes.isEmpty {
            let shares = causes.prefix(3).map { "\(language.term($0.name)) \(percent($0.share))" }
            facts.append([say("uncertain since", "불확실한 까닭"), shares.joined(separator: ", ")])
        }
        return facts
    }

    private var basis: [String] {
        let campaigns = count(prediction.campaigns.count, "campaign", "캠페인")
        let products = count(prediction.products, "product", "상품")
        let results = count(prediction.results, "result", "결과")
        let product =
            prediction.knowsProduct
            ? say("this product among them", "이 상품 포함") : say("this product is new", "이 상품은 처음")
        return [say("rests on", "근거"), "\(campaigns), \(products) (\(product)), \(results)"]
    }

    private func sentence(on level: CampaignPrediction.LevelAdvice) -> String {
        let basis = "\(count(level.campaigns, "campaign", "캠페인")), \(count(level.results, "result", "결과"))"
        let chance = percent(level.chanceBetter)
        return say(
            "\(level.factor)=\(level.level): better than the present with a chance of \(chance) (\(basis))",
            "\(level.factor)=\(level.level): 현재보다 나을 확률 \(chance) (\(basis))"
        )
    }

    private func say(_ english: String, _ korean: String) -> String { language == .korean ? korean : english }

    private func interval(_ interval: Interval) -> String { Self.text(interval, in: language) }

    /// An interval with its middle, such as `5 (95 % interval 4 to 6)`.
    static func text(_ interval: Interval, in language: ReportLanguage = .english) -> String {
        let (lower, upper) = (TextTable.number(interval.lower), TextTable.number(interval.upper))
        let confidence = "\(TextTable.number(interval.confidence * 100)) %"
        let ends =
            language == .korean
            ? "\(confidence) 구간 \(lower) ~ \(upper)" : "\(confidence) interval \(lower) to \(upper)"
        return "\(TextTable.number(interval.estimate)) (\(ends))"
    }

    private func percent(_ share: Double) -> String {
        share > 0 && share < 0.005 ? say("under 1 %", "1 % 미만") : String(format: "%.0f %%", share * 100)
    }

    private func count(_ number: Int, _ word: String, _ korean: String) -> String {
        say("\(number) \(word)\(number == 1 ? "" : "s")", "\(korean) \(number)개")
    }
}
