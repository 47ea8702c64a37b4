// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Domain
import Files
import Foundation
import Jobs
import Logging
import Messaging
import Operations
import Reports

/// The agents in the process of a server on SQLite: messages stay in memory, trials go to the server's workers, and a few workers of its
/// own do what needs the database.
struct LocalAgents: Sendable {
    /// What the campaigns are, and where their reports go.
    struct Setting: Sendable {
        /// Goal files, with the paths by which a second start finds their campaigns.
        var goals: [(path: String, file: GoalFile)]
        var folder: DataFolder
        var language: ReportLanguage
    }

    /// How often agents look after their campaigns at least, and the process at how they stand.
    private static let interval = TimeSpan.seconds(1)
    /// What needs the database's records, and so is not for workers elsewhere that have none.
    private static let ownKinds = JobKind.allCases.filter { !WorkerHandlers.alone.contains($0) }

    private let store: any Store
    private let dispatcher: Dispatcher
    private let setting: Setting
    private let clock: any TimeSource
    private let logger: Logger
    private let host: AgentHost
    private let fleet: EmbeddedFleet
    /// A worker for steps of workflows alone: trials may hold every other slot for hours.
    private let steps: EmbeddedFleet
    private let workflows: WorkflowEngine
    private let door: AgentDoor

    /// Puts agents and workers together around the server's dispatcher, which the caller runs.
    init(
        store: any Store,
        dispatcher: Dispatcher,
        setting: Setting,
        door: AgentDoor,
        clock: any TimeSource,
        logger: Logger
    ) {
        self.store = store
        self.door = door
        self.dispatcher = dispatcher
        self.setting = setting
        self.clock = clock
        self.logger = logger
        let ids = IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
        let broker = MemoryBroker(clock: clock, ids: ids, audit: AuditTrail(store: store, logger: logger))
        let context = AgentContext(
            store: store,
            broker: broker,
            clock: clock,
            ids: ids,
            workspace: .default,
            logger: logger
        )
        workflows = WorkflowEngine(store: store, clock: clock, ids: ids, logger: logger, folder: setting.folder)
        workflows.serve(dispatcher)
        let makers = Staff.makers(
            fleet: dispatcher,
            interval: Self.interval,
            orders: OrderBox.interval,
            trends: workflows.desk
        )
        host = AgentHost(agents: makers.map { $0(context) }, broker: broker, clock: clock)
        fleet = EmbeddedFleet(
            dispatcher: dispatcher,
            handlers: WorkerHandlers.handlers(
                Self.ownKinds,
                store: store,
                ledger: store,
                clock: clock,
                workflows: workflows
            ),
            clock: clock,
            sizes: FleetSizes(trialRunners: 3, observers: 3),
            kinds: Self.ownKinds,
            prefix: "server-"
        )
        steps = EmbeddedFleet(
            dispatcher: dispatcher,
            handlers: [workflows.handler],
            clock: clock,
            sizes: FleetSizes(trialRunners: 1, observers: 0),
            kinds: [.workflowStep],
            prefix: "server-steps-"
        )
    }

    /// How the agents fare.
    var health: [AgentHealth] { host.health }

    /// Runs agents, own workers and campaigns until the task is cancelled; throws what ends an agent for good.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fleet.run() }
            group.addTask { try await steps.run() }
            group.addTask { try await workflows.keeper().run() }
            group.addTask { try await workflows.post.run() }
            group.addTask {
                try await host.run { gateway in
                    try await OrderBox(folder: setting.folder).serving(store, clock: clock) {
                        try await door.opened(to: gateway) { try await drive(through: gateway) }
                    }
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Begins the goals' campaigns, starts what may start, and writes a report when one ends.
    private func drive(through gateway: Gateway) async throws {
        var open = Set(try await store.campaigns(in: .default).filter { !$0.status.isFinal }.map(\.id))
        for (path, file) in setting.goals { try await begin(file, path: path, through: gateway) }
        /// Why campaigns that wait cannot start, as it was told.
        var told: [CampaignID: String] = [:]
        while true {
            for campaign in try await store.campaigns(in: .default) {
                if campaign.status == .ready {
                    told[campaign.id] = await start(campaign.id, told: told[campaign.id], through: gateway)
                } else {
                    told[campaign.id] = nil
                }
                if !campaign.status.isFinal {
                    open.insert(campaign.id)
                } else if open.remove(campaign.id) != nil {
                    try await report(campaign)
                }
            }
            try await clock.sleep(for: Self.interval)
        }
    }

    private func begin(_ file: GoalFile, path: String, through gateway: Gateway) async throws {
        let path = URL(filePath: path).absoluteURL.standardizedFileURL.path
        let known = try await store.campaigns(in: .default).filter { $0.goalPath == path }
        if let same = known.last(where: { $0.goalDigest == file.digest }) {
            logger.notice(
                "The goal has its campaign.",
                metadata: ["campaign": "\(same.id)", "status": "\(same.status.rawValue)"]
            )
            return
        }
        if let other = known.last(where: { !$0.status.isFinal }) {
            throw ExitCode.dataError.saying(
                "\(path): the goal was edited while its campaign \(other.id) is \(other.status.rawValue); undo the edit, or "
                    + "'dure stop \(other.id)' first"
            )
        }
        let create = CreateCampaign(goal: file.goal, workspace: .default, digest: file.digest, path: path)
        let id = try await gateway.request(create, to: .orchestrator)
        logger.notice("A campaign begins.", metadata: ["campaign": "\(id)", "goal": "\(file.goal.name)"])
    }

    /// Starts a campaign; one whose units another one has waits for them.
    ///
    /// Returns why it cannot start, which is told once and not at every try.
    private func start(_ id: CampaignID, told: String?, through gateway: Gateway) async -> String? {
        let order = SteerCampaign(campaign: id, order: .start, reason: "The campaign is ready.")
        do {
            _ = try await gateway.request(order, to: .orchestrator)
            return nil
        } catch {
            let reason = "\(error)"
            if reason != told {
                logger.info("A campaign cannot start yet.", metadata: ["campaign": "\(id)", "error": "\(reason)"])
            }
            return reason
        }
    }

    private func report(_ campaign: Campaign) async throws {
        var metadata: Logger.Metadata = [
            "campaign": "\(campaign.id)", "status": "\(campaign.status.rawValue)",
            "reason": "\(campaign.endReason ?? "")",
        ]
        do {
            let files = ReportFiles(folder: setting.folder, store: store)
            metadata["report"] = "\(try await files.write(campaign, language: setting.language).path)"
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.warning("The report could not be written.", metadata: ["error": "\(error)"])
        }
        logger.notice("A campaign ended.", metadata: metadata)
    }
}
