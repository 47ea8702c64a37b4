// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Jobs

@Suite struct RecoveryPolicyTests {
    private func outcome(_ failure: Failure.Class, _ attempt: Int, seed: UInt64 = 1) -> RecoveryPolicy.Outcome {
        RecoveryPolicy.outcome(of: failure, attempt: attempt, maxAttempts: 3, seed: seed)
    }

    @Test(arguments: [
        (Failure.Class.permission, RecoveryPolicy.Outcome.askPerson), (.notFound, .failCampaign), (.invalid, .fail),
    ])
    func `what another try cannot mend is not tried again`(failure: Failure.Class, expected: RecoveryPolicy.Outcome) {
        for attempt in 1...4 { #expect(outcome(failure, attempt) == expected) }
        #expect(expected.retryDelay == nil)
    }

    @Test func `an unknown failure moves to another worker until the tries are used`() {
        #expect(
            [1, 2, 3, 4].map { outcome(.unknown, $0) } == [.moveToAnotherWorker, .moveToAnotherWorker, .fail, .fail]
        )
        #expect(RecoveryPolicy.Outcome.moveToAnotherWorker.retryDelay == .zero)
    }

    @Test(arguments: [Failure.Class.timeOut, .rateLimit])
    func `a time-out and a rate limit are tried again until the tries are used`(failure: Failure.Class) {
        for attempt in [1, 2] { #expect(outcome(failure, attempt).retryDelay != nil) }
        for attempt in [3, 4] { #expect(outcome(failure, attempt) == .fail) }
    }

    @Test func `the wait doubles up to its cap`() {
        let timeOut = [1, 2, 3, 9, 10, 1_000].map { RecoveryPolicy.longestWait(after: .timeOut, attempt: $0) }
        #expect(timeOut == [.seconds(1), .seconds(2), .seconds(4), .seconds(256), .minutes(5), .minutes(5)])
        let limit = [1, 2, 6, 7, 1_000].map { RecoveryPolicy.longestWait(after: .rateLimit, attempt: $0) }
        #expect(limit == [.seconds(30), .minutes(1), .minutes(16), .minutes(30), .minutes(30)])
    }

    @Test func `the jitter is uniform between nothing and the wait, and the seed decides it`() {
        let waits = (0..<4_000).compactMap { outcome(.rateLimit, 2, seed: UInt64($0)).retryDelay?.inSeconds }
        #expect(waits.count == 4_000)
        #expect(waits.allSatisfy { (0...60).contains($0) })
        let mean = waits.reduce(0.0, +) / 4_000.0
        let standardError = 60.0 / (12.0 * 4_000.0).squareRoot()
        #expect(abs(mean - 30.0) < 5.0 * standardError)
        #expect(outcome(.timeOut, 2, seed: 5) == outcome(.timeOut, 2, seed: 5))
    }
}
