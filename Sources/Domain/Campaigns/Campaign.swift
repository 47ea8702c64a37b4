// SPDX-License-Identifier: Apache-2.0

/// The life cycle of a campaign.
package enum CampaignStatus: String, Codable, LifeCycle {
    case draft
    case awaitingApproval = "awaiting_approval"
    case rejected
    case expired
    case ready
    case running
    case paused
    case completed
    case stopped
    case failed

    package static var subject: String { "campaign" }
    package static var moves: [CampaignStatus: Set<CampaignStatus>] {
        [
            .draft: [.awaitingApproval, .ready, .stopped],
            .awaitingApproval: [.rejected, .expired, .ready, .stopped],
            .rejected: [],
            .expired: [],
            .ready: [.running, .stopped],
            .running: [.paused, .completed, .stopped, .failed],
            .paused: [.running, .stopped, .failed],
            .completed: [],
            .stopped: [],
            .failed: [],
        ]
    }

    /// Whether the campaign holds its units.
    package var holdsUnits: Bool { self == .running || self == .paused }
}

/// What a running campaign is doing.
package enum CampaignStage: String, Codable, LifeCycle {
    /// The control is measured before the first trial.
    case baseline
    /// Generations are tried.
    case searching
    /// The best combinations are measured again.
    case finalists
    /// The winner is measured against the control.
    case confirming
    /// The winner, or the control, is measured after the last trial.
    case afterwards
    /// Everything is done.
    case finished

    package static var subject: String { "campaign's stage" }
    package static var moves: [CampaignStage: Set<CampaignStage>] {
        [
            .baseline: [.searching, .afterwards, .finished],
            .searching: [.finalists, .confirming, .afterwards, .finished],
            .finalists: [.confirming, .afterwards, .finished],
            .confirming: [.afterwards, .finished],
            .afterwards: [.finished],
            .finished: [],
        ]
    }
}

/// How a search weighs the new against the known (A4): by the way from the first rank to the target.
package enum SearchPhase: String, Codable, Sendable, CaseIterable {
    case explore
    case optimise
    case stabilise
    /// Half of the workers are not healthy: nothing new is started.
    case emergency
}

/// One attempt at a goal.
package struct Campaign: Hashable, Codable, Sendable {
    package var id: CampaignID
    package var workspace: WorkspaceID
    /// The goal as it was when the campaign was made.
    package var goal: Goal
    /// The goal file's digest, by which a second `run` finds the campaign; nil for a goal that did not come from a file.
    package var goalDigest: String?
    /// The goal file's path, by which an edited file is told from another.
    package var goalPath: String?
    package var status: CampaignStatus
    package var stage: CampaignStage
    package var phase: SearchPhase
    package var plan: Plan
    package var createdAt: Timestamp
    package var startedAt: Timestamp?
    package var endedAt: Timestamp?
    /// When the present stage began.
    package var stageStartedAt: Timestamp?
    /// The metric at the start: the median over units during the baseline.
    package var startValue: Double?
    /// The metric at the end: the median over units during the last stage.
    package var endValue: Double?
    /// The value to reach now; it rises once when the first is met.
    package var target: Double?
    /// How many times the target was raised.
    package var raises: Int
    /// How often in a row the newest rounds met the target.
    package var roundsOnTarget: Int
    /// When the goal's own target was met for the first time.
    package var reachedAt: Timestamp?
    /// What multiplies the effort: 1.5 after a scale decision, ×1.2 or ×0.9 by pacing.
    package var effortFactor: Double
    /// What happens once and has: the 30 % and the 50 % rule were judged (30, 50), the target (100) and the raised one (120) were reached.
    @StoredInOrder package var milestones: Set<Int>
    /// The chosen combination, once there is one.
    package var winner: Combination?
    /// When the round was that the target was judged by last and that changed something; an earlier one that is told of late changes nothing.
    package var judgedRoundAt: Timestamp?
    /// Why it ended, in one sentence.
    package var endReason: String?
    /// The status that it will have once the levers are back; nil while nothing ends it.
    package var closing: CampaignStatus?
    /// The guardrail whose breach is to stop the campaign, until that is decided.
    package var breachedGuardrail: String?
    /// The campaign before this one.
    package var parent: CampaignID?

    /// Creates a draft.
    package init(
        id: CampaignID,
        workspace: WorkspaceID,
        goal: Goal,
        goalDigest: String? = nil,
        goalPath: String? = nil,
        plan: Plan,
        createdAt: Timestamp,
        parent: CampaignID? = nil
    ) {
        self.id = id
        self.workspace = workspace
        self.goal = goal
        self.goalDigest = goalDigest
        self.goalPath = goalPath
        status = .draft
        stage = .baseline
        phase = .explore
        self.plan = plan
        self.createdAt = createdAt
        target = goal.objective.target
        raises = 0
        roundsOnTarget = 0
        effortFactor = 1
        milestones = []
        self.parent = parent
    }

    /// The number of the round of observations that an instant belongs to, from 0; nil before the campaign has started.
    package func round(of instant: Timestamp) -> Int? {
        startedAt.map { Int((instant - $0).milliseconds / max(goal.trial.every.milliseconds, 1)) }
    }

    /// The share of the planned time that has passed, 0 to 1; what the 30 % and 50 % rules look at.
    package func timeProgress(at now: Timestamp) -> Double {
        guard let startedAt, plan.duration.milliseconds > 0 else { return 0 }
        return min(max(Double((now - startedAt).milliseconds) / Double(plan.duration.milliseconds), 0), 1)
    }
}

/// What a campaign means to do, and what that takes (A6).
package struct Plan: Hashable, Codable, Sendable {
    /// The places or units of the metric between start and target; nil before the start is known.
    package var gap: Double?
    /// How hard the goal is, 0 to 1.
    package var difficulty: Double
    /// The trials that fit the time, the units and the budget.
    package var trials: Int
    /// The generations that they make.
    package var generations: Int
    /// The planned length.
    package var duration: TimeSpan
    /// The planned cost.
    package var cost: Money?
    /// What a person should know: what does not fit, and what would.
    package var notes: [String]

    /// Creates a plan.
    package init(
        gap: Double? = nil,
        difficulty: Double,
        trials: Int,
        generations: Int,
        duration: TimeSpan,
        cost: Money? = nil,
        notes: [String] = []
    ) {
        self.gap = gap
        self.difficulty = difficulty
        self.trials = trials
        self.generations = generations
        self.duration = duration
        self.cost = cost
        self.notes = notes
    }
}

/// What is applied to a unit now, as far as Dure knows.
package struct LeverState: Hashable, Codable, Sendable {
    package var workspace: WorkspaceID
    package var campaign: CampaignID
    package var unit: String
    package var combination: Combination
    /// The trial that applied it; nil after a restore, and for the winner that stays.
    package var trial: TrialID?
    package var since: Timestamp
    /// Whether the lever answered that it is applied; false between intent and answer.
    package var isConfirmed: Bool

    /// Creates a state.
    package init(
        workspace: WorkspaceID,
        campaign: CampaignID,
        unit: String,
        combination: Combination,
        trial: TrialID?,
        since: Timestamp,
        isConfirmed: Bool
    ) {
        self.workspace = workspace
        self.campaign = campaign
        self.unit = unit
        self.combination = combination
        self.trial = trial
        self.since = since
        self.isConfirmed = isConfirmed
    }
}
