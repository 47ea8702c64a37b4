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
            for folder in [url, reports, orders] {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            }
        } catch {
            throw ExitCode.cannotCreate.saying(
                "\(url.path): the data folder cannot be made (\(error.localizedDescription)); give another with --output"
            )
        }
    }

    /// Opens the database for reading; throws exit code 66 when there is none.
    func openForReading() throws -> SQLiteStore {
        guard FileManager.default.fileExists(atPath: database) else {
            throw ExitCode.noInput.saying(
                "\(url.path): there is no database here yet; run a goal first, or name the folder with --output"
            )
        }
        return try SQLiteStore(path: database, mode: .readOnly, clock: SystemClock())
    }

    /// Opens the database for writing; throws exit code 75 naming the holder when another process writes.
    func openForWriting(logger: Logger = Logger(label: "dure.storage")) throws -> SQLiteStore {
        try create()
        return try SQLiteStore(path: database, mode: .live, clock: SystemClock(), logger: logger)
    }
}
