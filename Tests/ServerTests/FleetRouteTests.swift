// SPDX-License-Identifier: Apache-2.0

import Domain
import Jobs
import NIOHTTP1
import Operations
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(10))) struct FleetRouteTests {
    private static func token(_ answer: TestServer.Answer, _ place: Int = 0) -> (job: String, token: String) {
        let jobs = answer.json["jobs"]?.texts ?? []
        guard jobs.indices.contains(place) else { return ("", "") }
        return (jobs[place]["id"]?.string ?? "", jobs[place]["token"]?.string ?? "")
    }

    private static func report(_ session: String, _ job: (job: String, token: String), _ result: String = "{}")
        -> String
    {
        "{\"session\":\"\(session)\",\"reports\":[{\"job\":\"\(job.job)\",\"token\":\"\(job.token)\",\"result\":\(result)}]}"
    }

    @Test func `a worker registers, gets jobs, beats, completes and leaves`() async throws {
        try await TestServer.run { server in
            let session = try await server.register(server.worker)
            let jobs = await server.add(2)
            let batch = try await server.poll(session, key: server.worker)
            #expect(batch.status == 200)
            #expect(batch.json["batch"] == .integer(1))
            #expect(batch.json["jobs"]?.texts.map { $0["payload"] } == [.object([:]), .object([:])])
            let first = Self.token(batch)
            let beat = try await server.call(
                .POST,
                "/v1/fleet/beat",
                key: server.worker,
                body: "{\"session\":\"\(session)\",\"jobs\":[{\"id\":\"\(first.job)\",\"progress\":0.25}]}"
            )
            #expect(beat.json["drain"] == .bool(false))
            #expect(beat.json["lease"] == .integer(15_000))
            #expect(await server.fleet.progress[jobs[0].id] == 0.25)
            let body = Self.report(session, first, "{\"b\":[1,2.5,null],\"a\":\"두레\"}")
            let done = try await server.call(.POST, "/v1/fleet/complete", key: server.worker, body: body)
            #expect(done.text == "{\"receipts\":[{\"job\":\"\(first.job)\",\"status\":\"accepted\"}]}")
            #expect(await server.fleet.ended == [jobs[0].id: .completed("{\"a\":\"두레\",\"b\":[1,2.5,null]}")])
            let left = try await server.call(
                .POST,
                "/v1/fleet/leave",
                key: server.worker,
                body: "{\"session\":\"\(session)\"}"
            )
            #expect(left.status == 204)
            #expect(await server.fleet.sessions.isEmpty)
        }
    }

    @Test func `a failure is taken in with its class and lines`() async throws {
        try await TestServer.run { server in
            let session = try await server.register(server.worker)
            let jobs = await server.add(1)
            let (job, token) = Self.token(try await server.poll(session, key: server.worker))
            let failure = "{\"class\":\"timeOut\",\"message\":\"late\",\"lastLines\":[\"x\"]}"
            let body =
                "{\"session\":\"\(session)\",\"reports\":[{\"job\":\"\(job)\",\"token\":\"\(token)\",\"failure\":\(failure)}]}"
            let answer = try await server.call(.POST, "/v1/fleet/complete", key: server.worker, body: body)
            #expect(answer.status == 200)
            #expect(await server.fleet.ended[jobs[0].id] == .failed(Failure(.timeOut, "late", lastLines: ["x"])))
        }
    }

    @Test func `what a lost answer held comes again, and what was acknowledged does not`() async throws {
        try await TestServer.run { server in
            let session = try await server.register(server.worker)
            _ = await server.add(2)
            let lost = try await server.poll(session, key: server.worker)
            let again = try await server.poll(session, key: server.worker, after: 0)
            #expect(again.text == lost.text)
            let next = try await server.poll(session, key: server.worker, after: 1, wait: 1)
            #expect(next.json == .object(["batch": .integer(1), "jobs": .array([])]))
            let wrong = try await server.poll(session, key: server.worker, after: 7)
            #expect(wrong.status == 422)
            #expect(wrong.json["field"] == .string("after"))
        }
    }

    @Test func `a second poll of a session ends the first, and jobs go to one of them`() async throws {
        try await TestServer.run(limits: ServerLimits(poll: .seconds(20))) { server in
            let session = try await server.register(server.worker)
            try await withThrowingTaskGroup(of: TestServer.Answer.self) { group in
                for _ in 0..<3 {
                    group.addTask { try await server.poll(session, key: server.worker, wait: 20_000) }
                }
                for _ in 0..<2 {
                    let early = try await group.next()
                    #expect(early?.json["jobs"] == .array([]))
                }
                _ = await server.add(1)
                let last = try await group.next()
                #expect(last?.json["jobs"]?.texts.count == 1)
            }
        }
    }

    @Test func `a wrong, mistyped, revoked or missing key is 401 and changes nothing`() async throws {
        try await TestServer.run { server in
            let body = "{\"slots\":1,\"kinds\":[\"probe\"]}"
            let text = server.worker.text
            let mistyped = String(text.dropLast()) + (text.last == "A" ? "B" : "A")
            for header in [nil, "Bearer nonsense", "Bearer \(mistyped)", "Basic \(text)", "Bearer", text] {
                let answer = try await server.call(
                    .POST,
                    "/v1/fleet/register",
                    body: body,
                    headers: header.map { ["Authorization": $0] } ?? [:]
                )
                #expect(answer.status == 401)
                #expect(answer.problem == "unauthorized")
                #expect(answer.headers.first(name: "WWW-Authenticate") == "Bearer realm=\"dure\"")
                #expect(!answer.text.contains(text.suffix(20)))
            }
            let revoked = try await server.call(.DELETE, "/v1/keys/\(server.worker.id)", key: server.manager)
            #expect(revoked.status == 204)
            let after = try await server.call(.POST, "/v1/fleet/register", key: server.worker, body: body)
            #expect(after.status == 401)
            #expect(await server.fleet.sessions.isEmpty)
        }
    }

    @Test func `another worker's session, job and token are refused and change nothing`() async throws {
        try await TestServer.run { server in
            let mine = try await server.register(server.worker)
            let theirs = try await server.register(server.other)
            _ = await server.add(1)
            let held = Self.token(try await server.poll(mine, key: server.worker))
            // Their session with our job and token.
            let stolen = Self.report(theirs, held)
            let first = try await server.call(.POST, "/v1/fleet/complete", key: server.other, body: stolen)
            #expect(first.status == 409)
            #expect(first.problem == "stale-token")
            // Our session with their key.
            let body = Self.report(mine, held)
            let second = try await server.call(.POST, "/v1/fleet/complete", key: server.other, body: body)
            #expect(second.status == 403)
            for (call, body) in [
                ("poll", "{\"session\":\"\(mine)\",\"slots\":1,\"after\":0}"),
                ("beat", "{\"session\":\"\(mine)\",\"jobs\":[]}"), ("leave", "{\"session\":\"\(mine)\"}"),
            ] {
                let answer = try await server.call(.POST, "/v1/fleet/\(call)", key: server.other, body: body)
                #expect(answer.status == 403, "\(call)")
            }
            #expect(await server.fleet.count == 0)
            #expect(await server.fleet.sessions.count == 2)
            let own = try await server.call(.POST, "/v1/fleet/complete", key: server.worker, body: body)
            #expect(own.status == 200)
        }
    }

    @Test func `a stale token is 409 alone, and has a receipt of its own beside a current one`() async throws {
        try await TestServer.run { server in
            let session = try await server.register(server.worker)
            _ = await server.add(2)
            let batch = try await server.poll(session, key: server.worker)
            let (first, second) = (Self.token(batch), Self.token(batch, 1))
            let stale = try await server.call(
                .POST,
                "/v1/fleet/complete",
                key: server.worker,
                body: Self.report(session, (first.job, second.token))
            )
            #expect(stale.status == 409)
            #expect(stale.json["receipts"]?.texts.first?["status"] == .string("stale"))
            let done = try await server.call(
                .POST,
                "/v1/fleet/complete",
                key: server.worker,
                body: Self.report(session, first)
            )
            #expect(done.status == 200)
            let reports =
                "{\"job\":\"\(first.job)\",\"token\":\"\(first.token)\",\"result\":1},"
                + "{\"job\":\"\(second.job)\",\"token\":\"\(second.token)\",\"result\":1}"
            let mixed = try await server.call(
                .POST,
                "/v1/fleet/complete",
                key: server.worker,
                body: "{\"session\":\"\(session)\",\"reports\":[\(reports)]}"
            )
            #expect(mixed.status == 200)
            #expect(mixed.json["receipts"]?.texts.map { $0["status"] } == [.string("stale"), .string("accepted")])
            #expect(await server.fleet.count == 2)
        }
    }

    @Test func `after a session is over polls and beats are 410 and reports are 409`() async throws {
        try await TestServer.run { server in
            let old = try await server.register(server.worker)
            _ = await server.add(1)
            let held = Self.token(try await server.poll(old, key: server.worker))
            let new = try await server.register(server.worker)
            #expect(new != old)
            let poll = try await server.poll(old, key: server.worker)
            #expect(poll.status == 410)
            #expect(poll.problem == "session-over")
            let beat = try await server.call(
                .POST,
                "/v1/fleet/beat",
                key: server.worker,
                body: "{\"session\":\"\(old)\",\"jobs\":[]}"
            )
            #expect(beat.status == 410)
            for session in [old, new] {
                let late = try await server.call(
                    .POST,
                    "/v1/fleet/complete",
                    key: server.worker,
                    body: Self.report(session, held)
                )
                #expect(late.status == 409)
            }
            #expect(await server.fleet.count == 0)
            let again = try await server.poll(new, key: server.worker)
            #expect(again.json["jobs"]?.texts.count == 1)
        }
    }

    @Test(arguments: [
        ("{", "body"), ("[]", "body"), ("{\"slots\":1}", "kinds"), ("{\"slots\":\"x\",\"kinds\":[]}", "slots"),
        ("{\"slots\":1.5,\"kinds\":[\"probe\"]}", "slots"), ("{\"slots\":1e999,\"kinds\":[\"probe\"]}", "slots"),
        ("{\"slots\":99999999999999999999,\"kinds\":[\"probe\"]}", "slots"),
        ("{\"slots\":1,\"kinds\":[null]}", "kinds[0]"),
        ("{\"slots\":1,\"kinds\":7}", "kinds"), ("\u{FF}\u{FE}", "body"),
        (String(repeating: "[", count: 100_000), "body"),
    ])
    func `a malformed body is 400 that names the field`(body: String, field: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.call(.POST, "/v1/fleet/register", key: server.worker, body: body)
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.headers.first(name: "Content-Type") == "application/problem+json")
            #expect(
                answer.json["field"] == .string(field) || field != "body" && answer.json["field"] == .string("body")
            )
            #expect(!answer.text.contains("Swift") && !answer.text.contains("FleetWire"))
            #expect(await server.fleet.sessions.isEmpty)
        }
    }

    @Test(arguments: [
        ("register", "{\"slots\":0,\"kinds\":[\"probe\"]}", "slots"),
        ("register", "{\"slots\":1,\"kinds\":[\"cook\"]}", "kinds"),
        ("register", "{\"slots\":1,\"kinds\":[\"probe\"],\"name\":\"beta\"}", "name"),
        ("register", "{\"slots\":1,\"kinds\":[\"probe\"],\"name\":\"alpha/../x\"}", "name"),
        ("poll", "{\"session\":\"SES\",\"slots\":1001,\"after\":0}", "slots"),
        ("poll", "{\"session\":\"SES\",\"slots\":1,\"after\":-1}", "after"),
        (
            "beat", "{\"session\":\"SES\",\"jobs\":[{\"id\":\"job_00000000000000000000000000\",\"progress\":2}]}",
            "jobs[0].progress"
        ),
        (
            "complete",
            "{\"session\":\"SES\",\"reports\":[{\"job\":\"job_00000000000000000000000000\",\"token\":\"t\"}]}",
            "reports[0]"
        ),
        (
            "complete",
            "{\"session\":\"SES\",\"reports\":[{\"job\":\"job_00000000000000000000000000\",\"token\":\"t\",\"result\":\"\\u0000\"}]}",
            "reports[0].result"
        ),
    ])
    func `a value that is not allowed is 422 that names the field`(call: String, body: String, field: String)
        async throws
    {
        try await TestServer.run { server in
            let session = try await server.register(server.worker)
            let answer = try await server.call(
                .POST,
                "/v1/fleet/\(call)",
                key: server.worker,
                body: body.replacing("SES", with: session)
            )
            #expect(answer.status == 422, "\(answer.text)")
            #expect(answer.json["field"] == .string(field))
        }
    }

    @Test func `people see workers, and restart, isolate and release them`() async throws {
        try await TestServer.run { server in
            let session = try await server.register(server.worker)
            let list = try await server.call(.GET, "/v1/fleet/workers", key: server.manager)
            let worker = list.json["workers"]?.texts.first
            #expect(worker?["name"] == .string("alpha"))
            let path = "/v1/fleet/workers/\(worker?["id"]?.string ?? "")"
            #expect(try await server.call(.POST, path + "/restart", key: server.manager).status == 204)
            let beat = "{\"session\":\"\(session)\",\"jobs\":[]}"
            let orders = try await server.call(.POST, "/v1/fleet/beat", key: server.worker, body: beat)
            #expect(orders.json["restart"] == .bool(true))
            #expect(try await server.call(.POST, path + "/drain", key: server.manager).status == 204)
            let drain = try await server.call(.POST, "/v1/fleet/beat", key: server.worker, body: beat)
            #expect(drain.json["drain"] == .bool(true))
            #expect(drain.json["restart"] == .bool(false))
            let isolate = try await server.call(
                .POST,
                path + "/isolate",
                key: server.manager,
                body: "{\"reason\":\"hot\"}"
            )
            #expect(isolate.status == 204)
            let body = "{\"slots\":1,\"kinds\":[\"probe\"]}"
            let refused = try await server.call(.POST, "/v1/fleet/register", key: server.worker, body: body)
            #expect(refused.status == 409)
            #expect(refused.problem == "isolated")
            #expect(try await server.call(.POST, path + "/release", key: server.manager).status == 204)
            #expect(try await server.call(.POST, "/v1/fleet/register", key: server.worker, body: body).status == 200)
            let unknown = "/v1/fleet/workers/wrk_00000000000000000000000000/restart"
            #expect(try await server.call(.POST, unknown, key: server.manager).status == 404)
            #expect(try await server.call(.POST, "/v1/fleet/workers/x/restart", key: server.manager).status == 404)
        }
    }

    @Test func `a key is shown once, works, and is listed without its hash`() async throws {
        try await TestServer.run { server in
            let made = try await server.call(
                .POST,
                "/v1/keys",
                key: server.manager,
                body: "{\"name\":\"gamma\",\"scopes\":[\"work\"],\"days\":30}"
            )
            #expect(made.status == 201)
            let headers = ["Authorization": "Bearer \(made.json["key"]?.string ?? "")"]
            let body = "{\"slots\":1,\"kinds\":[\"probe\"]}"
            let registered = try await server.call(.POST, "/v1/fleet/register", body: body, headers: headers)
            #expect(registered.json["name"] == .string("gamma"))
            let list = try await server.call(.GET, "/v1/keys", key: server.manager)
            #expect(list.json["keys"]?.texts.count == 5)
            #expect(!list.text.contains("hash"))
            for wrong in ["{\"name\":\"\",\"scopes\":[\"work\"]}", "{\"name\":\"a\",\"scopes\":[]}"] {
                #expect(try await server.call(.POST, "/v1/keys", key: server.manager, body: wrong).status == 422)
            }
        }
    }
}
