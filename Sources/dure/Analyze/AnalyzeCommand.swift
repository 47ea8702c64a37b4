// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Files
import Foundation
import Reports
import Statistics

/// `dure analyze`: fits a model to a CSV file and says which combination is best, and how sure that is.
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Analyse an experiment in a CSV file.",
        discussion: "Without --factors or --model every other column of few values is a factor (numbers: up to 20 "
            + "different ones), and main effects are fitted; the columns left out are named. Exit codes: 0 done, 64 "
            + "wrong options, 65 the file is wrong, 66 there is no such file."
    )

    @Argument(
        help: "The CSV file: a header line, one row per run, UTF-8.",
        completion: .file(extensions: ["csv", "tsv"])
    )
    var file: String

    @Option(name: [.short, .long], help: "The response column, or several, each analysed by itself: yield,cost.")
    var response: String

    @Option(name: [.short, .long], help: "The factor columns: A,B,C.")
    var factors: String?

    @Option(name: [.short, .long], help: "The model, as in R: 'A*B + C', '(A+B+C)^2', '.'.")
    var model: String?

    @Option(help: "The type of sums of squares: I, II or III; by default II, where it matters.")
    var type: SumOfSquaresType?

    @Option(name: [.short, .long], help: "Columns that are fitted only to take out disturbance: day,store.")
    var block: String?

    @Option(help: "Columns that enter as straight lines instead of levels: price,temperature.")
    var numeric: String?

    @Option(name: [.short, .long], help: "What is best: higher, lower or nominal:<target>; one for all or one each.")
    var goal: String?

    @Option(
        help: ArgumentHelp(
            "Terms to move into the residual: names, how many degrees of freedom it should have, 'half' of all, or "
                + "those below a share such as 5%."
        )
    )
    var pool: String?

    @Option(help: "The scatter: normal, binomial (successes of --trials) or poisson (counts over --trials).")
    var family = AnalysisReport.Family.normal

    @Option(help: "The column of trials (binomial) or exposure (poisson).")
    var trials: String?

    @Option(
        name: [.customLong("snr"), .customLong("sn")],
        help: "Analyse signal-to-noise ratios of the responses, which are repeats: larger, smaller or nominal."
    )
    var signalToNoise: RatioKind?

    @Flag(help: "The responses are repeats of one run: analyse their mean.")
    var repeats = false

    @Option(help: "Reference levels of contrasts: A=2,B=low.")
    var reference: String?

    @Option(help: "The combination in use now, with a level of every factor, to say what is gained over it: A=1,B=2.")
    var present: String?

    @Option(
        help: ArgumentHelp(
            "Whether tests of successes and counts allow for more scatter than the family has: auto (when it is "
                + "found), estimated (always) or none."
        )
    )
    var dispersion: CountModel.Dispersion?

    @Option(help: "The column of time or run order, for the check of a drift; 'rows' for the file's order.")
    var order: String?

    @Flag(help: "Compare all pairs of levels, adjusted by Tukey and Kramer.")
    var tukey = false

    @Option(help: "A combination to predict, such as A=1,B=2; may be given several times.")
    var predict: [String] = []

    @Option(
        help: ArgumentHelp(
            "What a response is worth, for the best compromise of several: yield:larger:60:90, cost:smaller:10:20, "
                + "size:target:9:10:11; then weight=2 and importance=3. May be given several times."
        )
    )
    var desirability: [String] = []

    @Option(help: "The confidence of intervals, between 0 and 1.")
    var confidence = 0.95

    @Flag(help: "Print the result as one JSON object; its keys are documented in docs/analyze-json.md.")
    var json = false

    @OptionGroup var page: PageOptions

    func validate() throws {
        guard confidence > 0, confidence < 1 else {
            throw ValidationError("--confidence: got '\(confidence)'; give a share between 0 and 1, such as 0.95")
        }
        _ = try request()
    }

    func run() throws {
        let report: AnalysisReport
        do {
            report = try request().report()
        } catch {
            guard let code = Self.exitCode(of: error) else {
                throw error
            }
            let place = error is AnalysisOptionError ? "" : "\(code == .usage ? "--model" : file): "
            throw code.saying("\(place)\(error)".printable)
        }
        try FileHandle.standardOutput.write(contentsOf: Data((try output(report) + "\n").utf8))
        try page.write(try pages(of: report))
    }

    /// The pages to write, one for each response; none without `--report`.
    func pages(of report: AnalysisReport) throws -> [(name: String, html: String)] {
        guard page.file != nil else { return [] }
        let now = SystemClock().now
        return try report.responses.indices.map { index in
            let response = report.responses[index].response
            guard let content = AnalysisPageContent(report, response: index) else {
                throw ExitCode.software.saying("--report: '\(response)' has no page; read the text or --json")
            }
            return (response, try AnalysisPage(content).html(language: page.language, writtenAt: now))
        }
    }

    /// The exit code of what a report throws; nil for an error that is not of the file or the options.
    static func exitCode(of error: any Error) -> ExitCode? {
        switch error {
        case let error as CSVError: error.isUnreadable ? .noInput : .dataError
        case is StatisticsError: .dataError
        case is FormulaError, is AnalysisOptionError: .usage
        default: nil
        }
    }

    /// The report as it is printed.
    func output(_ report: AnalysisReport) throws -> String {
        json ? try report.json() : AnalysisText(report).text
    }
}

extension SumOfSquaresType: ExpressibleByArgument {
    package init?(argument: String) {
        switch argument.uppercased() {
        case "I", "1": self = .one
        case "II", "2": self = .two
        case "III", "3": self = .three
        default: return nil
        }
    }
}

extension AnalysisReport.Family: ExpressibleByArgument {}

extension CountModel.Dispersion: ExpressibleByArgument {}

/// What `--snr` accepts.
enum RatioKind: String, ExpressibleByArgument, CaseIterable {
    case larger
    case smaller
    case nominal

    /// The statistic of a run's repeats.
    var statistic: RunStatistic.Kind {
        switch self {
        case .larger: .larger
        case .smaller: .smaller
        case .nominal: .nominal
        }
    }
}

extension AnalysisReport {
    /// The report as one JSON object with sorted keys in snake case.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
