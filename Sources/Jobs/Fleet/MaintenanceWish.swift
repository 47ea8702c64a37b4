// SPDX-License-Identifier: Apache-2.0

package import Domain

/// A maintenance plan as somebody asks for it, before it is checked; spans are in milliseconds.
package struct MaintenanceWish: Codable, Hashable, Sendable {
    /// What is wrong with a wish.
    package struct Fault: Error, Hashable, CustomStringConvertible {
        package var field: String
        package var value: String
        package var expected: String

        package var description: String { "\(field) is '\(value)'; it should be \(expected)" }
    }

    /// `groups`, `group/3` or `worker/NAME`.
    package var target: String
    /// Five fields; once and at once when nil.
    package var cron: String?
    /// UTC when nil.
    package var timeZone: String?
    package var length: Int64
    /// Three minutes when nil.
    package var patience: Int64?
    package var restarts: Bool?
    package var together: Bool?

    /// Creates a wish.
    package init(target: String, cron: String? = nil, timeZone: String? = nil, length: Int64, patience: Int64? = nil) {
        self.target = target
        self.cron = cron
        self.timeZone = timeZone
        self.length = length
        self.patience = patience
    }

    /// The plan, first due at once or at the next time of its expression; throws what is wrong.
    package func plan(at now: Timestamp) throws(Fault) -> MaintenancePlan {
        guard let target = MaintenanceTarget(target) else {
            throw Fault(field: "target", value: target, expected: "groups, group/NUMBER or worker/NAME")
        }
        let day = TimeSpan.days(1).milliseconds
        guard (1_000...day).contains(length) else {
            throw Fault(field: "length", value: String(length), expected: "1000 to \(day) milliseconds")
        }
        let patience = patience ?? TimeSpan.minutes(3).milliseconds
        guard (0...day).contains(patience) else {
            throw Fault(field: "patience", value: String(patience), expected: "0 to \(day) milliseconds")
        }
        return MaintenancePlan(
            target: target,
            cron: cron,
            timeZone: timeZone ?? "UTC",
            length: TimeSpan(milliseconds: length),
            patience: TimeSpan(milliseconds: patience),
            restarts: restarts ?? false,
            together: together ?? false,
            nextAt: try first(after: now)
        )
    }

    private func first(after now: Timestamp) throws(Fault) -> Timestamp {
        guard let cron else { return now }
        do {
            guard let first = try CronExpression(cron, timeZone: timeZone ?? "UTC").next(after: now) else {
                throw Fault(field: "cron", value: cron, expected: "a time that comes")
            }
            return first
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(field: "cron", value: cron, expected: "minute, hour, day, month, weekday: \(error)")
        }
    }
}

/// The plans and the windows of a fleet.
package struct MaintenanceBoard: Hashable, Sendable {
    package var plans: [MaintenancePlan]
    package var windows: [MaintenanceWindow]

    /// Creates a board.
    package init(plans: [MaintenancePlan] = [], windows: [MaintenanceWindow] = []) {
        self.plans = plans
        self.windows = windows
    }
}
