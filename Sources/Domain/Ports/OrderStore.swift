// SPDX-License-Identifier: Apache-2.0

/// Orders of people, which wait for the agent of campaigns wherever it is.
///
/// What came of an order is written with `KnowledgeChange.settledOrders`, in one transaction with what it changes.
package protocol OrderStore: Sendable {
    /// Writes orders down, safe from a power cut; one that is there already stays as it is.
    func give(_ orders: [PersonOrder]) async throws
    /// Orders that nothing has come of yet, oldest first.
    func waitingOrders(limit: Int) async throws -> [PersonOrder]
    /// One order; nil when there is none of that identifier.
    func order(_ id: OrderID) async throws -> PersonOrder?
}
