// SPDX-License-Identifier: Apache-2.0
package import Domain

/// Lets calls with one key through as its quotas allow, and writes each down before it is made.
///
/// Waits are made on its time source, up to the caller's patience. Safe to call from any task; several limiters over one ledger share what it
/// allows.
package struct RequestLimiter: Sendable {
    /// Why a call is not made.
    package struct Refusal: Hashable, Sendable {
        /// What to tell, and when the call may be made.
        package var problem: SourceProblem
        /// Whether only the share of whom the call is for is spent, so that others may go on.
        package var isOfSharer = false
    }

    /// How the service is called in what is said to people.
    package let service: String
    private let plan: QuotaPlan
    private let ledger: any QuotaLedger
    private let time: any TimeSource

    /// Creates a limiter.
    package init(service: String, plan: QuotaPlan, ledger: any QuotaLedger, time: any TimeSource) {
        self.service = service
        self.plan = plan
        self.ledger = ledger
        self.time = time
    }

    /// Waits until a call may be made, and writes it down.
    ///
    /// - Parameters:
    ///   - cost: by the names of the plan's windows.
    ///   - sharer: for what the call is, where several share a day.
    ///   - deadline: until when to wait.
    /// - Returns: nil when the call is to be made now; otherwise why not, and when it may be.
    /// - Throws: `CancellationError` only.
    package func acquire(
        _ cost: [String: Int],
        for sharer: String?,
        until deadline: Timestamp
    ) async throws -> Refusal? {
        while true {
            let (plan, now) = (plan, time.now)
            let decision: QuotaPlan.Decision
            do {
                decision = try await ledger.update { plan.admit(&$0, cost: cost, sharer: sharer, at: now) }
            } catch let failure as Failure {
                return Refusal(problem: SourceProblem(source: service, failure: failure))
            }
            guard case .wait(let instant, let reason) = decision else { return nil }
            if instant > deadline {
                let failure = Failure(.rateLimit, sentence(reason, sharer))
                return Refusal(
                    problem: SourceProblem(source: service, failure: failure, notBefore: instant),
                    isOfSharer: reason.isOfSharer
                )
            }
            try await time.sleep(until: instant)
        }
    }

    /// Notes that the service wants to be left alone until an instant.
    package func hold(until instant: Timestamp) async throws {
        try await note { $0.notBefore = max($0.notBefore ?? instant, instant) }
    }

    /// Notes that the service says that a day's budget is spent, and answers when the next begins.
    package func exhaust(_ name: String) async throws -> Timestamp? {
        guard let rule = plan.days[name] else { return nil }
        let now = time.now
        try await note { $0.days[name, default: DayQuota(rule, at: now)].exhaust() }
        return rule.day(of: now).end
    }

    /// Notes how a call ended.
    package func record(isFailure: Bool) async throws {
        let (rule, now) = (plan.breaker, time.now)
        try await note { $0.breaker.record(isFailure: isFailure, rule, at: now) }
    }

    /// Writes down what was learned; where that is not possible, the next call says so.
    private func note(_ body: @Sendable (inout QuotaState) -> Void) async throws {
        do {
            try await ledger.update(body)
        } catch is Failure {
            return
        }
    }

    private func sentence(_ reason: QuotaPlan.Reason, _ sharer: String?) -> String {
        switch reason {
        case .asked: "\(service) asked to be left alone for a while"
        case .failing: "\(service) failed too often in a row and is left alone for a while"
        case .rate(let name): "\(service) may not be asked so fast (\(name))"
        case .day(let name, .spent):
            "\(service): the day's quota of \(plan.days[name]?.limit ?? 0) \(name) is spent"
        case .day(let name, .shareSpent(let share)):
            "\(service): the share of '\(sharer ?? "")' in the day's quota, \(share) \(name), is spent"
        }
    }
}
