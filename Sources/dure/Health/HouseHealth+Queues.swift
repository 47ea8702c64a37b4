// SPDX-License-Identifier: Apache-2.0

import Domain
import Operations

extension HouseHealth {
    /// For how long jobs may wait without a worker that takes their kind.
    static let patience = TimeSpan.minutes(10)

    /// The queues: jobs of a kind that no healthy worker takes wait until somebody starts one, and a person is told by an alert, once.
    ///
    /// What counts is for how long it was seen so, not how old the jobs are: a server that has just started waits for its workers.
    static func queues(
        _ workers: @escaping @Sendable () async -> [Worker],
        store: any JobAdministration & KnowledgeStore,
        clock: any TimeSource,
        ids: IdentifierGenerator
    ) -> HealthCheck {
        let seen = Locked<[JobKind: Timestamp]>([:])
        let told = Locked<Set<JobKind>>([])
        let look: @Sendable (HealthLimits) async throws -> HealthCheck.Sight = { _ in
            let left = try await forsaken(workers, store)
            let now = clock.steady
            let long = seen.withLock { seen in
                seen = Dictionary(left.map { ($0.kind, seen[$0.kind] ?? now) }) { first, _ in first }
                return left.filter { now - (seen[$0.kind] ?? now) >= patience }
            }
            told.withLock { $0.formIntersection(long.map(\.kind)) }
            guard !long.isEmpty else { return (.healthy, "every kind of job that waits has a worker", nil) }
            return (.warning, long.map(sentence).joined(separator: " "), nil)
        }
        return HealthCheck("queues", look: look) { _ in
            let now = clock.steady
            let due = seen.withLock { seen in seen.filter { now - $0.value >= patience }.keys }
            let new = told.withLock { told in due.filter { told.insert($0).inserted } }
            guard !new.isEmpty else { return "a person was told before" }
            var change = KnowledgeChange()
            change.alerts = try await forsaken(workers, store).filter { new.contains($0.kind) }.map { depth in
                Alert(
                    id: ids.next(),
                    workspace: .default,
                    campaign: nil,
                    time: clock.now,
                    kind: .workerSilent,
                    severity: .critical,
                    message: sentence(depth)
                )
            }
            try await store.commit(change, durability: .process)
            return "told a person"
        }
    }

    /// The queues in which jobs wait although nobody takes them.
    private static func forsaken(
        _ workers: @Sendable () async -> [Worker],
        _ store: any JobAdministration
    ) async throws -> [QueueDepth] {
        let healthy = await workers().filter(\.state.isHealthy)
        return try await store.depths().filter { depth in
            guard depth.ready > 0, !depth.isPaused else { return false }
            return !healthy.contains { $0.kinds?.contains(depth.kind) ?? ($0.role == depth.kind.role) }
        }
    }

    private static func sentence(_ depth: QueueDepth) -> String {
        "\(depth.ready) jobs of the kind '\(depth.kind.rawValue)' wait, and no worker has taken such jobs for \(patience): start one by "
            + "'dure worker --server ADDRESS'."
    }
}
