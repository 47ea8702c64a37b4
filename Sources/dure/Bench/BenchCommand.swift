// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `dure bench`: measures parts of Dure on this machine.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure parts of Dure on this machine.",
        subcommands: [BenchMessagesCommand.self]
    )
}
