// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `dure trends`: what shoppers read and watch.
struct TrendsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trends",
        abstract: "Find out what is written and watched more than before.",
        discussion: "docs/trends.md says more.",
        subcommands: [TrendsNewsCommand.self, TrendsVideosCommand.self, TrendsWatchCommand.self]
    )
}
