// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Jobs
import Logging
import Messaging
import Operations
import Storage

/// Which database a process works on.
struct DatabaseOptions: ParsableArguments {
    /// The environment's variable that stands in for `--database`.
    static let variable = "DURE_DATABASE_URL"

    @Option(
        help: """
            A PostgreSQL database that several processes share, as postgresql://user@host/name; DURE_DATABASE_URL otherwise. Without one, \
            the SQLite database in the folder.
            """
    )
    var database: String?

    /// The database's address; nil where the folder's is meant.
    func address(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        database ?? environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Opens the database for writing: the PostgreSQL one, or that of a folder.
    func open(folder: String, logger: Logger) async throws -> OpenDatabase {
        guard let address = address() else {
            return OpenDatabase(try DataFolder(path: folder).openForWriting(logger: logger))
        }
        return try await Self.open(address, migrates: true, logger: logger)
    }

    /// Opens the PostgreSQL database of an address; without `migrates` its tables stay as they are.
    static func open(_ address: String, migrates: Bool, logger: Logger) async throws -> OpenDatabase {
        let store: PostgresStore
        do {
            store = try await PostgresStore.open(
                PostgresSettings(address),
                time: SystemClock(),
                migrates: migrates,
                log: logger
            )
        } catch let error as StorageError {
            throw ExitCode.unavailable.saying("the database cannot be opened: \(error)")
        }
        return OpenDatabase(
            store: store,
            isShared: true,
            migrations: { try await store.migrationStatus() },
            close: { await store.close() },
            listen: { handler in
                let listener = try store.listenForJobs(handler)
                return { listener.close() }
            }
        )
    }
}

/// A database that is open for writing.
struct OpenDatabase: Sendable {
    let store: any Store
    /// Whether other processes write to it too.
    let isShared: Bool
    /// What its schema has been through.
    let migrations: @Sendable () async throws -> MigrationHistory
    /// Closes it.
    let close: @Sendable () async throws -> Void
    /// Hears when any process has added jobs; returns what ends that, nil where only this process adds any.
    let listen: @Sendable (_ handler: @escaping @Sendable () -> Void) throws -> (@Sendable () -> Void)?

    init(
        store: any Store,
        isShared: Bool,
        migrations: @escaping @Sendable () async throws -> MigrationHistory,
        close: @escaping @Sendable () async throws -> Void,
        listen: @escaping @Sendable (_ handler: @escaping @Sendable () -> Void) throws -> (@Sendable () -> Void)?
    ) {
        self.store = store
        self.isShared = isShared
        self.migrations = migrations
        self.close = close
        self.listen = listen
    }
}

extension OpenDatabase {
    /// A folder's database, which nobody else writes to.
    init(_ store: SQLiteStore) {
        self.init(
            store: store,
            isShared: false,
            migrations: { try await store.migrationStatus() },
            close: { try store.close() },
            listen: { _ in nil }
        )
    }

    /// Has the probes ask whether the schema is this version's, and whether a row can be written.
    func check(_ health: HealthBoard, clock: any TimeSource) async {
        let (store, migrations) = (store, migrations)
        await health.add("migrations") {
            let history = try await migrations()
            guard history.pending.isEmpty else {
                throw Failure(.unknown, "the schema has version \(history.version), and this program needs a newer one")
            }
            return "version \(history.version)"
        }
        // A lease that is taken anew each time is a write like any other: it fails on a full disk.
        await health.add("store") {
            _ = try await store.acquireLease("readyz", holder: "readyz", for: .seconds(10), now: clock.now)
            return "a write was kept"
        }
    }
}

/// Which Redis server carries the messages between processes.
struct MessagingOptions: ParsableArguments {
    /// The environment's variable that stands in for `--redis`.
    static let variable = "DURE_REDIS_URL"

    @Option(
        help:
            "The Redis server that carries messages between processes, as redis://host:6379; DURE_REDIS_URL otherwise."
    )
    var redis: String?

    /// The server's address; nil where there is none.
    func address(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws -> RedisURL? {
        guard let text = redis ?? environment[Self.variable].flatMap({ $0.isEmpty ? nil : $0 }) else { return nil }
        do {
            return try RedisURL(text)
        } catch {
            throw ExitCode.usage.saying("--redis: \(error)")
        }
    }

    /// A broker over the server, which carries messages while its `run` does; nil where there is none.
    ///
    /// `handled` hears of the messages that the outbox keeps, where this process has agents that handle them.
    func broker(
        clock: any TimeSource,
        handled: HandledMessages? = nil,
        logger: Logger
    ) throws -> RedisBroker? {
        guard let url = try address() else { return nil }
        return RedisBroker(
            url: url,
            clock: clock,
            seed: .random(in: .min ... .max),
            audit: MemoryAuditLog(),
            handled: handled,
            logger: logger
        )
    }
}
