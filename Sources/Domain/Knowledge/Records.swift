// SPDX-License-Identifier: Apache-2.0

/// A policy's outcome, stored with the inputs that it was derived from, so that it can be derived again (A15).
package struct Decision: Hashable, Codable, Sendable {
    package var id: DecisionID
    package var workspace: WorkspaceID
    package var campaign: CampaignID
    package var time: Timestamp
    /// The agent that asked, such as `orchestrator`.
    package var agent: String
    /// The policy's name, by which a replay finds it.
    package var policy: String
    /// The policy's inputs, as canonical JSON.
    package var inputs: String
    /// The policy's outcome, as canonical JSON.
    package var outcome: String
    /// The reason in one plain sentence.
    package var reason: String

    /// Creates a decision.
    package init(
        id: DecisionID,
        workspace: WorkspaceID,
        campaign: CampaignID,
        time: Timestamp,
        agent: String,
        policy: String,
        inputs: String,
        outcome: String,
        reason: String
    ) {
        self.id = id
        self.workspace = workspace
        self.campaign = campaign
        self.time = time
        self.agent = agent
        self.policy = policy
        self.inputs = inputs
        self.outcome = outcome
        self.reason = reason
    }
}

/// Something that a person should know (A8).
package struct Alert: Hashable, Codable, Sendable {
    /// What happened.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case rankFell = "rank_fell"
        case workerSilent = "worker_silent"
        case workerIsolated = "worker_isolated"
        /// Nobody knows whether something that cannot be undone was done.
        case effectUnclear = "effect_unclear"
        case campaignLate = "campaign_late"
        case changePoint = "change_point"
        case goalReached = "goal_reached"
        case guardrailBreached = "guardrail_breached"
        case budgetUsed = "budget_used"
        case trialFailed = "trial_failed"
        case environmentChanged = "environment_changed"
        case agentRestarted = "agent_restarted"
        /// More is written of a watched product or brand than before, or a trend names it.
        case subjectTrending = "subject_trending"
        /// A product's rank moved and stayed.
        case rankChanged = "rank_changed"
        /// The ranks of a source moved together: the source changed, not the products.
        case sourceChanged = "source_changed"
        /// A source of ranks cannot be asked.
        case sourceMissing = "source_missing"
    }

    /// How urgent it is.
    package enum Severity: String, Codable, Sendable, CaseIterable {
        case notice
        case warning
        case critical
    }

    package var id: AlertID
    package var workspace: WorkspaceID
    package var campaign: CampaignID?
    package var time: Timestamp
    package var kind: Kind
    package var severity: Severity
    /// One sentence.
    package var message: String

    /// Creates an alert.
    package init(
        id: AlertID,
        workspace: WorkspaceID,
        campaign: CampaignID?,
        time: Timestamp,
        kind: Kind,
        severity: Severity,
        message: String
    ) {
        self.id = id
        self.workspace = workspace
        self.campaign = campaign
        self.time = time
        self.kind = kind
        self.severity = severity
        self.message = message
    }
}

/// A result of the analysis agent, kept whole as JSON under the name of its kind.
package struct AnalysisRecord: Hashable, Codable, Sendable {
    /// What was analysed.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// The designed experiment: ANOVA, effects, best combination.
        case effects
        /// The winner against the control.
        case confirmation
        /// The future of the metric.
        case forecast
        /// Weekdays and hours.
        case patterns
        /// One round of ranks: consensus, reliability.
        case round
    }

    package var id: AnalysisID
    package var workspace: WorkspaceID
    package var campaign: CampaignID
    package var time: Timestamp
    package var kind: Kind
    /// The result, as canonical JSON.
    package var body: String

    /// Creates a record.
    package init(
        id: AnalysisID,
        workspace: WorkspaceID,
        campaign: CampaignID,
        time: Timestamp,
        kind: Kind,
        body: String
    ) {
        self.id = id
        self.workspace = workspace
        self.campaign = campaign
        self.time = time
        self.kind = kind
        self.body = body
    }
}

/// One line of a campaign's account: money and trials are reserved before they are used, and settled after.
package struct LedgerEntry: Hashable, Codable, Sendable {
    /// What the line does.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// Sets an amount aside for a trial.
        case reserved
        /// Turns a trial's reservation into what it cost.
        case settled
        /// Gives a trial's reservation back.
        case released
    }

    package var id: LedgerEntryID
    package var workspace: WorkspaceID
    package var campaign: CampaignID
    package var trial: TrialID
    package var kind: Kind
    /// The amount; nil where trials cost no money and only their number is limited.
    package var amount: Money?
    package var time: Timestamp

    /// Creates a line.
    package init(
        id: LedgerEntryID,
        workspace: WorkspaceID,
        campaign: CampaignID,
        trial: TrialID,
        kind: Kind,
        amount: Money?,
        time: Timestamp
    ) {
        self.id = id
        self.workspace = workspace
        self.campaign = campaign
        self.trial = trial
        self.kind = kind
        self.amount = amount
        self.time = time
    }
}

/// What a campaign has used: what is set aside and what is spent, of trials and of money.
package struct Spending: Hashable, Codable, Sendable {
    package var reservedTrials: Int
    package var settledTrials: Int
    /// Minor units of the budget's currency.
    package var reserved: Int64
    /// Minor units of the budget's currency.
    package var settled: Int64

    /// Creates a sum.
    package init(reservedTrials: Int = 0, settledTrials: Int = 0, reserved: Int64 = 0, settled: Int64 = 0) {
        self.reservedTrials = reservedTrials
        self.settledTrials = settledTrials
        self.reserved = reserved
        self.settled = settled
    }
}
