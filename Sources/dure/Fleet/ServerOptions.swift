// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Connectors
import Domain
import Foundation
import Jobs
import Operations

/// Where a server is, and with which key to speak to it.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server's address, such as https://dure.example:7420.")
    var server: String

    @Option(help: "A file with the key that 'dure fleet keys add' printed.", completion: .file())
    var keyFile: String

    @Option(help: "A PEM file with the certificates to trust instead of the system's.", completion: .file())
    var trust: String?

    /// Reads the key; throws the exit code that fits what is wrong with it.
    func client(patience: TimeSpan = .seconds(10)) throws -> APIClient {
        let key = try Self.key(in: keyFile)
        do {
            return try APIClient(APIClient.Setting(server: server, key: key, trust: trust, patience: patience))
        } catch let failure as Failure {
            throw ExitCode.usage.saying(failure.message)
        }
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

    /// Makes calls with a client, which is closed afterwards; what the server refuses is an exit code.
    func calling<Value>(_ body: (APIClient) async throws -> Value) async throws -> Value {
        let client = try client()
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(client))
        } catch {
            outcome = .failure(error)
        }
        try await client.shutdown()
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
}
