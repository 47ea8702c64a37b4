// SPDX-License-Identifier: Apache-2.0

/// The ranks that were seen, of own products and competitors; they are written by `KnowledgeChange`.
package protocol RankStore: Sendable {
    /// The sightings of a workspace from an instant on, by keyword, product, time, source and observer; nil for all.
    func rankSightings(in workspace: WorkspaceID, keyword: String?, since: Timestamp?) async throws -> [RankSighting]
    /// The products of a workspace, by product.
    func rankedProducts(in workspace: WorkspaceID) async throws -> [RankedProduct]
    /// The alerts that belong to no campaign, in order of time, then of identifier.
    func alertsWithoutCampaign(in workspace: WorkspaceID) async throws -> [Alert]
}
