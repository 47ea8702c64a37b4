// SPDX-License-Identifier: Apache-2.0

import Domain
import HTTPTypes
import Jobs
import Operations

/// The routes that workers call.
struct WorkerRoutes: Sendable {
    /// The most reports in one request.
    private static let mostReports = 1_000
    private static let mostSlots = 1_000
    /// Reports have results in them.
    private static let completeBytes = 4_194_304

    let desk: FleetDesk
    let reports: MetricFamily

    init(desk: FleetDesk, registry: MetricsRegistry) {
        self.desk = desk
        reports = registry.counter(
            "dure_fleet_reports_total",
            "Reports of workers elsewhere, by what became of them.",
            labels: ["status"]
        )
    }

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/v1/fleet/register",
                "register",
                .workers,
                .scope(.work),
                "Opens a session for a worker.",
                takes: .json(FleetWire.Register.schema),
                gives: [.json(FleetWire.Registered.schema)],
                problems: [.isolated, .sessionIsOver, .draining],
                handle: register
            ),
            Endpoint(
                .post,
                "/v1/fleet/poll",
                "poll",
                .workers,
                .scope(.work),
                "Waits for jobs.",
                takes: .json(FleetWire.Poll.schema, isChecked: false),
                gives: [.json(FleetWire.Batch.schema)],
                problems: [.sessionIsOver, .draining],
                handle: poll
            ),
            Endpoint(
                .post,
                "/v1/fleet/beat",
                "beat",
                .workers,
                .scope(.work),
                "Renews the lease, and brings orders.",
                takes: .json(FleetWire.Beat.schema, isChecked: false),
                gives: [.json(FleetWire.Orders.schema)],
                problems: [.sessionIsOver, .draining],
                handle: beat
            ),
            Endpoint(
                .post,
                "/v1/fleet/complete",
                "complete",
                .workers,
                .scope(.work),
                "Takes reports in.",
                takes: .json(FleetWire.Complete.schema, most: Self.completeBytes, isChecked: false),
                gives: [.json(FleetWire.Receipts.schema)],
                problems: [.staleToken, .sessionIsOver],
                handle: complete
            ),
            Endpoint(
                .post,
                "/v1/fleet/leave",
                "leave",
                .workers,
                .scope(.work),
                "Ends a session.",
                takes: .json(FleetWire.Leave.schema),
                gives: [.nothing],
                problems: [.sessionIsOver],
                handle: leave
            ),
        ].map(\.quick)
    }

    @Sendable private func register(_ call: Call) async throws -> Answer {
        let request = try call.decode(FleetWire.Register.self)
        try Self.check(slots: request.slots)
        let kinds = request.kinds.compactMap(JobKind.init(rawValue:))
        guard !kinds.isEmpty else {
            throw Problem(
                .invalid,
                "the worker runs no kind of job that this server knows",
                field: "kinds",
                value: request.kinds.joined(separator: ", "),
                expected: "some of " + JobKind.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        let name = try Self.name(request.name, caller: call.caller)
        return try .json(
            await desk.register(
                name,
                kinds: kinds,
                slots: request.slots,
                resuming: try Self.resumption(request.resume),
                key: call.caller.id
            )
        )
    }

    private static func resumption(_ resume: FleetWire.Resume?) throws(Problem) -> FleetResumption? {
        guard let resume else { return nil }
        guard resume.jobs.count <= mostSlots else {
            throw Problem(
                .invalid,
                "there are too many jobs",
                field: "resume.jobs",
                value: String(resume.jobs.count),
                expected: "at most \(mostSlots)"
            )
        }
        var jobs: [JobID: String] = [:]
        for job in resume.jobs { jobs[job.id] = job.token }
        return FleetResumption(session: resume.session, jobs: jobs)
    }

    /// A key's worker has the key's name, or one that begins with it and a slash.
    private static func name(_ given: String?, caller: Caller) throws(Problem) -> String {
        guard let given, given != caller.name else { return caller.name }
        let rest = String(given.dropFirst(caller.name.count + 1))
        guard given.hasPrefix(caller.name + "/"), KeyName.isValid(rest) else {
            throw Problem(
                .invalid,
                "a worker has the name of its key",
                field: "name",
                value: given,
                expected: "\(caller.name), or \(caller.name)/ and \(KeyName.rule)"
            )
        }
        return given
    }

    private static func check(slots: Int) throws(Problem) {
        guard (1...mostSlots).contains(slots) else {
            throw Problem(
                .invalid,
                "'slots' is out of range",
                field: "slots",
                value: String(slots),
                expected: "1 to \(mostSlots)"
            )
        }
    }

    @Sendable private func poll(_ call: Call) async throws -> Answer {
        let request = try call.decode(FleetWire.Poll.self)
        try Self.check(slots: request.slots)
        let (batch, jobs) = try await desk.poll(request, key: call.caller.id)
        return .json(bytes: LeasedJobs.json(batch: batch, jobs: jobs))
    }

    @Sendable private func beat(_ call: Call) async throws -> Answer {
        let request = try call.decode(FleetWire.Beat.self)
        var progress: [JobID: Double] = [:]
        for (place, job) in request.jobs.enumerated() {
            let share = job.progress ?? 0
            guard (0...1).contains(share) else {
                throw Problem(
                    .invalid,
                    "'progress' is out of range",
                    field: "jobs[\(place)].progress",
                    value: String(share),
                    expected: "0 to 1"
                )
            }
            progress[job.id] = share
        }
        let orders = try await desk.beat(
            request.session,
            progress: progress,
            renews: request.unanswered != true,
            key: call.caller.id
        )
        return try .json(FleetWire.Orders(orders))
    }

    /// Answers 200 as long as one report was current, and 409 when every one was stale.
    @Sendable private func complete(_ call: Call) async throws -> Answer {
        let request = try call.decode(FleetWire.Complete.self)
        guard request.reports.count <= Self.mostReports else {
            throw Problem(
                .invalid,
                "there are too many reports",
                field: "reports",
                value: String(request.reports.count),
                expected: "at most \(Self.mostReports)"
            )
        }
        let said = try request.reports.enumerated().map { try Self.report($1, place: $0) }
        let receipts = try await desk.report(said, from: request.session, key: call.caller.id)
        let answers = zip(said, receipts).map { FleetWire.Receipt(job: $0.job, receipt: $1) }
        for answer in answers { reports.add(1, answer.status.rawValue) }
        guard answers.isEmpty || answers.contains(where: { $0.status != .stale }) else {
            var problem = Problem(
                .staleToken,
                "the leases of these jobs are over: nothing was taken in",
                field: "reports[0].token",
                expected: "the token that came with the job, within its lease"
            )
            problem.extra["receipts"] = .array(
                answers.map { .object(["job": .string($0.job.text), "status": .string($0.status.rawValue)]) }
            )
            throw problem
        }
        return try .json(FleetWire.Receipts(receipts: answers))
    }

    private static func report(_ report: FleetWire.Report, place: Int) throws -> JobReport {
        switch (report.result, report.failure) {
        case (let result?, nil):
            guard !result.hasNUL else {
                throw Problem(.invalid, "a text has a NUL character", field: "reports[\(place)].result")
            }
            return JobReport(job: report.job, token: report.token, outcome: .completed(try CanonicalJSON.text(result)))
        case (nil, let failed?):
            guard failed.lastLines?.count ?? 0 <= 100 else {
                throw Problem(
                    .invalid,
                    "there are too many lines",
                    field: "reports[\(place)].failure.lastLines",
                    expected: "at most 100"
                )
            }
            let failure = failed.failure
            guard !([failure.message] + failure.lastLines).contains(where: { $0.utf8.contains(0) }) else {
                throw Problem(.invalid, "a text has a NUL character", field: "reports[\(place)].failure")
            }
            return JobReport(job: report.job, token: report.token, outcome: .failed(failure))
        default:
            throw Problem(
                .invalid,
                "a report has a result or a failure",
                field: "reports[\(place)]",
                expected: "one of 'result' and 'failure'"
            )
        }
    }

    @Sendable private func leave(_ call: Call) async throws -> Answer {
        let request = try call.decode(FleetWire.Leave.self)
        try await desk.leave(request.session, as: request.end ?? .handedBack, key: call.caller.id)
        return .nothing
    }
}
