// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation

/// A data folder's `notices.jsonl`: one line for each message, where no other way to people is set up.
struct NoticeFile: Sendable {
    let url: URL

    init(_ folder: DataFolder) {
        url = folder.url.appending(path: "notices.jsonl")
    }

    /// Adds a line, safe from a power cut; one that was cut off by a crash stays a line of its own.
    func append(_ line: some Encodable) throws {
        try FolderShelf.writing(url) {
            if !FileManager.default.fileExists(atPath: url.path) {
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                _ = FileManager.default.createFile(atPath: url.path, contents: nil)
            }
            let text = try CanonicalJSON.encode(line) + Data("\n".utf8)
            try SafeFile.alone(with: url) { try add(text) }
        }
    }

    private func add(_ line: Data) throws {
        let handle = try FileHandle(forUpdating: url)
        defer { try? handle.close() }
        let size = try handle.seekToEnd()
        var text = line
        if size > 0 {
            try handle.seek(toOffset: size - 1)
            if try handle.read(upToCount: 1) != Data("\n".utf8) { text = Data("\n".utf8) + text }
        }
        try handle.write(contentsOf: text)
        try handle.synchronize()
    }

    /// The lines that are of a kind; others, and one that was cut off, are left out.
    func lines<Line: Decodable>(_ type: Line.Type) throws -> [Line] {
        guard FileManager.default.fileExists(atPath: url.path) else { return [] }
        return try Data(contentsOf: url).split(separator: 0x0A).compactMap { line in
            try? JSONDecoder().decode(type, from: Data(line))
        }
    }
}

/// Tells people by the file of notices.
struct FileNotifier: VerifiableNotifier {
    /// What one message is in the file.
    struct Message: Codable {
        var key: String
        var notices: [Notice]
    }

    let channel = "file"
    let file: NoticeFile

    func deliver(_ notices: [Notice], key: String) async throws {
        try file.append(Message(key: key, notices: notices))
    }

    func hasDelivered(_ key: String) async throws -> Bool {
        try file.lines(Message.self).contains { $0.key == key }
    }
}
