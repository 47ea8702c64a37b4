// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Jobs
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

    @Option(help: "The language of the reports of campaigns that end: en or ko.")
    var language = ReportLanguage.english

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port of the API; 0 for any that is free, which is printed.")
    var port = 7420

    @Option(help: "The address of the probes.")
    var healthHost = "127.0.0.1"

    @Option(help: "The port of /livez, /readyz and /metrics.")
    var healthPort = 7421

    @Option(help: "The folder of the data.", completion: .directory)
    var output = DataFolder.standard

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
            "The kinds of jobs that keys with the scope enqueue may add. trial.command lets them run any program on the workers."
    )
    var enqueueKinds = ["probe"]

    @Option(help: "How many jobs of a kind may wait before more are refused with 429.")
    var queueLimit = 1_000_000

    @Option(help: "How many seconds /readyz says no before the ports close.")
    var drainSeconds = 5

    func validate() throws {
        for (name, value) in [("--port", port), ("--health-port", healthPort)] where !(0...65_535).contains(value) {
            throw ValidationError("\(name) is \(value); give a number from 0 to 65535")
        }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key go together")
        }
        guard (0...300).contains(drainSeconds) else {
            throw ValidationError("--drain-seconds is \(drainSeconds); give a number from 0 to 300")
        }
        if !goals.isEmpty || agents, database.address() != nil {
            throw ValidationError(
                "campaigns of a shared database are run by 'dure agents' and 'dure run'; leave out --agents and goal files"
            )
        }
        guard queueLimit > 0 else { throw ValidationError("--queue-limit is \(queueLimit); give 1 or more") }
        for kind in enqueueKinds where JobKind(rawValue: kind) == nil {
            throw ValidationError(
                "there are no jobs of kind '\(kind)'; give some of "
                    + JobKind.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
    }

    /// How the API is served.
    var setting: ServerProcess.Setting {
        var certificate: Listening.Certificate?
        if let chain = tlsCertificate, let key = tlsKey { certificate = Listening.Certificate(chain: chain, key: key) }
        return ServerProcess.Setting(
            api: Listening(host: host, port: port, certificate: certificate),
            probes: Listening(host: healthHost, port: healthPort),
            kinds: enqueueKinds.compactMap(JobKind.init(rawValue:)),
            drainDelay: .seconds(drainSeconds)
        )
    }

    func run() async throws {
        ignoreBrokenPipes()
        let (log, logger) = ProcessLog.open("dure.server")
        defer { log.close() }
        let files = try goals.map { (path: $0, file: try RunCommand.load($0)) }
        let opened = try await database.open(folder: output, logger: logger)
        var campaigns: LocalAgents.Setting?
        if agents || !goals.isEmpty {
            try ProgramRunner.startGuard()
            campaigns = LocalAgents.Setting(goals: files, folder: DataFolder(path: output), language: language)
        }
        try await ServeProcess(
            database: opened,
            broker: try messaging.broker(clock: SystemClock(), logger: logger),
            name: name ?? "\(ProcessInfo.processInfo.hostName):\(port)",
            setting: setting,
            queueLimit: queueLimit,
            campaigns: campaigns,
            retention: keeping.retention,
            clock: SystemClock(),
            log: log,
            logger: logger
        ).run()
        try await opened.close()
    }
}
