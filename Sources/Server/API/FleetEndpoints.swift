// SPDX-License-Identifier: Apache-2.0

import Domain
import HTTPTypes

/// Workers, groups, jobs and dead letters, for people.
struct FleetEndpoints {
    private static let base = APIEndpoints.prefix + "/fleet"
    private static let worker = Parameter.path("worker", Worker.self, "The worker.")
    private static let job = Parameter.path("job", Job.self, "The job.")

    let fleet: any FleetService

    var endpoints: [Endpoint] { workers + queue }

    private var workers: [Endpoint] {
        [
            .get(Self.base, "getFleet", .fleet, .role(.viewer), "Shows the fleet in numbers, with its groups.") {
                call in
                try await fleet.overview(in: call.workspace)
            },
            .get(
                Self.base + "/workers",
                "listWorkers",
                .fleet,
                .role(.viewer),
                "Lists workers in order of registration.",
                parameters: Parameter.paging + [.query("state", .word(WorkerState.self), "Only those in a state.")]
            ) { call in
                try await fleet.workers(
                    in: call.workspace,
                    state: call.text("state").flatMap(WorkerState.init(rawValue:)),
                    paging: try call.paging()
                )
            },
            .get(
                Self.base + "/workers/{worker}",
                "getWorker",
                .fleet,
                .role(.viewer),
                "Shows a worker.",
                parameters: [Self.worker]
            ) { call in
                let id = try call.identifier("worker", of: Worker.self)
                return try call.found(try await fleet.worker(id, in: call.workspace), "worker")
            },
            .post(
                Self.base + "/workers/{worker}/orders",
                "orderWorker",
                .fleet,
                .role(.admin),
                "Restarts, isolates, releases or drains a worker.",
                parameters: [Self.worker]
            ) { (call: Call, draft: WorkerOrderDraft) in
                let id = try call.identifier("worker", of: Worker.self)
                return try call.found(try await fleet.give(draft, to: id, in: call.workspace), "worker")
            },
        ]
    }

    private var queue: [Endpoint] {
        [
            .get(Self.base + "/queues", "listQueues", .fleet, .role(.viewer), "Shows how many jobs are where.") {
                call in
                Page(items: try await fleet.queues(in: call.workspace).map(QueueView.init))
            },
            setPaused(true, "pause", "pauseQueue", "Stops giving out jobs of a kind; those that run go on."),
            setPaused(false, "resume", "resumeQueue", "Gives out jobs of a kind again."),
            .get(
                Self.base + "/jobs",
                "listJobs",
                .fleet,
                .role(.viewer),
                "Lists jobs in a state, oldest first.",
                parameters: Parameter.paging
                    + [.query("state", .word(JobState.self), "In which state; queued by default.")]
            ) { call in
                try await fleet.jobs(
                    in: call.workspace,
                    state: call.text("state").flatMap(JobState.init(rawValue:)) ?? .queued,
                    paging: try call.paging()
                )
            },
            .get(
                Self.base + "/dead-letters",
                "listDeadLetters",
                .fleet,
                .role(.viewer),
                "Lists jobs that failed for the last time, oldest first.",
                parameters: Parameter.paging
            ) { call in
                try await fleet.jobs(in: call.workspace, state: .dead, paging: try call.paging())
            },
            .get(
                Self.base + "/jobs/{job}",
                "getJob",
                .fleet,
                .role(.viewer),
                "Shows a job.",
                parameters: [Self.job]
            ) { call in
                let id = try call.identifier("job", of: Job.self)
                return try call.found(try await fleet.job(id, in: call.workspace), "job")
            },
            act("requeue", "requeueJob", "Gives a dead job its tries back and queues it.") {
                try await fleet.requeue($0, in: $1)
            },
            act("cancel", "cancelJob", "Cancels a job that has not ended.") { try await fleet.cancel($0, in: $1) },
        ]
    }

    private func act(
        _ name: String,
        _ operation: String,
        _ summary: String,
        _ body: @escaping @Sendable (JobID, WorkspaceID) async throws -> JobDetail?
    ) -> Endpoint {
        Endpoint(
            .post,
            Self.base + "/jobs/{job}/" + name,
            operation,
            .fleet,
            .role(.operator),
            summary,
            parameters: [Self.job],
            gives: [.json(JobDetail.schema)],
            problems: [.conflict],
            isIdempotent: true
        ) { call in
            let id = try call.identifier("job", of: Job.self)
            return try .json(try call.found(try await body(id, call.workspace), "job"))
        }
    }

    private func setPaused(_ isPaused: Bool, _ name: String, _ operation: String, _ summary: String) -> Endpoint {
        Endpoint(
            .post,
            Self.base + "/queues/{kind}/" + name,
            operation,
            .fleet,
            .role(.admin),
            summary,
            parameters: [.path("kind", .word(JobKind.self), "The kind of jobs.")],
            gives: [.nothing],
            isIdempotent: true
        ) { call in
            let kind = JobKind(rawValue: call.parameters["kind"] ?? "")
            let isDone = try await fleet.setPaused(isPaused, kind: try call.found(kind, "kind"), in: call.workspace)
            return try call.found(isDone ? Answer.nothing : nil, "kind")
        }
    }
}
