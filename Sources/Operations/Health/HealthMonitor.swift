// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging

/// From which share on something is a warning, and from which on critical.
package struct HealthLimits: Hashable, Sendable {
    package var warning: Double
    package var critical: Double

    /// Creates limits.
    package init(warning: Double = 0.90, critical: Double = 0.95) {
        self.warning = warning
        self.critical = critical
    }

    /// The level of a share: above a limit, not at it.
    package func level(_ share: Double?) -> HealthLevel {
        guard let share else { return .unknown }
        return share > critical ? .critical : share > warning ? .warning : .healthy
    }
}

/// What a look at one thing found.
package struct HealthFinding: Hashable, Sendable, Codable {
    /// What was looked at, such as `disk`.
    package var check: String
    package var level: HealthLevel
    /// For a person.
    package var detail: String
    /// The share of 0 to 1, where it is one.
    package var share: Double?
    /// Since when it has this level.
    package var since: Timestamp

    /// Creates a finding.
    package init(check: String, level: HealthLevel, detail: String, share: Double? = nil, since: Timestamp) {
        self.check = check
        self.level = level
        self.detail = detail
        self.share = share
        self.since = since
    }
}

/// How a process and its machine are.
package struct HealthReport: Hashable, Sendable, Codable {
    /// When it was looked; nil before the first look.
    package var time: Timestamp?
    /// The process that looked.
    package var process: String
    /// In the order of the checks.
    package var findings: [HealthFinding]

    /// The worst of all; unknown before the first look.
    package var level: HealthLevel { findings.map(\.level).max() ?? .unknown }
}

/// Something whose health is looked at, and what the process does by itself when it is not well.
package struct HealthCheck: Sendable {
    /// What was seen: a level, words for a person, and the share where it is one.
    package typealias Sight = (level: HealthLevel, detail: String, share: Double?)

    let name: String
    let look: @Sendable (HealthLimits) async throws -> Sight
    let recover: (@Sendable (HealthLevel) async throws -> String)?

    /// Creates a check.
    ///
    /// - Parameters:
    ///   - name: what is looked at.
    ///   - look: looks at it; what it throws is critical.
    ///   - recover: what to do at a warning or worse; returns what was done, in words.
    package init(
        _ name: String,
        look: @escaping @Sendable (HealthLimits) async throws -> Sight,
        recover: (@Sendable (HealthLevel) async throws -> String)? = nil
    ) {
        self.name = name
        self.look = look
        self.recover = recover
    }

    /// A check of a share against the limits.
    package static func share(
        _ name: String,
        of what: String,
        recover: (@Sendable (HealthLevel) async throws -> String)? = nil,
        _ measure: @escaping @Sendable () -> Double?
    ) -> HealthCheck {
        HealthCheck(
            name,
            look: { limits in
                guard let share = measure() else {
                    return (.unknown, "nobody can tell how much of \(what) is used", nil)
                }
                let percent = (share * 1_000).rounded() / 10
                return (limits.level(share), "\(percent) % of \(what) is used", share)
            },
            recover: recover
        )
    }
}

