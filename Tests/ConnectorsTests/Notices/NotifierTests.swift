// SPDX-License-Identifier: Apache-2.0

import Crypto
import Domain
import Foundation
import Jobs
import Testing

@testable import Connectors

@Suite struct NotifierTests {
    private let at = Timestamp(milliseconds: 1_795_312_800_000)

    private func notice(_ title: String = "순위 <b>하락</b> & more", text: String = "a\nb", link: String? = nil) -> Notice {
        Notice(cause: title, title: title, text: text, link: link, at: at)
    }

    private func failure(_ body: () async throws -> Void) async -> Failure? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Failure ?? (error as? Undone)?.failure
        }
    }

    /// Whether what is thrown says for certain that nothing was sent.
    private func isUndone(_ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return false
        } catch {
            return error is Undone
        }
    }

    @Test func `a webhook gets JSON with the notices and the key, and no mention can be smuggled in`() async throws {
        let server = try LineServer.webhook(["200 OK"])
        defer { server.stop() }
        let way = try WebhookNotifier("http://127.0.0.1:\(server.port)/services/SECRET")
        let smuggled = notice("<!channel> hello", link: "https://example.org/a?b=c")
        let report = notice("report", link: "trends/r1/page.html")
        try await way.deliver([notice(), smuggled, report], key: "dure-1-a")
        let lines = server.lines
        #expect(lines.first == "POST /services/SECRET HTTP/1.1")
        #expect(lines.contains("Idempotency-Key: dure-1-a"))
        let body = try JSONDecoder().decode([String: String].self, from: Data((lines.last ?? "").utf8))
        let text = try #require(body["text"])
        #expect(text.contains("순위 &lt;b&gt;하락&lt;/b&gt; &amp; more"))
        #expect(text.contains("&lt;!channel&gt;") && !text.contains("<!channel>"))
        #expect(text.contains("<https://example.org/a?b=c>") && text.hasSuffix("\ntrends/r1/page.html"))
    }

    @Test func `a webhook's request is signed with its time and body, and one that is told elsewhere has no signature`()
        async throws
    {
        let server = try LineServer.webhook(["200 OK", "200 OK"])
        defer { server.stop() }
        let address = "http://127.0.0.1:\(server.port)/hook"
        let secret = "a secret of enough characters"
        let settings = ["DURE_SLACK_WEBHOOK_URL": address, "DURE_WEBHOOK_SIGNING_SECRET": secret]
        let signing = try #require(try Notifiers.fromEnvironment(settings, clock: InstantClock(at)).ways.first)
        try await signing.deliver([notice()], key: "dure-1-a")
        let lines = server.lines
        let field = try #require(lines.first { $0.hasPrefix("Dure-Signature: ") }).dropFirst("Dure-Signature: ".count)
        let parts = field.split(separator: ",")
        #expect(parts.first == "t=1795312800")
        let signed = Data("1795312800.\(lines.last ?? "")".utf8)
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: Data(secret.utf8)))
        #expect(parts.last == "v1=" + Data(code).map { String(format: "%02x", $0) }.joined())
        #expect(lines.contains("Idempotency-Key: dure-1-a"), "one identifier, by which a receiver knows a second try")
        try await WebhookNotifier(address).deliver([notice()], key: "dure-1-b")
        #expect(server.lines.count { $0.hasPrefix("Dure-Signature") } == 1)
    }

    @Test(arguments: [
        ("429 Too Many Requests\r\nRetry-After: 7", Failure.Class.rateLimit), ("500 Oops", .unknown),
        ("404 Gone", .notFound),
        ("403 No", .permission), ("302 Found\r\nLocation: http://127.0.0.1:1/", .invalid), ("400 Bad", .invalid),
    ])
    func `a webhook's refusal is told by its class, without the secret`(_ status: String, _ wanted: Failure.Class)
        async throws
    {
        let server = try LineServer.webhook([status])
        defer { server.stop() }
        let way = try WebhookNotifier("http://127.0.0.1:\(server.port)/services/SECRET")
        let failure = try #require(await failure { try await way.deliver([notice()], key: "k") })
        #expect(failure.class == wanted)
        #expect(failure.message.contains("127.0.0.1") && !failure.message.contains("SECRET"))
        if wanted == .rateLimit { #expect(failure.message.contains("7 s")) }
    }

    @Test func `a server that is silent or gone ends in a time-out`() async throws {
        let silent = try LineServer { _, _ in nil }
        defer { silent.stop() }
        let way = try WebhookNotifier("http://127.0.0.1:\(silent.port)/", timeOut: TimeSpan(milliseconds: 200))
        #expect(await failure { try await way.deliver([notice()], key: "k") }?.class == .timeOut)
        #expect(await !isUndone { try await way.deliver([notice()], key: "k") }, "it may have read the message")
        let gone = try LineServer { _, _ in nil }
        gone.stop()
        let other = try WebhookNotifier("http://127.0.0.1:\(gone.port)/")
        #expect(await failure { try await other.deliver([notice()], key: "k") }?.class == .timeOut)
        #expect(await isUndone { try await other.deliver([notice()], key: "k") }, "nobody was there")
    }

    @Test func `a webhook that dies after the message leaves it unclear`() async throws {
        let server = try LineServer { lines, rest in
            lines.contains("") && !rest.isEmpty ? LineServer.Reply(text: "", ends: true) : nil
        }
        defer { server.stop() }
        let way = try WebhookNotifier("http://127.0.0.1:\(server.port)/")
        let failure = try #require(await failure { try await way.deliver([notice()], key: "k") })
        #expect(failure.class == .timeOut && failure.message.contains("nobody knows"))
        #expect(await !isUndone { try await way.deliver([notice()], key: "k") })
    }

    @Test
    func
        `a mail server that is gone, or goes before the message is whole, has taken nothing; one that goes after it may have`()
        async throws
    {
        func way(_ port: UInt16) throws -> MailNotifier {
            try MailNotifier(server: "smtp://127.0.0.1:\(port)", from: "dure@example.org", to: ["a@example.org"])
        }
        let gone = try LineServer { _, _ in nil }
        gone.stop()
        #expect(await isUndone { try await way(gone.port).deliver([notice()], key: "k") })
        for (last, isSafe) in [("DATA", true), (".", false)] {
            let server = try LineServer(greeting: "220 stand-in\r\n") { lines, _ in
                guard let line = lines.last else { return nil }
                if line == last { return LineServer.Reply(text: "", ends: true) }
                if line == "DATA" { return LineServer.Reply(text: "354 go on\r\n") }
                return lines.contains("DATA") ? nil : LineServer.Reply(text: "250 ok\r\n")
            }
            defer { server.stop() }
            #expect(await isUndone { try await way(server.port).deliver([notice()], key: "k") } == isSafe, "\(last)")
        }
    }

    @Test func `tries go on under one key until a webhook takes it, and end at once where none would help`()
        async throws
    {
        let server = try LineServer.webhook(["503 Busy", "429 Slow", "200 OK"])
        defer { server.stop() }
        let clock = InstantClock(at)
        let way = try WebhookNotifier("http://127.0.0.1:\(server.port)/")
        var policy = NoticePolicy(NoticePolicy.Rules())
        policy.add(Notice(cause: "c", title: "t", text: "", urgency: .urgent, at: at), now: at)
        let next = policy.next(now: at)
        let message = try #require(next)
        try await NoticeSender(way, clock: clock).send(message)
        #expect(clock.slept == [.seconds(2), .seconds(10)])
        #expect(Set(server.lines.filter { $0.hasPrefix("Idempotency-Key:") }).count == 1)
        #expect(server.lines.count { $0.hasPrefix("POST") } == 3)
        for status in ["403 No", "500 Oops"] {
            let refusing = try LineServer.webhook([status])
            defer { refusing.stop() }
            let sender = NoticeSender(try WebhookNotifier("http://127.0.0.1:\(refusing.port)/"), clock: clock)
            await #expect(throws: Failure.self) { try await sender.send(message) }
            #expect(refusing.lines.count { $0.hasPrefix("POST") } == 1, "\(status)")
        }
    }

    @Test func `a mail arrives whole, and nothing in a notice can add a header or end the message`() async throws {
        let server = try LineServer.mail()
        defer { server.stop() }
        let way = try MailNotifier(
            server: "smtp://127.0.0.1:\(server.port)",
            from: "dure@example.org",
            to: ["a@example.org", "b@example.org"]
        )
        let hostile = notice("x\r\nBcc: evil@example.org\r\n\r\n", text: "one\r\n.\r\nMAIL FROM:<evil@example.org>\r\n")
        try await way.deliver([hostile], key: "dure-1-a\r\nX: y")
        let lines = server.lines
        #expect(lines.contains { $0.hasPrefix("MAIL FROM:<dure@example.org>") })
        #expect(lines.count { $0.hasPrefix("RCPT TO:") } == 2)
        #expect(!lines.contains { $0.lowercased().contains("evil") })
        #expect(lines.count { $0 == "." } == 1)
        #expect(lines.contains("Message-ID: <dure-1-aXy@example.org>"))
        #expect(lines.contains("Date: Sun, 22 Nov 2026 02:00:00 +0000"))
        let start = try #require(lines.firstIndex(of: ""))
        let body = lines[(start + 1)...].prefix { $0 != "." }.joined()
        let text = String(decoding: try #require(Data(base64Encoded: body)), as: UTF8.self)
        #expect(text.contains("MAIL FROM:<evil@example.org>"))
        #expect(lines.allSatisfy { $0.utf8.count <= 998 })
    }

    @Test func `a mail server's refusals are told by their class`() async throws {
        let server = try LineServer.mail(offersLogin: true)
        defer { server.stop() }
        let address = "smtp://127.0.0.1:\(server.port)"
        let nobody = try MailNotifier(server: address, from: "dure@example.org", to: ["nobody@example.org"])
        #expect(await failure { try await nobody.deliver([notice()], key: "k") }?.class == .invalid)
        let login = try MailNotifier(
            server: address,
            user: "u",
            password: "PASSWORD",
            from: "dure@example.org",
            to: ["a@example.org"]
        )
        let denied = try #require(await failure { try await login.deliver([notice()], key: "k") })
        #expect(denied.class == .permission)
        #expect(!denied.message.contains("PASSWORD"))
    }

    @Test func `subjects keep every character and stay in ASCII`() throws {
        for text in ["짧은 제목", String(repeating: "가나다라🎉 ", count: 40), "", "plain"] {
            let coded = MailMessage.encoded(text)
            #expect(coded.utf8.allSatisfy { $0 < 0x80 })
            let words = coded.components(separatedBy: "\r\n ")
            #expect(words.allSatisfy { $0.utf8.count <= 75 })
            let decoded = try words.map { word in
                String(
                    decoding: try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2)))),
                    as: UTF8.self
                )
            }
            #expect(decoded.joined() == String(String.UnicodeScalarView(text.unicodeScalars.prefix(300))))
        }
    }

    @Test(arguments: [
        ["DURE_SLACK_WEBHOOK_URL": "http://hooks.example.org/canary"], ["DURE_SLACK_WEBHOOK_URL": "ftp://canary"],
        ["DURE_SLACK_WEBHOOK_URL": "https://u:canary@example.org/"],
        ["DURE_SLACK_WEBHOOK_URL": "https://canary\r\nX: y"],
        ["DURE_SLACK_WEBHOOK_URL": "https://a.example/x", "DURE_WEBHOOK_SIGNING_SECRET": "canary"],
        ["DURE_SMTP_URL": "smtp://mail.example.org", "DURE_MAIL_FROM": "canary", "DURE_MAIL_TO": "a@b.c"],
        ["DURE_SMTP_URL": "smtp://mail.example.org", "DURE_MAIL_FROM": "a@b.c", "DURE_MAIL_TO": "a@b.c,canary\nx"],
        ["DURE_SMTP_URL": "http://canary", "DURE_MAIL_FROM": "a@b.c", "DURE_MAIL_TO": "a@b.c"],
        [
            "DURE_SMTP_URL": "smtps://m.example.org", "DURE_SMTP_USER": "canary", "DURE_MAIL_FROM": "a@b.c",
            "DURE_MAIL_TO": "a@b.c",
        ],
        ["DURE_QUIET_HOURS": "22-canary"], ["DURE_QUIET_HOURS": "22:00-07:00", "DURE_TIME_ZONE": "Mars/canary"],
        ["DURE_TIME_ZONE": "canary"],
    ])
    func `a setting that cannot be used is named, and its value is not repeated`(_ environment: [String: String]) throws
    {
        let error = #expect(throws: NoticeSettingError.self) {
            try Notifiers.fromEnvironment(environment, clock: InstantClock(at))
        }
        let text = "\(try #require(error))"
        #expect(environment.keys.contains { text.contains($0) } || text.contains("DURE_SMTP_USER"))
        #expect(!text.contains("canary"))
    }

    @Test func `settings make the ways that they name`() throws {
        #expect(try Notifiers.fromEnvironment([:], clock: InstantClock(at)).ways.isEmpty)
        let settings = [
            "DURE_SLACK_WEBHOOK_URL": "https://hooks.example.org/services/x",
            "DURE_SMTP_URL": "smtps://mail.example.org:465",
            "DURE_SMTP_USER": "u", "DURE_SMTP_PASSWORD": "p", "DURE_MAIL_FROM": "dure@example.org",
            "DURE_MAIL_TO": "a@example.org, b@example.org", "DURE_QUIET_HOURS": "22:00-07:00",
            "DURE_TIME_ZONE": "Asia/Seoul",
        ]
        let all = try Notifiers.fromEnvironment(settings, clock: InstantClock(at))
        #expect(all.ways.map(\.channel) == ["slack", "mail"])
        #expect(all.rules.quiet?.zone == "Asia/Seoul")
    }
}

