// SPDX-License-Identifier: Apache-2.0
package import Domain

/// How often and how patiently a call is tried.
package struct RetryPolicy: Hashable, Sendable {
    /// How many times, the first included.
    package var attempts: Int
    /// The wait after a first failure; each further one doubles it, half of it at random.
    package var delay: TimeSpan
    /// How long one try may take.
    package var tryPatience: TimeSpan
    /// How long all tries and waits of one call may take.
    package var patience: TimeSpan

    /// Creates a policy.
    package init(
        attempts: Int = 3,
        delay: TimeSpan = .seconds(1),
        tryPatience: TimeSpan = .seconds(20),
        patience: TimeSpan = .minutes(2)
    ) {
        self.attempts = max(1, attempts)
        self.delay = delay
        self.tryPatience = tryPatience
        self.patience = patience
    }

    /// The wait after so many failures.
    func wait(_ failures: Int, random: Double) -> TimeSpan {
        let full = delay.milliseconds << Int64(min(max(failures - 1, 0), 10))
        return TimeSpan(milliseconds: full / 2 + Int64((Double(full / 2) * random).rounded()))
    }
}

/// Calls one service with one key: within its quotas, with retries, and with one kind of outcome for all that can happen.
package struct ServiceCaller: Sendable {
    /// What is the same for all calls.
    struct Profile: Sendable {
        /// The service's name.
        var name: String
        /// What must not be shown to anybody.
        var secrets: [String] = []
        /// Finds the service's own error in an answer.
        var errors: @Sendable (JSONValue) -> ServiceError? = { _ in nil }
        /// The array that every answer has.
        var list: AnswerList?
    }

    /// How a call ended.
    enum Outcome: Sendable {
        case value(JSONValue)
        /// Nothing came of it; whether others may be made.
        case problem(SourceProblem, endsService: Bool)
    }

    let profile: Profile
    let transport: any WebTransport
    let limiter: RequestLimiter
    let time: any TimeSource
    let retry: RetryPolicy
    private let random: Locked<SplitMix64>

    init(
        _ profile: Profile,
        transport: any WebTransport,
        limiter: RequestLimiter,
        time: any TimeSource,
        retry: RetryPolicy = RetryPolicy(),
        seed: UInt64 = 1
    ) {
        self.profile = profile
        self.transport = transport
        self.limiter = limiter
        self.time = time
        self.retry = retry
        random = Locked(SplitMix64(seed: seed))
    }

    /// Makes a call.
    ///
    /// - Parameters:
    ///   - request: what to ask.
    ///   - cost: what each try costs, by the names of the quota plan's windows.
    ///   - sharer: for what it is, where several share a day.
    ///   - calls: grows by the tries that went out.
    /// - Returns: how it ended.
    /// - Throws: `CancellationError` only.
    func call(
        _ request: WebRequest,
        cost: [String: Int],
        for sharer: String? = nil,
        calls: inout Int
    ) async throws -> Outcome {
        let deadline = time.now + retry.patience
        var failures = 0
        while true {
            if let refusal = try await limiter.acquire(cost, for: sharer, until: deadline) {
                return .problem(refusal.problem, endsService: !refusal.isOfSharer)
            }
            calls += 1
            let verdict = try await attempt(request)
            // a question that the service refuses shows that it works
            try await limiter.record(isFailure: verdict.isTrouble)
            if let value = verdict.value { return .value(value) }
            failures += 1
            let outcome = try await next(verdict, failures, deadline)
            if let outcome { return outcome }
        }
    }

    private func attempt(_ request: WebRequest) async throws -> AnswerVerdict {
        switch try await transport.send(request, within: retry.tryPatience) {
        case .failure(let failure): AnswerVerdict(failure)
        case .success(let answer):
            AnswerVerdict(answer, service: profile.name, errors: profile.errors, list: profile.list, now: time.now)
        }
    }

    /// Ends a call that did not work, or waits for the next try and answers nil.
    private func next(_ verdict: AnswerVerdict, _ failures: Int, _ deadline: Timestamp) async throws -> Outcome? {
        var problem = SourceProblem(
            source: profile.name,
            failure: shown(verdict.failure ?? Failure(.unknown, "\(profile.name) did not answer")),
            notBefore: verdict.notBefore
        )
        if let name = verdict.exhausted {
            let midnight = try await limiter.exhaust(name)
            problem.notBefore = max(verdict.notBefore ?? midnight ?? time.now, midnight ?? time.now)
        }
        if let instant = verdict.notBefore { try await limiter.hold(until: instant) }
        guard verdict.next == .retry else { return .problem(problem, endsService: verdict.next == .giveUpService) }
        let wait = retry.wait(failures, random: random.withLock { Double($0.next() >> 11) / 0x1p53 })
        let instant = max(time.now + wait, verdict.notBefore ?? time.now)
        guard failures < retry.attempts, instant <= deadline else {
            if verdict.failure?.class == .rateLimit, problem.notBefore == nil { problem.notBefore = instant }
            return .problem(problem, endsService: true)
        }
        try await time.sleep(until: instant)
        return nil
    }

    /// A failure without what must not be shown.
    private func shown(_ failure: Failure) -> Failure {
        var failure = failure
        // no service gives keys so short that they stand in words
        for secret in profile.secrets where secret.utf8.count >= 6 {
            failure.message = failure.message.split(separator: secret, omittingEmptySubsequences: false)
                .joined(separator: "…")
        }
        return failure
    }
}
