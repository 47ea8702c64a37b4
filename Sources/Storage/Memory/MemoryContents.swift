// SPDX-License-Identifier: Apache-2.0

import Domain

/// What names a campaign's records: its workspace too, so that no query reaches another's.
struct CampaignKey: Hashable {
    var workspace: WorkspaceID
    var campaign: CampaignID
}

/// The records of one campaign.
struct CampaignFile: Sendable {
    var generations: [GenerationID: Generation] = [:]
    var trials: [TrialID: Trial] = [:]
    var measurements: [Measurement] = []
    var decisions: [DecisionID: Decision] = [:]
    var analyses: [AnalysisID: AnalysisRecord] = [:]
    var levers: [String: LeverState] = [:]
    var account = MemoryAccount()
}

/// Everything that a store in memory holds.
struct MemoryContents {
    var campaigns: [WorkspaceID: [CampaignID: Campaign]] = [:]
    var files: [CampaignKey: CampaignFile] = [:]
    var alerts: [WorkspaceID: [AlertID: Alert]] = [:]
    var workers: [WorkerID: Worker] = [:]
    var jobs = MemoryJobs()
    var cluster = MemoryCluster()
    /// Who may come in, what they did, what is secret and how the processes were.
    var access = MemoryAccess()
    var answers = MemoryAnswers()
    var fleet = MemoryFleet()
    var workflows = MemoryWorkflows()
    var ranks = MemoryRanks()

    /// Writes a change whole.
    ///
    /// What could be refused is checked before the first record is written.
    mutating func apply(_ change: KnowledgeChange) throws {
        try change.check()
        try cluster.check(change.fence)
        try cluster.check(change.settledOrders)
        for (job, token) in change.heldLeases where jobs[job]?.lease?.token != token {
            throw WorkflowConflict.leaseOver(job)
        }
        try workflows.check(change)
        try jobs.harvest(change.harvestedJobs)
        workflows.apply(change)
        ranks.apply(change)
        cluster.settle(change.settledOrders)
        cluster.post(change.messages)
        for job in change.jobs { _ = jobs.insert(job) }
        for job in change.cancelledJobs { _ = try jobs.cancel(job, now: change.time) }
        for campaign in change.campaigns { campaigns[campaign.workspace, default: [:]][campaign.id] = campaign }
        for alert in change.alerts { alerts[alert.workspace, default: [:]][alert.id] = alert }
        for worker in change.workers { workers[worker.id] = worker }
        applyHistory(change)
    }

    private mutating func applyHistory(_ change: KnowledgeChange) {
        for record in change.generations {
            files[key(record.workspace, record.campaign), default: CampaignFile()].generations[record.id] = record
        }
        for record in change.trials {
            files[key(record.workspace, record.campaign), default: CampaignFile()].trials[record.id] = record
        }
        for record in change.measurements {
            files[key(record.workspace, record.campaign), default: CampaignFile()].measurements.append(record)
        }
        for record in change.decisions {
            files[key(record.workspace, record.campaign), default: CampaignFile()].decisions[record.id] = record
        }
        for record in change.analyses {
            files[key(record.workspace, record.campaign), default: CampaignFile()].analyses[record.id] = record
        }
        for record in change.ledger {
            files[key(record.workspace, record.campaign), default: CampaignFile()].account.write(record)
        }
        for record in change.levers {
            files[key(record.workspace, record.campaign), default: CampaignFile()].levers[record.unit] = record
        }
    }

    private func key(_ workspace: WorkspaceID, _ campaign: CampaignID) -> CampaignKey {
        CampaignKey(workspace: workspace, campaign: campaign)
    }
}

/// A campaign's account.
struct MemoryAccount: Sendable {
    var lines: [LedgerEntryID: LedgerEntry] = [:]
    private var open: [TrialID: Set<LedgerEntryID>] = [:]

    /// Adds a line; one that settles or releases closes the reservations that the trial had until then.
    ///
    /// A line that is written again closes none: reservations that came after it stand.
    mutating func write(_ entry: LedgerEntry) {
        guard lines.updateValue(entry, forKey: entry.id) == nil else { return }
        if entry.kind != .reserved {
            open[entry.trial] = nil
        } else {
            open[entry.trial, default: []].insert(entry.id)
        }
    }

    /// The sums: open reservations, and everything settled.
    ///
    /// Throws `MoneyError.overflow` for a sum that does not fit.
    func spending() throws(MoneyError) -> Spending {
        let reserved = open.values.joined().compactMap { lines[$0] }
        let settled = lines.values.filter { $0.kind == .settled }
        return Spending(
            reservedTrials: Set(reserved.map(\.trial)).count,
            settledTrials: Set(settled.map(\.trial)).count,
            reserved: try Self.total(reserved),
            settled: try Self.total(settled)
        )
    }

    private static func total(_ entries: [LedgerEntry]) throws(MoneyError) -> Int64 {
        var total: Int64 = 0
        for entry in entries {
            let (sum, overflow) = total.addingReportingOverflow(entry.amount?.minorUnits ?? 0)
            guard !overflow else { throw .overflow }
            total = sum
        }
        return total
    }
}
