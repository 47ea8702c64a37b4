// SPDX-License-Identifier: Apache-2.0

import Domain
import Files
import Foundation

/// Reads past trials of a goal's factors from CSV, as `dure export` writes them or as somebody kept them.
///
/// Needed are a column per factor (`factor.<name>` or `<name>`) and the goal's metric (`metric.<name>` or `<name>`). What else
/// `dure export` writes is taken where it is there; other columns are passed over and named in `ignored`.
struct PastTrialsReader {
    /// One row.
    struct Row {
        var combination: Combination
        var unit: String
        var block: Int
        var purpose: Trial.Purpose
        var status: TrialStatus
        var startedAt: Timestamp?
        var endedAt: Timestamp?
        var metrics: [String: Double]
        var guardrailsHeld: Bool?
        var cost: Money?
        var failure: Failure?
    }

    /// The columns that nothing was taken from, in the file's order.
    let ignored: [String]
    private var reader: CSVReader
    private let goal: Goal
    private let factors: [Int]
    private let metrics: [(name: String, column: Int)]
    private let known: [String: Int]

    /// What `dure export` writes beside factors and metrics.
    private static let extras = [
        "unit", "block", "purpose", "status", "started_at", "ended_at", "guardrails_held", "cost_minor_units",
        "currency", "failure",
    ]
    /// What an import makes anew.
    private static let renewed = ["id", "generation", "position"]

    /// Opens a file and finds its columns; throws when one is missing, or is about a factor that the goal does not have.
    init(path: String, goal: Goal) throws(CSVError) {
        let reader = try CSVReader(path: path)
        try self.init(reader, goal: goal)
    }

    /// Reads bytes in memory.
    init(data: Data, goal: Goal) throws(CSVError) {
        let reader = try CSVReader(data: data)
        try self.init(reader, goal: goal)
    }

    private init(_ reader: CSVReader, goal: Goal) throws(CSVError) {
        self.reader = reader
        self.goal = goal
        let headers = reader.headers
        var used: Set<String> = Set(Self.renewed)
        var factors: [Int] = []
        for factor in goal.factors {
            let name = ExportTable.factorPrefix + factor.name
            let column = headers.contains(name) ? try reader.column(name) : try reader.column(factor.name)
            factors.append(column)
            used.insert(headers[column])
        }
        var metrics: [(name: String, column: Int)] = []
        for (column, header) in headers.enumerated() where header.hasPrefix(ExportTable.metricPrefix) {
            metrics.append((String(header.dropFirst(ExportTable.metricPrefix.count)), column))
            used.insert(header)
        }
        let metric = goal.objective.metric
        if !metrics.contains(where: { $0.name == metric }) {
            let column = try reader.column(metric)
            metrics.append((metric, column))
            used.insert(metric)
        }
        var known: [String: Int] = [:]
        for name in Self.extras {
            guard let column = headers.firstIndex(of: name), used.insert(name).inserted else { continue }
            known[name] = column
        }
        if let stray = headers.first(where: { $0.hasPrefix(ExportTable.factorPrefix) && !used.contains($0) }) {
            throw CSVError(
                line: 1,
                column: stray,
                value: stray,
                problem: "the goal has no factor '\(stray.dropFirst(ExportTable.factorPrefix.count))'",
                remedy: "remove the column, or give the goal file of these trials; its factors are "
                    + goal.factors.map(\.name).joined(separator: ", ")
            )
        }
        self.factors = factors
        self.metrics = metrics
        self.known = known
        ignored = headers.filter { !used.contains($0) }
    }

    /// Every row; throws at the first that cannot be read.
    mutating func rows() throws(CSVError) -> [Row] {
        var rows: [Row] = []
        while try reader.next() { rows.append(try row()) }
        guard !rows.isEmpty else {
            throw CSVError(line: 1, problem: "the file has no rows", remedy: "give one row per trial")
        }
        return rows
    }

    private func row() throws(CSVError) -> Row {
        var levels: [Int] = []
        for (factor, column) in zip(goal.factors, factors) { levels.append(try level(of: factor, column)) }
        var values: [String: Double] = [:]
        for metric in metrics {
            guard let value = try number(metric.column) else { continue }
            guard value.isFinite else {
                throw try wrong(metric.column, "give a number that is not as large")
            }
            values[metric.name] = value
        }
        let combination = Combination(levels)
        let hasResult = values[goal.objective.metric] != nil
        var row = Row(
            combination: combination,
            unit: try text("unit") ?? goal.units.first ?? "default",
            block: try block(),
            purpose: try choice("purpose") ?? (combination == goal.control ? Trial.Purpose.control : .search),
            status: try status(hasResult: hasResult),
            startedAt: try instant("started_at"),
            endedAt: try instant("ended_at"),
            metrics: values,
            cost: try cost()
        )
        row.guardrailsHeld = try flag("guardrails_held") ?? (row.status == .completed ? holds(values) : nil)
        if row.status == .failed { row.failure = failure(try text("failure")) }
        return row
    }

