// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Connectors
import Domain
import Foundation
import Jobs
import Logging
import Operations
import UnixSignals

/// `dure worker`: runs jobs of a server.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Run jobs of a server.",
        discussion: """
            A supervisor starts the worker as a process of its own, and starts it again when it dies, three times within ten minutes. \
            SIGTERM lets it finish what it has. With --database it takes the credentials that 'dure secrets' \
            keeps there, by the master key of the settings. Exit codes: 0 it was stopped; 65 a setting is wrong; 70 it died too often; 77 the server does not take its key.
            """
    )

    @OptionGroup var options: ServerOptions

    @Option(help: "The worker's name: its key's (the default), or that, a slash and a part of its own.")
    var name: String?

    @Option(help: "How many jobs it runs at once.")
    var slots = 2

    @Option(
        parsing: .upToNextOption,
        help:
            "The kinds of jobs that it runs; all that it can by default: probe and trial.command, every kind with --database."
    )
    var kinds: [String] = []

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var settings: SettingsOptions

    @Option(help: "Answer /livez, /readyz and /metrics on this port of loopback.")
    var healthPort: Int?

    @Option(help: "How many seconds running jobs have once the worker is asked to end.")
    var drainSeconds = 30

    @Flag(help: "Run without a supervisor, where something else starts it again.")
    var unsupervised = false

    @Flag(help: .hidden)
    var supervised = false

    func validate() throws {
        guard (1...1_000).contains(slots) else {
            throw ValidationError("--slots is \(slots); give a number from 1 to 1000")
        }
        guard (0...3_600).contains(drainSeconds) else {
            throw ValidationError("--drain-seconds is \(drainSeconds); give a number from 0 to 3600")
        }
        guard healthPort.map({ (0...65_535).contains($0) }) ?? true else {
            throw ValidationError("--health-port is \(healthPort ?? 0); give a number from 0 to 65535")
        }
        let known = WorkerHandlers.kinds(hasDatabase: database.address() != nil).map(\.rawValue)
        for kind in kinds where !known.contains(kind) {
            throw ValidationError(
                "there are no jobs of kind '\(kind)' here; give some of " + known.joined(separator: ", ")
            )
        }
    }

    func run() async throws {
        ignoreBrokenPipes()
        if supervised || unsupervised {
            try await WorkerProcess(command: self).run()
        } else {
            try await supervise()
        }
    }

    /// The kinds that it runs.
    var wantedKinds: [JobKind] {
        let known = WorkerHandlers.kinds(hasDatabase: database.address() != nil)
        return kinds.isEmpty ? known : known.filter { kinds.contains($0.rawValue) }
    }

    /// Starts this program once more as the worker proper.
    private func supervise() async throws {
        let (log, logger) = ProcessLog.open("dure.supervisor")
        defer { log.close() }
        let clients = try options.clients()
        let arguments = ["/proc/self/exe"] + CommandLine.arguments.dropFirst() + ["--supervised"]
        let supervisor = WorkerSupervisor(
            clock: SystemClock(),
            bound: .seconds(drainSeconds + 5),
            logger: logger,
            onLoss: { session in
                // Only the server that the worker was with knows the session; the others say that it is over.
                for client in clients {
                    do {
                        try await client.send("POST", "/v1/fleet/leave", FleetWire.Leave(session: session, end: .lost))
                    } catch {
                        logger.warning("A server did not hear of the death.", metadata: ["error": "\(error)"])
                    }
                }
            },
            start: { try ChildProgram(arguments: arguments, environment: ProcessInfo.processInfo.environment) }
        )
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let ending = try await withThrowingTaskGroup(of: WorkerSupervisor.Ending?.self) { group in
            group.addTask { try await supervisor.run() }
            group.addTask {
                try await IdleMemory(clock: SystemClock()).run()
                return nil
            }
            group.addTask {
                for await _ in signals { supervisor.drain() }
                return nil
            }
            defer { group.cancelAll() }
            while let ending = try await group.next() {
                if let ending { return ending }
            }
            return .stopped
        }
        for client in clients { try await client.shutdown() }
        switch ending {
        case .stopped: return
        case .failed(let code): throw ExitCode(code)
        case .gaveUp: throw ExitCode.software
        }
    }
}

/// The handlers of a worker: more where it has the database at hand.
enum WorkerHandlers {
    /// The kinds that need nothing but the job.
    static let alone = [JobKind.probe, .trialCommand]

    /// The kinds of jobs that a worker can run.
    static func kinds(hasDatabase: Bool) -> [JobKind] { hasDatabase ? JobKind.allCases : alone }

    /// The handlers of some kinds; trials on markets, levers and ranks need the database's records.
    static func handlers(
        _ kinds: [JobKind],
        store: (any Store)?,
        isShared: Bool = false,
        ledger: any EffectLedger,
        clock: any TimeSource,
        workflows: WorkflowEngine? = nil
    ) -> [any JobHandler] {
        let runner = ProgramRunner.inheriting
        var all: [any JobHandler] = [
            ProbeHandler(clock: clock),
            TrialCommandHandler(runner: runner, ledger: ledger, clock: clock),
        ]
        if let store {
            let markets = Markets(store: store, clock: clock, workspace: .default, isShared: isShared)
            let ranks = RankRouter(markets: markets)
            let lever = LeverRouter(markets: markets, runner: runner)
            let goals = GoalDirectory(store: store, workspace: .default)
            all +=
                [
                    TrialRunHandler(lever: lever, ranks: ranks, ledger: store, goals: goals.goal(of:), clock: clock),
                    LeverRestoreHandler(lever: lever, ledger: store, goals: goals.goal(of:), clock: clock),
                    RankObserveHandler(ranks: ranks, goals: goals.goal(of:), clock: clock),
                ] as [any JobHandler]
        }
        if let workflows { all.append(workflows.handler) }
        return all.filter { $0.kinds.contains(where: kinds.contains) }
    }
}
