// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What a worker is told when it beats.
package struct FleetOrders: Hashable, Sendable {
    /// Jobs that it must stop: they were cancelled, or are no longer its own.
    package var cancel: [JobID]
    /// Whether it shall take no more jobs, finish those that it has, and leave.
    package var drain: Bool
    /// Which attempt to restart it this is, from 1; nil when it shall go on.
    package var restart: Int?
    /// How long its lease is from now on; what is left of it where the beat did not renew it.
    package var lease: TimeSpan
    /// Whether its session is over: what it holds is no longer its own, and it must register anew.
    package var sessionIsOver: Bool
    /// Its group's leader and rest; nil for a worker in no group.
    package var leadership: Leadership?

    /// What a worker is told of its group.
    package struct Leadership: Hashable, Codable, Sendable {
        package var group: Int
        /// Whether it leads the group.
        package var leads: Bool
        /// Rises at every change of the leader.
        package var term: Int
        /// Whether it is in a maintenance window: it gets no jobs.
        package var isResting: Bool

        /// Creates a note.
        package init(group: Int, leads: Bool, term: Int, isResting: Bool) {
            self.group = group
            self.leads = leads
            self.term = term
            self.isResting = isResting
        }
    }

    /// Creates orders.
    package init(
        cancel: [JobID] = [],
        drain: Bool = false,
        restart: Int? = nil,
        lease: TimeSpan,
        sessionIsOver: Bool = false,
        leadership: Leadership? = nil
    ) {
        self.cancel = cancel
        self.drain = drain
        self.restart = restart
        self.lease = lease
        self.sessionIsOver = sessionIsOver
        self.leadership = leadership
    }
}

/// What a worker goes on with that comes from another server.
package struct FleetResumption: Hashable, Sendable {
    /// Its session there.
    package var session: SessionID
    /// The jobs that it still has, with their tokens.
    package var jobs: [JobID: String]

    /// Creates a resumption.
    package init(session: SessionID, jobs: [JobID: String]) {
        self.session = session
        self.jobs = jobs
    }
}

/// A worker that was let in.
package struct FleetAdmission: Hashable, Sendable {
    package var worker: Worker
    package var session: WorkerSession
    /// The jobs that it goes on with, by identifier.
    package var kept: [JobID]

    /// Creates an admission.
    package init(worker: Worker, session: WorkerSession, kept: [JobID] = []) {
        self.worker = worker
        self.session = session
        self.kept = kept
    }
}

/// Why the fleet refused a call.
package enum FleetRefusal: Error, Hashable, Sendable {
    /// The session is over, or was never one of this server.
    case sessionIsOver
    /// There is no such worker.
    case noSuchWorker(WorkerID)
    /// The worker was isolated, and a person must release it first.
    case isolated(WorkerID)
    /// The server has not got, or has lost, its right to look after workers.
    case notReady
    /// The worker has a session, and cannot be forgotten.
    case present(WorkerID)
}

/// The way into the fleet for workers outside this process.
package protocol FleetGate: Sendable {
    /// How often workers beat and how long their leases are.
    var timing: FleetTiming { get }

    /// Opens a session for the worker of a name, which ends any other of that name as handed back; a worker that resumes goes on with what
    /// it names of its former session, wherever that was.
    ///
    /// Throws `FleetRefusal.sessionIsOver` where there is nothing to resume.
    func register(
        name: String,
        kinds: [JobKind],
        slots: Int,
        resuming: FleetResumption?
    ) async throws -> FleetAdmission

    /// Leased jobs for a worker, at most `limit`; waits until there are some. A session has one task that pulls.
    ///
    /// Throws `FleetRefusal.sessionIsOver`, or `CancellationError` when the task is cancelled; jobs are not lost then.
    func pull(session: SessionID, limit: Int) async throws -> [Job]

    /// Takes a beat in with the jobs that the worker holds and how far each is, 0 to 1, and returns what it shall do.
    ///
    /// One that does not renew leaves the lease as it is: the worker has not heard the answer to the one before, and counts from an
    /// earlier one itself.
    func beat(session: SessionID, progress: [JobID: Double], renews: Bool) async throws -> FleetOrders

    /// Takes reports in; the receipts are in their order. What does not belong to the session, or is of another lease, is stale.
    func report(_ reports: [JobReport], from session: SessionID) async throws -> [JobReceipt]

    /// Whether a session is open; what was kept of one that is over is dropped.
    func isOpen(_ session: SessionID) async -> Bool

    /// Ends a session, and gives its jobs back.
    func leave(session: SessionID, as end: WorkerSession.End) async throws
}

/// What people do with the fleet.
package protocol FleetControl: Sendable {
    /// The workers, in order of registration.
    func workers() async throws -> [Worker]
    /// Orders a worker to restart at its next beat.
    func restart(_ worker: WorkerID) async throws
    /// Gives a worker no more work until it is released; its jobs go to others.
    func isolate(_ worker: WorkerID, reason: String) async throws
    /// Lets an isolated worker in again.
    func release(_ worker: WorkerID) async throws
    /// Lets a worker finish what it has, and then leave.
    func drain(_ worker: WorkerID) async throws
    /// Forgets a worker that is with no server, so that its place is free.
    func forget(_ worker: WorkerID) async throws
    /// When workers rest, and which do now.
    func maintenance() async throws -> MaintenanceBoard
    /// Plans a rest; one of the same target is replaced. Throws `MaintenanceWish.Fault` for a wish that cannot be.
    func plan(_ wish: MaintenanceWish) async throws -> MaintenancePlan
    /// Ends a target's plan and its windows; false when there was neither.
    func endMaintenance(of target: MaintenanceTarget) async throws -> Bool
}
