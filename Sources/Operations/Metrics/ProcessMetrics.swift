// SPDX-License-Identifier: Apache-2.0

package import Domain
import Foundation

/// What the kernel knows about this process, under the names that Prometheus' own clients use.
package struct ProcessMetrics: Sendable {
    private let startedAt: Timestamp
    private let version: String

    /// Creates a collector.
    package init(startedAt: Timestamp, version: String) {
        self.startedAt = startedAt
        self.version = version
    }

    /// Has the metrics read before each print.
    package func register(in registry: MetricsRegistry) {
        registry.gauge("dure_build_info", "1, with the version as a label.", labels: ["version"]).set(1, version)
        registry.gauge("process_start_time_seconds", "When the process began, in seconds since 1970.")
            .set(Double(startedAt.milliseconds) / 1_000)
        let memory = registry.gauge("process_resident_memory_bytes", "Memory that is in use.")
        let files = registry.gauge("process_open_fds", "Open file descriptors.")
        let time = registry.counter("process_cpu_seconds_total", "Processor time, of user and system together.")
        registry.beforePrint { _ in
            if let size = Self.residentKilobytes() { memory.set(size * 1_024) }
            if let count = Self.openFiles() { files.set(Double(count)) }
            if let seconds = Self.processorTime() { time.set(seconds) }
        }
    }

    /// The line `VmRSS:   12345 kB` of `/proc/self/status`.
    private static func residentKilobytes() -> Double? {
        let line = read("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
    }

    private static func openFiles() -> Int? {
        try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    /// Fields 14 and 15 of `/proc/self/stat`, in hundredths of a second; the name before them may have spaces.
    private static func processorTime() -> Double? {
        guard let rest = read("/proc/self/stat")?.split(separator: ")").last else { return nil }
        let fields = rest.split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
        return (user + system) / 100
    }

    private static func read(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
