// SPDX-License-Identifier: Apache-2.0

import Domain
import Jobs
import Logging
import Operations
import Server

/// Every setting of a server, as docs/configuration.md lists them.
enum HouseSettings {
    private static let ports = SettingItem.Kind.number(0...65_535)

    /// In the order in which they are shown.
    static let items: [SettingItem] = [
        SettingItem(
            "environment",
            .choice(["development", "testing", "staging", "production"]),
            standard: "development",
            "Where the process runs; by flag or variable. Staging and production need PostgreSQL and Redis."
        ),
        SettingItem(
            "log.level",
            .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
            standard: "info",
            isLive: true,
            "From which level on the log has lines."
        ),
        SettingItem("server.host", .text, standard: "127.0.0.1", "The address to listen on."),
        SettingItem(
            "server.port",
            ports,
            standard: "7420",
            "The port of the API and the pages; 0 for any that is free."
        ),
        SettingItem("server.health_host", .text, standard: "127.0.0.1", "The address of the probes."),
        SettingItem("server.health_port", ports, standard: "7421", "The port of /livez, /readyz and /metrics."),
        SettingItem("server.name", .text, "This server's name among those that share a database."),
        SettingItem(
            "server.tls_certificate",
            .text,
            "A PEM file with the certificate and its chain; exchanged when it changes."
        ),
        SettingItem("server.tls_key", .text, "A PEM file with the certificate's private key."),
        SettingItem(
            "server.public_url",
            .checked(expected: "an address such as https://dure.example", isRight: SecurityRules.isOrigin),
            "Where people find the server, when a proxy in front hides it."
        ),
        SettingItem(
            "server.drain_seconds",
            .number(0...300),
            standard: "5",
            "How long /readyz says no before the ports close."
        ),
        SettingItem(
            "jobs.queue_limit",
            .number(1...100_000_000),
            standard: "1000000",
            "How many jobs of a kind may wait."
        ),
        SettingItem(
            "jobs.enqueue_kinds",
            .list(expected: JobKind.allCases.map(\.rawValue).joined(separator: ", ")) { JobKind(rawValue: $0) != nil },
            standard: "probe",
            "The kinds of jobs that keys with the scope enqueue may add."
        ),
        SettingItem(
            "jobs.durability",
            .choice(["power", "process"]),
            standard: "power",
            "What an added job survives once it is acknowledged: a power cut, or only the death of the process, which is quicker."
        ),
        SettingItem("data.folder", .text, standard: DataFolder.standard, "The folder of the data."),
        SettingItem(
            "database.url",
            .checked(expected: "postgresql://user@host:5432/name") {
                $0.hasPrefix("postgresql://") || $0.hasPrefix("postgres://")
            },
            isSecret: true,
            "The PostgreSQL database that processes share; SQLite in the folder without."
        ),
        SettingItem(
            "redis.url",
            .checked(expected: "redis://host:6379") { $0.hasPrefix("redis://") || $0.hasPrefix("rediss://") },
            isSecret: true,
            "The Redis server that carries messages between processes."
        ),
        SettingItem(
            "security.master_key",
            .checked(expected: "32 bytes in base 64 on each line, as 'dure secrets new-key' prints them") {
                (try? MasterKeys($0)) != nil
            },
            isSecret: true,
            "What encrypts the secrets in the database; the first line encrypts, others still decrypt."
        ),
        SettingItem(
            "security.allowed_origins",
            .list(expected: "origins such as https://shop.example", isRight: SecurityRules.isOrigin),
            isLive: true,
            "Other sites whose pages may ask the API, with keys."
        ),
        SettingItem(
            "security.trusted_proxies",
            .list(expected: "addresses and ranges such as 10.0.0.0/8") { AddressRange($0) != nil },
            isLive: true,
            "Proxies whose X-Forwarded-For is believed."
        ),
        SettingItem(
            "security.session_idle",
            .span(.minutes(1) ... .days(7)),
            standard: "1h",
            isLive: true,
            "How long a session lasts without a request."
        ),
        SettingItem(
            "security.session_longest",
            .span(.minutes(5) ... .days(30)),
            standard: "12h",
            isLive: true,
            "How long a session lasts at most; holds for new ones."
        ),
        SettingItem(
            "security.link_life",
            .span(.minutes(1) ... .days(1)),
            standard: "15m",
            isLive: true,
            "How long a sign-in link is good."
        ),
        SettingItem(
            "limits.caller_per_second",
            .number(0...1_000_000),
            standard: "100",
            isLive: true,
            "Requests a second of one key or session in the long run; 0 for as many as they like."
        ),
        SettingItem(
            "limits.caller_burst",
            .number(1...1_000_000),
            standard: "200",
            isLive: true,
            "How many of them at once."
        ),
        SettingItem(
            "limits.workspace_per_second",
            .number(0...1_000_000),
            standard: "500",
            isLive: true,
            "Requests a second of all keys and sessions of one workspace together; 0 for as many as they like."
        ),
        SettingItem(
            "limits.workspace_burst",
            .number(1...1_000_000),
            standard: "1000",
            isLive: true,
            "How many of them at once."
        ),
        SettingItem(
            "limits.address_per_second",
            .number(0...1_000_000),
            standard: "20",
            isLive: true,
            "Requests a second of one address to what needs no key; 0 for as many as they like."
        ),
        SettingItem(
            "limits.address_burst",
            .number(1...1_000_000),
            standard: "100",
            isLive: true,
            "How many of them at once."
        ),
        SettingItem(
            "limits.wrong_credentials",
            .number(1...1_000_000),
            standard: "5",
            "Wrong credentials in a row after which whoever shows them has to wait, longer with each."
        ),
        SettingItem(
            "limits.connections",
            .number(1...1_000_000),
            standard: "1024",
            "Connections in all; a page that is open has one for its live stream."
        ),
        SettingItem(
            "limits.connections_per_address",
            .number(1...1_000_000),
            standard: "256",
            "Connections of one address."
        ),
        SettingItem(
            "limits.idle",
            .span(.seconds(1) ... .hours(1)),
            standard: "30s",
            "How long a connection may be silent, take to send a head, or take nothing of an answer."
        ),
        SettingItem(
            "limits.body_time",
            .span(.seconds(1) ... .hours(1)),
            standard: "10s",
            "How long a body may take to arrive."
        ),
        SettingItem(
            "health.warning_percent",
            .number(1...100),
            standard: "90",
            isLive: true,
            "Above how much use of processor, memory or disk there is a warning."
        ),
        SettingItem(
            "health.critical_percent",
            .number(1...100),
            standard: "95",
            isLive: true,
            "Above how much use it is critical."
        ),
        SettingItem(
            "health.interval",
            .span(.seconds(1) ... .hours(1)),
            standard: "10s",
            isLive: true,
            "How often health is looked at."
        ),
    ]

