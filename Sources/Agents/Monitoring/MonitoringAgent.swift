// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
package import Messaging
import Statistics

/// Watches rounds of ranks, workers and deadlines, and raises alerts (A8, A9).
package actor MonitoringAgent: Agent {
    package nonisolated let name = AgentName.monitoring
    private let context: AgentContext
    private var watches: [CampaignID: MonitoringWatch] = [:]
    /// Workers whose silence was reported, so that one cause makes one alert.
    private var silent: Set<String> = []

    /// Creates the agent.
    package init(context: AgentContext) {
        self.context = context
    }

    package nonisolated var handlers: Handlers<MonitoringAgent> {
        Handlers()
            .onEvent(ObservationsTaken.self) { agent, event, _ in try await agent.take(event) }
            .onEvent(CampaignEnded.self) { agent, event, _ in agent.forget(event.campaign) }
    }

    /// Forgets what it saw; a campaign's rounds are read again when its next round comes.
    package func start() async throws {
        watches = [:]
        silent = []
    }

    func forget(_ id: CampaignID) {
        watches[id] = nil
    }

    func take(_ event: ObservationsTaken) async throws {
        guard var watch = try await watch(event.campaign) else { return }
        watch.add(event.looks, to: event.round)
        watches[event.campaign] = watch
        for round in watch.whole {
            try await complete(round, in: &watch)
            watches[event.campaign] = watch
        }
    }

    /// What is known of a campaign: of what is not in memory, the rounds that are summed up, and what was seen since the last of them.
    private func watch(_ id: CampaignID) async throws -> MonitoringWatch? {
        if let known = watches[id] { return known }
        guard let campaign = try await context.store.campaign(id, in: context.workspace) else { return nil }
        var watch = MonitoringWatch(campaign: campaign)
        watch.rounds = try await context.store.analyses(of: id, in: context.workspace, kind: .round)
            .map { try CanonicalJSON.decode(RoundFinding.self, from: $0.body) }
            .sorted { $0.time < $1.time }
        watch.summed = Set(watch.rounds.compactMap { campaign.round(of: $0.time) })
        let seen = try await context.store.measurements(of: id, in: context.workspace, since: nil)
        watch.learn(ObservationsTaken.Look.read(from: seen, units: campaign.goal.units))
        return watch
    }

    private func complete(_ number: Int, in watch: inout MonitoringWatch) async throws {
        let now = context.clock.now
        let looks = watch.looks.removeValue(forKey: number) ?? []
        watch.summed.insert(number)
        guard let round = try Self.round(looks, number: number, in: &watch) else { return }
        let hourAgo = watch.rounds.last { $0.time <= round.time - .hours(1) && $0.time >= round.time - .hours(2) }
        watch.add(round)
        var change = KnowledgeChange()
        change.analyses = [
            AnalysisRecord(
                id: context.ids.next(),
                workspace: watch.campaign.workspace,
                campaign: watch.campaign.id,
                time: now,
                kind: .round,
                body: try CanonicalJSON.text(round)
            )
        ]
        let moved = try await moved(looks, in: &watch)
        try await judge(&watch, round: round, hourAgo: hourAgo, moved: moved, change: &change, at: now)
        let events = [RoundCompleted(campaign: watch.campaign.id, round: round)]
        let durability: Durability = change.decisions.isEmpty ? .process : .power
        try await context.commit(change, durability: durability, keeping: events, from: name)
        try await context.publish(events, from: name)
    }

    /// Sums a round up: each unit's consensus over sources, then the median and quartiles over units.
    static func round(
        _ looks: [ObservationsTaken.Look],
        number: Int,
        in watch: inout MonitoringWatch
    ) throws -> RoundFinding? {
        let goal = watch.campaign.goal
        guard let time = looks.map(\.time).max() else { return nil }
        let depth = Double(goal.objective.depth)
        var consensus: [Double] = []
        var reliability = 0.0
        let hour = CampaignSchedule.hour(of: time, timeZone: goal.timeZone)
        let answers = looks.map(\.answer)
        for unit in goal.units.indices {
            let ranks = looks.compactMap { look in unit < look.ranks.count ? look.ranks[unit] ?? depth + 1 : nil }
            guard !ranks.isEmpty else { continue }
            consensus.append(watch.ranks?.consensus(of: unit, answers, round: number) ?? AnalysisAgent.median(ranks))
            let mean = ranks.reduce(0, +) / Double(ranks.count)
            let variance =
                ranks.count > 1
                ? ranks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(ranks.count - 1) : 0
            let sources = Set(looks.map(\.source)).count
            reliability += Double(try RankReliability.score(sources: sources, variance: variance, hour: hour))
        }
        guard !consensus.isEmpty else { return nil }
        consensus.sort()
        return RoundFinding(
            time: time,
            consensus: quantile(consensus, 0.5),
            lower: quantile(consensus, 0.25),
            upper: quantile(consensus, 0.75),
            reliability: reliability / Double(consensus.count),
            units: consensus.count
        )
    }

    /// A quantile of sorted values by linear interpolation (Hyndman and Fan's type 7).
    static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        guard let last = sorted.last else { return .nan }
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        guard below + 1 < sorted.count else { return last }
        return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
    }

    private func judge(
        _ watch: inout MonitoringWatch,
        round: RoundFinding,
        hourAgo: RoundFinding?,
        moved: [RankChangeWatch.Alert],
        change: inout KnowledgeChange,
        at now: Timestamp
    ) async throws {
        let mayFall = watch.lastFallAt.map { now - $0 > .hours(6) } ?? true
        let fleet = try await context.broker.request(FleetStatus(), from: name, to: .fleet)
        let heard = fleet.workers.filter(\.state.isHealthy).map(\.name)
        silent.subtract(heard)
        let silences = fleet.workers
            .filter { !$0.state.isHealthy && now - $0.lastBeatAt >= .minutes(10) && !silent.contains($0.name) }
            .map { AnomalyPolicy.Silence(worker: $0.name, span: now - $0.lastBeatAt) }
        let deadline = (watch.campaign.startedAt ?? watch.campaign.createdAt) + watch.campaign.goal.deadline
        let overdue = now - deadline
        let sources = moved.filter(\.isOfSource).map(\.sentence)
        let movements = mayTellShift(&watch, moved, at: now) ? moved.filter { !$0.isOfSource }.map(\.sentence) : []
        let inputs = AnomalyPolicy.Inputs(
            direction: watch.campaign.goal.objective.direction,
            hourAgo: mayFall ? hourAgo?.consensus : nil,
            now: round.consensus,
            silences: silences,
            overdue: watch.isLateReported ? .zero : overdue,
            changePoint: !movements.isEmpty,
            movements: movements.isEmpty ? nil : movements,
            changedSources: sources.isEmpty ? nil : sources
        )
        guard !AnomalyPolicy.decide(inputs).outcome.anomalies.isEmpty else { return }
        let (outcome, decision) = try AnomalyPolicy.decide(
            inputs,
            for: watch.campaign,
            agent: name.rawValue,
            id: context.ids.next(),
            at: now
        )
        change.decisions.append(decision)
        silent.formUnion(silences.map(\.worker))
        if overdue > .hours(24) { watch.isLateReported = true }
        for anomaly in outcome.anomalies {
            if anomaly.kind == .rankFell { watch.lastFallAt = now }
            change.alerts.append(
                Alert(
                    id: context.ids.next(),
                    workspace: watch.campaign.workspace,
                    campaign: watch.campaign.id,
                    time: now,
                    kind: anomaly.kind,
                    severity: anomaly.severity,
                    message: anomaly.message
                )
            )
        }
    }

    /// What moved by itself up to this round: a whole source, or single units whose levers were left alone.
    private func moved(
        _ looks: [ObservationsTaken.Look],
        in watch: inout MonitoringWatch
    ) async throws -> [RankChangeWatch.Alert] {
        guard var ranks = watch.ranks else { return [] }
        var levers: [String: Timestamp] = [:]
        if ranks.endsWindow {
            for lever in try await context.store.levers(of: watch.campaign.id, in: watch.campaign.workspace) {
                levers[lever.unit] = lever.since
            }
        }
        let alerts = ranks.alerts(looks.map(\.answer), units: watch.campaign.goal.units, levers: levers)
        watch.ranks = ranks
        return alerts
    }

    /// Whether shifts of units are told now: at most once in three days.
    private func mayTellShift(
        _ watch: inout MonitoringWatch,
        _ moved: [RankChangeWatch.Alert],
        at now: Timestamp
    ) -> Bool {
        guard moved.contains(where: { !$0.isOfSource }), watch.lastChangeAt.map({ now - $0 > .days(3) }) ?? true else {
            return false
        }
        watch.lastChangeAt = now
        return true
    }
}

extension ObservationsTaken.Look {
    /// The look as the consensus takes it.
    var answer: CampaignRanks.Answer { .init(source: source, observer: observer, ranks: ranks) }
}