    private func level(of factor: Factor, _ column: Int) throws(CSVError) -> Int {
        let text = try reader.text(column)
        let names = factor.levels.map(\.description)
        if let level = names.firstIndex(of: text) { return level }
        if let level = names.firstIndex(of: Self.unguarded(text)) { return level }
        if let number = DecimalNumber(text, hasDecimalComma: reader.dialect.hasDecimalComma)?.double,
            let level = factor.levels.firstIndex(where: { $0.json.double == number })
        {
            return level
        }
        throw CSVError(
            line: reader.line,
            column: reader.headers[column],
            value: text,
            remedy: "give a level of '\(factor.name)': " + names.joined(separator: ", ")
        )
    }

    private func status(hasResult: Bool) throws(CSVError) -> TrialStatus {
        let status: TrialStatus = try choice("status") ?? (hasResult ? .completed : .failed)
        switch status {
        // The campaign that they belonged to goes on elsewhere; here they never end.
        case .planned, .running: return .cancelled
        case .completed, .failed, .cancelled, .discarded: return status
        }
    }

    private func holds(_ values: [String: Double]) -> Bool {
        goal.guardrails.allSatisfy { guardrail in values[guardrail.metric].map(guardrail.holds) ?? true }
    }

    private func failure(_ text: String?) -> Failure {
        let parts = (text ?? "").split(separator: ": ", maxSplits: 1).map(String.init)
        if parts.count == 2, let kind = Failure.Class(rawValue: parts[0]) { return Failure(kind, parts[1]) }
        return Failure(.unknown, text ?? "The imported trial has no result.")
    }

    // MARK: Cells

    /// The number nearest to what a cell says, so that every number reads back as it was written; nil where it is missing.
    private func number(_ column: Int) throws(CSVError) -> Double? {
        guard let decimal = try reader.number(column) else { return nil }
        let text = try reader.text(column)
        return Double(reader.dialect.hasDecimalComma ? text.replacing(",", with: ".") : text) ?? decimal.double
    }

    private func text(_ name: String) throws(CSVError) -> String? {
        guard let column = known[name], !reader.isMissing(column) else { return nil }
        return Self.unguarded(try reader.text(column))
    }

    /// A text without the apostrophe that an export puts before what a spreadsheet would take for a formula.
    private static func unguarded(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.first == "'", let second = scalars.dropFirst().first, "=+-@\t\r".unicodeScalars.contains(second)
        else {
            return text
        }
        return String(scalars.dropFirst())
    }

    private func wrong(_ column: Int, _ remedy: String) throws(CSVError) -> CSVError {
        CSVError(line: reader.line, column: reader.headers[column], value: try reader.text(column), remedy: remedy)
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(_ name: String) throws(CSVError) -> Choice?
    where Choice.RawValue == String {
        guard let column = known[name], let text = try text(name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        throw try wrong(column, "give one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }

    /// A block's number; text that is no number is not kept as one, so it is refused.
    private func block() throws(CSVError) -> Int {
        guard let column = known["block"], let text = try text("block") else { return 0 }
        guard let number = Int(text), number >= 0 else { throw try wrong(column, "give a whole number from 0") }
        return number
    }

    private func flag(_ name: String) throws(CSVError) -> Bool? {
        guard let column = known[name], let text = try text(name) else { return nil }
        guard let flag = Bool(text.lowercased()) else { throw try wrong(column, "give true or false") }
        return flag
    }

    private func instant(_ name: String) throws(CSVError) -> Timestamp? {
        guard let column = known[name], let text = try text(name) else { return nil }
        for hasFraction in [true, false] {
            do {
                return Timestamp(
                    try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: hasFraction))
                )
            } catch {
                continue
            }
        }
        throw try wrong(column, "give a time such as 2025-06-01T09:00:00Z")
    }

    private func cost() throws(CSVError) -> Money? {
        guard let column = known["cost_minor_units"], let text = try text("cost_minor_units") else { return nil }
        guard let amount = Int64(text), amount >= 0 else { throw try wrong(column, "give a whole number from 0") }
        let standard = goal.trial.cost?.currency ?? goal.budget.amount?.currency
        guard let currency: Currency = try choice("currency") ?? standard else {
            throw try wrong(column, "name the currency of the cost in a column 'currency', such as KRW")
        }
        return Money(minorUnits: amount, currency: currency)
    }
}
