// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Storage

/// Where a command finds what campaigns have written: a PostgreSQL database, or a folder.
struct DataPlace: ParsableArguments {
    @Option(
        help: "The folder of the data, also where DURE_DATABASE_URL is set (default: \(DataFolder.standard)).",
        completion: .directory
    )
    var output: String?

    @OptionGroup var database: DatabaseOptions

    /// The folder; also where reports of a shared database are written.
    var folder: DataFolder { DataFolder(path: output ?? DataFolder.standard) }

    /// The shared database's address; nil where the folder's is meant: one that is named by an option goes before the environment.
    func address(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        if let address = database.database { return address }
        return output == nil ? database.address(environment) : nil
    }

    /// What to call the place in an error.
    var name: String { address() == nil ? folder.url.path : "the database" }

    /// Reads beside whoever writes; the tables stay as they are.
    func reading<Value>(_ body: (any Store) async throws -> Value) async throws -> Value {
        if let address = address() {
            return try await Self.using(
                try await DatabaseOptions.open(address, migrates: false, logger: .house()),
                body
            )
        }
        let store = try folder.openForReading()
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(store))
        } catch {
            outcome = .failure(error)
        }
        try store.close()
        return try outcome.get()
    }

    /// Writes; a folder's database has one writer.
    func writing<Value>(_ body: (any Store) async throws -> Value) async throws -> Value {
        if let address = address() {
            return try await Self.using(try await DatabaseOptions.open(address, migrates: true, logger: .house()), body)
        }
        return try await Self.using(OpenDatabase(try folder.openForWriting()), body)
    }

    /// Writes what a person ordered, and notes it in the audit log once it is done.
    func changing<Value>(
        _ action: String,
        _ subject: String,
        detail: String = "",
        _ body: (any Store) async throws -> Value
    ) async throws -> Value {
        try await writing { store in
            let value = try await body(store)
            try await CommandAudit.note(store, action, subject, detail: detail, in: .default)
            return value
        }
    }

    private static func using<Value>(
        _ opened: OpenDatabase,
        _ body: (any Store) async throws -> Value
    ) async throws -> Value {
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(opened.store))
        } catch {
            outcome = .failure(error)
        }
        try await opened.close()
        do {
            return try outcome.get()
        } catch let error as IllegalMove {
            throw ExitCode.dataError.saying("\(error)")
        }
    }
}
