// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Does nothing, for as long as it is told to; the kind `probe`, for tests and benchmarks.
package struct ProbeHandler: JobHandler {
    package let kinds: [JobKind] = [.probe]
    private let clock: any TimeSource

    /// Creates a handler.
    package init(clock: any TimeSource) {
        self.clock = clock
    }

    /// Sleeps, and fails or answers `{}`.
    package func run(_ job: Job, worker: Worker) async throws -> String {
        let order = try job.decodePayload(ProbeOrder.self)
        if let span = order.sleep { try await clock.sleep(for: span) }
        if let failure = order.failure { throw failure }
        return "{}"
    }
}
