// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
package import Messaging
import Statistics

/// Tells change from noise, models what was tried, forecasts, and learns from results as they come.
package actor AnalysisAgent: Agent {
    package nonisolated let name = AgentName.analysis
    let context: AgentContext
    private var rounds: [CampaignID: [RoundFinding]] = [:]
    /// The results at which patterns were last looked for, by campaign; 0 before the first look.
    private var looks: [CampaignID: Int] = [:]

    /// Creates the agent.
    package init(context: AgentContext) {
        self.context = context
    }

    package nonisolated var handlers: Handlers<AnalysisAgent> {
        Handlers()
            .on(CompareWithStart.self) { agent, action, _ in try await agent.compare(action) }
            .on(AnalyseEffects.self) { agent, action, _ in try await agent.analyseEffects(action) }
            .on(AnalyseConfirmation.self) { agent, action, _ in try await agent.analyseConfirmation(action) }
            .on(AnalyseRounds.self) { agent, action, _ in try await agent.analyseRounds(action) }
            .onEvent(RoundCompleted.self) { agent, event, _ in try await agent.take(event) }
            .onEvent(CampaignProgressed.self) { agent, event, _ in try await agent.learn(event) }
            .onEvent(CampaignEnded.self) { agent, event, _ in agent.forget(event.campaign) }
    }

    /// Forgets the rounds; they are read again when they are needed.
    package func start() async throws {
        rounds = [:]
        looks = [:]
    }

    func forget(_ id: CampaignID) {
        rounds[id] = nil
        looks[id] = nil
    }

    /// The results of the last look at a campaign, as remembered or as stored.
    func lastLook(at id: CampaignID) async throws -> Int {
        if let known = looks[id] { return known }
        let results = try await storedPatterns(of: id)?.results ?? 0
        looks[id] = results
        return results
    }

    func setLook(_ results: Int, at id: CampaignID) {
        looks[id] = results
    }

    func take(_ event: RoundCompleted) async throws {
        // Read before the event's round is added: the store holds it already.
        guard let known = rounds[event.campaign], let last = known.last else {
            rounds[event.campaign] = nil
            _ = try await rounds(of: event.campaign, in: context.workspace)
            return
        }
        if event.round.time > last.time {
            rounds[event.campaign]?.append(event.round)
        } else if !known.contains(event.round) {
            // One that was under way for long: the store has it in its place.
            rounds[event.campaign] = nil
        }
    }

    func rounds(of id: CampaignID, in workspace: WorkspaceID) async throws -> [RoundFinding] {
        if let known = rounds[id] { return known }
        let read = try await context.store.analyses(of: id, in: workspace, kind: .round)
            .map { try CanonicalJSON.decode(RoundFinding.self, from: $0.body) }
            .sorted { $0.time < $1.time }
        rounds[id] = read
        return read
    }

    /// The first and the newest day of rounds (fewer at the start) are compared by a rank-sum test; a change counts as real only when
    /// the reliability is 5,000 or more.
    func compare(_ action: CompareWithStart) async throws -> CompareWithStart.Reply {
        let rounds = try await rounds(of: action.campaign, in: action.workspace)
        guard let last = rounds.last, let first = rounds.first else {
            return .init(comparison: .unclear, gained: 0, latest: nil, start: nil, reliability: 0)
        }
        let startEnd = first.time + .days(1)
        let window = Array(rounds.filter { $0.time < startEnd }.map(\.consensus).prefix(48))
        let newest = Array(rounds.suffix(min(window.count, 12)).map(\.consensus))
        let start = Self.median(window)
        let latest = Self.median(newest)
        let gained = action.direction == .lower ? start - latest : latest - start
        var comparison = CoursePolicy.Comparison.unclear
        if rounds.count >= 2 * newest.count {
            let test = try RankSumTest(window, newest)
            if test.p < 0.05, last.reliability >= Double(RankReliability.threshold) {
                comparison = gained > 0 ? .better : .worse
            }
        }
        return .init(
            comparison: comparison,
            gained: gained,
            latest: latest,
            start: start,
            reliability: last.reliability
        )
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard let last = sorted.last else { return 0 }
        let middle = sorted.count / 2
        if sorted.count == 1 { return last }
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    /// Stores a finding under its kind.
    func keep(_ finding: some Encodable, _ kind: AnalysisRecord.Kind, of id: CampaignID, in workspace: WorkspaceID)
        async throws
    {
        var change = KnowledgeChange()
        change.analyses = [
            AnalysisRecord(
                id: context.ids.next(),
                workspace: workspace,
                campaign: id,
                time: context.clock.now,
                kind: kind,
                body: try CanonicalJSON.text(finding)
            )
        ]
        try await context.commit(change, durability: .process)
    }
}
