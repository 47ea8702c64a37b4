// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Messaging

/// What follows a trend that touches a watched product.
extension OrchestratorAgent {
    /// Decides once for each run and product whether a campaign is proposed; a proposal waits for a person.
    func consider(_ event: SubjectTrending) async throws {
        let campaigns = try await context.store.campaigns(in: context.workspace)
        let touched = campaigns.filter { event.subject.names($0.goal) }
        guard let last = touched.last else { return }
        var decisions: [Decision] = []
        for campaign in touched {
            decisions += try await context.store.decisions(of: campaign.id, in: campaign.workspace).filter {
                $0.policy == TrendPolicy.name
            }
        }
        let known = try decisions.map { decision in
            (
                time: decision.time,
                campaign: decision.campaign,
                inputs: try CanonicalJSON.decode(TrendPolicy.Inputs.self, from: decision.inputs),
                isProposed: try CanonicalJSON.decode(TrendPolicy.Outcome.self, from: decision.outcome).isProposed
            )
        }
        if let made = known.first(where: { $0.inputs.run == event.run.text && $0.inputs.subject == event.subject.name })
        {
            // The draft may be what a crash left undone.
            if made.isProposed, !campaigns.contains(where: { $0.parent == made.campaign }),
                let decided = touched.first(where: { $0.id == made.campaign })
            {
                try await draft(after: decided)
            }
            return
        }
        let now = context.clock.now
        let proposed = known.filter(\.isProposed).map(\.time).max()
        let units = Set(last.goal.units)
        let (outcome, decision) = try TrendPolicy.decide(
            TrendPolicy.Inputs(
                run: event.run.text,
                subject: event.subject.name,
                count: event.subject.count,
                expected: event.subject.expected,
                status: last.status,
                winner: last.winner,
                isServed: campaigns.contains { !$0.status.isFinal && !units.isDisjoint(with: $0.goal.units) },
                sinceLast: proposed.map { now - $0 }
            ),
            for: last,
            agent: name.rawValue,
            id: context.ids.next(),
            at: now
        )
        var change = KnowledgeChange()
        change.decisions = [decision]
        try await context.commit(change, durability: .power)
        if outcome.isProposed { try await draft(after: last) }
    }

    /// Drafts a campaign that begins where another ended, for a person to approve.
    private func draft(after campaign: Campaign) async throws {
        var goal = campaign.goal
        if let winner = campaign.winner, winner.levels.count == goal.factors.count {
            for index in goal.factors.indices { goal.factors[index].control = winner.levels[index] }
        }
        goal.seed = SplitMix64.seed(goal.seed, "trend")
        goal.approval = .required
        _ = try await context.broker.request(
            DraftCampaign(goal: goal, workspace: campaign.workspace, digest: nil, path: nil, parent: campaign.id),
            from: name,
            to: .campaign
        )
    }
}

extension TouchedSubject {
    /// Whether a goal is about it: its name, its product or one of its search words holds one of the subject's names.
    func names(_ goal: Goal) -> Bool {
        let texts = ([goal.name, goal.product.title ?? ""] + goal.keywords).map { $0.lowercased() }
        return aliases.contains { alias in
            !alias.isEmpty && texts.contains { $0.contains(alias.lowercased()) }
        }
    }
}
