// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Milliseconds of the work by the clock.
func milliseconds(_ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let elapsed = try clock.measure(work).components
    return Double(elapsed.seconds) * 1e3 + Double(elapsed.attoseconds) * 1e-15
}

/// The middle one of some numbers; 0 of none.
func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// This process's memory as Linux tells it; nil elsewhere.
enum ProcessMemory {
    /// Megabytes of a line of `/proc/self/status`: `VmRSS` now, `VmHWM` at the peak.
    static func megabytes(_ name: String) -> Double? {
        guard let status = FileManager.default.contents(atPath: "/proc/self/status") else { return nil }
        for line in String(decoding: status, as: UTF8.self).split(separator: "\n") where line.hasPrefix(name + ":") {
            let number = line.dropFirst(name.count + 1).split(whereSeparator: \.isWhitespace).first
            return number.flatMap { Double($0) }.map { $0 * 1_024 / 1e6 }
        }
        return nil
    }

    /// Lets the peak begin again at what is used now; false where the system cannot.
    static func resetPeak() -> Bool {
        guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return false }
        do {
            try file.write(contentsOf: Data("5".utf8))
            try file.close()
            return true
        } catch {
            return false
        }
    }
}
