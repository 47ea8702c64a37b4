// SPDX-License-Identifier: Apache-2.0

package import Domain
import HTTPTypes
import Jobs
import NIOCore
import Operations

/// The routes by which people look after the fleet and its keys; they need the scope `manage`.
struct ControlRoutes: Sendable {
    let control: any FleetControl
    let keys: any WorkerKeyStore
    let authenticator: any Authenticator
    let clock: any TimeSource
    /// Makes a key that was never there.
    let makeKey: @Sendable () -> KeyText

    private static let worker = Parameter.path("worker", Worker.self, "The worker.")

    var endpoints: [Endpoint] {
        [
            .get("/v1/fleet/workers", "workers", .fleet, .scope(.manage), "Lists the workers.") { _ in
                WorkerList(workers: try await control.workers().map(WorkerView.init))
            },
            order("restart", "Orders a worker to start anew.") { try await control.restart($0) },
            order("release", "Lets an isolated worker in again.") { try await control.release($0) },
            order("drain", "Lets a worker finish and leave.") { try await control.drain($0) },
            Endpoint(
                .delete,
                "/v1/fleet/workers/{worker}",
                "forget",
                .fleet,
                .scope(.manage),
                "Forgets a worker that is with no server, and frees its place.",
                parameters: [Self.worker],
                gives: [.nothing],
                problems: [.present]
            ) { call in
                try await control.forget(try call.identifier("worker", of: Worker.self))
                return .nothing
            },
            Endpoint(
                .post,
                "/v1/fleet/workers/{worker}/isolate",
                "isolate",
                .fleet,
                .scope(.manage),
                "Gives a worker no more work.",
                parameters: [Self.worker],
                takes: .json(
                    .named("Isolation", .request([.optional("reason", .string(), "Why; it is kept.")])),
                    isRequired: false
                ),
                gives: [.nothing],
                handle: isolate
            ),
            .get("/v1/fleet/maintenance", "maintenance", .fleet, .scope(.manage), "Lists when workers rest.") { _ in
                MaintenanceList(try await control.maintenance())
            },
            Endpoint(
                .post,
                "/v1/fleet/maintenance",
                "planMaintenance",
                .fleet,
                .scope(.manage),
                "Plans a rest, or replaces the plan of its target; without cron it is due at once, and once.",
                takes: .json(MaintenanceWish.schema),
                gives: [.json(MaintenanceList.Plan.schema, .created)],
                handle: plan
            ),
            Endpoint(
                .delete,
                "/v1/fleet/maintenance",
                "endMaintenance",
                .fleet,
                .scope(.manage),
                "Ends a plan, and the rest that goes on.",
                parameters: [.query("target", .string(), "groups, group/NUMBER or worker/NAME.")],
                gives: [.nothing],
                problems: [.notFound],
                handle: endMaintenance
            ),
            .get("/v1/keys", "keys", .keys, .scope(.manage), "Lists the workspace's keys.") { call in
                KeyList(keys: try await keys.workerKeys(in: call.workspace).map(KeyView.init))
            },
            Endpoint(
                .post,
                "/v1/keys",
                "addKey",
                .keys,
                .scope(.manage),
                "Makes a key; its text is in this answer alone.",
                takes: .json(NewKey.schema),
                gives: [.json(MadeKey.schema, .created)],
                handle: addKey
            ),
            Endpoint(
                .delete,
                "/v1/keys/{key}",
                "revokeKey",
                .keys,
                .scope(.manage),
                "Revokes a key.",
                parameters: [.path("key", .string(), "The key's identifier, the part before its secret.")],
                gives: [.nothing],
                handle: revokeKey
            ),
        ]
    }

