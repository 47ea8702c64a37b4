// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `dure feeds`: what news and blogs publish for programs.
struct FeedsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feeds",
        abstract: "Look at feeds: RSS, Atom, CDF and JSON Feed.",
        subcommands: [FeedsCheckCommand.self]
    )
}
