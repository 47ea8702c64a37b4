// SPDX-License-Identifier: Apache-2.0

package import Domain
import HTTPTypes
package import Jobs

/// Adding jobs, and looking them up; they need the scope `enqueue`.
struct JobRoutes: Sendable {
    /// What is further away is a schedule's business.
    private static let longestWait = TimeSpan.days(30)
    private static let mostAttempts = 20

    let entrance: any JobEntrance
    /// The kinds that outsiders may add; a job that runs a program would let a key's owner run any program on the workers.
    let kinds: [JobKind]
    let ids: IdentifierGenerator
    let clock: any TimeSource

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/v1/jobs",
                "addJob",
                .jobs,
                .scope(.enqueue),
                "Adds a job; one that its Idempotency-Key has brought before is shown instead.",
                takes: .json(NewJob.schema),
                gives: [
                    .json(
                        JobView.schema,
                        .created,
                        links: ["job", "getJob", "cancelJob", "requeueJob"].map {
                            .init($0, ["job": "$response.body#/id"])
                        }
                    ),
                    .json(JobView.schema, .ok, "The job that this key has brought before."),
                ],
                problems: [.keyReused, .queueFull],
                handle: add
            ).quick,
            .get(
                "/v1/jobs/{job}",
                "job",
                .jobs,
                .scope(.enqueue),
                "Shows a job.",
                parameters: [.path("job", Job.self, "The job.")]
            ) { call in
                let job = try await entrance.job(try call.identifier("job", of: Job.self))
                return try JobView(try call.found(job?.workspace == call.workspace ? job : nil, "job"))
            }.quick,
        ]
    }

    /// What a body says that its schema has let through; its payload is read once, since it may be large.
    private struct NewJob: Described {
        let body: JSONValue

        var kind: String { text("kind") ?? "" }
        var payload: JSONValue { body["payload"] ?? .null }
        var priority: String? { text("priority") }
        /// Milliseconds from now.
        var delay: Int64? { integer("delay") }
        var maxAttempts: Int? { integer("maxAttempts").map { Int(clamping: $0) } }

        private func text(_ name: String) -> String? {
            guard case .string(let text)? = body[name] else { return nil }
            return text
        }

        private func integer(_ name: String) -> Int64? {
            guard case .integer(let number)? = body[name] else { return nil }
            return number
        }

        static var schema: Schema {
            .named(
                "NewJob",
                .answer([
                    .required("kind", .string()), .required("payload", .anything),
                    .optional("priority", .word(["urgent", "normal", "low"])),
                    .optional("delay", .integer(least: 0, most: longestWait.milliseconds), "Milliseconds from now."),
                    .optional("maxAttempts", .integer(least: 1, most: Int64(mostAttempts))),
                ])
            )
        }
    }

    /// Answers 201 for a new job, and 200 for one that its idempotency key has brought before.
    @Sendable private func add(_ call: Call) async throws -> Answer {
        let job = try job(NewJob(body: call.json), key: call.headers[.idempotencyKey], in: call.workspace)
        let added: (job: Job, isNew: Bool)
        do {
            added = try await entrance.add(job)
        } catch let full as QueueIsFull {
            throw Problem(
                .queueFull,
                "\(full.waiting) jobs of kind \(full.kind.rawValue) wait",
                field: "kind",
                value: full.kind.rawValue,
                expected: "fewer than \(full.limit) that wait",
                retryAfter: max(Int(full.retryAfter.milliseconds / 1_000), 1)
            )
        }
        guard added.isNew || (added.job.kind == job.kind && added.job.payload == job.payload) else {
            throw Problem(
                .keyReused,
                "this key brought another job before",
                field: "Idempotency-Key",
                value: job.idempotencyKey,
                expected: "a key of its own for each job"
            )
        }
        var response = try Answer.json(JobView(added.job), status: added.isNew ? .created : .ok)
        response.headers[.location] = "/v1/jobs/" + added.job.id.text
        return response
    }

    private func job(_ request: NewJob, key: String?, in workspace: WorkspaceID) throws -> Job {
        guard let kind = JobKind(rawValue: request.kind), kinds.contains(kind) else {
            throw Problem(
                .invalid,
                "jobs of this kind cannot be added from outside",
                field: "kind",
                value: request.kind,
                expected: kinds.map(\.rawValue).joined(separator: ", ")
            )
        }
        let priority = try Self.priority(request.priority)
        let (delay, attempts) = (request.delay ?? 0, request.maxAttempts ?? 3)
        guard (0...Self.longestWait.milliseconds).contains(delay) else {
            throw Self.outOfRange("delay", String(delay), "0 to \(Self.longestWait.milliseconds) milliseconds")
        }
        guard (1...Self.mostAttempts).contains(attempts) else {
            throw Self.outOfRange("maxAttempts", String(attempts), "1 to \(Self.mostAttempts)")
        }
        guard !request.payload.hasNUL else {
            throw Problem(.invalid, "a text has a NUL character", field: "payload")
        }
        if let key, !(1...200).contains(key.utf8.count) || !key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            throw Self.outOfRange("Idempotency-Key", key, "1 to 200 visible ASCII characters")
        }
        let now = clock.now
        return Job(
            id: ids.next(),
            workspace: workspace,
            campaign: nil,
            kind: kind,
            priority: priority,
            payload: try CanonicalJSON.text(request.payload),
            createdAt: now,
            runAt: now + TimeSpan(milliseconds: delay),
            maxAttempts: attempts,
            idempotencyKey: key
        )
    }

    private static func outOfRange(_ field: String, _ value: String, _ expected: String) -> Problem {
        Problem(.invalid, "'\(field)' is out of range", field: field, value: value, expected: expected)
    }

    private static func priority(_ text: String?) throws(Problem) -> JobPriority {
        switch text ?? "normal" {
        case "urgent": return .urgent
        case "normal": return .normal
        case "low": return .low
        default:
            throw Problem(
                .invalid,
                "there is no such priority",
                field: "priority",
                value: text,
                expected: "urgent, normal or low"
            )
        }
    }
}

extension HTTPField.Name {
    /// `Idempotency-Key`: two requests with one are one request.
    static let idempotencyKey = Self("Idempotency-Key") ?? .location
}

/// A job as outsiders see it; instants are RFC 3339.
package struct JobView: Codable, Sendable {
    package var id: JobID
    package var kind: String
    package var state: JobState
    package var priority: String
    package var attempt: Int
    package var maxAttempts: Int
    package var createdAt: String
    package var runAt: String
    package var endedAt: String?
    package var worker: WorkerID?
    package var payload: JSONValue
    package var result: JSONValue?
    package var failure: FleetWire.Failed?

    /// Shows a job; throws for one whose texts are not JSON.
    package init(_ job: Job) throws {
        id = job.id
        kind = job.kind.rawValue
        state = job.state
        priority = "\(job.priority)"
        attempt = job.attempt
        maxAttempts = job.maxAttempts
        createdAt = job.createdAt.description
        runAt = job.runAt.description
        endedAt = job.endedAt?.description
        worker = job.worker
        payload = try CanonicalJSON.decode(JSONValue.self, from: job.payload)
        result = try job.result.map { try CanonicalJSON.decode(JSONValue.self, from: $0) }
        failure = job.failure.map(FleetWire.Failed.init)
    }
}
