// SPDX-License-Identifier: Apache-2.0
import Domain
import Feeds

/// The objects of JSON lines, one after another.
struct JSONRecords {
    private let bytes: [UInt8]
    private var index = 0
    private var nextLine = 1
    /// The line of the current object, from 1.
    private(set) var line = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    /// Whether bytes begin as JSON lines do.
    static func begins(_ bytes: [UInt8]) -> Bool {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        return start.first { $0 > 0x20 } == UInt8(ascii: "{")
    }

    /// The next object; nil at the end.
    ///
    /// Throws for a line that is none; the next call goes on after it.
    mutating func next() throws(BadRecord) -> JSONValue? {
        while index < bytes.count {
            let end = bytes[index...].firstIndex { $0 == 0x0A } ?? bytes.count
            let text = bytes[index..<end]
            index = end + 1
            line = nextLine
            nextLine += 1
            guard text.contains(where: { $0 > 0x20 }) else { continue }
            let (value, problem) = JSONScanner.read(Array(text), depth: 32)
            guard problem == nil, case .object? = value else {
                throw BadRecord(
                    line: line,
                    field: problem.map { "\($0.column)" } ?? "1",
                    value: String(String(decoding: text.prefix(200), as: UTF8.self).prefix(60)),
                    remedy: "give one JSON object a line" + (problem.map { " (\($0.message))" } ?? "")
                )
            }
            return value
        }
        return nil
    }
}
