// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `dure ranks`: where products stand, what changed, and what comes next.
struct RanksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ranks",
        abstract: "Follow the ranks of products by keyword: take them in, tell changes from noise, forecast, report.",
        discussion:
            "docs/ranks.md explains the methods, what they were measured at, and the files that are understood.",
        subcommands: [
            RanksImportCommand.self, RanksWatchCommand.self, RanksForecastCommand.self, RanksReportCommand.self,
        ]
    )
}

/// How a command prints what it found.
enum RankFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
