// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Logging
import Testing

@testable import Storage

/// The PostgreSQL server that the tests were given.
enum PostgresServer {
    private static let environment = ProcessInfo.processInfo.environment

    /// Its address; nil where the tests were given none, and then its suites are passed over.
    static let address = environment["DURE_TEST_POSTGRES_URL"]

    /// Whether tests that need the server run: where it is named, and where it has to be there.
    static let isWanted = address != nil || isRequired

    /// Whether a server that is not there is a failure.
    static let isRequired = environment["DURE_REQUIRE_SERVICES"] == "1"

    /// How to connect to it.
    static func settings() throws -> PostgresSettings {
        try PostgresSettings(
            try #require(address, "DURE_TEST_POSTGRES_URL names no server; `make services` starts one")
        )
    }
}

/// A schema of a test's own.
struct PostgresSchema {
    let settings: PostgresSettings

    /// A server takes a hundred connections; tests that run at once would want more.
    private static let turnstile = Turnstile(6)

    /// Makes an empty schema, calls with it, and drops it.
    static func with(
        _ server: PostgresSettings? = nil,
        _ body: (PostgresSchema) async throws -> Void
    ) async throws {
        await turnstile.enter()
        do {
            try await make(server, body)
            await turnstile.leave()
        } catch {
            await turnstile.leave()
            throw error
        }
    }

    private static func make(
        _ server: PostgresSettings?,
        _ body: (PostgresSchema) async throws -> Void
    ) async throws {
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        var settings = try server ?? PostgresServer.settings()
        let admin = PostgresPool(settings, connections: 1, log: quiet)
        try await admin.perform { try $0.script("CREATE SCHEMA \(name)") }
        settings.schema = name
        settings.parameters["application_name"] = name
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(PostgresSchema(settings: settings)))
        } catch {
            outcome = .failure(error)
        }
        try await admin.perform { try $0.script("DROP SCHEMA \(name) CASCADE") }
        await admin.close()
        try outcome.get()
    }

    /// Opens a store on the schema whose time is the callers', calls with it, and closes it.
    func store<Value: Sendable>(_ body: (PostgresStore) async throws -> Value) async throws -> Value {
        let store = try await PostgresStore.open(settings, time: StandingClock(), clock: .callers, log: quiet)
        do {
            let value = try await body(store)
            await store.close()
            return value
        } catch {
            await store.close()
            throw error
        }
    }

    /// Makes a pool on the schema, calls with it, and closes it.
    func pool<Value: Sendable>(
        connections: Int = 2,
        patience: TimeSpan = .seconds(10),
        _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var settings = settings
        settings.patience = patience
        let pool = PostgresPool(settings, connections: connections, log: quiet)
        do {
            let value = try await body(pool)
            await pool.close()
            return value
        } catch {
            await pool.close()
            throw error
        }
    }
}

/// A logger that keeps a test's output clean of the connections that it cuts.
let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()

/// Lets few in at a time.
actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) {
        free = count
    }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
