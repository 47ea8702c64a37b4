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
        } catch is DecodingError {
            throw Failure(
                .invalid,
                "\(file.path) is no list of watched subjects as 'dure trends watch add' writes it; mend it, or delete it and add them again"
            )
        }
    }

    /// Puts a subject in, or its other names to those of the one of its name; answers what is watched now.
    func add(_ subject: WatchedSubject) throws -> WatchedSubject {
        let all = try subjects()
        var merged = subject
        if let known = all.first(where: { $0.name == subject.name }) {
            let names = known.aliases + subject.aliases.filter { !known.aliases.contains($0) }
            merged = WatchedSubject(name: subject.name, aliases: names)
        }
        try write(all.filter { $0.name != subject.name } + [merged])
        return merged
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
