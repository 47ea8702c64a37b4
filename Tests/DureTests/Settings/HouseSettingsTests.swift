// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Operations
import Server
import Testing

@testable import dure

@Suite struct HouseSettingsTests {
    private func read(
        flags: [String: [String]] = [:],
        _ variables: [String: String] = [:]
    ) async throws -> Settings {
        try await HouseSettings.read(
            SettingsSource(items: HouseSettings.items, flags: flags, variables: variables, file: nil)
        )
    }

    @Test func `settings have names of their own, and each standard is right`() async throws {
        let keys = HouseSettings.items.map(\.key)
        #expect(Set(keys).count == keys.count)
        #expect(Set(HouseSettings.items.map(\.variable)).count == keys.count)
        let settings = try await read()
        #expect(settings.faults.isEmpty)
        for value in settings.values where !value.values.isEmpty {
            let again = try await read(flags: [value.item.key: value.values])
            #expect(again.faults.isEmpty, "\(value.item.key)")
        }
    }

    @Test(arguments: ["staging", "production"])
    func `staging and production name what they lack`(environment: String) async throws {
        let settings = try await read(["DURE_ENVIRONMENT": environment])
        #expect(settings.faults.map(\.field) == ["database.url", "redis.url", "security.master_key"])
        let whole = try await read([
            "DURE_ENVIRONMENT": environment, "DURE_DATABASE_URL": "postgresql://h/d", "DURE_REDIS_URL": "redis://h",
            "DURE_SECURITY_MASTER_KEY": MasterKey.newText(),
        ])
        #expect(whole.faults.isEmpty)
    }

    @Test func `what does not fit together is named`() async throws {
        let certificate = try await read(flags: ["server.tls_certificate": ["c.pem"]])
        #expect(certificate.faults.map(\.field) == ["server.tls_key"])
        let limits = try await read(flags: ["health.warning_percent": ["96"]])
        #expect(limits.faults.map(\.field) == ["health.warning_percent"])
    }

    @Test func `planted secrets are not shown, right or wrong`() async throws {
        let right = "postgresql://user:canary-1@host/name"
        let settings = try await read([
            "DURE_DATABASE_URL": right, "DURE_REDIS_URL": "canary-2", "DURE_SECURITY_MASTER_KEY": "canary-3",
        ])
        #expect(settings.text("database.url") == right)
        #expect(settings.faults.map(\.field) == ["redis.url", "security.master_key"])
        let shown = ConfigCheckCommand.text(settings) + settings.faults.map(\.description).joined()
        #expect(!shown.contains("canary"))
    }

    @Test func `what requests are judged by comes from the settings`() async throws {
        let settings = try await read([
            "DURE_SECURITY_ALLOWED_ORIGINS": "https://a.example, https://b.example",
            "DURE_SECURITY_TRUSTED_PROXIES": "10.0.0.0/8", "DURE_LIMITS_CALLER_PER_SECOND": "7",
            "DURE_SERVER_PUBLIC_URL": "https://dure.example",
        ])
        #expect(settings.faults.isEmpty)
        let rules = HouseSettings.rules(settings)
        #expect(rules.origins == ["https://a.example", "https://b.example"])
        #expect(rules.proxies.first?.contains("10.1.1.1") == true)
        #expect(rules.caller.perSecond == 7 && rules.caller.burst == 200)
        #expect(rules.isSecure && rules.ownOrigins == ["https://dure.example"])
    }

    @Test func `the master key of a folder is made once, for its owner alone`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dure-key-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let none = try MasterKeyPlace.keys(setting: nil, folder: folder, makes: false)
        #expect(none?.current.id == nil)
        let first = try #require(try MasterKeyPlace.keys(setting: nil, folder: folder, makes: true))
        let again = try #require(try MasterKeyPlace.keys(setting: nil, folder: folder, makes: true))
        #expect(first.current.id == again.current.id)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(path: "master.key").path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let text = MasterKey.newText()
        let set = try #require(try MasterKeyPlace.keys(setting: text, folder: folder, makes: true))
        #expect(set.current.id == MasterKey(text)?.id)
    }
}
