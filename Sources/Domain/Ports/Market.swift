// SPDX-License-Identifier: Apache-2.0

/// What a rank source saw: a place, or that the product was not within the depth.
package struct RankObservation: Hashable, Codable, Sendable {
    package var unit: String
    /// The place from 1; nil when the product was not found within the depth.
    package var rank: Double?
    /// The product's places by keyword, and those of others that were seen on the way; empty where the source knows of none.
    @OmittedByDefault package var entries: [RankedEntry]

    /// Creates an observation.
    package init(unit: String, rank: Double?, entries: [RankedEntry] = []) {
        self.unit = unit
        self.rank = rank
        self.entries = entries
    }
}

/// Tells where units rank: an official search interface, a file, or the simulated market.
///
/// Observing changes nothing that is observed. Instants may be named out of order: an earlier one neither fails nor turns the source
/// back, and a source that knows only the present gives that. Safe to call from any task, any number at once.
package protocol RankSource: Sendable {
    /// The name under which its measurements are kept, the same every time; observers of one source are repeats of it.
    func name(observer: String, of goal: Goal) -> String
    /// Observes units once.
    ///
    /// Gives one observation for each unit that was asked for, in any order. A place is a finite number from 1 to the goal's depth;
    /// one beyond the depth is nil, so that a smaller depth hides places and changes none. Throws `Failure`: `notFound`, naming
    /// it, for a unit that the source does not have.
    func observe(units: [String], of goal: Goal, observer: String, at now: Timestamp) async throws -> [RankObservation]
}

/// Puts a combination into effect on a unit, and reports what it does to the unit's metrics.
///
/// A unit has one combination: the one that was applied last, whatever was before, and until another is. The control is one like any
/// other, so that levers go back by applying it. No unit touches another. Safe to call from any task, any number at once.
package protocol Lever: Sendable {
    /// Applies a combination; doing so twice is the same as once.
    ///
    /// Throws `Failure`, and then leaves the unit as it was: `notFound`, naming it, for a unit that the goal does not have, `invalid`
    /// for a combination that does not have one level of each of the goal's factors; another class when the attempt itself failed,
    /// which may be made again.
    func apply(_ combination: Combination, to unit: String, of goal: Goal, at now: Timestamp) async throws
    /// The metrics of a unit between two instants, rank excepted.
    ///
    /// Every value is finite; what the lever does not know is left out. Asking changes nothing. Throws `Failure`: `notFound`, naming
    /// it, for a unit that the goal does not have.
    func metrics(of unit: String, of goal: Goal, from start: Timestamp, to end: Timestamp) async throws
        -> [String: Double]
}

extension Failure: Error {}

/// A log of what was refused or done by whom, which only grows.
package protocol AuditLog: Sendable {
    /// Adds an entry.
    func record(actor: String, action: String, detail: String, at time: Timestamp) async
}
