// SPDX-License-Identifier: Apache-2.0

package import Domain
import HTTPTypes
import NIOCore

/// Has requests carried out once for each idempotency key, and answers again what came of them.
package struct AnswerLedger: Sendable {
    /// How long a request is believed to be under way; a process that died has given no answer by then.
    private static let longest = TimeSpan.minutes(5)

    private let store: any AnswerStore
    private let clock: any TimeSource

    /// Creates a ledger over a store.
    package init(store: any AnswerStore, clock: any TimeSource) {
        self.store = store
        self.clock = clock
    }

    /// Answers a call once for one key; what came of the first is answered again, whatever has happened since.
    ///
    /// Throws `keyReused` for another request under the key, and `keyInUse` while the first is being carried out.
    func answering(_ call: Call, key: String, _ body: (Call) async throws -> Answer) async throws -> Answer {
        let claim = AnswerClaim(
            workspace: call.workspace,
            caller: call.caller.id,
            key: key,
            operation: call.endpoint.operation,
            fingerprint: AnswerClaim.fingerprint(of: call)
        )
        let now = clock.now
        if let kept = try await store.claim(claim, now: now, stale: now - Self.longest) {
            return try Self.answer(kept, claim)
        }
        let answer: Answer
        do {
            answer = try await body(call)
        } catch {
            try await store.release(claim)
            throw error
        }
        if let bytes = answer.bytes {
            let whole = KeptAnswer.Whole(
                status: answer.status.code,
                type: answer.headers[.contentType],
                location: answer.headers[.location],
                body: String(buffer: bytes)
            )
            try await store.keep(whole, of: claim)
        }
        return answer
    }

    private static func answer(_ kept: KeptAnswer, _ claim: AnswerClaim) throws -> Answer {
        guard kept.operation == claim.operation, kept.fingerprint == claim.fingerprint else {
            throw Problem(
                .keyReused,
                "this key came with another request before",
                field: "Idempotency-Key",
                value: claim.key,
                expected: "a key of its own for each request"
            )
        }
        guard let whole = kept.whole else {
            throw Problem(
                .keyInUse,
                "a request with this key is being carried out",
                field: "Idempotency-Key",
                value: claim.key,
                expected: "a wait for its end",
                retryAfter: 1
            )
        }
        var answer = Answer(HTTPResponse.Status(code: whole.status), headers: [.cacheControl: "no-store"])
        answer.headers[.contentType] = whole.type
        answer.headers[.location] = whole.location
        answer.headers[AnswerClaim.replayed] = "true"
        if !whole.body.isEmpty { answer.content = .bytes(ByteBuffer(string: whole.body)) }
        return answer
    }
}

extension AnswerClaim {
    static let replayed = HTTPField.Name("Idempotency-Replayed") ?? .location

    /// What tells one request from another: path and body.
    static func fingerprint(of call: Call) -> String {
        var hashes: (UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 0x9e37_79b9_7f4a_7c15)
        func add(_ byte: UInt8) {
            hashes.0 = (hashes.0 ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            hashes.1 = (hashes.1 ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        for byte in call.head.path.utf8 { add(byte) }
        add(0)
        for byte in call.body.readableBytesView { add(byte) }
        return String(hashes.0, radix: 16) + "-" + String(hashes.1, radix: 16)
    }
}

extension Call {
    /// The request's idempotency key; throws for one that is none, and nil without one.
    func idempotencyKey() throws(Problem) -> String? {
        guard let key = headers[.idempotencyKey] else { return nil }
        guard (1...200).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Problem(
                .invalid,
                "'Idempotency-Key' is out of range",
                field: "Idempotency-Key",
                value: key,
                expected: "1 to 200 visible ASCII characters"
            )
        }
        return key
    }
}