/// Looks at the health of a process and its machine again and again, acts by itself where it can, and keeps what changed.
package actor HealthMonitor {
    /// How long to wait before something is done again about the same thing.
    static let pause = TimeSpan.minutes(5)
    /// How long a look may take.
    static let patience = TimeSpan.seconds(5)
    private static let kept = TimeSpan.days(30)

    private let process: String
    private let checks: [HealthCheck]
    private let store: (any HealthStore)?
    private let clock: any TimeSource
    private let logger: Logger
    /// The limits that hold now.
    package private(set) var limits: HealthLimits
    private var interval: TimeSpan
    private var present: [String: HealthFinding] = [:]
    private var actedAt: [String: (time: Timestamp, level: HealthLevel)] = [:]
    private var lookedAt: Timestamp?
    private var prunedAt: Timestamp?

    /// Creates a monitor; without a store it keeps no history.
    package init(
        process: String,
        checks: [HealthCheck],
        store: (any HealthStore)?,
        clock: any TimeSource,
        limits: HealthLimits = HealthLimits(),
        interval: TimeSpan = .seconds(10),
        logger: Logger
    ) {
        self.process = process
        self.checks = checks
        self.store = store
        self.clock = clock
        self.limits = limits
        self.interval = interval
        self.logger = logger
    }

    /// Has other limits and another interval hold from the next look on.
    package func set(_ limits: HealthLimits, interval: TimeSpan) {
        self.limits = limits
        self.interval = interval
    }

    /// How things were at the last look.
    package var report: HealthReport {
        HealthReport(time: lookedAt, process: process, findings: checks.compactMap { present[$0.name] })
    }

    /// Looks again and again, until the task is cancelled.
    package func run() async throws {
        while true {
            await look()
            try await clock.sleep(for: interval)
        }
    }

    /// Looks at everything once, acts where something is not well, and keeps what changed.
    @discardableResult
    package func look() async -> HealthReport {
        var records: [HealthRecord] = []
        for check in checks {
            let sight = await sight(of: check)
            let now = clock.now
            let before = present[check.name]
            let isChange = before?.level != sight.level
            present[check.name] = HealthFinding(
                check: check.name,
                level: sight.level,
                detail: sight.detail,
                share: sight.share,
                since: isChange ? now : before?.since ?? now
            )
            let action = await act(check, sight.level, now: now)
            // The first look is news only where something is wrong.
            guard action != nil || (isChange && (before != nil || sight.level != .healthy)) else { continue }
            records.append(
                HealthRecord(
                    time: now,
                    process: process,
                    check: check.name,
                    before: before?.level ?? .unknown,
                    level: sight.level,
                    detail: sight.detail,
                    action: action
                )
            )
        }
        lookedAt = clock.now
        await keep(records)
        return report
    }

    private func sight(of check: HealthCheck) async -> HealthCheck.Sight {
        do {
            let (clock, limits) = (clock, limits)
            return try await withThrowingTaskGroup(of: HealthCheck.Sight.self) { group in
                group.addTask { try await check.look(limits) }
                group.addTask {
                    try await clock.sleep(for: Self.patience)
                    throw Failure(.timeOut, "no answer within \(Self.patience)")
                }
                defer { group.cancelAll() }
                guard let first = try await group.next() else { throw CancellationError() }
                return first
            }
        } catch {
            return (.critical, "\((error as? Failure)?.message ?? "\(error)")", nil)
        }
    }

    /// Does what helps, at once when it became worse, and else not more often than every five minutes.
    private func act(_ check: HealthCheck, _ level: HealthLevel, now: Timestamp) async -> String? {
        guard level >= .warning, let recover = check.recover else {
            actedAt[check.name] = nil
            return nil
        }
        if let (time, former) = actedAt[check.name], now - time < Self.pause, level <= former { return nil }
        actedAt[check.name] = (now, level)
        do {
            return try await recover(level)
        } catch {
            return "tried, and failed: \((error as? Failure)?.message ?? "\(error)")"
        }
    }

    private func keep(_ records: [HealthRecord]) async {
        for record in records {
            logger.log(
                level: record.level >= .warning ? .warning : .notice,
                "Health changed.",
                metadata: [
                    "check": "\(record.check)", "before": "\(record.before.rawValue)",
                    "level": "\(record.level.rawValue)",
                    "detail": "\(record.detail)", "action": "\(record.action ?? "none")",
                ]
            )
        }
        guard let store else { return }
        do {
            if !records.isEmpty { try await store.note(records) }
            let now = clock.now
            if prunedAt.map({ now - $0 >= .hours(1) }) ?? true {
                prunedAt = now
                _ = try await store.pruneHealth(before: now - Self.kept)
            }
        } catch {
            logger.warning("The history of health could not be written.", metadata: ["error": "\(error)"])
        }
    }
}
