// SPDX-License-Identifier: Apache-2.0

import Domain
import Jobs
import NIOHTTP1
import Operations
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(10))) struct JobRouteTests {
    private static let body = "{\"kind\":\"probe\",\"payload\":{\"sleep\":\"1s\"}}"

    @Test func `a job is added once for one idempotency key, and can be looked up`() async throws {
        try await TestServer.run { server in
            let key = ["Idempotency-Key": "order-7"]
            let first = try await server.call(.POST, "/v1/jobs", key: server.enqueuer, body: Self.body, headers: key)
            #expect(first.status == 201)
            let id = first.json["id"]?.string ?? ""
            #expect(first.headers.first(name: "Location") == "/v1/jobs/\(id)")
            let again = try await server.call(.POST, "/v1/jobs", key: server.enqueuer, body: Self.body, headers: key)
            #expect(again.status == 200)
            #expect(again.json["id"] == first.json["id"])
            let changed = Self.body.replacing("1s", with: "2s")
            let reused = try await server.call(.POST, "/v1/jobs", key: server.enqueuer, body: changed, headers: key)
            #expect(reused.status == 422)
            #expect(reused.problem == "idempotency-key-reused")
            let found = try await server.call(.GET, "/v1/jobs/\(id)", key: server.enqueuer)
            #expect(found.json["payload"] == .object(["sleep": .string("1s")]))
            #expect(found.json["state"] == .string("queued"))
            let none = try await server.call(.GET, "/v1/jobs/job_00000000000000000000000000", key: server.enqueuer)
            #expect(none.status == 404)
        }
    }

    @Test func `a full queue is 429 with a time to come back`() async throws {
        try await TestServer.run(queueLimit: 1) { server in
            #expect(try await server.call(.POST, "/v1/jobs", key: server.enqueuer, body: Self.body).status == 201)
            let full = try await server.call(.POST, "/v1/jobs", key: server.enqueuer, body: Self.body)
            #expect(full.status == 429)
            #expect(full.headers.first(name: "Retry-After") == "1")
            #expect(full.problem == "queue-full")
        }
    }

    @Test(arguments: [
        ("{\"kind\":\"trial.command\",\"payload\":{}}", "kind"), ("{\"kind\":\"x\",\"payload\":{}}", "kind"),
        ("{\"kind\":\"probe\",\"payload\":{},\"priority\":\"now\"}", "priority"),
        ("{\"kind\":\"probe\",\"payload\":{},\"delay\":-1}", "delay"),
        ("{\"kind\":\"probe\",\"payload\":{},\"delay\":9223372036854775807}", "delay"),
        ("{\"kind\":\"probe\",\"payload\":{},\"maxAttempts\":0}", "maxAttempts"),
        ("{\"kind\":\"probe\",\"payload\":\"a\\u0000\"}", "payload"),
    ])
    func `a job that is not allowed is 422 that names the field`(body: String, field: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.call(.POST, "/v1/jobs", key: server.enqueuer, body: body)
            #expect(answer.status == 422)
            #expect(answer.json["field"] == .string(field))
        }
    }

    @Test func `an idempotency key has bounds`() async throws {
        try await TestServer.run { server in
            for wrong in [String(repeating: "x", count: 201), "a b"] {
                let answer = try await server.call(
                    .POST,
                    "/v1/jobs",
                    key: server.enqueuer,
                    body: Self.body,
                    headers: ["Idempotency-Key": wrong]
                )
                #expect(answer.status == 422)
                #expect(answer.json["field"] == .string("Idempotency-Key"))
            }
        }
    }
}
