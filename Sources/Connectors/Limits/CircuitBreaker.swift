// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Leaves a service alone that fails again and again: pure, and written down with the quotas, so that a restart does not forget it.
package struct CircuitBreaker: Hashable, Codable, Sendable {
    /// After how many failures in a row no call is made, and for how long; each further failure doubles that.
    package struct Rule: Hashable, Sendable {
        package var threshold: Int
        package var shortest: TimeSpan
        package var longest: TimeSpan

        /// Creates a rule.
        package init(threshold: Int = 6, shortest: TimeSpan = .minutes(1), longest: TimeSpan = .hours(1)) {
            self.threshold = max(1, threshold)
            self.shortest = shortest
            self.longest = longest
        }
    }

    /// How many calls failed in a row.
    package private(set) var failures = 0
    /// Until when no call is made; the first one after it tries whether the service is back.
    package private(set) var openUntil: Timestamp?

    /// No failure yet.
    package init() {}

    /// Notes how a call ended.
    package mutating func record(isFailure: Bool, _ rule: Rule, at now: Timestamp) {
        guard isFailure else {
            self = CircuitBreaker()
            return
        }
        failures = min(failures + 1, 1_000)
        guard failures >= rule.threshold else { return }
        let doublings = Int64(min(failures - rule.threshold, 20))
        openUntil = now + min(rule.longest, TimeSpan(milliseconds: rule.shortest.milliseconds << doublings))
    }
}
