// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Foundation

/// What a transaction sees of those that are committed while it lasts.
package enum TransactionView: Sendable {
    /// Each statement sees what was committed before it; rows that a decision rests on have to be locked.
    case newest
    /// All statements see the same; the transaction is begun again when another one changed what it wants to change.
    case snapshot
}

/// A store over a database that takes SQL: what every driver does alike is written once, over these few calls.
///
/// `Knowledge/SQLStore+Knowledge` and `Cluster/SQLStore+Cluster` hold what follows from them; the queue, whose speed hangs on
/// the driver, is each driver's own.
package protocol SQLStore: AnyObject, Sendable {
    /// A connection of this driver.
    associatedtype Session: SQLSession

    /// Writes bodies, with sorted keys, so that the same value is always the same text.
    var encoder: JSONEncoder { get }
    /// Reads bodies.
    var decoder: JSONDecoder { get }
    /// Campaigns that were decoded before, by what their rows said.
    var known: KnownCampaigns { get }

    /// Reads within one snapshot.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Session) throws -> Value) async throws -> Value

    /// Writes in one transaction; on an error nothing is written.
    ///
    /// A driver with one writer shows every transaction a snapshot, whatever `view` asks for.
    func write<Value: Sendable>(
        _ durability: Durability,
        seeing view: TransactionView,
        _ body: @escaping @Sendable (Session) throws -> Value
    ) async throws -> Value

    /// The instant by which leases end, where the callers' clocks say `now`.
    func present(_ now: Timestamp, _ session: Session) throws -> Timestamp
}

extension SQLStore {
    /// Writes in one transaction that sees the newest of each row.
    func write<Value: Sendable>(
        _ durability: Durability,
        _ body: @escaping @Sendable (Session) throws -> Value
    ) async throws -> Value {
        try await write(durability, seeing: .newest, body)
    }
}
