// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Decides how long a crashed agent waits before it is started again, and when somebody has to be told.
///
/// The wait doubles from crash to crash up to a cap, and begins anew once the agent has run for a whole window. Pure: the time is given.
package struct RestartPolicy: Hashable, Sendable {
    /// What is to be done about a crash.
    package enum Verdict: Hashable, Sendable {
        /// Start it again after a wait.
        case restart(after: TimeSpan)
        /// Too many restarts within the window: give up on an essential agent; start any other again after a wait, and say so.
        case escalate(after: TimeSpan)
    }

    /// The wait after the first crash.
    package var firstDelay = TimeSpan(milliseconds: 200)
    /// The longest wait.
    package var longestDelay = TimeSpan.seconds(30)
    /// How many restarts within the window are too many.
    package var limit = 5
    /// The window in which restarts are counted.
    package var window = TimeSpan.minutes(1)

    private var crashes: [Timestamp] = []
    private var delay: TimeSpan?
    private var restartedAt: Timestamp?

    /// Creates a policy: 0.2 s, doubled up to 30 s; the fifth restart within a minute escalates.
    package init() {}

    /// Takes note of a crash and says what to do.
    package mutating func crashed(at now: Timestamp) -> Verdict {
        if let restartedAt, now - restartedAt >= window { delay = nil }
        let wait = min(delay.map { $0 * 2 } ?? firstDelay, longestDelay)
        delay = wait
        restartedAt = now + wait
        crashes.removeAll { now - $0 >= window }
        crashes.append(now)
        return crashes.count >= limit ? .escalate(after: wait) : .restart(after: wait)
    }
}
