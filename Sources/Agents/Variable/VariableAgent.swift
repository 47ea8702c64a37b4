// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
package import Messaging

/// Holds the search strategies: is told what was found, proposes what to try, and says what is best by what is known.
package actor VariableAgent: Agent {
    package nonisolated let name = AgentName.variable
    let context: AgentContext
    private var searches: [CampaignID: Search] = [:]

    private struct Search {
        var strategy: any SearchStrategy
        var goal: Goal
        /// Mean responses of each generation's elite, by day, for the environment's watch (B4).
        var dailyEliteScores: [Double] = []
        /// Outcomes told so far, those that were forgotten since included.
        var told = 0
        /// The oldest outcomes that were forgotten because the market changed.
        var forgotten = 0
        /// The responses told since the last generation.
        var fresh: [Double] = []
        /// What earlier campaigns have to say, in a sentence; nil when nothing.
        var warmStart: String?

        private static let toldKey = "campaign.told"
        private static let forgottenKey = "campaign.forgotten"
        private static let eliteKey = "campaign.elite"

        /// What a restart has to know besides the outcomes.
        var memory: [String: [Double]] {
            var memory = strategy.record.memory
            memory[Self.toldKey] = [Double(told)]
            if forgotten > 0 { memory[Self.forgottenKey] = [Double(forgotten)] }
            if !dailyEliteScores.isEmpty { memory[Self.eliteKey] = dailyEliteScores.suffix(14) }
            return memory
        }

        /// Takes what was kept with the newest generation; returns how many outcomes had been told by then.
        mutating func restore(_ kept: [String: [Double]]) -> Int {
            var memory = kept
            let told = memory.removeValue(forKey: Self.toldKey)?.first.flatMap { Int(exactly: $0) } ?? 0
            forgotten = memory.removeValue(forKey: Self.forgottenKey)?.first.flatMap { Int(exactly: $0) } ?? 0
            dailyEliteScores = memory.removeValue(forKey: Self.eliteKey) ?? []
            strategy.record.memory = memory
            return told
        }
    }

    /// Creates the agent.
    package init(context: AgentContext) {
        self.context = context
    }

    package nonisolated var handlers: Handlers<VariableAgent> {
        Handlers()
            .on(ProposeGeneration.self) { agent, action, _ in try await agent.propose(action) }
            .on(JudgeFurtherTrials.self) { agent, action, _ in try await agent.judge(action) }
            .on(RankCombinations.self) { agent, action, _ in try await agent.rank(action) }
    }

    /// Nothing to rebuild: a campaign's first request tells all of its outcomes.
    package func start() async throws {}

    func propose(_ action: ProposeGeneration) async throws -> ProposeGeneration.Reply {
        var search = try await tell(action)
        let seed = SplitMix64.seed(search.goal.seed, "generation", String(action.number))
        var generator = SplitMix64(seed: seed)
        var notes: [String] = []
        if action.number == 1, let warmStart = search.warmStart {
            notes.append(warmStart)
            try await recordWarmStart(action)
        }
        let hasChanged = try await watchEnvironment(&search, action)
        if hasChanged { notes.append("The market has changed: the search explores anew.") }
        let request = AskRequest(
            generation: action.number,
            size: action.size,
            replicates: action.replicates,
            phase: hasChanged ? .explore : action.phase,
            environmentChanged: hasChanged,
            trialsLeft: action.trialsLeft
        )
        let before = search.strategy.record.outcomes.count
        let proposal = try search.strategy.ask(request, using: &generator)
        search.forgotten += before - search.strategy.record.outcomes.count
        search.fresh = []
        searches[action.campaign] = search
        return ProposeGeneration.Reply(
            strategy: search.goal.effort.strategy,
            seed: seed,
            members: proposal.members,
            notes: notes + proposal.notes,
            memory: search.memory
        )
    }

    /// Says what a further generation is expected to gain; the same question has the same answer.
    func judge(_ action: JudgeFurtherTrials) async throws -> JudgeFurtherTrials.Reply {
        let search = try await tell(action)
        searches[action.campaign] = search
        var generator = SplitMix64(seed: SplitMix64.seed(search.goal.seed, "worth", String(action.number)))
        let rule = StoppingRule(leastGain: WorthPolicy.leastGain)
        return JudgeFurtherTrials.Reply(
            verdict: try search.strategy.stoppingVerdict(rule, trials: action.trials, using: &generator)
        )
    }

    func rank(_ action: RankCombinations) async throws -> RankCombinations.Reply {
        let search = try await tell(action)
        searches[action.campaign] = search
        return RankCombinations.Reply(estimates: try search.strategy.estimates().map(Estimate.init))
    }

    /// Tells a search what was found, and gives up waiting for what will not be told of.
    private func tell(_ news: some BringsOutcomes) async throws -> Search {
        let (id, workspace, outcomes) = (news.campaign, news.workspace, news.outcomes)
        var search: Search
        var fresh = outcomes[...]
        if let known = searches[id], !news.fromStart {
            search = known
            search.strategy.tell(outcomes)
        } else {
            guard let campaign = try await context.store.campaign(id, in: workspace) else {
                throw Failure(.notFound, "no campaign \(id) in workspace \(workspace)")
            }
            search = Search(strategy: try Self.strategy(for: campaign.goal), goal: campaign.goal)
            let kept = try await context.store.generations(of: id, in: workspace).compactMap(\.memory).last
            let told = search.restore(kept ?? [:])
            search.warmStart = try await warmStart(&search.strategy, of: campaign, isForgotten: search.forgotten > 0)
            search.strategy.tell(Array(outcomes.dropFirst(search.forgotten)))
            fresh = outcomes.dropFirst(told)
        }
        search.told += outcomes.count
        search.fresh += fresh.compactMap(\.response)
        let awaited = Set(news.open)
        let gone = search.strategy.record.pending.map(\.combination).filter { !awaited.contains($0) }
        if !gone.isEmpty { search.strategy.withdraw(gone) }
        return search
    }

    static func strategy(for goal: Goal) throws -> any SearchStrategy {
        try Strategies.make(for: goal)
    }

    /// Looks whether what was best has lost a fifth within a week (B4); records the decision when it has.
    private func watchEnvironment(_ search: inout Search, _ action: ProposeGeneration) async throws -> Bool {
        guard search.goal.trial.window > .zero, action.number > 1 else { return false }
        let best = search.fresh.sorted(by: >)
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
        try await context.commit(change, durability: .power)
        return true
    }
}
