// SPDX-License-Identifier: Apache-2.0

package import Domain
import Experiments
import Jobs

/// The whole state of one campaign in memory, and the change that is to be written next.
///
/// A value without clock or store: the campaign agent loads it, tells it what happened, writes its change, and acts on what it answers.
/// Built again from the store it is the same, so that a process may end at any instant.
package struct CampaignBook: Sendable {
    /// The campaign as it stands.
    package private(set) var campaign: Campaign
    package private(set) var generations: [Generation]
    /// By place in the run order.
    package private(set) var trials: [Trial]
    package private(set) var spending: Spending
    package private(set) var levers: [String: LeverState]
    /// What is to be written.
    var change = KnowledgeChange()

    private var places: [TrialID: Int] = [:]
    private let unitIndex: [String: Int]
    /// The first trial that has not ended; everything before it has.
    private var firstOpen = 0
    /// Blocks whose outcomes were handed out.
    private var toldBlocks: Set<Int> = []
    private var controlTotal = 0.0
    private var controlCount = 0

    /// Opens the book of a campaign from what the store holds.
    package init(
        campaign: Campaign,
        generations: [Generation] = [],
        trials: [Trial] = [],
        spending: Spending = Spending(),
        levers: [LeverState] = []
    ) {
        self.campaign = campaign
        self.generations = generations
        self.trials = trials
        self.spending = spending
        self.levers = Dictionary(levers.map { ($0.unit, $0) }, uniquingKeysWith: { _, newest in newest })
        places = Dictionary(trials.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        unitIndex = Dictionary(
            campaign.goal.units.enumerated().map { ($1, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let metric = campaign.goal.objective.metric
        results = trials.count { LearningSchedule.isResult($0, metric: metric) }
        for trial in trials { countControl(trial) }
        openTrials = trials.count { $0.status == .planned || $0.status == .running }
    }

    /// Whether the goal's trials leave something applied that can be put back.
    package var hasLevers: Bool {
        campaign.goal.trial.kind == .simulated || campaign.goal.trial.apply != nil
    }

    /// The change so far; the book is clean afterwards.
    mutating func takeChange() -> KnowledgeChange {
        defer { change = KnowledgeChange() }
        return change
    }

    /// Changes the campaign's record.
    mutating func update(_ body: (inout Campaign) throws -> Void) rethrows {
        try body(&campaign)
        change.campaigns = [campaign]
    }

    // MARK: Planning

    /// Writes a generation down with its planned trials, and sets their price aside.
    mutating func add(
        _ generation: Generation,
        planned: [BlockPlanner.PlannedTrial],
        ids: IdentifierGenerator,
        at now: Timestamp
    ) {
        generations.append(generation)
        change.generations.append(generation)
        for plan in planned {
            let trial = Trial(
                id: ids.next(),
                workspace: campaign.workspace,
                campaign: campaign.id,
                generation: generation.id,
                block: plan.block,
                position: plan.position,
                unit: plan.unit,
                combination: plan.combination,
                purpose: plan.purpose
            )
            places[trial.id] = trials.count
            trials.append(trial)
            change.trials.append(trial)
            enter(.reserved, for: trial, amount: campaign.goal.trial.cost, ids: ids, at: now)
        }
    }

    /// The next block's number.
    package var nextBlock: Int { (trials.last?.block ?? -1) + 1 }

    /// The next place in the run order.
    package var nextPosition: Int { trials.count }

    /// How many trials have not ended.
    package private(set) var openTrials = 0

    /// The combinations of trials that have not ended, each once and in their order.
    package var openCombinations: [Combination] {
        Set(trials.lazy.filter { $0.status == .planned || $0.status == .running }.map(\.combination)).sorted()
    }

    /// The mean of the control's trials so far in the goal's metric; nil before the first.
    package var controlMean: Double? { controlCount > 0 ? controlTotal / Double(controlCount) : nil }

    /// The trials that learning counts as results: completed with a value of the goal's metric, or failed.
    package private(set) var results = 0

    /// The trials that ended and were paid for, with or without a result.
    package var endedTrials: Int { spending.settledTrials }

    /// How many more trials the budget allows to plan; nil without a limit.
    package var budgetLeft: Int? {
        let used = spending.reservedTrials + spending.settledTrials
        var left = campaign.goal.budget.trials.map { max($0 - used, 0) }
        if let amount = campaign.goal.budget.amount, let cost = campaign.goal.trial.cost, cost.minorUnits > 0 {
            let affordable = Int(clamping: (amount.minorUnits - spending.reserved - spending.settled) / cost.minorUnits)
            left = min(left ?? affordable, max(affordable, 0))
        }
        return left
    }

    // MARK: Running

    /// Starts every planned trial whose turn has come: the oldest block that has not ended, each unit free.
    mutating func startDueTrials(ids: IdentifierGenerator, at now: Timestamp, restoring: Set<String>) throws {
        skipEnded()
        guard firstOpen < trials.count else { return }
        let block = trials[firstOpen].block
        var busy = restoring
        let range = firstOpen..<trials.count
        let current = range.prefix { trials[$0].block == block }
        for place in current where trials[place].status == .running {
            busy.insert(trials[place].unit)
        }
        for place in current where trials[place].status == .planned && !busy.contains(trials[place].unit) {
            busy.insert(trials[place].unit)
            try start(place, ids: ids, at: now)
        }
    }

    private mutating func start(_ place: Int, ids: IdentifierGenerator, at now: Timestamp) throws {
        try trials[place].status.move(to: .running)
        trials[place].startedAt = now
        let job = ids.next(Job.self)
        trials[place].job = job
        let trial = trials[place]
        change.trials.append(trial)
        let specification = TrialSpecification(
            trial: trial.id,
            campaign: campaign.id,
            workspace: campaign.workspace,
            unit: trial.unit,
            combination: trial.combination,
            settings: Dictionary(
                campaign.goal.settings(of: trial.combination).map { ($0.factor, $0.level) },
                uniquingKeysWith: { first, _ in first }
            ),
            metric: campaign.goal.objective.metric,
            template: campaign.goal.trial,
            guardrailMetrics: campaign.goal.guardrails.map(\.metric)
        )
        change.jobs.append(
            Job(
                id: job,
                workspace: campaign.workspace,
                campaign: campaign.id,
                kind: campaign.goal.measuresByRankSource ? .trialRun : .trialCommand,
                payload: try CanonicalJSON.text(specification),
                createdAt: now,
                maxAttempts: campaign.goal.trial.attempts,
                idempotencyKey: "trial:\(trial.id)"
            )
        )
        if hasLevers { setLever(trial.unit, trial.combination, trial: trial.id, isConfirmed: false, at: now) }
    }

    /// Notes what is applied to a unit, or is about to be.
    mutating func setLever(
        _ unit: String,
        _ combination: Combination,
        trial: TrialID?,
        isConfirmed: Bool,
        at now: Timestamp
    ) {
        let state = LeverState(
            workspace: campaign.workspace,
            campaign: campaign.id,
            unit: unit,
            combination: combination,
            trial: trial,
            since: now,
            isConfirmed: isConfirmed
        )
        levers[unit] = state
        change.levers.append(state)
    }

    // MARK: Ending

    /// Takes in the answer of a trial's job; false when the trial is not running, so that the answer must not count.
    mutating func complete(_ id: TrialID, with answer: TrialAnswer, ids: IdentifierGenerator, at now: Timestamp) throws
        -> Bool
    {
        guard let place = places[id], trials[place].status == .running else { return false }
        try trials[place].status.move(to: .completed)
        trials[place].startedAt = answer.startedAt
        trials[place].endedAt = answer.endedAt
        trials[place].metrics = answer.metrics
        trials[place].guardrailsHeld = campaign.goal.guardrails.allSatisfy { guardrail in
            answer.metrics[guardrail.metric].map(guardrail.holds) ?? false
        }
        let trial = trials[place]
        settle(place, ids: ids, at: now)
        countControl(trial)
        if hasLevers {
            setLever(trial.unit, trial.combination, trial: trial.id, isConfirmed: true, at: answer.startedAt)
        }
        for sample in answer.samples {
            change.measurements.append(
                Measurement(
                    workspace: campaign.workspace,
                    campaign: campaign.id,
                    trial: trial.id,
                    unit: trial.unit,
                    metric: campaign.goal.objective.metric,
                    value: sample.value,
                    isCensored: sample.isCensored,
                    isCounted: sample.isCounted,
                    source: answer.source,
                    observer: answer.observer,
                    time: sample.time
                )
            )
        }
        return true
    }

    /// Notes that a trial has failed for good: it is paid for, and its unit's lever state is unknown until it is restored.
    mutating func fail(_ id: TrialID, _ failure: Failure, ids: IdentifierGenerator, at now: Timestamp) throws -> Trial?
    {
        guard let place = places[id], trials[place].status == .running else { return nil }
        try trials[place].status.move(to: .failed)
        trials[place].failure = failure
        trials[place].endedAt = now
        settle(place, ids: ids, at: now)
        return trials[place]
    }

    /// Cancels what has not ended, jobs included, and gives its reservation back.
    mutating func cancelOpenTrials(ids: IdentifierGenerator, at now: Timestamp) throws {
        for place in firstOpen..<trials.count where trials[place].status == .planned || trials[place].status == .running
        {
            try trials[place].status.move(to: .cancelled)
            trials[place].endedAt = now
            change.trials.append(trials[place])
            enter(.released, for: trials[place], amount: campaign.goal.trial.cost, ids: ids, at: now)
            if let job = trials[place].job {
                change.cancelledJobs.append(job)
                change.time = now
            }
        }
    }

    /// Cancels what has not been started, and gives its reservation back.
    mutating func cancelPlannedTrials(ids: IdentifierGenerator, at now: Timestamp) throws {
        for place in firstOpen..<trials.count where trials[place].status == .planned {
            try trials[place].status.move(to: .cancelled)
            trials[place].endedAt = now
            change.trials.append(trials[place])
            enter(.released, for: trials[place], amount: campaign.goal.trial.cost, ids: ids, at: now)
        }
    }

    private mutating func settle(_ place: Int, ids: IdentifierGenerator, at now: Timestamp) {
        if LearningSchedule.isResult(trials[place], metric: campaign.goal.objective.metric) { results += 1 }
        trials[place].cost = campaign.goal.trial.cost
        change.trials.append(trials[place])
        enter(.settled, for: trials[place], amount: campaign.goal.trial.cost, ids: ids, at: now)
    }

    private mutating func enter(
        _ kind: LedgerEntry.Kind,
        for trial: Trial,
        amount: Money?,
        ids: IdentifierGenerator,
        at now: Timestamp
    ) {
        change.ledger.append(
            LedgerEntry(
                id: ids.next(),
                workspace: campaign.workspace,
                campaign: campaign.id,
                trial: trial.id,
                kind: kind,
                amount: amount,
                time: now
            )
        )
        let units = amount?.minorUnits ?? 0
        switch kind {
        case .reserved:
            openTrials += 1
            spending.reservedTrials += 1
            spending.reserved += units
        case .settled:
            openTrials -= 1
            spending.reservedTrials -= 1
            spending.reserved -= units
            spending.settledTrials += 1
            spending.settled += units
        case .released:
            openTrials -= 1
            spending.reservedTrials -= 1
            spending.reserved -= units
        }
    }

    private mutating func skipEnded() {
        while firstOpen < trials.count, trials[firstOpen].status != .planned, trials[firstOpen].status != .running {
            firstOpen += 1
        }
    }

    // MARK: Outcomes for the search

    private mutating func countControl(_ trial: Trial) {
        guard trial.status == .completed, trial.combination == campaign.goal.control,
            let value = trial.metrics[campaign.goal.objective.metric]
        else { return }
        controlTotal += value
        controlCount += 1
    }

    /// The outcomes of blocks that have ended and were not handed out before, for the search strategy; oldest first.
    ///
    /// A book that was loaded from the store hands all of them out again: a strategy is told from the beginning.
    mutating func newOutcomes() -> [TrialOutcome] {
        skipEnded()
        let openBlock = firstOpen < trials.count ? trials[firstOpen].block : Int.max
        var byBlock: [Int: [Trial]] = [:]
        for trial in trials where trial.block < openBlock && !toldBlocks.contains(trial.block) {
            byBlock[trial.block, default: []].append(trial)
        }
        var outcomes: [TrialOutcome] = []
        for block in byBlock.keys.sorted() {
            toldBlocks.insert(block)
            outcomes += self.outcomes(ofBlock: byBlock[block] ?? [])
        }
        return outcomes
    }

    private func outcomes(ofBlock trials: [Trial]) -> [TrialOutcome] {
        let goal = campaign.goal
        let control = controlLevel(of: goal.objective.metric, in: trials)
        let furtherControls = goal.furtherObjectives.map { controlLevel(of: $0.metric, in: trials) }
        return trials.compactMap { trial in
            guard trial.status == .completed || trial.status == .failed else { return nil }
            return TrialOutcome(
                trial: trial,
                unit: unitIndex[trial.unit] ?? 0,
                goal: goal,
                control: control,
                furtherControls: furtherControls
            )
        }
    }

    /// The control's value of a metric within a block; over the whole campaign where the block's own controls failed.
    private func controlLevel(of metric: String, in block: [Trial]) -> Double? {
        let values = controlValues(of: metric, in: block)
        if !values.isEmpty { return values.reduce(0, +) / Double(values.count) }
        guard metric != campaign.goal.objective.metric else {
            return controlCount > 0 ? controlTotal / Double(controlCount) : nil
        }
        let all = controlValues(of: metric, in: trials)
        return all.isEmpty ? nil : all.reduce(0, +) / Double(all.count)
    }

    private func controlValues(of metric: String, in trials: [Trial]) -> [Double] {
        trials.compactMap { trial in
            trial.combination == campaign.goal.control && trial.status == .completed ? trial.metrics[metric] : nil
        }
    }
}
