// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Foundation

/// A shelf in the data folder: one file for each name.
struct FolderShelf: TrendShelf {
    private let root: URL

    init(_ folder: DataFolder) {
        root = folder.url
    }

    func put(_ bytes: Data, as name: String) throws {
        let file = try url(name)
        try Self.writing(file) {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try SafeFile.write(bytes, to: file)
        }
    }

    func begin(_ name: String) throws -> any ShelfWriter { try FileWriter(try url(name)) }

    func pieces(of name: String) throws -> (() throws -> [UInt8]?)? {
        let file = try url(name)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let handle = try FileHandle(forReadingFrom: file)
        return {
            let piece = try handle.read(upToCount: 1 << 18) ?? Data()
            return piece.isEmpty ? nil : [UInt8](piece)
        }
    }

    func bytes(of name: String) throws -> Data? {
        let file = try url(name)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        return try Data(contentsOf: file)
    }

    func update(_ name: String, _ body: (Data?) throws -> Data) throws {
        let file = try url(name)
        try Self.writing(file) {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            // Two runs, of this process or of others, must not make new bytes of the same old ones.
            try SafeFile.alone(with: file) { try put(try body(try bytes(of: name)), as: name) }
        }
    }

    func folders(in folder: String) throws -> [String] {
        let place = try url(folder)
        guard FileManager.default.fileExists(atPath: place.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
    }

    func removeAll(under folder: String) throws {
        let place = try url(folder)
        guard FileManager.default.fileExists(atPath: place.path) else { return }
        try FileManager.default.removeItem(at: place)
    }

    /// A name's file; a name is made by the program, and still never leads out of the folder.
    private func url(_ name: String) throws -> URL {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw Failure(.invalid, "'\(name)' is no name on a shelf")
        }
        return root.appending(path: name)
    }

    /// Another try makes no sense where a place cannot be written to, so the error names it.
    static func writing(_ file: URL, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as CocoaError {
            throw Failure(.unknown, "\(file.path) cannot be written: \(error.localizedDescription)")
        }
    }
}

/// A file that is written piece by piece under a name of its own until it is whole.
private final class FileWriter: ShelfWriter {
    private let file: URL
    private let writing: SafeFile.Writing

    init(_ file: URL) throws {
        self.file = file
        var writing: SafeFile.Writing?
        try FolderShelf.writing(file) {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            writing = try SafeFile.Writing(file)
        }
        guard let writing else { throw CocoaError(.fileWriteUnknown) }
        self.writing = writing
    }

    func append(_ bytes: [UInt8]) throws { try FolderShelf.writing(file) { try writing.append(Data(bytes)) } }

    func finish() throws { try FolderShelf.writing(file) { try writing.finish() } }
}