    /// Reads the settings, and adds what is wrong with several together.
    static func read(_ source: SettingsSource) async throws -> Settings {
        judge(try await source.read())
    }

    /// Adds what is wrong with several settings together.
    static func judge(_ settings: Settings) -> Settings {
        var settings = settings
        let environment = settings.text("environment") ?? ""
        func missing(_ key: String, _ expected: String) {
            settings.faults.append(.init(field: key, value: "not set", source: "default", expected: expected))
        }
        if ["staging", "production"].contains(environment) {
            if settings.text("database.url") == nil {
                missing("database.url", "postgresql://user@host:5432/name, which \(environment) needs")
            }
            if settings.text("redis.url") == nil {
                missing("redis.url", "redis://host:6379, which \(environment) needs")
            }
            if settings.text("security.master_key") == nil {
                missing(
                    "security.master_key",
                    "a key, best by DURE_SECURITY_MASTER_KEY_FILE, which \(environment) needs"
                )
            }
        }
        let hasCertificate = settings.text("server.tls_certificate") != nil
        if hasCertificate != (settings.text("server.tls_key") != nil) {
            missing(
                hasCertificate ? "server.tls_key" : "server.tls_certificate",
                "set: the certificate and its key go together"
            )
        }
        if let warning = settings.number("health.warning_percent"),
            let critical = settings.number("health.critical_percent"), warning > critical
        {
            settings.faults.append(
                .init(
                    field: "health.warning_percent",
                    value: String(warning),
                    source: settings.values.first { $0.item.key == "health.warning_percent" }?.source ?? "default",
                    expected: "at most health.critical_percent, which is \(critical)"
                )
            )
        }
        return settings
    }

    /// From which level on a process's log has lines.
    static func level(_ settings: Settings) -> Logger.Level {
        settings.text("log.level").flatMap(Logger.Level.init(rawValue:)) ?? .info
    }

    /// What requests are judged by.
    static func rules(_ settings: Settings) -> SecurityRules {
        let address = settings.text("server.public_url")
        return SecurityRules(
            caller: RateLimit(
                perSecond: Double(settings.number("limits.caller_per_second") ?? 100),
                burst: settings.number("limits.caller_burst") ?? 200
            ),
            workspace: RateLimit(
                perSecond: Double(settings.number("limits.workspace_per_second") ?? 500),
                burst: settings.number("limits.workspace_burst") ?? 1_000
            ),
            address: RateLimit(
                perSecond: Double(settings.number("limits.address_per_second") ?? 20),
                burst: settings.number("limits.address_burst") ?? 100
            ),
            origins: Set(settings.list("security.allowed_origins")),
            proxies: settings.list("security.trusted_proxies").compactMap(AddressRange.init),
            ownOrigins: Set([address].compactMap { $0 }),
            isSecure: settings.text("server.tls_certificate") != nil || address?.hasPrefix("https://") ?? false
        )
    }

    /// How long sessions live.
    static func sessions(_ settings: Settings) -> SessionTimes {
        SessionTimes(
            idle: settings.span("security.session_idle") ?? .hours(1),
            longest: settings.span("security.session_longest") ?? .hours(12),
            link: settings.span("security.link_life") ?? .minutes(15)
        )
    }

    /// From where on use is a warning.
    static func health(_ settings: Settings) -> HealthLimits {
        HealthLimits(
            warning: Double(settings.number("health.warning_percent") ?? 90) / 100,
            critical: Double(settings.number("health.critical_percent") ?? 95) / 100
        )
    }
}
