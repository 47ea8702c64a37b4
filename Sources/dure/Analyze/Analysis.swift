// SPDX-License-Identifier: Apache-2.0

import Files
import Statistics

/// One analysis: from a CSV file to the numbers that are shown.
struct Analysis {
    let path: String
    let responses: [String]
    let factors: [String]?
    let blocks: [String]
    let goal: AnalysisGoal
    let pooling: MainEffectsAnalysis.Pooling
    let ratio: RatioKind?
    let confidence: Double

    /// Reads, fits and puts the numbers together; throws `CSVError` and `StatisticsError`.
    func report() throws -> AnalysisReport {
        let file = try ExperimentFile(path: path, responses: responses, factors: factors, blocks: blocks)
        let terms = file.columns.map { NormalEquations.Term(name: $0.name, kind: $0.isBlock ? .block : .factor) }
        var equations = try NormalEquations(
            responseName: responseName,
            terms: terms,
            expectedLevels: min(16, file.columns.map(\.levels.count).max() ?? 1)
        )
        let summary = try file.forEachRow(isShifted: ratio == nil) { line, codes, values in
            try equations.add(levels: codes, response: try response(values, line))
        }
        guard summary.rowCount > 0 else {
            throw CSVError(
                line: 0,
                problem: "all \(summary.leftOutCount) rows have a missing cell",
                remedy: "fill the cells or use other columns"
            )
        }
        let analysis = MainEffectsAnalysis(pooling: pooling, confidence: confidence)
        let fitted = try analysis.fit(equations, levels: file.columns.map(\.levels))
        let best = try fitted.bestCombination(direction(origin: summary.origin))
        return AnalysisReport(
            file: file,
            summary: summary,
            goal: goal,
            ratio: ratio,
            variance: fitted.analysisOfVariance,
            best: best
        )
    }

    private var responseName: String {
        let name = responses.joined(separator: ",")
        return switch ratio {
        case nil: responses.count == 1 ? name : "mean(\(name))"
        case let kind?: "sn_\(kind.rawValue)(\(name))"
        }
    }

    /// The response of one run: its value, the mean of its repeats or their ratio.
    private func response(_ values: [Double], _ line: Int) throws(CSVError) -> Double {
        guard let ratio else {
            return values.count == 1 ? values[0] : values.reduce(0, +) / Double(values.count)
        }
        guard let value = ratio.formula.ratio(values) else {
            throw CSVError(
                line: line,
                column: responses.joined(separator: ","),
                value: values.map { String($0) }.joined(separator: ","),
                problem:
                    "got \(values.map { String($0) }.joined(separator: ", ")), which have no signal-to-noise ratio",
                remedy: ratio.remedy
            )
        }
        return value
    }

    private func direction(origin: Double) -> BestCombination.Direction {
        guard ratio == nil else {
            return .higher
        }
        return switch goal {
        case .higher: .higher
        case .lower: .lower
        case .nominal(let target): .nominal(target: target - origin)
        }
    }
}
