// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation
import GRDB

/// Copies of a database: made while it is written to, checked, and put back.
package enum SQLiteBackup {
    /// Copies a database page by page through SQLite's own interface, which gives a whole state of one instant.
    package static func copy(from source: String, to target: String) async throws {
        guard FileManager.default.fileExists(atPath: source) else { throw StorageError.missing(path: source) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let reader = try DatabaseQueue(path: source, configuration: configuration)
        let writer = try DatabaseQueue(path: target)
        try reader.backup(to: writer)
        try await writer.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE")
        }
        try writer.close()
        try reader.close()
        try sync(target)
    }

    /// Checks a copy; returns what it holds, for a person, and throws what is wrong with it.
    package static func verify(_ path: String, clock: any TimeSource) throws -> String {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let summary = try queue.inDatabase { database in
            let findings = try String.fetchAll(database, sql: "PRAGMA integrity_check")
            guard findings == ["ok"] else {
                throw StorageError.damagedRecord(table: "the file", detail: findings.prefix(3).joined(separator: "; "))
            }
            let migrator = Migrator(migrations: Migration.all, clock: clock)
            let version = try migrator.history(SQLiteSession(database: database)).version
            guard version > 0 else {
                throw StorageError.damagedRecord(table: "the file", detail: "it is no database of Dure")
            }
            let strays = try strays(database, version: version)
            guard strays == 0 else {
                throw StorageError.damagedRecord(
                    table: "jobs",
                    detail: "\(strays) jobs have no body, or more than one state"
                )
            }
            let campaigns = try Int.fetchOne(database, sql: "SELECT count(*) FROM campaigns") ?? 0
            let table = version > 1 ? "job_bodies" : "jobs"
            let jobs = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
            return "schema version \(version), campaigns \(campaigns), jobs \(jobs)"
        }
        try queue.close()
        return summary
    }

    /// Jobs whose state has no body, and bodies without exactly one state.
    private static func strays(_ database: Database, version: Int) throws -> Int {
        guard version > 1 else { return 0 }
        let states = ["job_ready", "job_delayed", "job_leases", "job_outcomes", "job_dead"]
            .map { "SELECT id FROM \($0)" }.joined(separator: " UNION ALL ")
        let sql = """
            SELECT (SELECT count(*) FROM (\(states)) s WHERE s.id NOT IN (SELECT id FROM job_bodies))
                + (SELECT count(*) FROM (SELECT b.id, count(s.id) AS n FROM job_bodies b LEFT JOIN (\(states)) s
                    ON s.id = b.id GROUP BY b.id HAVING n <> 1))
            """
        return try Int.fetchOne(database, sql: sql) ?? 0
    }

    /// Puts a copy in the place of a database that nobody writes to; returns where what was there is kept, nil where nothing was.
    package static func restore(_ copy: String, to path: String, stamp: Timestamp) throws -> String? {
        let lock = try WriterLock(database: path)
        defer { lock.release() }
        let files = FileManager.default
        let incoming = path + ".incoming"
        try? files.removeItem(atPath: incoming)
        try files.copyItem(atPath: copy, toPath: incoming)
        try sync(incoming)
        var kept: String?
        if files.fileExists(atPath: path) {
            let name = "\(path).\(stamp.milliseconds)"
            // What the log holds belongs to the old file: it goes with it.
            for suffix in ["-wal", "-shm"] where files.fileExists(atPath: path + suffix) {
                try files.moveItem(atPath: path + suffix, toPath: name + suffix)
            }
            try files.moveItem(atPath: path, toPath: name)
            kept = name
        }
        try files.moveItem(atPath: incoming, toPath: path)
        return kept
    }

    private static func sync(_ path: String) throws {
        let handle = try FileHandle(forUpdating: URL(filePath: path))
        try handle.synchronize()
        try handle.close()
    }
}
