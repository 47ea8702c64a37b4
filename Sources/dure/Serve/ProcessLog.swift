// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Logging
import Operations

/// The log of a long-running process: JSON lines on standard error.
struct ProcessLog: Sendable {
    private let sink: LineSink

    /// Opens the log of a process, and a logger that writes to it.
    static func open(_ label: String, level: Logger.Level = .info) -> (log: ProcessLog, logger: Logger) {
        open(label, level: LogLevel(level))
    }

    /// Opens the log of a process whose level may change, and a logger that writes to it.
    static func open(_ label: String, level: LogLevel) -> (log: ProcessLog, logger: Logger) {
        let sink = LineSink(FileHandle.standardError)
        let logger = Logger(label: label) { label in
            JSONLogHandler(label: label, level: level, clock: SystemClock(), sink: sink)
        }
        return (ProcessLog(sink: sink), logger)
    }

    /// Writes what is left.
    func close() {
        sink.close()
    }

    /// Has the lines counted that nobody read.
    func register(in registry: MetricsRegistry) {
        let dropped = registry.counter(
            "dure_log_lines_dropped_total",
            "Lines of the log that could not be written in time."
        )
        let sink = sink
        registry.beforePrint { _ in dropped.set(Double(sink.dropped)) }
    }
}

/// Lets a write to a pipe that nobody reads fail, instead of ending the process.
func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
}
