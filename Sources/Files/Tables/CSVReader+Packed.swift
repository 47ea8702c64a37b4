// SPDX-License-Identifier: Apache-2.0

import Foundation

extension CSVReader {
    /// Opens a file that may be packed with gzip; a packed one is unpacked in memory.
    package init(unpacking path: String, dialect: CSVDialect? = nil) throws(CSVError) {
        guard let bytes = try Self.packed(path) else {
            try self.init(path: path, dialect: dialect)
            return
        }
        let plain: [UInt8]
        do {
            plain = try Gzip.unpacked(bytes)
        } catch {
            throw CSVError(
                line: 0,
                value: path,
                problem: error.description,
                remedy: "pack the file anew, or give it unpacked"
            )
        }
        try self.init(data: Data(plain), dialect: dialect)
    }

    /// The bytes of a packed file; nil for any other, also one that cannot be read, of which `init(path:)` tells.
    private static func packed(_ path: String) throws(CSVError) -> [UInt8]? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        do {
            guard let head = try handle.read(upToCount: 2), Gzip.isPacked(head) else { return nil }
            return Array(head) + Array(try handle.readToEnd() ?? Data())
        } catch {
            return nil
        }
    }
}
