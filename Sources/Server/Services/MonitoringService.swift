// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What is seen of the market and of the house.
package protocol MonitoringService: Sendable {
    /// A campaign's rounds of its metric, newest first.
    func rounds(of id: CampaignID, in workspace: WorkspaceID, paging: Paging) async throws -> Page<RoundView>?
    /// The newest ranks of followed products, own ones first.
    func rankings(in workspace: WorkspaceID, keyword: String?, paging: Paging) async throws -> Page<RankingView>
    /// Alerts, newest first.
    func alerts(_ wish: AlertWish, in workspace: WorkspaceID, paging: Paging) async throws -> Page<AlertView>
    /// Everything that the overview shows, in one go.
    func dashboard(in workspace: WorkspaceID) async throws -> DashboardView
}

/// Which alerts are wanted.
package struct AlertWish: Hashable, Sendable {
    package var campaign: CampaignID?
    package var severity: Alert.Severity?
    package var kinds: Set<Alert.Kind>?

    /// Creates a wish.
    package init(campaign: CampaignID? = nil, severity: Alert.Severity? = nil, kinds: Set<Alert.Kind>? = nil) {
        self.campaign = campaign
        self.severity = severity
        self.kinds = kinds
    }

    /// What is unusual rather than merely worth knowing (A8).
    package static let anomalies: Set<Alert.Kind> = [
        .rankFell, .workerSilent, .campaignLate, .changePoint, .environmentChanged, .rankChanged, .sourceChanged,
    ]
}

/// One round of observations of a campaign's metric.
package struct RoundView: Codable, Hashable, Sendable, Described {
    package var time: String
    /// What the observers agree on, with its interval.
    package var value: Double
    package var lower: Double
    package var upper: Double
    /// 0 to 10,000.
    package var reliability: Double
    package var units: Int

    /// Creates a view.
    package init(time: String, value: Double, lower: Double, upper: Double, reliability: Double, units: Int) {
        self.time = time
        self.value = value
        self.lower = lower
        self.upper = upper
        self.reliability = reliability
        self.units = units
    }

    package static var schema: Schema {
        .named(
            "Round",
            .answer([
                .required("time", .time), .required("value", .number, "What the observers agree on."),
                .required("lower", .number), .required("upper", .number),
                .required("reliability", .number(least: 0, most: 10_000)), .required("units", .count),
            ])
        )
    }
}

/// Where a product was seen last.
package struct RankingView: Codable, Hashable, Sendable, Described {
    package var keyword: String
    package var product: String
    package var name: String?
    package var isOwn: Bool
    /// From 1; absent when it was not within the depth.
    package var rank: Int?
    package var depth: Int
    package var source: String
    package var time: String
    /// The rank of the sighting before, of the same source.
    package var before: Int?

    /// Creates a view.
    package init(_ sighting: RankSighting, before: RankSighting?, product: RankedProduct?) {
        keyword = sighting.keyword
        self.product = sighting.product
        name = product?.name
        isOwn = product?.isOwn ?? false
        rank = sighting.rank
        depth = sighting.depth
        source = sighting.source
        time = sighting.time.description
        self.before = before?.rank
    }

    private enum CodingKeys: String, CodingKey {
        case keyword
        case product
        case name
        case isOwn = "is_own"
        case rank
        case depth
        case source
        case time
        case before
    }

    package static var schema: Schema {
        .named(
            "Ranking",
            .answer([
                .required("keyword", .string()), .required("product", .string()), .optional("name", .string()),
                .required("is_own", .boolean), .optional("rank", .integer, "From 1; absent beyond the depth."),
                .required("depth", .count), .required("source", .string()), .required("time", .time),
                .optional("before", .integer, "The rank that the same source saw before."),
            ])
        )
    }
}

/// What the overview shows.
package struct DashboardView: Codable, Hashable, Sendable, Described {
    package var time: String
    /// How many campaigns are in each status.
    package var campaigns: [String: Int]
    /// Those that hold their units or wait for a person.
    package var open: [CampaignSummary]
    package var fleet: FleetOverview
    package var queues: [QueueView]
    /// The newest, newest first.
    package var alerts: [AlertView]

    /// Creates a view.
    package init(
        time: String,
        campaigns: [String: Int],
        open: [CampaignSummary],
        fleet: FleetOverview,
        queues: [QueueView],
        alerts: [AlertView]
    ) {
        self.time = time
        self.campaigns = campaigns
        self.open = open
        self.fleet = fleet
        self.queues = queues
        self.alerts = alerts
    }

    package static var schema: Schema {
        .named(
            "Dashboard",
            .answer([
                .required("time", .time), .required("campaigns", .map(.count), "How many are in each status."),
                .required("open", .list(CampaignSummary.schema), "Those that run, pause or wait for a person."),
                .required("fleet", FleetOverview.schema), .required("queues", .list(QueueView.schema)),
                .required("alerts", .list(AlertView.schema), "The newest, newest first."),
            ])
        )
    }
}

/// How many jobs of a kind are where.
package struct QueueView: Codable, Hashable, Sendable, Described {
    package var kind: String
    package var ready: Int
    package var delayed: Int
    package var leased: Int
    package var dead: Int
    package var oldestReadyAt: String?
    package var isPaused: Bool

    /// Shows a depth.
    package init(_ depth: QueueDepth) {
        kind = depth.kind.rawValue
        ready = depth.ready
        delayed = depth.delayed
        leased = depth.leased
        dead = depth.dead
        oldestReadyAt = depth.oldestReadyAt?.description
        isPaused = depth.isPaused
    }

    private enum CodingKeys: String, CodingKey {
        case kind
        case ready
        case delayed
        case leased
        case dead
        case oldestReadyAt = "oldest_ready_at"
        case isPaused = "is_paused"
    }

    package static var schema: Schema {
        .named(
            "Queue",
            .answer([
                .required("kind", .string()), .required("ready", .count), .required("delayed", .count),
                .required("leased", .count), .required("dead", .count), .optional("oldest_ready_at", .time),
                .required("is_paused", .boolean),
            ])
        )
    }
}
