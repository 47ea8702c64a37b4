// SPDX-License-Identifier: Apache-2.0

import Domain

extension MaintenancePlan {
    /// What it is kept under: a target has one plan that recurs, and one for once beside it.
    var key: String { cron == nil ? Self.onceKey(target) : target.text }

    /// The key of a target's plan for once; no target's own text has a blank in it.
    static func onceKey(_ target: MaintenanceTarget) -> String { target.text + " once" }
}
