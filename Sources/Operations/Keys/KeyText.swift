// SPDX-License-Identifier: Apache-2.0

import Crypto
package import Domain
import Foundation

/// A key as its owner has it: `dure_`, 12 characters of identifier, `_`, 32 of secret and 6 of checksum.
///
/// All but the prefix is base 62 (digits, upper case, lower case). The secret is worth 190 bits. The checksum is the CRC-32 of what
/// precedes it, so that a mistyped key is told without a look-up, and a scanner of repositories has no false alarms:
/// `dure_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}`. The text is shown once, when it is made; only its hash is kept.
package struct KeyText: Sendable {
    /// Why a text is not a key.
    package enum Fault: Error, Hashable, Sendable {
        /// It does not look like a key at all.
        case malformed
        /// Its checksum is wrong: it was mistyped or cut.
        case checksum
    }

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    private static let prefix = Array("dure_".utf8)
    private static let idLength = 12
    private static let secretLength = 32
    private static let checksumLength = 6

    /// The part by which its record is found; no secret.
    package let id: String
    /// The whole key; a secret.
    package let text: String

    /// Makes a key that was never there before.
    package init(using generator: inout some RandomNumberGenerator) {
        self.init(id: Self.characters(Self.idLength, using: &generator), using: &generator)
    }

    /// Makes another secret for the key of an identifier; nil where it cannot be one.
    package init?(rotating id: String, using generator: inout some RandomNumberGenerator) {
        let bytes = Array(id.utf8)
        guard bytes.count == Self.idLength, bytes.allSatisfy(Self.isDigit) else { return nil }
        self.init(id: bytes, using: &generator)
    }

    private init(id: [UInt8], using generator: inout some RandomNumberGenerator) {
        let body = Self.prefix + id + [UInt8(ascii: "_")] + Self.characters(Self.secretLength, using: &generator)
        self.id = String(decoding: id, as: UTF8.self)
        text = String(decoding: body + Self.checksum(of: body), as: UTF8.self)
    }

    /// Reads a key.
    package init(_ text: String) throws(Fault) {
        let bytes = Array(text.utf8)
        let idEnd = Self.prefix.count + Self.idLength
        guard bytes.count == idEnd + 1 + Self.secretLength + Self.checksumLength, bytes.starts(with: Self.prefix),
            bytes[idEnd] == UInt8(ascii: "_"), bytes[Self.prefix.count..<idEnd].allSatisfy(Self.isDigit),
            bytes[(idEnd + 1)...].allSatisfy(Self.isDigit)
        else { throw .malformed }
        let body = bytes.dropLast(Self.checksumLength)
        guard Array(bytes.suffix(Self.checksumLength)) == Self.checksum(of: Array(body)) else { throw .checksum }
        id = String(decoding: bytes[Self.prefix.count..<idEnd], as: UTF8.self)
        self.text = text
    }

    /// SHA-256 of the whole key, as 64 hexadecimal digits.
    ///
    /// A key has too many bits to be guessed, so that a fast hash is enough.
    package var hash: String {
        Hexadecimal.text(SHA256.hash(data: Array(text.utf8)))
    }

    /// The record that a store keeps of it.
    package func record(
        name: String,
        scopes: Set<WorkerKey.Scope>,
        role: Role? = nil,
        workspace: WorkspaceID = .default,
        createdAt: Timestamp,
        expiresAt: Timestamp? = nil
    ) -> WorkerKey {
        WorkerKey(
            id: id,
            hash: hash,
            name: name,
            scopes: scopes,
            role: role,
            workspace: workspace,
            createdAt: createdAt,
            expiresAt: expiresAt
        )
    }

    private static func characters(_ count: Int, using generator: inout some RandomNumberGenerator) -> [UInt8] {
        (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    /// The CRC-32 of some bytes in base 62, most significant first.
    private static func checksum(of bytes: [UInt8]) -> [UInt8] {
        var rest = Int(crc32(bytes))
        var digits: [UInt8] = []
        for _ in 0..<checksumLength {
            digits.append(alphabet[rest % alphabet.count])
            rest /= alphabet.count
        }
        return digits.reversed()
    }

    /// CRC-32 as in ISO 3309 and zip, bit by bit: keys are short.
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var value = UInt32.max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~value
    }
}

extension KeyText: CustomStringConvertible {
    /// The key without its secret.
    package var description: String { "dure_\(id)_…" }
}
