// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Messaging
import Statistics

extension CampaignAgent {
    // MARK: Baseline

    func leaveBaseline(_ id: CampaignID) async throws -> Bool {
        guard var book = book(id), let began = book.campaign.stageStartedAt else { return false }
        guard context.clock.now >= began + book.campaign.goal.baseline else { return false }
        let comparison = try await compare(book.campaign)
        let now = context.clock.now
        let inputs = PlanPolicy.Inputs(goal: book.campaign.goal, start: comparison?.latest)
        let (outcome, decision) = try PlanPolicy.decide(
            inputs,
            for: book.campaign,
            agent: name.rawValue,
            id: context.ids.next(),
            at: now
        )
        book.change.decisions.append(decision)
        try book.update {
            $0.startValue = comparison?.latest
            $0.plan = outcome.plan
            try enter(.searching, &$0, at: now)
        }
        set(book)
        return true
    }

    private func compare(_ campaign: Campaign) async throws -> CompareWithStart.Reply? {
        guard campaign.goal.observesRanks else { return nil }
        let request = CompareWithStart(
            campaign: campaign.id,
            workspace: campaign.workspace,
            direction: campaign.goal.objective.direction
        )
        return try await context.broker.request(request, from: name, to: .analysis)
    }

    // MARK: Searching

    func search(_ id: CampaignID) async throws -> Bool {
        guard openTrials(id) == 0, let book = book(id), let run = run(id), let startedAt = book.campaign.startedAt
        else {
            return false
        }
        let now = context.clock.now
        let schedule = run.schedule
        let isOver = run.isConcluded || now >= schedule.searchEnd(startedAt: startedAt)
        if !isOver, !run.isGenerationWanted, let last = book.generations.last {
            guard schedule.isGenerationDue(at: now, after: last.createdAt, startedAt: startedAt) else { return false }
        }
        let room =
            isOver
            ? nil
            : schedule.room(
                at: now,
                startedAt: startedAt,
                budgetLeft: book.budgetLeft,
                effortFactor: book.campaign.effortFactor
            )
        guard let room else { return try await enterFinalists(id) }
        guard isWithinPlan(book) || run.isGenerationWanted else { return try await enterFinalists(id) }
        if !run.isGenerationWanted, try await isSearchDone(id, room: room) { return try await enterFinalists(id) }
        guard var latest = self.run(id) else { return false }
        latest.isGenerationWanted = false
        set(latest, for: id)
        // A strategy that has nothing left to try, in a space that is used up, ends the search.
        guard try await propose(id, room: room) else { return try await enterFinalists(id) }
        return false
    }

    /// A campaign that neither time nor budget limits makes as many generations as its plan has.
    private func isWithinPlan(_ book: CampaignBook) -> Bool {
        guard book.campaign.goal.trial.window == .zero, book.budgetLeft == nil else { return true }
        return book.generations.count < book.campaign.plan.generations
    }

    /// Plans the next generation; false, and nothing planned, when the strategy has no member for it.
    private func propose(_ id: CampaignID, room: CampaignSchedule.Room) async throws -> Bool {
        guard var book = book(id), var run = run(id) else { return true }
        let goal = book.campaign.goal
        let number = book.generations.count + 1
        let request = ProposeGeneration(
            campaign: id,
            workspace: book.campaign.workspace,
            number: number,
            size: room.size,
            replicates: room.replicates,
            phase: book.campaign.phase,
            outcomes: book.newOutcomes(),
            fromStart: !run.hasToldOutcomes,
            open: book.openCombinations,
            trialsLeft: searchTrialsLeft(book)
        )
        let reply = try await context.broker.request(request, from: name, to: .variable)
        run.hasToldOutcomes = true
        guard !reply.members.isEmpty else {
            set(book)
            set(run, for: id)
            return false
        }
        let generation = Generation(
            id: context.ids.next(),
            workspace: book.campaign.workspace,
            campaign: id,
            number: number,
            createdAt: context.clock.now,
            strategy: reply.strategy,
            seed: reply.seed,
            members: reply.members,
            notes: room.notes + reply.notes,
            memory: reply.memory.isEmpty ? nil : reply.memory
        )
        var generator = SplitMix64(seed: SplitMix64.seed(reply.seed, "order"))
        let planned = BlockPlanner.plan(
            members: reply.members,
            purpose: .search,
            units: goal.units,
            control: goal.control,
            controlsPerBlock: goal.effort.controlsPerBlock,
            blockSize: goal.effort.blockSize,
            firstBlock: book.nextBlock,
            firstPosition: book.nextPosition,
            limit: room.trials,
            using: &generator
        )
        book.add(generation, planned: planned, ids: context.ids, at: context.clock.now)
        set(book)
        set(run, for: id)
        return true
    }

