// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What a knowledge base is asked for, on every driver that takes SQL.
extension SQLStore {
    package func campaign(_ id: CampaignID, in workspace: WorkspaceID) async throws -> Campaign? {
        try await reading { [known] in try $0.campaign(id, in: workspace, known: known) }
    }

    package func campaigns(in workspace: WorkspaceID) async throws -> [Campaign] {
        try await reading { [known] in try $0.campaigns(in: workspace, known: known) }
    }

    package func generations(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Generation] {
        try await reading { try $0.generations(of: campaign, in: workspace) }
    }

    package func trials(
        of campaign: CampaignID,
        in workspace: WorkspaceID,
        from position: Int
    ) async throws -> [Trial] {
        try await reading { try $0.trials(of: campaign, in: workspace, from: position) }
    }

    package func levers(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [LeverState] {
        try await reading { try $0.levers(of: campaign, in: workspace) }
    }

    package func spending(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> Spending {
        try await reading { try $0.spending(of: campaign, in: workspace) }
    }

    package func revision(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> String? {
        try await reading { try $0.revision(of: campaign, in: workspace) }
    }

    package func measurements(
        of campaign: CampaignID,
        in workspace: WorkspaceID,
        since: Timestamp?
    ) async throws -> [Measurement] {
        try await reading { try $0.measurements(of: campaign, in: workspace, since: since) }
    }

    package func decisions(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Decision] {
        try await reading { try $0.decisions(of: campaign, in: workspace) }
    }

    package func alerts(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Alert] {
        try await reading { try $0.alerts(of: campaign, in: workspace) }
    }

    package func analyses(
        of campaign: CampaignID,
        in workspace: WorkspaceID,
        kind: AnalysisRecord.Kind
    ) async throws -> [AnalysisRecord] {
        try await reading { try $0.analyses(of: campaign, in: workspace, kind: kind) }
    }

    package func ledger(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [LedgerEntry] {
        try await reading { try $0.ledger(of: campaign, in: workspace) }
    }

    package func workers() async throws -> [Worker] {
        try await reading { try $0.workers() }
    }

    private func reading<Value: Sendable>(
        _ body: @escaping @Sendable (KnowledgeReader<Session>) throws -> Value
    ) async throws -> Value {
        try await read { [decoder] in try body(KnowledgeReader(session: $0, decoder: decoder)) }
    }
}
