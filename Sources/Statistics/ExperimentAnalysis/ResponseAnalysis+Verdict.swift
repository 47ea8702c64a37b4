// SPDX-License-Identifier: Apache-2.0

extension ResponseAnalysis.Verdict {
    /// The verdicts on the terms of a table of variance; by Lenth's margin for all effects where it is saturated.
    static func all(
        _ table: LinearModelTable,
        _ effects: TwoLevelEffects?,
        confidence: Double
    ) -> [ResponseAnalysis.Verdict] {
        let tested = table.rows.filter { $0.kind == .factor && !$0.isPooled }
        if table.isSaturated, let effects, let margin = effects.lenth?.simultaneousMarginOfError {
            return tested.compactMap { row in
                effects.effects.first { $0.term == row.term }.map { effect in
                    ResponseAnalysis.Verdict(
                        term: row.term,
                        method: .lenth,
                        p: nil,
                        adjustedP: nil,
                        isSignificant: effect.effect.magnitude > margin
                    )
                }
            }
        }
        return holm(tested.map { ($0.term, $0.p) }, confidence: confidence)
    }

    /// The verdicts on the terms of a table of deviance.
    static func all(_ report: CountModelReport) -> [ResponseAnalysis.Verdict] {
        holm(report.rows.filter { $0.kind == .factor }.map { ($0.term, $0.p) }, confidence: report.confidence)
    }

    private static func holm(_ terms: [(term: String, p: Double?)], confidence: Double) -> [ResponseAnalysis.Verdict] {
        zip(terms, MultipleTesting.holm(terms.map(\.p))).compactMap { term, adjusted in
            guard let p = term.p, let adjusted else {
                return nil
            }
            return ResponseAnalysis.Verdict(
                term: term.term,
                method: .holm,
                p: p,
                adjustedP: adjusted,
                isSignificant: adjusted < 1 - confidence
            )
        }
    }
}

extension ResponseAnalysis.RunnerUp {
    /// A factor's next best level before the p values of all factors are adjusted.
    struct Found {
        let factor: String
        let level: String
        let difference: Double
        let interval: Interval?
        let p: Double?
        /// How much worse it is; 0 for as good.
        let loss: Double
    }

    /// Of every factor the level that loses least, p values adjusted for their number by Holm's method.
    static func nearest(_ found: [[Found]], confidence: Double) -> [ResponseAnalysis.RunnerUp] {
        let nearest = found.compactMap { levels in levels.min { $0.loss < $1.loss } }
        return zip(nearest, MultipleTesting.holm(nearest.map(\.p))).map { level, adjusted in
            ResponseAnalysis.RunnerUp(
                factor: level.factor,
                level: level.level,
                difference: level.difference,
                interval: level.interval,
                p: level.p,
                adjustedP: adjusted,
                isWorse: adjusted.map { $0 < 1 - confidence }
            )
        }
    }
}

extension ExperimentAnalysis {
    /// How far a mean is from what is wanted; smaller is better.
    static func loss(_ value: Double, _ goal: BestCombination.Direction) -> Double {
        switch goal {
        case .higher: -value
        case .lower: value
        case .nominal(let target): (value - target).magnitude
        }
    }

    /// Throws when the present combination leaves a factor out or names a column that is none.
    func checkPresent(factors: [String]) throws(StatisticsError) {
        for name in present.keys.sorted() where !factors.contains(name) {
            throw .unknownColumn(name, known: factors)
        }
        let missing = factors.filter { present[$0] == nil }
        guard missing.isEmpty else {
            throw .invalidArgument(
                name: "The present combination '\(Self.text(present))'",
                value: "without a level of \(missing.prefix(10).map { "'\($0)'" }.joined(separator: ", "))",
                remedy: "name one level of every factor of the model"
            )
        }
    }
}
