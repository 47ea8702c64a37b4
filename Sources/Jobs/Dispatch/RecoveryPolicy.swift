// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What follows a failure (A5); pure.
///
/// | class | while tries are left | after the last |
/// | --- | --- | --- |
/// | time-out | again after 1 s × 2^(attempt − 1), at most 5 min | the job fails |
/// | rate limit | again after 30 s × 2^(attempt − 1), at most 30 min | the job fails |
/// | permission | a person is asked | a person is asked |
/// | not found | the campaign fails | the campaign fails |
/// | invalid | the job fails | the job fails |
/// | unknown | at once, on another worker | the job fails |
///
/// The waits have full jitter: uniform between none and the stated one (Brooker, "Exponential Backoff and Jitter", 2015).
package enum RecoveryPolicy {
    /// What is done about a failure.
    package enum Outcome: Hashable, Sendable {
        /// The job is tried again after a wait.
        case retry(after: TimeSpan)
        /// The job is tried again at once, on another worker where there is one.
        case moveToAnotherWorker
        /// The job, and the trial that it is for, failed; the campaign goes on.
        case fail
        /// The campaign cannot go on.
        case failCampaign
        /// The campaign is paused, and a person is told.
        case askPerson
    }

    /// Decides what follows the failure of an attempt, counted from 1; the seed chooses the jitter.
    package static func outcome(
        of failure: Failure.Class,
        attempt: Int,
        maxAttempts: Int,
        seed: UInt64
    ) -> Outcome {
        switch failure {
        case .permission: return .askPerson
        case .notFound: return .failCampaign
        case .invalid: return .fail
        case .timeOut, .rateLimit, .unknown: break
        }
        guard attempt < maxAttempts else { return .fail }
        if failure == .unknown { return .moveToAnotherWorker }
        let longest = longestWait(after: failure, attempt: attempt)
        var generator = SplitMix64(seed: seed)
        return .retry(after: TimeSpan(milliseconds: Int64.random(in: 0...longest.milliseconds, using: &generator)))
    }

    /// The wait before jitter after a failure of an attempt, counted from 1.
    package static func longestWait(after failure: Failure.Class, attempt: Int) -> TimeSpan {
        let isLimit = failure == .rateLimit
        let base: TimeSpan = isLimit ? .seconds(30) : .seconds(1)
        let cap: TimeSpan = isLimit ? .minutes(30) : .minutes(5)
        return min(base * (1 << Int64(min(max(attempt - 1, 0), 20))), cap)
    }
}

extension RecoveryPolicy.Outcome {
    /// How long the job waits for its next try; nil for no other try.
    package var retryDelay: TimeSpan? {
        switch self {
        case .retry(let wait): wait
        case .moveToAnotherWorker: .zero
        case .fail, .failCampaign, .askPerson: nil
        }
    }
}
