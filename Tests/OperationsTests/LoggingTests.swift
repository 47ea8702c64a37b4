// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Logging
import Testing

@testable import Operations

@Suite struct LoggingTests {
    private let clock = VirtualClock(start: Timestamp(milliseconds: 1_767_225_600_000))

    @Test func `an entry is one JSON object on one line, whatever an outsider wrote`() throws {
        let sink = LineSink(FileHandle.nullDevice)
        let handler = JSONLogHandler(label: "dure", level: .info, clock: clock, sink: sink)
        let hostile = "a\r\n{\"level\":\"error\"}\u{1B}[31m\u{0}\u{85}\u{2028}\u{9B}\"\\ 두레"
        let line = handler.line(level: .info, message: hostile, metadata: ["z": "1", "a": "\(hostile)", "time": "x"])
        #expect(
            !line.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x2028 }
        )
        let read = try CanonicalJSON.decode(JSONValue.self, from: line)
        #expect(read["message"] == .string(hostile))
        #expect(read["a"] == .string(hostile))
        #expect(read["level"] == .string("info"))
        #expect(read["time"] == .string("2026-01-01T00:00:00.000Z"))
        #expect(read["metadata_time"] == .string("x"))
    }

    @Test func `a secret is masked wherever in an entry it stands`() {
        let sink = LineSink(FileHandle.nullDevice)
        let handler = JSONLogHandler(label: "dure", level: .info, clock: clock, sink: sink)
        var generator = SplitMix64(seed: 4)
        let key = KeyText(using: &generator).text
        let line = handler.line(
            level: .info,
            message: "asked with \(key)",
            metadata: ["key": "\(key)", "list": ["\(key)"], "nested": ["deep": "\(key)"]]
        )
        #expect(!line.contains(key.dropFirst(18).prefix(32)))
    }

    @Test func `lines are written in order`() throws {
        let pipe = Pipe()
        let sink = LineSink(pipe.fileHandleForWriting)
        var logger = Logger(label: "dure") { _ in
            JSONLogHandler(label: "dure", level: .info, clock: clock, sink: sink)
        }
        logger[metadataKey: "k"] = "v"
        for number in 0..<100 { logger.info("entry \(number)") }
        logger.debug("not this")
        sink.close()
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 100)
        #expect(lines.last?.contains("\"message\":\"entry 99\",\"k\":\"v\"") == true)
    }

    /// Nobody reads it, and it stays open: a closed one would be a signal.
    private static let stopped = Pipe()

    @Test func `a reader that has stopped costs lines and no time`() {
        let sink = LineSink(Self.stopped.fileHandleForWriting, capacity: 10)
        let line = String(repeating: "x", count: 100_000)
        for _ in 0..<100 { sink.put(line) }
        #expect(sink.dropped > 0)
    }
}
