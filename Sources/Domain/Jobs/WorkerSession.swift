// SPDX-License-Identifier: Apache-2.0

package typealias SessionID = Identifier<WorkerSession>

/// A worker's stay with the fleet, from its registration to its end; the leases of its jobs belong to it.
///
/// One row is renewed for each worker, however many jobs it holds. A worker has one session at a time: a new one ends the former.
package struct WorkerSession: Hashable, Codable, Sendable {
    package var id: SessionID
    package var worker: WorkerID
    /// The process that the worker talks to.
    package var server: String
    /// Counts the sessions of this worker, from 1; the store sets it.
    package var epoch: Int
    /// When it ends unless it is renewed, by the store's clock.
    package var expiresAt: Timestamp

    /// Creates a session that the store has not seen yet.
    package init(id: SessionID, worker: WorkerID, server: String, expiresAt: Timestamp) {
        self.id = id
        self.worker = worker
        self.server = server
        self.expiresAt = expiresAt
        epoch = 0
    }

    /// How a session ended.
    package enum End: String, Codable, Sendable {
        /// The worker was silent for too long, or its process died: a loss of the jobs that it held.
        case lost
        /// It was stopped, or its server started anew: neither a try nor a loss, for the jobs are not to blame.
        case handedBack
    }
}

/// What became of a session that moved to another server.
package struct MovedSession: Hashable, Sendable {
    /// The session as it is there, with its epoch.
    package var session: WorkerSession
    /// The jobs that the worker goes on with; their tokens are those of before.
    package var kept: [Job]
    /// The jobs that it held no longer, as they then are.
    package var released: [Job]

    /// Creates a result.
    package init(session: WorkerSession, kept: [Job], released: [Job]) {
        self.session = session
        self.kept = kept
        self.released = released
    }
}

extension WorkerSession {
    /// The lease that a server holds as long as it looks after its workers.
    package static func lease(ofServer server: String) -> String { "server/" + server }
}

extension WorkerSession: Identified {
    package static var identifierPrefix: String { "ses" }
}
