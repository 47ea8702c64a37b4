// SPDX-License-Identifier: Apache-2.0

import Domain

/// The records that are kept whole as JSON.
extension KnowledgeReader {
    /// One campaign; nil when the workspace has none of that identifier.
    func campaign(_ id: CampaignID, in workspace: WorkspaceID, known: KnownCampaigns) throws -> Campaign? {
        try campaigns(
            "SELECT id, body FROM campaigns WHERE workspace = ? AND id = ?",
            [.text(workspace.name), .text(id.text)],
            known: known
        ).first
    }

    /// Every campaign of a workspace, by creation.
    func campaigns(in workspace: WorkspaceID, known: KnownCampaigns) throws -> [Campaign] {
        try campaigns(
            "SELECT id, body FROM campaigns WHERE workspace = ? ORDER BY created_at, id",
            [.text(workspace.name)],
            known: known
        )
    }

    /// A campaign's generations, by number.
    func generations(of campaign: CampaignID, in workspace: WorkspaceID) throws -> [Generation] {
        try records(
            Generation.self,
            "SELECT body FROM generations WHERE workspace = ? AND campaign = ? ORDER BY number, id",
            [.text(workspace.name), .text(campaign.text)]
        )
    }

    /// A campaign's trials from a position on, by place in the run order.
    func trials(of campaign: CampaignID, in workspace: WorkspaceID, from position: Int) throws -> [Trial] {
        try records(
            Trial.self,
            "SELECT body FROM trials WHERE workspace = ? AND campaign = ? AND position >= ? ORDER BY position, id",
            [.text(workspace.name), .text(campaign.text), .integer(position)]
        )
    }

    /// A campaign's decisions, by time.
    func decisions(of campaign: CampaignID, in workspace: WorkspaceID) throws -> [Decision] {
        try records(
            Decision.self,
            "SELECT body FROM decisions WHERE workspace = ? AND campaign = ? ORDER BY time, id",
            [.text(workspace.name), .text(campaign.text)]
        )
    }

    /// A campaign's alerts, and those without a campaign, by time.
    func alerts(of campaign: CampaignID, in workspace: WorkspaceID) throws -> [Alert] {
        try records(
            Alert.self,
            """
            SELECT body FROM alerts WHERE workspace = ? AND (campaign = ? OR campaign IS NULL) ORDER BY time, id
            """,
            [.text(workspace.name), .text(campaign.text)]
        )
    }

    /// The alerts that belong to no campaign, by time.
    func alertsWithoutCampaign(in workspace: WorkspaceID) throws -> [Alert] {
        try records(
            Alert.self,
            "SELECT body FROM alerts WHERE workspace = ? AND campaign IS NULL ORDER BY time, id",
            [.text(workspace.name)]
        )
    }

    /// A campaign's analyses of one kind, by time.
    func analyses(
        of campaign: CampaignID,
        in workspace: WorkspaceID,
        kind: AnalysisRecord.Kind
    ) throws -> [AnalysisRecord] {
        try records(
            AnalysisRecord.self,
            "SELECT body FROM analyses WHERE workspace = ? AND campaign = ? AND kind = ? ORDER BY time, id",
            [.text(workspace.name), .text(campaign.text), .text(kind.rawValue)]
        )
    }

    /// The workers of the fleet, by registration.
    func workers() throws -> [Worker] {
        try records(Worker.self, "SELECT body FROM workers ORDER BY registered_at, id", [])
    }
}
