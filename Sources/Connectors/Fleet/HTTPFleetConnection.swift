// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
package import Jobs

/// The fleet's calls over HTTP, with a worker's key.
package struct HTTPFleetConnection: FleetConnection {
    private static let longestPoll = TimeSpan.seconds(25)
    private let client: APIClient
    /// Whether the server that took the worker in keeps the ledger of effects; one that is older than that does not.
    private let hasLedger = Locked(false)

    /// Creates a connection through a client, which stays its owner's.
    package init(_ client: APIClient) {
        self.client = client
    }

    package func register(_ request: FleetWire.Register) async throws -> FleetWire.Registered {
        let answer: FleetWire.Registered = try await client.call("POST", "/v1/fleet/register", request)
        hasLedger.withLock { $0 = answer.effects ?? false }
        return answer
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

extension HTTPFleetConnection: EffectConnection {
    /// A server without a ledger grants everything, as before there was one.
    package func begin(_ request: FleetWire.BeginEffect) async throws -> FleetWire.EffectAnswer {
        guard hasLedger.withLock({ $0 }) else { return FleetWire.EffectAnswer(.granted) }
        return try await client.call("POST", "/v1/fleet/effects/begin", request)
    }

    package func settle(_ request: FleetWire.SettleEffect) async throws {
        guard hasLedger.withLock({ $0 }) else { return }
        do {
            try await client.send("POST", "/v1/fleet/effects/settle", request)
        } catch is StaleReports {
            throw FleetCallError.refused("the effect \(request.key) has another end, or another lease")
        }
    }
}
