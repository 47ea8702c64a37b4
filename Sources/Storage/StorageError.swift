// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Why the store could not be opened, or refused what it was asked.
package enum StorageError: Error, Hashable, CustomStringConvertible {
    /// Another process writes to the database; its number and command where they could be read.
    case writerActive(path: String, pid: Int32?, command: String?)
    /// The lock file could not be made.
    case lockFailed(path: String, reason: String)
    /// There is no database to read.
    case missing(path: String)
    /// A store that was opened for reading was asked to write.
    case readOnly
    /// A newer version of Dure has changed the schema.
    case newerSchema(found: Int, known: Int)
    /// The schema is older than this version of Dure reads, and the store was opened for reading.
    case olderSchema(found: Int, known: Int)
    /// A migration that ran is not the one of that number here.
    case changedMigration(version: Int, name: String)
    /// A stored record cannot be read.
    case damagedRecord(table: String, detail: String)
    /// A value is not a number, or infinite.
    case notFinite(String)
    /// A job cannot be harvested: it has not ended, was harvested before, or does not exist.
    case notHarvestable(JobID)
    /// There is no such job.
    case unknownJob(JobID)
    /// Something came of this order before, or there is none of that identifier.
    case settledOrder(OrderID)
    /// Something came of this order about a workflow run before, or there is none of that identifier.
    case settledWorkflowOrder(WorkflowOrderID)
    /// There is no such effect.
    case unknownEffect(String)
    /// What a simulation wrote at an instant was taken back after an error; it cannot go on.
    case lostInstant(Timestamp)
    /// The database's server cannot be reached, or the connection to it was lost before anything was written.
    case unavailable(String)
    /// The connection was lost while the server was told to commit: it may have been written or not.
    case outcomeUnknown(String)
    /// The server refused a statement: its five-character code, and its words.
    case database(code: String, message: String)
    /// The address of a server cannot be read; what is wrong with it, without what it holds.
    case wrongAddress(String)
    /// A text holds the character U+0000, which PostgreSQL cannot keep.
    case nulCharacter
    /// Another process is changing the schema, and did not end in time.
    case migrationActive
    /// The database took a transaction back, as it does when the disk is full; nothing of it is written.
    case transactionLost
    /// The store was closed.
    case closed
    /// Something is written under a right that its author has lost, or never had.
    case fenced(LeaseFence, newest: Int)

    package var description: String {
        switch self {
        case .writerActive(let path, let pid, let command):
            "\(Self.holder(pid, command)) is writing to \(path); wait for it or stop it, or use another folder"
        case .lockFailed(let path, let reason): "the lock file \(path) cannot be made: \(reason)"
        case .missing(let path): "there is no database at \(path); start a campaign first, or name another folder"
        case .readOnly: "the database was opened for reading only"
        case .newerSchema(let found, let known):
            "the database has schema version \(found), and this version of Dure knows \(known); use a newer Dure"
        case .olderSchema(let found, let known):
            "the database has schema version \(found), and this version of Dure reads \(known); migrate it first"
        case .changedMigration(let version, let name):
            "migration \(version) (\(name)) ran on the database in another form than this version of Dure has; "
                + "use the version of Dure that made the database"
        case .damagedRecord(let table, let detail): "a record of \(table) cannot be read: \(detail)"
        case .notFinite(let what): "\(what) is not a finite number"
        case .notHarvestable(let job):
            "job \(job) has no result that could be taken in: it has not ended, or was taken in"
        case .settledOrder(let order): "the order \(order) was carried out or refused before, or was never given"
        case .settledWorkflowOrder(let order):
            "the order \(order) was carried out or refused before, or was never given"
        case .unknownJob(let job): "there is no job \(job)"
        case .unknownEffect(let key): "there is no effect \(key)"
        case .lostInstant(let instant):
            "what was written at \(instant) of virtual time was lost after an error; begin anew"
        case .unavailable(let reason): "the database cannot be reached: \(reason)"
        case .outcomeUnknown(let reason):
            "the connection to the database was lost during a commit, which may have been made or not: \(reason)"
        case .database(let code, let message): "the database refused a statement: \(message) (SQLSTATE \(code))"
        case .wrongAddress(let reason):
            "the database's address is not like postgresql://user@host:5432/name: \(reason)"
        case .nulCharacter: "a text holds the character U+0000, which PostgreSQL cannot keep; leave it out"
        case .migrationActive: "another process is changing the database's schema; try again when it has ended"
        case .transactionLost: "the database took the transaction back, and nothing of it is written; is the disk full?"
        case .closed: "the store was closed"
        case .fenced(let fence, let newest):
            "the right \(fence.name) is in term \(newest); what was written in term \(fence.term) is refused"
        }
    }

    private static func holder(_ pid: Int32?, _ command: String?) -> String {
        guard let pid else { return "another process" }
        guard let command, !command.isEmpty else { return "another process (pid \(pid))" }
        return "another process (pid \(pid): \(command))"
    }
}
