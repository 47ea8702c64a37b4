// SPDX-License-Identifier: Apache-2.0

import Agents
import ArgumentParser
import Domain
import Foundation
import Jobs
import Logging
import Messaging
import Operations
import Server
import UnixSignals

/// A server's process: store, dispatcher and HTTP put together.
struct ServeProcess: Sendable {
    private let database: OpenDatabase
    private let broker: RedisBroker?
    private let store: any Store
    private let setting: ServerProcess.Setting
    /// The name among those that share the database; nil where nobody does.
    private let name: String?
    private let clock: any TimeSource
    private let log: ProcessLog
    private let logger: Logger
    private let ids: IdentifierGenerator
    private let dispatcher: Dispatcher
    private let health: HealthBoard
    private let registry = MetricsRegistry()
    private let server: ServerProcess
    /// What the agents of this process run; nil where others have them.
    private let campaigns: LocalAgents.Setting?
    private let retention: Housekeeper.Retention
    private let security: HouseSecurity
    private let agentsWatch: AgentsWatch?
    private let monitor: HealthMonitor
    private let door: AgentDoor

    /// Puts the process together; `name` is its name among those that share the database, and `broker` tells agents elsewhere of ends.
    init(
        database: OpenDatabase,
        broker: RedisBroker?,
        name: String,
        setting: ServerProcess.Setting,
        queueLimit: Int,
        durability: Durability = .power,
        folder: DataFolder,
        campaigns: LocalAgents.Setting? = nil,
        retention: Housekeeper.Retention = Housekeeper.Retention(),
        security: HouseSecurity,
        clock: any TimeSource,
        log: ProcessLog,
        logger: Logger
    ) {
        self.database = database
        self.broker = broker
        let store = database.store
        self.store = store
        self.setting = setting
        let name = database.isShared ? name : nil
        self.name = name
        self.clock = clock
        self.log = log
        self.logger = logger
        ids = IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
        let dispatcher = Dispatcher(
            store: store,
            fleet: store,
            clock: clock,
            ids: ids,
            server: name,
            identity: Self.identity,
            poll: database.isShared ? .seconds(1) : nil,
            seed: .random(in: .min ... .max),
            logger: logger
        )
        self.dispatcher = dispatcher
        health = HealthBoard(clock: clock, freshness: .seconds(1))
        self.campaigns = campaigns
        self.retention = retention
        door = AgentDoor(elsewhere: broker.map { Gateway(broker: $0) }, expectsOwn: campaigns != nil)
        let gate = DispatcherGate(dispatcher)
        var parts = ServerProcess.Parts(
            gate: gate,
            control: gate,
            entrance: StoreEntrance(store: store, clock: clock, limit: queueLimit, durability: durability) {
                dispatcher.wake()
            },
            keys: store,
            health: health,
            registry: registry,
            ids: ids,
            clock: clock,
            makeKey: {
                var generator = SystemRandomNumberGenerator()
                return KeyText(using: &generator)
            },
            logger: logger
        )
        parts.effects = store
        parts.answers = store
        parts.services = .house(
            store: store,
            control: gate,
            door: door,
            folder: folder,
            commands: security.commands,
            health: health,
            clock: clock,
            ids: ids,
            logger: logger
        )
        self.security = security
        let watch = campaigns == nil ? nil : AgentsWatch()
        agentsWatch = watch
        let monitor = security.monitor(
            process: "server " + (name ?? ProcessInfo.processInfo.hostName),
            store: store,
            dispatcher: dispatcher,
            ids: ids,
            agents: watch,
            retention: retention
        )
        self.monitor = monitor
        let gatekeeper = security.add(to: &parts, store: store, monitor: monitor)
        ServePages(gatekeeper: gatekeeper, store: store, monitor: monitor) { try await security.presentSettings() }
            .add(to: &parts)
        server = ServerProcess(parts: parts, setting: setting)
    }

    /// This process as the next one of its name will know it; one that was killed is seen to be dead at once.
    private static var identity: ServerIdentity {
        guard let own = ProcessMark.own() else { return .unknown }
        return ServerIdentity(mark: own.text) { mark in ProcessMark(mark).map(own.isGone) ?? false }
    }

    /// Every endpoint as it is declared.
    var endpoints: [Endpoint] { server.endpoints }

