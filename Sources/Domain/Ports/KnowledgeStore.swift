// SPDX-License-Identifier: Apache-2.0

/// How safe a write must be before it is acknowledged.
package enum Durability: Sendable {
    /// Survives the end of the process.
    case process
    /// Survives a power cut.
    case power
}

/// Records that are written together or not at all.
///
/// A record with an identifier that exists replaces the old one.
package struct KnowledgeChange: Sendable {
    package var campaigns: [Campaign] = []
    package var generations: [Generation] = []
    package var trials: [Trial] = []
    package var measurements: [Measurement] = []
    package var decisions: [Decision] = []
    package var alerts: [Alert] = []
    package var analyses: [AnalysisRecord] = []
    package var ledger: [LedgerEntry] = []
    package var levers: [LeverState] = []
    package var workers: [Worker] = []
    /// New jobs; one whose idempotency key exists already is left out.
    package var jobs: [Job] = []
    /// Jobs that are to be cancelled, where they have not ended.
    package var cancelledJobs: [JobID] = []
    /// When this happens; jobs that are cancelled end then.
    package var time = Timestamp(milliseconds: 0)
    /// Ended jobs whose results this change takes in; they are never given out by `unharvestedJobs` again.
    package var harvestedJobs: [JobID] = []
    /// The right under which this is written: when its term is not the newest, nothing is.
    package var fence: LeaseFence?
    /// Messages that this change makes necessary.
    package var messages: [OutboxMessage] = []
    /// Orders that this change carries out or refuses; when something came of one before, nothing is written.
    package var settledOrders: [PersonOrder] = []
    /// Workflow runs, new (revision 1) or as they follow from the revision before; otherwise `WorkflowConflict` is thrown.
    package var workflowRuns: [WorkflowRun] = []
    /// Checkpoints of those runs.
    package var checkpoints: [WorkflowCheckpoint] = []
    /// Orders about runs that this change carries out or refuses; when something came of one before, nothing is written.
    package var settledWorkflowOrders: [WorkflowOrder] = []
    /// Ranks that were seen; one under the same names and time replaces what was.
    package var sightings: [RankSighting] = []
    /// Products whose ranks are followed; one that is known is replaced.
    package var rankedProducts: [RankedProduct] = []
    /// Jobs on whose behalf this is written, with the tokens of their leases: when one is over, nothing is.
    package var heldLeases: [JobID: String] = [:]

    /// Creates an empty change.
    package init() {}

    /// Whether there is nothing to write.
    package var isEmpty: Bool {
        campaigns.isEmpty && generations.isEmpty && trials.isEmpty && measurements.isEmpty && decisions.isEmpty
            && alerts.isEmpty && analyses.isEmpty && ledger.isEmpty && levers.isEmpty && workers.isEmpty
            && jobs.isEmpty && cancelledJobs.isEmpty && harvestedJobs.isEmpty && messages.isEmpty
            && settledOrders.isEmpty && workflowRuns.isEmpty && checkpoints.isEmpty && settledWorkflowOrders.isEmpty
            && sightings.isEmpty && rankedProducts.isEmpty
    }
}

/// The campaigns and what was tried in them.
///
/// Every query names its workspace; lists are in order of creation.
package protocol CampaignStore: Sendable {
    /// One campaign; nil when the workspace has none of that identifier.
    func campaign(_ id: CampaignID, in workspace: WorkspaceID) async throws -> Campaign?
    /// Every campaign of a workspace.
    func campaigns(in workspace: WorkspaceID) async throws -> [Campaign]
    /// A campaign's generations, by number.
    func generations(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Generation]
    /// A campaign's trials from a position on, by place in the run order.
    func trials(of campaign: CampaignID, in workspace: WorkspaceID, from position: Int) async throws -> [Trial]
    /// What is applied to a campaign's units, by unit.
    func levers(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [LeverState]
    /// What a campaign has used, summed over its account.
    func spending(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> Spending
    /// A text that is another one whenever something that is known of a campaign has changed; nil for a campaign that is not there.
    ///
    /// It costs a small part of reading the records, so that what was made of them can be kept until they change. Texts of two
    /// stores, and of two processes, cannot be compared.
    func revision(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> String?
}

extension CampaignStore {
    /// All of a campaign's trials, by place in the run order.
    package func trials(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Trial] {
        try await trials(of: campaign, in: workspace, from: 0)
    }
}

/// What was seen, decided and found.
///
/// Lists are in order of time, then of identifier.
package protocol HistoryStore: Sendable {
    /// A campaign's measurements from an instant on; nil for all.
    func measurements(of campaign: CampaignID, in workspace: WorkspaceID, since: Timestamp?) async throws
        -> [Measurement]
    /// A campaign's decisions.
    func decisions(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Decision]
    /// A campaign's alerts, and those without a campaign.
    func alerts(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Alert]
    /// A campaign's analyses of one kind.
    func analyses(of campaign: CampaignID, in workspace: WorkspaceID, kind: AnalysisRecord.Kind) async throws
        -> [AnalysisRecord]
    /// A campaign's account, line by line.
    func ledger(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [LedgerEntry]
    /// The workers of the fleet as last written.
    func workers() async throws -> [Worker]
}

/// What takes whole changes.
package protocol ChangeStore: Sendable {
    /// Writes a change in one transaction; on an error nothing of it is written.
    func commit(_ change: KnowledgeChange, durability: Durability) async throws
}

/// The knowledge base: everything known, written in whole changes.
package protocol KnowledgeStore: CampaignStore, HistoryStore, ChangeStore {}
