// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import GRDB

/// Writes records within a transaction that the caller has begun.
struct KnowledgeWriter {
    /// The database, inside the transaction.
    let database: Database
    /// Writes bodies; made once, for it is called for every record.
    let encoder: JSONEncoder
    /// Gives new jobs their turns.
    let turns: Locked<Turns>

    /// Writes every record of a change.
    func write(_ change: KnowledgeChange) throws {
        try change.check()
        let cluster = ClusterTables(session: SQLiteSession(database: database))
        try cluster.check(change.fence)
        try cluster.post(change.messages)
        for campaign in change.campaigns { try write(campaign) }
        for generation in change.generations { try write(generation) }
        for trial in change.trials { try write(trial) }
        try write(change.measurements)
        for decision in change.decisions { try write(decision) }
        for alert in change.alerts { try write(alert) }
        for analysis in change.analyses { try write(analysis) }
        for entry in change.ledger { try write(entry) }
        for lever in change.levers { try write(lever) }
        for worker in change.workers { try write(worker) }
        let jobs = JobTables(session: SQLiteSession(database: database), turns: turns)
        for job in change.jobs { _ = try jobs.insert(job) }
        for job in change.cancelledJobs { _ = try jobs.cancel(job, now: change.time) }
        for job in change.harvestedJobs { try jobs.harvest(job) }
    }

    private func write(_ campaign: Campaign) throws {
        try execute(
            """
            INSERT INTO campaigns (workspace, id, status, created_at, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                status = excluded.status, created_at = excluded.created_at, body = excluded.body
            """,
            [
                campaign.workspace.name, campaign.id.text, campaign.status.rawValue, campaign.createdAt.milliseconds,
                try body(campaign),
            ]
        )
    }

    private func write(_ generation: Generation) throws {
        try execute(
            """
            INSERT INTO generations (workspace, id, campaign, number, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                campaign = excluded.campaign, number = excluded.number, body = excluded.body
            """,
            [
                generation.workspace.name, generation.id.text, generation.campaign.text, generation.number,
                try body(generation),
            ]
        )
    }

    private func write(_ trial: Trial) throws {
        try execute(
            """
            INSERT INTO trials (workspace, id, campaign, status, position, body) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                campaign = excluded.campaign, status = excluded.status, position = excluded.position,
                body = excluded.body
            """,
            [
                trial.workspace.name, trial.id.text, trial.campaign.text, trial.status.rawValue, trial.position,
                try body(trial),
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
    private static let rowsAtOnce = 12

    private func insert(_ measurements: ArraySlice<Domain.Measurement>) throws {
        let row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO measurements (
                    workspace, campaign, trial, unit, metric, value, is_censored, is_counted, source, observer, time
                ) VALUES \(Array(repeating: row, count: measurements.count).joined(separator: ", "))
                """
        )
        var values: [DatabaseValue] = []
        values.reserveCapacity(measurements.count * 11)
        for measurement in measurements {
            values.append(measurement.workspace.name.databaseValue)
            values.append(measurement.campaign.text.databaseValue)
            values.append(measurement.trial?.text.databaseValue ?? .null)
            values.append(measurement.unit.databaseValue)
            values.append(measurement.metric.databaseValue)
            values.append(measurement.value.databaseValue)
            values.append(measurement.isCensored.databaseValue)
            values.append(measurement.isCounted.databaseValue)
            values.append(measurement.source.databaseValue)
            values.append(measurement.observer.databaseValue)
            values.append(measurement.time.milliseconds.databaseValue)
        }
        statement.setUncheckedArguments(StatementArguments(values))
        try statement.execute()
    }

    private func write(_ decision: Decision) throws {
        try execute(
            """
            INSERT INTO decisions (workspace, id, campaign, time, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                campaign = excluded.campaign, time = excluded.time, body = excluded.body
            """,
            [
                decision.workspace.name, decision.id.text, decision.campaign.text, decision.time.milliseconds,
                try body(decision),
            ]
        )
    }

    private func write(_ alert: Alert) throws {
        try execute(
            """
            INSERT INTO alerts (workspace, id, campaign, time, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                campaign = excluded.campaign, time = excluded.time, body = excluded.body
            """,
            [alert.workspace.name, alert.id.text, alert.campaign?.text, alert.time.milliseconds, try body(alert)]
        )
    }

    private func write(_ analysis: AnalysisRecord) throws {
        try execute(
            """
            INSERT INTO analyses (workspace, id, campaign, kind, time, body) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                campaign = excluded.campaign, kind = excluded.kind, time = excluded.time, body = excluded.body
            """,
            [
                analysis.workspace.name, analysis.id.text, analysis.campaign.text, analysis.kind.rawValue,
                analysis.time.milliseconds, try body(analysis),
            ]
        )
    }

    private func write(_ worker: Worker) throws {
        try execute(
            """
            INSERT INTO workers (id, role, state, registered_at, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET
                role = excluded.role, state = excluded.state, registered_at = excluded.registered_at,
                body = excluded.body
            """,
            [
                worker.id.text, worker.role.rawValue, worker.state.rawValue, worker.registeredAt.milliseconds,
                try body(worker),
            ]
        )
    }

    private func write(_ lever: LeverState) throws {
        try execute(
            """
            INSERT INTO levers (workspace, campaign, unit, combination, trial, since, is_confirmed)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (workspace, campaign, unit) DO UPDATE SET
                combination = excluded.combination, trial = excluded.trial, since = excluded.since,
                is_confirmed = excluded.is_confirmed
            """,
            [
                lever.workspace.name, lever.campaign.text, lever.unit, lever.combination.description,
                lever.trial?.text, lever.since.milliseconds, lever.isConfirmed,
            ]
        )
    }

    /// Adds a line; one that settles or releases closes the reservations that the trial had until then.
    ///
    /// A line that is written again closes none: reservations that came after it stand.
    private func write(_ entry: LedgerEntry) throws {
        if entry.kind != .reserved, try !isInLedger(entry) {
            try execute(
                "UPDATE ledger SET is_open = 0 WHERE workspace = ? AND campaign = ? AND trial = ? AND is_open = 1",
                [entry.workspace.name, entry.campaign.text, entry.trial.text]
            )
        }
        try execute(
            """
            INSERT INTO ledger (workspace, id, campaign, trial, kind, amount, currency, time, is_open)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (workspace, id) DO UPDATE SET
                campaign = excluded.campaign, trial = excluded.trial, kind = excluded.kind, amount = excluded.amount,
                currency = excluded.currency, time = excluded.time,
                is_open = min(is_open, excluded.is_open)
            """,
            [
                entry.workspace.name, entry.id.text, entry.campaign.text, entry.trial.text, entry.kind.rawValue,
                entry.amount?.minorUnits, entry.amount?.currency.rawValue, entry.time.milliseconds,
                entry.kind == .reserved,
            ]
        )
    }

    private func isInLedger(_ entry: LedgerEntry) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT 1 FROM ledger WHERE workspace = ? AND id = ?")
        return try Int.fetchOne(statement, arguments: [entry.workspace.name, entry.id.text]) != nil
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    private func body(_ record: some Encodable) throws -> String {
        String(decoding: try encoder.encode(record), as: UTF8.self)
    }
}
