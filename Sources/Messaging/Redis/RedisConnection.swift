// SPDX-License-Identifier: Apache-2.0

package import NIOCore
import NIOPosix
import NIOSSL

/// One connection to Redis: commands go out pipelined, and replies come back in order.
///
/// Safe to use from any thread.
package final class RedisConnection: Sendable {
    /// How long an answer may take, the time that a command blocks apart.
    package static let patience = TimeAmount.seconds(5)

    private let channel: any Channel
    private let handler: NIOLoopBound<RedisChannelHandler>

    private init(channel: any Channel, handler: NIOLoopBound<RedisChannelHandler>) {
        self.channel = channel
        self.handler = handler
    }

    /// Connects, introduces itself, and chooses the database; throws `RedisError`.
    ///
    /// The event loop is where everything of the connection runs, completions included.
    package static func open(
        _ url: RedisURL,
        on eventLoop: any EventLoop,
        limits: RESPParser.Limits = RESPParser.Limits()
    ) async throws(RedisError) -> RedisConnection {
        let connection: RedisConnection
        do {
            let security = try url.isEncrypted ? tls(for: url) : nil
            connection = try await connect(url, on: eventLoop, security: security, limits: limits)
        } catch let error as RedisError {
            throw error
        } catch {
            throw .disconnected(reason: "\(url): \(error)")
        }
        do {
            try await connection.introduce(url)
        } catch {
            connection.close()
            throw error
        }
        return connection
    }

    private static func connect(
        _ url: RedisURL,
        on eventLoop: any EventLoop,
        security: NIOSSLContext?,
        limits: RESPParser.Limits
    ) async throws -> RedisConnection {
        try await ClientBootstrap(group: eventLoop)
            .connectTimeout(patience)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let security {
                        // An address is not a name that a certificate could be asked for by SNI.
                        let name =
                            url.host.contains(":") || url.host.allSatisfy { $0.isNumber || $0 == "." } ? nil : url.host
                        let tls = try NIOSSLClientHandler(context: security, serverHostname: name)
                        try channel.pipeline.syncOperations.addHandler(tls)
                    }
                    try channel.pipeline.syncOperations.addHandler(RedisChannelHandler(limits: limits))
                }
            }
            .connect(host: url.host, port: url.port)
            .flatMapThrowing { channel in
                let handler = try channel.pipeline.syncOperations.handler(type: RedisChannelHandler.self)
                return RedisConnection(channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop))
            }
            .get()
    }

    private static func tls(for url: RedisURL) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let file = url.certificates { configuration.trustRoots = .file(file) }
        return try NIOSSLContext(configuration: configuration)
    }

    /// Asks for version 3 of the protocol, and makes do with version 2 where the server does not know it.
    private func introduce(_ url: RedisURL) async throws(RedisError) {
        var credentials: [RedisCommand.Argument] = []
        if let password = url.password {
            credentials = [.text("AUTH"), .text(url.user ?? "default"), .text(password)]
        }
        var isIntroduced = false
        if url.protocolVersion == 3 {
            let reply = try await execute([RedisCommand(["HELLO", "3"] + credentials)])[0]
            isIntroduced = reply.errorText == nil
            // What an older server says; any other refusal, such as of the password, is final.
            if let text = reply.errorText, !text.hasPrefix("ERR"), !text.hasPrefix("NOPROTO") {
                throw .refused(command: "HELLO", reason: text)
            }
        }
        if !isIntroduced, let password = url.password {
            let user = url.user.map { [RedisCommand.Argument.text($0)] } ?? []
            try await demand(RedisCommand(["AUTH"] + user + [.text(password)]))
        }
        if url.database != 0 { try await demand(RedisCommand("SELECT", .number(url.database))) }
        // A server that reads its data back in answers LOADING until it is done.
        try await demand(RedisCommand("PING"))
    }

    /// Runs one command and throws its refusal.
    @discardableResult
    package func demand(_ command: RedisCommand) async throws(RedisError) -> RESPValue {
        let reply = try await execute([command])[0]
        if let text = reply.errorText { throw .refused(command: command.name, reason: text) }
        return reply
    }

    /// Runs commands in one pipeline and returns a reply for each, refusals among them.
    ///
    /// Not cancelled with the task: it ends when the replies are there, or `patience` and the time for which commands block are over.
    package func execute(
        _ commands: [RedisCommand],
        blocking: TimeAmount = .zero
    ) async throws(RedisError) -> [RESPValue] {
        guard !commands.isEmpty else { return [] }
        let result: Result<[RESPValue], RedisError> = await withCheckedContinuation { continuation in
            send(commands, blocking: blocking) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Runs commands in one pipeline; the completion runs on the event loop, exactly once.
    package func send(
        _ commands: [RedisCommand],
        blocking: TimeAmount = .zero,
        completion: @escaping @Sendable (Result<[RESPValue], RedisError>) -> Void
    ) {
        let span = Self.patience + blocking
        if channel.eventLoop.inEventLoop {
            handler.value.send(commands, within: span, completion: completion)
        } else {
            channel.eventLoop.execute { [handler] in handler.value.send(commands, within: span, completion: completion)
            }
        }
    }

    /// Closes the connection; what waits for an answer fails.
    package func close() {
        channel.close(promise: nil)
    }

    /// Waits until the connection is closed, by whomever.
    package func closed() async {
        do {
            try await channel.closeFuture.get()
        } catch {
            // A connection that ends by an error has ended too.
        }
    }
}
