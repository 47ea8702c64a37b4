// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

/// A key of 256 bits that wraps data keys; it is in no database.
package struct MasterKey: Sendable, CustomStringConvertible {
    /// Names it in records; no secret.
    package let id: String
    let key: SymmetricKey

    /// Reads 32 bytes in base 64, as `dure secrets new-key` writes them; nil for anything else.
    package init?(_ text: String) {
        guard let bytes = Data(base64Encoded: text), bytes.count == 32 else { return nil }
        key = SymmetricKey(data: bytes)
        let digest = SHA256.hash(data: Data("dure master key ".utf8) + bytes)
        id = "mk_" + digest.prefix(6).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// A new one in base 64: a secret.
    package static func newText() -> String {
        let key = SymmetricKey(size: .bits256)
        return unsafe key.withUnsafeBytes { bytes in unsafe Data(bytes).base64EncodedString() }
    }

    package var description: String { id }
}

/// The master keys that a process has: one that wraps, and older ones that still unwrap.
package struct MasterKeys: Sendable {
    /// Why no keys could be read; never says what was read.
    package struct Fault: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// The one that wraps.
    package let current: MasterKey
    /// Those that unwrap, by identifier.
    let all: [String: MasterKey]

    /// Reads a key on each line: the first wraps, the others unwrap what was wrapped before.
    package init(_ text: String) throws(Fault) {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        var keys: [MasterKey] = []
        for (place, line) in lines.enumerated() {
            guard let key = MasterKey(line) else {
                throw Fault(description: "line \(place + 1) of the master key is not 32 bytes in base 64")
            }
            keys.append(key)
        }
        guard let first = keys.first else { throw Fault(description: "the master key is empty") }
        current = first
        all = Dictionary(keys.map { ($0.id, $0) }) { first, _ in first }
    }
}
