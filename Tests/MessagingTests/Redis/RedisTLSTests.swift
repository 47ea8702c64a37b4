// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Jobs
import Messaging
import Testing

/// Redis over TLS, with certificates made for the test.
@Suite(
    .enabled(if: TestRedis.isWanted && OpenSSL.program != nil, "there is no Redis, or no openssl"),
    .timeLimit(.minutes(10))
)
struct RedisTLSTests {
    @Test func `messages go over TLS, and a server whose certificate nobody vouches for is refused`() async throws {
        let folder = NSTemporaryDirectory() + "dure-tls-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { _ = try? FileManager.default.removeItem(atPath: folder) }
        try await OpenSSL.makeCertificates(in: folder)
        let server = try await RedisServer(encrypted: folder)
        let url = try RedisURL("rediss://localhost:\(server.port)?ca=\(folder)/ca.pem")
        try await server.connect(url).close()
        try await RedisPair(url: url, options: .patient).run { pair in
            let mailbox = pair.answering.mailbox(for: .fleet, events: [])
            try await pair.exchange.serving(mailbox) {
                let answer = try await pair.asking.request(Ask(number: 12), from: .gateway, to: .fleet)
                #expect(answer.square == 144)
            }
        }
        await #expect(throws: RedisError.self) {
            try await RedisBroker.check(RedisURL("rediss://localhost:\(server.port)"))
        }
        // The certificate is for localhost, not for this address.
        await #expect(throws: RedisError.self) {
            try await RedisBroker.check(RedisURL("rediss://127.0.0.1:\(server.port)?ca=\(folder)/ca.pem"))
        }
        await #expect(throws: RedisError.self) {
            try await RedisBroker.check(RedisURL("rediss://localhost:\(server.port)?ca=\(folder)/none.pem"))
        }
    }
}

/// The program that makes certificates.
enum OpenSSL {
    static let program = ["/usr/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Makes an authority `ca.pem`, and `server.pem` with `server.key`, which it vouches for as localhost.
    static func makeCertificates(in folder: String) async throws {
        try Data("subjectAltName=DNS:localhost\n".utf8).write(to: URL(fileURLWithPath: folder + "/names"))
        try await run(
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-authority -keyout ca.key -out ca.pem",
            in: folder
        )
        try await run("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr", in: folder)
        try await run(
            "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -set_serial 1 -days 2 -extfile names -out server.pem",
            in: folder
        )
    }

    private static func run(_ arguments: String, in folder: String) async throws {
        let words = [try #require(program)] + arguments.split(separator: " ").map(String.init)
        let command = Command(arguments: words, directory: folder)
        _ = try await ProgramRunner(inherited: [:]).run(command, input: Data(), environment: [:])
    }
}
