// SPDX-License-Identifier: Apache-2.0
package import Domain

/// What one key of a service may do: several windows at once, each with a name that costs are given by.
package struct QuotaPlan: Sendable {
    /// The rates, by name.
    package var rates: [String: TokenBucket.Rule]
    /// The budgets of a day, by name.
    package var days: [String: DayQuota.Rule]
    package var breaker: CircuitBreaker.Rule

    /// Creates a plan.
    package init(
        rates: [String: TokenBucket.Rule] = [:],
        days: [String: DayQuota.Rule] = [:],
        breaker: CircuitBreaker.Rule = CircuitBreaker.Rule()
    ) {
        self.rates = rates
        self.days = days
        self.breaker = breaker
    }

    /// What a call may do.
    package enum Decision: Hashable, Sendable {
        case granted
        case wait(until: Timestamp, reason: Reason)
    }

    /// Why a call waits.
    package enum Reason: Hashable, Sendable {
        /// The service asked to be left alone.
        case asked
        /// It failed too often in a row.
        case failing
        /// A rate.
        case rate(String)
        /// A day's budget, or a share of it.
        case day(String, DayQuota.Refusal)

        /// Whether it is about one of those who share, not about all.
        var isOfSharer: Bool { if case .day(_, .shareSpent) = self { true } else { false } }
    }

    /// Decides on a call, and writes its cost down if it may be made.
    ///
    /// - Parameters:
    ///   - state: what was spent so far.
    ///   - cost: by the names of windows; a window that is not named costs nothing.
    ///   - sharer: for what the call is, where several share a day; nil for what shares with nobody.
    ///   - now: the present instant.
    /// - Returns: that it may be made, or until when it has to wait.
    package func admit(
        _ state: inout QuotaState,
        cost: [String: Int],
        sharer: String?,
        at now: Timestamp
    ) -> Decision {
        for (name, rule) in days { state.days[name, default: DayQuota(rule, at: now)].roll(rule, at: now) }
        if let wait = delay(state, cost, sharer, now) { return wait }
        for name in cost.keys.sorted() {
            let count = cost[name] ?? 0
            if let rule = days[name] { state.days[name]?.spend(count, for: sharer, rule) }
            if let rule = rates[name] {
                var bucket = state.buckets[name] ?? TokenBucket(rule, at: now)
                _ = bucket.take(count, rule, at: now)
                state.buckets[name] = bucket
            }
        }
        return .granted
    }

    /// The longest wait that a call has to make; nil for none.
    private func delay(_ state: QuotaState, _ cost: [String: Int], _ sharer: String?, _ now: Timestamp) -> Decision? {
        var latest: (until: Timestamp, reason: Reason)?
        func consider(_ until: Timestamp, _ reason: Reason) {
            if until > now, until > latest?.until ?? now { latest = (until, reason) }
        }
        if let instant = state.notBefore { consider(instant, .asked) }
        if let instant = state.breaker.openUntil { consider(instant, .failing) }
        for name in cost.keys.sorted() {
            let count = cost[name] ?? 0
            if let rule = days[name], let day = state.days[name], let refusal = day.refusal(count, for: sharer, rule) {
                consider(rule.day(of: max(now, day.start)).end, .day(name, refusal))
            }
            if let rule = rates[name] {
                let bucket = state.buckets[name] ?? TokenBucket(rule, at: now)
                consider(bucket.ready(count, rule, at: now) ?? now + .days(3_650), .rate(name))
            }
        }
        return latest.map { .wait(until: $0.until, reason: $0.reason) }
    }
}

/// What was spent with one key of a service.
package struct QuotaState: Hashable, Codable, Sendable {
    package var buckets: [String: TokenBucket] = [:]
    package var days: [String: DayQuota] = [:]
    /// Until when the service asked to be left alone.
    package var notBefore: Timestamp?
    package var breaker = CircuitBreaker()

    /// Nothing spent yet.
    package init() {}
}
