// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Writes records within a transaction that the caller has begun, on every database.
struct KnowledgeWriter<Session: SQLSession> {
    /// The connection, inside the transaction.
    let session: Session
    /// Writes bodies; made once, for it is called for every record.
    let encoder: JSONEncoder

    /// Writes every record of a change; new jobs are added by `addJobs`, which databases do each in their way.
    func write(_ change: KnowledgeChange, jobs: JobTables<Session>, addJobs: ([Job]) throws -> Void) throws {
        try change.check()
        let cluster = ClusterTables(session: session)
        try cluster.check(change.fence)
        try OrderTable(session: session).settle(change.settledOrders)
        let workflows = WorkflowTables(session: session)
        // The run before the lease, as who cancels a run takes them: in another order two could wait for each other.
        for run in change.workflowRuns { try workflows.write(run) }
        try workflows.check(change.heldLeases)
        try workflows.write(change.checkpoints)
        try workflows.settle(change.settledWorkflowOrders)
        try cluster.post(change.messages)
        for campaign in change.campaigns { try write(campaign) }
        for generation in change.generations { try write(generation) }
        for trial in change.trials { try write(trial) }
        try write(change.measurements)
        let ranks = RankTables(session: session)
        try ranks.write(change.sightings)
        try ranks.write(change.rankedProducts)
        for decision in change.decisions { try write(decision) }
        for alert in change.alerts { try write(alert) }
        for analysis in change.analyses { try write(analysis) }
        for entry in change.ledger { try write(entry) }
        for lever in change.levers { try write(lever) }
        for worker in change.workers { try write(worker) }
        try addJobs(change.jobs)
        for job in change.cancelledJobs { _ = try jobs.cancel(job, now: change.time) }
        for job in change.harvestedJobs { try jobs.harvest(job) }
    }

    private func write(_ campaign: Campaign) throws {
        try session.execute(
            """
            INSERT INTO campaigns (workspace, id, status, created_at, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                status = excluded.status, created_at = excluded.created_at, body = excluded.body
            """,
            [
                .text(campaign.workspace.name), .text(campaign.id.text), .text(campaign.status.rawValue),
                .integer(campaign.createdAt.milliseconds), try body(campaign),
            ]
        )
    }

    private func write(_ generation: Generation) throws {
        try session.execute(
            """
            INSERT INTO generations (workspace, id, campaign, number, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                campaign = excluded.campaign, number = excluded.number, body = excluded.body
            """,
            [
                .text(generation.workspace.name), .text(generation.id.text), .text(generation.campaign.text),
                .integer(generation.number), try body(generation),
            ]
        )
    }

    private func write(_ trial: Trial) throws {
        try session.execute(
            """
            INSERT INTO trials (workspace, id, campaign, status, position, body) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                campaign = excluded.campaign, status = excluded.status, position = excluded.position,
                body = excluded.body
            """,
            [
                .text(trial.workspace.name), .text(trial.id.text), .text(trial.campaign.text),
                .text(trial.status.rawValue), .integer(trial.position), try body(trial),
            ]
        )
    }

    private func write(_ measurements: [Domain.Measurement]) throws {
        var rest = measurements[...]
        while !rest.isEmpty {
            let rows = rest.count >= Self.rowsAtOnce ? Self.rowsAtOnce : 1
            try insert(rest.prefix(rows))
            rest = rest.dropFirst(rows)
        }
    }

    /// How many measurements one statement writes: most of what is written are these, in dozens, and every statement has its price.
    private static var rowsAtOnce: Int { 12 }

    private func insert(_ measurements: ArraySlice<Domain.Measurement>) throws {
        let row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        var values: [SQLValue] = []
        values.reserveCapacity(measurements.count * 11)
        for measurement in measurements {
            values.append(.text(measurement.workspace.name))
            values.append(.text(measurement.campaign.text))
            values.append(.optional(measurement.trial?.text))
            values.append(.text(measurement.unit))
            values.append(.text(measurement.metric))
            values.append(.real(measurement.value))
            values.append(.flag(measurement.isCensored))
            values.append(.flag(measurement.isCounted))
            values.append(.text(measurement.source))
            values.append(.text(measurement.observer))
            values.append(.integer(measurement.time.milliseconds))
        }
        try session.execute(
            """
            INSERT INTO measurements (
                workspace, campaign, trial, unit, metric, value, is_censored, is_counted, source, observer, time
            ) VALUES \(Array(repeating: row, count: measurements.count).joined(separator: ", "))
            """,
            values
        )
    }

