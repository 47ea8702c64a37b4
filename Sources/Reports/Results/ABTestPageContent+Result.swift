// SPDX-License-Identifier: Apache-2.0

package import Experiments
package import Statistics

extension ABTestPageContent {
    /// Takes a test's result, with the places that its JSON (keys in snake case) gives each number.
    package init(_ result: ABResult, name: String) {
        self.init(
            name: name,
            verdict: Verdict(result.verdict),
            winner: result.winner,
            confidence: Figure(result.confidence, "confidence"),
            level: Figure(result.level, "level"),
            looks: Looks(rawValue: result.looks) ?? .once,
            tests: Figure(Double(result.tests), "tests"),
            variants: result.variants.enumerated().map { index, variant in
                Variant(
                    name: variant.name,
                    units: Figure(Double(variant.units), "variants[\(index)].units"),
                    expectedUnits: Figure(variant.expectedUnits, "variants[\(index)].expected_units"),
                    share: Figure(variant.share, "variants[\(index)].share"),
                    isControl: variant.isControl
                )
            },
            split: Split(
                p: Figure(result.sampleRatio.p, "sample_ratio.p"),
                threshold: Figure(result.sampleRatio.threshold, "sample_ratio.threshold"),
                isMismatch: result.sampleRatio.isMismatch
            ),
            comparisons: result.comparisons.enumerated().map { Comparison($0.element, "comparisons[\($0.offset)]") },
            notes: result.notes
        )
    }
}

extension ABTestPageContent.Verdict {
    init(_ verdict: ABVerdict) {
        self =
            switch verdict {
            case .better: .better
            case .worse: .worse
            case .inconclusive: .inconclusive
            case .invalid: .invalid
            }
    }
}

extension ABTestPageContent.Comparison {
    /// One comparison, by the estimate that decides.
    init(_ comparison: ABComparison, _ key: String) {
        let ways: [(String, ABEstimate?)] = [
            ("raw", comparison.raw), ("winsorised", comparison.winsorised), ("adjusted", comparison.adjusted),
            ("without_dominant", comparison.withoutDominant),
        ]
        let way = ways.contains { $0.0 == comparison.decidedBy && $0.1 != nil } ? comparison.decidedBy : "raw"
        let deciding = ways.first { $0.0 == way }.flatMap { $0.1 } ?? comparison.raw
        let path = "\(key).\(way)"
        self.init(
            metric: comparison.metric,
            kind: ABTestPageContent.Kind(comparison.kind),
            variant: comparison.variant,
            control: comparison.control,
            lowerIsBetter: comparison.lowerIsBetter,
            verdict: ABTestPageContent.Verdict(comparison.verdict),
            guardrail: comparison.guardrail.map { ABTestPageContent.GuardrailStatus($0.status) },
            margin: comparison.guardrail.map { Figure($0.margin, "\(key).guardrail.margin") },
            controlValue: Figure(deciding.controlValue, "\(path).control_value"),
            variantValue: Figure(deciding.treatmentValue, "\(path).treatment_value"),
            difference: FigureInterval(
                Figure(deciding.difference, "\(path).difference"),
                from: Figure(comparison.interval?.lower, "\(key).interval.lower"),
                to: Figure(comparison.interval?.upper, "\(key).interval.upper")
            ),
            lift: deciding.relativeLift.map { lift in
                FigureInterval(
                    Figure(lift, "\(path).relative_lift"),
                    from: Figure(comparison.relativeInterval?.lower, "\(key).relative_interval.lower"),
                    to: Figure(comparison.relativeInterval?.upper, "\(key).relative_interval.upper")
                )
            },
            p: comparison.p.map { Figure($0, "\(key).p") },
            adjustedP: comparison.adjustedP.map { Figure($0, "\(key).adjusted_p") },
            alwaysValid: comparison.alwaysValid?.interval.map { FigureInterval($0, "\(key).always_valid.interval") }
        )
        // The deciding way first.
        let ordered = ways.filter { $0.0 == way } + ways.filter { $0.0 != way }
        estimates = ordered.compactMap { name, estimate in
            estimate.map { ABTestPageContent.Estimate($0, name, "\(key).\(name)") }
        }
        if let sequential = comparison.sequential {
            hasStopped = sequential.hasStopped
            mayGiveUp = sequential.mayGiveUp
            looks = sequential.schedule.enumerated().map { index, look in
                let place = "\(key).sequential.schedule[\(index)]"
                return ABTestPageContent.Look(
                    at: Figure(look.information, "\(place).information"),
                    z: look.z.map { Figure($0, "\(place).z") },
                    boundary: look.boundary.map { Figure($0, "\(place).boundary") },
                    interval: look.interval.map { FigureInterval($0, "\(place).interval") },
                    futility: look.futility.map { Figure($0, "\(place).futility") }
                )
            }
        } else if let path = comparison.alwaysValid?.path, path.count > 1 {
            looks = path.enumerated().map { index, point in
                let place = "\(key).always_valid.path[\(index)]"
                return ABTestPageContent.Look(
                    at: Figure(Double(point.day), "\(place).day"),
                    interval: FigureInterval(point.interval, "\(place).interval")
                )
            }
        }
        more = comparison.more.map { more in
            ABTestPageContent.More(
                isPlan: more.basis == .plan,
                chance: Figure(more.chance, "\(key).more.chance"),
                detectable: Figure(more.detectable, "\(key).more.detectable"),
                times: more.times.map { Figure($0, "\(key).more.times") },
                units: more.units.map { Figure(Double($0), "\(key).more.units") },
                days: more.days.map { Figure(Double($0), "\(key).more.days") }
            )
        }
    }
}

extension ABTestPageContent.Estimate {
    init(_ estimate: ABEstimate, _ way: String, _ path: String) {
        self.init(
            way: way,
            difference: FigureInterval(
                Figure(estimate.difference, "\(path).difference"),
                from: Figure(estimate.interval?.lower, "\(path).interval.lower"),
                to: Figure(estimate.interval?.upper, "\(path).interval.upper")
            ),
            p: estimate.p.map { Figure($0, "\(path).p") }
        )
    }
}

extension ABTestPageContent.Kind {
    init(_ kind: ABMetric.Kind) {
        self =
            switch kind {
            case .proportion: .proportion
            case .mean: .mean
            case .count: .count
            case .ratio: .ratio
            }
    }
}

extension ABTestPageContent.GuardrailStatus {
    init(_ status: ABComparison.Guardrail.Status) {
        self =
            switch status {
            case .held: .held
            case .breached: .breached
            case .unclear: .unclear
            }
    }
}

extension FigureInterval {
    /// An interval of the result at a path.
    package init(_ interval: Interval, _ path: String) {
        self.init(
            Figure(interval.estimate, "\(path).estimate"),
            from: Figure(interval.lower, "\(path).lower"),
            to: Figure(interval.upper, "\(path).upper")
        )
    }
}
