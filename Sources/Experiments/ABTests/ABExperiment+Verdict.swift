// SPDX-License-Identifier: Apache-2.0
import Foundation
import Statistics

extension ABExperiment {
    /// Judges one comparison.
    func comparison(_ draft: Draft, adjustedP: Double?, tests: Int, isInvalid: Bool) -> ABComparison {
        let metric = draft.data.metric
        let guardrail = metric.margin.map { self.guardrail(draft, $0) }
        let judgement =
            isInvalid
            ? (
                ABVerdict.invalid,
                "The split between the variants is not the planned one, so this number means nothing."
            )
            : guardrail.map { judged($0, draft) } ?? judged(draft, adjustedP, tests)
        return ABComparison(
            metric: metric.name,
            kind: metric.kind,
            variant: variants[draft.variant],
            control: variants[control],
            lowerIsBetter: metric.lowerIsBetter,
            verdict: judgement.0,
            why: judgement.1,
            decidedBy: draft.decidedBy,
            p: guardrail == nil ? draft.p : nil,
            adjustedP: guardrail == nil ? adjustedP : nil,
            interval: draft.interval,
            relativeInterval: relativeInterval(draft),
            raw: draft.raw,
            winsorised: draft.winsorised,
            adjusted: draft.adjusted,
            withoutDominant: draft.withoutDominant,
            sequential: draft.sequential,
            alwaysValid: draft.alwaysValid,
            guardrail: guardrail,
            more: judgement.0 == .inconclusive && guardrail == nil ? more(draft, tests: tests) : nil
        )
    }

    private func judged(_ draft: Draft, _ adjustedP: Double?, _ tests: Int) -> (ABVerdict, String) {
        let metric = draft.data.metric
        let pair = "\(variants[draft.variant]) against \(variants[control]) on \(metric.name)"
        let numbers = ABText.numbers(draft.deciding, metric.kind, relativeInterval(draft))
        guard let adjustedP, let p = draft.p, draft.deciding.z != nil else {
            return (.inconclusive, "\(pair): the values do not vary, so nothing can be told.")
        }
        let evidence = self.evidence(p, adjustedP, tests)
        guard adjustedP <= level else {
            return (
                .inconclusive,
                "\(pair): \(numbers); \(evidence), not below \(ABText.short(level))\(whatNext(draft, tests))."
            )
        }
        let isBetter = (draft.deciding.difference > 0) != metric.lowerIsBetter
        if draft.decidedBy == "raw", let without = draft.withoutDominant, case .once = looks {
            let agrees = (without.p ?? 1) <= level && (without.difference > 0) == (draft.deciding.difference > 0)
            guard agrees else {
                let count = without.changedUnits ?? 0
                return (
                    .inconclusive,
                    "\(pair): \(numbers); \(evidence), but the result hangs on \(ABText.units(count)): without, "
                        + "p is \(ABText.p(without.p ?? 1)). Limit great values by --winsorise."
                )
            }
        }
        return (
            isBetter ? .better : .worse,
            "\(variants[draft.variant]) is \(isBetter ? "better" : "worse") than \(variants[control]) on "
                + "\(metric.name): \(numbers); \(evidence)."
        )
    }

    private func evidence(_ p: Double, _ adjusted: Double, _ tests: Int) -> String {
        let kind: String =
            switch looks {
            case .once: "p \(ABText.p(p))"
            case .planned: "p \(ABText.p(p)) (planned looks)"
            case .unplanned: "p \(ABText.p(p)) (valid at any look)"
            }
        guard tests > 1, correction != .none else {
            return kind
        }
        return kind + ", \(ABText.p(adjusted)) after \(correction.title) correction for \(tests) tests"
    }

    private func whatNext(_ draft: Draft, _ tests: Int) -> String {
        let more =
            more(draft, tests: tests).map { ABText.more($0, draft.data.metric.kind) }
            ?? "; there is too little yet to say how much more is needed"
        switch looks {
        case .once:
            return more
        case .unplanned:
            return draft.alwaysValid?.interval == nil
                ? "; too few units or successes for a look to count yet" : "; the test may go on" + more
        case .planned(let information, let count, _):
            // A boundary may be crossed by one of several comparisons without being enough once corrected.
            guard let look = draft.sequential?.look, look < count, (information.last ?? 1) < 1 else {
                return more
            }
            if draft.sequential?.mayGiveUp == true {
                return
                    "; look \(look) of \(count) is below the bound to give up, so the test may end here without a winner"
            }
            return "; look \(look) of \(count) does not stop the test, so go on to the next" + more
        }
    }

