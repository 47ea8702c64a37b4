// SPDX-License-Identifier: Apache-2.0

package import Domain
import GRDB

extension SQLiteStore: KnowledgeStore {
    package func commit(_ change: KnowledgeChange, durability: Durability) async throws {
        guard !change.isEmpty else { return }
        try await write(durability) { [encoder, turns] session in
            try KnowledgeWriter(database: session.database, encoder: encoder, turns: turns).write(change)
        }
    }

    package func campaign(_ id: CampaignID, in workspace: WorkspaceID) async throws -> Campaign? {
        try await reading { [known] reader in
            try reader.campaigns(
                "SELECT id, body FROM campaigns WHERE workspace = ? AND id = ?",
                [workspace.name, id.text],
                known: known
            ).first
        }
    }

    package func campaigns(in workspace: WorkspaceID) async throws -> [Campaign] {
        try await reading { [known] reader in
            try reader.campaigns(
                "SELECT id, body FROM campaigns WHERE workspace = ? ORDER BY created_at, id",
                [workspace.name],
                known: known
            )
        }
    }

    package func generations(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Generation] {
        try await records(
            Generation.self,
            "SELECT body FROM generations WHERE workspace = ? AND campaign = ? ORDER BY number, id",
            [workspace.name, campaign.text]
        )
    }

    package func trials(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Trial] {
        try await records(
            Trial.self,
            "SELECT body FROM trials WHERE workspace = ? AND campaign = ? ORDER BY position, id",
            [workspace.name, campaign.text]
        )
    }

    package func levers(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [LeverState] {
        try await reading { try $0.levers(of: campaign, in: workspace) }
    }

    package func spending(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> Spending {
        try await reading { try $0.spending(of: campaign, in: workspace) }
    }

    package func measurements(
        of campaign: CampaignID,
        in workspace: WorkspaceID,
        since: Timestamp?
    ) async throws -> [Measurement] {
        try await reading { try $0.measurements(of: campaign, in: workspace, since: since) }
    }

    package func decisions(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Decision] {
        try await records(
            Decision.self,
            "SELECT body FROM decisions WHERE workspace = ? AND campaign = ? ORDER BY time, id",
            [workspace.name, campaign.text]
        )
    }

    package func alerts(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [Alert] {
        try await records(
            Alert.self,
            """
            SELECT body FROM alerts WHERE workspace = ? AND (campaign = ? OR campaign IS NULL) ORDER BY time, id
            """,
            [workspace.name, campaign.text]
        )
    }

    package func analyses(
        of campaign: CampaignID,
        in workspace: WorkspaceID,
        kind: AnalysisRecord.Kind
    ) async throws -> [AnalysisRecord] {
        try await records(
            AnalysisRecord.self,
            "SELECT body FROM analyses WHERE workspace = ? AND campaign = ? AND kind = ? ORDER BY time, id",
            [workspace.name, campaign.text, kind.rawValue]
        )
    }

    package func ledger(of campaign: CampaignID, in workspace: WorkspaceID) async throws -> [LedgerEntry] {
        try await reading { try $0.ledger(of: campaign, in: workspace) }
    }

    package func workers() async throws -> [Worker] {
        try await records(Worker.self, "SELECT body FROM workers ORDER BY registered_at, id", [])
    }

    private func records<Record: Decodable & Sendable>(
        _ type: Record.Type,
        _ sql: String,
        _ arguments: [String]
    ) async throws -> [Record] {
        try await reading { try $0.records(type, sql, StatementArguments(arguments)) }
    }

    private func reading<Value: Sendable>(
        _ body: @escaping @Sendable (KnowledgeReader) throws -> Value
    ) async throws -> Value {
        try await read { [decoder] session in
            try body(KnowledgeReader(database: session.database, decoder: decoder))
        }
    }
}
