// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Jobs

/// `dure open`: shows a server's dashboard in the browser.
struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Show a server's dashboard in the browser.",
        discussion: "Prints the address too, for a machine without a browser. Exit codes: 0 done."
    )

    @Argument(help: "The server's address; DURE_SERVER, or this computer's, when left out.") var server: String?
    @Flag(help: "Print the address, and start no browser.") var print = false

    func run() async throws {
        let named = server ?? ProcessInfo.processInfo.environment["DURE_SERVER"] ?? "http://127.0.0.1:7420"
        guard let url = URL(string: named), ["http", "https"].contains(url.scheme), url.host() != nil else {
            throw ExitCode.usage.saying("'\(named)' is not a server's address such as http://127.0.0.1:7420")
        }
        try Console.line(url.absoluteString)
        guard !print, let opener = Self.opener else { return }
        let process = Process()
        process.executableURL = opener
        process.arguments = [url.absoluteString]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// The program that opens addresses here; nil where there is none.
    private static var opener: URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").lazy
            .flatMap { folder in ["xdg-open", "open"].map { URL(filePath: "\(folder)/\($0)") } }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}
