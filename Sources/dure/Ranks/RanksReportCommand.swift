// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Foundation
import Reports

/// `dure ranks report`: a page on where products stand, what changed and what comes next.
struct RanksReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a page on ranks: standing, changes, forecasts, observers, weekdays and hours.",
        discussion: """
            The page is one HTML file that needs nothing else, in the folder's reports unless --to names another place. Exit codes: 0 \
            written, 64 wrong options, 65 the ranks are wrong, 66 there are none, 69 WeasyPrint is missing or fails, 73 the file cannot \
            be made.
            """
    )

    @OptionGroup var input: RankInput

    @Option(help: "The greatest number of steps ahead.")
    var steps = 7

    @Option(help: "The rank to reach: says when that will be, as a distribution.")
    var goal: Int?

    @Option(help: "The seed of the random choices in learning; the same seed gives the same page.")
    var seed: UInt64 = 1

    @Option(help: "The page's language: en or ko.")
    var language = ReportLanguage.english

    @Flag(help: "Write a PDF file too, by WeasyPrint.")
    var pdf = false

    @Option(name: .customLong("to"), help: "Where to write it: the PDF file with --pdf, the HTML file without.")
    var target: String?

    func validate() throws {
        guard (1...1_000).contains(steps) else {
            throw ValidationError("--steps: got '\(steps)'; give 1 to 1,000")
        }
        if let goal, goal < 1 { throw ValidationError("--goal: got '\(goal)'; give a rank from 1") }
    }

    func run() async throws {
        let market = try await input.market()
        let positions = input.positions(in: market)
        let outlook = try RanksForecastCommand.outlook(
            of: market,
            input,
            steps: steps,
            goal: goal,
            within: max(30, steps),
            seed: seed
        )
        let page = RankPage(
            market: market,
            movements: try market.movements(),
            outlook: outlook,
            habits: market.habits(positions: positions, seed: seed),
            goal: goal
        )
        let html = try page.html(language: language, writtenAt: SystemClock().now)
        let standard = input.place.folder.reports.appending(path: "ranks.\(language.rawValue).html")
        let writer = PageFile(standard: standard, target: target, pdf: pdf)
        try await writer.write(html)
    }
}
