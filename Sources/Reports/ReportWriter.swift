// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

/// What the sections of one report share: the records, the words, and what follows from the records at once.
struct ReportWriter: Sendable {
    let dossier: CampaignDossier
    let wording: Wording
    let writtenAt: Timestamp
    let result: CampaignResult
    /// The completed trials that reported the metric, in run order.
    let measured: [MeasuredTrial]

    init(_ dossier: CampaignDossier, language: ReportLanguage, writtenAt: Timestamp, timeZone: String? = nil) {
        self.dossier = dossier
        self.writtenAt = writtenAt
        wording = Wording(language: language, goal: dossier.campaign.goal, timeZone: timeZone)
        result = CampaignResult(dossier)
        let metric = dossier.campaign.goal.objective.metric
        measured = dossier.trials.filter { $0.status == .completed }
            .compactMap { trial in
                guard let value = trial.metrics[metric], value.isFinite else { return nil }
                return MeasuredTrial(trial: trial, value: value)
            }
            .sorted { ($0.trial.position, $0.trial.id) < ($1.trial.position, $1.trial.id) }
    }

    var campaign: Campaign { dossier.campaign }
    var goal: Goal { dossier.campaign.goal }

    /// The rounds that can be drawn, in order of time.
    var rounds: [RoundFinding] {
        dossier.rounds.filter { $0.consensus.isFinite && $0.lower.isFinite && $0.upper.isFinite }
            .sorted { $0.time < $1.time }
    }

    /// The levels of a combination in words, factor by factor; a dash for a level that the goal does not have.
    func levels(of combination: Combination) -> [String] {
        goal.factors.indices.map { factor in
            guard combination.levels.indices.contains(factor) else { return Wording.absent }
            return level(combination.levels[factor], of: goal.factors[factor])
        }
    }

    /// One level of a factor in words.
    func level(_ index: Int, of factor: Factor) -> String {
        factor.levels.indices.contains(index) ? factor.levels[index].description : Wording.absent
    }

    /// An axis of the metric around values: inverted, with 1 on top, for a rank.
    func metricAxis(around values: [Double], title: String? = nil) -> Axis {
        let name = title ?? wording.metricName
        guard goal.objective.isRank else {
            return Axis(around: values, title: name) { wording.short($0) }
        }
        return Axis(ofRanks: values, title: name) { wording.metricNumber($0) }
    }

    /// A combination with its levels, such as `2.0.1 (A, B, C)`.
    func described(_ combination: Combination) -> String { levels(of: combination).joined(separator: " · ") }

    /// A sentence of the records in the report's language, where it is known.
    func recorded(_ sentence: String) -> String { RecordedSentence.text(sentence, in: wording.language) }

    /// The best of some values of the metric; nil of none.
    func best(_ values: [Double]) -> Double? {
        goal.objective.direction == .lower ? values.min() : values.max()
    }

    /// The worst of some values of the metric; nil of none.
    func worst(_ values: [Double]) -> Double? {
        goal.objective.direction == .lower ? values.max() : values.min()
    }
}

/// A completed trial and what it measured.
struct MeasuredTrial: Sendable {
    var trial: Trial
    var value: Double
}
