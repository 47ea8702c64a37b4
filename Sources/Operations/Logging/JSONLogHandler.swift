// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging
import Synchronization

/// From which level on a process's log has lines; it may change while the process runs.
package final class LogLevel: Sendable {
    private let place: Atomic<Int>

    /// Creates a level.
    package init(_ level: Logger.Level) {
        place = Atomic(Self.place(of: level))
    }

    /// The level; setting it has it hold for the next line on.
    package var present: Logger.Level {
        get {
            let levels = Logger.Level.allCases
            let index = place.load(ordering: .relaxed)
            return levels.indices.contains(index) ? levels[index] : .info
        }
        set { place.store(Self.place(of: newValue), ordering: .relaxed) }
    }

    private static func place(of level: Logger.Level) -> Int { Logger.Level.allCases.firstIndex(of: level) ?? 2 }
}

/// Writes a log as JSON lines: time, level, logger, message, and the metadata's keys beside them.
///
/// Keys are in order, control characters are escaped, so that every entry is one line whatever an outsider put into it. Secrets in messages
/// and metadata are masked.
package struct JSONLogHandler: LogHandler {
    package var logLevel: Logger.Level {
        get { own ?? level.present }
        set { own = newValue }
    }
    /// The level that somebody gave this logger alone.
    private var own: Logger.Level?
    private let level: LogLevel
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let clock: any TimeSource
    private let sink: LineSink

    /// The longest text that is written of one value, in characters.
    private static let longest = 4_096

    /// Creates a handler of a fixed level.
    package init(label: String, level: Logger.Level, clock: any TimeSource, sink: LineSink) {
        self.init(label: label, level: LogLevel(level), clock: clock, sink: sink)
    }

    /// Creates a handler of a level that may change while the process runs.
    package init(label: String, level: LogLevel, clock: any TimeSource, sink: LineSink) {
        self.label = label
        self.level = level
        self.clock = clock
        self.sink = sink
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let given = event.metadata { all.merge(given) { $1 } }
        sink.put(line(level: event.level, message: event.message.description, metadata: all))
    }

    func line(level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        var fields = [
            ("time", clock.now.description), ("level", level.rawValue), ("logger", label),
            ("message", SecretText.masked(message)),
        ]
        let taken: Set = ["time", "level", "logger", "message"]
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            fields.append((taken.contains(key) ? "metadata_" + key : key, SecretText.masked("\(value)")))
        }
        return "{" + fields.map { Self.quoted($0.0) + ":" + Self.quoted($0.1) }.joined(separator: ",") + "}"
    }

    /// A text as a JSON string, cut where it is very long.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars.prefix(longest) {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            // C0 and C1 controls, DEL, and the line and paragraph separators, which some readers take for a line's end.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
