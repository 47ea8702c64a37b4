// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs
import Messaging
import NIOCore
import NIOPosix
import Testing

/// A Redis server of a test's own, which may be killed; ends with the test, and with the tests' process.
final class RedisServer: @unchecked Sendable {
    let folder: String
    let port: Int
    private let arguments: [String]
    private var program: ChildProgram?

    /// Where the program is; nil when it is not installed.
    static let path = ["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/bin/redis-server"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Starts a server that writes down each change before it answers; `encrypted` is a folder with a certificate, for TLS.
    init(encrypted: String? = nil) async throws {
        folder = NSTemporaryDirectory() + "dure-redis-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        port = try await Self.freePort()
        var arguments = [
            "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes", "--appendfsync", "always", "--save", "",
        ]
        if let encrypted {
            arguments += [
                "--port", "0", "--tls-port", "\(port)", "--tls-cert-file", encrypted + "/server.pem", "--tls-key-file",
                encrypted + "/server.key", "--tls-ca-cert-file", encrypted + "/ca.pem", "--tls-auth-clients", "no",
            ]
        } else {
            arguments += ["--port", "\(port)"]
        }
        self.arguments = arguments
        try start()
    }

    deinit {
        program?.signal(SIGKILL)
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            FileHandle.standardError.write(Data("\(folder) was not removed: \(error)\n".utf8))
        }
    }

    func url(_ options: String = "") throws -> RedisURL { try RedisURL("redis://127.0.0.1:\(port)" + options) }

    /// Starts it, also again after `kill`, with what it had written down.
    func start() throws {
        let path = try #require(Self.path, "redis-server is not installed")
        program = try ChildProgram(arguments: [path] + arguments, environment: [:])
    }

    /// Ends it at once, as a loss of power would, and waits until it is gone.
    func kill() async {
        guard let program else { return }
        self.program = nil
        program.signal(SIGKILL)
        for await event in program.events {
            if case .ended = event { break }
        }
    }

    /// A connection beside those of the brokers; waits until the server is up.
    func connect(_ url: RedisURL? = nil) async throws -> RedisConnection {
        let url = try url ?? self.url()
        let clock = RealClock()
        for _ in 0..<500 {
            do {
                return try await RedisConnection.open(url, on: RedisBroker.commonEventLoop)
            } catch {
                try await clock.sleep(for: .init(milliseconds: 10))
            }
        }
        return try await RedisConnection.open(url, on: RedisBroker.commonEventLoop)
    }

    private static func freePort() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port
        try await channel.close()
        return try #require(port)
    }
}
