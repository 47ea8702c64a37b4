// SPDX-License-Identifier: Apache-2.0

package import Domain

/// What a trial's job is to do; the payload of `trial.run` and `trial.command`.
package struct TrialSpecification: Hashable, Codable, Sendable {
    package var trial: TrialID
    package var campaign: CampaignID
    package var workspace: WorkspaceID
    package var unit: String
    package var combination: Combination
    /// The combination's levels by factor name.
    package var settings: [String: LevelValue]
    /// The metric that the goal is about; the answer must have it.
    package var metric: String
    package var template: TrialTemplate
    /// The metrics that guardrails bound; the answer must have them too.
    package var guardrailMetrics: [String]

    /// Creates a specification.
    package init(
        trial: TrialID,
        campaign: CampaignID,
        workspace: WorkspaceID,
        unit: String,
        combination: Combination,
        settings: [String: LevelValue],
        metric: String,
        template: TrialTemplate,
        guardrailMetrics: [String]
    ) {
        self.trial = trial
        self.campaign = campaign
        self.workspace = workspace
        self.unit = unit
        self.combination = combination
        self.settings = settings
        self.metric = metric
        self.template = template
        self.guardrailMetrics = guardrailMetrics
    }
}

/// The part of a `TrialSpecification` that whoever takes its answer in needs; the rest is passed over unread.
package struct TrialReference: Hashable, Decodable, Sendable {
    package var trial: TrialID
}

/// What a trial's job answers; the result of `trial.run` and `trial.command`.
package struct TrialAnswer: Hashable, Codable, Sendable {
    /// One observed value of the trial's metric.
    package struct Sample: Hashable, Codable, Sendable {
        package var time: Timestamp
        /// The value; for a censored rank the depth that was searched.
        package var value: Double
        /// Whether the true rank is beyond `value`.
        package var isCensored: Bool
        /// Whether the value counts; false within the wash-out.
        package var isCounted: Bool

        /// Creates a sample.
        package init(time: Timestamp, value: Double, isCensored: Bool = false, isCounted: Bool = true) {
            self.time = time
            self.value = value
            self.isCensored = isCensored
            self.isCounted = isCounted
        }
    }

    package var startedAt: Timestamp
    package var endedAt: Timestamp
    /// What was measured, by metric name; every value is finite.
    package var metrics: [String: Double]
    /// In order of time; empty where a metric is measured once, at the end.
    package var samples: [Sample]
    package var source: String
    package var observer: String

    /// Creates an answer.
    package init(
        startedAt: Timestamp,
        endedAt: Timestamp,
        metrics: [String: Double],
        samples: [Sample],
        source: String,
        observer: String
    ) {
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.metrics = metrics
        self.samples = samples
        self.source = source
        self.observer = observer
    }
}

/// Which combination a unit is put back to; the payload of `lever.restore`.
package struct LeverRestoreOrder: Hashable, Codable, Sendable {
    package var campaign: CampaignID
    package var unit: String
    package var combination: Combination

    /// Creates an order.
    package init(campaign: CampaignID, unit: String, combination: Combination) {
        self.campaign = campaign
        self.unit = unit
        self.combination = combination
    }
}

/// What a `lever.restore` job answers.
package struct LeverRestoreAnswer: Hashable, Codable, Sendable {
    package var unit: String
    package var combination: Combination
    package var appliedAt: Timestamp

    /// Creates an answer.
    package init(unit: String, combination: Combination, appliedAt: Timestamp) {
        self.unit = unit
        self.combination = combination
        self.appliedAt = appliedAt
    }
}

/// Which units an observer looks at; the payload of `rank.observe`.
package struct ObservationOrder: Hashable, Codable, Sendable {
    package var campaign: CampaignID
    package var units: [String]
    package var observer: String

    /// Creates an order.
    package init(campaign: CampaignID, units: [String], observer: String) {
        self.campaign = campaign
        self.units = units
        self.observer = observer
    }
}

/// What an observer saw; the result of `rank.observe`.
package struct ObservationAnswer: Hashable, Codable, Sendable {
    package var source: String
    package var observer: String
    package var time: Timestamp
    /// The place of each unit in the order's order; nil where it was not found within the depth.
    package var ranks: [Double?]
    /// The product by keyword, and others that were seen beside it.
    @OmittedByDefault package var entries: [RankedEntry]

    /// Creates an answer.
    package init(
        source: String,
        observer: String,
        time: Timestamp,
        ranks: [Double?],
        entries: [RankedEntry] = []
    ) {
        self.source = source
        self.observer = observer
        self.time = time
        self.ranks = ranks
        self.entries = entries
    }
}

/// What a probe does; the payload of `probe`.
package struct ProbeOrder: Hashable, Codable, Sendable {
    /// How long the probe holds its worker; nil for no time.
    package var sleep: TimeSpan?
    /// What the probe fails with; nil for success.
    package var failure: Failure?

    /// Creates an order.
    package init(sleep: TimeSpan? = nil, failure: Failure? = nil) {
        self.sleep = sleep
        self.failure = failure
    }
}
