// SPDX-License-Identifier: Apache-2.0

/// Who is in the fleet, for all servers that share a store.
package protocol FleetStore: Sendable {
    /// Takes a worker in, or knows it again by its name: identifier, seat, record and isolation stay, its epoch rises.
    ///
    /// A seat is given to one worker at a time, whichever servers ask. A worker whose kinds now want another role changes it, and loses or
    /// gets a seat. Unless the newcomer continues, orders for it are settled by its coming.
    func enrol(_ newcomer: FleetNewcomer, now: Timestamp) async throws -> FleetMember
    /// Writes how workers stand; those of an epoch that is over are passed over.
    func note(_ standings: [FleetStanding]) async throws
    /// The whole fleet as it is now.
    func fleet(now: Timestamp) async throws -> FleetView
    /// Isolates a worker, or releases it where the isolation is nil; false when there is none of that identifier.
    ///
    /// One that is isolated keeps its first isolation.
    func isolate(_ worker: WorkerID, _ isolation: FleetMember.Isolation?) async throws -> Bool
    /// Keeps an order until its worker begins anew; false when there is none of that identifier.
    func give(_ order: FleetOrder) async throws -> Bool
    /// Forgets a worker that has no session, and frees its seat; false when it has one, or is unknown.
    func forget(_ worker: WorkerID) async throws -> Bool
}

/// When workers rest, for all servers that share a store.
package protocol MaintenanceStore: Sendable {
    /// Writes a plan; one of the same target is replaced.
    func write(_ plan: MaintenancePlan) async throws
    /// Removes a plan, and its windows that wait; false when there was none.
    func removePlan(_ target: MaintenanceTarget) async throws -> Bool
    /// Adds a due plan's windows and moves it to its next time, or removes it where there is none; both or neither, and only while it is
    /// due at `plan.nextAt`. A target that has a window keeps it. False when another process was first.
    func fire(_ plan: MaintenancePlan, windows: [MaintenanceWindow], next: Timestamp?) async throws -> Bool
    /// Moves a window on from a phase, or ends it where `next` is nil; false when it is in that phase no longer, or when it would rest
    /// beside another that does not want that.
    ///
    /// Throws when the fence's term is not the newest of its name.
    func advance(
        _ window: MaintenanceWindow,
        to next: MaintenanceWindow?,
        fence: LeaseFence?
    ) async throws -> Bool
}
