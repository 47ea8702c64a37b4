// SPDX-License-Identifier: Apache-2.0

import Domain
import NIOCore
import NIOHTTP1
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(10))) struct APIMannerTests {
    private static let viewer = ["Authorization": "Bearer viewer"]
    private static let list = "/api/v1/control/campaigns"

    private static func serving(
        _ fake: FakeServices = FakeServices(),
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.run(services: fake.services, authenticator: RoleAuthenticator(), body)
    }

    private static func create(_ server: TestServer, _ goal: String, key: String?, as caller: String = "operator")
        async throws -> TestServer.Answer
    {
        var headers = ["Authorization": "Bearer \(caller)"]
        headers["Idempotency-Key"] = key
        return try await server.call(.POST, list, body: "{\"goal\":\"\(goal)\"}", headers: headers)
    }

    @Test func `pages follow one another by their cursors, and end`() async throws {
        let names = (0..<7).map { "n\($0)" }
        try await Self.serving(FakeServices(names: names)) { server in
            var (seen, cursor): ([JSONValue], String?) = ([], nil)
            repeat {
                let query = "?limit=3" + (cursor.map { "&cursor=" + $0 } ?? "")
                let page = try await server.call(.GET, Self.list + query, headers: Self.viewer)
                #expect(page.status == 200)
                let items = page.json["items"]?.texts ?? []
                #expect((1...3).contains(items.count))
                seen += items.compactMap { $0["name"] }
                cursor = page.json["next_cursor"]?.string
            } while cursor != nil && seen.count < 100
            #expect(seen == names.map { .string($0) })
        }
    }

    @Test(arguments: [
        ("limit=0", 422, "limit"), ("limit=101", 422, "limit"), ("limit=x", 400, "limit"), ("limit=", 400, "limit"),
        ("limit=1&limit=2", 400, "limit"), ("cursor=%00", 422, "cursor"), ("cursor=QQ", 422, "cursor"),
        ("status=nice", 422, "status"), ("colour=red", 400, "colour"),
    ])
    func `a wrong parameter is named`(query: String, status: Int, field: String) async throws {
        try await Self.serving { server in
            let answer = try await server.call(.GET, Self.list + "?" + query, headers: Self.viewer)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.json["field"] == .string(field))
            #expect(answer.json["expected"] != nil || status == 400)
        }
    }

    @Test(arguments: [
        ("{\"goal\":\"g\",\"colour\":1}", 400, "colour"), ("{}", 400, "goal"), ("{\"goal\":null}", 400, "goal"),
        ("{\"goal\":1}", 400, "goal"), ("{\"goal\":\"\"}", 422, "goal"), ("{\"goal\":\"a\\u0000\"}", 422, "goal"),
        ("{\"goal\":\"g\",\"goal\":\"h\"}", 400, "goal"), ("[]", 400, "body"), ("", 400, "body"),
        ("{\"goal\":\"g\",\"needs_approval\":1e-999999}", 400, "needs_approval"),
    ])
    func `a body of another shape is refused, and its field named`(body: String, status: Int, field: String)
        async throws
    {
        let fake = FakeServices()
        try await Self.serving(fake) { server in
            let headers = ["Authorization": "Bearer operator"]
            let answer = try await server.call(.POST, Self.list, body: body, headers: headers)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.json["field"] == .string(field), "\(answer.text)")
            #expect(await fake.created == 0)
        }
    }

    @Test func `a request under one key is carried out once, and answered alike`() async throws {
        let fake = FakeServices()
        try await Self.serving(fake) { server in
            let first = try await Self.create(server, "g", key: "k1")
            let again = try await Self.create(server, "g", key: "k1")
            #expect(first.status == 201)
            #expect(again.status == 201)
            #expect(again.text == first.text)
            #expect(again.headers.first(name: "Idempotency-Replayed") == "true")
            #expect(await fake.created == 1)
            let other = try await Self.create(server, "h", key: "k1")
            #expect(other.status == 422)
            #expect(other.problem == "idempotency-key-reused")
            #expect(try await Self.create(server, "g", key: "k1", as: "admin").status == 201)
            #expect(try await Self.create(server, "g", key: nil).status == 201)
            #expect(await fake.created == 3)
        }
    }

    @Test func `a request that failed may be sent again under its key`() async throws {
        let fake = FakeServices()
        try await Self.serving(fake) { server in
            let first = try await Self.create(server, "fails", key: "k")
            let second = try await Self.create(server, "fails", key: "k")
            #expect(first.status == 422)
            #expect(second.status == 422)
            #expect(await fake.created == 2)
        }
    }

    @Test func `a second request while the first is carried out is told to wait`() async throws {
        let gate = Gate()
        let fake = FakeServices(gate: gate)
        try await Self.serving(fake) { server in
            async let first = Self.create(server, "g", key: "k")
            while await fake.created == 0 { await Task.yield() }
            let second = try await Self.create(server, "g", key: "k")
            #expect(second.status == 409)
            #expect(second.problem == "idempotency-key-in-use")
            #expect(second.headers.first(name: "Retry-After") == "1")
            gate.open()
            #expect(try await first.status == 201)
        }
    }

    @Test func `a tag answers for what has not changed, packed or not`() async throws {
        try await Self.serving(FakeServices(names: (0..<30).map { "a long name \($0)" })) { server in
            let path = Self.list + "?limit=30"
            let plain = try await server.call(.GET, path, headers: Self.viewer)
            let tag = try #require(plain.headers.first(name: "ETag"))
            let packed = try await server.call(
                .GET,
                path,
                headers: Self.viewer.merging(["Accept-Encoding": "gzip"]) { $1 }
            )
            #expect(packed.headers.first(name: "Content-Encoding") == "gzip")
            let packedTag = try #require(packed.headers.first(name: "ETag"))
            #expect(packedTag != tag)
            for known in [tag, packedTag, "\"x\", W/\(tag)", "*"] {
                let answer = try await server.call(
                    .GET,
                    path,
                    headers: Self.viewer.merging(["If-None-Match": known]) { $1 }
                )
                #expect(answer.status == 304, "\(known)")
                #expect(answer.text.isEmpty)
            }
            let same = try await server.call(
                .GET,
                path,
                headers: Self.viewer.merging(["If-None-Match": packedTag, "Accept-Encoding": "gzip"]) { $1 }
            )
            #expect(same.status == 304)
            #expect(same.headers.first(name: "ETag") == packedTag)
            #expect(same.headers.first(name: "Vary") == "Accept-Encoding")
            let other = try await server.call(
                .GET,
                path,
                headers: Self.viewer.merging(["If-None-Match": "\"x\""]) { $1 }
            )
            #expect(other.status == 200)
            let refused = try await server.call(
                .GET,
                path,
                headers: Self.viewer.merging(["Accept-Encoding": "gzip;q=0, identity"]) { $1 }
            )
            #expect(refused.headers.first(name: "Content-Encoding") == nil)
        }
    }

    @Test func `HEAD tells what GET would, without the body`() async throws {
        try await Self.serving { server in
            let whole = try await server.call(.GET, Self.list, headers: Self.viewer)
            let head = try await server.call(.HEAD, Self.list, headers: Self.viewer)
            #expect(head.status == 200)
            #expect(head.text.isEmpty)
            for name in ["Content-Type", "Content-Length", "ETag"] {
                #expect(head.headers.first(name: name) == whole.headers.first(name: name), "\(name)")
            }
            #expect(try await server.call(.HEAD, Self.list, headers: [:]).status == 401)
            let write = try await server.call(.HEAD, "/api/v1/control/rehearsals/x/none", headers: Self.viewer)
            #expect(write.status == 404)
            #expect(write.text.isEmpty)
        }
    }

    @Test func `every answer names its request, a path tells its methods, and other types are refused`() async throws {
        try await Self.serving { server in
            let one = try await server.call(.GET, "/openapi.json")
            let two = try await server.call(.GET, "/nowhere")
            let names = [one, two].compactMap { $0.headers.first(name: "X-Request-Id") }
            #expect(names.count == 2 && names[0] != names[1])
            #expect(two.json["request"] == .string(names[1]))
            for method in [HTTPMethod.PUT, .TRACE, .DELETE] {
                let answer = try await server.call(method, Self.list, headers: Self.viewer)
                #expect(answer.status == 405)
                #expect(answer.headers.first(name: "Allow") == "GET, HEAD, POST")
            }
            for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
                let headers = ["Authorization": "Bearer operator", "Content-Type": type]
                let answer = try await server.call(.POST, Self.list, body: "{\"goal\":\"g\"}", headers: headers)
                #expect(answer.status == 415, "\(type)")
            }
        }
    }

    @Test(arguments: ["text/csv", "text/html", "application/xml;q=0.9", "*/*", "nonsense"])
    func `an endpoint answers its one type, whatever a client would rather have`(_ wanted: String) async throws {
        try await Self.serving { server in
            let headers = Self.viewer.merging(["Accept": wanted]) { $1 }
            let list = try await server.call(.GET, Self.list, headers: headers)
            #expect(list.status == 200 && list.headers.first(name: "Content-Type") == "application/json")
            let missing = try await server.call(.GET, "/api/v1/nowhere", headers: headers)
            #expect(missing.status == 404)
            #expect(missing.headers.first(name: "Content-Type") == "application/problem+json")
        }
    }

    @Test func `JSON that is too deep, or too long in a number, is refused before it is decoded`() {
        let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
        #expect(JSONScan.fault(in: ByteBuffer(string: deep))?.kind == .malformed)
        let fits = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(JSONScan.fault(in: ByteBuffer(string: fits)) == nil)
        #expect(JSONScan.fault(in: ByteBuffer(string: String(repeating: "9", count: 401)))?.kind == .malformed)
        #expect(JSONScan.fault(in: ByteBuffer(string: "{\"a\":[{\"a\":1}],\"b\":\"{[,:\\\"a\"}")) == nil)
        #expect(JSONScan.fault(in: ByteBuffer(string: "{\"a\":{\"b\":1},\"a\":2}"))?.field == "a")
        #expect(JSONScan.fault(in: ByteBuffer(string: "{\"a\\")) == nil)
    }

    @Test func `cursors give back the key that they were made of`() {
        for key in ["", "a", "ab", "abc", "cmp_01", "두레"] {
            #expect(Paging.key(of: Paging.cursor(of: key)) == key)
        }
        #expect(Paging.key(of: "!") == nil)
        #expect(Paging.key(of: "_w") == nil)
    }
}
