// SPDX-License-Identifier: Apache-2.0

/// Where the time comes from: the system's clock in earnest, a virtual one in a rehearsal and in tests.
package protocol TimeSource: Sendable {
    /// The present instant.
    var now: Timestamp { get }

    /// Waits until an instant; returns at once when it has passed. Throws `CancellationError` when the task is cancelled.
    func sleep(until instant: Timestamp) async throws
}

extension TimeSource {
    /// Waits for a length of time.
    package func sleep(for span: TimeSpan) async throws {
        try await sleep(until: now + span)
    }
}