    /// Serves until a signal comes.
    func run() async throws {
        ProcessMetrics(startedAt: clock.now, version: Dure.configuration.version).register(in: registry)
        log.register(in: registry)
        QueueMetrics(store: store, dispatcher: dispatcher, clock: clock, logger: logger).register(in: registry)
        await addChecks()
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let stop = AsyncStream<UnixSignal>.makeStream()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await keepDispatching()
                return false
            }
            group.addTask {
                try await serve(until: stop.stream)
                await handBack()
                await security.anchor()
                return true
            }
            group.addTask { await isAskedTwice(signals, first: stop.continuation) }
            group.addTask {
                try await keepHouse()
                return false
            }
            group.addTask {
                try await IdleMemory(clock: clock).run()
                return false
            }
            group.addTask {
                try await security.run(monitor)
                return false
            }
            if let broker {
                await dispatcher.setHooks(FleetAgent.hooks(in: context(broker)))
                group.addTask {
                    await broker.run()
                    return false
                }
                group.addTask {
                    try await EndedJobsTeller(store: store, clock: clock, logger: logger) { campaign in
                        try await broker.publish(JobEnded(campaign: campaign), from: .fleet)
                    }.run()
                    return false
                }
            }
            if let campaigns {
                group.addTask {
                    try await keepCampaigning(campaigns)
                    return false
                }
            }
            let stopListening = try database.listen { [dispatcher] in dispatcher.wake() }
            defer { stopListening?() }
            defer { group.cancelAll() }
            while let isOver = try await group.next() {
                if isOver { return }
            }
        }
    }

    private func context(_ broker: any MessageBroker) -> AgentContext {
        AgentContext(store: store, broker: broker, clock: clock, ids: ids, workspace: .default, logger: logger)
    }

    private func keepHouse() async throws {
        let dispatcher = dispatcher
        try await Housekeeper.alerting(
            store: store,
            clock: clock,
            ids: ids,
            timing: .real,
            retention: retention,
            logger: logger,
            added: { dispatcher.wake() }
        ).run()
    }

    private func serve(until stop: AsyncStream<UnixSignal>) async throws {
        let (logger, security) = (logger, security)
        let links = AsyncStream<Int>.makeStream()
        do {
            try await server.run(
                onListening: { ports in
                    links.continuation.yield(ports.api)
                    links.continuation.finish()
                    logger.notice(
                        "The server listens.",
                        metadata: ["port": "\(ports.api)", "health_port": "\(ports.probes ?? 0)"]
                    )
                },
                until: {
                    for await port in links.stream { await security.greet(port: port) }
                    for await signal in stop {
                        logger.notice("The server stops.", metadata: ["signal": "\(signal)"])
                        return
                    }
                }
            )
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ExitCode.cannotCreate.saying("the server cannot listen: \(error)")
        }
    }

    /// Hands the first signal on, and says true at the second, which ends the process at once.
    ///
    /// On Linux, Dispatch now and then reports one signal twice within milliseconds, where it first came to a thread that does not block
    /// it: what comes within half a second of the first is the first.
    private func isAskedTwice(_ signals: UnixSignalsSequence, first: AsyncStream<UnixSignal>.Continuation) async -> Bool
    {
        var firstAt: Timestamp?
        for await signal in signals {
            if let firstAt {
                if clock.steady - firstAt >= TimeSpan(milliseconds: 500) { return true }
            } else {
                firstAt = clock.steady
                first.yield(signal)
            }
        }
        return false
    }

    /// Gives the jobs of this server's workers back, so that another server need not wait until their leases are over.
    private func handBack() async {
        guard name != nil else { return }
        do {
            let jobs = try await dispatcher.handBack()
            try await dispatcher.retire()
            logger.notice("The server gave its jobs back.", metadata: ["jobs": "\(jobs.count)"])
        } catch {
            logger.warning("The jobs could not be given back; their leases run out.", metadata: ["error": "\(error)"])
        }
    }

    /// Dispatches, and begins anew after a fault of the store: a disk that was full is not full for ever.
    private func keepDispatching() async throws {
        while true {
            do {
                try await dispatcher.run()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.error("The queue cannot be worked on; trying again.", metadata: ["error": "\(error)"])
                try await clock.sleep(for: .seconds(1))
            }
        }
    }

    /// Runs the agents, and makes them anew after a fault of the store, while the API goes on; a goal that is wrong ends the process.
    private func keepCampaigning(_ setting: LocalAgents.Setting) async throws {
        while true {
            do {
                let agents = LocalAgents(
                    store: store,
                    dispatcher: dispatcher,
                    setting: setting,
                    door: door,
                    clock: clock,
                    logger: logger
                )
                agentsWatch?.follow { agents.health }
                defer { agentsWatch?.follow(nil) }
                try await agentsWatch?.running { try await agents.run() }
            } catch is AgentsWatch.Restart {
                logger.warning("The agents are made anew, because one of them is stuck.")
            } catch is CancellationError {
                throw CancellationError()
            } catch let error as ExitCode {
                throw error
            } catch {
                logger.error("The agents cannot work; trying again.", metadata: ["error": "\(error)"])
                try await clock.sleep(for: .seconds(5))
            }
        }
    }

    private func addChecks() async {
        let (clock, dispatcher) = (clock, dispatcher)
        let startedAt = clock.steady
        await database.check(health, clock: clock)
        await health.add("fleet") {
            let workers = await dispatcher.workers
            let silence = clock.steady - (await dispatcher.lastLookAt ?? startedAt)
            guard silence <= .seconds(10) else { throw Failure(.unknown, "nobody has looked at it for \(silence)") }
            return "\(workers.count) workers"
        }
        guard let name else { return }
        await health.add("lease") {
            guard await dispatcher.isEntitled else {
                throw Failure(
                    .unknown,
                    "this process has not got the lease server/\(name), or has lost it: it gives no work out"
                )
            }
            return "server/\(name)"
        }
    }
}
