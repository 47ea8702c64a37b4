// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Everything that is known about one campaign, for a report or an export: read from the knowledge base in one go.
package struct CampaignDossier: Sendable {
    package var campaign: Campaign
    package var generations: [Generation]
    package var trials: [Trial]
    package var decisions: [Decision]
    package var alerts: [Alert]
    package var levers: [LeverState]
    package var ledger: [LedgerEntry]
    package var spending: Spending
    package var rounds: [RoundFinding]
    package var effects: EffectsFinding?
    package var confirmation: ConfirmationFinding?
    package var forecast: ForecastFinding?
    package var patterns: TrialPatternsFinding?
    /// The campaign that follows, when there is one.
    package var next: Campaign?

    /// Reads a campaign's dossier; nil when the workspace has no such campaign.
    ///
    /// Throws what the store throws, and a decoding error for an analysis that this version cannot read.
    package init?(of id: CampaignID, in workspace: WorkspaceID, from store: any KnowledgeStore) async throws {
        guard let campaign = try await store.campaign(id, in: workspace) else { return nil }
        self.campaign = campaign
        generations = try await store.generations(of: id, in: workspace)
        trials = try await store.trials(of: id, in: workspace)
        decisions = try await store.decisions(of: id, in: workspace)
        // Single products of the market that moved are told by `dure ranks`.
        alerts = try await store.alerts(of: id, in: workspace)
            .filter { $0.campaign != nil || $0.kind != .rankChanged }
        levers = try await store.levers(of: id, in: workspace)
        ledger = try await store.ledger(of: id, in: workspace)
        spending = try await store.spending(of: id, in: workspace)
        rounds = try await store.analyses(of: id, in: workspace, kind: .round)
            .map { try CanonicalJSON.decode(RoundFinding.self, from: $0.body) }
        effects = try await Self.last(.effects, of: id, in: workspace, from: store)
        confirmation = try await Self.last(.confirmation, of: id, in: workspace, from: store)
        forecast = try await Self.last(.forecast, of: id, in: workspace, from: store)
        patterns = try await Self.last(.patterns, of: id, in: workspace, from: store)
        next = try await store.campaigns(in: workspace).first { $0.parent == id }
    }

    private static func last<Finding: Decodable>(
        _ kind: AnalysisRecord.Kind,
        of id: CampaignID,
        in workspace: WorkspaceID,
        from store: any KnowledgeStore
    ) async throws -> Finding? {
        guard let record = try await store.analyses(of: id, in: workspace, kind: kind).last else { return nil }
        return try CanonicalJSON.decode(Finding.self, from: record.body)
    }
}
