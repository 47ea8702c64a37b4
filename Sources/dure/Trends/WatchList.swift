// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import TrendAnalysis

/// The products and brands that a data folder's trend runs follow: `trends/watched.json`.
struct WatchList {
    let folder: DataFolder

    private var file: URL { folder.url.appending(path: "trends/watched.json") }

    /// The subjects, by name; none where there is no list, and a `Failure` for a file that is none.
    func subjects() throws -> [WatchedSubject] {
        guard FileManager.default.fileExists(atPath: file.path) else { return [] }
        do {
            return try CanonicalJSON.decode([WatchedSubject].self, from: try Data(contentsOf: file))
        } catch let error as DecodingError {
            throw Failure(.invalid, "\(file.path) is no list of watched subjects: \(error)")
        }
    }

    /// Puts a subject in, or in place of the one of its name.
    func add(_ subject: WatchedSubject) throws {
        try write(try subjects().filter { $0.name != subject.name } + [subject])
    }

    /// Takes a subject out; false where there is none of that name.
    func remove(_ name: String) throws -> Bool {
        let all = try subjects()
        guard all.contains(where: { $0.name == name }) else { return false }
        try write(all.filter { $0.name != name })
        return true
    }

    private func write(_ subjects: [WatchedSubject]) throws {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try CanonicalJSON.encode(subjects.sorted { $0.name < $1.name }).write(to: file, options: .atomic)
    }
}
