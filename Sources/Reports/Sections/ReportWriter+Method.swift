// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments

extension ReportWriter {
    /// Section 11: the method in plain words, and every number that it rests on.
    func method() -> Section {
        let notes = campaign.plan.notes + dossier.generations.flatMap(\.notes) + (dossier.effects?.notes ?? [])
        var blocks = methodSentences().map(Block.paragraph)
        blocks.append(.table(records()))
        if !notes.isEmpty {
            blocks += [.heading(wording(.methodNotes)), .list(Self.unique(notes).map(recorded))]
        }
        return Section(id: "method", title: wording(.methodTitle), blocks: blocks)
    }

    private var blockCount: Int { Set(dossier.trials.filter { $0.status == .completed }.map(\.block)).count }

    private func completed(_ purpose: Trial.Purpose) -> Int {
        dossier.trials.count { $0.status == .completed && $0.purpose == purpose }
    }

    private func methodSentences() -> [String] {
        var sentences = [
            wording(
                .methodDesign,
                wording.count(goal.factors.count),
                goal.combinationCount.map { wording.count($0) } ?? Wording.absent,
                wording.strategy(goal.effort.strategy),
                wording.count(dossier.generations.count)
            ),
            wording(.methodBlocks, wording.count(blockCount)) + " "
                + wording(.methodControl, wording.count(completed(.control))),
        ]
        if !dossier.rounds.isEmpty {
            sentences.append(
                wording(.methodRounds, wording.count(dossier.rounds.count), wording.count(goal.units.count))
            )
        }
        if dossier.effects != nil { sentences.append(wording(.methodModel)) }
        if let finding = dossier.confirmation {
            sentences.append(
                wording(.methodConfirmation, wording.count(finding.winnerTrials), wording.count(finding.controlTrials))
            )
        }
        return sentences
    }

    private func records() -> Table {
        var pairs: [(Phrase, String?)] = [
            (.factCampaign, campaign.id.text),
            (.factWorkspace, campaign.workspace.name),
            (.factParent, campaign.parent?.text),
            (.factDigest, campaign.goalDigest),
            (.factSeed, String(goal.seed)),
            (.factGenerationSeeds, dossier.generations.map { "\($0.number): \($0.seed)" }.joined(separator: ", ")),
            (.factStrategy, wording.strategy(goal.effort.strategy)),
            (.factCombinations, goal.combinationCount.map { wording.count($0) }),
        ]
        pairs += [
            (.factTrialCounts, outcomes()),
            (.factPurposes, purposes()),
            (.factBlocks, wording.count(blockCount)),
            (.factUnits, wording.count(goal.units.count)),
            (.factWindow, window()),
            (.factRounds, roundsText()),
            (.factDecisions, wording.count(dossier.decisions.count)),
            (.factGuardrails, guardrails()),
            (.factTimes, wording.timeZoneName),
        ]
        let rows = pairs.compactMap { name, value -> Table.Row? in
            guard let value, !value.isEmpty else { return nil }
            return Table.Row(cells: [.text(wording(name)), .text(value)])
        }
        return Table(head: [], rows: rows, style: "pairs")
    }

    private func outcomes() -> String {
        func count(_ statuses: TrialStatus...) -> String {
            wording.count(dossier.trials.count { statuses.contains($0.status) })
        }
        return wording(
            .trialCounts,
            count(.completed),
            count(.failed),
            count(.discarded),
            count(.cancelled),
            count(.planned, .running)
        )
    }

    private func purposes() -> String {
        wording(
            .purposeCounts,
            wording.count(completed(.search)),
            wording.count(completed(.control)),
            wording.count(completed(.finalist)),
            wording.count(completed(.confirmation))
        )
    }

    private func window() -> String? {
        guard goal.trial.window > .zero else { return nil }
        return wording(.windowText, goal.trial.window.description, goal.trial.washOut.description)
    }

    private func roundsText() -> String? {
        guard !dossier.rounds.isEmpty else { return nil }
        return wording(.roundsText, wording.count(dossier.rounds.count), wording.count(goal.effort.observers))
    }

    private func guardrails() -> String {
        goal.guardrails.map { rail in
            let least = rail.minimum.map { " ≥ \(wording.short($0))" } ?? ""
            let most = rail.maximum.map { " ≤ \(wording.short($0))" } ?? ""
            return rail.metric + least + most
        }
        .joined(separator: ", ")
    }

    /// The sentences in order, each once.
    private static func unique(_ sentences: [String]) -> [String] {
        var seen: Set<String> = []
        return sentences.filter { seen.insert($0).inserted }
    }
}
