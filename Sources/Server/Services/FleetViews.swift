// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A worker as people see it.
package struct WorkerDetail: Codable, Hashable, Sendable, Described {
    package var id: WorkerID
    package var name: String
    package var role: WorkerRole
    package var state: WorkerState
    package var group: Int?
    package var isLeader: Bool
    package var isResting: Bool
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

    private enum CodingKeys: String, CodingKey {
        case id
        case name
        case role
        case state
        case group
        case isLeader = "is_leader"
        case isResting = "is_resting"
        case slots
        case inFlight = "in_flight"
        case successRate = "success_rate"
        case restarts
        case completed
        case failed
        case registeredAt = "registered_at"
        case lastBeatAt = "last_beat_at"
    }

    package static var schema: Schema {
        .named(
            "Worker",
            .answer([
                .required("id", .identifier(Worker.self)), .required("name", .string()),
                .required("role", .word(WorkerRole.self)), .required("state", .word(WorkerState.self)),
                .optional("group", .count), .required("is_leader", .boolean), .required("is_resting", .boolean),
                .required("slots", .count), .required("in_flight", .count), .required("success_rate", .number),
                .required("restarts", .count), .required("completed", .count), .required("failed", .count),
                .required("registered_at", .time), .required("last_beat_at", .time),
            ])
        )
    }
}

/// A job as people see it.
package struct JobDetail: Codable, Hashable, Sendable, Described {
    package var id: JobID
    package var campaign: CampaignID?
    package var kind: String
    package var state: JobState
    package var priority: String
    package var attempt: Int
    package var maxAttempts: Int
    package var createdAt: String
    package var runAt: String
    package var endedAt: String?
    package var worker: WorkerID?
    package var failure: String?

    /// Shows a job.
    package init(_ job: Job) {
        id = job.id
        campaign = job.campaign
        kind = job.kind.rawValue
        state = job.state
        priority = "\(job.priority)"
        attempt = job.attempt
        maxAttempts = job.maxAttempts
        createdAt = job.createdAt.description
        runAt = job.runAt.description
        endedAt = job.endedAt?.description
        worker = job.worker
        failure = job.failure?.description
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case campaign
        case kind
        case state
        case priority
        case attempt
        case maxAttempts = "max_attempts"
        case createdAt = "created_at"
        case runAt = "run_at"
        case endedAt = "ended_at"
        case worker
        case failure
    }

    package static var schema: Schema {
        .named(
            "JobDetail",
            .answer([
                .required("id", .identifier(Job.self)), .optional("campaign", .identifier(Campaign.self)),
                .required("kind", .string()), .required("state", .word(JobState.self)),
                .required("priority", .string()), .required("attempt", .count), .required("max_attempts", .count),
                .required("created_at", .time), .required("run_at", .time), .optional("ended_at", .time),
                .optional("worker", .identifier(Worker.self)), .optional("failure", .string()),
            ])
        )
    }
}
