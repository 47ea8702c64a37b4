// SPDX-License-Identifier: Apache-2.0

import Domain
import Jobs

/// Asks every source of a run once, all at the same time; one that cannot be asked gives a record with its problem.
struct SourceRound: Sendable {
    /// What a call to a source is about, for the ledger.
    private struct Intent: Encodable {
        var source: String
        var query: SourceQuery
    }

    /// One source of an order.
    struct Call: Sendable {
        /// Its number in the order, from 0.
        var index: Int
        var address: String
        var query: SourceQuery
        var sources: any TrendSources
    }

    let services: TrendServices
    let context: WorkflowContext
    /// The kind of the effect that asking is.
    let kind: String

    /// Asks the sources of an order.
    ///
    /// - Parameters:
    ///   - order: what is asked for.
    ///   - known: the record of a source whose harvest lies on the shelf already; nil where it does not.
    ///   - ask: asks a source and puts its harvest on the shelf, whole or not at all; what it throws but for `CancellationError` is the
    ///     shelf's fault, not the source's.
    /// - Returns: the sources' records, in their order.
    /// - Throws: what `known` and `ask` throw, and what the ledger does.
    func ask(
        _ order: TrendOrder,
        known: @escaping @Sendable (Call) throws -> SourceRecord?,
        ask: @escaping @Sendable (Call) async throws -> SourceRecord
    ) async throws -> [SourceRecord] {
        let sources = services.sources(order, context.run)
        let outcome: Result<[SourceRecord], any Error>
        do {
            outcome = .success(try await records(order, sources, known: known, ask: ask))
        } catch {
            outcome = .failure(error)
        }
        await sources.close()
        return try outcome.get()
    }

    private func records(
        _ order: TrendOrder,
        _ sources: any TrendSources,
        known: @escaping @Sendable (Call) throws -> SourceRecord?,
        ask: @escaping @Sendable (Call) async throws -> SourceRecord
    ) async throws -> [SourceRecord] {
        try await withThrowingTaskGroup(of: (Int, SourceRecord).self) { group in
            for (index, address) in order.sources.enumerated() {
                let call = Call(index: index, address: address, query: order.query(for: address), sources: sources)
                group.addTask { (index, try await once(call, known: known, ask: ask)) }
            }
            var records: [Int: SourceRecord] = [:]
            for try await (index, record) in group { records[index] = record }
            return order.sources.indices.compactMap { records[$0] }
        }
    }

    private func once(
        _ call: Call,
        known: @Sendable (Call) throws -> SourceRecord?,
        ask: @Sendable (Call) async throws -> SourceRecord
    ) async throws -> SourceRecord {
        let answer = try await context.once(
            "source-\(call.index)",
            kind: kind,
            intent: Intent(source: call.address, query: call.query)
        ) {
            try known(call).map { .done(try CanonicalJSON.text($0)) } ?? .notDone
        } body: { _ in
            try CanonicalJSON.text(try await ask(call))
        }
        return try CanonicalJSON.decode(SourceRecord.self, from: answer)
    }
}

extension SourceRecord {
    /// The record of a source that could not be asked.
    init(failed address: String, _ error: any Error) {
        let failure = error as? Failure ?? Failure(.unknown, "\(error)")
        self.init(name: address, items: 0, calls: 0, problems: [SourceProblem(source: address, failure: failure)])
    }
}
