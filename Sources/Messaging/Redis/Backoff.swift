// SPDX-License-Identifier: Apache-2.0

package import Domain

/// How long to wait before the next attempt: between half and the whole of a bound that doubles up to a cap.
package struct Backoff: Sendable {
    private let first: TimeSpan
    private let cap: TimeSpan
    private var attempts = 0
    private var generator: SplitMix64

    /// Creates a backoff; processes that share a server get different seeds, so that they do not come back all at once.
    package init(first: TimeSpan = TimeSpan(milliseconds: 20), cap: TimeSpan = .seconds(1), seed: UInt64) {
        self.first = first
        self.cap = cap
        generator = SplitMix64(seed: seed)
    }

    /// The wait before the next attempt.
    package mutating func next() -> TimeSpan {
        let doubled = first * (Int64(1) << Int64(min(attempts, 20)))
        attempts += 1
        let bound = min(doubled, cap).milliseconds
        return TimeSpan(milliseconds: bound / 2 + Int64(generator.unit() * Double(bound - bound / 2)))
    }

    /// Begins anew, after an attempt that was a success.
    package mutating func reset() { attempts = 0 }
}
