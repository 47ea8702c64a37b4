// SPDX-License-Identifier: Apache-2.0

package import Domain

/// Why a call to the fleet brought no answer.
package enum FleetCallError: Error, Hashable, Sendable {
    /// The session is over: what it held is no longer ours.
    case sessionIsOver
    /// The key is wrong, or not for this: trying again does not help.
    case notAllowed(String)
    /// The server took the request for wrong: the same request will be refused again.
    case refused(String)
    /// The server asks to come back later.
    case busy(String, retryAfter: TimeSpan)
    /// Nobody answered, or not in time, or with a fault of the server's own.
    case unreachable(String)
}

extension FleetCallError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .sessionIsOver: "the session is over"
        case .notAllowed(let detail), .refused(let detail), .busy(let detail, _), .unreachable(let detail): detail
        }
    }
}

/// The fleet's calls as a worker elsewhere makes them; each throws `FleetCallError`, or `CancellationError`.
package protocol FleetConnection: Sendable {
    func register(_ request: FleetWire.Register) async throws -> FleetWire.Registered
    func poll(_ request: FleetWire.Poll) async throws -> FleetWire.Batch
    func beat(_ request: FleetWire.Beat) async throws -> FleetWire.Orders
    /// The receipts are in the order of the reports, also when every one of them is stale.
    func complete(_ request: FleetWire.Complete) async throws -> FleetWire.Receipts
    func leave(_ request: FleetWire.Leave) async throws
}
