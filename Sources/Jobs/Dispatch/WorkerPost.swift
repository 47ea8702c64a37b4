// SPDX-License-Identifier: Apache-2.0

package import Domain
import Synchronization

/// A job on its way to a worker, with the means to take it back.
package final class Delivery: Sendable {
    /// The job as leased.
    package let job: Job
    /// Opens when the lease is taken away: the worker must drop the job.
    let revocation = Latch()
    /// Opens when the worker's handler has ended.
    let ended = Latch()

    init(job: Job) {
        self.job = job
    }
}

/// What lies between the dispatcher and one worker: deliveries and restart orders one way, beats the other.
package final class WorkerPost: Sendable {
    let deliveries = Inbox<Delivery>()
    let restarts = Inbox<Int>()
    /// Whether the worker is another process, which opens its sessions itself.
    let isRemote: Bool
    private let lastBeat: Atomic<Int64>

    init(now: Timestamp, isRemote: Bool) {
        self.isRemote = isRemote
        lastBeat = Atomic(now.milliseconds)
    }

    /// Tells that the worker is alive; costs a store to memory, and is seen at the next look.
    package func beat(at now: Timestamp) {
        lastBeat.store(now.milliseconds, ordering: .relaxed)
    }

    var lastBeatAt: Timestamp { Timestamp(milliseconds: lastBeat.load(ordering: .relaxed)) }
}
