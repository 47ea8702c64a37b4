// SPDX-License-Identifier: Apache-2.0

package import Domain

/// How often a process is started again: after 1, 4 and 16 seconds, and no more than three times within ten minutes.
///
/// The wait begins anew after five minutes without a death.
package struct RestartBudget: Hashable, Sendable {
    private static let window = TimeSpan.minutes(10)
    private static let health = TimeSpan.minutes(5)
    private static let waits: [TimeSpan] = [.seconds(1), .seconds(4), .seconds(16)]

    private var deaths: [Timestamp] = []
    private var streak = 0

    /// Creates a budget of which nothing is used.
    package init() {}

    /// Notes a death at a steady instant; how long to wait before the next start, or nil when the budget is used up.
    package mutating func died(at now: Timestamp) -> TimeSpan? {
        if let last = deaths.last, now - last >= Self.health { streak = 0 }
        deaths = deaths.filter { now - $0 < Self.window } + [now]
        guard deaths.count <= Self.waits.count else { return nil }
        streak += 1
        return Self.waits[min(streak, Self.waits.count) - 1]
    }
}
