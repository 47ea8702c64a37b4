// SPDX-License-Identifier: Apache-2.0

import Foundation

extension CSVReader {
    /// Opens a file that may be packed with gzip; a packed one is unpacked piece by piece, to a gibibyte at most.
    package init(unpacking path: String, dialect: CSVDialect? = nil) throws(CSVError) {
        guard let handle = FileHandle(forReadingAtPath: path),
            let head = try? handle.read(upToCount: 2), Gzip.isPacked(head)
        else {
            // Also one that cannot be read, of which it tells.
            try self.init(path: path, dialect: dialect)
            return
        }
        var start = [UInt8](head)
        let stream: GzipStream
        do throws(GzipError) {
            stream = try GzipStream {
                defer { start = [] }
                // What cannot be read is missing, and the stream says that it is cut.
                return start + [UInt8]((try? handle.read(upToCount: 1 << 18)) ?? Data())
            }
        } catch {
            throw Self.unpacking(path, error)
        }
        try self.init(dialect: dialect) { () throws(CSVError) in
            do throws(GzipError) {
                return try stream.next()
            } catch {
                throw Self.unpacking(path, error)
            }
        }
    }

    private static func unpacking(_ path: String, _ error: GzipError) -> CSVError {
        CSVError(
            line: 0,
            value: path,
            problem: error.description,
            remedy: "pack the file anew, or give it unpacked"
        )
    }
}