    /// The interval of the lift as wide, in standard errors, as the one of the difference that decides.
    private func relativeInterval(_ draft: Draft) -> Interval? {
        let estimate = draft.deciding
        guard looks != .once, let single = estimate.relativeLiftInterval else {
            return estimate.relativeLiftInterval
        }
        guard let lift = estimate.relativeLift, let decides = draft.interval, estimate.standardError > 0,
            let z = StandardNormal.quantile(1 - level / 2)
        else { return nil }
        let scale = (single.upper - single.lower) / (2 * z) / estimate.standardError
        func relative(_ difference: Double) -> Double { lift + (difference - estimate.difference) * scale }
        return Interval(
            estimate: relative(decides.estimate),
            lower: relative(decides.lower),
            upper: relative(decides.upper),
            confidence: 1 - level
        )
    }

    // MARK: Guardrails

    private func guardrail(_ draft: Draft, _ margin: ABMetric.Margin) -> ABComparison.Guardrail {
        let allowed: Double =
            switch margin {
            case .absolute(let value): value
            case .relative(let share): share * draft.deciding.controlValue.magnitude
            }
        guard let interval = draft.interval else {
            let isEqual = draft.deciding.standardError == 0 && draft.deciding.difference == 0
            return .init(margin: allowed, status: isEqual ? .held : .unclear)
        }
        let worst = draft.data.metric.lowerIsBetter ? -interval.upper : interval.lower
        let best = draft.data.metric.lowerIsBetter ? -interval.lower : interval.upper
        return .init(margin: allowed, status: worst >= -allowed ? .held : best < 0 ? .breached : .unclear)
    }

    private func judged(_ guardrail: ABComparison.Guardrail, _ draft: Draft) -> (ABVerdict, String) {
        let metric = draft.data.metric
        let text =
            "\(metric.name) of \(variants[draft.variant]): \(ABText.numbers(draft.deciding, metric.kind, relativeInterval(draft)))"
        let margin = "the margin of \(ABText.value(guardrail.margin, metric.kind))"
        switch guardrail.status {
        case .held:
            let isBetter = draft.interval.map { metric.lowerIsBetter ? $0.upper < 0 : $0.lower > 0 } ?? false
            return (isBetter ? .better : .inconclusive, "The guardrail holds. \(text); no harm beyond \(margin).")
        case .breached:
            return (.worse, "The guardrail is breached. \(text); it is worse, and maybe by more than \(margin).")
        case .unclear:
            let remedy =
                guardrail.margin == 0
                ? " A margin of nothing cannot be shown; give one in the metric's units, such as \(metric.name):0.01."
                : ""
            return (
                .inconclusive,
                "The guardrail is not shown to hold. \(text); harm beyond \(margin) is possible." + remedy
            )
        }
    }

    // MARK: The whole

    func verdict(
        _ comparisons: [ABComparison],
        _ split: SampleRatioTest
    ) -> (verdict: ABVerdict, why: String, winner: String?) {
        if split.p < SampleRatioTest.threshold {
            let counts = zip(variants, zip(split.observed, split.expected))
                .map { "\($0): \($1.0) instead of \(ABText.short($1.1.rounded()))" }.joined(separator: ", ")
            return (
                .invalid,
                "The split is not the planned one (\(counts); p \(ABText.p(split.p)), below 0.001): something loses or "
                    + "moves units, so no metric can be trusted. Find the cause before you read any.",
                nil
            )
        }
        let deciding = comparisons.filter { $0.guardrail == nil }
        let first = deciding.filter { $0.metric == deciding.first?.metric }
        let candidates = first.filter { $0.verdict == .better }.sorted { a, b in
            a.decisive.difference.magnitude > b.decisive.difference.magnitude
        }
        var obstacle: (ABVerdict, String)?
        for candidate in candidates {
            let guards = comparisons.filter { $0.guardrail != nil && $0.variant == candidate.variant }
            if let breached = guards.first(where: { $0.guardrail?.status == .breached }) {
                obstacle = obstacle ?? (.worse, candidate.why + " But: " + breached.why)
            } else if let unclear = guards.first(where: { $0.guardrail?.status == .unclear }) {
                obstacle = (.inconclusive, candidate.why + " But: " + unclear.why)
            } else {
                return (.better, candidate.why, candidate.variant)
            }
        }
        if let obstacle {
            return (obstacle.0, obstacle.1, nil)
        }
        if first.allSatisfy({ $0.verdict == .worse }) {
            return (.worse, first.map(\.why).joined(separator: " "), nil)
        }
        return (.inconclusive, first.map(\.why).joined(separator: " "), nil)
    }

