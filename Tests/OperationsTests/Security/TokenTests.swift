// SPDX-License-Identifier: Apache-2.0

import Crypto
import Domain
import Foundation
import Testing

@testable import Operations

/// A clock that a test sets.
final class SetClock: TimeSource {
    private let instant: Locked<Timestamp>

    init(_ instant: Timestamp = Timestamp(milliseconds: 1_800_000_000_000)) {
        self.instant = Locked(instant)
    }

    var now: Timestamp { instant.withLock { $0 } }

    func advance(_ span: TimeSpan) {
        instant.withLock { $0 = $0 + span }
    }

    func sleep(until instant: Timestamp) async throws {
        // Time goes on only when the test says so: whoever waits does until it is cancelled.
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        defer { continuation.finish() }
        for await _ in stream {}
        throw CancellationError()
    }
}

/// Attacks on tokens, after RFC 8725.
@Suite struct TokenTests {
    private static let second = 1_800_000_000
    private static let now = Timestamp(milliseconds: Int64(second) * 1_000)
    private static let secret = [UInt8](repeating: 7, count: 32)
    private let codec = TokenCodec()

    private func key(_ id: String = "tk_a", _ bytes: [UInt8] = secret) throws -> TokenKey {
        try #require(TokenKey(id: id, bytes: bytes))
    }

    private func claims(_ change: (inout TokenClaims) -> Void = { _ in }) -> TokenClaims {
        var claims = TokenClaims(
            iss: "dure",
            aud: "dure-api",
            sub: "key:abc",
            jti: "j",
            iat: Self.second,
            nbf: Self.second,
            exp: Self.second + 600,
            ws: .default,
            role: .operator,
            name: "n"
        )
        change(&claims)
        return claims
    }

    private func verify(_ token: String) throws -> TokenClaims {
        try codec.verify(token, keys: ["tk_a": key()], now: Self.now)
    }

