// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Logging

/// A process that would be an agent, and is one while it has the agent's lease: each agent runs once, however many processes would.
///
/// The lease is renewed every 1.5 seconds for six. Who cannot renew it stops 1.5 seconds before its end, by a clock that nobody
/// sets; what still writes under a term that is over is refused by the store.
package struct AgentCandidate: Sendable {
    /// How long a lease lasts, and how often it is renewed.
    static let span = TimeSpan.seconds(6)
    static let renewal = TimeSpan(milliseconds: 1_500)
    static let margin = TimeSpan(milliseconds: 1_500)

    private let name: String
    private let holder: String
    private let store: any LeaseStore
    private let clock: any TimeSource
    private let logger: Logger
    private let onLook: @Sendable () async -> Void

    /// Creates a candidate: the holder is this process's name, which no other process has. `onLook` hears of every answer about the lease.
    package init(
        agent: String,
        holder: String,
        store: any LeaseStore,
        clock: any TimeSource,
        logger: Logger,
        onLook: @escaping @Sendable () async -> Void = {}
    ) {
        self.onLook = onLook
        name = "agent/" + agent
        self.holder = holder
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    /// Runs the body whenever and as long as this process has the lease, until the task is cancelled; then gives the lease back.
    ///
    /// The body gets what its writes must carry. When it ends or throws, the lease is given back and asked for again.
    package func run(_ body: @escaping @Sendable (LeaseFence) async throws -> Void) async throws {
        while true {
            let asked = clock.steady
            if let lease = await acquire(), lease.holder == holder {
                logger.notice(
                    "This process is the agent now.",
                    metadata: ["lease": "\(name)", "term": "\(lease.term)"]
                )
                let outcome = await serve(lease, until: asked + Self.span - Self.margin, body)
                await giveBack(lease)
                if case .failure(let error) = outcome {
                    if Task.isCancelled { throw CancellationError() }
                    logger.error("The agent ended.", metadata: ["lease": "\(name)", "error": "\(error)"])
                }
                logger.notice("This process is the agent no more.", metadata: ["lease": "\(name)"])
            }
            try await clock.sleep(for: Self.renewal)
        }
    }

    private func acquire() async -> LeaderLease? {
        do {
            let lease = try await store.acquireLease(name, holder: holder, for: Self.span, now: clock.now)
            await onLook()
            return lease
        } catch {
            logger.warning("The lease cannot be asked for.", metadata: ["lease": "\(name)", "error": "\(error)"])
            return nil
        }
    }

    private func serve(
        _ lease: LeaderLease,
        until end: Timestamp,
        _ body: @escaping @Sendable (LeaseFence) async throws -> Void
    ) async -> Result<Void, any Error> {
        await withTaskGroup(of: Result<Void, any Error>.self) { group in
            group.addTask {
                do {
                    return .success(try await body(lease.fence))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                await keep(lease, until: end)
                return .success(())
            }
            let first = await group.next() ?? .success(())
            group.cancelAll()
            return first
        }
    }

    /// Renews the lease as long as that works; returns when it is lost, or about to be.
    private func keep(_ lease: LeaderLease, until end: Timestamp) async {
        var end = end
        while !Task.isCancelled, clock.steady < end {
            do {
                try await clock.sleep(for: min(Self.renewal, end - clock.steady))
            } catch {
                return
            }
            let asked = clock.steady
            guard let renewed = await acquire() else { continue }
            guard renewed.holder == holder, renewed.term == lease.term else { return }
            end = asked + Self.span - Self.margin
        }
    }

    private func giveBack(_ lease: LeaderLease) async {
        do {
            // In a task that is not cancelled with this one: a process that stops in order must not keep others waiting for the lease's
            // end. In virtual time it stays on the clock's thread.
            let (store, name, holder) = (store, name, holder)
            try await Task(executorPreference: clock as? any TaskExecutor) {
                try await store.releaseLease(name, holder: holder, term: lease.term)
            }.value
        } catch {
            logger.info("The lease could not be given back.", metadata: ["lease": "\(name)", "error": "\(error)"])
        }
    }
}
