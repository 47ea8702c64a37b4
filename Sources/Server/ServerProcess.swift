// SPDX-License-Identifier: Apache-2.0

package import Domain
import Hummingbird
package import Jobs
package import Logging
package import Operations
import ServiceLifecycle

/// The HTTP interface of a process: the fleet's port, and the probes' port beside it.
package struct ServerProcess: Sendable {
    /// What the interface speaks to.
    package struct Parts: Sendable {
        package var gate: any FleetGate
        package var control: any FleetControl
        package var entrance: any JobEntrance
        package var keys: any WorkerKeyStore
        /// The ledger of effects for workers without a database; nil where there is none.
        package var effects: (any EffectStore & JobStore)?
        package var health: HealthBoard
        package var registry: MetricsRegistry
        package var ids: IdentifierGenerator
        package var clock: any TimeSource
        package var makeKey: @Sendable () -> KeyText
        package var logger: Logger
        /// What the API asks for campaigns, ranks and the like; nil for a server of jobs and workers alone.
        package var services: Services?
        /// Who tells callers; by keys alone when nil.
        package var authenticator: (any Authenticator)?
        /// What looks at every request and answer beside its endpoint.
        package var guards: [any RequestGuard] = []
        /// Who notes changes that were asked for; nobody when nil.
        package var audit: (any RequestAudit)?
        /// The certificate that is shown, where it may be exchanged while the server runs.
        package var certificate: CertificateBox?
        /// Where the answers to requests that may be sent again are kept; nil takes no notice of their keys.
        package var answers: (any AnswerStore)?
        /// Endpoints of others: pages, live streams.
        package var further: [Endpoint] = []
        /// What works as long as the server serves, such as the live stream's look at how things stand.
        package var companions: [@Sendable () async throws -> Void] = []
        /// Told once the server stops, so that what never ends by itself ends, such as a stream.
        package var onEnding: [@Sendable () -> Void] = []

        /// Creates parts.
        package init(
            gate: any FleetGate,
            control: any FleetControl,
            entrance: any JobEntrance,
            keys: any WorkerKeyStore,
            health: HealthBoard,
            registry: MetricsRegistry,
            ids: IdentifierGenerator,
            clock: any TimeSource,
            makeKey: @escaping @Sendable () -> KeyText,
            logger: Logger
        ) {
            self.gate = gate
            self.control = control
            self.entrance = entrance
            self.keys = keys
            self.health = health
            self.registry = registry
            self.ids = ids
            self.clock = clock
            self.makeKey = makeKey
            self.logger = logger
        }
    }

    /// How it is served.
    package struct Setting: Sendable {
        package var api: Listening
        /// Where the probes are; nil for none.
        package var probes: Listening?
        package var limits: ServerLimits
        /// The kinds of jobs that outsiders may add.
        package var kinds: [JobKind]
        /// How long `/readyz` says no before anything else changes, so that balancers look elsewhere.
        package var drainDelay: TimeSpan
        /// How long, after that, requests are answered with the word that their connection ends, before the ports close: closing a
        /// connection on which a request has just come would reset it.
        package var linger: TimeSpan
        /// How long requests have to end after that.
        package var drainBound: TimeSpan

        /// Creates a setting.
        package init(
            api: Listening,
            probes: Listening?,
            limits: ServerLimits = ServerLimits(),
            kinds: [JobKind] = [.probe],
            drainDelay: TimeSpan = .seconds(5),
            linger: TimeSpan = TimeSpan(milliseconds: 500),
            drainBound: TimeSpan = .seconds(10)
        ) {
            self.api = api
            self.probes = probes
            self.limits = limits
            self.kinds = kinds
            self.drainDelay = drainDelay
            self.linger = linger
            self.drainBound = drainBound
        }
    }

    /// The ports that were opened.
    package struct Ports: Hashable, Sendable {
        package var api: Int
        package var probes: Int?
    }

    private let parts: Parts
    private let setting: Setting
    private let desk: FleetDesk
    private let authenticator: any Authenticator
    private let table: EndpointTable
    private let book: AddressBook
    private let isEnding = Locked(false)

    /// Creates the interface; nothing listens yet.
    package init(parts: Parts, setting: Setting) {
        self.parts = parts
        self.setting = setting
        desk = FleetDesk(
            gate: parts.gate,
            clock: parts.clock,
            longest: setting.limits.poll,
            hasLedger: parts.effects != nil
        )
        let authenticator =
            parts.authenticator ?? KeyAuthenticator(KeyVerifier(store: parts.keys, clock: parts.clock))
        self.authenticator = authenticator
        table = Self.table(parts, setting, desk: desk, authenticator)
        book = AddressBook(limit: setting.limits.connectionsPerAddress)
    }

    /// Every endpoint, for documents and tests.
    package var endpoints: [Endpoint] { table.endpoints }

    private static func table(_ parts: Parts, _ setting: Setting, desk: FleetDesk, _ authenticator: any Authenticator)
        -> EndpointTable
    {
        var endpoints = WorkerRoutes(desk: desk, registry: parts.registry).endpoints
        if let effects = parts.effects {
            endpoints += EffectRoutes(desk: desk, store: effects, clock: parts.clock).endpoints
        }
        endpoints +=
            ControlRoutes(
                control: parts.control,
                keys: parts.keys,
                authenticator: authenticator,
                clock: parts.clock,
                makeKey: parts.makeKey
            ).endpoints
        endpoints +=
            JobRoutes(
                entrance: parts.entrance,
                kinds: setting.kinds,
                ids: parts.ids,
                clock: parts.clock
            ).endpoints
        if let services = parts.services { endpoints += APIEndpoints(services).endpoints }
        endpoints += parts.further
        return EndpointTable(endpoints + AboutEndpoints(endpoints).endpoints)
    }

    /// How many polls wait for jobs.
    package var waitingPolls: Int { get async { await desk.waitingPolls } }

    /// Serves until `stop` returns, and then stops in order: `/readyz` says no, a wait, polls are answered empty and clients are told to
    /// let their connections go, the ports close, requests end or are cut off at the bound.
    ///
    /// `onListening` hears the ports once both are open. Throws when a port cannot be had.
    package func run(
        onListening: @escaping @Sendable (Ports) -> Void = { _ in },
        until stop: @escaping @Sendable () async -> Void
    ) async throws {
        let ports = Locked<(api: Int?, probes: Int?)>((nil, nil))
        let wantsProbes = setting.probes != nil
        let opened: @Sendable (Int?, Int?) -> Void = { api, probes in
            let complete = ports.withLock { ports -> Ports? in
                ports = (api ?? ports.api, probes ?? ports.probes)
                guard let api = ports.api, !wantsProbes || ports.probes != nil else { return nil }
                return Ports(api: api, probes: ports.probes)
            }
            if let complete { onListening(complete) }
        }
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        // The last to start is the first to stop: the probes tell to the end how things are.
        if let place = setting.probes, let probes = try probes({ opened(nil, $0) }) {
            services.append(.init(service: PortService(base: probes, place: place)))
        }
        services.append(.init(service: PortService(base: try api { opened($0, nil) }, place: setting.api)))
        var configuration = ServiceGroupConfiguration(services: services, logger: parts.logger)
        configuration.maximumGracefulShutdownDuration = setting.drainBound.duration
        try await serve(ServiceGroup(configuration: configuration), until: stop)
    }

    private func serve(_ group: ServiceGroup, until stop: @escaping @Sendable () async -> Void) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                try await group.run()
                return true
            }
            tasks.addTask {
                await stop()
                guard !Task.isCancelled else { return false }
                await parts.health.drain()
                try await parts.clock.sleep(for: setting.drainDelay)
                isEnding.withLock { $0 = true }
                for end in parts.onEnding { end() }
                await desk.drain()
                try await parts.clock.sleep(for: setting.linger)
                await group.triggerGracefulShutdown()
                return false
            }
            tasks.addTask { try await housekeeping() }
            for companion in parts.companions {
                tasks.addTask {
                    try await companion()
                    return false
                }
            }
            if let certificate = parts.certificate {
                tasks.addTask {
                    try await certificate.watch(clock: parts.clock, logger: parts.logger)
                    return false
                }
            }
            defer { tasks.cancelAll() }
            while let isOver = try await tasks.next() {
                if isOver { return }
            }
        }
    }

    /// Notes now and then when keys were used.
    private func housekeeping() async throws -> Bool {
        while true {
            try await parts.clock.sleep(for: .minutes(1))
            do {
                try await authenticator.flush()
            } catch {
                parts.logger.warning("The last uses of keys were not noted.", metadata: ["error": "\(error)"])
            }
        }
    }

    private func api(_ onListening: @escaping @Sendable (Int) -> Void) throws -> some Service {
        let metrics = FrontMetrics(parts.registry)
        parts.registry.beforePrint { [book] _ in metrics.connections.set(Double(book.total)) }
        return try Listener.application(
            Front(
                table: table,
                authenticator: authenticator,
                guards: parts.guards,
                audit: parts.audit,
                ledger: parts.answers.map { AnswerLedger(store: $0, clock: parts.clock) },
                limits: setting.limits,
                budget: BodyBudget(setting.limits.heldBytes),
                metrics: metrics
            ) { [isEnding] in isEnding.withLock { $0 } },
            at: setting.api,
            certificate: parts.certificate,
            limits: setting.limits,
            book: book,
            onRefusal: { metrics.refused.add() },
            logger: parts.logger,
            onListening: onListening
        )
    }

    private func probes(_ onListening: @escaping @Sendable (Int) -> Void) throws -> (any Service)? {
        guard let place = setting.probes else { return nil }
        return try ProbeServer.service(
            at: place,
            health: parts.health,
            registry: parts.registry,
            logger: parts.logger,
            onListening: onListening
        )
    }
}
