// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import HTTPTypes
import NIOHTTP1
import Operations
import Server
import Storage
import Testing

@testable import dure

/// Secrets that are planted in configuration, requests and errors of the real program, and looked for in everything that it writes.
@Suite(
    .enabled(if: ProcessHouse.program != nil, "the program was not built"),
    .serialized,
    .timeLimit(.minutes(30))
)
struct SecretHuntTests {
    @Test func `planted secrets are in no log, answer, report, export, metric, audit entry or copy`() async throws {
        let (master, plain) = (MasterKey.newText(), "canary")
        let environment = [
            "DURE_SECURITY_MASTER_KEY": master, "DURE_SLACK_WEBHOOK_URL": "http://127.0.0.1:9/services/canary-hook",
            "DURE_SMTP_URL": "smtp://127.0.0.1:9", "DURE_SMTP_USER": "kim", "DURE_SMTP_PASSWORD": "canary-smtp",
            "DURE_NAVER_CLIENT_ID": "naver", "DURE_NAVER_CLIENT_SECRET": "canary-naver",
            "DURE_NEWSAPI_KEY": "canary-news", "DURE_REDIS_URL": "redis://:canary-redis@127.0.0.1:9",
            "DURE_LOG_LEVEL": "trace", "DURE_ENVIRONMENT": "development",
        ]
        let (sample, said) = (Sample(), Locked<[(place: String, text: String)]>([]))
        let campaign = sample.campaign()
        let goal = try CanonicalJSON.text(["goal": LiveRehearsal.text])
        let secrets = Locked<[String]>([plain, master])
        func note(_ place: String, _ text: String) { said.withLock { $0.append((place, text)) } }
        var kept: ProcessHouse?
        func prepare(_ house: ProcessHouse, _ data: String) async throws {
            let set = try house.start(
                "set",
                program: "/bin/sh",
                [
                    "-c", #"echo canary-stored | "$@""#, "sh", try #require(ProcessHouse.program), "secrets", "set",
                    "environment", "DURE_YOUTUBE_KEY", "--output", data,
                ]
            )
            #expect(await set.end() == 0, "\(house.logged("set"))")
            let store = try DataFolder(path: data).openForWriting()
            try await store.commit(try sample.change(campaign), durability: .process)
            try store.close()
        }
        try await GuardedProgram.run(
            environment: GuardedProgram.patient.merging(environment) { $1 },
            arguments: ["--agents"],
            prepare: prepare
        ) { program in
            kept = program.house
            let admin = try #require(program.keys[.admin])
            let all = Array(program.keys.values) + [program.stranger]
            // A key is `dure_`, its identifier, `_`, its secret and a checksum.
            secrets.withLock { $0 += all.map { String($0.dropFirst(18).prefix(32)) } }
            @discardableResult
            func ask(
                _ method: HTTPMethod,
                _ path: String,
                key: String? = nil,
                body: String? = nil,
                headers: [String: String] = [:]
            ) async throws -> GuardedProgram.Reply {
                let reply = try await program.ask(method, path, key: key, body: body, headers: headers)
                note("\(method) \(path.prefix(60))", "\(reply.headers) \(reply.text)")
                return reply
            }
            // Signing in: the only answers that may hold a secret are those that make it, which are not noted.
            let link = try await program.ask(
                .POST,
                "/api/v1/sign-in-links",
                key: admin,
                body: "{\"name\":\"kim\",\"role\":\"admin\"}"
            )
            let code = try #require(link.text.firstMatch(of: /durelink[.][0-9A-Za-z_\-]{12}[.]([0-9A-Za-z_\-]{43})/))
            let signedIn = try await program.ask(.POST, "/api/v1/session", body: "{\"code\":\"\(code.output.0)\"}")
            let cookie = String(try #require(signedIn.headers.first(name: "Set-Cookie")).prefix { $0 != ";" })
            let made = try await program.ask(.POST, "/api/v1/token", key: admin)
            let token = try #require(
                made.text.firstMatch(of: /eyJ[0-9A-Za-z_\-]+[.][0-9A-Za-z_\-]+[.]([0-9A-Za-z_\-]+)/)
            )
            secrets.withLock {
                $0 += [String(code.output.1), String(cookie.suffix(43)), String(token.output.1)]
            }
            let session = ["Cookie": cookie]
            // Credentials where none belong, and wrong ones where they do.
            for (path, headers) in [
                ("/api/v1/keys/\(admin)", ["Authorization": "Bearer \(admin)"]),
                ("/api/v1/keys/\(cookie)", ["Authorization": "Bearer \(admin)"]),
                ("/api/v1/sessions/\(token.output.0)", ["Authorization": "Bearer \(admin)"]),
                ("/api/v1/keys/none", ["Authorization": "Basic canary-basic"]),
                ("/api/v1/keys/none", ["Authorization": "Bearer canary-bearer"]),
                ("/api/v1/keys/none", ["Cookie": "dure-session=canary-cookie"]),
                ("/api/v1/keys/none", session.merging(["X-CSRF-Token": "canary-token"]) { $1 }),
            ] {
                try await ask(.DELETE, path, headers: headers)
            }
            try await ask(.GET, "/api/v1/control/campaigns?cursor=\(admin)", key: admin)
            try await ask(.GET, "/nowhere/\(admin)", key: admin)
            try await ask(.GET, "/live?key=\(admin)")
            try await ask(.POST, "/api/v1/session", body: "{\"code\":\"canary-code\"}")
            try await ask(.POST, "/api/v1/session", body: "{\"code\":\"\(code.output.0)\"}")
            try await ask(.POST, "/api/v1/session", body: "{\"password\":\"x\",\"code\":\"\(code.output.0)\"}")
            try await ask(.POST, "/api/v1/token", headers: ["Authorization": "Bearer \(token.output.0)"])
            try await ask(.POST, "/api/v1/control/rehearsals", key: admin, body: goal)
            try await ask(
                .POST,
                "/v1/fleet/register",
                key: program.keys[.worker],
                body: "{\"slots\":1,\"kinds\":[\"probe\"]}"
            )
            // Everything that can be read.
            for endpoint in try await RoleTableTests.endpoints()
            where endpoint.method == .get && !endpoint.path.contains("{") && !endpoint.path.hasPrefix("/live") {
                try await ask(.GET, endpoint.path, key: admin)
                try await ask(.GET, endpoint.path, headers: session)
            }
            for path in ["", "/trials", "/decisions"] {
                try await ask(.GET, "/api/v1/control/campaigns/\(campaign.id)\(path)", key: admin)
            }
            try await ask(.GET, "/campaigns/\(campaign.id)/report", headers: session)
            for path in ["/metrics", "/readyz", "/livez"] {
                try await ask(.GET, "http://127.0.0.1:\(program.health)\(path)")
            }
        }
        let house = try #require(kept)
        let data = house.folder.url.appending(path: "data").path
        let copy = house.folder.url.appending(path: "copy.sqlite").path
        for arguments in [
            ["report", campaign.id.text], ["export", campaign.id.text],
            ["export", campaign.id.text, "--format", "json"],
            ["decisions", campaign.id.text], ["status", campaign.id.text], ["list"], ["audit", "export"],
            ["audit", "export", "--format", "json"], ["audit", "verify"], ["keys", "list"], ["secrets", "list"],
            ["backup", "make", copy], ["backup", "verify", copy], ["notices", "test"], ["health"],
        ] {
            let place = arguments.first == "backup" && arguments[1] == "verify" ? [] : ["--output", data]
            let outcome = try await house.run(arguments + place)
            note("dure \(arguments.joined(separator: " "))", outcome.output)
        }
        for arguments in [
            ["config", "check"], ["config", "check", "--json"],
            ["list", "--database", "postgresql://dure:canary-database@127.0.0.1:9/dure"],
            ["list", "--server", "http://127.0.0.1:9", "--key-file", "key"],
        ] {
            note("dure \(arguments.joined(separator: " ").prefix(40))", try await house.run(arguments).output)
        }
        note("the log", house.logged("server"))
        note("what commands said", house.logged("command"))
        let found = said.withLock { $0 }
        #expect(found.count > 60)
        #expect(
            house.logged("server").contains("\"level\":\"debug\"")
                || house.logged("server").contains("\"level\":\"trace\"")
        )
        // The files of the folder, and the copy, but for the master key's own.
        let files = FileManager.default.enumerator(at: house.folder.url, includingPropertiesForKeys: nil)
        var texts = found
        while let file = files?.nextObject() as? URL {
            guard file.lastPathComponent != MasterKeyPlace.fileName, let bytes = try? Data(contentsOf: file) else {
                continue
            }
            // As Latin-1, every byte is a character, and what is not text stays as it is.
            texts.append((file.lastPathComponent, String(decoding: bytes, as: Unicode.ASCII.self)))
        }
        for secret in secrets.withLock({ $0 }) {
            #expect(secret.utf8.count >= 6)
            for (place, text) in texts where text.contains(secret) {
                let around = text.firstRange(of: secret).map { text[$0.lowerBound...].prefix(80) } ?? ""
                let before = text.firstRange(of: secret).map { text[..<$0.lowerBound].suffix(120) } ?? ""
                Issue.record("\(place) holds \(secret.prefix(8))…: \(before)\(around.prefix(20))")
            }
        }
    }
}