    // MARK: Finalists and confirmation

    private func enterFinalists(_ id: CampaignID) async throws -> Bool {
        guard var book = book(id), var run = run(id) else { return false }
        let goal = book.campaign.goal
        let now = context.clock.now
        if book.endedTrials > 0, !book.trials.contains(where: { $0.status == .completed }) {
            let last = book.trials.last { $0.failure != nil }?.failure?.message ?? "no reason was given"
            try close(&book, as: .failed, reason: "Nothing could be measured: every trial failed (\(last)).", at: now)
            set(book)
            return true
        }
        let estimates = try await rank(&book, run: &run)
        try book.update { try enter(.finalists, &$0, at: now) }
        let finalists = estimates.filter { $0.wasAnswered && $0.combination != goal.control }.prefix(
            goal.ending.finalists
        )
        let replicates = run.schedule.finalistReplicates
        if replicates > 0, !finalists.isEmpty {
            let members = finalists.map {
                Generation.Member(combination: $0.combination, origin: .finalist, replicates: replicates)
            }
            let seed = SplitMix64.seed(goal.seed, "finalists")
            let generation = newGeneration(book, members: members, strategy: "finalists", seed: seed)
            var generator = SplitMix64(seed: seed)
            let planned = BlockPlanner.plan(
                members: members,
                purpose: .finalist,
                units: goal.units,
                control: goal.control,
                controlsPerBlock: goal.effort.controlsPerBlock,
                blockSize: goal.effort.blockSize,
                firstBlock: book.nextBlock,
                firstPosition: book.nextPosition,
                limit: book.budgetLeft.map { max($0 - 2 * goal.ending.confirmationReplicates, 0) },
                using: &generator
            )
            book.add(generation, planned: planned, ids: context.ids, at: now)
        }
        set(book)
        set(run, for: id)
        return true
    }

    func leaveFinalists(_ id: CampaignID) async throws -> Bool {
        guard var book = book(id), var run = run(id), book.openTrials == 0 else { return false }
        let goal = book.campaign.goal
        let now = context.clock.now
        let estimates = try await rank(&book, run: &run)
        let measuredAgain = Set(book.generations.last { $0.strategy == "finalists" }?.members.map(\.combination) ?? [])
        let finalists = estimates.filter { estimate in
            estimate.wasAnswered && estimate.combination != goal.control
                && (measuredAgain.isEmpty || measuredAgain.contains(estimate.combination))
        }
        let (outcome, decision) = try WinnerPolicy.decide(
            WinnerPolicy.Inputs(
                finalists: finalists.prefix(10).map {
                    .init(combination: $0.combination, score: $0.score, trials: $0.trials)
                },
                control: estimates.first { $0.combination == goal.control }.map {
                    .init(combination: $0.combination, score: $0.score, trials: $0.trials)
                }
            ),
            for: book.campaign,
            agent: name.rawValue,
            id: context.ids.next(),
            at: now
        )
        book.change.decisions.append(decision)
        try book.update {
            $0.winner = outcome.winner
            try enter(.confirming, &$0, at: now)
        }
        set(book)
        set(run, for: id)
        try await commit(id)
        let analysis = AnalyseEffects(campaign: id, workspace: book.campaign.workspace, winner: outcome.winner)
        _ = try await context.broker.request(analysis, from: name, to: .analysis)
        planConfirmation(id)
        return true
    }

    private func planConfirmation(_ id: CampaignID) {
        guard var book = book(id), let winner = book.campaign.winner else { return }
        let goal = book.campaign.goal
        guard goal.ending.confirmationReplicates > 0 else { return }
        let seed = SplitMix64.seed(goal.seed, "confirmation")
        var generator = SplitMix64(seed: seed)
        let planned = BlockPlanner.pairs(
            winner: winner,
            control: goal.control,
            replicates: goal.ending.confirmationReplicates,
            units: goal.units,
            blockSize: goal.effort.blockSize,
            firstBlock: book.nextBlock,
            firstPosition: book.nextPosition,
            limit: book.budgetLeft,
            using: &generator
        )
        guard !planned.isEmpty else { return }
        let members = [
            Generation.Member(combination: winner, origin: .winner, replicates: goal.ending.confirmationReplicates)
        ]
        let generation = newGeneration(book, members: members, strategy: "confirmation", seed: seed)
        book.add(generation, planned: planned, ids: context.ids, at: context.clock.now)
        set(book)
    }

