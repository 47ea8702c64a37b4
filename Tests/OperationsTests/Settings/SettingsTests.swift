// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Logging
import Testing

@testable import Operations

@Suite struct SettingsTests {
    /// A folder of a test's own.
    private final class Folder: Sendable {
        let path = NSTemporaryDirectory() + "dure-settings-" + UUID().uuidString

        init() throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        deinit {
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                Issue.record("\(path) was not removed")
            }
        }

        func write(_ name: String, _ text: String) throws -> String {
            try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
            return "\(path)/\(name)"
        }
    }

    private static let items = [
        SettingItem("server.port", .number(0...65_535), standard: "7420", isLive: true, "The port."),
        SettingItem("server.host", .text, standard: "127.0.0.1", "The host."),
        SettingItem("server.is_open", .flag, standard: "false", "Open."),
        SettingItem("server.wait", .span(.seconds(1) ... .hours(1)), standard: "30s", "Wait."),
        SettingItem("log.level", .choice(["info", "debug"]), standard: "info", isLive: true, "Level."),
        SettingItem("server.names", .list(expected: "names") { !$0.contains("!") }, standard: "a", "Names."),
        SettingItem("database.url", .checked(expected: "pg://") { $0.hasPrefix("pg://") }, isSecret: true, "Where."),
    ]

    private func read(
        flags: [String: [String]] = [:],
        _ variables: [String: String] = [:],
        file: String? = nil
    ) async throws -> Settings {
        try await SettingsSource(items: Self.items, flags: flags, variables: variables, file: file).read()
    }

    private func source(_ settings: Settings, _ key: String) -> String? {
        settings.values.first { $0.item.key == key }?.source
    }

    @Test func `flags go before the environment, that before the file, that before its environment's file`()
        async throws
    {
        let folder = try Folder()
        let file = try folder.write("dure.yaml", "server:\n  port: 3\n  host: file\n  wait: 5s\n")
        let beside = try folder.write(
            "dure.testing.yaml",
            "server:\n  port: 4\n  host: beside\n  wait: 6s\n  is_open: true\n  names: [x, y]\n"
        )
        let settings = try await read(
            flags: ["server.port": ["1"], "environment": ["testing"]],
            ["DURE_SERVER_PORT": "2", "DURE_SERVER_HOST": "variable", "DURE_LOG_LEVEL": ""],
            file: file
        )
        #expect(settings.faults.isEmpty)
        #expect(settings.number("server.port") == 1 && source(settings, "server.port") == "flags")
        #expect(settings.text("server.host") == "variable" && source(settings, "server.host") == "DURE_SERVER_HOST")
        #expect(settings.span("server.wait") == .seconds(5) && source(settings, "server.wait") == file)
        #expect(settings.flag("server.is_open") && source(settings, "server.is_open") == beside)
        #expect(settings.list("server.names") == ["x", "y"])
        #expect(settings.text("log.level") == "info" && source(settings, "log.level") == "default")
        #expect(settings.text("database.url") == nil)
    }

    @Test func `every wrong value is named, with what would be right, and secrets are not`() async throws {
        let folder = try Folder()
        let file = try folder.write(
            "dure.yaml",
            "server:\n  port: many\n  prot: 1\n  is_open: 2\n  wait: 2h\n  names: [a, 'b!']\nelse: 1\n"
        )
        let settings = try await read(
            ["DURE_LOG_LEVEL": "loud", "DURE_DATABASE_URL": "canary-secret", "DURE_SERVER_HOSTT": "x"],
            file: file
        )
        #expect(
            Set(settings.faults.map(\.field)) == [
                "server.port", "server.prot", "server.is_open", "server.wait", "server.names", "else", "log.level",
                "database.url", "DURE_SERVER_HOSTT",
            ]
        )
        let text = settings.faults.map(\.description).joined(separator: "\n")
        #expect(!text.contains("canary"))
        #expect(text.contains("server.port is 'many' (\(file)); it should be a whole number from 0 to 65535"))
        #expect(text.contains("did you mean server.port?"))
        #expect(text.contains("log.level is 'loud' (DURE_LOG_LEVEL); it should be one of info, debug"))
    }

    @Test func `a secret is read from the file that a variable names`() async throws {
        let folder = try Folder()
        let secret = try folder.write("secret", "pg://canary\n")
        let settings = try await read(["DURE_DATABASE_URL_FILE": secret])
        #expect(settings.text("database.url") == "pg://canary")
        #expect(source(settings, "database.url") == "DURE_DATABASE_URL_FILE")
        #expect(settings.values.map(\.shown).allSatisfy { !$0.contains("canary") })
        let missing = try await read(["DURE_DATABASE_URL_FILE": secret + "x"])
        #expect(missing.faults.map(\.field) == ["DURE_DATABASE_URL_FILE"])
    }

    @Test func `a file that is not there, or is no YAML of settings, is one clear error`() async throws {
        let folder = try Folder()
        #expect(throws: SettingsSource.FileFault.self) {
            try SettingsSource(items: Self.items, flags: [:], variables: [:], file: folder.path + "/none.yaml")
        }
        for text in ["- a\n- b\n", "a: [", "server: {port: [{a: 1}]}\n"] {
            let file = try folder.write("odd.yaml", text)
            await #expect(throws: SettingsSource.FileFault.self) { try await read(file: file) }
        }
    }

    @Test(.timeLimit(.minutes(10))) func `a change of the file holds by itself, one that is wrong changes nothing`()
        async throws
    {
        let folder = try Folder()
        let file = try folder.write("dure.yaml", "log:\n  level: info\n")
        let source = try SettingsSource(items: Self.items, flags: [:], variables: [:], file: file)
        let first = try await source.read()
        let changes = AsyncStream<(Settings, Set<String>)>.makeStream()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        _ = try folder.write("dure.yaml", "log:\n  level: debug\nserver:\n  host: new\n")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await SettingsWatch(source, logger: logger).run(from: first) { settings, names in
                    changes.continuation.yield((settings, names))
                }
            }
            var changes = changes.stream.makeAsyncIterator()
            let change = try #require(await changes.next())
            #expect(change.0.text("log.level") == "debug")
            #expect(change.1 == ["log.level"], "the host waits for a new start")
            _ = try folder.write("dure.yaml", "log:\n  level: loud\nserver:\n  port: 8\n")
            _ = try folder.write("dure.yaml", "log:\n  level: debug\nserver:\n  port: 9\n")
            let second = try #require(await changes.next())
            #expect(second.0.number("server.port") == 9)
            #expect(second.1 == ["server.port"])
            group.cancelAll()
        }
    }
}
