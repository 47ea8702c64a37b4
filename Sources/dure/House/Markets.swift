// SPDX-License-Identifier: Apache-2.0

import Domain
import MarketSimulation

/// The simulated markets of a house, one for each goal's name; a market goes on over the campaigns of its goal.
///
/// A market that was at work in a former process is made again from the levers that the store says were applied. Where several processes
/// play one market, each takes up what the others applied to a unit before it touches or looks at it.
final class Markets: RankSource, Lever, Sendable {
    private let store: any CampaignStore
    private let clock: any TimeSource
    private let workspace: WorkspaceID
    private let isShared: Bool
    private let known = Locked<[String: SimulatedMarket]>([:])
    /// Until when what others applied to a goal's unit was taken up.
    private let takenUp = Locked<[String: [String: Timestamp]]>([:])
    /// The position before which all trials of a campaign have ended, so that they need not be read again.
    private let settled = Locked<[CampaignID: Int]>([:])

    init(store: any CampaignStore, clock: any TimeSource, workspace: WorkspaceID, isShared: Bool = false) {
        self.store = store
        self.clock = clock
        self.workspace = workspace
        self.isShared = isShared
    }

    /// Takes up what other processes applied to the units of a goal since the last time.
    private func takeUp(_ goal: Goal) async throws {
        guard isShared else { return }
        let market = try await market(of: goal)
        for campaign in try await store.campaigns(in: workspace)
        where campaign.goal.name == goal.name && campaign.startedAt != nil {
            var applied: [(instant: Timestamp, unit: String, combination: Combination)] = []
            for trial in try await openTrials(of: campaign.id) {
                guard trial.status != .planned, let startedAt = trial.startedAt else { continue }
                applied.append((startedAt, trial.unit, trial.combination))
            }
            for lever in try await store.levers(of: campaign.id, in: workspace)
            where lever.trial == nil {
                applied.append((lever.since, lever.unit, lever.combination))
            }
            for step in applied.sorted(by: { ($0.instant, $0.unit) < ($1.instant, $1.unit) })
            where isNew(step.instant, step.unit, goal) {
                try await market.apply(step.combination, to: step.unit, of: campaign.goal, at: step.instant)
            }
        }
    }

    /// The trials of a campaign from the first on that had not ended at the last look but one.
    ///
    /// One look later than it ended, a trial was taken up by whoever looks here.
    private func openTrials(of campaign: CampaignID) async throws -> [Trial] {
        let trials = try await store.trials(
            of: campaign,
            in: workspace,
            from: settled.withLock { $0[campaign] ?? 0 }
        )
        if let open = trials.first(where: { $0.status == .planned || $0.status == .running }) ?? trials.last {
            settled.withLock { $0[campaign] = max($0[campaign] ?? 0, open.position) }
        }
        return trials
    }

    /// Whether an instant is later than all that was taken up of a unit; then it is taken up.
    private func isNew(_ instant: Timestamp, _ unit: String, _ goal: Goal) -> Bool {
        takenUp.withLock { takenUp in
            guard instant > takenUp[goal.name]?[unit] ?? Timestamp(milliseconds: 0) else { return false }
            takenUp[goal.name, default: [:]][unit] = instant
            return true
        }
    }

    /// The market of a goal.
    func market(of goal: Goal) async throws -> SimulatedMarket {
        if let market = known.withLock({ $0[goal.name] }) { return market }
        let campaigns = try await store.campaigns(in: workspace).filter { $0.goal.name == goal.name }
        let first = campaigns.first { $0.startedAt != nil }
        let original = first?.goal ?? goal
        let market = SimulatedMarket(
            goal: original,
            settings: original.simulation ?? SimulationSettings(),
            seed: SplitMix64.seed(original.seed, "market"),
            start: first?.startedAt ?? clock.now
        )
        for campaign in campaigns where campaign.startedAt != nil {
            try await repeatHistory(of: campaign, in: market)
        }
        known.withLock { $0[goal.name] = market }
        return market
    }

    private func repeatHistory(of campaign: Campaign, in market: SimulatedMarket) async throws {
        let trials = try await store.trials(of: campaign.id, in: workspace)
        let applied = trials.compactMap { trial in
            trial.status == .planned ? nil : trial.startedAt.map { ($0, trial) }
        }
        for (instant, trial) in applied.sorted(by: { ($0.0, $0.1.position) < ($1.0, $1.1.position) }) {
            try await market.apply(trial.combination, to: trial.unit, of: campaign.goal, at: instant)
        }
        for lever in try await store.levers(of: campaign.id, in: workspace) where lever.trial == nil {
            try await market.apply(lever.combination, to: lever.unit, of: campaign.goal, at: lever.since)
        }
    }

    func name(observer: String, of goal: Goal) -> String { "simulated:\(observer)" }

    func observe(
        units: [String],
        of goal: Goal,
        observer: String,
        at now: Timestamp
    ) async throws -> [RankObservation] {
        try await takeUp(goal)
        return try await market(of: goal).observe(units: units, of: goal, observer: observer, at: now)
    }

    func apply(_ combination: Combination, to unit: String, of goal: Goal, at now: Timestamp) async throws {
        try await takeUp(goal)
        _ = isNew(now, unit, goal)
        try await market(of: goal).apply(combination, to: unit, of: goal, at: now)
    }

    func metrics(
        of unit: String,
        of goal: Goal,
        from start: Timestamp,
        to end: Timestamp
    ) async throws -> [String: Double] {
        try await market(of: goal).metrics(of: unit, of: goal, from: start, to: end)
    }
}
