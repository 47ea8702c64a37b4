// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import Jobs
import Operations

/// `dure open`: shows a server's dashboard in the browser, signed in.
struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Show a server's dashboard in the browser, by a sign-in link that is good once.",
        discussion: """
            The link comes from the server that holds the data folder on this machine; or, where a server is named (DURE_SERVER is one, \
            too), from there, which takes an administrator's key in DURE_API_KEY or in the file that DURE_API_KEY_FILE names. A named \
            server without a key is shown as it is. The address is printed, too, for a machine without a browser. Exit codes: 0 done; 65 \
            the server refuses; 75 no server answers; 77 the key is not an administrator's.
            """
    )

    @Argument(help: "The server's address, such as http://127.0.0.1:7420; the data folder's server when left out.")
    var server: String?

    @Option(help: "The folder of the server's data (default: \(DataFolder.standard)).", completion: .directory)
    var output: String?

    @Option(help: "What whoever signs in may do: viewer, operator or admin.") var role = Role.admin
    @Flag(help: "Print the address, and start no browser.") var print = false

    func validate() throws {
        guard role != .worker else { throw ValidationError("--role is 'worker'; give viewer, operator or admin") }
        guard server == nil || output == nil else {
            throw ValidationError("a server's address and --output name two servers; leave one out")
        }
    }

    func run() async throws {
        let address = try await address(ProcessInfo.processInfo.environment)
        try Console.line(address)
        guard !print, let opener = Self.opener else { return }
        let process = Process()
        process.executableURL = opener
        process.arguments = [address]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    private func address(_ environment: [String: String]) async throws -> String {
        let named = server ?? (output == nil ? environment["DURE_SERVER"] : nil)
        guard let named, !named.isEmpty else {
            let folder = DataFolder(path: output ?? DataFolder.standard)
            let wish = SignInBox.Wish(name: NSUserName(), role: role)
            let link = try await SignInBox(folder: folder).ask(wish, patience: .seconds(5), clock: SystemClock())
            if let link { return link }
            throw ExitCode.temporary.saying(
                "\(folder.url.path): no server that holds this folder answers; start 'dure serve', name its folder with --output, or give a "
                    + "server's address and a key in DURE_API_KEY"
            )
        }
        guard let url = URL(string: named), ["http", "https"].contains(url.scheme), url.host() != nil else {
            throw ExitCode.usage.saying("'\(named)' is not a server's address such as http://127.0.0.1:7420")
        }
        let hasKey = ["DURE_API_KEY", "DURE_API_KEY_FILE"].contains { environment[$0]?.isEmpty == false }
        guard hasKey else { return url.absoluteString }
        unsafe setenv("DURE_SERVER", named, 1)
        struct Link: Decodable { var path: String }
        let link: Link = try await RemoteHouse.calling { client in
            try await client.call(
                "POST",
                "/api/v1/sign-in-links",
                SignInBox.Wish(name: NSUserName(), role: role)
            )
        }
        return (named.hasSuffix("/") ? String(named.dropLast()) : named) + link.path
    }

    /// The program that opens addresses here; nil where there is none.
    private static var opener: URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").lazy
            .flatMap { folder in ["xdg-open", "open"].map { URL(filePath: "\(folder)/\($0)") } }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}
