// SPDX-License-Identifier: Apache-2.0

/// What a rank source saw: a place, or that the product was not within the depth.
package struct RankObservation: Hashable, Codable, Sendable {
    package var unit: String
    /// The place from 1; nil when the product was not found within the depth.
    package var rank: Double?

    /// Creates an observation.
    package init(unit: String, rank: Double?) {
        self.unit = unit
        self.rank = rank
    }
}

/// Tells where units rank: an official search interface, a file, or the simulated market.
package protocol RankSource: Sendable {
    /// The name under which its measurements are kept; observers of one source are repeats of it.
    func name(observer: String) -> String
    /// Observes units once; throws `Failure`.
    func observe(units: [String], of goal: Goal, observer: String, at now: Timestamp) async throws -> [RankObservation]
}

/// Puts a combination into effect on a unit, and reports what it does to the unit's metrics.
package protocol Lever: Sendable {
    /// Applies a combination; doing so twice is the same as once. Throws `Failure`.
    func apply(_ combination: Combination, to unit: String, of goal: Goal, at now: Timestamp) async throws
    /// The metrics of a unit between two instants, rank excepted; throws `Failure`.
    func metrics(of unit: String, of goal: Goal, from start: Timestamp, to end: Timestamp) async throws
        -> [String: Double]
}

extension Failure: Error {}

/// A log of what was refused or done by whom, which only grows.
package protocol AuditLog: Sendable {
    /// Adds an entry.
    func record(actor: String, action: String, detail: String, at time: Timestamp) async
}
