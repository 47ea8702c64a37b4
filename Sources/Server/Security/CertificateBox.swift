// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation
package import Logging
import NIOCore
import NIOSSL

/// The certificate that a server shows, which may be exchanged while it runs.
///
/// Each handshake asks for the pair as it is then; connections that are open keep theirs. A pair that cannot be read, or whose key is not the
/// certificate's, changes nothing.
package final class CertificateBox: Sendable {
    private struct Pair: Sendable {
        var chain: [NIOSSLCertificateSource]
        var key: NIOSSLPrivateKey
        var mark: [Date?]
    }

    /// How often the files are looked at.
    private static let interval = TimeSpan.seconds(1)

    private let files: Listening.Certificate
    private let pair: Locked<Pair>

    /// Reads the pair; throws when it cannot be read, or does not fit.
    package init(_ files: Listening.Certificate) throws {
        self.files = files
        pair = Locked(try Self.read(files))
    }

    /// TLS 1.3 and nothing older, with the pair as it is at each handshake.
    var configuration: TLSConfiguration {
        let present = pair.withLock { $0 }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: present.chain,
            privateKey: .privateKey(present.key)
        )
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = ["http/1.1"]
        configuration.sslContextCallback = { [pair] _, promise in
            let present = pair.withLock { $0 }
            var override = NIOSSLContextConfigurationOverride()
            override.certificateChain = present.chain
            override.privateKey = .privateKey(present.key)
            promise.succeed(override)
        }
        return configuration
    }

    /// Reads the pair again where its files were changed; true when it is another from now on.
    ///
    /// Throws when it cannot be read, or does not fit; then the one before stays.
    package func reload() throws -> Bool {
        let mark = Self.mark(files)
        guard pair.withLock({ $0.mark != mark }) else { return false }
        let next = try Self.read(files)
        pair.withLock { $0 = next }
        return true
    }

    /// Looks at the files every second, until the task is cancelled.
    package func watch(clock: any TimeSource, logger: Logger) async throws {
        var complained: String?
        while true {
            try await clock.sleep(for: Self.interval)
            do {
                if try reload() { logger.notice("The certificate was exchanged; new connections are shown it.") }
                complained = nil
            } catch {
                // Files that are being written are wrong for a moment; what stays wrong is told once.
                let text = "\(error)"
                if complained != text {
                    logger.error(
                        "The new certificate cannot be used; the former stays.",
                        metadata: ["error": "\(text)"]
                    )
                }
                complained = text
            }
        }
    }

    private static func mark(_ files: Listening.Certificate) -> [Date?] {
        [files.chain, files.key].map { path in
            // A file that is not there has no time, which is a change, too.
            (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
        }
    }

    private static func read(_ files: Listening.Certificate) throws -> Pair {
        let mark = mark(files)
        let chain = try NIOSSLCertificate.fromPEMFile(files.chain).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
        // A context of both fails where they do not belong together.
        _ = try NIOSSLContext(
            configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
        )
        return Pair(chain: chain, key: key, mark: mark)
    }
}
