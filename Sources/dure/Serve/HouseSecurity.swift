// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Jobs
import Logging
import Operations
import Server

/// What guards a server: who comes in and how often, what is noted of it, the settings that may change, and the health of it all.
struct HouseSecurity: Sendable {
    /// How often the log says where the audit log ends.
    private static let anchorInterval = TimeSpan.hours(1)

    private let rules: SecurityRulesBox
    private let sessions: SessionKeeper
    private let tokens: TokenDesk
    private let trail: AuditTrail
    private let vault: SecretVault?
    private let certificate: CertificateBox?
    private let opened: OpenDatabase
    private let folder: DataFolder
    private let settings: Settings
    private let source: SettingsSource
    private let level: LogLevel
    private let printsLink: Bool
    private let clock: any TimeSource
    private let logger: Logger
    /// The port that was opened; 0 until then.
    private let openPort = Locked(0)

    /// Puts it together; throws the exit code of a master key or a certificate that cannot be used.
    init(
        opened: OpenDatabase,
        folder: DataFolder,
        settings: Settings,
        source: SettingsSource,
        level: LogLevel,
        printsLink: Bool,
        clock: any TimeSource,
        logger: Logger
    ) throws {
        self.opened = opened
        self.folder = folder
        self.settings = settings
        self.source = source
        self.level = level
        self.printsLink = printsLink
        self.clock = clock
        self.logger = logger
        rules = SecurityRulesBox(HouseSettings.rules(settings))
        sessions = SessionKeeper(store: opened.store, clock: clock, times: HouseSettings.sessions(settings))
        trail = AuditTrail(store: opened.store, logger: logger)
        let keys = try MasterKeyPlace.keys(
            setting: settings.text("security.master_key"),
            folder: opened.isShared ? nil : folder.url,
            makes: true
        )
        let vault = keys.map { SecretVault(store: opened.store, masters: $0, clock: clock) }
        self.vault = vault
        let shelf: any TokenKeyShelf =
            vault.map { HouseTokenShelf(vault: $0) } ?? MemoryTokenKeyShelf(clock: clock)
        if vault == nil {
            logger.warning(
                "There is no master key: tokens of this server are good at this server alone, until it stops."
            )
        }
        tokens = TokenDesk(shelf: shelf, clock: clock)
        if let chain = settings.text("server.tls_certificate"), let key = settings.text("server.tls_key") {
            do {
                certificate = try CertificateBox(Listening.Certificate(chain: chain, key: key))
            } catch {
                throw ExitCode.cannotCreate.saying(
                    "the certificate \(chain) with the key \(key) cannot be used: \(error)"
                )
            }
        } else {
            certificate = nil
        }
    }

    /// Has connectors see the credentials that are kept in the database; throws the exit code of those that cannot be decrypted.
    func loadEnvironment() async throws {
        try await HouseEnvironment.load(from: vault, logger: logger)
    }

    /// The programs that goals from outside may name.
    var commands: CommandShelf { CommandShelf(vault: vault) }

    /// What looks at the health of the process, its machine, its database, its workers and its agents.
    func monitor(
        process: String,
        store: any Store,
        dispatcher: Dispatcher,
        ids: IdentifierGenerator,
        agents: AgentsWatch?,
        retention: Housekeeper.Retention
    ) -> HealthMonitor {
        let (clock, logger) = (clock, logger)
        let checks =
            HouseHealth.machine(LinuxMachine(), folder: folder.url.path) {
                let jobs = try await store.prune(before: clock.now - retention.ended, limit: 100_000)
                let access = try await store.pruneAccess(before: clock.now - .days(1))
                return "removed \(jobs) jobs and \(access) sessions and links that are over"
            } + [
                HouseHealth.database(store, clock: clock), HouseHealth.workers(dispatcher),
                HouseHealth.queues({ await dispatcher.workers }, store: store, clock: clock, ids: ids),
                HouseHealth.agents(agents, store: store, clock: clock),
            ]
        return HealthMonitor(
            process: process,
            checks: checks,
            store: store,
            clock: clock,
            limits: HouseSettings.health(settings),
            interval: settings.span("health.interval") ?? .seconds(10),
            logger: logger
        )
    }

    /// The settings as they hold now.
    func presentSettings() async throws -> Settings { try await source.read() }

