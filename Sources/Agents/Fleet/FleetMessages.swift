// SPDX-License-Identifier: Apache-2.0

package import Domain
import Messaging

/// Tells the fleet agent that jobs were added to the queue.
struct DispatchJobs: Action {
    typealias Reply = Done
    static let name = "dispatch_jobs"
}

/// Asks how the fleet is.
package struct FleetStatus: Action {
    package static let name = "fleet_status"

    package struct Reply: Codable, Sendable {
        package var workers: [Worker]
        /// The share of healthy workers, 0 to 1; 1 without any.
        package var healthyShare: Double
    }

    /// Creates the request.
    package init() {}
}

/// Asks the fleet agent to stop jobs that were cancelled, where a worker still runs them.
struct CancelJobs: Action {
    typealias Reply = Done
    static let name = "cancel_jobs"

    var jobs: [JobID]
}
