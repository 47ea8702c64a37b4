// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import GRDB

/// Reads records within an access that the caller has begun.
struct KnowledgeReader {
    /// The database.
    let database: Database
    /// Reads bodies; made once, for it is called for every record.
    let decoder: JSONDecoder

    /// Reads the bodies that a query selects as its first column.
    func records<Record: Decodable>(
        _ type: Record.Type,
        _ sql: String,
        _ arguments: StatementArguments
    ) throws -> [Record] {
        let cursor = try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: arguments)
        var records: [Record] = []
        while let row = try cursor.next() {
            records.append(try decode(type, from: row[0]))
        }
        return records
    }

    /// Reads the campaigns whose identifier and body a query selects.
    func campaigns(_ sql: String, _ arguments: StatementArguments, known: KnownCampaigns) throws -> [Campaign] {
        let cursor = try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: arguments)
        var campaigns: [Campaign] = []
        while let row = try cursor.next() {
            let body: String = row[1]
            campaigns.append(try known.campaign(row[0], body: body) { try decode(Campaign.self, from: body) })
        }
        return campaigns
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
        let sql = """
            SELECT unit, combination, trial, since, is_confirmed FROM levers
            WHERE workspace = ? AND campaign = ? ORDER BY unit
            """
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: sql),
            arguments: [workspace.name, campaign.text]
        )
        var levers: [LeverState] = []
        while let row = try rows.next() {
            let combination: String = row[1]
            levers.append(
                LeverState(
                    workspace: workspace,
                    campaign: campaign,
                    unit: row[0],
                    combination: Combination(try combination.split(separator: ".").map { try Self.level($0) }),
                    trial: try Self.identifier(row[2], "levers"),
                    since: Timestamp(milliseconds: row[3]),
                    isConfirmed: row[4]
                )
            )
        }
        return levers
    }

    /// What a campaign has used: open reservations, and everything settled.
    func spending(of campaign: CampaignID, in workspace: WorkspaceID) throws -> Spending {
        let open = """
            SELECT count(*), coalesce(sum(amount), 0) FROM (
                SELECT sum(amount) AS amount FROM ledger
                WHERE workspace = ? AND campaign = ? AND is_open = 1 GROUP BY trial
            )
            """
        let settled = """
            SELECT count(*), coalesce(sum(amount), 0) FROM (
                SELECT sum(amount) AS amount FROM ledger
                WHERE workspace = ? AND campaign = ? AND kind = 'settled' GROUP BY trial
            )
            """
        var spending = Spending()
        let arguments: StatementArguments = [workspace.name, campaign.text]
        if let row = try Row.fetchOne(database.cachedStatement(sql: open), arguments: arguments) {
            spending.reservedTrials = row[0]
            spending.reserved = row[1]
        }
        if let row = try Row.fetchOne(database.cachedStatement(sql: settled), arguments: arguments) {
            spending.settledTrials = row[0]
            spending.settled = row[1]
        }
        return spending
    }

    /// A campaign's measurements, by time and then in the order in which they were written.
    func measurements(
        of campaign: CampaignID,
        in workspace: WorkspaceID,
        since: Timestamp?
    ) throws -> [Domain.Measurement] {
        let sql = """
            SELECT trial, unit, metric, value, is_censored, is_counted, source, observer, time FROM measurements
            WHERE campaign = ? AND workspace = ? AND time >= ? ORDER BY time, sequence
            """
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: sql),
            arguments: [campaign.text, workspace.name, since?.milliseconds ?? Int64.min]
        )
        var measurements: [Domain.Measurement] = []
        var trials: [String: TrialID] = [:]
        while let row = try rows.next() {
            var trial: TrialID?
            if let text: String = row[0] {
                trial = try trials[text] ?? Self.identifier(text, "measurements")
                trials[text] = trial
            }
            measurements.append(
                Domain.Measurement(
                    workspace: workspace,
                    campaign: campaign,
                    trial: trial,
                    unit: row[1],
                    metric: row[2],
                    value: row[3],
                    isCensored: row[4],
                    isCounted: row[5],
                    source: row[6],
                    observer: row[7],
                    time: Timestamp(milliseconds: row[8])
                )
            )
        }
        return measurements
    }

    /// A campaign's account, by time and then identifier.
    func ledger(of campaign: CampaignID, in workspace: WorkspaceID) throws -> [LedgerEntry] {
        let sql = """
            SELECT id, trial, kind, amount, currency, time FROM ledger
            WHERE workspace = ? AND campaign = ? ORDER BY time, id
            """
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: sql),
            arguments: [workspace.name, campaign.text]
        )
        var entries: [LedgerEntry] = []
        while let row = try rows.next() {
            entries.append(
                LedgerEntry(
                    id: try Self.required(row[0], "ledger"),
                    workspace: workspace,
                    campaign: campaign,
                    trial: try Self.required(row[1], "ledger"),
                    kind: try Self.value(row[2], "ledger"),
                    amount: try Self.money(row[3], row[4]),
                    time: Timestamp(milliseconds: row[5])
                )
            )
        }
        return entries
    }

    /// Reads an identifier that may be absent.
    static func identifier<Kind>(_ text: String?, _ table: String) throws -> Identifier<Kind>? {
        guard let text else { return nil }
        return try required(text, table)
    }

    /// Reads an identifier.
    static func required<Kind>(_ text: String, _ table: String) throws -> Identifier<Kind> {
        guard let identifier = Identifier<Kind>(text) else {
            throw StorageError.damagedRecord(table: table, detail: "'\(text)' is not an identifier")
        }
        return identifier
    }

    /// Reads a case of an enumeration.
    static func value<Value: RawRepresentable>(_ raw: Value.RawValue, _ table: String) throws -> Value {
        guard let value = Value(rawValue: raw) else {
            throw StorageError.damagedRecord(table: table, detail: "'\(raw)' is not a \(Value.self)")
        }
        return value
    }

    private static func money(_ amount: Int64?, _ currency: String?) throws -> Money? {
        guard let amount, let currency else { return nil }
        return Money(minorUnits: amount, currency: try value(currency, "ledger"))
    }

    private static func level(_ text: Substring) throws -> Int {
        guard let level = Int(text) else {
            throw StorageError.damagedRecord(table: "levers", detail: "'\(text)' is not a level")
        }
        return level
    }
}
