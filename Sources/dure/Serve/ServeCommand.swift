// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Jobs
import Logging
import Operations
import Reports
import Server
import Storage

/// `dure serve`: the queue and the fleet over HTTP.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the queue and the fleet over HTTP.",
        discussion: """
            With --agents, or goal files, it also runs the folder's campaigns, and their trials go to the workers; 'dure pause' and its like \
            reach them. Make a key first: 'dure fleet keys add NAME --scope work'. /livez, /readyz and /metrics are on a port of their own, which \
            only your own network should reach. SIGTERM stops it in order; a second one at once. docs/fleet.md and docs/operations.md say \
            more. Exit codes: 0 it was stopped; 73 a port or a certificate cannot be had; 75 another process holds the data folder.
            """
    )

    @Argument(
        help: "Goal files whose campaigns run in this process, from where they were; implies --agents.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var goals: [String] = []

    @Flag(
        help: "Run the agents in this process, so that the folder's campaigns go on; their trials run on the workers."
    )
    var agents = false

    @Flag(
        help: "Run a campaign of a made-up seller against the simulated market too, at a speed that one can watch."
    )
    var rehearsal = false

    @Option(help: "The language of the reports of campaigns that end: en or ko.")
    var language = ReportLanguage.english

    @Option(help: "The address to listen on; 127.0.0.1 unless a setting says otherwise.")
    var host: String?

    @Option(
        help: "The port of the API; 0 for any that is free, which is printed; 7420 unless a setting says otherwise."
    )
    var port: Int?

    @Option(help: "The address of the probes; 127.0.0.1 unless a setting says otherwise.")
    var healthHost: String?

    @Option(help: "The port of /livez, /readyz and /metrics; 7421 unless a setting says otherwise.")
    var healthPort: Int?

    @Option(help: "The folder of the data (default: \(DataFolder.standard)).", completion: .directory)
    var output: String?

    @OptionGroup var settingsOptions: SettingsOptions

    @Flag(
        inversion: .prefixedNo,
        help: "Print a link by which an administrator signs in once, where nobody is signed in."
    )
    var signInLink = true

    @OptionGroup var keeping: RetentionOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var messaging: MessagingOptions

    @Option(help: "The name of this server among those that share a database; its computer's and its port by default.")
    var name: String?

    @Option(help: "A PEM file with the certificate and its chain; TLS 1.3 is spoken then.", completion: .file())
    var tlsCertificate: String?

    @Option(help: "A PEM file with the certificate's private key.", completion: .file())
    var tlsKey: String?

    @Option(
        parsing: .upToNextOption,
        help:
            "The kinds of jobs that keys with the scope enqueue may add, probe by default. trial.command lets them run any program on the workers."
    )
    var enqueueKinds: [String] = []

    @Option(
        help:
            "How many jobs of a kind may wait before more are refused with 429; 1000000 unless a setting says otherwise."
    )
    var queueLimit: Int?

    @Option(help: "How many seconds /readyz says no before the ports close; 5 unless a setting says otherwise.")
    var drainSeconds: Int?

    func validate() throws {
        for (name, value) in [("--port", port), ("--health-port", healthPort)] where !(0...65_535).contains(value ?? 0)
        {
            throw ValidationError("\(name) is \(value ?? 0); give a number from 0 to 65535")
        }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key go together")
        }
        guard (0...300).contains(drainSeconds ?? 0) else {
            throw ValidationError("--drain-seconds is \(drainSeconds ?? 0); give a number from 0 to 300")
        }
        if !goals.isEmpty || agents || rehearsal, database.address() != nil {
            throw ValidationError(
                "campaigns of a shared database are run by 'dure agents' and 'dure run'; leave out --agents and goal files"
            )
        }
        guard queueLimit ?? 1 > 0 else { throw ValidationError("--queue-limit is \(queueLimit ?? 0); give 1 or more") }
        for kind in enqueueKinds where JobKind(rawValue: kind) == nil {
            throw ValidationError(
                "there are no jobs of kind '\(kind)'; give some of "
                    + JobKind.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
    }

    /// What the command line says, by the settings' names.
    var flags: [String: [String]] {
        let single: [(String, String?)] = [
            ("server.host", host), ("server.port", port.map { String($0) }), ("server.health_host", healthHost),
            ("server.health_port", healthPort.map { String($0) }), ("server.name", name),
            ("server.tls_certificate", tlsCertificate), ("server.tls_key", tlsKey), ("data.folder", output),
            ("server.drain_seconds", drainSeconds.map { String($0) }),
            ("jobs.queue_limit", queueLimit.map { String($0) }), ("database.url", database.database),
            ("redis.url", messaging.redis),
        ]
        var flags: [String: [String]] = enqueueKinds.isEmpty ? [:] : ["jobs.enqueue_kinds": enqueueKinds]
        for case (let key, let value?) in single { flags[key] = [value] }
        return flags
    }

    /// How the API is served.
    static func setting(_ settings: Settings) -> ServerProcess.Setting {
        var certificate: Listening.Certificate?
        if let chain = settings.text("server.tls_certificate"), let key = settings.text("server.tls_key") {
            certificate = Listening.Certificate(chain: chain, key: key)
        }
        let standard = ServerLimits()
        let limits = ServerLimits(
            bodyDeadline: settings.span("limits.body_time") ?? standard.bodyDeadline,
            idle: settings.span("limits.idle") ?? standard.idle,
            connections: settings.number("limits.connections") ?? standard.connections,
            connectionsPerAddress: settings.number("limits.connections_per_address") ?? standard.connectionsPerAddress
        )
        return ServerProcess.Setting(
            api: Listening(
                host: settings.text("server.host") ?? "127.0.0.1",
                port: settings.number("server.port") ?? 7_420,
                certificate: certificate
            ),
            probes: Listening(
                host: settings.text("server.health_host") ?? "127.0.0.1",
                port: settings.number("server.health_port") ?? 7_421
            ),
            limits: limits,
            kinds: settings.list("jobs.enqueue_kinds").compactMap(JobKind.init(rawValue:)),
            drainDelay: .seconds(settings.number("server.drain_seconds") ?? 5)
        )
    }

    /// Lets as many connections be open as the settings say, beside the files that the process has open itself.
    private static func allowFiles(_ settings: Settings, _ logger: Logger) {
        let wanted = (settings.number("limits.connections") ?? ServerLimits().connections) + 256
        let allowed = OpenFiles.allow(wanted)
        guard allowed < wanted else { return }
        logger.warning(
            "The system lets the process have fewer files open than limits.connections needs.",
            metadata: ["allowed": "\(allowed)", "needed": "\(wanted)"]
        )
    }

    func run() async throws {
        ignoreBrokenPipes()
        let source = try settingsOptions.source(flags: flags)
        let settings = try await SettingsOptions.checked(source)
        let level = LogLevel(HouseSettings.level(settings))
        let (log, logger) = ProcessLog.open("dure.server", level: level)
        defer { log.close() }
        Self.allowFiles(settings, logger)
        let folder = settings.text("data.folder") ?? DataFolder.standard
        let goals = goals + (rehearsal ? [try LiveRehearsal.write(into: DataFolder(path: folder))] : [])
        let files = try goals.map { (path: $0, file: try RunCommand.load($0)) }
        var (database, messaging) = (database, messaging)
        database.database = settings.text("database.url")
        messaging.redis = settings.text("redis.url")
        let opened = try await database.open(folder: folder, logger: logger)
        var campaigns: LocalAgents.Setting?
        if agents || !goals.isEmpty {
            try ProgramRunner.startGuard()
            campaigns = LocalAgents.Setting(goals: files, folder: DataFolder(path: folder), language: language)
        }
        let clock = SystemClock()
        let security = try HouseSecurity(
            opened: opened,
            folder: DataFolder(path: folder),
            settings: settings,
            source: source,
            level: level,
            printsLink: signInLink,
            clock: clock,
            logger: logger
        )
        try await security.loadEnvironment()
        try await ServeProcess(
            database: opened,
            broker: try messaging.broker(clock: clock, logger: logger),
            name: settings.text("server.name")
                ?? "\(ProcessInfo.processInfo.hostName):\(settings.number("server.port") ?? 7_420)",
            setting: Self.setting(settings),
            queueLimit: settings.number("jobs.queue_limit") ?? 1_000_000,
            durability: settings.text("jobs.durability") == "process" ? .process : .power,
            folder: DataFolder(path: folder),
            campaigns: campaigns,
            retention: keeping.retention,
            security: security,
            clock: clock,
            log: log,
            logger: logger
        ).run()
        try await opened.close()
    }
}
