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
import ServiceLifecycle
import Storage
import UnixSignals

/// `dure agents`: the agents in a process of their own, beside servers that share a database with it.
struct AgentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents",
        abstract: "Run the agents beside servers that share a PostgreSQL database and a Redis server.",
        discussion: """
            Any number of these processes may run: each agent runs in one of them, and in another within ten seconds of the first one's \
            end. SIGTERM stops it in order. docs/operations.md says more. Exit codes: 0 it was stopped; 65 a setting is wrong; 69 the \
            database cannot be reached; 73 the port of the probes cannot be had.
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var messaging: MessagingOptions

    @Option(help: "The name of this process among the others; its computer's and its number by default.")
    var name: String?

    @Option(help: "The address of the probes; 127.0.0.1 unless a setting says otherwise.")
    var healthHost: String?

    @Option(help: "The port of /livez, /readyz and /metrics; of servers and agents on one machine each needs its own.")
    var healthPort = 7422

    @Option(help: "How often agents look after their campaigns at least, such as 10s.")
    var interval = "10s"

    @OptionGroup var keeping: RetentionOptions
    @OptionGroup var settingsOptions: SettingsOptions

    func validate() throws {
        guard (0...65_535).contains(healthPort) else {
            throw ValidationError("--health-port is \(healthPort); give a number from 0 to 65535")
        }
        guard let span = TimeSpan(interval), span > .zero else {
            throw ValidationError("--interval is '\(interval)'; give a length of time such as 10s")
        }
    }

    func run() async throws {
        ignoreBrokenPipes()
        let settings = try await SettingsOptions.checked(settingsOptions.source(flags: flags))
        let (log, logger) = ProcessLog.open("dure.agents", level: HouseSettings.level(settings))
        defer { log.close() }
        var (database, messaging) = (database, messaging)
        database.database = settings.text("database.url")
        messaging.redis = settings.text("redis.url")
        guard database.address() != nil else {
            throw ExitCode.usage.saying("'dure agents' needs a database that others share: --database postgresql://…")
        }
        let clock = SystemClock()
        let handled = HandledMessages()
        guard let broker = try messaging.broker(clock: clock, handled: handled, logger: logger) else {
            throw ExitCode.usage.saying("'dure agents' needs a Redis server for its messages: --redis redis://…")
        }
        let opened = try await database.open(folder: DataFolder.standard, logger: logger)
        try await HouseEnvironment.load(
            from: MasterKeyPlace.vault(opened, settings, clock: clock),
            logger: logger
        )
        let process = AgentsProcess(
            opened: opened,
            broker: broker,
            outbox: OutboxRelay(store: opened.store, broker: broker, handled: handled, clock: clock, logger: logger),
            holder: name ?? Self.processName,
            interval: TimeSpan(interval) ?? .seconds(10),
            retention: keeping.retention,
            probes: Listening(host: settings.text("server.health_host") ?? "127.0.0.1", port: healthPort),
            clock: clock,
            log: log,
            logger: logger
        )
        do {
            try await process.run()
        } catch is CancellationError {
            logger.notice("The agents stopped.")
        }
        try await opened.close()
    }

    /// What the command line says, by the settings' names.
    private var flags: [String: [String]] {
        let said = [
            ("database.url", database.database), ("redis.url", messaging.redis), ("server.health_host", healthHost),
        ]
        var flags: [String: [String]] = [:]
        for case (let key, let value?) in said { flags[key] = [value] }
        return flags
    }

    /// A name that no other process has: the computer's, and the process's number.
    static var processName: String {
        let process = ProcessInfo.processInfo
        return "\(process.hostName)/\(process.processIdentifier)"
    }
}

/// The process of `dure agents`: a candidate for every agent, the broker and the probes.
struct AgentsProcess: Sendable {
    let opened: OpenDatabase
    let broker: RedisBroker
    let outbox: OutboxRelay
    let holder: String
    let interval: TimeSpan
    var retention = Housekeeper.Retention()
    let probes: Listening
    let clock: any TimeSource
    let log: ProcessLog
    let logger: Logger

    /// Runs until a signal comes.
    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let (registry, health) = (MetricsRegistry(), HealthBoard(clock: clock))
        let held = Locked<[String: Int]>([:])
        register(registry, held)
        await check(health)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await broker.run() }
            group.addTask { await outbox.run() }
            for make in makers {
                group.addTask { try await stand(make, held, health) }
            }
            group.addTask { try await keepHouse() }
            group.addTask { try await IdleMemory(clock: clock).run() }
            group.addTask {
                let ids = IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
                let workflows = WorkflowEngine(store: opened.store, clock: clock, ids: ids, logger: logger)
                try await workflows.keeper().run()
            }
            group.addTask { try await serveProbes(registry, health) }
            group.addTask {
                for await signal in signals {
                    logger.notice("The agents stop.", metadata: ["signal": "\(signal)"])
                    await health.drain()
                    return
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Stands for one agent, and is it while this process has its lease.
    private func stand(
        _ make: @escaping Staff.Maker,
        _ held: Locked<[String: Int]>,
        _ health: HealthBoard
    ) async throws {
        let context = context(fence: nil)
        let name = make(context).name.rawValue
        let candidate = AgentCandidate(
            agent: name,
            holder: holder,
            store: opened.store,
            clock: clock,
            logger: logger,
            onLook: { await health.tick(name) }
        )
        try await candidate.run { fence in
            held.withLock { $0[name] = fence.term }
            defer { held.withLock { $0[name] = nil } }
            let host = AgentHost(agents: [make(self.context(fence: fence))], broker: broker, clock: clock)
            try await host.run()
        }
    }

    private var makers: [Staff.Maker] {
        Staff.makers(
            fleet: StoredFleet(store: opened.store, clock: clock),
            interval: interval,
            orders: .seconds(1),
            trends: WorkflowEngine(
                store: opened.store,
                clock: clock,
                ids: IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max)),
                logger: logger
            ).desk
        )
    }

    private func context(fence: LeaseFence?) -> AgentContext {
        var context = AgentContext(
            store: opened.store,
            broker: broker,
            clock: clock,
            ids: IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max)),
            workspace: .default,
            logger: logger
        )
        context.outbox = outbox
        if let fence { context.fence = { fence } }
        return context
    }

    private func keepHouse() async throws {
        let ids = IdentifierGenerator(clock: clock, seed: .random(in: .min ... .max))
        let keeper = Housekeeper.alerting(
            store: opened.store,
            clock: clock,
            ids: ids,
            timing: .real,
            retention: retention,
            logger: logger
        )
        try await keeper.run()
    }

    private func serveProbes(_ registry: MetricsRegistry, _ health: HealthBoard) async throws {
        do {
            let service = try ProbeServer.service(at: probes, health: health, registry: registry, logger: logger)
            try await ServiceGroup(configuration: .init(services: [service], logger: logger)).run()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ExitCode.cannotCreate.saying("the probes cannot listen: \(error)")
        }
    }

    private func register(_ registry: MetricsRegistry, _ held: Locked<[String: Int]>) {
        ProcessMetrics(startedAt: clock.now, version: Dure.configuration.version).register(in: registry)
        log.register(in: registry)
        let terms = registry.gauge(
            "dure_agent_term",
            "The term in which this process is an agent; 0 where another one is.",
            labels: ["agent"]
        )
        OutboxMetrics(store: opened.store, outbox: outbox, clock: clock, logger: logger).register(in: registry)
        let messages = registry.counter("dure_messages_total", "Messages by what became of them.", labels: ["event"])
        registry.beforePrint { _ in
            let now = held.withLock { $0 }
            for name in AgentName.allCases where name != .gateway {
                terms.set(Double(now[name.rawValue] ?? 0), name.rawValue)
            }
            let counts = broker.counts
            for (event, count) in [
                ("requested", counts.requests), ("answered", counts.responses), ("commanded", counts.commands),
                ("published", counts.events), ("dead", counts.dead), ("dropped", counts.dropped),
                ("timed_out", counts.timedOut), ("late", counts.late), ("refused", counts.refused),
            ] { messages.set(Double(count), event) }
        }
    }

    private func check(_ health: HealthBoard) async {
        let (broker, clock, outbox) = (broker, clock, outbox)
        let startedAt = clock.steady
        await opened.check(health, clock: clock)
        await health.add("outbox") {
            let silence = clock.steady - (outbox.lastLookAt ?? startedAt)
            guard silence <= .seconds(10) else { throw Failure(.unknown, "nobody has looked at it for \(silence)") }
            return "looked at"
        }
        await health.add("messages") {
            guard broker.isConnected else { throw Failure(.unknown, "Redis is not connected") }
            return "Redis is connected"
        }
    }
}
