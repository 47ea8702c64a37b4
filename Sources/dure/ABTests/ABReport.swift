// SPDX-License-Identifier: Apache-2.0

import Experiments
import Foundation
import Statistics

/// An A/B test's result as text for a person.
struct ABReport {
    let result: ABResult

    init(_ result: ABResult) {
        self.result = result
    }

    /// The whole text, without a line end.
    var text: String {
        var parts = ["Verdict: \(result.verdict.rawValue)\n\(result.why)", split]
        if result.verdict != .invalid {
            parts.append(table)
            parts.append(other)
        }
        if !result.notes.isEmpty {
            parts.append("Notes\n" + result.notes.map { "- \($0)" }.joined(separator: "\n"))
        }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var split: String {
        let counts = result.variants.map { variant in
            "\(variant.name)\(variant.isControl ? " (control)" : "") \(variant.units)"
        }
        return "Split: \(counts.joined(separator: ", ")); as planned has p \(ABText.p(result.sampleRatio.p)) "
            + "(below \(ABText.short(result.sampleRatio.threshold)) the test is invalid)"
    }

    private var table: String {
        var rows = [
            ["metric", "variant", "control", "treatment", "difference", "interval", "p", "corrected", "verdict"]
        ]
        for comparison in result.comparisons {
            let estimate = comparison.adjusted ?? comparison.winsorised ?? comparison.raw
            rows.append([
                comparison.metric,
                comparison.variant,
                ABText.short(estimate.controlValue),
                ABText.short(estimate.treatmentValue),
                ABText.short(estimate.difference),
                comparison.interval.map { "\(ABText.short($0.lower)) to \(ABText.short($0.upper))" } ?? "–",
                comparison.p.map(ABText.p) ?? "–",
                comparison.adjustedP.map(ABText.p) ?? "–",
                comparison.guardrail.map { "guardrail \($0.status.rawValue)" } ?? comparison.verdict.rawValue,
            ])
        }
        return "Treatment less control (\(ABText.short(result.confidence * 100)) % intervals)\n"
            + TextTable.lines(rows).map { "  " + $0 }.joined(separator: "\n")
    }

    /// What else was computed: other forms of the data, looks, the always-valid interval.
    private var other: String {
        var lines: [String] = []
        for comparison in result.comparisons {
            let name = "\(comparison.metric), \(comparison.variant)"
            if comparison.decidedBy != "raw" {
                lines.append("  \(name), values as they are: \(Self.line(comparison.raw))")
            }
            if let estimate = comparison.winsorised, let limit = estimate.limit {
                lines.append("  \(name), limited at \(ABText.short(limit)): \(Self.line(estimate))")
            }
            if let estimate = comparison.adjusted, let reduction = estimate.varianceReduction {
                lines.append(
                    "  \(name), covariate taken out (\(ABText.short(reduction * 100)) % less variance): "
                        + Self.line(estimate)
                )
            }
            if let estimate = comparison.withoutDominant {
                lines.append("  \(name), without dominant units: \(Self.line(estimate))")
            }
            if let sequential = comparison.sequential {
                let bound = sequential.boundary.map { "|z| of \(ABText.short($0)) stops" } ?? "no |z| stops"
                lines.append(
                    "  \(name), look \(sequential.look) of \(sequential.looks): "
                        + "z \(sequential.z.map(ABText.short) ?? "–"), \(bound)"
                        + (sequential.futility.map { ", beyond \(ABText.short($0)) one may give up" } ?? "")
                )
            }
            if let interval = comparison.alwaysValid?.interval {
                lines.append(
                    "  \(name), valid at any look: \(ABText.short(interval.lower)) to \(ABText.short(interval.upper))"
                )
            }
        }
        return lines.isEmpty ? "" : "More\n" + lines.joined(separator: "\n")
    }

    private static func line(_ estimate: ABEstimate) -> String {
        let interval = estimate.interval.map { " (\(ABText.short($0.lower)) to \(ABText.short($0.upper)))" } ?? ""
        let ranks = estimate.rankSum.map { ", by ranks p \(ABText.p($0.p))" } ?? ""
        return
            "difference \(ABText.short(estimate.difference))\(interval), p \(estimate.p.map(ABText.p) ?? "–")\(ranks)"
    }
}
