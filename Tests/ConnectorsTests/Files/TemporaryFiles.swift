// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

/// A folder that is there for the length of a test.
struct TemporaryFiles {
    let folder: URL

    static func with<Value>(_ body: (TemporaryFiles) async throws -> Value) async throws -> Value {
        let files = TemporaryFiles(
            folder: FileManager.default.temporaryDirectory.appending(path: "dure-sources-\(UUID().uuidString)")
        )
        try FileManager.default.createDirectory(at: files.folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: files.folder) }
        return try await body(files)
    }

    /// Writes a file and answers its path.
    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let url = folder.appending(path: name)
        try Data(bytes).write(to: url)
        return url.path
    }
}

extension SourceQuery {
    /// All that a source has.
    static var everything: SourceQuery {
        SourceQuery(since: Timestamp(milliseconds: 0), until: Timestamp(milliseconds: 4_102_444_800_000))
    }
}

extension Timestamp {
    static func day(_ text: String) -> Timestamp {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        var components = DateComponents(year: parts[0], month: parts[1], day: parts[2])
        components.timeZone = .gmt
        return Timestamp(Calendar(identifier: .gregorian).date(from: components) ?? .distantPast)
    }
}
