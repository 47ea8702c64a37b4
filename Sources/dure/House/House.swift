// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Jobs
import Logging
import Storage

/// The composition root: builds agents, fleet and adapters around one store, the same for a run in earnest and for a rehearsal.
struct House: Sendable {
    typealias Setting = Staff.Setting

    let store: any Store
    let setting: Setting
    let markets: Markets
    let ranks: RankRouter
    private let staff: Staff
    private let workflows: WorkflowEngine

    /// Puts the house together; the data folder is where quotas of sources of ranks are written down, and where notices wait.
    init(store: any Store, setting: Setting, folder: DataFolder = DataFolder(path: DataFolder.standard)) {
        self.store = store
        self.setting = setting
        markets = Markets(store: store, clock: setting.clock, workspace: setting.workspace)
        ranks = RankRouter(markets: markets) { ProcessSources.access(folder: folder) }
        let runner = ProgramRunner.inheriting
        workflows = WorkflowEngine(
            store: store,
            clock: setting.clock,
            ids: IdentifierGenerator(clock: setting.clock, seed: SplitMix64.seed(setting.seed, "workflows")),
            logger: setting.logger,
            folder: folder
        )
        staff = Staff(
            store: store,
            setting: setting,
            lever: LeverRouter(markets: markets, runner: runner),
            ranks: ranks,
            handlers: [
                TrialCommandHandler(runner: runner, ledger: store, clock: setting.clock),
                ProbeHandler(clock: setting.clock),
                workflows.handler,
            ],
            // In a rehearsal nobody reads the news.
            trends: setting.orders == nil ? nil : workflows.desk
        )
        workflows.serve(staff.dispatcher)
    }

    /// Runs fleet and agents while the body runs, then stops both; where people give orders, workflows too.
    func run<Value: Sendable>(_ body: @escaping @Sendable (Gateway) async throws -> Value) async throws -> Value {
        guard setting.orders != nil else { return try await staff.run(body) }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            let (staff, workflows) = (staff, workflows)
            group.addTask {
                try await workflows.keeper().run()
                return nil
            }
            group.addTask {
                try await workflows.post.run()
                return nil
            }
            group.addTask { try await staff.run(body) }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }
}

extension Logger {
    /// The program's log from a level on: in a rehearsal even a dying worker is part of the play.
    static func house(_ level: Logger.Level = .warning) -> Logger {
        var logger = Logger(label: "dure")
        logger.logLevel = level
        return logger
    }
}
