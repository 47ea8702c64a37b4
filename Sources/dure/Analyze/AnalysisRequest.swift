// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Files
import Foundation
import Statistics

/// What `dure analyze` was asked for, read from its options; from here on nothing depends on the command line.
struct AnalysisRequest {
    var path: String
    var responses: [String]
    var factors: [String]?
    var blocks: [String] = []
    var numbers: [String] = []
    var model: String?
    var trials: String?
    var order: String?
    var analysis = ExperimentAnalysis(formula: ModelFormula(responses: [], terms: []))

    /// Reads the file, fits and puts the report together; throws `CSVError`, `StatisticsError`, `FormulaError` and
    /// `AnalysisOptionError`.
    func report() throws -> AnalysisReport {
        let table = try ExperimentTable(path: path, roles: try roles())
        var analysis = analysis
        analysis.formula = try formula(table)
        try checkOptions(table, analysis.formula)
        let columns = Self.columns(table, analysis.formula, isShifted: analysis.family == .normal)
        let times = order == Self.rows ? table.lines.map { Double($0) } : table.order?.values
        var generator = SplitMix64(seed: 1)
        let rows = ExperimentAnalysis.Rows(
            sizes: table.trials.map { trials in trials.values.map { $0 + trials.origin } },
            order: times,
            lines: table.lines.map { Int($0) }
        )
        var report: AnalysisReport
        do {
            report = try analysis.report(columns, rows: rows, using: &generator)
        } catch {
            throw poolError(error) ?? error
        }
        report.file = URL(filePath: path).lastPathComponent
        report.rows = table.rowCount
        report.columns = roles(table, analysis.formula)
        report.columnsLeftOut = table.unused.map { .init(column: $0.name, reason: $0.reason) }
        report.notes = table.notes + Self.leftOut(table) + report.notes
        return report
    }

    /// What stands for the order of the rows in the file.
    static let rows = "rows"

    // MARK: Columns

    private func roles() throws -> ExperimentTable.Roles {
        let hasOrder = order != nil && order != Self.rows
        var roles = ExperimentTable.Roles(
            responses: responses,
            factors: factors,
            blocks: blocks,
            numbers: numbers,
            trials: trials,
            order: hasOrder ? order : nil
        )
        guard let model else {
            return roles
        }
        // The header alone tells which columns the model names; a dot is not yet replaced by all others.
        let headers = try CSVReader(path: path).headers
        let own = responses + [trials, hasOrder ? order : nil].compactMap(\.self)
        let usable = headers.filter { !own.contains($0) }
        let formula = try ModelFormula(right(model), blocks: blocks, columns: usable)
        let isOpen = try Self.hasDot(right(model), usable)
        roles.named = isOpen ? [] : formula.variables.filter { !blocks.contains($0) && !numbers.contains($0) }
        if !isOpen, factors == nil {
            roles.factors = []
        }
        if let factors {
            roles.named = roles.named.filter { !factors.contains($0) }
        }
        return roles
    }

    /// The model of the columns that were found fit to be used.
    private func formula(_ table: ExperimentTable) throws -> ModelFormula {
        let factors = table.factors.filter { !$0.isBlock }.map(\.name)
        let numbers = table.numbers.map(\.name)
        guard let model else {
            return ModelFormula.mainEffects(factors: factors + numbers, blocks: blocks)
        }
        return try ModelFormula(right(model), blocks: blocks, columns: factors + numbers + blocks)
    }

    /// What stands right of `~`; the responses are named by an option of their own.
    private func right(_ model: String) -> String {
        let right = Self.tilde(model).map { String(model[model.index(after: $0)...]) } ?? model
        // A tilde that is left is part of a quoted name: the formula begins with one of its own then.
        return right.contains("~") && Self.tilde(right) == nil ? "~ " + right : right
    }

    /// The place of the first `~` of a formula that is not within a quoted name.
    static func tilde(_ model: String) -> String.Index? {
        var isQuoted = false
        return model.indices.first { place in
            if model[place] == "`" { isQuoted.toggle() }
            return !isQuoted && model[place] == "~"
        }
    }

    /// Whether a formula has a dot for all other columns: one more column would give it one more term.
    private static func hasDot(_ text: String, _ columns: [String]) throws -> Bool {
        guard text.contains(".") else {
            return false
        }
        let probe = "\u{1}"
        return try ModelFormula(text, columns: columns + [probe]).variables.contains(probe)
    }

    private static func columns(_ table: ExperimentTable, _ formula: ModelFormula, isShifted: Bool) -> ModelColumns {
        let used = Set(formula.variables)
        let factors = table.factors.filter { used.contains($0.name) }.map { factor in
            switch factor.codes {
            case .bytes(let codes): CodedFactor(name: factor.name, levels: factor.levels, codes: codes)
            case .words(let codes): CodedFactor(name: factor.name, levels: factor.levels, codes: codes)
            }
        }
        let covariates = table.numbers.filter { used.contains($0.name) }.map { number in
            Covariate(name: number.name, values: number.values.map { $0 + number.origin })
        }
        return ModelColumns(
            factors: factors,
            covariates: covariates,
            responses: table.responses.map { ResponseColumn(name: $0.name, values: $0.values, origin: $0.origin) }
        )
    }

    private func roles(_ table: ExperimentTable, _ formula: ModelFormula) -> [AnalysisReport.Column] {
        let used = Set(formula.variables)
        var columns = table.responses.map {
            AnalysisReport.Column(column: $0.name, role: "response", levels: nil, missing: $0.missing)
        }
        for factor in table.factors where used.contains(factor.name) {
            let role = factor.isBlock ? "block" : "factor"
            columns.append(.init(column: factor.name, role: role, levels: factor.levels, missing: factor.missing))
        }
        for number in table.numbers where used.contains(number.name) {
            columns.append(.init(column: number.name, role: "number", levels: nil, missing: number.missing))
        }
        for (role, number) in [("trials", table.trials), ("order", table.order)] {
            if let number {
                columns.append(.init(column: number.name, role: role, levels: nil, missing: number.missing))
            }
        }
        return columns
    }

    private static func leftOut(_ table: ExperimentTable) -> [String] {
        let named = table.unused.prefix(30).map { "'\($0.name)' \($0.reason)" }
        guard !named.isEmpty else {
            return []
        }
        let more = table.unused.count > 30 ? "; and \(table.unused.count - 30) more" : ""
        let remedy = "Name one in --factors (levels) or --numeric (a straight line) to use it."
        return ["Not taken as factors: \(named.joined(separator: "; "))\(more). \(remedy)"]
    }
}
