// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Storage

/// Looks whether a machine has what Dure needs, and what it can use.
struct MachineCheck {
    /// What a look found.
    struct Finding: Encodable, Equatable {
        /// Whether something is there.
        enum State: String, Encodable {
            case ok
            /// Not there, and not needed for everything.
            case optional
            /// Not there, and nothing works without it.
            case missing
        }

        let subject: String
        let state: State
        let detail: String
        /// How to get it; nil where nothing is to be done.
        var remedy: String?
    }

    let folder: DataFolder
    let environment: [String: String]

    /// The free disk below which a folder counts as full: a month of a large campaign takes less.
    private static let leastDisk: Int64 = 200 << 20
    private static let leastMemory: UInt64 = 512 << 20

    /// Every look, in the order in which they are shown.
    func findings() async -> [Finding] {
        var findings = [dataFolder(), disk(), await database(), writer()]
        findings += [
            timeZones(),
            program("zstd", for: "the example examples/compression", remedy: "run scripts/setup"),
            program("weasyprint", for: "dure report --pdf", remedy: "run scripts/setup --with-pdf"),
            fonts(), koreanDictionary(), processors(), memory(),
        ]
        return findings
    }

    // MARK: Folder and database

    /// The folder itself, or the nearest one above it that exists.
    private var existing: URL {
        var url = folder.url.absoluteURL.standardizedFileURL
        while !FileManager.default.fileExists(atPath: url.path), url.path != "/" {
            url = url.deletingLastPathComponent()
        }
        return url
    }

    private func dataFolder() -> Finding {
        let path = folder.url.path
        let existing = existing
        guard FileManager.default.isWritableFile(atPath: existing.path), isFolder(existing) else {
            return Finding(
                subject: "data folder",
                state: .missing,
                detail: "\(existing.path) is not a folder that this user may write to",
                remedy: "give another with --output"
            )
        }
        let isThere = FileManager.default.fileExists(atPath: path)
        return Finding(
            subject: "data folder",
            state: .ok,
            detail: "\(path) \(isThere ? "is writable" : "will be made by the first run")"
        )
    }

    private func isFolder(_ url: URL) -> Bool {
        var isDirectory: ObjCBool = false
        return unsafe FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    private func disk() -> Finding {
        let free: Int64?
        do {
            free = try FileManager.default.attributesOfFileSystem(forPath: existing.path)[.systemFreeSize]
                .flatMap { ($0 as? NSNumber)?.int64Value }
        } catch {
            free = nil
        }
        guard let free else { return Finding(subject: "free disk", state: .optional, detail: "cannot be read") }
        let detail = "\(Self.size(UInt64(clamping: free))) beside the data folder"
        guard free >= Self.leastDisk else {
            return Finding(
                subject: "free disk",
                state: .missing,
                detail: detail,
                remedy: "make room for 200 MB or more"
            )
        }
        return Finding(subject: "free disk", state: .ok, detail: detail)
    }

    private func database() async -> Finding {
        guard FileManager.default.fileExists(atPath: folder.database) else {
            return Finding(subject: "database", state: .ok, detail: "none yet: the first run makes it")
        }
        do {
            let store = try SQLiteStore(path: folder.database, mode: .readOnly, clock: SystemClock())
            let version = try await store.migrationStatus().version
            let campaigns = try await store.campaigns(in: .default).count
            try store.close()
            let noun = campaigns == 1 ? "campaign" : "campaigns"
            return Finding(subject: "database", state: .ok, detail: "schema version \(version), \(campaigns) \(noun)")
        } catch StorageError.olderSchema(let found, let known) {
            return Finding(
                subject: "database",
                state: .optional,
                detail: "schema version \(found), this Dure reads \(known)",
                remedy: "the next 'dure run' brings it up"
            )
        } catch {
            return Finding(
                subject: "database",
                state: .missing,
                detail: "\(folder.database) cannot be read: \("\(error)".printable)",
                remedy: "restore it from a backup, or give another folder with --output"
            )
        }
    }

    private func writer() -> Finding {
        let path = folder.database + ".lock"
        guard let locks = FileManager.default.contents(atPath: "/proc/locks"),
            let inode = Self.inode(path)
        else {
            return Finding(subject: "writer", state: .ok, detail: "no process is known to write")
        }
        guard let pid = Self.holder(of: inode, in: String(decoding: locks, as: UTF8.self)) else {
            return Finding(subject: "writer", state: .ok, detail: "no process writes")
        }
        return Finding(
            subject: "writer",
            state: .ok,
            detail: "process \(pid) runs campaigns here; other commands read beside it or pass it their orders"
        )
    }

    private static func inode(_ path: String) -> UInt64? {
        do {
            return (try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? NSNumber)?.uint64Value
        } catch {
            return nil
        }
    }

    /// The process that holds a lock of `flock` on a file, by the lines of `/proc/locks`.
    ///
    /// A line is `number: FLOCK ADVISORY WRITE pid major:minor:inode start end` (proc(5)).
    static func holder(of inode: UInt64, in locks: String) -> Int32? {
        for line in locks.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "FLOCK", words[5].split(separator: ":").last == "\(inode)" else {
                continue
            }
            return Int32(words[4])
        }
        return nil
    }

