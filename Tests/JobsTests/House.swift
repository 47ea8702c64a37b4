// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging

@testable import Jobs

/// A clock, identifiers, a queue and a dispatcher that belong together, in virtual time.
struct House {
    static let start = Timestamp(milliseconds: 1_767_225_600_000)

    let clock: VirtualClock
    let ids: IdentifierGenerator
    let store = TracingStore()
    let timing: FleetTiming
    let sizes: FleetSizes
    let dispatcher: Dispatcher

    init(timing: FleetTiming = .real, sizes: FleetSizes = FleetSizes()) {
        clock = VirtualClock(start: Self.start)
        ids = IdentifierGenerator(clock: clock, seed: 7)
        self.timing = timing
        self.sizes = sizes
        dispatcher = Dispatcher(
            store: store,
            clock: clock,
            ids: ids,
            timing: timing,
            sizes: sizes,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func probe(
        sleep: TimeSpan? = nil,
        failure: Failure? = nil,
        in wait: TimeSpan = .zero,
        priority: JobPriority = .normal
    ) throws -> Job {
        Job(
            id: ids.next(),
            workspace: .default,
            campaign: nil,
            kind: .probe,
            priority: priority,
            payload: try CanonicalJSON.text(ProbeOrder(sleep: sleep, failure: failure)),
            createdAt: clock.now,
            runAt: clock.now + wait
        )
    }

    func fleet(handlers: [any JobHandler]? = nil, death: EmbeddedFleet.Death? = nil) -> EmbeddedFleet {
        EmbeddedFleet(
            dispatcher: dispatcher,
            handlers: handlers ?? [ProbeHandler(clock: clock)],
            clock: clock,
            timing: timing,
            sizes: sizes,
            death: death
        )
    }

    /// Runs dispatcher and fleet, and an operation beside them; ends all when the operation ends.
    func run<Value: Sendable>(
        fleet: EmbeddedFleet? = nil,
        _ operation: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let fleet = fleet ?? self.fleet()
        let dispatcher = dispatcher
        return try clock.run {
            try await race(
                { try await operation() },
                {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await dispatcher.run() }
                        group.addTask { try await fleet.run() }
                        defer { group.cancelAll() }
                        try await group.next()
                        throw CancellationError()
                    }
                }
            )
        }
    }
}

/// Counts down, and opens at zero.
actor Countdown {
    private var rest: Int
    let done = Latch()

    init(_ count: Int) {
        rest = count
    }

    func tick() {
        rest -= 1
        if rest == 0 { done.open() }
    }
}
