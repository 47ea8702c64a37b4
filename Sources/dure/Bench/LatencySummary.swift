// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How long many things took, in microseconds.
struct LatencySummary: Codable, Sendable, CustomStringConvertible {
    var count: Int
    /// How many did not come to an end.
    var failed: Int
    var p50: Double
    var p90: Double
    var p99: Double
    var maximum: Double

    /// Sums lengths up.
    init(of latencies: Latencies, failed: Int = 0) {
        func microseconds(_ share: Double) -> Double { (latencies.quantile(share) ?? 0) * 1_000 }
        count = latencies.seconds.count
        self.failed = failed
        p50 = microseconds(0.5)
        p90 = microseconds(0.9)
        p99 = microseconds(0.99)
        maximum = microseconds(1)
    }

    var description: String {
        let numbers = [("p50", p50), ("p90", p90), ("p99", p99), ("max", maximum)].map { name, value in
            "\(name) \(Self.text(value))"
        }
        return numbers.joined(separator: "  ") + "  n \(count)" + (failed > 0 ? "  failed \(failed)" : "")
    }

    private static func text(_ microseconds: Double) -> String {
        microseconds < 1_000
            ? String(format: "%.1f µs", microseconds)
            : String(format: "%.2f ms", microseconds / 1_000)
    }
}
