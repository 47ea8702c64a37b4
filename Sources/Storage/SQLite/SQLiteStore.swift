// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Foundation
import GRDB
package import Logging

/// The knowledge base and the queue in one SQLite file, so that a result and what follows from it are written together.
///
/// One process writes, held to that by a lock beside the file; any number read meanwhile. Safe to call from any thread. A call
/// whose task is cancelled may throw `CancellationError`; then nothing of it is written.
package final class SQLiteStore: SQLStore {
    /// How the file is used.
    package enum Mode: Sendable {
        /// In earnest: accesses run on threads of their own, readers beside the writer, and every write is as safe as it asks to be.
        case live
        /// Within virtual time: accesses run at once on the calling thread, and what is written at one instant is one transaction.
        ///
        /// It survives the process once something is written at a later instant or the store is closed, but not a power cut.
        case simulation
        /// For looking at what another process writes.
        case readOnly
    }

    private enum Access {
        case live(DatabasePool, GroupCommit)
        case simulation(DatabaseQueue, InstantTransaction)
        case readOnly(DatabaseQueue)
    }

    /// The path of the database's file.
    package let path: String
    private let access: Access
    private let lock: WriterLock?
    package let encoder: JSONEncoder
    package let decoder = JSONDecoder()
    package let known = KnownCampaigns()
    let turns: Locked<Turns>
    private let migrator: Migrator

    /// Opens a database, and makes or migrates it unless it is opened for reading.
    ///
    /// - Parameters:
    ///   - path: The file; its folder must exist. The files `-wal`, `-shm` and `.lock` lie beside it. `:memory:` is a database
    ///     that ends with this store and has none of these files, for `simulation` alone.
    ///   - mode: How the file is used.
    ///   - clock: Tells when migrations ran, and in a simulation when the next instant has come.
    ///   - logger: Hears what goes wrong beside the accesses, in copying the log.
    /// - Throws: `StorageError` when another process writes, when the file is missing or has a schema of another version.
    package convenience init(
        path: String,
        mode: Mode,
        clock: any TimeSource,
        logger: Logger = Logger(label: "dure.storage")
    ) throws {
        try self.init(
            path: path,
            mode: mode,
            migrator: Migrator(migrations: Migration.all, clock: clock),
            logger: logger
        )
    }

    init(path: String, mode: Mode, migrator: Migrator, logger: Logger = Logger(label: "dure.storage")) throws {
        self.path = path
        self.migrator = migrator
        let turns = Locked(Turns())
        self.turns = turns
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.label = "dure"
        configuration.maximumReaderCount = 3
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY") }
        switch mode {
        case .live:
            lock = try Self.lock(path)
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                // GRDB sets NORMAL when it turns the write-ahead log on, whatever was asked for before.
                try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0")
                try migrator.up(database)
                try Self.load(turns, database)
            }
            access = .live(
                pool,
                GroupCommit(pool: pool, checkpoint: try BackgroundCheckpoint(path: path, logger: logger)) {
                    try JobTables(session: $0, turns: turns).storeTurns()
                }
            )
        case .simulation:
            lock = try Self.lock(path)
            // A database in memory has no log to write ahead to.
            if lock != nil { configuration.journalMode = .wal }
            // The transaction of an instant stays open from one access to the next.
            configuration.allowsUnsafeTransactions = true
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            // The log is copied into the database seldom, since most pages change again soon: 40 MB, not SQLite's 4.
            let pragmas = "PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 10000"
            try queue.inDatabase { try $0.execute(sql: pragmas) }
            try queue.inDatabase { database in
                try migrator.up(database)
                try Self.load(turns, database)
            }
            access = .simulation(queue, InstantTransaction(clock: migrator.clock))
        case .readOnly:
            lock = nil
            guard FileManager.default.fileExists(atPath: path) else { throw StorageError.missing(path: path) }
            configuration.readonly = true
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let history = try queue.inDatabase { try migrator.history($0) }
            guard history.pending.isEmpty else {
                throw StorageError.olderSchema(found: history.version, known: migrator.migrations.count)
            }
            access = .readOnly(queue)
        }
    }

    /// Takes the writer's lock of a database; nil for one in memory, which nobody else can reach.
    private static func lock(_ path: String) throws(StorageError) -> WriterLock? {
        path == ":memory:" ? nil : try WriterLock(database: path)
    }

    /// Closes the file, once every access has ended, and gives the lock back; later calls throw.
    package func close() throws {
        switch access {
        case .live(let pool, let writer):
            defer { lock?.release() }
            writer.close()
            // What waits is still written; only then has nobody a copy made any more.
            try pool.close()
            try writer.closeCheckpoint()
            return
        case .simulation(let queue, let instant):
            try queue.inDatabase(instant.end)
            try queue.close()
        case .readOnly(let queue): try queue.close()
        }
        lock?.release()
    }

    /// Takes a database's schema up or down to a version while nobody writes to it; 0 empties it of every table.
    ///
    /// Opening a store for writing takes the schema up by itself; the way down is for going back to an older Dure.
    package static func migrate(path: String, to version: Int, clock: any TimeSource) throws -> MigrationHistory {
        try migrate(path: path, to: version, migrator: Migrator(migrations: Migration.all, clock: clock))
    }

    static func migrate(path: String, to version: Int, migrator: Migrator) throws -> MigrationHistory {
        guard FileManager.default.fileExists(atPath: path) else { throw StorageError.missing(path: path) }
        let lock = try WriterLock(database: path)
        defer { lock.release() }
        let queue = try DatabaseQueue(path: path)
        let history = try queue.inDatabase { database in
            try migrator.down(database, to: version)
            try migrator.up(database, to: version)
            return try migrator.history(database)
        }
        try queue.close()
        return history
    }

    /// What a database has been through, without a change to it; throws `StorageError` where there is none.
    package static func history(path: String, clock: any TimeSource) throws -> MigrationHistory {
        guard FileManager.default.fileExists(atPath: path) else { throw StorageError.missing(path: path) }
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let migrator = Migrator(migrations: Migration.all, clock: clock)
        let history = try queue.inDatabase { try migrator.history(SQLiteSession(database: $0)) }
        try queue.close()
        return history
    }

    /// What the database has been through.
    package func migrationStatus() async throws -> MigrationHistory {
        let migrator = migrator
        return try await read { try migrator.history($0.database) }
    }

    /// SQLite's `synchronous` setting of the writing connection as it is now: 0 off, 1 normal, 2 full.
    package func synchronousLevel() async throws -> Int {
        let sql = "PRAGMA synchronous"
        return switch access {
        case .live(let pool, _):
            try await pool.writeWithoutTransaction { try Int.fetchOne($0, sql: sql) ?? 0 }
        case .simulation(let queue, _), .readOnly(let queue):
            try queue.inDatabase { try Int.fetchOne($0, sql: sql) ?? 0 }
        }
    }

    /// Reads, beside a writer where the mode allows it.
    package func read<Value: Sendable>(_ body: @escaping @Sendable (SQLiteSession) throws -> Value) async throws
        -> Value
    {
        switch access {
        case .live(let pool, _): try await pool.read { try body(SQLiteSession(database: $0)) }
        // On the calling thread, so that nothing leaves a deterministic executor.
        case .simulation(let queue, _): try queue.inDatabase { try body(SQLiteSession(database: $0)) }
        case .readOnly(let queue): try await queue.read { try body(SQLiteSession(database: $0)) }
        }
    }

    /// Writes in one transaction; on an error nothing is written.
    package func write<Value: Sendable>(
        _ durability: Durability,
        seeing view: TransactionView,
        _ body: @escaping @Sendable (SQLiteSession) throws -> Value
    ) async throws -> Value {
        switch access {
        case .live(_, let writer): try await writer.write(durability, body)
        case .simulation(let queue, let instant):
            try queue.inDatabase { database in
                try instant.write(database) { database in
                    let session = SQLiteSession(database: database)
                    let value = try body(session)
                    try JobTables(session: session, turns: turns).storeTurns()
                    return value
                }
            }
        case .readOnly: throw StorageError.readOnly
        }
    }

    /// One process writes, and its clock is the one that counts.
    package func present(_ now: Timestamp, _ session: SQLiteSession) -> Timestamp { now }

    /// Takes up the turns that were stored.
    private static func load(_ turns: Locked<Turns>, _ database: Database) throws {
        let stored = try Turns(storedIn: SQLiteSession(database: database))
        turns.withLock { $0 = stored }
    }
}

extension SQLiteStore: Store {}
