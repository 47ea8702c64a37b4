// SPDX-License-Identifier: Apache-2.0

import Domain

/// Waits that grow, with full jitter: the first at most `base`, each at most twice as long as the one before, none over `cap`.
struct Backoff {
    private let base: TimeSpan
    private let cap: TimeSpan
    private var generator: SplitMix64
    private var longest: TimeSpan

    init(base: TimeSpan = TimeSpan(milliseconds: 200), cap: TimeSpan = .seconds(5), seed: UInt64) {
        self.base = base
        self.cap = cap
        generator = SplitMix64(seed: seed)
        longest = base
    }

    /// How long to wait now; at least as long as the other side asks for.
    mutating func next(after error: (any Error)? = nil) -> TimeSpan {
        let wait = TimeSpan(milliseconds: Int64.random(in: 0...longest.milliseconds, using: &generator))
        longest = min(longest * 2, cap)
        if case FleetCallError.busy(_, let asked)? = error { return asked + wait }
        return wait
    }

    /// Begins anew after a success.
    mutating func reset() {
        longest = base
    }
}
