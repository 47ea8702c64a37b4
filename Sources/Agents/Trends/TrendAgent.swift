// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation
package import Messaging

/// Speaks for the trend workflows of the news or of videos: begins runs on request, and tells the orchestrator of watched subjects that
/// the runs found, those that a schedule began among them.
///
/// Runs do their work by themselves; the agent only reads what they wrote, so that an agent that is away delays word and loses none.
package actor TrendAgent: Agent {
    /// What it looks at.
    package enum Subject: Sendable, CaseIterable {
        case news
        case videos
    }

    /// How far back runs are told of again after a start; the orchestrator acts once on each.
    private static let memory = TimeSpan.days(7)
    private static let most = 200
    /// How often all of them are told of again, for an event may be lost.
    private static let again = TimeSpan.hours(1)

    package nonisolated let name: AgentName
    private let workflow: String
    private let context: AgentContext
    private let desk: WorkflowDesk
    private let interval: TimeSpan
    private var told: Set<WorkflowRunID> = []
    private var toldAllAt: Timestamp?

    /// Creates the agent of a subject; it looks for ended runs at every interval.
    package init(_ subject: Subject, context: AgentContext, desk: WorkflowDesk, interval: TimeSpan) {
        name = subject == .news ? .newsTrend : .videoTrend
        workflow = subject == .news ? NewsWorkflow.name : VideoWorkflow.name
        self.context = context
        self.desk = desk
        self.interval = interval
    }

    package nonisolated var isEssential: Bool { false }
    package nonisolated var tickers: [Ticker] { [.every(interval, send: TellOfTrends())] }

    package nonisolated var handlers: Handlers<TrendAgent> {
        Handlers()
            .on(LookForTrends.self) { agent, action, _ in try await agent.look(action) }
            .on(TellOfTrends.self) { agent, _, _ in try await agent.tell() }
    }

    /// Forgets what it told: it is told again, and acted on once.
    package func start() async throws {
        told = []
        toldAllAt = nil
    }

    private func look(_ action: LookForTrends) async throws -> WorkflowRunID {
        try await desk.start(
            workflow,
            input: try CanonicalJSON.text(action.request),
            requestedBy: name.rawValue,
            in: context.workspace
        ).id
    }

    private func tell() async throws -> Done {
        let now = context.clock.now
        if toldAllAt.map({ now - $0 >= Self.again }) ?? true {
            told = []
            toldAllAt = now
        }
        let since = now - Self.memory
        let runs = try await desk.store.workflowRuns(in: context.workspace, state: .completed, limit: Self.most)
        for run in runs.reversed() where run.workflow == workflow && (run.endedAt ?? run.createdAt) >= since {
            guard told.insert(run.id).inserted else { continue }
            let output = try await desk.store.checkpoints(of: run.id).first { $0.node == "notify" }?.output
            guard let output else { continue }
            for subject in try CanonicalJSON.decode(TrendTold.self, from: output).touched {
                try await context.broker.publish(
                    SubjectTrending(run: run.id, workspace: run.workspace, subject: subject),
                    from: name
                )
            }
        }
        return Done()
    }
}
