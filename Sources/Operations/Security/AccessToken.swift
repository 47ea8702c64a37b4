// SPDX-License-Identifier: Apache-2.0

import Crypto
package import Domain
import Foundation

/// What a short-lived token says of its bearer.
package struct TokenClaims: Hashable, Codable, Sendable {
    /// Who issued it.
    package var iss: String
    /// For whom it is.
    package var aud: String
    /// Whose it is: `key` or `session`, a colon, and an identifier.
    package var sub: String
    /// Its own identifier.
    package var jti: String
    /// Seconds since 1970: when it was issued, from when on, and until when it is good.
    package var iat: Int
    package var nbf: Int
    package var exp: Int
    /// The workspace.
    package var ws: WorkspaceID
    package var role: Role
    /// Whom the audit log names.
    package var name: String
}

/// A key that signs and verifies tokens, with its identifier.
package struct TokenKey: Sendable {
    /// Letters, digits, `-` and `_`; no secret.
    package let id: String
    let key: SymmetricKey

    /// Creates a key of 32 bytes; nil for another number.
    package init?(id: String, bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.id = id
        key = SymmetricKey(data: bytes)
    }
}

/// Writes and reads tokens: JSON Web Tokens of one kind, signed by HMAC-SHA-256.
///
/// It is less than the standard allows, on purpose (RFC 8725): one algorithm, which the key has and not the token; a header that says `alg`,
/// `kid` and `typ` and nothing else, in one written form; every claim required and checked; an identifier that names no key is refused.
package struct TokenCodec: Sendable {
    /// Why a token is refused.
    package enum Fault: Error, Hashable, Sendable {
        /// It does not look like one of ours.
        case malformed
        /// No key has this identifier.
        case unknownKey
        case signature
        case expired
        case notYet
        /// Its issuer, audience or length of life is not ours.
        case claims
    }

    /// Tells a token from anything else.
    static let type = "dure+jwt"
    /// How long a token may be good for.
    package static let longest = TimeSpan.minutes(15)
    /// By how much clocks may differ.
    static let leeway = 30
    /// The most bytes of a token.
    static let mostBytes = 2_048

    package let issuer: String
    package let audience: String

    /// Creates a codec.
    package init(issuer: String = "dure", audience: String = "dure-api") {
        self.issuer = issuer
        self.audience = audience
    }

    /// Signs claims.
    package func sign(_ claims: TokenClaims, with key: TokenKey) throws -> String {
        let body = Self.header(key.id) + "." + Base64URL.encode(Array(try CanonicalJSON.text(claims).utf8))
        return body + "." + Base64URL.encode(HMAC<SHA256>.authenticationCode(for: Data(body.utf8), using: key.key))
    }

    /// The claims of a token that is good at an instant; throws why it is not.
    package func verify(_ token: String, keys: [String: TokenKey], now: Timestamp) throws(Fault) -> TokenClaims {
        guard token.utf8.count <= Self.mostBytes else { throw .malformed }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(parts[0]), let body = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { throw .malformed }
        guard let id = Self.keyID(in: header) else { throw .malformed }
        guard let key = keys[id] else { throw .unknownKey }
        let signed = Data("\(parts[0]).\(parts[1])".utf8)
        guard HMAC<SHA256>.isValidAuthenticationCode(Data(signature), authenticating: signed, using: key.key) else {
            throw .signature
        }
        let claims: TokenClaims
        do {
            claims = try JSONDecoder().decode(TokenClaims.self, from: Data(body))
        } catch {
            throw .claims
        }
        try check(claims, now: now)
        return claims
    }

    private func check(_ claims: TokenClaims, now: Timestamp) throws(Fault) {
        let second = Int(now.milliseconds / 1_000)
        guard claims.iss == issuer, claims.aud == audience, !claims.sub.isEmpty else { throw .claims }
        guard claims.exp > second else { throw .expired }
        // Additions cannot overflow: the smaller numbers are compared first.
        guard claims.nbf <= second + Self.leeway, claims.iat <= second + Self.leeway else { throw .notYet }
        guard claims.iat > 0, claims.nbf >= claims.iat,
            claims.exp <= second + Self.leeway + Int(Self.longest.milliseconds / 1_000)
        else { throw .claims }
    }

    /// The identifier in a header; nil unless the header is, byte for byte, what `header` writes for it.
    private static func keyID(in header: [UInt8]) -> String? {
        guard header.count <= 200, let text = String(validating: header, as: UTF8.self) else { return nil }
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count == 13 else { return nil }
        let id = String(parts[7])
        return Base64URL.encode(header) == Self.header(id) ? id : nil
    }

    static func header(_ id: String) -> String {
        Base64URL.encode("{\"alg\":\"HS256\",\"kid\":\"\(id)\",\"typ\":\"\(type)\"}".utf8)
    }
}
