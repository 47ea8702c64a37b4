// SPDX-License-Identifier: Apache-2.0

/// One numbered step of the schema, with the way back, in each kind of SQL.
package struct Migration: Hashable, Sendable {
    /// The SQL of a step in one dialect.
    package struct Texts: Hashable, Sendable {
        /// Takes the schema from the version before to this one.
        package let up: String
        /// Takes it back.
        package let down: String

        /// Creates the SQL of a step.
        package init(up: String, down: String) {
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
    }

    /// The number; migrations run in its order, from 1 without gaps.
    package let version: Int
    /// What it does, in a few words.
    package let name: String
    private let sqlite: Texts
    private let postgres: Texts

    /// Creates a migration whose SQL is the same everywhere, or that of PostgreSQL another.
    package init(version: Int, name: String, up: String, down: String, postgres: Texts? = nil) {
        self.version = version
        self.name = name
        sqlite = Texts(up: up, down: down)
        self.postgres = postgres ?? sqlite
    }

    /// The SQL for a kind of database.
    package subscript(dialect: SQLDialect) -> Texts {
        switch dialect {
        case .sqlite: sqlite
        case .postgres: postgres
        }
    }

    /// The SQL that takes SQLite's schema from the version before to this one.
    package var up: String { sqlite.up }

    /// The SQL that takes SQLite's schema back.
    package var down: String { sqlite.down }

    /// The checksum of SQLite's texts.
    package var checksum: String { sqlite.checksum }

    /// Every migration of this version of Dure, in order.
    package static let all: [Migration] = [.records, .queue, .fleet, .orders, .workflows, .ranks, .answers, .access]
}
