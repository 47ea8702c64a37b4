// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation

/// Reads records within an access that the caller has begun, on every database.
struct KnowledgeReader<Session: SQLSession> {
    /// The connection.
    let session: Session
    /// Reads bodies; made once, for it is called for every record.
    let decoder: JSONDecoder

    /// Reads the bodies that a query selects as its first column.
    func records<Record: Decodable>(_ type: Record.Type, _ sql: String, _ arguments: [SQLValue]) throws -> [Record] {
        try session.query(sql, arguments) { try decode(type, from: $0.text(0)) }
    }

    /// Reads the campaigns whose identifier and body a query selects.
    func campaigns(_ sql: String, _ arguments: [SQLValue], known: KnownCampaigns) throws -> [Campaign] {
        try session.query(sql, arguments) { row in
            let body = row.text(1)
            return try known.campaign(row.text(0), body: body) { try decode(Campaign.self, from: body) }
        }
    }

    private func decode<Record: Decodable>(_ type: Record.Type, from body: String) throws -> Record {
        do {
            return try decoder.decode(type, from: Data(body.utf8))
        } catch {
            throw StorageError.damagedRecord(table: "\(type)", detail: "\(error)")
        }
    }

    /// A campaign's levers, by unit.
    func levers(of campaign: CampaignID, in workspace: WorkspaceID) throws -> [LeverState] {
        try session.query(
            """
            SELECT unit, combination, trial, since, is_confirmed FROM levers
            WHERE workspace = ? AND campaign = ? ORDER BY unit
            """,
            [.text(workspace.name), .text(campaign.text)]
        ) { row in
            LeverState(
                workspace: workspace,
                campaign: campaign,
                unit: row.text(0),
                combination: Combination(try row.text(1).split(separator: ".").map { try Self.level($0) }),
                trial: try Column.identifier(row.optionalText(2), "levers"),
                since: Timestamp(milliseconds: row.integer(3)),
                isConfirmed: row.flag(4)
            )
        }
    }

    /// What a campaign has used: open reservations, and everything settled.
    func spending(of campaign: CampaignID, in workspace: WorkspaceID) throws -> Spending {
        let open = """
            SELECT count(*), coalesce(sum(amount), 0) FROM (
                SELECT sum(amount) AS amount FROM ledger
                WHERE workspace = ? AND campaign = ? AND is_open = 1 GROUP BY trial
            ) AS trials
            """
        let settled = """
            SELECT count(*), coalesce(sum(amount), 0) FROM (
                SELECT sum(amount) AS amount FROM ledger
                WHERE workspace = ? AND campaign = ? AND kind = 'settled' GROUP BY trial
            ) AS trials
            """
        let arguments: [SQLValue] = [.text(workspace.name), .text(campaign.text)]
        func sum(_ sql: String) throws -> (trials: Int, amount: Int64) {
            let sums = try session.query(sql, arguments) { (trials: Int($0.integer(0)), amount: $0.integer(1)) }
            return sums.first ?? (trials: 0, amount: 0)
        }
        let (reserved, used) = (try sum(open), try sum(settled))
        return Spending(
            reservedTrials: reserved.trials,
            settledTrials: used.trials,
            reserved: reserved.amount,
            settled: used.amount
        )
    }

    /// A campaign's measurements, by time and then in the order in which they were written.
    func measurements(
        of campaign: CampaignID,
        in workspace: WorkspaceID,
        since: Timestamp?
    ) throws -> [Domain.Measurement] {
        var trials: [String: TrialID] = [:]
        return try session.query(
            """
            SELECT trial, unit, metric, value, is_censored, is_counted, source, observer, time FROM measurements
            WHERE campaign = ? AND workspace = ? AND time >= ? ORDER BY time, sequence
            """,
            [.text(campaign.text), .text(workspace.name), .integer(since?.milliseconds ?? Int64.min)]
        ) { row in
            var trial: TrialID?
            if let text = row.optionalText(0) {
                trial = try trials[text] ?? Column.identifier(text, "measurements")
                trials[text] = trial
            }
            return Domain.Measurement(
                workspace: workspace,
                campaign: campaign,
                trial: trial,
                unit: row.text(1),
                metric: row.text(2),
                value: row.real(3),
                isCensored: row.flag(4),
                isCounted: row.flag(5),
                source: row.text(6),
                observer: row.text(7),
                time: Timestamp(milliseconds: row.integer(8))
            )
        }
    }

    /// A campaign's account, by time and then identifier.
    func ledger(of campaign: CampaignID, in workspace: WorkspaceID) throws -> [LedgerEntry] {
        try session.query(
            """
            SELECT id, trial, kind, amount, currency, time FROM ledger
            WHERE workspace = ? AND campaign = ? ORDER BY time, id
            """,
            [.text(workspace.name), .text(campaign.text)]
        ) { row in
            LedgerEntry(
                id: try Column.required(row.text(0), "ledger"),
                workspace: workspace,
                campaign: campaign,
                trial: try Column.required(row.text(1), "ledger"),
                kind: try Column.value(row.text(2), "ledger"),
                amount: try Self.money(row.optionalInteger(3), row.optionalText(4)),
                time: Timestamp(milliseconds: row.integer(5))
            )
        }
    }

    private static func money(_ amount: Int64?, _ currency: String?) throws -> Money? {
        guard let amount, let currency else { return nil }
        return Money(minorUnits: amount, currency: try Column.value(currency, "ledger"))
    }

    private static func level(_ text: Substring) throws -> Int {
        guard let level = Int(text) else {
            throw StorageError.damagedRecord(table: "levers", detail: "'\(text)' is not a level")
        }
        return level
    }
}