    /// A token of any header and body, signed by the right key.
    private func token(header: String, body: String, secret: [UInt8] = secret) -> String {
        let signed = Base64URL.encode(header.utf8) + "." + Base64URL.encode(body.utf8)
        let mac = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: secret))
        return signed + "." + Base64URL.encode(mac)
    }

    private func body(_ change: (inout [String: Any]) -> Void = { _ in }) throws -> String {
        var members: [String: Any] = [
            "iss": "dure", "aud": "dure-api", "sub": "key:abc", "jti": "j", "iat": Self.second, "nbf": Self.second,
            "exp": Self.second + 600, "ws": "default", "role": "operator", "name": "n",
        ]
        change(&members)
        return String(
            decoding: try JSONSerialization.data(withJSONObject: members, options: .sortedKeys),
            as: UTF8.self
        )
    }

    private static let header = #"{"alg":"HS256","kid":"tk_a","typ":"dure+jwt"}"#

    @Test func `a token is good, and says what was signed`() throws {
        #expect(try verify(codec.sign(claims(), with: key())) == claims())
        #expect(try verify(token(header: Self.header, body: body())) == claims())
    }

    @Test(arguments: ["none", "None", "NONE", "nOnE", "", "HS512", "HS384", "RS256", "ES256", "EdDSA", "hs256"])
    func `an algorithm that is not the key's is refused, signed or not`(algorithm: String) throws {
        let header = #"{"alg":"\#(algorithm)","kid":"tk_a","typ":"dure+jwt"}"#
        let good = token(header: header, body: try body())
        #expect(throws: TokenCodec.Fault.malformed) { try verify(good) }
        let bare = good.split(separator: ".").prefix(2).joined(separator: ".") + "."
        #expect(throws: TokenCodec.Fault.malformed) { try verify(bare) }
    }

    @Test func `a signature by a public text, an empty key or another key is refused`() throws {
        let wrong: [[UInt8]] = [[], [0], Array("secret".utf8), Array("tk_a".utf8), [UInt8](repeating: 8, count: 32)]
        for secret in wrong {
            let forged = token(header: Self.header, body: try body(), secret: secret)
            #expect(throws: TokenCodec.Fault.signature) { try verify(forged) }
        }
    }

    @Test(arguments: [
        "../../../../dev/null", "x' OR '1'='1", "", "tk_b", "tk_a\\u0000", "TK_A", "tk_a ",
    ])
    func `an identifier that names no key is refused, and falls back to none`(id: String) throws {
        let forged = token(header: #"{"alg":"HS256","kid":"\#(id)","typ":"dure+jwt"}"#, body: try body())
        #expect(throws: TokenCodec.Fault.self) { try verify(forged) }
        let empty = token(header: #"{"alg":"HS256","kid":"\#(id)","typ":"dure+jwt"}"#, body: try body(), secret: [0])
        #expect(throws: TokenCodec.Fault.self) { try verify(empty) }
    }

    @Test(arguments: [
        #"{"alg":"HS256","typ":"dure+jwt"}"#, #"{"kid":"tk_a","typ":"dure+jwt"}"#, #"{"alg":"HS256","kid":"tk_a"}"#,
        #"{"alg":"HS256","kid":"tk_a","typ":"JWT"}"#, #"{"alg":"HS256","kid":"tk_a","typ":"secevent+jwt"}"#,
        #"{"alg":"HS256","jku":"http://127.0.0.1/","kid":"tk_a","typ":"dure+jwt"}"#,
        #"{"alg":"HS256","kid":"tk_a","typ":"dure+jwt","x5u":"http://127.0.0.1/"}"#,
        #"{"alg":"HS256","jwk":{"kty":"oct","k":"Bw"},"kid":"tk_a","typ":"dure+jwt"}"#,
        #"{"alg":"HS256","crit":["x"],"kid":"tk_a","typ":"dure+jwt","x":1}"#,
        #"{"b64":false,"crit":["b64"],"alg":"HS256","kid":"tk_a","typ":"dure+jwt"}"#,
        #"{"alg":"none","alg":"HS256","kid":"tk_a","typ":"dure+jwt"}"#,
        #"{ "alg":"HS256","kid":"tk_a","typ":"dure+jwt"}"#, "", "null", "[]", #"{"a":{"a":{"a":{"a":1}}}}"#,
    ])
    func `a header that is not ours to the byte is refused, though its signature is right`(header: String) throws {
        let odd = token(header: header, body: try body())
        #expect(throws: TokenCodec.Fault.malformed) { try verify(odd) }
    }

    @Test func `every claim is required, and of its type`() throws {
        for name in ["iss", "aud", "sub", "jti", "iat", "nbf", "exp", "ws", "role", "name"] {
            let without = token(header: Self.header, body: try body { $0[name] = nil })
            #expect(throws: TokenCodec.Fault.claims, "\(name)") { try verify(without) }
        }
        let odd: [(String, Any)] = [
            ("exp", "9999999999"), ("exp", 1e300), ("exp", true), ("aud", ["dure-api", "x"]), ("role", "root"),
            ("ws", "../x"), ("nbf", 1.5),
        ]
        for (name, value) in odd {
            let wrong = token(header: Self.header, body: try body { $0[name] = value })
            #expect(throws: TokenCodec.Fault.self, "\(name)") { try verify(wrong) }
        }
    }

    @Test func `an expired, an early, an ageless, another's and a sender's own token are refused`() throws {
        let wrong: [(TokenCodec.Fault, (inout TokenClaims) -> Void)] = [
            (.expired, { $0.exp = Self.second }), (.expired, { $0.exp = -1 }), (.expired, { $0.exp = .min }),
            (.claims, { $0.exp = .max }), (.claims, { $0.exp = Self.second + 86_400 }),
            (.notYet, { $0.nbf = Self.second + 3_600 }), (.notYet, { $0.iat = Self.second + 86_400 }),
            (.claims, { $0.iat = 0 }), (.claims, { $0.nbf = $0.iat - 1 }),
            (.claims, { $0.iss = "https://evil.example" }), (.claims, { $0.aud = "other" }), (.claims, { $0.sub = "" }),
        ]
        for (fault, change) in wrong {
            let signed = try codec.sign(claims(change), with: key())
            #expect(throws: fault) { try verify(signed) }
        }
    }

    @Test func `a token with any one character changed, added or taken away is refused`() throws {
        let good = try codec.sign(claims(), with: key())
        for place in good.indices {
            var changed = good
            changed.replaceSubrange(place...place, with: good[place] == "A" ? "B" : "A")
            #expect(throws: TokenCodec.Fault.self) { try verify(changed) }
        }
        for odd in [good + "=", good + ".", good + ".x.y", good + "A", String(good.dropLast()), "." + good, "..", ""] {
            #expect(throws: TokenCodec.Fault.self) { try verify(odd) }
        }
        let parts = good.split(separator: ".")
        #expect(throws: TokenCodec.Fault.malformed) { try verify("\(parts[0])...\(parts[1]).\(parts[2])") }
        #expect(throws: TokenCodec.Fault.malformed) {
            try verify(parts[0] + "." + String(repeating: "A", count: 1 << 20) + "." + parts[2])
        }
    }

    @Test func `the standard's own example of a code is met`() throws {
        // RFC 7515, appendix A.1: the key, what is signed, and its code.
        let secret = try #require(
            Base64URL.decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
        )
        let signed = """
            eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
            cGxlLmNvbS9pc19yb290Ijp0cnVlfQ
            """
        let mac = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: secret))
        #expect(Base64URL.encode(mac) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    }

    // MARK: - Rotation

    @Test func `a token is good to its end while keys change, and not after its key is gone`() async throws {
        let clock = SetClock()
        let desk = TokenDesk(shelf: MemoryTokenKeyShelf(clock: clock), clock: clock)
        func issue() async throws -> String {
            try await desk.issue(subject: "key:a", workspace: .default, role: .viewer, name: "n").token
        }
        let first = try await issue()
        try await desk.rotate()
        let second = try await issue()
        #expect(first.prefix(60) != second.prefix(60), "another key signs")
        #expect(try await desk.verify(first).role == .viewer)
        #expect(try await desk.verify(second).sub == "key:a")
        try await desk.rotate()
        await #expect(throws: TokenCodec.Fault.unknownKey) { try await desk.verify(first) }
        #expect(try await desk.verify(second).sub == "key:a")
        clock.advance(.minutes(15))
        await #expect(throws: TokenCodec.Fault.expired) { try await desk.verify(second) }
    }

    @Test func `a key that is gone is kept nowhere, and one that somebody kept verifies nothing`() async throws {
        let clock = SetClock()
        let shelf = MemoryTokenKeyShelf(clock: clock)
        let desk = TokenDesk(shelf: shelf, clock: clock)
        let first = try await desk.issue(subject: "key:a", workspace: .default, role: .viewer, name: "n").token
        let oldest = try #require(try await shelf.tokenKeys().first)
        for _ in 0..<3 { try await desk.rotate() }
        #expect(try await shelf.tokenKeys().count == 2)
        #expect(try await !shelf.tokenKeys().contains { $0.id == oldest.id })
        let kept = MemoryTokenKeyShelf(clock: clock)
        try await kept.add(tokenKey: oldest.bytes, id: oldest.id)
        for key in try await shelf.tokenKeys() { try await kept.add(tokenKey: key.bytes, id: key.id) }
        await #expect(throws: TokenCodec.Fault.unknownKey) {
            try await TokenDesk(shelf: kept, clock: clock).verify(first)
        }
    }

    @Test func `a server knows a key that another server made`() async throws {
        let clock = SetClock()
        let shelf = MemoryTokenKeyShelf(clock: clock)
        let (one, two) = (TokenDesk(shelf: shelf, clock: clock), TokenDesk(shelf: shelf, clock: clock))
        _ = try await two.issue(subject: "key:a", workspace: .default, role: .viewer, name: "n")
        try await one.rotate()
        let token = try await one.issue(subject: "key:b", workspace: .default, role: .viewer, name: "n").token
        clock.advance(.seconds(1))
        #expect(try await two.verify(token).sub == "key:b")
    }

    @Test func `a key signs for a day, and a token lives for a quarter of an hour at most`() async throws {
        let clock = SetClock()
        let shelf = MemoryTokenKeyShelf(clock: clock)
        let desk = TokenDesk(shelf: shelf, clock: clock)
        let issued = try await desk.issue(
            subject: "key:a",
            workspace: .default,
            role: .viewer,
            name: "n",
            life: .days(3)
        )
        #expect(issued.expiresAt - clock.now <= .minutes(15))
        clock.advance(.days(1))
        _ = try await desk.issue(subject: "key:a", workspace: .default, role: .viewer, name: "n")
        #expect(try await shelf.tokenKeys().count == 2)
    }
}
