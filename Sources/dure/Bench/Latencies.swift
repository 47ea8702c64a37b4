// SPDX-License-Identifier: Apache-2.0

/// Lengths of time that were measured, and their quantiles.
struct Latencies: Sendable {
    /// The lengths, in seconds.
    private(set) var seconds: [Double] = []

    /// Adds a length.
    mutating func add(_ duration: Duration) {
        seconds.append(duration.inSeconds)
    }

    /// Adds the lengths of others.
    mutating func add(_ other: Latencies) {
        seconds += other.seconds
    }

    /// The length below which a share of the lengths lie (nearest rank), in milliseconds; nil without any.
    func quantile(_ share: Double) -> Double? {
        guard !seconds.isEmpty else { return nil }
        let sorted = seconds.sorted()
        let rank = (share * Double(sorted.count)).rounded(.up)
        return sorted[min(max(Int(rank), 1), sorted.count) - 1] * 1_000
    }
}

extension Duration {
    /// The length in seconds.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
