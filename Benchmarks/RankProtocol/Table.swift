// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A CSV file, plain or gzipped, as rows of fields.
struct Table {
    let header: [String]
    let rows: [[String]]

    /// Reads a file; gzip is unpacked by the system's `gzip`.
    init(_ url: URL) throws {
        let data = try url.pathExtension == "gz" ? Self.unpacked(url) : Data(contentsOf: url)
        var rows = Self.parsed([UInt8](data))
        guard !rows.isEmpty else { throw ProtocolError("\(url.lastPathComponent) is empty") }
        header = rows.removeFirst()
        self.rows = rows
    }

    /// The place of a column.
    func column(_ name: String) throws -> Int {
        guard let index = header.firstIndex(of: name) else {
            throw ProtocolError("there is no column '\(name)'; there are \(header.joined(separator: ", "))")
        }
        return index
    }

    private static func unpacked(_ url: URL) throws -> Data {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", url.path]
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ProtocolError("gzip cannot unpack \(url.path)") }
        return data
    }

    /// RFC 4180: quoted fields may hold commas, quotes (twice) and line ends.
    private static func parsed(_ bytes: [UInt8]) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var index = 0
        func end() {
            row.append(String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if isQuoted {
                if byte != UInt8(ascii: "\"") {
                    field.append(byte)
                } else if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                    field.append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isQuoted = true
            case UInt8(ascii: ","): end()
            case UInt8(ascii: "\r"): break
            case UInt8(ascii: "\n"):
                end()
                rows.append(row)
                row.removeAll(keepingCapacity: true)
            default: field.append(byte)
            }
        }
        if !field.isEmpty || !row.isEmpty {
            end()
            rows.append(row)
        }
        return rows
    }
}

/// Why the protocol cannot run.
struct ProtocolError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
