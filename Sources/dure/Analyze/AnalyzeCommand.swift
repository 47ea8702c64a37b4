// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Files
import Foundation
import Statistics

/// `dure analyze`: fits the main-effects model of a CSV file and says which combination is best, and how sure that is.
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Analyse an experiment in a CSV file.",
        discussion: "Fits main effects with type II sums of squares. Without --factors every other column of few "
            + "values is a factor; the columns left out are named. Exit codes: 0 done, 64 wrong options, 65 the file "
            + "is wrong, 66 there is no such file."
    )

    @Argument(
        help: "The CSV file: a header line, one row per run, UTF-8.",
        completion: .file(extensions: ["csv", "tsv"])
    )
    var file: String

    @Option(name: [.short, .long], help: "The response column, or several repeats of one run: y1,y2.")
    var response: String

    @Option(name: [.short, .long], help: "The factor columns: A,B,C.")
    var factors: String?

    @Option(name: [.short, .long], help: "Columns that are fitted only to take out disturbance: day,store.")
    var block: String?

    @Option(name: [.short, .long], help: "What is best: higher, lower or nominal:<target>.")
    var goal: AnalysisGoal?

    @Option(help: "Factors to move into the residual: a list of names, or how many degrees of freedom it should have.")
    var pool: String?

    @Option(name: .customLong("sn"), help: "Analyse signal-to-noise ratios of the repeats: larger, smaller or nominal.")
    var signalToNoise: RatioKind?

    @Option(help: "The confidence of intervals, between 0 and 1.")
    var confidence = 0.95

    @Flag(help: "Print the result as one JSON object; its keys are documented in docs/analyze-json.md.")
    var json = false

    func validate() throws {
        guard confidence > 0, confidence < 1 else {
            throw ValidationError("--confidence: got '\(confidence)'; give a share between 0 and 1, such as 0.95")
        }
        guard !Self.names(response).isEmpty else {
            throw ValidationError("--response: got '\(response)'; give the name of a column")
        }
        if signalToNoise != nil, let goal, goal != .higher {
            throw ValidationError("--goal: leave it out with --sn; a higher signal-to-noise ratio is always better")
        }
    }

    func run() throws {
        let report: AnalysisReport
        do {
            report = try Analysis(
                path: file,
                responses: Self.names(response),
                factors: factors.map(Self.names),
                blocks: block.map(Self.names) ?? [],
                goal: goal ?? .higher,
                pooling: pooling,
                ratio: signalToNoise,
                confidence: confidence
            )
            .report()
        } catch let error as CSVError {
            throw (error.isUnreadable ? ExitCode.noInput : .dataError).saying("\(file): \(error)")
        } catch let error as StatisticsError {
            throw ExitCode.dataError.saying("\(file): \(error)")
        }
        let text = json ? try report.json() : AnalysisText(report).text
        try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    private var pooling: MainEffectsAnalysis.Pooling {
        guard let pool else {
            return .none
        }
        if let degrees = Int(pool), degrees > 0 {
            return .smallest(untilResidualDegreesOfFreedom: degrees)
        }
        return .terms(Self.names(pool))
    }

    /// The names in a list with commas.
    static func names(_ list: String) -> [String] {
        list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}

/// What `--goal` accepts.
enum AnalysisGoal: Hashable, ExpressibleByArgument {
    case higher
    case lower
    case nominal(Double)

    init?(argument: String) {
        switch argument {
        case "higher", "larger": self = .higher
        case "lower", "smaller": self = .lower
        default:
            guard argument.hasPrefix("nominal:"), let target = Double(argument.dropFirst("nominal:".count)),
                target.isFinite
            else { return nil }
            self = .nominal(target)
        }
    }

    /// The goal as it is written.
    var text: String {
        switch self {
        case .higher: "higher"
        case .lower: "lower"
        case .nominal(let target): "nominal:\(target)"
        }
    }
}

/// What `--sn` accepts.
enum RatioKind: String, ExpressibleByArgument, CaseIterable {
    case larger
    case smaller
    case nominal

    /// The ratio's formula.
    var formula: SignalToNoise {
        switch self {
        case .larger: .largerIsBetter
        case .smaller: .smallerIsBetter
        case .nominal: .nominalIsBest
        }
    }

    /// What would give every run a ratio.
    var remedy: String {
        switch self {
        case .larger: "give repeats that are not 0"
        case .smaller: "give repeats of which one at least is not 0"
        case .nominal: "give two repeats or more that differ and whose mean is not 0"
        }
    }
}
