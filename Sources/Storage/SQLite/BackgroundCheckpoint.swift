// SPDX-License-Identifier: Apache-2.0

import Domain
import GRDB
import GRDBSQLite
import Logging

/// Copies the write-ahead log into the database beside the writer, so that the writer is not held up.
///
/// A copy waits for the disk several times: 20 ms in which nothing else is written, if the writer makes it. A connection of its own copies
/// while the writer goes on; the writer then copies what it wrote meanwhile, which is little, so that the log begins anew. Where the first
/// copy fails the second is the whole. Nobody else copies (`wal_autocheckpoint` is 0), and never two at once: SQLite before 3.51.3 may lose
/// what is in the log when a second copy begins just as a whole one has ended and the writer begins the log anew.
final class BackgroundCheckpoint: Sendable {
    private enum Stage {
        case waiting
        case copying
        /// The writer has to copy what it wrote while the rest was copied.
        case copied
    }

    private struct State {
        /// Pages written to the log since it began.
        var pages = 0
        var stage = Stage.waiting
    }

    /// After how many pages, of 4 KiB, the log is copied.
    static let interval = 2_000

    private let connection: DatabaseQueue
    private let logger: Logger
    private let state = Locked(State())

    /// Opens the connection of a database that is in WAL mode already.
    init(path: String, logger: Logger) throws {
        self.logger = logger
        var configuration = Configuration()
        configuration.label = "dure.checkpoint"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = 8; PRAGMA wal_autocheckpoint = 0") }
        connection = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Counts what the writer's last commit wrote, on the writer's connection outside a transaction, and copies when it is time.
    func committed(_ session: SQLiteSession) {
        let written = Self.pagesWritten(session)
        let (begins, ends) = state.withLock { state in
            state.pages += written
            switch state.stage {
            case .copied:
                state = State()
                return (false, true)
            case .waiting where state.pages >= Self.interval:
                state = State(pages: 0, stage: .copying)
                return (true, false)
            case .waiting, .copying: return (false, false)
            }
        }
        if ends { copy(on: session.database) }
        guard begins else { return }
        connection.asyncWriteWithoutTransaction { [self] database in
            copy(on: database)
            state.withLock { $0.stage = .copied }
        }
    }

    /// Copies what can be copied without waiting; a copy that fails leaves a longer log, which the next one makes up for.
    private func copy(on database: Database) {
        do {
            try database.checkpoint(.passive)
        } catch {
            logger.warning(
                "The database's log was not copied; it grows until a copy succeeds.",
                metadata: ["error": "\(error)"]
            )
        }
    }

    /// Ends once the copy that is under way is made.
    func close() throws {
        try connection.close()
    }

    /// The pages that a connection has written since it was last asked.
    private static func pagesWritten(_ session: SQLiteSession) -> Int {
        var (pages, highest) = (Int32(0), Int32(0))
        unsafe sqlite3_db_status(
            session.database.sqliteConnection,
            SQLITE_DBSTATUS_CACHE_WRITE,
            &pages,
            &highest,
            1
        )
        return Int(pages)
    }
}
