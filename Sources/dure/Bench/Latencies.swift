// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How long many things took, in microseconds.
struct Latencies: Codable, Sendable, CustomStringConvertible {
    var count: Int
    /// How many did not come to an end.
    var failed: Int
    var p50: Double
    var p90: Double
    var p99: Double
    var maximum: Double

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

/// Collects single measurements.
struct Samples: Sendable {
    private var microseconds: [Double] = []
    /// How many did not come to an end.
    var failed = 0

    /// Adds one.
    mutating func add(_ duration: Duration) {
        let parts = duration.components
        microseconds.append(Double(parts.seconds) * 1e6 + Double(parts.attoseconds) / 1e12)
    }

    /// The quantiles: each the smallest sample that at least that share of the samples does not exceed.
    var latencies: Latencies {
        let sorted = microseconds.sorted()
        func quantile(_ hundredths: Int) -> Double {
            guard !sorted.isEmpty else { return 0 }
            return sorted[max(0, (sorted.count * hundredths + 99) / 100 - 1)]
        }
        return Latencies(
            count: sorted.count,
            failed: failed,
            p50: quantile(50),
            p90: quantile(90),
            p99: quantile(99),
            maximum: sorted.last ?? 0
        )
    }
}