    func notes(_ comparisons: [ABComparison], _ split: SampleRatioTest) -> [String] {
        var notes: [String] = []
        if split.p < 0.01, split.p >= SampleRatioTest.threshold {
            notes.append(
                "The split is somewhat off the planned shares (p \(ABText.p(split.p)); below 0.001 it would be invalid)."
            )
        }
        if case .planned(let information, let count, _) = looks, information.count == count,
            let last = information.last,
            last < 1
        {
            notes.append(
                "The last look has \(ABText.short(last * 100)) % of the planned units, so its boundary is stricter than it "
                    + "would be with all of them."
            )
        }
        for data in metrics where data.missing > 0 {
            notes.append("\(data.missing) units have no value of '\(data.metric.name)' and were left out of it.")
        }
        let names = metrics.map(\.metric).filter { $0.margin == nil }
        if names.count > 1 {
            notes.append("The verdict is about '\(names[0].name)', the first metric; the others have their own.")
        }
        for comparison in comparisons {
            if let without = comparison.withoutDominant, let count = without.changedUnits {
                notes.append(
                    "\(comparison.metric): \(ABText.units(count)) make\(count == 1 ? "s" : "") up a fifth or more of a "
                        + "variant's spread; with: difference \(ABText.short(comparison.raw.difference)), "
                        + "p \(ABText.p(comparison.raw.p ?? 1)); without: difference "
                        + "\(ABText.short(without.difference)), p \(ABText.p(without.p ?? 1))."
                )
            }
            if comparison.kind == .count, let dispersion = comparison.raw.dispersion, dispersion > 1.2 {
                notes.append(
                    "\(comparison.metric): events come in groups (variance \(ABText.short(dispersion)) times the mean), so "
                        + "the Poisson tests are too sure; the decision rests on the spread that is seen."
                )
            }
        }
        // A metric that is both decisive and a guardrail would say everything twice.
        return notes.enumerated().filter { !notes[..<$0.offset].contains($0.element) }.map(\.element)
    }
}

extension ABComparison {
    /// The estimate that decides.
    var decisive: ABEstimate { adjusted ?? winsorised ?? raw }
}

extension ABCorrection {
    fileprivate var title: String {
        switch self {
        case .holm: "Holm's"
        case .benjaminiHochberg: "Benjamini and Hochberg's"
        case .none: "no"
        }
    }
}

/// Numbers in sentences.
package enum ABText {
    /// A p value.
    package static func p(_ value: Double) -> String {
        value < 0.0001 ? String(format: "%.1e", value) : String(format: value < 0.01 ? "%.5f" : "%.4f", value)
    }

    /// A number in at most 4 significant digits, whole numbers whole.
    package static func short(_ value: Double) -> String {
        if value.magnitude < 1e15, let whole = Int64(exactly: value) {
            return String(whole)
        }
        return String(format: "%.4g", value)
    }

    /// A value of a metric: proportions in percent.
    package static func value(_ value: Double, _ kind: ABMetric.Kind) -> String {
        kind == .proportion ? short(value * 100) + " %" : short(value)
    }

    /// What an inconclusive comparison still needs, as the end of a sentence.
    static func more(_ more: ABComparison.More, _ kind: ABMetric.Kind) -> String {
        let days = more.days.map { "\(grouped($0)) more day\($0 == 1 ? "" : "s")" }
        let units = more.units.map { "\(grouped($0)) more unit\($0 == 1 ? "" : "s")" }
        let amount = [days, units].compactMap { $0 }
        guard let first = amount.first else {
            guard let times = more.times else {
                return
                    "; a difference of \(value(more.detectable, kind)) or more would have been found with a chance of "
                    + "\(short(more.chance * 100)) %"
            }
            return "; about \(String(format: "%.1f", times)) times the data would tell a difference this great"
        }
        let text = first + (amount.count > 1 ? " (\(amount[1]))" : "")
        switch more.basis {
        case .plan: return "; the plan ends after \(text)"
        case .seen:
            return "; if the difference is as great as it looks, about \(text) would find it with a chance of "
                + "\(short(more.chance * 100)) %"
        }
    }

    /// A whole number with its thousands apart.
    package static func grouped(_ count: Int) -> String {
        var digits = String(count.magnitude)
        var parts: [String] = []
        while digits.count > 3 {
            parts.insert(String(digits.suffix(3)), at: 0)
            digits = String(digits.dropLast(3))
        }
        return (count < 0 ? "-" : "") + ([digits] + parts).joined(separator: ",")
    }

    static func units(_ count: Int) -> String {
        count == 1 ? "1 unit" : "\(count) units"
    }

    static func numbers(_ estimate: ABEstimate, _ kind: ABMetric.Kind, _ interval: Interval?) -> String {
        var text =
            "\(value(estimate.treatmentValue, kind)) against \(value(estimate.controlValue, kind))"
        if let lift = estimate.relativeLift {
            text += " (\(signed(lift * 100)) %"
            if let interval {
                let confidence = short(interval.confidence * 100)
                text +=
                    ", \(confidence) % interval \(signed(interval.lower * 100)) to \(signed(interval.upper * 100)) %"
            }
            text += ")"
        }
        return text
    }

    private static func signed(_ value: Double) -> String {
        String(format: "%+.2f", value)
    }
}