    /// Has the server guarded, and tells by whom.
    @discardableResult
    func add(to parts: inout ServerProcess.Parts, store: any Store, monitor: HealthMonitor) -> Gatekeeper {
        let verifier = KeyVerifier(store: store, clock: clock)
        let gatekeeper = Gatekeeper(rules: rules, clock: clock)
        let address: @Sendable (RequestHead) -> String = { gatekeeper.address(of: $0) }
        parts.authenticator = AccessDesk(
            verifier: verifier,
            sessions: sessions,
            tokens: tokens,
            clock: clock,
            wrongCredentials: settings.number("limits.wrong_credentials") ?? 5,
            address: address
        )
        parts.guards.append(gatekeeper)
        parts.audit = RequestLog(trail: trail, clock: clock, address: address)
        parts.certificate = certificate
        parts.further +=
            AccessEndpoints(
                AccessEndpoints.Parts(
                    sessions: sessions,
                    tokens: tokens,
                    keys: store,
                    audit: store,
                    trail: trail,
                    verifier: verifier,
                    gatekeeper: gatekeeper,
                    rules: rules,
                    health: monitor,
                    history: store,
                    clock: clock,
                    makeKey: parts.makeKey,
                    rotateKey: { id in
                        var generator = SystemRandomNumberGenerator()
                        return KeyText(rotating: id, using: &generator)
                    }
                )
            ).endpoints
        return gatekeeper
    }

    /// Looks after health, settings and anchors until the task is cancelled.
    func run(_ monitor: HealthMonitor) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await monitor.run() }
            group.addTask { try await keepAnchoring() }
            group.addTask { try await keepLinking() }
            group.addTask {
                try await SettingsWatch(source, judge: HouseSettings.judge, logger: logger).run(from: settings) {
                    next,
                    names in
                    await take(next, names, monitor)
                }
            }
            try await group.waitForAll()
        }
    }

    /// Has changed settings hold, and notes that in the audit log.
    private func take(_ next: Settings, _ names: Set<String>, _ monitor: HealthMonitor) async {
        rules.present = HouseSettings.rules(next)
        await sessions.setTimes(HouseSettings.sessions(next))
        await monitor.set(HouseSettings.health(next), interval: next.span("health.interval") ?? .seconds(10))
        level.present = HouseSettings.level(next)
        await trail.record(
            actor: "settings' file",
            action: "settings.change",
            detail: names.sorted().joined(separator: ", "),
            at: clock.now
        )
    }

    /// Writes the end of the audit log to the process's log, so that a later cut behind it can be found.
    func anchor() async { await trail.anchor() }

    private func keepAnchoring() async throws {
        while true {
            await trail.anchor()
            try await clock.sleep(for: Self.anchorInterval)
        }
    }

    /// Prints a link for an administrator where nobody is signed in, and to a terminal always.
    func greet(port: Int) async {
        openPort.withLock { $0 = port }
        guard printsLink else { return }
        do {
            let isWatched = isatty(STDOUT_FILENO) == 1
            let nobodyIsIn = try await sessions.sessions(in: .default).isEmpty
            guard isWatched || nobodyIsIn else { return }
            let (address, end) = try await link(
                SignInBox.Wish(name: NSUserName(), role: .admin),
                port,
                actor: "server",
                "printed at the start"
            )
            // On standard output, apart from the log, which may be kept and read by others.
            try Console.line("Sign in once, before \(end): \(address)")
        } catch {
            logger.warning("No sign-in link could be made.", metadata: ["error": "\(error)"])
        }
    }

    /// Gives links to people who ask for them in the data folder.
    private func keepLinking() async throws {
        while true {
            do {
                try await SignInBox(folder: folder).serve(clock: clock) { wish in
                    let port = openPort.withLock { $0 }
                    return try await link(wish, port, actor: "command \(wish.name)", "asked for in the data folder")
                        .address
                }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.warning(
                    "Sign-in links cannot be asked for in the data folder now.",
                    metadata: ["error": "\(error)"]
                )
                try await clock.sleep(for: .minutes(1))
            }
        }
    }

    private func link(
        _ wish: SignInBox.Wish,
        _ port: Int,
        actor: String,
        _ detail: String
    ) async throws -> (address: String, end: Timestamp) {
        let (code, link) = try await sessions.makeLink(workspace: .default, role: wish.role, name: wish.name)
        try await trail.write(
            AuditDraft(
                time: clock.now,
                actor: actor,
                action: "link.make",
                subject: link.id,
                detail: "\(detail), until \(link.expiresAt)"
            )
        )
        return ("\(address(port))\(SignInPage.path)#\(code)", link.expiresAt)
    }

    private func address(_ port: Int) -> String {
        if let address = settings.text("server.public_url") { return address }
        let host = settings.text("server.host") ?? "127.0.0.1"
        let shown = ["0.0.0.0", "::"].contains(host) ? ProcessInfo.processInfo.hostName : host
        return "\(certificate == nil ? "http" : "https")://\(shown.contains(":") ? "[\(shown)]" : shown):\(port)"
    }
}
