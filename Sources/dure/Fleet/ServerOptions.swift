// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import Jobs
import Operations

/// Where a server is, and with which key to speak to it.
struct ServerOptions: ParsableArguments {
    @Option(
        name: .customLong("server"),
        help: """
            The server's address, such as https://dure.example:7420; of several servers of one fleet each, or all with commas between. \
            When one does not answer the next is asked.
            """
    )
    var servers: [String]

    @Option(
        help: "A file with the key that 'dure keys add' printed; DURE_API_KEY, or DURE_API_KEY_FILE, when left out.",
        completion: .file()
    )
    var keyFile: String?

    @Option(help: "A PEM file with the certificates to trust instead of the system's.", completion: .file())
    var trust: String?

    /// Reads the key; throws the exit code that fits what is wrong with it.
    func clients(patience: TimeSpan = .seconds(10)) throws -> [APIClient] {
        let key = try key(ProcessInfo.processInfo.environment)
        do {
            return try addresses.map { server in
                try APIClient(APIClient.Setting(server: server, key: key, trust: trust, patience: patience))
            }
        } catch let failure as Failure {
            throw ExitCode.usage.saying(failure.message)
        }
    }

    /// The servers' addresses, in the order in which they are asked.
    var addresses: [String] {
        servers.flatMap { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
            .filter { !$0.isEmpty }
    }

    func validate() throws {
        guard !addresses.isEmpty else { throw ValidationError("--server needs an address") }
    }

    private func key(_ environment: [String: String]) throws -> String {
        if let keyFile { return try Self.key(in: keyFile) }
        if let text = environment["DURE_API_KEY"], !text.isEmpty { return text }
        if let file = environment["DURE_API_KEY_FILE"], !file.isEmpty { return try Self.key(in: file) }
        let server = addresses.first ?? "the server"
        throw ExitCode.usage.saying("there is no key for \(server); give --key-file, or set DURE_API_KEY")
    }

    static func key(in path: String) throws -> String {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        } catch {
            throw ExitCode.noInput.saying("\(path): the key cannot be read (\(error.localizedDescription))")
        }
        do throws(KeyText.Fault) {
            return try KeyText(text).text
        } catch .malformed {
            throw ExitCode.dataError.saying("\(path): this is no key; it should be one line that begins with dure_")
        } catch .checksum {
            throw ExitCode.dataError.saying(
                "\(path): the key is mistyped or cut; its last characters do not fit the rest"
            )
        }
    }

    /// Makes calls with a client of the first server that answers; what that refuses is an exit code.
    func calling<Value>(_ body: (APIClient) async throws -> Value) async throws -> Value {
        let clients = try clients()
        let outcome = await Self.first(clients, body)
        for client in clients { try await client.shutdown() }
        do {
            return try outcome.get()
        } catch let error as FleetCallError {
            switch error {
            case .notAllowed: throw ExitCode(WorkerExit.notAllowed).saying("\(error)")
            case .unreachable, .busy: throw ExitCode.temporary.saying("\(error)")
            case .refused, .sessionIsOver: throw ExitCode.dataError.saying("\(error)")
            }
        }
    }

    private static func first<Value>(
        _ clients: [APIClient],
        _ body: (APIClient) async throws -> Value
    ) async -> Result<Value, any Error> {
        var last: any Error = FleetCallError.unreachable("no server is named")
        for client in clients {
            do {
                return .success(try await body(client))
            } catch let error as FleetCallError {
                last = error
                switch error {
                case .unreachable, .busy: continue
                case .notAllowed, .refused, .sessionIsOver: return .failure(error)
                }
            } catch {
                return .failure(error)
            }
        }
        return .failure(last)
    }
}
