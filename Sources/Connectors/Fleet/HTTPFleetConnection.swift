// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
package import Jobs

/// The fleet's calls over HTTP, with a worker's key.
package struct HTTPFleetConnection: FleetConnection {
    private static let longestPoll = TimeSpan.seconds(25)
    private let client: APIClient

    /// Creates a connection through a client, which stays its owner's.
    package init(_ client: APIClient) {
        self.client = client
    }

    package func register(_ request: FleetWire.Register) async throws -> FleetWire.Registered {
        try await client.call("POST", "/v1/fleet/register", request)
    }

    package func poll(_ request: FleetWire.Poll) async throws -> FleetWire.Batch {
        try await client.call("POST", "/v1/fleet/poll", request, within: Self.longestPoll + client.setting.patience)
    }

    package func beat(_ request: FleetWire.Beat) async throws -> FleetWire.Orders {
        try await client.call("POST", "/v1/fleet/beat", request, within: min(client.setting.patience, .seconds(4)))
    }

    package func complete(_ request: FleetWire.Complete) async throws -> FleetWire.Receipts {
        do {
            return try await client.call("POST", "/v1/fleet/complete", request)
        } catch let stale as StaleReports {
            return try JSONDecoder().decode(FleetWire.Receipts.self, from: stale.body)
        }
    }

    package func leave(_ request: FleetWire.Leave) async throws {
        try await client.send("POST", "/v1/fleet/leave", request, within: min(client.setting.patience, .seconds(3)))
    }
}
