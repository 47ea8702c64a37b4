// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
package import Messaging

/// Holds the search strategies: is told what was found, proposes what to try, and says what is best by what is known.
package actor VariableAgent: Agent {
    package nonisolated let name = AgentName.variable
    private let context: AgentContext
    private var searches: [CampaignID: Search] = [:]

    private struct Search {
        var strategy: any SearchStrategy
        var goal: Goal
        /// Mean responses of each generation's elite, by day, for the environment's watch (B4).
        var dailyEliteScores: [Double] = []
    }

    /// Creates the agent.
    package init(context: AgentContext) {
        self.context = context
    }

    package nonisolated var handlers: Handlers<VariableAgent> {
        Handlers()
            .on(ProposeGeneration.self) { agent, action, _ in try await agent.propose(action) }
            .on(RankCombinations.self) { agent, action, _ in try await agent.rank(action) }
    }

    /// Nothing to rebuild: a campaign's first request tells all of its outcomes.
    package func start() async throws {}

    func propose(_ action: ProposeGeneration) async throws -> ProposeGeneration.Reply {
        var search = try await tell(
            action.outcomes,
            of: action.campaign,
            in: action.workspace,
            fromStart: action.fromStart
        )
        let seed = SplitMix64.seed(search.goal.seed, "generation", String(action.number))
        var generator = SplitMix64(seed: seed)
        var notes: [String] = []
        let hasChanged = try await watchEnvironment(&search, action)
        if hasChanged { notes.append("The market has changed: the search explores anew.") }
        let request = AskRequest(
            generation: action.number,
            size: action.size,
            replicates: action.replicates,
            phase: hasChanged ? .explore : action.phase,
            environmentChanged: hasChanged
        )
        let proposal = try search.strategy.ask(request, using: &generator)
        searches[action.campaign] = search
        return ProposeGeneration.Reply(
            strategy: search.goal.effort.strategy,
            seed: seed,
            members: proposal.members,
            notes: notes + proposal.notes
        )
    }

    func rank(_ action: RankCombinations) async throws -> RankCombinations.Reply {
        let search = try await tell(
            action.outcomes,
            of: action.campaign,
            in: action.workspace,
            fromStart: action.fromStart
        )
        searches[action.campaign] = search
        return RankCombinations.Reply(estimates: try search.strategy.estimates().map(Estimate.init))
    }

    private func tell(
        _ outcomes: [TrialOutcome],
        of id: CampaignID,
        in workspace: WorkspaceID,
        fromStart: Bool
    ) async throws -> Search {
        var search: Search
        if let known = searches[id], !fromStart {
            search = known
        } else {
            guard let campaign = try await context.store.campaign(id, in: workspace) else {
                throw Failure(.notFound, "no campaign \(id) in workspace \(workspace)")
            }
            search = Search(strategy: try Self.strategy(for: campaign.goal), goal: campaign.goal)
        }
        search.strategy.tell(outcomes)
        return search
    }

    static func strategy(for goal: Goal) throws -> any SearchStrategy {
        try Strategies.make(for: goal)
    }

    /// Looks whether what was best has lost a fifth within a week (B4); records the decision when it has.
    private func watchEnvironment(_ search: inout Search, _ action: ProposeGeneration) async throws -> Bool {
        guard search.goal.trial.window > .zero, action.number > 1 else { return false }
        let best = action.outcomes.compactMap(\.response).sorted(by: >)
        let elite = best.prefix(max(best.count / 10, 1))
        guard !elite.isEmpty else { return false }
        search.dailyEliteScores.append(elite.reduce(0, +) / Double(elite.count))
        let inputs = EnvironmentPolicy.Inputs(dailyEliteScores: Array(search.dailyEliteScores.suffix(14)))
        let ruling = EnvironmentPolicy.decide(inputs)
        guard ruling.outcome.hasChanged,
            let campaign = try await context.store.campaign(action.campaign, in: action.workspace)
        else { return false }
        search.dailyEliteScores = []
        let (_, decision) = try EnvironmentPolicy.decide(
            inputs,
            for: campaign,
            agent: name.rawValue,
            id: context.ids.next(),
            at: context.clock.now
        )
        var change = KnowledgeChange()
        change.decisions = [decision]
        change.alerts = [
            Alert(
                id: context.ids.next(),
                workspace: action.workspace,
                campaign: action.campaign,
                time: context.clock.now,
                kind: .environmentChanged,
                severity: .warning,
                message: ruling.reason
            )
        ]
        try await context.store.commit(change, durability: .power)
        return true
    }
}
