// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments

extension ReportWriter {
    /// Section 10: what to do next.
    func nextSteps() -> Section {
        Section(id: "next", title: wording(.nextTitle), blocks: [.list(recommendations() + [nextCampaign()])])
    }

    /// The recommendations, the first one first.
    func recommendations() -> [String] {
        var items = [mainRecommendation()]
        items += beyondTheEdge()
        if let weak = dossier.effects?.insignificantFactors, !weak.isEmpty, result.certainty != .nothing {
            items.append(wording(.nextFixWeak, weak.joined(separator: ", ")))
        }
        if goal.objective.target != nil, campaign.status == .completed {
            items.append(wording(campaign.reachedAt == nil ? .nextNewLevers : .nextRaise))
        }
        let failed = dossier.trials.count { $0.status == .failed }
        if let first = failureClasses().first, failed * 20 > dossier.trials.count {
            items.append(wording(.nextFailures, name(of: first.class), wording.count(first.count)))
        }
        return items
    }

    private func mainRecommendation() -> String {
        switch result.certainty {
        case .confirmed: return applyOrKeepApplied()
        case .unchecked: return wording(.nextConfirm)
        case .inconclusive:
            let trials = dossier.confirmation.map { min($0.winnerTrials, $0.controlTrials) } ?? 0
            return wording(.nextMoreTrials, wording.count(trials))
        case .refuted, .keep: return wording(.nextKeep)
        case .nothing: return wording(.nextNoData)
        }
    }

    private func applyOrKeepApplied() -> String {
        let applied = dossier.levers.count { $0.combination == result.winner }
        if applied > 0 {
            return wording(.nextApplied, wording.count(applied), wording.count(goal.units.count))
        }
        guard let winner = result.winner else { return wording(.nextKeep) }
        let present = levels(of: goal.control)
        let changes = zip(goal.factors, levels(of: winner)).enumerated()
            .filter { $0.element.1 != present[$0.offset] }
            .map { "\($0.element.0.name) \(present[$0.offset]) → \($0.element.1)" }
        return wording(.nextApply, changes.joined(separator: ", "))
    }

    /// Significant factors of numbers whose recommended level is the least or the greatest that was tried.
    private func beyondTheEdge() -> [String] {
        guard let winner = result.winner, result.certainty == .confirmed || result.certainty == .unchecked else {
            return []
        }
        return goal.factors.enumerated().compactMap { index, factor in
            guard isSignificant(factor.name), winner.levels.indices.contains(index) else { return nil }
            let values = factor.levels.compactMap(\.json.double)
            let chosen = winner.levels[index]
            guard values.count == factor.levels.count, values.count > 2, values.indices.contains(chosen),
                values[chosen] == values.min() || values[chosen] == values.max(), values[chosen] != 0
            else { return nil }
            return wording(.nextBeyond, factor.name, level(chosen, of: factor))
        }
    }

    private func nextCampaign() -> String {
        guard let next = dossier.next else { return wording(.nextCampaignNone) }
        let target = next.goal.objective.target.map { wording.metric($0) } ?? wording(.tableNone)
        return wording(.nextCampaign, next.goal.name, next.id.text, wording.count(next.goal.factors.count), target)
    }
}
