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
    /// How long its lease is from now on.
    package var lease: TimeSpan
    /// Whether its session is over: what it holds is no longer its own, and it must register anew.
    package var sessionIsOver: Bool

    /// Creates orders.
    package init(
        cancel: [JobID] = [],
        drain: Bool = false,
        restart: Int? = nil,
        lease: TimeSpan,
        sessionIsOver: Bool = false
    ) {
        self.cancel = cancel
        self.drain = drain
        self.restart = restart
        self.lease = lease
        self.sessionIsOver = sessionIsOver
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
}

/// The way into the fleet for workers outside this process.
package protocol FleetGate: Sendable {
    /// How often workers beat and how long their leases are.
    var timing: FleetTiming { get }

    /// Opens a session for the worker of a name, which ends any other of that name as handed back.
    func register(name: String, kinds: [JobKind], slots: Int) async throws -> (worker: Worker, session: WorkerSession)

    /// Leased jobs for a worker, at most `limit`; waits until there are some. A session has one task that pulls.
    ///
    /// Throws `FleetRefusal.sessionIsOver`, or `CancellationError` when the task is cancelled; jobs are not lost then.
    func pull(session: SessionID, limit: Int) async throws -> [Job]

    /// Takes a beat in with the jobs that the worker holds and how far each is, 0 to 1, and returns what it shall do.
    func beat(session: SessionID, progress: [JobID: Double]) async throws -> FleetOrders

    /// Takes reports in; the receipts are in their order. What does not belong to the session, or is of another lease, is stale.
    func report(_ reports: [JobReport], from session: SessionID) async throws -> [JobReceipt]

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
}
