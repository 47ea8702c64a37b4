// SPDX-License-Identifier: Apache-2.0

/// How long to wait before the next attempt: twice as long each time up to a cap, and any part of that, so that many do not come at once.
struct Backoff {
    /// The longest wait before the second attempt.
    var first = Duration.milliseconds(50)
    /// The longest wait of all.
    var cap = Duration.seconds(1)
    private var failures = 0

    /// Creates one that nothing has failed yet.
    init() {}

    /// Takes note of a failure, and tells how long to wait.
    mutating func next() -> Duration {
        let longest = min(first * (1 << min(failures, 16)), cap)
        failures += 1
        return longest * Double.random(in: 0.5...1)
    }

    /// Takes note of a success.
    mutating func reset() {
        failures = 0
    }
}
