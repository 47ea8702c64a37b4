// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Logging
import Storage

/// Where a command keeps what it writes: one folder with the database, the reports and the orders for a running process.
struct DataFolder {
    /// The folder that commands use unless `--output` names another.
    static let standard = "dure-data"
    /// The folder of `dure demo`.
    static let demo = "dure-demo"

    let url: URL

    init(path: String) {
        url = URL(filePath: path, directoryHint: .isDirectory)
    }

    /// The database's path.
    var database: String { url.appending(path: "dure.sqlite").path }
    /// The folder of reports.
    var reports: URL { url.appending(path: "reports", directoryHint: .isDirectory) }
    /// The folder of orders that other processes leave for the one that runs campaigns.
    var orders: URL { url.appending(path: "orders", directoryHint: .isDirectory) }

    /// Makes the folder and its parts; throws exit code 73 naming the folder when that is not possible.
    func create() throws {
        do {
            // Keys' hashes, secrets and orders are in it: it is its owner's alone. One that was there keeps its rights.
            let rights: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true, attributes: rights)
            for folder in [reports, orders] {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            }
        } catch {
            throw ExitCode.cannotCreate.saying(
                "\(url.path): the data folder cannot be made (\(error.localizedDescription)); give another with --output"
            )
        }
    }

    /// How often, and how far apart, a reader looks whether a process that is making the tables, or changing them, gets on.
    private static let looks = (count: 100, pause: UInt32(50_000))

    /// Opens the database for reading.
    ///
    /// - Throws: exit code 66 when there is none, 75 when it has no tables yet; `StorageError.olderSchema` where nobody brings it up to date.
    func openForReading() throws -> SQLiteStore {
        guard FileManager.default.fileExists(atPath: database) else {
            throw ExitCode.noInput.saying(
                "\(url.path): there is no database here yet; run a goal or take ranks in by 'dure ranks import FILE.csv' first, or name the folder with --output"
            )
        }
        var (version, looks) = (0, 0)
        while true {
            do {
                return try SQLiteStore(path: database, mode: .readOnly, clock: SystemClock())
            } catch StorageError.olderSchema(let found, let known) {
                // A process that has just begun there is at its migrations as long as their number grows.
                (version, looks) = (found, found > version ? 0 : looks + 1)
                guard looks < Self.looks.count else {
                    guard found == 0 else { throw StorageError.olderSchema(found: found, known: known) }
                    throw ExitCode.temporary.saying(
                        "\(url.path): the database has no tables yet; start what writes there, or try again in a moment"
                    )
                }
                usleep(Self.looks.pause)
            }
        }
    }

    /// Opens the database for writing; throws exit code 75 naming the holder when another process writes.
    func openForWriting(logger: Logger = Logger(label: "dure.storage")) throws -> SQLiteStore {
        try create()
        return try SQLiteStore(path: database, mode: .live, clock: SystemClock(), logger: logger)
    }
}
