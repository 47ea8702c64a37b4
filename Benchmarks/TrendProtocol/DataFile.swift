// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A gzip-compressed CSV file of the protocol's data, read in one go.
struct DataFile {
    private(set) var header: [String] = []
    private let bytes: [UInt8]
    /// Where each field begins and ends; `width` of them make a row.
    private let fields: [(start: Int32, end: Int32)]
    private let width: Int

    /// Reads `folder/name.csv.gz`.
    init(_ folder: String, _ name: String) throws {
        bytes = try Self.unpacked("\(folder)/\(name).csv.gz")
        var fields: [(start: Int32, end: Int32)] = []
        var width = 0
        var i = 0
        while i < bytes.count {
            var start = i
            var end = i
            if bytes[i] == 0x22 {
                start = i + 1
                i = start
                while i < bytes.count, bytes[i] != 0x22 || (i + 1 < bytes.count && bytes[i + 1] == 0x22) {
                    i += bytes[i] == 0x22 ? 2 : 1
                }
                end = min(i, bytes.count)
                i += 1
            }
            while i < bytes.count, bytes[i] != 0x2C, bytes[i] != 0x0A {
                i += 1
                end = i
            }
            if end > start, i < bytes.count, bytes[i] == 0x0A, bytes[end - 1] == 0x0D { end -= 1 }
            fields.append((Int32(start), Int32(end)))
            if i < bytes.count, bytes[i] == 0x0A, width == 0 { width = fields.count }
            i += 1
        }
        self.width = max(1, width)
        self.fields = fields
        header = (0..<self.width).map { text($0) }
    }

    /// How many rows there are, the header not counted.
    var count: Int { fields.count / width - 1 }

    /// The column of that name; nil if there is none.
    func column(_ names: String...) -> Int? {
        names.lazy.compactMap { header.firstIndex(of: $0) }.first
    }

    /// A field of a row, both from 0.
    func text(_ row: Int, _ column: Int) -> String { text((row + 1) * width + column) }

    private func text(_ field: Int) -> String {
        let (start, end) = fields[field]
        let slice = bytes[Int(start)..<Int(end)]
        let text = String(decoding: slice, as: UTF8.self)
        return slice.contains(0x22) ? text.replacingOccurrences(of: "\"\"", with: "\"") : text
    }

    /// The bytes of a gzip-compressed file.
    static func unpacked(_ path: String) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ProtocolError(what: "cannot read \(path)") }
        return [UInt8](data)
    }
}

/// What keeps the protocol from being run.
struct ProtocolError: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
}

/// Days of the calendar, counted from 1970.
enum Day {
    /// The day of `yyyy-mm-dd…`; nil for anything else.
    static func number(_ text: String) -> Int32? {
        let parts = text.prefix(10).split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, (1...12).contains(parts[1]), (1...31).contains(parts[2]) else { return nil }
        return number(parts[0], parts[1], parts[2])
    }

    /// The proleptic Gregorian day.
    static func number(_ year: Int, _ month: Int, _ day: Int) -> Int32 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int32(era * 146_097 + dayOfEra - 719_468)
    }
}
