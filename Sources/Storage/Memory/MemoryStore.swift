// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The knowledge base and the queue in memory: everything that `SQLiteStore` promises, but nothing outlives the process.
///
/// Safe to call from any thread; every call runs at once on the calling thread.
package final class MemoryStore: Sendable {
    let contents = Locked(MemoryContents())

    /// Creates an empty store.
    package init() {}
}

extension MemoryStore: KnowledgeStore {
    package func commit(_ change: KnowledgeChange, durability: Durability) async throws {
        try contents.withLock { try $0.apply(change) }
    }

    package func campaign(_ id: CampaignID, in workspace: WorkspaceID) async throws -> Campaign? {
        contents.withLock { $0.campaigns[workspace]?[id] }
    }

    package func campaigns(in workspace: WorkspaceID) async throws -> [Campaign] {
        contents.withLock { Array(($0.campaigns[workspace] ?? [:]).values) }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    package func generations(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Generation] {
        file(campaign, workspace).generations.values.sorted { ($0.number, $0.id) < ($1.number, $1.id) }
    }

    package func trials(
        of campaign: CampaignID,
        in workspace: WorkspaceID,
        from position: Int
    ) async throws -> [Trial] {
        file(campaign, workspace).trials.values.filter { $0.position >= position }
            .sorted { ($0.position, $0.id) < ($1.position, $1.id) }
    }

    package func levers(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [LeverState] {
        file(campaign, workspace).levers.values.sorted { $0.unit < $1.unit }
    }

    package func spending(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> Spending {
        try file(campaign, workspace).account.spending()
    }

    package func revision(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> String? {
        contents.withLock { contents in
            guard let own = contents.campaigns[workspace]?[campaign] else { return nil }
            let file = contents.files[CampaignKey(workspace: workspace, campaign: campaign)] ?? CampaignFile()
            var hasher = Hasher()
            hasher.combine(own)
            hasher.combine(file.generations)
            hasher.combine(file.trials)
            hasher.combine(file.decisions)
            hasher.combine(file.analyses)
            hasher.combine(file.levers)
            hasher.combine(file.account.lines)
            hasher.combine(contents.alerts[workspace] ?? [:])
            hasher.combine((contents.campaigns[workspace] ?? [:]).mapValues(\.status))
            return String(UInt(bitPattern: hasher.finalize()), radix: 36)
        }
    }

    package func measurements(
        of campaign: CampaignID,
        in workspace: WorkspaceID,
        since: Timestamp?
    ) async throws -> [Measurement] {
        file(campaign, workspace).measurements.enumerated()
            .filter { measurement in since.map { measurement.element.time >= $0 } ?? true }
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }

    package func decisions(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Decision] {
        file(campaign, workspace).decisions.values.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }

    package func alerts(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Alert] {
        contents.withLock { Array(($0.alerts[workspace] ?? [:]).values) }
            .filter { $0.campaign == nil || $0.campaign == campaign }
            .sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }

    package func analyses(
        of campaign: CampaignID,
        in workspace: WorkspaceID,
        kind: AnalysisRecord.Kind
    ) async throws -> [AnalysisRecord] {
        file(campaign, workspace).analyses.values.filter { $0.kind == kind }
            .sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }

    package func ledger(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [LedgerEntry] {
        file(campaign, workspace).account.lines.values.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }

    package func workers() async throws -> [Worker] {
        contents.withLock { Array($0.workers.values) }
            .sorted { ($0.registeredAt, $0.id) < ($1.registeredAt, $1.id) }
    }

    private func file(_ campaign: CampaignID, _ workspace: WorkspaceID) -> CampaignFile {
        contents.withLock { $0.files[CampaignKey(workspace: workspace, campaign: campaign)] ?? CampaignFile() }
    }
}
