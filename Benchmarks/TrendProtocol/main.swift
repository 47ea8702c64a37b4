// SPDX-License-Identifier: Apache-2.0
import Foundation
import TrendAnalysis

/// Runs the protocol of the trend tests on a folder of data: `TrendProtocol DATA [EVENTS] [--verbose] [--only terms|…]`.
func run() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let isVerbose = arguments.contains("--verbose")
    var only: String?
    if let index = arguments.firstIndex(of: "--only"), index + 1 < arguments.count {
        only = arguments[index + 1]
        arguments.removeSubrange(index...index + 1)
    }
    arguments.removeAll { $0 == "--verbose" }
    guard let folder = arguments.first else {
        throw ProtocolError(
            what:
                "usage: TrendProtocol DATA [EVENTS.json] [--only terms|pairs|stories|videos|korean|speed|peers] [--verbose]"
        )
    }
    let protocolRun = ProtocolRun(
        folder: folder,
        eventFile: arguments.count > 1 ? arguments[1] : nil,
        isVerbose: isVerbose
    )
    try protocolRun.run(only: only)
}

do {
    try run()
} catch {
    FileHandle.standardError.write(Data("TrendProtocol: \(error)\n".utf8))
    exit(1)
}
