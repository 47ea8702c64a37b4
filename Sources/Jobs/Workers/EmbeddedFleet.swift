// SPDX-License-Identifier: Apache-2.0

package import Domain

/// The workers that run within this process, each with a supervisor that restarts it on the dispatcher's order.
package struct EmbeddedFleet: Sendable {
    /// A fault to rehearse: from an instant on a worker neither beats nor reports, and its restarts fail.
    package struct Death: Hashable, Sendable {
        /// The place of the worker, from 0.
        package var workerIndex: Int
        package var at: Timestamp

        /// Creates a fault.
        package init(workerIndex: Int, at: Timestamp) {
            self.workerIndex = workerIndex
            self.at = at
        }
    }

    private let dispatcher: Dispatcher
    private let handlers: [any JobHandler]
    private let clock: any TimeSource
    private let timing: FleetTiming
    private let sizes: FleetSizes
    private let death: Death?
    private let kinds: [JobKind]?
    private let prefix: String

    /// Creates a fleet; use the dispatcher's timing and sizes.
    ///
    /// Where workers elsewhere share the dispatcher, `kinds` are those that these run, and `prefix` begins their names.
    package init(
        dispatcher: Dispatcher,
        handlers: [any JobHandler],
        clock: any TimeSource,
        timing: FleetTiming = .real,
        sizes: FleetSizes = FleetSizes(),
        death: Death? = nil,
        kinds: [JobKind]? = nil,
        prefix: String = "worker-"
    ) {
        self.kinds = kinds
        self.prefix = prefix
        self.dispatcher = dispatcher
        self.handlers = handlers
        self.clock = clock
        self.timing = timing
        self.sizes = sizes
        self.death = death
    }

    /// Registers the workers, trial runners first, and runs them until the task is cancelled.
    ///
    /// Throws `CancellationError` then, or what the store throws at a worker's report.
    package func run() async throws {
        var workers: [Worker] = []
        for index in 0..<(sizes.trialRunners + sizes.observers) {
            let number = String(index + 1)
            let name = prefix + (number.count < 2 ? "0" : "") + number
            let role: WorkerRole = index < sizes.trialRunners ? .trial : .observer
            let own = kinds?.filter { $0.role == role }
            workers.append(
                try await dispatcher.enrol(name: name, slots: sizes.slots, kinds: own, isRemote: false)
            )
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, worker) in workers.enumerated() {
                group.addTask { try await supervise(worker, index: index) }
            }
            defer { group.cancelAll() }
            for try await _ in group {}
        }
    }

    /// Runs a worker, ends it and starts it again at every order to restart it.
    private func supervise(_ worker: Worker, index: Int) async throws {
        let embedded = EmbeddedWorker(
            worker: worker,
            dispatcher: dispatcher,
            handlers: handlers,
            clock: clock,
            timing: timing
        )
        let deathAt = death?.workerIndex == index ? death?.at : nil
        while true {
            try await race(
                {
                    try await run(embedded, until: deathAt)
                },
                { _ = try await dispatcher.restartOrder(for: worker.id) }
            )
            try await dispatcher.beginsAnew(worker)
        }
    }

    /// Runs a worker; one that has died waits for a restart, which it does not survive either.
    private func run(_ worker: EmbeddedWorker, until death: Timestamp?) async throws {
        guard let death else { return try await worker.run() }
        let clock = clock
        if clock.now < death {
            try await race({ try await worker.run() }, { try await clock.sleep(until: death) })
        }
        try await Latch().wait()
    }
}