    private func order(
        _ name: String,
        _ summary: String,
        _ body: @escaping @Sendable (WorkerID) async throws -> Void
    ) -> Endpoint {
        Endpoint(
            .post,
            "/v1/fleet/workers/{worker}/" + name,
            name,
            .fleet,
            .scope(.manage),
            summary,
            parameters: [Self.worker],
            gives: [.nothing]
        ) { call in
            try await body(try call.identifier("worker", of: Worker.self))
            return .nothing
        }
    }

    private struct Isolation: Decodable {
        var reason: String?
    }

    @Sendable private func isolate(_ call: Call) async throws -> Answer {
        let worker = try call.identifier("worker", of: Worker.self)
        let order = call.body.readableBytes > 0 ? try call.decode(Isolation.self) : Isolation()
        try await control.isolate(worker, reason: String((order.reason ?? "a person isolated it").prefix(500)))
        return .nothing
    }

    @Sendable private func plan(_ call: Call) async throws -> Answer {
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

    @Sendable private func endMaintenance(_ call: Call) async throws -> Answer {
        let text = call.text("target") ?? ""
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
        return .nothing
    }

    private struct NewKey: Decodable, Described {
        static var schema: Schema {
            .named(
                "NewKey",
                .request([
                    .required("name", .string(), KeyName.rule),
                    .required("scopes", .list(.word(WorkerKey.Scope.self))),
                    .optional(
                        "role",
                        .word(Role.self),
                        "What its owner may do; what the scopes stand for where left out."
                    ),
                    .optional("days", .integer(least: 1, most: 3_650), "Until it ends; never where left out."),
                ])
            )
        }

        var name: String
        var scopes: [WorkerKey.Scope]
        var role: Role?
        /// Days until it ends; never when nil.
        var days: Int?
    }

    /// Makes a key; its text is in this answer and nowhere else.
    @Sendable private func addKey(_ call: Call) async throws -> Answer {
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
        guard !request.scopes.isEmpty || request.role != nil else {
            throw Problem(.invalid, "the key is for nothing", field: "scopes", expected: "one of work, enqueue, manage")
        }
        let days = request.days ?? 1
        guard (1...3_650).contains(days) else {
            throw Problem(.invalid, "'days' is out of range", field: "days", value: String(days), expected: "1 to 3650")
        }
        let (text, now) = (makeKey(), clock.now)
        let end = request.days.map { now + .days($0) }
        let record = text.record(
            name: request.name,
            scopes: Set(request.scopes),
            role: request.role,
            workspace: call.workspace,
            createdAt: now,
            expiresAt: end
        )
        try await keys.write(record)
        return try .json(MadeKey(key: text.text, record: KeyView(record)), status: .created)
    }

    @Sendable private func revokeKey(_ call: Call) async throws -> Answer {
        let id = call.parameters["key"] ?? ""
        guard try await keys.workerKey(id)?.workspace == call.workspace,
            try await keys.revokeWorkerKey(id, now: clock.now)
        else {
            throw Problem(.notFound, "there is no such key", field: "key", value: id)
        }
        await authenticator.forget(key: id)
        return .nothing
    }

    private struct MadeKey: Encodable, Described {
        static var schema: Schema {
            .named(
                "MadeKey",
                .answer([
                    .required("key", .string(), "The key itself, for this once."),
                    .required("record", KeyView.schema),
                ])
            )
        }

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
    /// Absent from a server of before there were roles, as is the workspace.
    package var role: Role?
    package var workspace: String?
    package var scopes: [WorkerKey.Scope]
    package var createdAt: String
    package var expiresAt: String?
    package var revokedAt: String?
    package var lastUsedAt: String?

    /// Shows a key.
    package init(_ key: WorkerKey) {
        id = key.id
        name = key.name
        role = key.role
        workspace = key.workspace.name
        scopes = key.scopes.sorted { $0.rawValue < $1.rawValue }
        createdAt = key.createdAt.description
        expiresAt = key.expiresAt?.description
        revokedAt = key.revokedAt?.description
        lastUsedAt = key.lastUsedAt?.description
    }
}