    // MARK: Machine

    private func timeZones() -> Finding {
        guard TimeZone(identifier: "Asia/Seoul")?.secondsFromGMT(for: Date(timeIntervalSince1970: 0)) == 32_400 else {
            return Finding(
                subject: "time zones",
                state: .missing,
                detail: "the data of Asia/Seoul is not there",
                remedy: "run scripts/setup, or: apt-get install tzdata"
            )
        }
        return Finding(subject: "time zones", state: .ok, detail: "Asia/Seoul and the others are known")
    }

    private func program(_ name: String, for purpose: String, remedy: String) -> Finding {
        let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let places = folders.map { $0 + "/" + name }
        guard let place = places.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            return Finding(
                subject: name,
                state: .optional,
                detail: "not on the PATH; needed for \(purpose)",
                remedy: remedy
            )
        }
        return Finding(subject: name, state: .ok, detail: "\(place), for \(purpose)")
    }

    private func fonts() -> Finding {
        let home =
            environment["HOME"].map { [$0 + "/.fonts", $0 + "/.local/share/fonts", $0 + "/Library/Fonts"] } ?? []
        let folders = ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts"] + home
        let name = folders.lazy.compactMap(Self.koreanFont(in:)).first
        guard let name else {
            return Finding(
                subject: "Korean font",
                state: .optional,
                detail: "none found; needed for 'dure report --language ko --pdf'",
                remedy: "run scripts/setup --with-pdf"
            )
        }
        return Finding(subject: "Korean font", state: .ok, detail: "\(name), for 'dure report --language ko --pdf'")
    }

    /// The first font file, in the order of names, of a family that has Hangul.
    private static func koreanFont(in folder: String) -> String? {
        let families = [
            "nanum", "notosanscjk", "notoserifcjk", "notosanskr", "notoserifkr", "baekmuk", "undotum", "applesdgothic",
        ]
        guard let files = FileManager.default.enumerator(atPath: folder) else { return nil }
        return files.compactMap { $0 as? String }
            .map { URL(filePath: $0).lastPathComponent }
            .sorted()
            .first { file in
                let plain = file.lowercased().filter { $0 != "-" && $0 != "_" }
                return families.contains { plain.hasPrefix($0) }
            }
    }

    private func processors() -> Finding {
        let count = ProcessInfo.processInfo.activeProcessorCount
        return Finding(subject: "processors", state: .ok, detail: "\(count)")
    }

    private func memory() -> Finding {
        let bytes = ProcessInfo.processInfo.physicalMemory
        guard bytes >= Self.leastMemory else {
            return Finding(
                subject: "memory",
                state: .optional,
                detail: Self.size(bytes),
                remedy: "512 MB or more are better for a rehearsal"
            )
        }
        return Finding(subject: "memory", state: .ok, detail: Self.size(bytes))
    }

    private static func size(_ bytes: UInt64) -> String {
        let megabytes = Double(bytes) / 1_048_576
        return megabytes >= 1_024 ? String(format: "%.1f GB", megabytes / 1_024) : String(format: "%.0f MB", megabytes)
    }
}
