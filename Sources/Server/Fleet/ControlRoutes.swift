// SPDX-License-Identifier: Apache-2.0

package import Domain
import Hummingbird
import Jobs
import Operations

/// The routes by which people look after the fleet and its keys; they need the scope `manage`.
struct ControlRoutes: Sendable {
    let control: any FleetControl
    let keys: any WorkerKeyStore
    let verifier: KeyVerifier
    let clock: any TimeSource
    /// Makes a key that was never there.
    let makeKey: @Sendable () -> KeyText

    var routes: [Route] {
        [
            Route(.get, "/v1/fleet/workers", .manage) { _ in
                try .json(WorkerList(workers: try await control.workers().map(WorkerView.init)))
            },
            order("restart") { try await control.restart($0) },
            order("release") { try await control.release($0) },
            order("drain") { try await control.drain($0) },
            Route(.delete, "/v1/fleet/workers/{worker}", .manage) { call in
                try await control.forget(try call.identifier("worker", of: Worker.self))
                return Response(status: .noContent)
            },
            Route(.post, "/v1/fleet/workers/{worker}/isolate", .manage, handle: isolate),
            Route(.get, "/v1/fleet/maintenance", .manage) { _ in
                try .json(MaintenanceList(try await control.maintenance()))
            },
            Route(.post, "/v1/fleet/maintenance", .manage, handle: plan),
            Route(.delete, "/v1/fleet/maintenance", .manage, handle: endMaintenance),
            Route(.get, "/v1/keys", .manage) { _ in
                try .json(KeyList(keys: try await keys.workerKeys().map(KeyView.init)))
            },
            Route(.post, "/v1/keys", .manage, handle: addKey),
            Route(.delete, "/v1/keys/{key}", .manage, handle: revokeKey),
        ]
    }

    private func order(_ name: String, _ body: @escaping @Sendable (WorkerID) async throws -> Void) -> Route {
        Route(.post, "/v1/fleet/workers/{worker}/" + name, .manage) { call in
            try await body(try call.identifier("worker", of: Worker.self))
            return Response(status: .noContent)
        }
    }

    private struct Isolation: Decodable {
        var reason: String?
    }

    @Sendable private func isolate(_ call: Call) async throws -> Response {
        let worker = try call.identifier("worker", of: Worker.self)
        let order = call.body.readableBytes > 0 ? try call.decode(Isolation.self) : Isolation()
        try await control.isolate(worker, reason: String((order.reason ?? "a person isolated it").prefix(500)))
        return Response(status: .noContent)
    }

    @Sendable private func plan(_ call: Call) async throws -> Response {
        do {
            let plan = try await control.plan(try call.decode(MaintenanceWish.self))
            return try .json(MaintenanceList.Plan(plan), status: .created)
        } catch let fault as MaintenanceWish.Fault {
            throw Problem(
                .invalid,
                "the rest cannot be planned",
                field: fault.field,
                value: fault.value,
                expected: fault.expected
            )
        }
    }

    @Sendable private func endMaintenance(_ call: Call) async throws -> Response {
        let text = call.query["target"] ?? ""
        guard let target = MaintenanceTarget(text) else {
            throw Problem(
                .invalid,
                "there can be no such target",
                field: "target",
                value: text,
                expected: "groups, group/NUMBER or worker/NAME, in the query"
            )
        }
        guard try await control.endMaintenance(of: target) else {
            throw Problem(.notFound, "nothing is planned for it", field: "target", value: text)
        }
        return Response(status: .noContent)
    }

    private struct NewKey: Decodable {
        var name: String
        var scopes: [WorkerKey.Scope]
        /// Days until it ends; never when nil.
        var days: Int?
    }

    /// Makes a key; its text is in this answer and nowhere else.
    @Sendable private func addKey(_ call: Call) async throws -> Response {
        let request = try call.decode(NewKey.self)
        guard KeyName.isValid(request.name) else {
            throw Problem(
                .invalid,
                "the name is not allowed",
                field: "name",
                value: request.name,
                expected: KeyName.rule
            )
        }
        guard !request.scopes.isEmpty else {
            throw Problem(.invalid, "the key is for nothing", field: "scopes", expected: "one of work, enqueue, manage")
        }
        let days = request.days ?? 1
        guard (1...3_650).contains(days) else {
            throw Problem(.invalid, "'days' is out of range", field: "days", value: String(days), expected: "1 to 3650")
        }
        let (text, now) = (makeKey(), clock.now)
        let end = request.days.map { now + .days($0) }
        let record = text.record(name: request.name, scopes: Set(request.scopes), createdAt: now, expiresAt: end)
        try await keys.write(record)
        return try .json(MadeKey(key: text.text, record: KeyView(record)), status: .created)
    }

    @Sendable private func revokeKey(_ call: Call) async throws -> Response {
        let id = call.parameters["key"] ?? ""
        guard try await keys.revokeWorkerKey(id, now: clock.now) else {
            throw Problem(.notFound, "there is no such key", field: "key", value: id)
        }
        await verifier.forget(id)
        return Response(status: .noContent)
    }

    private struct MadeKey: Encodable {
        var key: String
        var record: KeyView
    }
}

/// The answer to `GET /v1/fleet/workers`.
package struct WorkerList: Codable, Sendable {
    package var workers: [WorkerView]
}

/// A worker as people see it; instants are RFC 3339.
package struct WorkerView: Codable, Sendable {
    package var id: WorkerID
    package var name: String
    package var role: WorkerRole
    package var state: WorkerState
    package var group: Int?
    package var isLeader: Bool
    /// Of its group's leader; rises with every change.
    package var leaderTerm: Int?
    /// Whether it gets no jobs for the maintenance of its group or its own.
    package var isResting: Bool?
    package var slots: Int
    package var inFlight: Int
    package var successRate: Double
    package var restarts: Int
    package var completed: Int
    package var failed: Int
    package var registeredAt: String
    package var lastBeatAt: String

    /// Shows a worker.
    package init(_ worker: Worker) {
        id = worker.id
        name = worker.name
        role = worker.role
        state = worker.state
        group = worker.group
        isLeader = worker.isLeader
        leaderTerm = worker.leaderTerm
        isResting = worker.isResting ?? false
        slots = worker.slots
        inFlight = worker.inFlight
        successRate = worker.successRate
        restarts = worker.restarts
        completed = worker.completed
        failed = worker.failed
        registeredAt = worker.registeredAt.description
        lastBeatAt = worker.lastBeatAt.description
    }
}

/// The answer to `GET /v1/keys`.
package struct KeyList: Codable, Sendable {
    package var keys: [KeyView]
}

/// A key's record without its hash; instants are RFC 3339.
package struct KeyView: Codable, Sendable {
    package var id: String
    package var name: String
    package var scopes: [WorkerKey.Scope]
    package var createdAt: String
    package var expiresAt: String?
    package var revokedAt: String?
    package var lastUsedAt: String?

    /// Shows a key.
    package init(_ key: WorkerKey) {
        id = key.id
        name = key.name
        scopes = key.scopes.sorted { $0.rawValue < $1.rawValue }
        createdAt = key.createdAt.description
        expiresAt = key.expiresAt?.description
        revokedAt = key.revokedAt?.description
        lastUsedAt = key.lastUsedAt?.description
    }
}
