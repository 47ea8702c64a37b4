// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import NIOHTTP1
import Operations
import Storage
import Testing

@testable import Server

/// Who comes in, and who does not.
@Suite(.timeLimit(.minutes(10))) struct AccessTests {
    // MARK: - Sessions

    @Test func `a link signs in once, by a cookie that scripts cannot read`() async throws {
        try await GuardedServer.run { guarded in
            let code = try await guarded.sessions.makeLink(workspace: .default, role: .admin, name: "kim").code
            let answer = try await guarded.call(.POST, "/api/v1/session", body: "{\"code\":\"\(code)\"}")
            #expect(answer.status == 200)
            let cookie = try #require(answer.headers.first(name: "Set-Cookie"))
            #expect(cookie.hasPrefix("dure-session=dureses."))
            #expect(cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Lax"))
            let pair = String(cookie.prefix { $0 != ";" })
            let who = try await guarded.call(.GET, "/api/v1/session", headers: ["Cookie": pair])
            #expect(who.status == 200)
            #expect(who.json["name"]?.string == "kim" && who.json["role"]?.string == "admin")
            let again = try await guarded.call(.POST, "/api/v1/session", body: "{\"code\":\"\(code)\"}")
            #expect(again.status == 401)
            #expect(!again.text.contains(code))
        }
    }

    @Test func `with TLS the cookie is bound to the host`() async throws {
        let rules = SecurityRules(caller: .none, address: .none, isSecure: true)
        try await GuardedServer.run(rules: rules) { guarded in
            let code = try await guarded.sessions.makeLink(workspace: .default, role: .admin, name: "kim").code
            let answer = try await guarded.call(.POST, "/api/v1/session", body: "{\"code\":\"\(code)\"}")
            let cookie = try #require(answer.headers.first(name: "Set-Cookie"))
            #expect(cookie.hasPrefix("__Host-dure=") && cookie.hasSuffix("; Secure"))
            #expect(answer.headers.first(name: "Strict-Transport-Security")?.hasPrefix("max-age=31536000") == true)
        }
    }

    @Test func `a session that somebody brought along is not taken over, and ends at a sign-in`() async throws {
        try await GuardedServer.run { guarded in
            let chosen = "dure-session=dureses.AAAAAAAAAAAA." + String(repeating: "A", count: 43)
            let code = try await guarded.sessions.makeLink(workspace: .default, role: .viewer, name: "a").code
            let answer = try await guarded.call(
                .POST,
                "/api/v1/session",
                body: "{\"code\":\"\(code)\"}",
                headers: ["Cookie": chosen]
            )
            let cookie = try #require(answer.headers.first(name: "Set-Cookie")?.prefix { $0 != ";" })
            #expect(String(cookie) != chosen)
            #expect(try await guarded.call(.GET, "/api/v1/session", headers: ["Cookie": chosen]).status == 401)
            let second = try await guarded.sessions.makeLink(workspace: .default, role: .viewer, name: "b").code
            _ = try await guarded.call(
                .POST,
                "/api/v1/session",
                body: "{\"code\":\"\(second)\"}",
                headers: ["Cookie": String(cookie)]
            )
            #expect(try await guarded.call(.GET, "/api/v1/session", headers: ["Cookie": String(cookie)]).status == 401)
        }
    }

    @Test func `a link that is not good signs nobody out`() async throws {
        try await GuardedServer.run { guarded in
            let (cookie, _) = try await guarded.signIn()
            for code in ["durelink.bad", "durelink.AAAAAAAAAAAA." + String(repeating: "A", count: 43)] {
                let answer = try await guarded.call(
                    .POST,
                    "/api/v1/session",
                    body: "{\"code\":\"\(code)\"}",
                    headers: ["Cookie": cookie]
                )
                #expect(answer.status == 401)
            }
            #expect(try await guarded.call(.GET, "/api/v1/session", headers: ["Cookie": cookie]).status == 200)
        }
    }

    @Test func `a session that is over is no guess, and one that never was is`() async throws {
        try await GuardedServer.run { guarded in
            let (cookie, form) = try await guarded.signIn()
            _ = try await guarded.call(.DELETE, "/api/v1/session", headers: ["Cookie": cookie, "X-CSRF-Token": form])
            var statuses: Set<Int> = []
            for _ in 0..<20 {
                statuses.insert(try await guarded.call(.GET, "/api/v1/session", headers: ["Cookie": cookie]).status)
            }
            #expect(statuses == [401])
            let guessed = "dure-session=dureses.AAAAAAAAAAAA." + String(repeating: "A", count: 43)
            for _ in 0..<20 {
                statuses.insert(try await guarded.call(.GET, "/api/v1/session", headers: ["Cookie": guessed]).status)
            }
            #expect(statuses == [401, 429])
        }
    }

    @Test func `a rotated key's former secret is good for as long as was asked`() async throws {
        try await GuardedServer.run { guarded in
            let admin = guarded.keys[.admin]
            for (body, isGood) in [(nil, true), ("{\"grace_seconds\":60}", true), ("{\"grace_seconds\":0}", false)] {
                let made = try await guarded.call(
                    .POST,
                    "/api/v1/keys",
                    key: admin,
                    body: "{\"name\":\"tool\",\"role\":\"viewer\"}"
                )
                let former = try KeyText(try #require(made.json["key"]?.string))
                let path = "/api/v1/keys/\(former.id)/rotate"
                let rotated = try await guarded.call(.POST, path, key: admin, body: body)
                #expect(rotated.status == 200, "\(rotated.text)")
                let present = try KeyText(try #require(rotated.json["key"]?.string))
                #expect(try await guarded.call(.GET, "/api/v1/session", key: present).status == 200)
                #expect(try await guarded.call(.GET, "/api/v1/session", key: former).status == (isGood ? 200 : 401))
            }
            for body in ["{\"grace_seconds\":-1}", "{\"grace_seconds\":2592001}", "{\"grace\":1}"] {
                let answer = try await guarded.call(.POST, "/api/v1/keys/AAAAAAAAAAAA/rotate", key: admin, body: body)
                #expect(answer.status == 400 || answer.status == 422, "\(answer.text)")
            }
        }
    }

    @Test func `two cookies of one name are nobody's`() async throws {
        try await GuardedServer.run { guarded in
            let (cookie, _) = try await guarded.signIn()
            let twice = "\(cookie); __Host-dure=x"
            #expect(try await guarded.call(.GET, "/api/v1/session", headers: ["Cookie": twice]).status == 401)
        }
    }

    @Test func `signing out ends the session, and an administrator ends others', of their workspace alone`()
        async throws
    {
        try await GuardedServer.run { guarded in
            let (cookie, form) = try await guarded.signIn()
            let out = try await guarded.call(
                .DELETE,
                "/api/v1/session",
                headers: ["Cookie": cookie, "X-CSRF-Token": form]
            )
            #expect(out.status == 204)
            #expect(out.headers.first(name: "Set-Cookie")?.contains("Max-Age=0") == true)
            #expect(try await guarded.call(.GET, "/api/v1/session", headers: ["Cookie": cookie]).status == 401)
            let (other, _) = try await guarded.signIn(.viewer)
            let session = try #require(try await guarded.sessions.sessions(in: .default).first)
            let path = "/api/v1/sessions/\(session.id)"
            #expect(try await guarded.call(.DELETE, path, key: guarded.stranger).status == 404)
            #expect(try await guarded.call(.GET, "/api/v1/session", headers: ["Cookie": other]).status == 200)
            #expect(try await guarded.call(.DELETE, path, key: guarded.keys[.admin]).status == 204)
            #expect(try await guarded.call(.GET, "/api/v1/session", headers: ["Cookie": other]).status == 401)
        }
    }

    // MARK: - Forgery

    @Test func `what changes something needs the form's token, and a page of this server`() async throws {
        try await GuardedServer.run { guarded in
            let (cookie, form) = try await guarded.signIn()
            let own = guarded.server.base
            func make(_ headers: [String: String]) async throws -> Int {
                try await guarded.call(
                    .POST,
                    "/api/v1/sign-in-links",
                    body: "{\"name\":\"a\",\"role\":\"viewer\"}",
                    headers: headers.merging(["Cookie": cookie]) { $1 }
                ).status
            }
            #expect(try await make([:]) == 403, "no token")
            #expect(try await make(["X-CSRF-Token": "x"]) == 403)
            let (_, another) = try await guarded.signIn(.viewer)
            #expect(try await make(["X-CSRF-Token": another]) == 403, "another session's token")
            #expect(try await make(["X-CSRF-Token": form, "Origin": "https://evil.example"]) == 403)
            #expect(try await make(["X-CSRF-Token": form, "Origin": "null"]) == 403)
            #expect(try await make(["X-CSRF-Token": form, "Origin": own + ".evil.example"]) == 403)
            #expect(try await make(["X-CSRF-Token": form, "Sec-Fetch-Site": "cross-site"]) == 403)
            #expect(try await make(["X-CSRF-Token": form, "Sec-Fetch-Site": "same-site"]) == 403)
            #expect(try await make(["X-CSRF-Token": form, "Origin": own, "Sec-Fetch-Site": "same-origin"]) == 201)
            #expect(try await make(["X-CSRF-Token": form]) == 201, "a program that knows the token")
        }
    }

    @Test func `a form that no script sent has the token among its fields`() async throws {
        try await GuardedServer.run { guarded in
            let (_, another) = try await guarded.signIn(.viewer)
            let own = guarded.server.base
            func leave(_ cookie: String, _ body: String, _ headers: [String: String] = [:]) async throws -> Int {
                let form = ["Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie]
                return try await guarded.call(.POST, "/sign-out", body: body, headers: form.merging(headers) { $1 })
                    .status
            }
            let (cookie, token) = try await guarded.signIn()
            let field = "csrf_token=\(token)"
            #expect(try await leave(cookie, "step=sign-out") == 403, "no token")
            #expect(try await leave(cookie, "") == 403, "nothing at all")
            #expect(try await leave(cookie, "csrf_token=") == 403)
            #expect(try await leave(cookie, "csrf_token=\(another)") == 403, "another session's token")
            #expect(try await leave(cookie, "x\(field)") == 403)
            #expect(try await leave(cookie, field, ["X-CSRF-Token": "x"]) == 403, "what the head says counts")
            #expect(try await leave(cookie, field, ["Origin": "https://evil.example"]) == 403)
            #expect(try await leave(cookie, field, ["Origin": "null"]) == 403)
            #expect(try await leave(cookie, field, ["Sec-Fetch-Site": "cross-site"]) == 403)
            // A field is no token for what takes something else than a form.
            let make = try await guarded.call(
                .POST,
                "/api/v1/sign-in-links",
                body: field,
                headers: ["Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie]
            )
            #expect([403, 415].contains(make.status))
            let end = try await guarded.call(
                .DELETE,
                "/api/v1/session",
                headers: ["Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie]
            )
            #expect(end.status == 403)
            #expect(try await guarded.call(.GET, "/api/v1/session", headers: ["Cookie": cookie]).status == 200)
            #expect(try await leave(cookie, "\(field)&step=sign-out", ["Origin": own]) == 303)
            #expect(try await guarded.call(.GET, "/api/v1/session", headers: ["Cookie": cookie]).status == 401)
        }
    }

    @Test func `a browser without scripts signs in by a form`() async throws {
        try await GuardedServer.run { guarded in
            func post(_ text: String, _ headers: [String: String] = [:]) async throws -> TestServer.Answer {
                try await guarded.call(
                    .POST,
                    "/sign-in",
                    body: "code=" + text.replacing("#", with: "%23").replacing("/", with: "%2F"),
                    headers: headers.merging(["Content-Type": "application/x-www-form-urlencoded"]) { $1 }
                )
            }
            let code = try await guarded.sessions.makeLink(workspace: .default, role: .viewer, name: "kim").code
            for headers in [["Origin": "https://evil.example"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"]] {
                #expect(try await post(code, headers).status == 403)
            }
            #expect(try await post(code).status == 403, "nobody tells whose page it was")
            let own = ["Origin": guarded.server.base]
            let wrong = try await post("durelink.x", own)
            #expect(wrong.status == 401 && wrong.headers.first(name: "Set-Cookie") == nil)
            #expect(wrong.text.contains("<form action=\"/sign-in\""))
            let answer = try await post("http://127.0.0.1:7420/sign-in#\(code)", own)
            #expect(answer.status == 303 && answer.headers.first(name: "Location") == "/")
            let cookie = try #require(answer.headers.first(name: "Set-Cookie"))
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"))
            let pair = String(cookie.prefix { $0 != ";" })
            #expect(try await guarded.call(.GET, "/api/v1/session", headers: ["Cookie": pair]).status == 200)
            #expect(try await post(code, own).status == 401, "it is good once")
        }
    }

    @Test func `nobody is signed in by another site's page`() async throws {
        try await GuardedServer.run { guarded in
            let code = try await guarded.sessions.makeLink(workspace: .default, role: .admin, name: "kim").code
            for headers in [["Origin": "https://evil.example"], ["Sec-Fetch-Site": "cross-site"]] {
                let answer = try await guarded.call(
                    .POST,
                    "/api/v1/session",
                    body: "{\"code\":\"\(code)\"}",
                    headers: headers
                )
                #expect(answer.status == 403)
            }
            let form = try await guarded.call(
                .POST,
                "/api/v1/session",
                body: "code=\(code)",
                headers: ["Content-Type": "application/x-www-form-urlencoded"]
            )
            #expect(form.status == 415)
        }
    }

    // MARK: - Keys and tokens

    @Test func `a rotated key is good with both secrets for a while, and its end is at once`() async throws {
        try await GuardedServer.run { guarded in
            let admin = guarded.keys[.admin]
            let made = try await guarded.call(
                .POST,
                "/api/v1/keys",
                key: admin,
                body: "{\"name\":\"tool\",\"role\":\"viewer\"}"
            )
            #expect(made.status == 201, "\(made.text)")
            let first = try KeyText(try #require(made.json["key"]?.string))
            let rotated = try await guarded.call(.POST, "/api/v1/keys/\(first.id)/rotate", key: admin)
            let second = try KeyText(try #require(rotated.json["key"]?.string))
            #expect(first.id == second.id && first.text != second.text)
            for key in [first, second] {
                #expect(try await guarded.call(.GET, "/api/v1/session", key: key).status == 200)
            }
            #expect(try await guarded.call(.DELETE, "/api/v1/keys/\(first.id)", key: admin).status == 204)
            for key in [first, second] {
                #expect(try await guarded.call(.GET, "/api/v1/session", key: key).status == 401)
            }
            let list = try await guarded.call(.GET, "/api/v1/keys", key: admin)
            #expect(!list.text.contains(first.hash) && !list.text.contains(second.text.suffix(38)))
        }
    }

    @Test func `another workspace's keys are not there`() async throws {
        try await GuardedServer.run { guarded in
            let id = try #require(guarded.keys[.viewer]?.id)
            #expect(try await guarded.call(.DELETE, "/api/v1/keys/\(id)", key: guarded.stranger).status == 404)
            #expect(try await guarded.call(.POST, "/api/v1/keys/\(id)/rotate", key: guarded.stranger).status == 404)
            let list = try await guarded.call(.GET, "/api/v1/keys", key: guarded.stranger)
            #expect(list.json["items"]?.texts.count == 1)
            #expect(try await guarded.call(.GET, "/v1/keys", key: guarded.stranger).status == 403)
            #expect(try await guarded.call(.GET, "/v1/fleet/workers", key: guarded.stranger).status == 403)
        }
    }

    @Test func `a token stands for its key, for a while, and ends with it`() async throws {
        try await GuardedServer.run { guarded in
            let key = try #require(guarded.keys[.operator])
            let made = try await guarded.call(.POST, "/api/v1/token", key: key)
            #expect(made.status == 201, "\(made.text)")
            let token = try #require(made.json["token"]?.string)
            func who(_ token: String) async throws -> TestServer.Answer {
                try await guarded.call(.GET, "/api/v1/session", headers: ["Authorization": "Bearer " + token])
            }
            let answer = try await who(token)
            #expect(answer.json["role"]?.string == "operator" && answer.json["credential"]?.string == "token")
            #expect(
                try await guarded.call(.GET, "/api/v1/keys", headers: ["Authorization": "Bearer " + token]).status
                    == 403
            )
            #expect(
                try await guarded.call(.POST, "/api/v1/token", headers: ["Authorization": "Bearer " + token]).status
                    == 403,
                "a token makes no token"
            )
            for odd in ["x" + token, String(token.dropLast()), "a.b.c", ""] {
                #expect(try await who(odd).status == 401)
            }
            #expect(try await guarded.call(.DELETE, "/api/v1/keys/\(key.id)", key: guarded.keys[.admin]).status == 204)
            #expect(try await who(token).status == 401)
        }
    }

    @Test func `whoever shows wrong keys waits, a neighbour does not`() async throws {
        try await GuardedServer.run { guarded in
            let key = try #require(guarded.keys[.viewer])
            var generator = SplitMix64(seed: 3)
            let wrong = try #require(KeyText(rotating: key.id, using: &generator))
            var refused = try await guarded.call(.GET, "/api/v1/session", key: wrong)
            #expect(refused.status == 401)
            // However slow this machine is: the waits grow beyond the time between two requests.
            for _ in 0..<60 where refused.status != 429 {
                refused = try await guarded.call(.GET, "/api/v1/session", key: wrong)
            }
            #expect(refused.status == 429)
            #expect(refused.headers.first(name: "Retry-After").flatMap { Int($0) }.map { $0 >= 1 } == true)
            #expect(try await guarded.call(.GET, "/api/v1/session", key: guarded.keys[.operator]).status == 200)
        }
    }

    @Test func `each endpoint of access lets in whom it should, and nobody else`() async throws {
        try await GuardedServer.run { guarded in
            let gets: [(String, Set<Role>)] = [
                ("/api/v1/session", [.viewer, .operator, .admin]), ("/api/v1/sessions", [.admin]),
                ("/api/v1/keys", [.admin]), ("/api/v1/audit", [.admin]),
                ("/api/v1/health", [.viewer, .operator, .admin]),
            ]
            for (path, allowed) in gets {
                #expect(try await guarded.call(.GET, path).status == 401)
                for role in Role.allCases {
                    let status = try await guarded.call(.GET, path, key: guarded.keys[role]).status
                    #expect(status == (allowed.contains(role) ? 200 : 403), "\(path) \(role)")
                }
            }
        }
    }

    // MARK: - Audit

    @Test func `sign-ins, refusals and changes are in the audit log, with who and from where`() async throws {
        try await GuardedServer.run { guarded in
            let (cookie, form) = try await guarded.signIn()
            _ = try await guarded.call(.POST, "/api/v1/session", body: "{\"code\":\"wrong\"}")
            _ = try await guarded.call(
                .POST,
                "/api/v1/keys",
                body: "{\"name\":\"tool\",\"role\":\"viewer\"}",
                headers: ["Cookie": cookie, "X-CSRF-Token": form]
            )
            _ = try await guarded.call(.DELETE, "/api/v1/keys/none", key: guarded.keys[.admin])
            let entries = try await guarded.store.auditEntries(after: 0, limit: 100)
            #expect(
                entries.map { "\($0.action) \($0.detail)" } == [
                    "session.begin admin", "session.refused unknown", "api.makeKey answered 201",
                    "api.endKey answered 404",
                ]
            )
            #expect(entries.allSatisfy { $0.address == "127.0.0.1" })
            #expect(entries[2].actor.hasPrefix("session kim ("))
            #expect(try await AuditVerifier.verify(guarded.store, anchors: []).findings.isEmpty)
            let page = try await guarded.call(.GET, "/api/v1/audit?limit=2", key: guarded.keys[.admin])
            #expect(page.json["items"]?.texts.count == 2)
            var numbers = Self.numbers(in: page.json)
            var cursor = page.json["next_cursor"]?.string
            while let given = cursor {
                let path = "/api/v1/audit?limit=2&cursor=\(given)"
                let next = try await guarded.call(.GET, path, key: guarded.keys[.admin])
                #expect(next.status == 200, "\(next.text)")
                numbers += Self.numbers(in: next.json)
                cursor = next.json["next_cursor"]?.string
            }
            #expect(numbers == Array((1...numbers.count).reversed()), "each once, newest first")
            for wrong in ["AAAA", "LTE", "x%20y", Paging.cursor(of: "9223372036854775808")] {
                let answer = try await guarded.call(.GET, "/api/v1/audit?cursor=\(wrong)", key: guarded.keys[.admin])
                #expect(answer.status == 422 || answer.status == 400, "\(wrong): \(answer.text)")
            }
            let others = try await guarded.call(.GET, "/api/v1/audit", key: guarded.stranger)
            #expect(others.json["items"]?.texts.isEmpty == true)
        }
    }

    private static func numbers(in page: JSONValue) -> [Int] {
        guard case .array(let items)? = page["items"] else { return [] }
        return items.compactMap { item in
            guard case .integer(let number)? = item["number"] else { return nil }
            return Int(number)
        }
    }
}