/// A clock that does not wait, and notes for how long it was asked to.
private final class InstantClock: TimeSource {
    private let state: Locked<(now: Timestamp, slept: [TimeSpan])>

    init(_ start: Timestamp) { state = Locked((start, [])) }

    var now: Timestamp { state.withLock { $0.now } }
    var slept: [TimeSpan] { state.withLock { $0.slept } }

    func sleep(until instant: Timestamp) async throws {
        state.withLock { state in
            state.slept.append(instant - state.now)
            state.now = instant
        }
    }
}

/// Where a webhook must not go, though its address looks like any other.
@Suite struct WebhookGuardTests {
    @Test(arguments: [
        "https://10.0.0.1/hook", "https://192.168.1.1/hook", "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/hook",
        "https://2130706433/hook", "https://0x7f000001/hook", "https://0177.0.0.1/hook", "https://127.1/hook",
        "https://[::ffff:127.0.0.1]/hook", "https://[fd00::1]/hook", "https://[64:ff9b::7f00:1]/hook",
        "https://[2002:7f00:1::]/hook", "https://localhost.localdomain/hook",
    ])
    func `a webhook that leads to a private address is refused before anything is sent`(address: String) async throws {
        let way = try WebhookNotifier(address, timeOut: .seconds(5))
        let notice = Notice(cause: "c", title: "t", text: "x", link: nil, at: Timestamp(milliseconds: 0))
        var failure: Failure?
        do {
            try await way.deliver([notice], key: "k")
        } catch let refused as Failure {
            failure = refused
        } catch let undone as Undone {
            // A name that leads nowhere on this machine cannot be reached, which is as good.
            failure = undone.failure
        }
        #expect([.permission, .timeOut, .invalid].contains(failure?.class))
        if !address.contains("localhost") { #expect(failure?.class == .permission, "\(failure?.message ?? "")") }
    }
}
