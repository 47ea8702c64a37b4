// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A migration that a database has been through.
package struct AppliedMigration: Hashable, Sendable {
    /// The migration's number.
    package let version: Int
    /// The migration's name when it ran.
    package let name: String
    /// The migration's checksum when it ran.
    package let checksum: String
    /// When it ran.
    package let appliedAt: Timestamp
    /// How long it took.
    package let duration: TimeSpan
}

/// What a database has been through, and what it has before it.
package struct MigrationHistory: Hashable, Sendable {
    /// The migrations that ran, in order.
    package let applied: [AppliedMigration]
    /// The migrations that have yet to run, in order.
    package let pending: [Migration]

    /// The schema's version; 0 for an empty database.
    package var version: Int { applied.last?.version ?? 0 }
}
