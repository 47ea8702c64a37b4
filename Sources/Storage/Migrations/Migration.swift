// SPDX-License-Identifier: Apache-2.0

/// One numbered step of the schema, with the way back.
package struct Migration: Hashable, Sendable {
    /// The number; migrations run in its order, from 1 without gaps.
    package let version: Int
    /// What it does, in a few words.
    package let name: String
    /// The SQL that takes the schema from the version before to this one.
    package let up: String
    /// The SQL that takes it back.
    package let down: String

    /// Creates a migration.
    package init(version: Int, name: String, up: String, down: String) {
        self.version = version
        self.name = name
        self.up = up
        self.down = down
    }

    /// The 64-bit FNV-1a hash of both texts, as 16 hexadecimal digits: it tells an edited migration from the one that ran.
    ///
    /// Source: http://www.isthe.com/chongo/tech/comp/fnv/. It guards against accidents, not against malice.
    package var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in [Array(up.utf8), [0], Array(down.utf8)].joined() {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Every migration of this version of Dure, in order.
    package static let all: [Migration] = [.records, .queue]
}