    private func write(_ decision: Decision) throws {
        try session.execute(
            """
            INSERT INTO decisions (workspace, id, campaign, time, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                campaign = excluded.campaign, time = excluded.time, body = excluded.body
            """,
            [
                .text(decision.workspace.name), .text(decision.id.text), .text(decision.campaign.text),
                .integer(decision.time.milliseconds), try body(decision),
            ]
        )
    }

    private func write(_ alert: Alert) throws {
        try session.execute(
            """
            INSERT INTO alerts (workspace, id, campaign, time, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                campaign = excluded.campaign, time = excluded.time, body = excluded.body
            """,
            [
                .text(alert.workspace.name), .text(alert.id.text), .optional(alert.campaign?.text),
                .integer(alert.time.milliseconds), try body(alert),
            ]
        )
    }

    private func write(_ analysis: AnalysisRecord) throws {
        try session.execute(
            """
            INSERT INTO analyses (workspace, id, campaign, kind, time, body) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                campaign = excluded.campaign, kind = excluded.kind, time = excluded.time, body = excluded.body
            """,
            [
                .text(analysis.workspace.name), .text(analysis.id.text), .text(analysis.campaign.text),
                .text(analysis.kind.rawValue), .integer(analysis.time.milliseconds), try body(analysis),
            ]
        )
    }

    /// Writes how a worker stands.
    func write(_ worker: Worker) throws {
        try session.execute(
            """
            INSERT INTO workers (id, role, state, registered_at, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET
                role = excluded.role, state = excluded.state, registered_at = excluded.registered_at,
                body = excluded.body
            """,
            [
                .text(worker.id.text), .text(worker.role.rawValue), .text(worker.state.rawValue),
                .integer(worker.registeredAt.milliseconds), try body(worker),
            ]
        )
    }

    private func write(_ lever: LeverState) throws {
        try session.execute(
            """
            INSERT INTO levers (workspace, campaign, unit, combination, trial, since, is_confirmed)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (workspace, campaign, unit) DO UPDATE SET
                combination = excluded.combination, trial = excluded.trial, since = excluded.since,
                is_confirmed = excluded.is_confirmed
            """,
            [
                .text(lever.workspace.name), .text(lever.campaign.text), .text(lever.unit),
                .text(lever.combination.description), .optional(lever.trial?.text), .integer(lever.since.milliseconds),
                .flag(lever.isConfirmed),
            ]
        )
    }

    /// Adds a line; one that settles or releases closes the reservations that the trial had until then.
    ///
    /// A line that is written again closes none: reservations that came after it stand.
    private func write(_ entry: LedgerEntry) throws {
        if entry.kind != .reserved, try !isInLedger(entry) {
            try session.execute(
                "UPDATE ledger SET is_open = 0 WHERE workspace = ? AND campaign = ? AND trial = ? AND is_open = 1",
                [.text(entry.workspace.name), .text(entry.campaign.text), .text(entry.trial.text)]
            )
        }
        try session.execute(
            """
            INSERT INTO ledger (workspace, id, campaign, trial, kind, amount, currency, time, is_open)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                campaign = excluded.campaign, trial = excluded.trial, kind = excluded.kind, amount = excluded.amount,
                currency = excluded.currency, time = excluded.time,
                is_open = ledger.is_open * excluded.is_open
            """,
            [
                .text(entry.workspace.name), .text(entry.id.text), .text(entry.campaign.text), .text(entry.trial.text),
                .text(entry.kind.rawValue), .optional(entry.amount?.minorUnits),
                .optional(entry.amount?.currency.rawValue), .integer(entry.time.milliseconds),
                .flag(entry.kind == .reserved),
            ]
        )
    }

    private func isInLedger(_ entry: LedgerEntry) throws -> Bool {
        try !session.query(
            "SELECT 1 FROM ledger WHERE workspace = ? AND id = ?",
            [.text(entry.workspace.name), .text(entry.id.text)]
        ) { $0.integer(0) }.isEmpty
    }

    private func body(_ record: some Encodable) throws -> SQLValue {
        .text(String(decoding: try encoder.encode(record), as: UTF8.self))
    }
}
