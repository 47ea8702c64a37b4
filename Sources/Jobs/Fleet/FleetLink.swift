// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The workers as an agent speaks to them: in its own process, or behind servers elsewhere.
package protocol FleetLink: Sendable {
    /// The workers as they are known now, in order of registration.
    func currentWorkers() async throws -> [Worker]
    /// Says that the store has new jobs; returns at once.
    func wake()
    /// Stops jobs that were cancelled, where workers still run them.
    func stop(_ jobs: [JobID]) async throws
    /// Says whom to tell of ends and of the fleet; servers elsewhere tell by themselves.
    func tell(_ hooks: DispatcherHooks) async
}

extension Dispatcher: FleetLink {
    package func currentWorkers() async throws -> [Worker] { workers }

    package func stop(_ jobs: [JobID]) async throws { try await cancel(jobs) }

    package func tell(_ hooks: DispatcherHooks) async { setHooks(hooks) }
}

/// A fleet behind servers that share the store: they hear of new jobs from the store, and their workers of cancelled ones at their next
/// beat.
package struct StoredFleet: FleetLink {
    private let store: any FleetStore
    private let clock: any TimeSource

    /// Creates a link to the fleet that a store knows of.
    package init(store: any FleetStore, clock: any TimeSource) {
        self.store = store
        self.clock = clock
    }

    /// The workers as their servers last wrote them; those of servers that are gone are not healthy.
    package func currentWorkers() async throws -> [Worker] {
        try await store.fleet(now: clock.now).workers()
    }

    package func wake() {}

    package func stop(_ jobs: [JobID]) async throws {}

    package func tell(_ hooks: DispatcherHooks) async {}
}
