// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Experiments
import Foundation
import Statistics

/// `dure ranks forecast`: where products will stand, with intervals, and how far that can be trusted.
struct RanksForecastCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast",
        abstract: "Forecast ranks with intervals, the chance to fall off the list, and the date of a goal.",
        discussion: """
            Each number of steps ahead is forecast by the method that did best on the panel's own past; where none beats 'no change', no \
            rank is forecast, and only the interval and the chance to fall off the list are told. Works on a file or on what was \
            imported. Exit codes: 0 done, 64 wrong options, 65 the ranks are wrong, 66 there are none.
            """
    )

    @OptionGroup var input: RankInput

    @Option(help: "The greatest number of steps ahead.")
    var steps = 4

    @Option(help: "The rank to reach: says when that will be, as a distribution.")
    var goal: Int?

    @Option(help: "Within how many steps the goal is looked for.")
    var within = 30

    @Option(help: "How many products to print, own ones first; 0 for all.")
    var top = 20

    @Option(help: "The seed of the random choices in learning; the same seed gives the same forecast.")
    var seed: UInt64 = 1

    @Option(help: "text or json.")
    var format = RankFormat.text

    func validate() throws {
        guard (1...1_000).contains(steps) else {
            throw ValidationError("--steps: got '\(steps)'; give 1 to 1,000")
        }
        guard (1...1_000).contains(within) else {
            throw ValidationError("--within: got '\(within)'; give 1 to 1,000")
        }
        if let goal, goal < 1 { throw ValidationError("--goal: got '\(goal)'; give a rank from 1") }
        guard top >= 0 else { throw ValidationError("--top: got '\(top)'; give 0 or more") }
    }

    func run() async throws {
        let market = try await input.market()
        let outlook = try Self.outlook(of: market, input, steps: steps, goal: goal, within: within, seed: seed)
        guard format == .text else { return try Console.json(outlook) }
        try Console.line(RankOutlookText(outlook: outlook, timeZone: input.table.timeZone).text(top: top))
    }

    /// The outlook that options ask for; throws exit code 65 for a goal beyond the lists.
    static func outlook(
        of market: RankMarket,
        _ input: RankInput,
        steps: Int,
        goal: Int?,
        within: Int,
        seed: UInt64
    ) throws -> RankOutlook {
        var request = RankOutlookRequest()
        request.steps = steps
        request.goal = goal
        request.within = within
        request.confidence = input.confidence
        request.positions = input.positions(in: market)
        request.seed = seed
        do {
            return try market.outlook(request)
        } catch let failure as Failure {
            throw ExitCode.dataError.saying(failure.message)
        }
    }
}
