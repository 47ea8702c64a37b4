// SPDX-License-Identifier: Apache-2.0

import Domain

/// How a maintenance window goes on (C6); pure.
enum MaintenanceStep: Hashable, Sendable {
    case stay
    case move(MaintenanceWindow)
    case end

    /// What follows at an instant, given whether any of its workers still has a job.
    ///
    /// A window that waits begins to gather, which the store refuses while another one is not over; it opens once nobody has a job, or
    /// when its patience has ended; it ends after its length.
    init(after window: MaintenanceWindow, hasJobs: Bool, now: Timestamp) {
        var next = window
        next.since = now
        switch window.phase {
        case .waiting: next.phase = .gathering
        case .gathering:
            guard !hasJobs || now - window.since >= window.patience else {
                self = .stay
                return
            }
            next.phase = .open
        case .open:
            self = now - window.since >= window.length ? .end : .stay
            return
        }
        self = .move(next)
    }
}

extension MaintenancePlan {
    /// The windows of a plan that is due, and when it is due again; nil for never.
    ///
    /// A time that was missed by more than a window's length, as when the computer was off, is passed over.
    func due(at now: Timestamp, groups: [Int]) throws -> (windows: [MaintenanceWindow], next: Timestamp?) {
        var next: Timestamp?
        if let cron { next = try CronExpression(cron, timeZone: timeZone).next(after: now) }
        if cron != nil, now - nextAt > max(length, .minutes(1)) { return ([], next) }
        let targets = target == .groups ? groups.map { MaintenanceTarget.group($0) } : [target]
        return (targets.map { MaintenanceWindow(self, target: $0, at: now) }, next)
    }
}
