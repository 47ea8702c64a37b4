// SPDX-License-Identifier: Apache-2.0

/// How something is.
package enum HealthLevel: String, Codable, Sendable, CaseIterable, Comparable {
    case healthy
    /// Nobody could tell.
    case unknown
    case warning
    case critical

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .healthy: 0
        case .unknown: 1
        case .warning: 2
        case .critical: 3
        }
    }
}

/// A change of health, or something that was done about it.
package struct HealthRecord: Hashable, Codable, Sendable {
    package var time: Timestamp
    /// The process that saw it, such as `server host:7420`.
    package var process: String
    /// What was looked at, such as `disk`.
    package var check: String
    package var before: HealthLevel
    package var level: HealthLevel
    /// What was found; for a person.
    package var detail: String
    /// What the process did about it, and what came of that; nil where it did nothing.
    package var action: String?

    /// Creates a record.
    package init(
        time: Timestamp,
        process: String,
        check: String,
        before: HealthLevel,
        level: HealthLevel,
        detail: String,
        action: String? = nil
    ) {
        self.time = time
        self.process = process
        self.check = check
        self.before = before
        self.level = level
        self.detail = detail
        self.action = action
    }
}

/// The history of health.
package protocol HealthStore: Sendable {
    /// Adds records; process-safe.
    func note(_ records: [HealthRecord]) async throws
    /// Records from an instant on, newest first.
    func healthRecords(since: Timestamp, limit: Int) async throws -> [HealthRecord]
    /// Removes records from before an instant; returns how many.
    func pruneHealth(before instant: Timestamp) async throws -> Int
}
