// SPDX-License-Identifier: Apache-2.0

import Domain
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL

/// Where a server listens, and with what certificate.
package struct Listening: Sendable {
    /// A certificate and its key, as PEM files.
    package struct Certificate: Hashable, Sendable {
        package var chain: String
        package var key: String

        /// Creates a pair of paths.
        package init(chain: String, key: String) {
            self.chain = chain
            self.key = key
        }
    }

    package var host: String
    /// 0 for any that is free.
    package var port: Int
    package var certificate: Certificate?

    /// Creates a place.
    package init(host: String = "127.0.0.1", port: Int, certificate: Certificate? = nil) {
        self.host = host
        self.port = port
        self.certificate = certificate
    }
}

/// Puts a responder onto a port, with limits on connections and heads.
enum Listener {
    /// An application that serves a responder; `onListening` hears the port once it is open.
    static func application<Responder: HTTPResponder<CallContext>>(
        _ responder: Responder,
        at place: Listening,
        certificate: CertificateBox? = nil,
        limits: ServerLimits,
        book: AddressBook,
        onRefusal: @escaping @Sendable () -> Void,
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void
    ) throws -> Application<Responder> {
        let http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [StalledReader(span: limits.idle)],
            idleTimeout: .milliseconds(limits.idle.milliseconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerBytes,
                maxHeaderListSize: limits.headerBytes,
                maxHeaderFieldCount: 100
            )
        )
        let tls = try (certificate ?? place.certificate.map { try CertificateBox($0) })?.configuration
        let server = HTTPServerBuilder { answer in
            let plain = HTTP1Channel(responder: answer, configuration: http)
            guard let tls else { return GuardedChannel(base: plain, book: book, onRefusal: onRefusal) }
            return GuardedChannel(base: try TLSChannel(plain, tlsConfiguration: tls), book: book, onRefusal: onRefusal)
        }
        return Application(
            responder: responder,
            server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(place.host, port: place.port),
                serverName: "dure",
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections, logger: logger)
            ),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? place.port) },
            logger: logger
        )
    }
}
