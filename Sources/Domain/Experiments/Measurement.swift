// SPDX-License-Identifier: Apache-2.0

/// One observed value of one metric of one unit.
package struct Measurement: Hashable, Codable, Sendable {
    package var workspace: WorkspaceID
    package var campaign: CampaignID
    /// The trial that measured; nil for an observer's round.
    package var trial: TrialID?
    package var unit: String
    package var metric: String
    /// The value; for a censored rank the depth that was searched.
    package var value: Double
    /// Whether the product was not found within the depth: the true rank is beyond `value`.
    package var isCensored: Bool
    /// Whether the value counts; false within a wash-out.
    package var isCounted: Bool
    /// Where the value came from, such as `simulated` or `naver`: observers with one source are repeats, not sources.
    package var source: String
    package var observer: String
    package var time: Timestamp

    /// Creates a measurement.
    package init(
        workspace: WorkspaceID,
        campaign: CampaignID,
        trial: TrialID? = nil,
        unit: String,
        metric: String,
        value: Double,
        isCensored: Bool = false,
        isCounted: Bool = true,
        source: String,
        observer: String,
        time: Timestamp
    ) {
        self.workspace = workspace
        self.campaign = campaign
        self.trial = trial
        self.unit = unit
        self.metric = metric
        self.value = value
        self.isCensored = isCensored
        self.isCounted = isCounted
        self.source = source
        self.observer = observer
        self.time = time
    }
}
