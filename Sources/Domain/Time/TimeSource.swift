// SPDX-License-Identifier: Apache-2.0

/// Where the time comes from: the system's clock in earnest, a virtual one in a rehearsal and in tests.
package protocol TimeSource: Sendable {
    /// The present instant.
    var now: Timestamp { get }

    /// The present instant of a clock that never jumps, for measuring silence and leases; comparable only with its own instants, within
    /// one process.
    var steady: Timestamp { get }

    /// Waits until an instant; returns at once when it has passed. Throws `CancellationError` when the task is cancelled.
    func sleep(until instant: Timestamp) async throws
}

extension TimeSource {
    package var steady: Timestamp { now }

    /// Waits for a length of time.
    package func sleep(for span: TimeSpan) async throws {
        try await sleep(until: now + span)
    }
}
