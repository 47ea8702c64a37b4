// SPDX-License-Identifier: Apache-2.0

import CProcess
package import Domain

/// Keeps a process that mostly waits small.
///
/// Starting reads in code that is never run again, and so does a busy hour: some 30 MB of a server's resident memory. Soon after the
/// start, and from time to time, those pages are given back; the kernel maps again what is wanted, from its cache.
package struct IdleMemory: Sendable {
    private let clock: any TimeSource
    private let first: TimeSpan
    private let interval: TimeSpan
    private let release: @Sendable () -> Void

    /// Creates a keeper that waits for the start to be over, and then for the interval each time.
    package init(
        clock: any TimeSource,
        first: TimeSpan = .seconds(3),
        interval: TimeSpan = .minutes(1),
        release: @escaping @Sendable () -> Void = { IdleMemory.release() }
    ) {
        self.release = release
        self.clock = clock
        self.first = first
        self.interval = interval
    }

    /// Gives memory back until it is cancelled.
    package func run() async throws {
        try await clock.sleep(for: first)
        while true {
            release()
            try await clock.sleep(for: interval)
        }
    }

    /// Gives memory back now.
    package static func release() {
        dure_release_memory()
    }
}
