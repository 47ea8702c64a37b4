// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Foundation
package import Logging

/// The knowledge base and the queue in a PostgreSQL database, which any number of processes share.
///
/// Safe to call from any task. What is lost with a connection before its commit is done again; where the answer to a commit is lost, jobs
/// and reports are looked up, and other changes throw `StorageError.outcomeUnknown`.
package final class PostgresStore: SQLStore {
    /// Whose time says when sessions and leases end.
    package enum Clock: Sendable {
        /// The server's: several machines never agree on the time.
        case server
        /// The callers', for tests that move it.
        case callers
    }

    let pool: PostgresPool
    let clock: Clock
    package let encoder: JSONEncoder
    package let decoder = JSONDecoder()
    package let known = KnownCampaigns()
    /// Claims whose commit was not answered: leases that nobody knows of, to be handed back.
    let doubtful = Locked<[DoubtfulClaim]>([])
    let additions: GroupedCalls<Addition, [JobID]>
    let reports: GroupedCalls<ReportBatch, [JobReceipt]>
    private let notifier: PostgresNotifier
    let log: Logger
    /// How many jobs were given out since the tables were cleaned.
    let given = Locked(0)

    /// How many connections a store has: one each for what is added, given out and reported, and one for the rest.
    package static let connections = 4

    /// Opens a database, and makes or migrates its tables; another process that is at it is waited for.
    ///
    /// `time` tells when migrations ran, `clock` whose time says when sessions and leases end. Without `migrates` the tables are left as they are,
    /// and those of an older version are refused with `StorageError.olderSchema`.
    package static func open(
        _ settings: PostgresSettings,
        time: any TimeSource,
        clock: Clock = .server,
        migrates: Bool = true,
        log: Logger
    ) async throws -> PostgresStore {
        let store = PostgresStore(settings, clock: clock, log: log)
        do {
            let migrator = Migrator(migrations: Migration.all, clock: time)
            try await store.pool.perform { session in
                guard migrates else {
                    let history = try migrator.history(session)
                    guard history.pending.isEmpty else {
                        throw StorageError.olderSchema(found: history.version, known: Migration.all.count)
                    }
                    return
                }
                try session.makeSchema(settings.schema)
                try session.withoutHurry { try migrator.up(session) }
            }
        } catch {
            await store.close()
            throw error
        }
        return store
    }

    private init(_ settings: PostgresSettings, clock: Clock, log: Logger) {
        let pool = PostgresPool(settings, connections: Self.connections, log: log)
        self.pool = pool
        self.clock = clock
        self.log = log
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        additions = GroupedCalls(limit: 1_000) { try await Self.add($0, pool) }
        reports = GroupedCalls(limit: 500) { try await Self.finish($0, pool) }
        notifier = PostgresNotifier(settings, log: log)
    }

    /// Ends the connections once what was begun has ended.
    package func close() async {
        await notifier.close()
        await pool.close()
    }

    /// What the database has been through.
    package func migrationStatus() async throws -> MigrationHistory {
        let migrator = Migrator(migrations: Migration.all, clock: StoppedClock())
        return try await pool.perform { try migrator.history($0) }
    }

    /// Removes the schema that the settings name, with all that is in it; nothing where they name none.
    package static func removeSchema(_ settings: PostgresSettings, log: Logger) async throws {
        guard let schema = settings.schema else { return }
        let pool = PostgresPool(settings, connections: 1, log: log)
        let outcome: Result<Void, any Error>
        do {
            let sql = "DROP SCHEMA IF EXISTS \(PostgresConnection.quoted(schema)) CASCADE"
            outcome = .success(try await pool.perform { try $0.script(sql) })
        } catch {
            outcome = .failure(error)
        }
        await pool.close()
        try outcome.get()
    }

    /// Takes a database's schema up or down to a version; 0 empties it of every table.
    package static func migrate(
        _ settings: PostgresSettings,
        to version: Int,
        time: any TimeSource,
        log: Logger
    ) async throws -> MigrationHistory {
        try await alone(settings, log: log) { session in
            let migrator = Migrator(migrations: Migration.all, clock: time)
            try session.withoutHurry {
                try migrator.down(session, to: version)
                try migrator.up(session, to: version)
            }
            return try migrator.history(session)
        }
    }

    /// What a database has been through, without a change to it.
    package static func history(
        _ settings: PostgresSettings,
        time: any TimeSource,
        log: Logger
    ) async throws -> MigrationHistory {
        try await alone(settings, log: log) { try Migrator(migrations: Migration.all, clock: time).history($0) }
    }

    /// Does something over a connection of its own.
    private static func alone(
        _ settings: PostgresSettings,
        log: Logger,
        _ body: @escaping @Sendable (PostgresConnection) throws -> MigrationHistory
    ) async throws -> MigrationHistory {
        let pool = PostgresPool(settings, connections: 1, log: log)
        let outcome: Result<MigrationHistory, any Error>
        do {
            outcome = .success(try await pool.perform(body))
        } catch {
            outcome = .failure(error)
        }
        await pool.close()
        return try outcome.get()
    }

    /// Asks the server for a sign of life.
    package func ping() async throws {
        try await pool.ping()
    }

    /// How long ago the server last answered as it should; nil when it never did.
    package var sinceLastSuccess: Duration? { pool.sinceLastSuccess }

    /// Hears when any process of this database has jobs for somebody, until the listener is closed.
    ///
    /// A signal may be lost with a connection; look now and then all the same.
    package func listenForJobs(_ handler: @escaping @Sendable () -> Void) throws -> PostgresListener {
        try PostgresListener(pool.settings, channels: [channel], log: log) { _ in handler() }
    }

    /// Tells the other processes that jobs wait.
    func announce(_ jobs: [Job]) {
        for kind in Set(jobs.map(\.kind)) { notifier.notify(channel, kind.rawValue) }
    }

    /// Channels belong to the whole database, so that the schema is part of the name.
    private var channel: String { "dure jobs " + (pool.settings.schema ?? "") }

    /// Reads within one snapshot.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        try await pool.read(body)
    }

    /// Writes in one transaction.
    package func write<Value: Sendable>(
        _ durability: Durability,
        seeing view: TransactionView,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        try await pool.write(durability, seeing: view, body)
    }

    /// The instant by which sessions and leases end.
    package func present(_ now: Timestamp, _ session: PostgresConnection) throws -> Timestamp {
        guard clock == .server else { return now }
        let sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"
        let time = try session.query(sql, []) { Timestamp(milliseconds: $0.integer(0)) }
        return time.first ?? now
    }
}

extension PostgresConnection {
    /// Does what may take long: answers are waited for as long as it takes.
    fileprivate func withoutHurry(_ body: () throws -> Void) rethrows {
        let usual = answerTimeout
        answerTimeout = nil
        defer { answerTimeout = usual }
        try body()
    }

    /// Makes a schema that is not there yet; the right to make one is needed only then.
    fileprivate func makeSchema(_ name: String?) throws {
        guard let name else { return }
        let known = try query("SELECT 1 FROM pg_namespace WHERE nspname = ?", [.text(name)]) { $0.integer(0) }
        if known.isEmpty { try script("CREATE SCHEMA IF NOT EXISTS \(Self.quoted(name))") }
    }
}

/// For what does not look at the time.
private struct StoppedClock: TimeSource {
    var now: Timestamp { Timestamp(milliseconds: 0) }
    func sleep(until instant: Timestamp) async throws {}
}

extension PostgresStore: Store {}
