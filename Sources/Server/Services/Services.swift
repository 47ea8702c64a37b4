// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What API, pages and live stream ask the house for.
package struct Services: Sendable {
    package var campaigns: any CampaignService
    package var commands: any CommandDirectory
    package var rehearsals: any RehearsalService
    package var fleet: any FleetService
    package var monitoring: any MonitoringService
    package var analytics: any AnalyticsService
    package var system: any SystemService

    /// Puts services together.
    package init(
        campaigns: any CampaignService,
        commands: any CommandDirectory,
        rehearsals: any RehearsalService,
        fleet: any FleetService,
        monitoring: any MonitoringService,
        analytics: any AnalyticsService,
        system: any SystemService
    ) {
        self.campaigns = campaigns
        self.commands = commands
        self.rehearsals = rehearsals
        self.fleet = fleet
        self.monitoring = monitoring
        self.analytics = analytics
        self.system = system
    }
}

/// How the server itself is.
package protocol SystemService: Sendable {
    /// Version, checks and agents.
    func status() async throws -> SystemView
}

/// How the server itself is.
package struct SystemView: Codable, Hashable, Sendable, Described {
    /// A part of the server that is looked after.
    package struct Check: Codable, Hashable, Sendable, Described {
        package var name: String
        package var isGood: Bool
        package var detail: String

        /// Creates a check.
        package init(name: String, isGood: Bool, detail: String) {
            self.name = name
            self.isGood = isGood
            self.detail = detail
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case isGood = "is_good"
            case detail
        }

        package static var schema: Schema {
            .named(
                "Check",
                .answer([
                    .required("name", .string()), .required("is_good", .boolean), .required("detail", .string()),
                ])
            )
        }
    }

    package var version: String
    package var time: String
    package var startedAt: String
    /// Whether the server can do its work.
    package var isReady: Bool
    package var checks: [Check]
    /// Where the agents that run campaigns are: `here`, `elsewhere` or `nowhere`.
    package var agents: String

    /// Creates a view.
    package init(
        version: String,
        time: String,
        startedAt: String,
        isReady: Bool,
        checks: [Check],
        agents: String
    ) {
        self.version = version
        self.time = time
        self.startedAt = startedAt
        self.isReady = isReady
        self.checks = checks
        self.agents = agents
    }

    private enum CodingKeys: String, CodingKey {
        case version
        case time
        case startedAt = "started_at"
        case isReady = "is_ready"
        case checks
        case agents
    }

    package static var schema: Schema {
        .named(
            "System",
            .answer([
                .required("version", .string()), .required("time", .time), .required("started_at", .time),
                .required("is_ready", .boolean), .required("checks", .list(Check.schema)),
                .required("agents", .word(["here", "elsewhere", "nowhere"]), "Where those that run campaigns are."),
            ])
        )
    }
}

/// A rehearsal, and what came of it.
package struct RehearsalView: Codable, Hashable, Sendable, Described {
    /// How far it is.
    package enum State: String, Codable, Hashable, Sendable, CaseIterable {
        case waiting
        case running
        case completed
        case failed
    }

    package var id: CampaignID
    package var name: String
    package var state: State
    package var begunAt: String
    package var endedAt: String?
    package var trials: Int?
    package var virtualSeconds: Int64?
    /// 0 the best combination, 1 an average one.
    package var regret: Double?
    package var isReached: Bool?
    /// What came of it, line by line.
    package var summary: [String]
    package var failure: String?

    /// Creates a rehearsal that waits.
    package init(id: CampaignID, name: String, begunAt: String) {
        self.id = id
        self.name = name
        state = .waiting
        self.begunAt = begunAt
        summary = []
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case name
        case state
        case begunAt = "begun_at"
        case endedAt = "ended_at"
        case trials
        case virtualSeconds = "virtual_seconds"
        case regret
        case isReached = "is_reached"
        case summary
        case failure
    }

    package static var schema: Schema {
        .named(
            "Rehearsal",
            .answer([
                .required("id", .identifier(Campaign.self)), .required("name", .string()),
                .required("state", .word(State.self)), .required("begun_at", .time), .optional("ended_at", .time),
                .optional("trials", .count), .optional("virtual_seconds", .count),
                .optional("regret", .number, "0 the best combination, 1 an average one."),
                .optional("is_reached", .boolean), .required("summary", .list(.string())),
                .optional("failure", .string()),
            ])
        )
    }
}
