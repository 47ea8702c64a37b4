// SPDX-License-Identifier: Apache-2.0

/// Who rests in a maintenance window.
package enum MaintenanceTarget: Hashable, Sendable {
    /// Every group, one after the other.
    case groups
    /// One group of trial runners.
    case group(Int)
    /// The worker of a name.
    case worker(String)

    /// `groups`, `group/3` or `worker/NAME`.
    package var text: String {
        switch self {
        case .groups: "groups"
        case .group(let number): "group/\(number)"
        case .worker(let name): "worker/\(name)"
        }
    }

    /// Reads what `text` writes; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("groups", 1): self = .groups
        case ("group", 2):
            guard let number = Int(parts[1]), (1...100_000).contains(number) else { return nil }
            self = .group(number)
        case ("worker", 2):
            guard !parts[1].isEmpty else { return nil }
            self = .worker(String(parts[1]))
        default: return nil
        }
    }
}

extension MaintenanceTarget: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let target = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "'\(text)' is not groups, group/NUMBER or worker/NAME"
                )
            )
        }
        self = target
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// When some workers rest, and for how long (C6).
package struct MaintenancePlan: Hashable, Codable, Sendable {
    package var target: MaintenanceTarget
    /// Five fields: minute, hour, day of month, month, day of week; nil for once.
    package var cron: String?
    /// An IANA time zone in which the fields are read.
    package var timeZone: String
    /// How long a window stays open.
    package var length: TimeSpan
    /// How long running jobs are waited for before they are handed back and the window opens all the same.
    package var patience: TimeSpan
    /// Whether the workers are told to start anew when the window opens.
    package var restarts: Bool
    /// Whether groups may rest at the same time.
    package var together: Bool
    /// When it is next due.
    package var nextAt: Timestamp

    /// Creates a plan.
    package init(
        target: MaintenanceTarget,
        cron: String?,
        timeZone: String = "UTC",
        length: TimeSpan,
        patience: TimeSpan = .minutes(3),
        restarts: Bool = false,
        together: Bool = false,
        nextAt: Timestamp
    ) {
        self.target = target
        self.cron = cron
        self.timeZone = timeZone
        self.length = length
        self.patience = patience
        self.restarts = restarts
        self.together = together
        self.nextAt = nextAt
    }
}

/// One window of a group or a worker, from when it is due to its end.
package struct MaintenanceWindow: Hashable, Codable, Sendable {
    /// How far it is.
    package enum Phase: String, Codable, Sendable {
        /// It is due, and another one is not over.
        case waiting
        /// Its workers get no new jobs, and finish those that they have.
        case gathering
        /// Its workers have no jobs.
        case open
    }

    /// A group or a worker.
    package var target: MaintenanceTarget
    package var phase: Phase
    /// When the phase began.
    package var since: Timestamp
    package var length: TimeSpan
    package var patience: TimeSpan
    package var restarts: Bool
    package var together: Bool

    /// Creates the window of a plan that is due, for one of its targets.
    package init(_ plan: MaintenancePlan, target: MaintenanceTarget, at now: Timestamp) {
        self.target = target
        phase = .waiting
        since = now
        length = plan.length
        patience = plan.patience
        restarts = plan.restarts
        together = plan.together
    }

    /// When it is over; nil before it is open.
    package var endsAt: Timestamp? { phase == .open ? since + length : nil }
}
