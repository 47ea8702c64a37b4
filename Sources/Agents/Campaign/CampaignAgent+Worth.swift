// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Messaging

/// Whether a further generation is worth its price.
extension CampaignAgent {
    /// How many trials searching may still use; nil without a limit.
    func searchTrialsLeft(_ book: CampaignBook) -> Int? {
        let goal = book.campaign.goal
        guard let left = book.budgetLeft else { return nil }
        return max(left - PlanPolicy.closingTrials(ending: goal.ending, limit: PlanPolicy.trialLimit(of: goal)), 0)
    }

    /// Judges a further generation where the goal asks for it, writes the decision down, and says whether the search ends.
    func isSearchDone(_ id: CampaignID, room: CampaignSchedule.Room) async throws -> Bool {
        guard var book = book(id), var run = run(id), book.campaign.goal.ending.stopsWhenNotWorth,
            !book.generations.isEmpty
        else { return false }
        let goal = book.campaign.goal
        let request = JudgeFurtherTrials(
            campaign: id,
            workspace: book.campaign.workspace,
            number: book.generations.count + 1,
            trials: room.trials,
            outcomes: book.newOutcomes(),
            fromStart: !run.hasToldOutcomes,
            open: book.openCombinations
        )
        let verdict = try await context.broker.request(request, from: name, to: .variable).verdict
        run.hasToldOutcomes = true
        var isDone = false
        if let verdict {
            let (outcome, decision) = try WorthPolicy.decide(
                WorthPolicy.Inputs(goal: goal, control: book.controlMean, verdict: verdict, number: request.number),
                for: book.campaign,
                agent: name.rawValue,
                id: context.ids.next(),
                at: context.clock.now
            )
            book.change.decisions.append(decision)
            isDone = !outcome.isWorthwhile
        }
        set(book)
        set(run, for: id)
        return isDone
    }
}
