// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Domain
import Foundation
import Logging
import Operations

/// The environment as connectors see it: the process's own, and what is kept encrypted in the database instead.
enum HouseEnvironment {
    /// The kind of secret that stands in for a variable.
    static let kind = "environment"
    /// The variables that may be kept so.
    static let names: Set<String> = [
        "DURE_SLACK_WEBHOOK_URL", "DURE_WEBHOOK_SIGNING_SECRET", "DURE_SMTP_URL", "DURE_SMTP_USER",
        "DURE_SMTP_PASSWORD", "DURE_NAVER_CLIENT_ID",
        "DURE_NAVER_CLIENT_SECRET", "DURE_NEWSAPI_KEY", "DURE_YOUTUBE_KEY",
    ]

    private static let kept = Locked<[String: String]>([:])

    /// Every variable; one that the process was given goes before one that is kept.
    static var present: [String: String] {
        let given = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        return kept.withLock { $0 }.merging(given) { $1 }
    }

    /// Has connectors see what is kept, which without a vault is nothing; throws the exit code of what cannot be decrypted.
    static func load(from vault: SecretVault?, logger: Logger) async throws {
        guard let vault else { return }
        do {
            let names = try await load(vault)
            guard !names.isEmpty else { return }
            logger.notice(
                "Credentials are taken from the database.",
                metadata: ["names": "\(names.joined(separator: ", "))"]
            )
        } catch let fault as SecretVault.Fault {
            throw ExitCode.dataError.saying("\(fault)")
        }
    }

    /// Reads what is kept; returns the names.
    private static func load(_ vault: SecretVault) async throws -> [String] {
        let found = try await vault.all(kind: kind, in: .default).filter { names.contains($0.name) }
        kept.withLock { kept in
            for secret in found { kept[secret.name] = String(decoding: secret.plain, as: UTF8.self) }
        }
        return found.map(\.name)
    }
}
