// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Orders for the process that runs campaigns, left as files in the data folder by other processes: SQLite has one writer.
///
/// An order file appears whole (it is renamed into place), and is removed once the order lies in the database.
struct OrderBox: Sendable {
    /// How often the process that holds the folder looks.
    static let interval = TimeSpan(milliseconds: 500)

    let folder: DataFolder

    /// Leaves an order for the process that holds the folder.
    func leave(_ order: PersonOrder) throws {
        try CanonicalJSON.encode(order).write(to: file(order.id), options: [.atomic])
    }

    /// Leaves an order about a workflow run for the process that holds the folder.
    func leave(_ order: WorkflowOrder) throws {
        let file = folder.orders.appending(path: "\(order.id).workflow")
        try CanonicalJSON.encode(order).write(to: file, options: [.atomic])
    }

    private func file(_ id: OrderID) -> URL { folder.orders.appending(path: "\(id).json") }

    /// Takes orders up while the body runs.
    func serving<Value: Sendable>(
        _ store: any OrderStore & WorkflowOrderStore & AuditStore,
        clock: any TimeSource,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                while true {
                    try await takeUp(into: store)
                    try await clock.sleep(for: Self.interval)
                }
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    /// Writes what lies in the folder into the database, and notes it in the audit log.
    func takeUp(into store: any OrderStore & WorkflowOrderStore & AuditStore) async throws {
        let files = try FileManager.default.contentsOfDirectory(at: folder.orders, includingPropertiesForKeys: nil)
            .filter { ["json", "workflow"].contains($0.pathExtension) }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        for file in files {
            do {
                let data = try Data(contentsOf: file)
                if file.pathExtension == "json" {
                    let order = try CanonicalJSON.decode(PersonOrder.self, from: data)
                    try await store.give([order])
                    try await CommandAudit.note(store, order)
                } else {
                    let order = try CanonicalJSON.decode(WorkflowOrder.self, from: data)
                    try await store.give([order])
                    try await CommandAudit.note(store, order)
                }
            } catch let error as DecodingError {
                Console.note("The order \(file.lastPathComponent) cannot be read and is left out: \(error)")
            }
            try FileManager.default.removeItem(at: file)
        }
    }
}
