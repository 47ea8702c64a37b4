// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Finds what a person should look at (A8): a fall of ranks, a silent worker, a late campaign, a change point.
package enum AnomalyPolicy: Policy {
    package static let name = "anomaly"

    package struct Inputs: Codable, Sendable, Equatable {
        /// Whether more or less of the metric is better.
        package var direction: Direction
        /// The consensus an hour ago; nil when there was none.
        package var hourAgo: Double?
        /// The consensus now; nil without a round.
        package var now: Double?
        /// Workers by name with their silence, those over 10 minutes only or all.
        package var silences: [Silence]
        /// How far the campaign is past its deadline; negative before it.
        package var overdue: TimeSpan
        /// Whether a detector over the whole series has just found a change of level.
        package var changePoint: Bool
        /// The ranks that moved by themselves, a sentence each; nil in decisions of before they were told one by one.
        package var movements: [String]?
        /// The sources whose ranks moved together, a sentence each; nil as above.
        package var changedSources: [String]?

        /// Creates inputs.
        package init(
            direction: Direction,
            hourAgo: Double?,
            now: Double?,
            silences: [Silence],
            overdue: TimeSpan,
            changePoint: Bool,
            movements: [String]? = nil,
            changedSources: [String]? = nil
        ) {
            self.direction = direction
            self.hourAgo = hourAgo
            self.now = now
            self.silences = silences
            self.overdue = overdue
            self.changePoint = changePoint
            self.movements = movements
            self.changedSources = changedSources
        }
    }

    /// How long a worker has not been heard.
    package struct Silence: Codable, Sendable, Equatable {
        package var worker: String
        package var span: TimeSpan

        /// Creates a silence.
        package init(worker: String, span: TimeSpan) {
            self.worker = worker
            self.span = span
        }
    }

    /// One anomaly.
    package struct Anomaly: Codable, Sendable, Equatable {
        package var kind: Alert.Kind
        package var severity: Alert.Severity
        package var message: String

        /// Creates an anomaly.
        package init(kind: Alert.Kind, severity: Alert.Severity, message: String) {
            self.kind = kind
            self.severity = severity
            self.message = message
        }
    }

    package struct Outcome: Codable, Sendable, Equatable {
        package var anomalies: [Anomaly]

        /// Creates an outcome.
        package init(anomalies: [Anomaly]) {
            self.anomalies = anomalies
        }
    }

    package static func decide(_ inputs: Inputs) -> Ruling<Outcome> {
        var anomalies: [Anomaly] = []
        if let before = inputs.hourAgo, let now = inputs.now {
            let fall = inputs.direction == .lower ? now - before : before - now
            if fall > 10 {
                let places = String(Int64(clampingFinite: fall))
                anomalies.append(
                    Anomaly(
                        kind: .rankFell,
                        severity: .warning,
                        message: "The rank fell \(places) places within an hour."
                    )
                )
            }
        }
        for silence in inputs.silences where silence.span >= .minutes(10) {
            let message = "The worker \(silence.worker) has been silent for \(silence.span)."
            anomalies.append(Anomaly(kind: .workerSilent, severity: .warning, message: message))
        }
        if inputs.overdue > .hours(24) {
            let message = "The campaign is over 24 hours late (\(inputs.overdue) past its deadline)."
            anomalies.append(Anomaly(kind: .campaignLate, severity: .warning, message: message))
        }
        if inputs.changePoint {
            let plain = "The ranks have changed their level beyond what chance explains."
            let message = ([plain] + (inputs.movements ?? [])).joined(separator: " ")
            anomalies.append(Anomaly(kind: .changePoint, severity: .notice, message: message))
        }
        for message in inputs.changedSources ?? [] {
            anomalies.append(Anomaly(kind: .sourceChanged, severity: .warning, message: message))
        }
        let reason = anomalies.isEmpty ? "Nothing unusual was seen." : anomalies.map(\.message).joined(separator: " ")
        return Ruling(Outcome(anomalies: anomalies), reason)
    }
}
