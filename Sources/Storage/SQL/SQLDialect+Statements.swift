// SPDX-License-Identifier: Apache-2.0

import Domain

/// All that the two kinds of SQL write differently, migrations and the queue's fast paths apart.
extension SQLDialect {
    /// Begins a transaction that may write.
    var begin: String {
        switch self {
        case .sqlite: "BEGIN IMMEDIATE"
        case .postgres: "BEGIN"
        }
    }

    /// Finds a table by its name; no row where there is none.
    var tableExists: String {
        switch self {
        case .sqlite: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
        case .postgres: "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = ?"
        }
    }

    /// Ends a `SELECT` so that no other transaction changes the rows of the table `p` before this one has ended.
    var lockingRows: String {
        switch self {
        case .sqlite: ""
        case .postgres: "FOR UPDATE OF p"
        }
    }

    /// Ends a `SELECT` so that no other transaction changes the rows of the table `p`, though any number may rest on them.
    var sharingRows: String {
        switch self {
        case .sqlite: ""
        case .postgres: "FOR SHARE OF p"
        }
    }

    /// The table of migrations that ran.
    var historyTable: String {
        switch self {
        case .sqlite:
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version INTEGER NOT NULL PRIMARY KEY,
                name TEXT NOT NULL,
                checksum TEXT NOT NULL,
                applied_at INTEGER NOT NULL,
                duration_ms INTEGER NOT NULL
            ) STRICT
            """
        case .postgres:
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version BIGINT NOT NULL PRIMARY KEY,
                name TEXT NOT NULL,
                checksum TEXT NOT NULL,
                applied_at BIGINT NOT NULL,
                duration_ms BIGINT NOT NULL
            )
            """
        }
    }

    /// Keeps other processes from changing the schema until `unlockSchema`, or until the connection ends.
    ///
    /// A SQLite database has one writer as it is. A server has no limit on a migration's time, but on its wait for locks: others go on
    /// meanwhile, and would wait behind it.
    func lockSchema(_ timeout: TimeSpan) -> String? {
        switch self {
        case .sqlite: nil
        case .postgres:
            """
            SET lock_timeout = \(timeout.milliseconds);
            SELECT pg_advisory_lock(hashtext('dure schema ' || current_schema()));
            SET statement_timeout = 0
            """
        }
    }

    /// Lets other processes change the schema again.
    var unlockSchema: String? {
        switch self {
        case .sqlite: nil
        case .postgres:
            """
            SELECT pg_advisory_unlock(hashtext('dure schema ' || current_schema()));
            RESET lock_timeout
            """
        }
    }
}
