// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Server

/// Ranks, rounds and alerts as the store has them.
struct StoredMonitoring: MonitoringService {
    private static let shown = 10
    /// How far back rankings look.
    private static let memory = TimeSpan.days(30)

    let store: any Store
    let campaigns: StoredCampaigns
    let fleet: HouseFleet
    let clock: any TimeSource

    func rounds(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) async throws -> Page<RoundView>? {
        guard try await store.campaign(id, in: workspace) != nil else { return nil }
        let records = try await store.analyses(of: id, in: workspace, kind: .round)
        return try await paging.page(of: Array(records.reversed()), key: \.id.text) { record in
            let round = try CanonicalJSON.decode(RoundFinding.self, from: record.body)
            return RoundView(
                time: round.time.description,
                value: round.consensus,
                lower: round.lower,
                upper: round.upper,
                reliability: round.reliability,
                units: round.units
            )
        }
    }

    func rankings(in workspace: WorkspaceID, keyword: String?, paging: Paging) async throws -> Page<RankingView> {
        let since = clock.now - Self.memory
        let sightings = try await store.rankSightings(in: workspace, keyword: keyword, since: since)
        let products = try await store.rankedProducts(in: workspace)
        let known = Dictionary(products.map { ($0.product, $0) }) { first, _ in first }
        let places = Dictionary(grouping: sightings) { "\($0.keyword)\u{1}\($0.product)\u{1}\($0.source)" }
        let newest = places.compactMap { key, sightings -> (key: String, now: RankSighting, before: RankSighting?)? in
            let sorted = sightings.sorted { ($0.time, $0.observer) < ($1.time, $1.observer) }
            guard let last = sorted.last else { return nil }
            return (key, last, sorted.last { $0.time < last.time })
        }
        let ordered = newest.sorted { left, right in
            let own = (known[left.now.product]?.isOwn ?? false, known[right.now.product]?.isOwn ?? false)
            guard own.0 == own.1 else { return own.0 }
            return (left.now.keyword, left.now.rank ?? .max, left.key) < (
                right.now.keyword, right.now.rank ?? .max, right.key
            )
        }
        return try await paging.page(of: ordered, key: \.key) { place in
            RankingView(place.now, before: place.before, product: known[place.now.product])
        }
    }

    func alerts(_ wish: AlertWish, in workspace: WorkspaceID, paging: Paging) async throws -> Page<AlertView> {
        let all = try await alerts(in: workspace).filter { alert in
            (wish.campaign == nil || alert.campaign == wish.campaign)
                && (wish.severity == nil || alert.severity == wish.severity)
                && (wish.kinds?.contains(alert.kind) ?? true)
        }
        return try await paging.page(of: all, key: \.id.text) { AlertView($0) }
    }

    /// Every alert of a workspace, newest first.
    private func alerts(in workspace: WorkspaceID) async throws -> [Alert] {
        var all = try await store.alertsWithoutCampaign(in: workspace)
        for campaign in try await store.campaigns(in: workspace) {
            all += try await store.alerts(of: campaign.id, in: workspace).filter { $0.campaign == campaign.id }
        }
        return all.sorted { ($1.time, $1.id) < ($0.time, $0.id) }
    }

    func dashboard(in workspace: WorkspaceID) async throws -> DashboardView {
        let all = try await store.campaigns(in: workspace)
        var open: [CampaignSummary] = []
        for campaign in all.reversed() where !campaign.status.isFinal {
            open.append(try await campaigns.summary(of: campaign))
        }
        return DashboardView(
            time: clock.now.description,
            campaigns: Dictionary(grouping: all, by: \.status.rawValue).mapValues(\.count),
            open: open,
            fleet: try await fleet.overview(in: workspace),
            queues: try await fleet.queues(in: workspace).map(QueueView.init),
            alerts: try await alerts(in: workspace).prefix(Self.shown).map(AlertView.init)
        )
    }
}
