// SPDX-License-Identifier: Apache-2.0

import Domain
import Files
import Foundation

/// Records as a table that is written as CSV or as JSON lines.
///
/// A column `factor.<name>` or `metric.<name>` is a member of the JSON object `factors` or `metrics`.
struct ExportTable {
    /// How a table is written.
    enum Format: String, CaseIterable {
        case csv
        case json
    }

    static let factorPrefix = "factor."
    static let metricPrefix = "metric."

    let columns: [String]
    let rows: [[JSONValue]]

    /// The whole table in a format; throws for a number that JSON cannot hold.
    func text(_ format: Format) throws -> String {
        switch format {
        case .csv: CSVWriter.table(headers: columns, rows: rows.map { $0.map(Self.cell) })
        case .json: try rows.map { try JSONLines.line(object($0)) }.joined()
        }
    }

    private func object(_ row: [JSONValue]) -> JSONValue {
        var members: [String: JSONValue] = [:]
        var factors: [String: JSONValue] = [:]
        var metrics: [String: JSONValue] = [:]
        for (column, value) in zip(columns, row) {
            if column.hasPrefix(Self.factorPrefix) {
                factors[String(column.dropFirst(Self.factorPrefix.count))] = value
            } else if column.hasPrefix(Self.metricPrefix) {
                if value != .null { metrics[String(column.dropFirst(Self.metricPrefix.count))] = value }
            } else {
                members[column] = value
            }
        }
        if columns.contains(where: { $0.hasPrefix(Self.factorPrefix) }) { members["factors"] = .object(factors) }
        if columns.contains(where: { $0.hasPrefix(Self.metricPrefix) }) { members["metrics"] = .object(metrics) }
        return .object(members)
    }

    /// A value as the text of a CSV cell; numbers in the shortest form that reads back the same.
    private static func cell(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .bool(let flag): String(flag)
        case .integer(let number): String(number)
        case .number(let number):
            number.magnitude < 1e15 ? Int64(exactly: number).map(String.init) ?? String(number) : String(number)
        case .string(let text): text
        case .array, .object: Self.json(value)
        }
    }

    private static func json(_ value: JSONValue) -> String {
        do {
            return try CanonicalJSON.text(value)
        } catch {
            // Only a number that is not finite cannot be written, and records hold none.
            return ""
        }
    }
}

extension ExportTable {
    /// Trials with their factors' levels and their metrics, in the run order.
    init(trials: [Trial], generations: [Generation], goal: Goal) {
        let numbers = Dictionary(generations.map { ($0.id, $0.number) }, uniquingKeysWith: { first, _ in first })
        let metrics = Set(trials.flatMap(\.metrics.keys)).union([goal.objective.metric]).sorted()
        columns =
            ["id", "generation", "block", "position", "unit", "purpose", "status", "started_at", "ended_at"]
            + goal.factors.map { Self.factorPrefix + $0.name } + metrics.map { Self.metricPrefix + $0 }
            + ["guardrails_held", "cost_minor_units", "currency", "failure"]
        rows = trials.map { trial in
            var row: [JSONValue] = [
                .string(trial.id.text), .optional(numbers[trial.generation]), .integer(Int64(trial.block)),
                .integer(Int64(trial.position)), .string(trial.unit), .string(trial.purpose.rawValue),
                .string(trial.status.rawValue), .optional(trial.startedAt), .optional(trial.endedAt),
            ]
            row += Self.levels(trial.combination, goal)
            row += metrics.map { metric in trial.metrics[metric].map(JSONValue.number) ?? .null }
            row += [
                trial.guardrailsHeld.map(JSONValue.bool) ?? .null,
                trial.cost.map { .integer($0.minorUnits) } ?? .null,
                trial.cost.map { .string($0.currency.rawValue) } ?? .null,
                trial.failure.map { .string($0.description) } ?? .null,
            ]
            return row
        }
    }

    /// Measurements in order of time.
    init(measurements: [Domain.Measurement]) {
        columns = ["time", "trial", "unit", "metric", "value", "censored", "counted", "source", "observer"]
        rows = measurements.map { measurement in
            [
                .string(measurement.time.description), measurement.trial.map { .string($0.text) } ?? .null,
                .string(measurement.unit), .string(measurement.metric), .number(measurement.value),
                .bool(measurement.isCensored), .bool(measurement.isCounted), .string(measurement.source),
                .string(measurement.observer),
            ]
        }
    }

    /// Decisions with their inputs and outcomes.
    init(decisions: [Decision]) {
        columns = ["id", "time", "agent", "policy", "reason", "inputs", "outcome"]
        rows = decisions.map { decision in
            let line = DecisionsCommand.Line(decision)
            return [
                .string(decision.id.text), .string(line.time), .string(line.agent), .string(line.policy),
                .string(line.reason), line.inputs, line.outcome,
            ]
        }
    }

    /// The account, line by line; amounts in minor units.
    init(ledger: [LedgerEntry]) {
        columns = ["id", "time", "trial", "kind", "amount_minor_units", "currency"]
        rows = ledger.map { entry in
            [
                .string(entry.id.text), .string(entry.time.description), .string(entry.trial.text),
                .string(entry.kind.rawValue), entry.amount.map { .integer($0.minorUnits) } ?? .null,
                entry.amount.map { .string($0.currency.rawValue) } ?? .null,
            ]
        }
    }

    /// Generations, one row per combination.
    init(generations: [Generation], goal: Goal) {
        columns =
            ["generation", "id", "created_at", "strategy", "seed", "origin", "replicates"]
            + goal.factors.map { Self.factorPrefix + $0.name } + ["notes"]
        rows = generations.flatMap { generation in
            generation.members.map { member in
                [
                    .integer(Int64(generation.number)), .string(generation.id.text),
                    .string(generation.createdAt.description), .string(generation.strategy),
                    .string(String(generation.seed)), .string(member.origin.rawValue),
                    .integer(Int64(member.replicates)),
                ] + Self.levels(member.combination, goal) + [.string(generation.notes.joined(separator: " "))]
            }
        }
    }

    /// Findings, oldest first; `finding` is what the analysis stored.
    init(analyses: [AnalysisRecord]) throws {
        columns = ["kind", "time", "id", "finding"]
        rows = try analyses.map { record in
            [
                .string(record.kind.rawValue), .string(record.time.description), .string(record.id.text),
                try CanonicalJSON.decode(JSONValue.self, from: record.body),
            ]
        }
    }

    private static func levels(_ combination: Combination, _ goal: Goal) -> [JSONValue] {
        zip(goal.factors, combination.levels).map { $0.levels[$1].json }
    }
}

extension JSONValue {
    /// A whole number, or null.
    static func optional(_ number: Int?) -> JSONValue { number.map { .integer(Int64($0)) } ?? .null }
    /// An instant as text, or null.
    static func optional(_ instant: Timestamp?) -> JSONValue { instant.map { .string($0.description) } ?? .null }
}
