// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Statistics

extension ReportWriter {
    /// Section 1: the combination, its gain, how sure, the goal, what is applied, what was spent.
    func answer() -> Section {
        var blocks = [Block(headline: headline()), Block(facts: facts())]
        if let winner = result.winner { blocks.append(.table(comparison(winner))) }
        blocks += certaintySentences().map(Block.paragraph)
        blocks.append(.paragraph(goalSentence()))
        blocks.append(.heading(wording(.appliedTitle)))
        blocks.append(applied())
        return Section(id: "answer", title: wording(.answerTitle), blocks: blocks)
    }

    private func headline() -> Headline {
        let verdict: (Phrase, String) =
            switch result.certainty {
            case .confirmed: (.verdictConfirmed, "good")
            case .refuted: (.verdictRefuted, "bad")
            case .inconclusive: (.verdictInconclusive, "open")
            case .unchecked: (.verdictUnconfirmed, "open")
            case .keep: (.verdictKeep, "open")
            case .nothing: (.verdictNothing, "bad")
            }
        return Headline(
            verdict: wording(verdict.0),
            tone: verdict.1,
            sentence: Markup(headlineSentence()),
            source: Markup(source())
        )
    }

    /// The gain, or why there is none, in one sentence.
    func headlineSentence() -> String {
        switch result.certainty {
        case .nothing: return wording(.headlineNothing)
        case .keep: return wording(.headlineKeep)
        case .confirmed, .refuted, .inconclusive, .unchecked:
            guard let gain = result.gain else { return wording(.headlineChosen) }
            return wording.gain(from: gain.old, to: gain.new, difference: gain.difference)
        }
    }

    private func source() -> String {
        if let finding = dossier.confirmation, result.gain?.isMeasured == true {
            return wording(
                .sourceConfirmation,
                wording.count(finding.winnerTrials),
                wording.count(finding.controlTrials)
            )
        }
        guard let effects = dossier.effects else { return "" }
        return wording(.sourceModel, wording.count(effects.trials))
    }

    private func facts() -> [Fact] {
        var facts: [Fact] = []
        if let gain = result.gain {
            facts.append(
                Fact(
                    name: wording(.factGain),
                    value: wording.change(gain.difference.estimate),
                    note: "\(wording.metric(gain.old)) → \(wording.metric(gain.new))"
                )
            )
        }
        facts.append(Fact(name: wording(.factGoal), value: goalShort(), note: targetText()))
        facts.append(Fact(name: wording(.factSpent), value: spentTrials(), note: spentMoney()))
        facts.append(Fact(name: wording(.factApplied), value: appliedShort(), note: unitsText()))
        return facts
    }

    private func unitsText() -> String { wording(.unitCount, wording.count(goal.units.count)) }

    private func comparison(_ winner: Combination) -> Table {
        let present = levels(of: goal.control)
        let recommended = levels(of: winner)
        let rows = goal.factors.indices.map { index in
            let isChanged = present[index] != recommended[index]
            return Table.Row(
                cells: [
                    .text(goal.factors[index].name), .text(present[index]), .text(recommended[index]),
                    .text(wording(isChanged ? .changed : .unchanged)),
                ],
                style: isChanged ? "changed" : "quiet"
            )
        }
        let head = [Phrase.columnFactor, .columnPresent, .columnRecommended, .columnChange].map {
            Table.Cell.text(wording($0))
        }
        return Table(head: head, rows: rows)
    }

    /// How sure, in sentences: the confirmation run, the model's probability, and whether its claim held.
    func certaintySentences() -> [String] {
        var sentences: [String] = []
        if let finding = dossier.confirmation, finding.isUsable, result.winner != nil {
            let phrase: Phrase =
                switch result.certainty {
                case .confirmed: .confirmedSentence
                case .refuted: .refutedSentence
                default: .inconclusiveSentence
                }
            let p = finding.p.map { " (\(wording.pStatement($0)))" } ?? ""
            let confidence = Wording.trimmed(wording.fixed(finding.difference.confidence * 100, 1)) + " %"
            sentences.append(wording(phrase, confidence, p))
        } else if result.certainty == .unchecked {
            sentences.append(wording(.unconfirmedSentence))
        }
        if let probability = result.probability, result.winner != nil {
            sentences.append(wording(.probabilitySentence, wording.probability(probability)))
        }
        if let finding = dossier.confirmation, let claimed = finding.claimed, claimed.isFinite, result.winner != nil {
            let overlaps = claimed.lower <= finding.difference.upper && claimed.upper >= finding.difference.lower
            let texts = [claimed, finding.difference].map(wording.changeWithInterval)
            sentences.append(wording(overlaps ? .claimedHeld : .claimedMissed, texts[0], texts[1]))
        }
        return sentences
    }
}
