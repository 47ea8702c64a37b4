// SPDX-License-Identifier: Apache-2.0
import Domain
import Files
import Foundation

/// The bytes of files that a person names.
enum FileBytes {
    /// The first bytes of a file, as they are stored.
    static func start(of path: String) throws(Failure) -> [UInt8] {
        let handle = try open(path)
        defer { try? handle.close() }
        do {
            return [UInt8](try handle.read(upToCount: 512) ?? Data())
        } catch {
            throw Failure(.notFound, "\(path): the file cannot be read; give the path of a file, not of a folder")
        }
    }

    /// All bytes of a file, unpacked.
    static func all(of path: String, limit: Int) throws(Failure) -> [UInt8] {
        let handle = try open(path)
        defer { try? handle.close() }
        let stored: [UInt8]
        do {
            stored = [UInt8](try handle.read(upToCount: limit + 1) ?? Data())
        } catch {
            throw Failure(.notFound, "\(path): the file cannot be read; give the path of a file, not of a folder")
        }
        guard stored.count <= limit else { throw Failure(.invalid, "\(path): the file has more than \(limit) bytes") }
        guard Gzip.isPacked(stored) else { return stored }
        do {
            return try Gzip.unpacked(stored, limit: limit)
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
