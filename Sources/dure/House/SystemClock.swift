// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// The system's clock: the one place where the program asks for the time.
struct SystemClock: TimeSource {
    private static let started = (wall: Timestamp(Date()), steady: ContinuousClock.now)

    var now: Timestamp { Timestamp(Date()) }

    /// The time of day when the process began, and how long it has run since: somebody who sets the clock does not move it.
    var steady: Timestamp {
        Self.started.wall + TimeSpan(Self.started.steady.duration(to: ContinuousClock.now))
    }

    func sleep(until instant: Timestamp) async throws {
        let span = instant - now
        guard span > .zero else { return }
        try await ContinuousClock().sleep(for: span.duration)
    }
}
