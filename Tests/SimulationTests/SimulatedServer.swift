// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging

@testable import Jobs
@testable import Server

/// A server: the dispatcher and the desk that `dure serve` has, and the relay that sends again what the bus has lost.
final class SimulatedServer: Sendable {
    static let timing = FleetTiming.real

    let process: SimulatedProcess
    let desk: FleetDesk
    let store: ProcessStore
    private let dispatcher: Dispatcher
    private let bus: SimulatedBus
    private let relays: Bool

    init(_ process: SimulatedProcess, truth: Truth, chaos: Chaos, bus: SimulatedBus, seed: UInt64) {
        self.process = process
        self.bus = bus
        relays = truth.sabotage != .lostOutbox
        store = ProcessStore(process: process, truth: truth, chaos: chaos)
        let clock = ProcessClock(process: process)
        dispatcher = Dispatcher(
            store: store,
            clock: clock,
            ids: IdentifierGenerator(clock: clock, seed: seed),
            timing: Self.timing,
            server: process.name,
            poll: .seconds(1),
            seed: seed,
            logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() },
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
                    if relays { group.addTask { [self] in try await relay() } }
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

    private func relay() async throws {
        let clock = ProcessClock(process: process)
        while true {
            try await clock.sleep(for: .seconds(5))
            let late = try await store.campaignsWithUnharvestedJobs(before: process.world.now - .seconds(5))
            for campaign in late { bus.send(campaign, from: process) }
        }
    }
}

/// Carries word of ended jobs to whoever leads; it loses some, brings some twice, and all late.
final class SimulatedBus: Sendable {
    private let chaos: Chaos
    private let world: VirtualClock
    private let inboxes = Locked<[String: Inbox<CampaignID>]>([:])

    init(chaos: Chaos, world: VirtualClock) {
        self.chaos = chaos
        self.world = world
    }

    func send(_ campaign: CampaignID, from process: SimulatedProcess) {
        guard !process.isDead, !chaos.strikes(0.2) else { return }
        let copies = chaos.strikes(0.1) ? 2 : 1
        for _ in 0..<copies {
            let delay = chaos.span(upTo: 500)
            Task(executorPreference: world) { [world, inboxes] in
                try await world.sleep(for: delay)
                for (_, inbox) in inboxes.withLock({ $0.sorted { $0.key < $1.key } }) { inbox.put(campaign) }
            }
        }
    }

    /// The inbox of a process that would hear; one of its name before hears no more.
    func inbox(of process: SimulatedProcess) -> Inbox<CampaignID> {
        inboxes.withLock { inboxes in
            let inbox = Inbox<CampaignID>()
            inboxes[process.name] = inbox
            return inbox
        }
    }
}

/// A process that would be the agent which takes results in; it is only while it has the lease.
struct SimulatedAgent: Sendable {
    static let lease = "agent/campaign"

    let process: SimulatedProcess
    let store: ProcessStore
    let inbox: Inbox<CampaignID>
    private let right = Locked<(term: Int, until: Timestamp)?>(nil)

    init(_ process: SimulatedProcess, truth: Truth, chaos: Chaos, bus: SimulatedBus) {
        self.process = process
        inbox = bus.inbox(of: process)
        store = ProcessStore(process: process, truth: truth, chaos: chaos)
    }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await renew() }
            group.addTask { await work() }
        }
    }

    private func renew() async {
        let clock = ProcessClock(process: process)
        while !process.isDead, !Task.isCancelled {
            let asked = clock.steady
            if let lease = try? await store.acquireLease(Self.lease, holder: process.name, for: .seconds(10)) {
                let isMine = lease.holder == process.name
                right.withLock { $0 = isMine ? (lease.term, asked + .seconds(8)) : nil }
            }
            try? await clock.sleep(for: .seconds(3))
        }
    }

    private func work() async {
        while !process.isDead, !Task.isCancelled {
            do {
                let heard = Set(try await inbox.take()).sorted()
                // Who is not the agent passes over what it hears.
                guard let term else { continue }
                for campaign in heard {
                    let jobs = try await store.unharvestedJobs(of: campaign)
                    guard !jobs.isEmpty else { continue }
                    var change = KnowledgeChange()
                    change.harvestedJobs = jobs.map(\.id)
                    change.fence = LeaseFence(name: Self.lease, term: term)
                    try await store.commit(change)
                }
            } catch {
                continue
            }
        }
    }

    private var term: Int? {
        right.withLock { right in
            guard let right, right.until > process.world.now else { return nil }
            return right.term
        }
    }
}
