// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs
import Storage
import Testing

/// A PostgreSQL server of a test's own, which may be stopped and killed.
struct PostgresCluster: Sendable {
    /// The folder of the server's programs; nil where it is not installed.
    static let programs: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newest = versions.max { $0.compare($1, options: .numeric) == .orderedAscending }
        return newest.map { "\(root)/\($0)/bin" }
    }()

    /// Whether tests that need a server of their own run: where its programs are, and where they have to be.
    static var isWanted: Bool { PostgresServer.isWanted && (programs != nil || PostgresServer.isRequired) }

    let folder: String
    let port: UInt16

    var address: String { "postgresql://dure@127.0.0.1:\(port)/postgres" }

    /// Makes and starts a server, calls with it, stops it and removes all that it wrote.
    static func with(_ body: (PostgresCluster) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "dure-postgres-" + UUID().uuidString
        let cluster = PostgresCluster(folder: folder, port: try CuttingProxy.freePort())
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let outcome: Result<Void, any Error>
        do {
            // The server refuses to be run by root.
            if geteuid() == 0 { try await cluster.run(["/bin/chown", "postgres", folder], asServer: false) }
            let data = ["-D", folder + "/data"]
            try await cluster.run(
                ["initdb", "-U", "dure", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"] + data
            )
            try await cluster.control(["start"])
            try cluster.endWithTests()
            outcome = .success(try await body(cluster))
        } catch {
            outcome = .failure(error)
        }
        do {
            try await cluster.control(["stop", "-m", "immediate"])
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            // A server that did not start cannot be stopped; why it did not is what matters.
            if case .success = outcome { throw error }
        }
        try outcome.get()
    }

    /// Has the server end with this process, however that ends.
    private func endWithTests() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let script =
            #"while kill -0 "$1" && [ -d "$2" ]; do sleep 1; done; [ -d "$2" ] && kill -9 $(head -1 "$2/postmaster.pid")"#
        process.arguments = ["-c", script, "sh", "\(getpid())", folder + "/data"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// Starts, stops or restarts the server, and waits until it is done.
    func control(_ words: [String]) async throws {
        let options = "-c listen_addresses=127.0.0.1 -p \(port) -k \(folder)"
        try await run(["pg_ctl", "-w", "-D", folder + "/data", "-l", folder + "/log", "-o", options] + words)
    }

    private func run(_ words: [String], asServer: Bool = true) async throws {
        let stepDown = ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        var command = words
        if asServer {
            let programs = try #require(Self.programs, "PostgreSQL's programs are not under /usr/lib/postgresql")
            command[0] = programs + "/" + words[0]
            if geteuid() == 0 { command = stepDown + command }
        }
        _ = try await ProgramRunner(inherited: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"])
            .run(Command(arguments: command, directory: "/"), input: Data(), environment: [:])
    }
}
