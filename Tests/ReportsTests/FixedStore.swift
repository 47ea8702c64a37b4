// SPDX-License-Identifier: Apache-2.0

import Domain

/// A store that holds what it was given, for one campaign.
final class FixedStore: KnowledgeStore {
    private let change: Locked<KnowledgeChange>

    init(_ change: KnowledgeChange) {
        self.change = Locked(change)
    }

    private func read<Value: Sendable>(_ value: (KnowledgeChange) -> Value) -> Value { change.withLock { value($0) } }

    func campaign(_ id: CampaignID, in workspace: WorkspaceID) async throws -> Campaign? {
        read { $0.campaigns.first { $0.id == id } }
    }
    func campaigns(in workspace: WorkspaceID) async throws -> [Campaign] { read(\.campaigns) }
    func generations(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Generation] {
        read(\.generations)
    }
    func trials(of campaign: CampaignID, in workspace: WorkspaceID, from position: Int) async throws -> [Trial] {
        read(\.trials).filter { $0.position >= position }
    }
    func levers(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [LeverState] { read(\.levers) }
    func spending(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> Spending {
        read { change in
            var spending = Spending()
            for entry in change.ledger where entry.kind == .settled {
                spending.settledTrials += 1
                spending.settled += entry.amount?.minorUnits ?? 0
            }
            return spending
        }
    }
    func revision(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> String? { nil }
    func measurements(of campaign: CampaignID, in workspace: WorkspaceID, since: Timestamp?) async throws
        -> [Measurement]
    { [] }
    func decisions(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Decision] { read(\.decisions) }
    func alerts(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Alert] { read(\.alerts) }
    func analyses(of campaign: CampaignID, in workspace: WorkspaceID, kind: AnalysisRecord.Kind) async throws
        -> [AnalysisRecord]
    { read { $0.analyses.filter { $0.kind == kind } } }
    func ledger(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [LedgerEntry] { read(\.ledger) }
    func workers() async throws -> [Worker] { [] }
    func commit(_ change: KnowledgeChange, durability: Durability) async throws {}
}
