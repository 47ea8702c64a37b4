// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(10))) struct CertificateTests {
    private static let openssl = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    private func make(_ folder: URL, _ name: String) async throws -> Listening.Certificate {
        let pair = Listening.Certificate(
            chain: folder.appending(path: "\(name).pem").path,
            key: folder.appending(path: "\(name).key").path
        )
        let request = [
            "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", pair.key, "-out", pair.chain, "-days", "2", "-subj", "/CN=\(name)",
        ]
        _ = try await ProgramRunner(inherited: [:])
            .run(Command(arguments: request), input: Data(), environment: [:])
        return pair
    }

    /// The subject of the certificate that a port shows.
    private func subject(_ port: Int, _ version: String = "-tls1_3") async throws -> String {
        let ask = ["/usr/bin/openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-showcerts", version]
        let outcome = try await ProgramRunner(inherited: [:])
            .run(Command(arguments: ask), input: Data(), environment: [:])
        let line = outcome.outputTail.split(separator: "\n").first { $0.contains("subject=") }
        return String(line ?? "")
    }

    private func replace(
        _ pair: Listening.Certificate,
        with other: Listening.Certificate,
        keyOf third: Listening.Certificate
    )
        throws
    {
        for (from, to) in [(other.chain, pair.chain), (third.key, pair.key)] {
            try Data(contentsOf: URL(filePath: from)).write(to: URL(filePath: to), options: .atomic)
        }
    }

    @Test(.enabled(if: openssl, "openssl is not installed"))
    func `a certificate is exchanged while the server runs, and one that does not fit is not`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dure-certificate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (first, second) = (try await make(folder, "first"), try await make(folder, "second"))
        let live = try await make(folder, "live")
        try replace(live, with: first, keyOf: first)
        let box = try CertificateBox(live)
        let show: @Sendable (inout ServerProcess.Parts) -> Void = { $0.certificate = box }
        try await TestServer.run(adding: show) { server in
            #expect(try await subject(server.ports.api).contains("first"))
            await #expect(throws: (any Error).self, "nothing older than TLS 1.3 is spoken") {
                try await subject(server.ports.api, "-tls1_2")
            }
            #expect(try !box.reload())
            try replace(live, with: second, keyOf: first)
            #expect(throws: (any Error).self) { try box.reload() }
            #expect(try await subject(server.ports.api).contains("first"), "the former stays")
            try replace(live, with: second, keyOf: second)
            // The server looks by itself, too; whoever is first, the next connection is shown the new one.
            _ = try box.reload()
            #expect(try await subject(server.ports.api).contains("second"))
        }
    }
}
