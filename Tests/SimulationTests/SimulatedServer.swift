// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging

@testable import Jobs
@testable import Server

/// A server: the dispatcher and the desk that `dure serve` has, and what tells again of ended jobs.
final class SimulatedServer: Sendable {
    static let timing = FleetTiming.real

    let process: SimulatedProcess
    let desk: FleetDesk
    let store: ProcessStore
    private let dispatcher: Dispatcher
    private let teller: EndedJobsTeller?

    init(_ process: SimulatedProcess, truth: Truth, chaos: Chaos, bus: SimulatedBus, seed: UInt64) {
        self.process = process
        store = ProcessStore(process: process, truth: truth, chaos: chaos)
        let clock = ProcessClock(process: process)
        let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        teller =
            truth.sabotage == .untoldEnds
            ? nil
            : EndedJobsTeller(store: store, clock: clock, logger: logger) { bus.send($0, from: process) }
        dispatcher = Dispatcher(
            store: store,
            fleet: store,
            clock: clock,
            ids: IdentifierGenerator(clock: clock, seed: seed),
            timing: Self.timing,
            server: process.name,
            // A name has one process at a time here, as on one computer.
            identity: ServerIdentity(mark: process.name) { _ in true },
            poll: .seconds(1),
            seed: seed,
            logger: logger,
            hooks: DispatcherHooks(ended: { _, campaign in if let campaign { bus.send(campaign, from: process) } })
        )
        desk = FleetDesk(gate: DispatcherGate(dispatcher), clock: clock, longest: .seconds(25))
    }

    /// Runs until the process ends; a fault of the store ends what runs, and it is started again.
    func run() async {
        while !process.isDead {
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { [self] in try await dispatcher.run() }
                    if let teller { group.addTask { try await teller.run() } }
                    defer { group.cancelAll() }
                    try await group.next()
                }
            } catch is SimulatedProcess.Died {
                return
            } catch {
                if Task.isCancelled { return }
                try? await process.world.sleep(for: TimeSpan(milliseconds: 200))
            }
        }
    }
}
