// SPDX-License-Identifier: Apache-2.0

import Files
import Statistics

/// An option whose value the file does not have: a level that nobody tried, or a column that is not in the model.
struct AnalysisOptionError: Error, CustomStringConvertible {
    let option: String
    let value: String
    let problem: String
    let remedy: String

    var description: String { "\(option): got '\(value)'; \(problem); \(remedy)" }
}

extension AnalysisRequest {
    /// Checks the columns and levels that options name against what the file has.
    ///
    /// What is wrong is said with the option: `--predict: got 'A=9'; column 'A' has no such level; give one of 1, 2, 3`.
    func checkOptions(_ table: ExperimentTable, _ formula: ModelFormula) throws(AnalysisOptionError) {
        for combination in analysis.predictions {
            try check(combination, "--predict", table, formula, takes: [.block, .number])
        }
        try check(analysis.referenceLevels, "--reference", table, formula, takes: [])
        try check(analysis.present, "--present", table, formula, takes: [])
        guard !analysis.present.isEmpty else { return }
        let wanted = table.factors.filter { !$0.isBlock && formula.variables.contains($0.name) }.map(\.name)
        let missing = wanted.filter { analysis.present[$0] == nil }
        guard missing.isEmpty else {
            throw AnalysisOptionError(
                option: "--present",
                value: Self.text(analysis.present),
                problem: "there is no level of \(Self.list(missing.map { "'\($0)'" }))",
                remedy: "name one level of every factor of the model"
            )
        }
    }

    /// An error about a term to pool with the option; nil for an error of anything else.
    func poolError(_ error: any Error) -> (any Error)? {
        guard case .terms(let names) = analysis.pooling,
            let error = error as? StatisticsError, case .unknownColumn(let name, let known) = error,
            names.contains(name)
        else { return nil }
        return AnalysisOptionError(
            option: "--pool",
            value: name,
            problem: "it is no term of the model",
            remedy: "give one of \(Self.list(known)), degrees of freedom, half or 5%"
        )
    }

    /// What may be named beside the factors under study.
    private enum Further {
        case block
        case number
    }

    private func check(
        _ combination: [String: String],
        _ option: String,
        _ table: ExperimentTable,
        _ formula: ModelFormula,
        takes further: [Further]
    ) throws(AnalysisOptionError) {
        let factors = table.factors.filter {
            formula.variables.contains($0.name) && (!$0.isBlock || further.contains(.block))
        }
        let numbers = further.contains(.number) ? table.numbers.map(\.name).filter(formula.variables.contains) : []
        for (name, value) in combination.sorted(by: { $0.key < $1.key }) {
            if let factor = factors.first(where: { $0.name == name }) {
                guard !factor.levels.contains(value) else { continue }
                throw AnalysisOptionError(
                    option: option,
                    value: "\(name)=\(value)",
                    problem: "column '\(name)' has no such level",
                    remedy: "give one of \(Self.list(factor.levels))"
                )
            }
            guard numbers.contains(name) else {
                throw AnalysisOptionError(
                    option: option,
                    value: "\(name)=\(value)",
                    problem: "'\(name)' is no column of the model",
                    remedy: "name one of \(Self.list(factors.map(\.name) + numbers))"
                )
            }
            guard Double(value)?.isFinite == true else {
                throw AnalysisOptionError(
                    option: option,
                    value: "\(name)=\(value)",
                    problem: "column '\(name)' is of numbers",
                    remedy: "give a number such as 12.5"
                )
            }
        }
    }

    /// The first ten names, and how many more there are.
    static func list(_ names: [String]) -> String {
        names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
    }

    private static func text(_ combination: [String: String]) -> String {
        combination.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
}
