// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Wishes for sign-in links, left as files in the data folder for the server that holds it.
///
/// Whoever may write there owns the data already. The folder and the answers are their owner's alone; an answer is removed once it was read, or
/// after a minute.
struct SignInBox: Sendable {
    /// Who wants to sign in, and as what.
    struct Wish: Codable, Hashable, Sendable {
        var name: String
        var role: Role
    }

    /// How often the server, and who waits for it, look.
    static let interval = TimeSpan(milliseconds: 250)
    private static let life = TimeSpan.minutes(1)

    let folder: DataFolder

    private var place: URL { folder.url.appending(path: "sign-in", directoryHint: .isDirectory) }

    /// Asks the server of the folder for a link; nil when none answers within the patience.
    func ask(_ wish: Wish, patience: TimeSpan, clock: any TimeSource) async throws -> String? {
        guard FileManager.default.fileExists(atPath: place.path) else { return nil }
        let id = UUID().uuidString
        let (question, answer) = (file(id, "wish"), file(id, "link"))
        try CanonicalJSON.encode(wish).write(to: question, options: .atomic)
        defer {
            try? FileManager.default.removeItem(at: question)
            try? FileManager.default.removeItem(at: answer)
        }
        let end = clock.steady + patience
        while clock.steady < end {
            if let link = try? String(contentsOf: answer, encoding: .utf8) { return link }
            try await clock.sleep(for: Self.interval)
        }
        return nil
    }

    /// Answers wishes until the task is cancelled; `link` makes a link's address.
    func serve(clock: any TimeSource, _ link: (Wish) async throws -> String) async throws {
        try FileManager.default.createDirectory(
            at: place,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        while true {
            let names = try FileManager.default.contentsOfDirectory(atPath: place.path)
            for name in names where name.hasSuffix(".wish") {
                try await answer(String(name.dropLast(5)), link)
            }
            for name in names where !name.hasSuffix(".wish") { removeOld(name, now: clock.now) }
            try await clock.sleep(for: Self.interval)
        }
    }

    private func answer(_ id: String, _ link: (Wish) async throws -> String) async throws {
        // Two servers may look after one folder: who takes the file away answers it.
        let taken = file(id, "taken")
        guard (try? FileManager.default.moveItem(at: file(id, "wish"), to: taken)) != nil else { return }
        defer { try? FileManager.default.removeItem(at: taken) }
        guard let wish = try? CanonicalJSON.decode(Wish.self, from: Data(contentsOf: taken)) else { return }
        let new = file(id, "new")
        let isMade = FileManager.default.createFile(
            atPath: new.path,
            contents: Data(try await link(wish).utf8),
            attributes: [.posixPermissions: 0o600]
        )
        if isMade { try FileManager.default.moveItem(at: new, to: file(id, "link")) }
    }

    /// What nobody has come for is removed: it may hold a link.
    private func removeOld(_ name: String, now: Timestamp) {
        let path = place.appending(path: name).path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let date = attributes?[.modificationDate] as? Date,
            now.milliseconds - Int64(date.timeIntervalSince1970 * 1_000) > Self.life.milliseconds
        else { return }
        try? FileManager.default.removeItem(atPath: path)
    }

    private func file(_ id: String, _ kind: String) -> URL { place.appending(path: "\(id).\(kind)") }
}
