// SPDX-License-Identifier: Apache-2.0
import Domain
import Feeds

/// The objects of JSON lines, one after another, of which a piece of the file at a time is held.
struct JSONRecords {
    /// The longest line.
    private static let longest = 1 << 26

    private let more: () throws(Failure) -> [UInt8]?
    private var bytes: [UInt8] = []
    private var index = 0
    private var isAtEnd = false
    private var nextLine = 1
    /// The line of the current object, from 1.
    private(set) var line = 0

    /// Reads pieces until there is none.
    init(_ pieces: @escaping () throws(Failure) -> [UInt8]?) throws(Failure) {
        more = pieces
        bytes = try more() ?? []
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    /// Whether bytes begin as JSON lines do.
    static func begins(_ bytes: [UInt8]) -> Bool {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        return start.first { $0 > 0x20 } == UInt8(ascii: "{")
    }

    /// The next object; nil at the end.
    ///
    /// A line that is none is a bad record, and the next call goes on after it; throws `Failure` for a file that cannot be read on.
    mutating func next() throws(Failure) -> Result<JSONValue, BadRecord>? {
        while let range = try nextLineRange() {
            let text = bytes[range]
            line = nextLine
            nextLine += 1
            guard text.contains(where: { $0 > 0x20 }) else { continue }
            let (value, problem) = JSONScanner.read(Array(text), depth: 32)
            guard problem == nil, let value, case .object = value else {
                return .failure(
                    BadRecord(
                        line: line,
                        field: problem.map { "\($0.column)" } ?? "1",
                        value: String(String(decoding: text.prefix(200), as: UTF8.self).prefix(60)),
                        remedy: "give one JSON object a line" + (problem.map { " (\($0.message))" } ?? "")
                    )
                )
            }
            return .success(value)
        }
        return nil
    }

    /// Where the next line is, without its end; nil at the end of the file.
    private mutating func nextLineRange() throws(Failure) -> Range<Int>? {
        var seen = index
        while true {
            if let end = bytes[seen...].firstIndex(of: 0x0A) {
                defer { index = end + 1 }
                return index..<end
            }
            if isAtEnd {
                defer { index = bytes.count }
                return index < bytes.count ? index..<bytes.count : nil
            }
            bytes.removeSubrange(..<index)
            index = 0
            seen = bytes.count
            if bytes.count <= Self.longest, let piece = try more() {
                bytes += piece
            } else {
                isAtEnd = true
            }
        }
    }
}
