// SPDX-License-Identifier: Apache-2.0

import Domain

/// What several processes share beside the queue, in memory: for tests and simulations.
struct MemoryCluster {
    private var leases: [String: LeaderLease] = [:]
    private var effects: [String: Effect] = [:]
    private var outbox: [MessageID: OutboxMessage] = [:]
    /// Orders of people by identifier.
    private(set) var orders: [OrderID: PersonOrder] = [:]
    /// Workers' keys by identifier.
    var keys: [String: WorkerKey] = [:]

    /// Every lease, by name.
    var allLeases: [LeaderLease] { leases.values.sorted { $0.name < $1.name } }

    /// Takes a lease that is to be had, or renews one's own until an instant; returns it as it is then.
    mutating func acquire(_ name: String, holder: String, until instant: Timestamp, now: Timestamp) -> LeaderLease {
        let known = leases[name]
        if let known, known.holder != holder, known.expiresAt > now { return known }
        let term = (known?.term ?? 0) + (known?.holder == holder ? 0 : 1)
        let lease = LeaderLease(name: name, holder: holder, term: term, expiresAt: instant)
        leases[name] = lease
        return lease
    }

    /// Gives a lease back; the record stays, for its term must rise.
    mutating func release(_ name: String, holder: String, term: Int) {
        guard leases[name]?.holder == holder, leases[name]?.term == term else { return }
        leases[name]?.holder = ""
        leases[name]?.expiresAt = Timestamp(milliseconds: 0)
    }

    /// Throws `StorageError.fenced` unless a right is in the term under which something is written.
    func check(_ fence: LeaseFence?) throws(StorageError) {
        guard let fence else { return }
        let newest = leases[fence.name]?.term ?? 0
        guard newest == fence.term else { throw .fenced(fence, newest: newest) }
    }

    subscript(effect key: String) -> Effect? { effects[key] }

    /// Writes an intention down, unless its key is known; the token of its job was checked.
    mutating func begin(_ effect: Effect) throws -> EffectAdmission {
        guard var known = effects[effect.key] else {
            effects[effect.key] = effect
            return .granted
        }
        guard known.kind == effect.kind, known.intent == effect.intent else { return .otherIntent(known) }
        guard known.state == .failed else {
            if let taken = known.takenOver(by: effect) { effects[effect.key] = taken }
            return .known(known)
        }
        try known.state.move(to: .intended)
        known.job = effect.job
        known.token = effect.token
        known.response = nil
        known.updatedAt = effect.updatedAt
        effects[effect.key] = known
        return .granted
    }

    /// Writes down what became of an effect; again with the same end is harmless.
    mutating func settle(_ key: String, as state: Effect.State, response: String?, now: Timestamp) throws {
        guard var effect = effects[key] else { throw StorageError.unknownEffect(key) }
        if effect.state == state, effect.response == response { return }
        try effect.state.move(to: state)
        effect.response = response
        effect.updatedAt = now
        effects[key] = effect
    }

    /// Effects in a state, oldest first.
    func effects(in state: Effect.State, limit: Int) -> [Effect] {
        let found = effects.values.filter { $0.state == state }
            .sorted { ($0.createdAt, $0.key) < ($1.createdAt, $1.key) }
        return Array(found.prefix(max(limit, 0)))
    }

    /// Writes messages down; one that is there already stays as it is.
    mutating func post(_ messages: [OutboxMessage]) {
        for message in messages where outbox[message.id] == nil { outbox[message.id] = message }
    }

    /// Writes orders down; one that is there already stays as it is.
    mutating func give(_ new: [PersonOrder]) {
        for order in new where orders[order.id] == nil { orders[order.id] = order }
    }

    /// Throws `StorageError.settledOrder` for an order that does not wait.
    func check(_ settled: [PersonOrder]) throws(StorageError) {
        for order in settled where orders[order.id]?.state != .waiting { throw .settledOrder(order.id) }
    }

    /// Writes what came of orders.
    mutating func settle(_ settled: [PersonOrder]) {
        for order in settled { orders[order.id] = order }
    }

    /// Orders that nothing has come of yet, oldest first.
    func waitingOrders(limit: Int) -> [PersonOrder] {
        let waiting = orders.values.filter { $0.state == .waiting }
            .sorted { ($0.givenAt, $0.id) < ($1.givenAt, $1.id) }
        return Array(waiting.prefix(max(limit, 0)))
    }

    /// Messages that are not handled yet, oldest first.
    func unhandled(limit: Int) -> [OutboxMessage] {
        Array(outbox.values.sorted { $0.id < $1.id }.prefix(max(limit, 0)))
    }

    /// How many messages are not handled yet.
    var outboxDepth: OutboxDepth {
        OutboxDepth(messages: outbox.count, oldestAt: outbox.values.min { $0.id < $1.id }?.createdAt)
    }

    /// Removes messages that were handled.
    mutating func handled(_ messages: [MessageID]) {
        for id in messages { outbox[id] = nil }
    }
}
