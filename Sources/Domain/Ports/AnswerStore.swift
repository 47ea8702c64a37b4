// SPDX-License-Identifier: Apache-2.0

/// The answers to requests that may be sent again under one key.
package protocol AnswerStore: Sendable {
    /// Claims a key for a request, safe from a power cut.
    ///
    /// Nil gives the request the right to be carried out; otherwise what is kept of an earlier one comes back. A right that was given before
    /// `stale` and never used is given anew: whoever had it is gone.
    func claim(_ claim: AnswerClaim, now: Timestamp, stale: Timestamp) async throws -> KeptAnswer?
    /// Keeps the answer to a request that had the right.
    func keep(_ answer: KeptAnswer.Whole, of claim: AnswerClaim) async throws
    /// Gives the right back: nothing was done, and the request may be sent again.
    func release(_ claim: AnswerClaim) async throws
    /// Removes what was claimed before an instant, at most `limit`; returns how many.
    func pruneAnswers(before instant: Timestamp, limit: Int) async throws -> Int
}
