// SPDX-License-Identifier: Apache-2.0

import Crypto
package import Domain

/// Where token keys are kept, encrypted.
package protocol TokenKeyShelf: Sendable {
    /// The keys, with when each was made, oldest first.
    func tokenKeys() async throws -> [(id: String, bytes: [UInt8], madeAt: Timestamp)]
    /// Writes a new key down.
    func add(tokenKey bytes: [UInt8], id: String) async throws
    /// Removes a key.
    func remove(tokenKey id: String) async throws
}

/// Token keys that end with the process; for tests, and for a server without a master key.
package final class MemoryTokenKeyShelf: TokenKeyShelf {
    private let keys = Locked<[(id: String, bytes: [UInt8], madeAt: Timestamp)]>([])
    private let clock: any TimeSource

    /// Creates an empty shelf.
    package init(clock: any TimeSource) {
        self.clock = clock
    }

    package func tokenKeys() async throws -> [(id: String, bytes: [UInt8], madeAt: Timestamp)] {
        keys.withLock { $0 }
    }

    package func add(tokenKey bytes: [UInt8], id: String) async throws {
        let now = clock.now
        keys.withLock { $0.append((id, bytes, now)) }
    }

    package func remove(tokenKey id: String) async throws {
        keys.withLock { $0.removeAll { $0.id == id } }
    }
}

/// Issues short-lived tokens and says whether one is good, with keys that change by themselves.
///
/// The newest key signs; it and the one before verify. A key is replaced after a day, so that a token, which lives for 15 minutes at most, is
/// good to its end. Servers that share a database share the keys: an identifier that one does not know is looked up, at most once a second.
package actor TokenDesk {
    /// How long a key signs.
    static let keyLife = TimeSpan.days(1)
    private static let freshness = TimeSpan.seconds(30)
    private static let curiosity = TimeSpan.seconds(1)

    private let shelf: any TokenKeyShelf
    private let clock: any TimeSource
    private let codec: TokenCodec
    private var keys: [(key: TokenKey, madeAt: Timestamp)] = []
    private var byID: [String: TokenKey] = [:]
    private var readAt: Timestamp?

    /// Creates a desk.
    package init(shelf: any TokenKeyShelf, clock: any TimeSource, codec: TokenCodec = TokenCodec()) {
        self.shelf = shelf
        self.clock = clock
        self.codec = codec
    }

    /// Issues a token; `life` is cut to 15 minutes.
    package func issue(
        subject: String,
        workspace: WorkspaceID,
        role: Role,
        name: String,
        life: TimeSpan = TokenCodec.longest
    ) async throws -> (token: String, expiresAt: Timestamp) {
        let key = try await signingKey()
        let second = Int(clock.now.milliseconds / 1_000)
        let end = second + Int(max(min(life, TokenCodec.longest), .seconds(1)).milliseconds / 1_000)
        let claims = TokenClaims(
            iss: codec.issuer,
            aud: codec.audience,
            sub: subject,
            jti: RandomText.base64(bytes: 12),
            iat: second,
            nbf: second,
            exp: end,
            ws: workspace,
            role: role,
            name: name
        )
        return (try codec.sign(claims, with: key), Timestamp(milliseconds: Int64(end) * 1_000))
    }

    /// The claims of a good token; throws `TokenCodec.Fault`, or what the shelf throws.
    package func verify(_ token: String) async throws -> TokenClaims {
        let now = clock.now
        if readAt.map({ now < $0 || now - $0 >= Self.freshness }) ?? true { try await read() }
        do throws(TokenCodec.Fault) {
            return try codec.verify(token, keys: byID, now: now)
        } catch .unknownKey {
            guard let readAt, now - readAt >= Self.curiosity else { throw TokenCodec.Fault.unknownKey }
        }
        try await read()
        return try codec.verify(token, keys: byID, now: now)
    }

    /// Makes a new key sign now; the one before verifies for as long as its tokens live, older ones no more.
    package func rotate() async throws {
        try await shelf.add(
            tokenKey: unsafe SymmetricKey(size: .bits256).withUnsafeBytes { bytes in unsafe [UInt8](bytes) },
            id: "tk_" + RandomText.base64(bytes: 9)
        )
        try await read()
        for (key, _) in keys.dropLast(2) { try await shelf.remove(tokenKey: key.id) }
        try await read()
    }

    private func signingKey() async throws -> TokenKey {
        let now = clock.now
        if readAt.map({ now < $0 || now - $0 >= Self.freshness }) ?? true { try await read() }
        if let last = keys.last, now - last.madeAt < Self.keyLife { return last.key }
        try await rotate()
        guard let last = keys.last else { throw Failure(.unknown, "no key for tokens could be made") }
        return last.key
    }

    private func read() async throws {
        // Keys of one millisecond stay in the shelf's order.
        let shelved = try await shelf.tokenKeys()
        let found = shelved.enumerated().sorted { ($0.element.madeAt, $0.offset) < ($1.element.madeAt, $1.offset) }
        keys = found.map(\.element).compactMap { found in
            TokenKey(id: found.id, bytes: found.bytes).map { (key: $0, madeAt: found.madeAt) }
        }
        byID = Dictionary(keys.suffix(2).map { ($0.key.id, $0.key) }) { first, _ in first }
        readAt = clock.now
    }
}
