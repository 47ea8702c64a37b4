// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import Jobs
import Logging
import Operations
import Server
import ServiceLifecycle
import UnixSignals

/// The process that runs a worker's jobs.
struct WorkerProcess: Sendable {
    private let command: WorkerCommand
    private let clock = SystemClock()

    init(command: WorkerCommand) {
        self.command = command
    }

    func run() async throws {
        let (log, logger) = ProcessLog.open("dure.worker")
        defer { log.close() }
        let (health, registry) = (HealthBoard(clock: clock), MetricsRegistry())
        ProcessMetrics(startedAt: clock.now, version: Dure.configuration.version).register(in: registry)
        log.register(in: registry)
        let session = Locked<SessionID?>(nil)
        await health.add("session") {
            guard let open = session.withLock({ $0 }) else {
                throw Failure(.unknown, "no server has taken the worker in")
            }
            return open.text
        }
        try ProgramRunner.startGuard()
        let clients = try command.options.clients()
        let database: OpenDatabase? =
            command.database.address() == nil
            ? nil : try await command.database.open(folder: DataFolder.standard, logger: logger)
        if let database {
            // Only what looks at ranks and markets needs credentials, and that needs the database.
            let settings = try await SettingsOptions.checked(command.settings.source(), ofWorker: true)
            try await HouseEnvironment.load(
                from: MasterKeyPlace.vault(database, settings, clock: clock),
                logger: logger
            )
        }
        let workflows = database.map { database in
            let ids = IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
            return WorkflowEngine(store: database.store, clock: clock, ids: ids, logger: logger)
        }
        let worker = worker(
            clients,
            database,
            workflows,
            registry,
            logger,
            session: { session.withLock { $0 } },
            onSession: { opened in
                session.withLock { $0 = opened }
                say(WorkerLine(session: opened?.text ?? ""))
            }
        )
        let outcome: Result<RemoteWorker.Ending, any Error>
        do {
            outcome = .success(try await run(worker, workflows?.post, health, registry, logger))
        } catch {
            outcome = .failure(error)
        }
        logger.info("The worker ends.")
        try await database?.close()
        for client in clients { try await client.shutdown() }
        switch outcome {
        case .success(.drained): return
        case .success(.restart): throw ExitCode(WorkerExit.restart)
        case .failure(let error as FleetCallError):
            logger.critical("The server does not take the worker.", metadata: ["error": "\(error)"])
            throw ExitCode(WorkerExit.notAllowed)
        case .failure(let error): throw error
        }
    }

    private func worker(
        _ clients: [APIClient],
        _ database: OpenDatabase?,
        _ workflows: WorkflowEngine?,
        _ registry: MetricsRegistry,
        _ logger: Logger,
        session: @escaping @Sendable () -> SessionID?,
        onSession: @escaping @Sendable (SessionID?) -> Void
    ) -> RemoteWorker {
        let connections = clients.map { HTTPFleetConnection($0) }
        // What a worker without the database does to the outside is written down by its server.
        let ledger: any EffectLedger =
            database?.store ?? RemoteEffects(connections: connections, clock: clock, session: session)
        let handlers = WorkerHandlers.handlers(
            command.wantedKinds,
            store: database?.store,
            isShared: true,
            ledger: ledger,
            clock: clock,
            workflows: workflows
        ).map { MeasuredHandler($0, registry) }
        return RemoteWorker(
            connections: connections,
            handlers: handlers,
            clock: clock,
            setting: RemoteWorker.Setting(
                name: command.name,
                slots: command.slots,
                software: "dure " + Dure.configuration.version,
                drainBound: .seconds(command.drainSeconds)
            ),
            seed: .random(in: .min ... .max),
            logger: logger,
            onSession: onSession
        )
    }

    private func run(
        _ worker: RemoteWorker,
        _ post: NoticePost?,
        _ health: HealthBoard,
        _ registry: MetricsRegistry,
        _ logger: Logger
    ) async throws -> RemoteWorker.Ending {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: RemoteWorker.Ending?.self) { group in
            group.addTask { try await worker.run() }
            if let post {
                group.addTask {
                    try await post.run()
                    return nil
                }
            }
            group.addTask {
                try await IdleMemory(clock: clock).run()
                return nil
            }
            group.addTask {
                for await _ in signals {
                    await health.drain()
                    worker.drain()
                }
                return nil
            }
            group.addTask {
                // A sign of life for the supervisor: a process that stands still gives none.
                while command.supervised {
                    say(WorkerLine())
                    try await clock.sleep(for: .seconds(2))
                }
                return nil
            }
            if let port = command.healthPort {
                group.addTask {
                    let place = Listening(port: port)
                    let probes = try ProbeServer.service(at: place, health: health, registry: registry, logger: logger)
                    try await ServiceGroup(configuration: .init(services: [probes], logger: logger)).run()
                    return nil
                }
            }
            defer { group.cancelAll() }
            while let ending = try await group.next() {
                if let ending { return ending }
            }
            return .drained
        }
    }

    private func say(_ line: WorkerLine) {
        guard command.supervised else { return }
        do {
            try Console.json(line)
        } catch {
            // The supervisor is gone, and so will this process be.
            return
        }
    }
}

/// Counts what a handler does.
struct MeasuredHandler: JobHandler {
    private let handler: any JobHandler
    private let jobs: MetricFamily
    private let spans: MetricFamily
    private let running: MetricFamily

    init(_ handler: any JobHandler, _ registry: MetricsRegistry) {
        self.handler = handler
        jobs = registry.counter("dure_worker_jobs_total", "Jobs that this worker ran.", labels: ["kind", "outcome"])
        spans = registry.histogram("dure_worker_job_seconds", "How long jobs ran.", labels: ["kind"])
        running = registry.gauge("dure_worker_jobs_running", "Jobs that run now.", labels: ["kind"])
    }

    var kinds: [JobKind] { handler.kinds }

    func run(_ job: Job, worker: Worker) async throws -> String {
        let start = ContinuousClock.now
        running.add(1, job.kind.rawValue)
        defer {
            running.add(-1, job.kind.rawValue)
            spans.observe(start.duration(to: .now).inSeconds, job.kind.rawValue)
        }
        do {
            let answer = try await handler.run(job, worker: worker)
            jobs.add(1, job.kind.rawValue, "completed")
            return answer
        } catch {
            jobs.add(1, job.kind.rawValue, error is CancellationError ? "cancelled" : "failed")
            throw error
        }
    }
}
