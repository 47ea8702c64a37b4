// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Jobs

/// The answer to `GET /v1/fleet/maintenance`; spans are in milliseconds, instants RFC 3339.
package struct MaintenanceList: Codable, Sendable {
    /// When some workers rest.
    package struct Plan: Codable, Sendable {
        package var target: String
        package var cron: String?
        package var timeZone: String
        package var length: Int64
        package var patience: Int64
        package var restarts: Bool
        package var together: Bool
        package var nextAt: String

        /// Shows a plan.
        package init(_ plan: MaintenancePlan) {
            target = plan.target.text
            cron = plan.cron
            timeZone = plan.timeZone
            length = plan.length.milliseconds
            patience = plan.patience.milliseconds
            restarts = plan.restarts
            together = plan.together
            nextAt = plan.nextAt.description
        }
    }

    /// Workers that rest now, or will when others have.
    package struct Window: Codable, Sendable {
        package var target: String
        package var phase: MaintenanceWindow.Phase
        package var since: String
        package var endsAt: String?

        /// Shows a window.
        package init(_ window: MaintenanceWindow) {
            target = window.target.text
            phase = window.phase
            since = window.since.description
            endsAt = window.endsAt?.description
        }
    }

    package var plans: [Plan]
    package var windows: [Window]

    /// Shows a board.
    package init(_ board: MaintenanceBoard) {
        plans = board.plans.map(Plan.init)
        windows = board.windows.map(Window.init)
    }
}
