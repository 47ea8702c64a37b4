// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A campaign in a list.
package struct CampaignSummary: Codable, Hashable, Sendable, Described {
    package var id: CampaignID
    package var name: String
    package var status: CampaignStatus
    package var stage: CampaignStage
    package var phase: SearchPhase
    package var metric: String
    /// The metric at the start, now, and where it shall be.
    package var start: Double?
    package var now: Double?
    package var target: Double?
    /// The share of the way from start to target.
    package var goalProgress: Double?
    /// The share of the planned time.
    package var timeProgress: Double
    package var createdAt: String
    package var startedAt: String?
    package var endedAt: String?
    package var reachedAt: String?
    /// The campaign before this one.
    package var parent: CampaignID?

    /// Shows a campaign with the newest value of its metric.
    package init(_ campaign: Campaign, latest: Double?, at instant: Timestamp) {
        id = campaign.id
        name = campaign.goal.name
        status = campaign.status
        stage = campaign.stage
        phase = campaign.phase
        metric = campaign.goal.objective.metric
        start = campaign.startValue
        now = campaign.endValue ?? latest
        target = campaign.target ?? campaign.goal.objective.target
        timeProgress = campaign.timeProgress(at: campaign.endedAt ?? instant)
        createdAt = campaign.createdAt.description
        startedAt = campaign.startedAt?.description
        endedAt = campaign.endedAt?.description
        reachedAt = campaign.reachedAt?.description
        parent = campaign.parent
        if let start, let now, let target, start != target {
            goalProgress = min(max((start - now) / (start - target), 0), 1)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case name
        case status
        case stage
        case phase
        case metric
        case start
        case now
        case target
        case goalProgress = "goal_progress"
        case timeProgress = "time_progress"
        case createdAt = "created_at"
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case reachedAt = "reached_at"
        case parent
    }

    static var members: [Schema.Member] {
        [
            .required("id", .identifier(Campaign.self)), .required("name", .string()),
            .required("status", .word(CampaignStatus.self)), .required("stage", .word(CampaignStage.self)),
            .required("phase", .word(SearchPhase.self)), .required("metric", .string()),
            .optional("start", .number, "The metric at the start."), .optional("now", .number, "Its newest value."),
            .optional("target", .number, "Where it shall be."),
            .optional("goal_progress", .share, "The share of the way from start to target."),
            .required("time_progress", .share, "The share of the planned time that has passed."),
            .required("created_at", .time), .optional("started_at", .time), .optional("ended_at", .time),
            .optional("reached_at", .time, "When the goal's target was first met."),
            .optional("parent", .identifier(Campaign.self), "The campaign before this one."),
        ]
    }

    package static var schema: Schema { .named("CampaignSummary", .answer(members)) }
}
