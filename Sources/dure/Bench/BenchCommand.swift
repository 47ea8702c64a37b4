// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `dure bench`: how fast this machine does what Dure rests on.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast this machine runs jobs and carries messages.",
        subcommands: [BenchJobsCommand.self, BenchFleetCommand.self, BenchMessagesCommand.self]
    )
}
