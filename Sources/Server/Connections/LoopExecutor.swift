// SPDX-License-Identifier: Apache-2.0

import Domain
import NIOCore

/// Runs a connection's task on the connection's event loop, so that a request goes from its bytes to its answer without a change of threads.
///
/// Nothing that takes long may run there, since the loop's other connections would wait: `Front` lets only quick endpoints do so. There is
/// one executor for each loop, which lives as long as the process, as the loop does.
final class LoopExecutor: TaskExecutor {
    private static let known = Locked<[ObjectIdentifier: LoopExecutor]>([:])

    private let loop: any EventLoop

    private init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// The executor of a loop.
    static func of(_ loop: any EventLoop) -> LoopExecutor {
        known.withLock { known in
            if let executor = known[ObjectIdentifier(loop)] { return executor }
            let executor = LoopExecutor(loop)
            known[ObjectIdentifier(loop)] = executor
            return executor
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
