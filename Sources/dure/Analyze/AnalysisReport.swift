// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import Statistics

/// The result of `dure analyze`, in the units of the file; `docs/analyze-json.md` documents its keys one by one.
struct AnalysisReport: Encodable {
    /// The combination that the model expects to be best.
    struct Best: Encodable {
        struct Level: Encodable {
            let factor: String
            let level: String
            let isPooled: Bool
        }

        let levels: [Level]
        let predictedMean: Double
        let levelMeansPrediction: Double
        let standardError: Double?
        let confidenceInterval: Interval?
        let predictionInterval: Interval?
    }

    /// The table of variance.
    struct Variance: Encodable {
        let rows: [AnalysisOfVariance.Row]
        let residual: AnalysisOfVariance.Residual
        let total: AnalysisOfVariance.Total
        let sigma: Double?
        let rSquared: Double?
        let adjustedRSquared: Double?
        let isSaturated: Bool
        let isPerfectFit: Bool
        let pooledTerms: [String]
    }

    /// The level means of a column.
    struct Means: Encodable {
        struct Level: Encodable {
            let level: String
            let mean: Double
            let n: Int
            let leastSquaresMean: Double?
            let standardError: Double?
        }

        let term: String
        let kind: NormalEquations.Kind
        let delta: Double
        let rank: Int?
        let levels: [Level]
    }

    /// A column that was not used.
    struct Unused: Encodable {
        let column: String
        let reason: String
    }

    let response: String
    let goal: String
    let signalToNoise: String?
    let rows: Int
    let rowsLeftOut: Int
    let confidence: Double
    let grandMean: Double
    let best: Best
    let anova: Variance
    let means: [Means]
    let contrasts: [AnalysisOfVariance.Contrast]
    let columnsLeftOut: [Unused]
    let notes: [String]

    /// Puts back what was taken off the responses and adds what reading the file has shown.
    init(
        file: ExperimentFile,
        summary: ExperimentFile.Summary,
        goal: AnalysisGoal,
        ratio: RatioKind?,
        variance: AnalysisOfVariance,
        best: BestCombination
    ) {
        let origin = summary.origin
        response = variance.response
        self.goal = ratio == nil ? goal.text : AnalysisGoal.higher.text
        signalToNoise = ratio?.rawValue
        rows = summary.rowCount
        rowsLeftOut = summary.leftOutCount
        confidence = variance.confidence
        grandMean = variance.grandMean + origin
        self.best = Best(
            levels: best.levels.map { .init(factor: $0.factor, level: $0.level, isPooled: $0.isPooled) },
            predictedMean: best.predictedMean + origin,
            levelMeansPrediction: best.levelMeansPrediction + origin,
            standardError: best.standardError,
            confidenceInterval: best.confidenceInterval?.moved(by: origin),
            predictionInterval: best.predictionInterval?.moved(by: origin)
        )
        anova = Variance(
            rows: variance.rows,
            residual: variance.residual,
            total: variance.total,
            sigma: variance.sigma,
            rSquared: variance.rSquared,
            adjustedRSquared: variance.adjustedRSquared,
            isSaturated: variance.isSaturated,
            isPerfectFit: variance.isPerfectFit,
            pooledTerms: variance.pooledTerms
        )
        means = variance.means.map { Means($0, origin: origin) }
        contrasts = variance.contrasts
        columnsLeftOut = file.unused.map { Unused(column: $0.name, reason: $0.reason) }
        notes = Self.fileNotes(file, summary, ratio) + variance.notes + best.notes
    }

    private static func fileNotes(
        _ file: ExperimentFile,
        _ summary: ExperimentFile.Summary,
        _ ratio: RatioKind?
    ) -> [String] {
        var notes: [String] = []
        if summary.leftOutCount > 0 {
            let rows = summary.leftOutCount == 1 ? "1 row was" : "\(summary.leftOutCount) rows were"
            notes.append("\(rows) left out because a cell that the analysis uses is missing.")
        }
        notes += file.unused.map { "Column '\($0.name)' was not taken as a factor: it \($0.reason)." }
        if let ratio {
            notes.append(
                "The response is the signal-to-noise ratio of \(file.responses.count) repeats in decibels "
                    + "(\(ratio.rawValue) is best); higher is better."
            )
        } else if file.responses.count > 1 {
            notes.append("The response is the mean of \(file.responses.count) repeats; --sn analyses their ratios.")
        }
        return notes
    }

    /// The report as one JSON object with sorted keys in snake case.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension AnalysisReport.Means {
    init(_ means: AnalysisOfVariance.TermMeans, origin: Double) {
        term = means.term
        kind = means.kind
        delta = means.delta
        rank = means.rank
        levels = means.levels.map { level in
            Level(
                level: level.level,
                mean: level.mean + origin,
                n: level.n,
                leastSquaresMean: level.leastSquaresMean.map { $0 + origin },
                standardError: level.standardError
            )
        }
    }
}

extension Interval {
    /// The same interval about an estimate that has been moved.
    fileprivate func moved(by distance: Double) -> Interval {
        Interval(
            estimate: estimate + distance,
            lower: lower + distance,
            upper: upper + distance,
            confidence: confidence
        )
    }
}
