// SPDX-License-Identifier: Apache-2.0
import Domain
import Files
import Foundation

/// The bytes of files that a person names.
enum FileBytes {
    /// The first bytes of a file, unpacked; empty where it has none.
    static func start(of path: String) throws(Failure) -> [UInt8] {
        try pieces(of: path, limit: 1 << 30)() ?? []
    }

    /// All bytes of a file, unpacked.
    static func all(of path: String, limit: Int) throws(Failure) -> [UInt8] {
        let next = try pieces(of: path, limit: limit)
        var bytes: [UInt8] = []
        while let piece = try next() { bytes += piece }
        return bytes
    }

    /// What gives a file's bytes piece by piece, unpacked, and then nil.
    static func pieces(of path: String, limit: Int) throws(Failure) -> () throws(Failure) -> [UInt8]? {
        let handle = try open(path)
        func read() throws(Failure) -> [UInt8] {
            do {
                return [UInt8](try handle.read(upToCount: 1 << 18) ?? Data())
            } catch {
                throw Failure(.notFound, "\(path): the file cannot be read; give the path of a file, not of a folder")
            }
        }
        let first = try read()
        var total = first.count
        guard Gzip.isPacked(first) else {
            var next = first
            return { () throws(Failure) in
                guard !next.isEmpty else { return nil }
                guard total <= limit else { throw Failure(.invalid, "\(path): the file has more than \(limit) bytes") }
                let piece = next
                next = try read()
                total += next.count
                return piece
            }
        }
        var next = first
        do {
            let stream = try GzipStream(limit: limit) {
                defer { next = [] }
                // What cannot be read is missing, and the stream says that it is cut.
                return next.isEmpty ? (try? read()) ?? [] : next
            }
            return { () throws(Failure) in
                do throws(GzipError) {
                    return try stream.next()
                } catch {
                    throw Failure(.invalid, "\(path): \(error)")
                }
            }
        } catch {
            throw Failure(.invalid, "\(path): \(error)")
        }
    }

    /// When a file was last changed; nil where nobody knows.
    static func changed(_ path: String) -> Timestamp? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.modificationDate] as? Date).map { Timestamp($0) }
    }

    private static func open(_ path: String) throws(Failure) -> FileHandle {
        do {
            return try FileHandle(forReadingFrom: URL(filePath: path))
        } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            throw Failure(
                exists ? .permission : .notFound,
                exists ? "\(path): this user may not read the file" : "\(path): there is no such file"
            )
        }
    }
}
