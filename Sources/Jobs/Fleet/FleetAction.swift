// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What a look at the fleet, or a beat, asks to be done.
package enum FleetAction: Hashable, Sendable {
    /// It missed a beat: it gets no new work.
    case becameSuspect(WorkerID)
    /// Its lease is over: its jobs must be released to others. Asked for once per silence.
    case leaseExpired(WorkerID)
    /// It was silent for too long: recovery begins.
    case becameUnresponsive(WorkerID)
    /// Restart it; attempts count from 1.
    case restart(WorkerID, attempt: Int)
    /// Its restarts did not help: it gets no work until a person reinstates it.
    case isolate(WorkerID, notice: String)
    /// It beats again.
    case recovered(WorkerID)
    /// It leads its group from now on.
    case promote(WorkerID, group: Int, term: Int)
    /// It leads its group no longer.
    case demote(WorkerID, group: Int)
    /// So many workers fell silent together that the cause is not theirs; nobody is isolated. Asked for once per occurrence.
    case correlatedFailure(notice: String)
}

extension FleetAction {
    /// The worker that it is about; nil where it is about many.
    package var worker: WorkerID? {
        switch self {
        case .becameSuspect(let id), .leaseExpired(let id), .becameUnresponsive(let id), .restart(let id, _),
            .isolate(let id, _), .recovered(let id), .promote(let id, _, _), .demote(let id, _):
            id
        case .correlatedFailure: nil
        }
    }
}