    func leaveConfirmation(_ id: CampaignID) async throws -> Bool {
        guard let book = book(id), book.openTrials == 0 else { return false }
        let isPlanned = book.generations.contains { $0.strategy == "confirmation" }
        if !isPlanned, book.campaign.winner != nil, book.campaign.goal.ending.confirmationReplicates > 0,
            book.budgetLeft != 0, book.budgetLeft != 1
        {
            planConfirmation(id)
            return false
        }
        if let winner = book.campaign.winner, isPlanned {
            try await commit(id)
            let request = AnalyseConfirmation(campaign: id, workspace: book.campaign.workspace, winner: winner)
            _ = try await context.broker.request(request, from: name, to: .analysis)
        }
        return try enterAfterwards(id)
    }

    // MARK: Afterwards

    private func enterAfterwards(_ id: CampaignID) throws -> Bool {
        guard var book = book(id), var run = run(id) else { return false }
        let goal = book.campaign.goal
        let final = goal.ending.keepsWinner ? book.campaign.winner ?? goal.control : goal.control
        try putAll(to: final, in: &book, run: &run)
        let now = context.clock.now
        try book.update { try enter(.afterwards, &$0, at: now) }
        set(book)
        set(run, for: id)
        return true
    }

    func leaveAfterwards(_ id: CampaignID) async throws -> Bool {
        guard var book = book(id), let run = run(id), let began = book.campaign.stageStartedAt else { return false }
        let now = context.clock.now
        guard run.restoring.isEmpty, now >= began + book.campaign.goal.baseline else { return false }
        try await commit(id)
        if let comparison = try await compare(book.campaign) {
            let request = AnalyseRounds(campaign: id, workspace: book.campaign.workspace)
            _ = try await context.broker.request(request, from: name, to: .analysis)
            book.update { $0.endValue = comparison.latest }
        }
        try book.update {
            try enter(.finished, &$0, at: now)
            try $0.status.move(to: .completed)
            $0.endReason =
                $0.winner == nil
                ? "No combination beat the present setting."
                : "The search, the finalists and the confirmation are done."
            $0.endedAt = now
        }
        set(book)
        return false
    }

    // MARK: Closing before the end

    /// Begins to end a campaign early: nothing new is started, and the levers go back to the control.
    func close(_ book: inout CampaignBook, as status: CampaignStatus, reason: String, at now: Timestamp) throws {
        guard book.campaign.closing == nil else { return }
        guard book.campaign.status.canMove(to: status) else {
            var copy = book.campaign.status
            try copy.move(to: status)
            return
        }
        try book.cancelOpenTrials(ids: context.ids, at: now)
        book.update {
            $0.closing = status
            $0.endReason = reason
        }
    }

    func finishClosing(_ id: CampaignID) async throws -> Bool {
        guard var book = book(id), var run = run(id), let status = book.campaign.closing else { return false }
        let control = book.campaign.goal.control
        if book.hasLevers {
            let away = book.levers.values.filter { $0.combination != control || $0.trial != nil }.map(\.unit).sorted()
            for unit in away { try restore(unit, to: control, in: &book, run: &run) }
            set(book)
            set(run, for: id)
            guard run.restoring.isEmpty else { return false }
        }
        let now = context.clock.now
        try book.update {
            try $0.status.move(to: status)
            $0.closing = nil
            $0.endedAt = now
        }
        set(book)
        return false
    }

    // MARK: Parts

    private func putAll(to combination: Combination, in book: inout CampaignBook, run: inout CampaignRun) throws {
        guard book.hasLevers else { return }
        for unit in book.campaign.goal.units {
            try restore(unit, to: combination, in: &book, run: &run)
        }
    }

    private func enter(_ stage: CampaignStage, _ campaign: inout Campaign, at now: Timestamp) throws {
        try campaign.stage.move(to: stage)
        campaign.stageStartedAt = now
    }

    private func newGeneration(
        _ book: CampaignBook,
        members: [Generation.Member],
        strategy: String,
        seed: UInt64
    ) -> Generation {
        Generation(
            id: context.ids.next(),
            workspace: book.campaign.workspace,
            campaign: book.campaign.id,
            number: book.generations.count + 1,
            createdAt: context.clock.now,
            strategy: strategy,
            seed: seed,
            members: members,
            notes: []
        )
    }

    private func rank(_ book: inout CampaignBook, run: inout CampaignRun) async throws -> [Estimate] {
        let request = RankCombinations(
            campaign: book.campaign.id,
            workspace: book.campaign.workspace,
            outcomes: book.newOutcomes(),
            fromStart: !run.hasToldOutcomes,
            open: book.openCombinations
        )
        let reply = try await context.broker.request(request, from: name, to: .variable)
        run.hasToldOutcomes = true
        return reply.estimates
    }
}
