// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging
import Storage
import Testing

@testable import Jobs

/// Two servers over one store, in virtual time.
final class Town: Sendable {
    /// A server: its dispatcher, and the gate by which workers come in.
    struct Office: Sendable {
        let dispatcher: Dispatcher
        let gate: DispatcherGate
        let death = Latch()
    }

    /// A worker that does what a test says.
    struct Puppet: Sendable {
        var office: Office
        var admission: FleetAdmission
        var id: WorkerID { admission.worker.id }
        var session: SessionID { admission.session.id }
    }

    let clock = VirtualClock(start: House.start)
    let store = MemoryStore()
    let ids: IdentifierGenerator
    let first: Office
    let second: Office

    init() {
        ids = IdentifierGenerator(clock: clock, seed: 5)
        let (clock, store) = (clock, store)
        func office(_ name: String, _ seed: UInt64) -> Office {
            let dispatcher = Dispatcher(
                store: store,
                fleet: store,
                clock: clock,
                ids: IdentifierGenerator(clock: clock, seed: seed),
                server: name,
                identity: ServerIdentity(mark: "\(name)'s") { _ in false },
                poll: .seconds(1),
                seed: seed,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            return Office(dispatcher: dispatcher, gate: DispatcherGate(dispatcher))
        }
        first = office("first", 11)
        second = office("second", 12)
    }

    /// Runs both servers while a body runs.
    func run(_ body: @escaping @Sendable () async throws -> Void) throws {
        let offices = [first, second]
        try clock.run {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for office in offices {
                    group.addTask {
                        try await race({ try await office.dispatcher.run() }, { try await office.death.wait() })
                        return false
                    }
                }
                group.addTask {
                    try await body()
                    return true
                }
                defer { group.cancelAll() }
                while let isOver = try await group.next() {
                    if isOver { return }
                }
            }
        }
    }

    func enter(_ name: String, _ office: Office, resuming: FleetResumption? = nil) async throws -> Puppet {
        let admission = try await office.gate.register(name: name, kinds: [.probe], slots: 2, resuming: resuming)
        return Puppet(office: office, admission: admission)
    }

    /// Lets time pass, with the beats of these workers; returns the last orders of each.
    @discardableResult
    func pass(_ seconds: Int, _ puppets: [Puppet], holding: [JobID] = []) async throws -> [FleetOrders] {
        var orders: [FleetOrders] = []
        for _ in stride(from: 0, to: seconds, by: 5) {
            try await clock.sleep(for: .seconds(5))
            orders = []
            for puppet in puppets {
                let progress = Dictionary(holding.map { ($0, 0.5) }) { first, _ in first }
                orders.append(
                    try await puppet.office.gate.beat(session: puppet.session, progress: progress, renews: true)
                )
            }
        }
        return orders
    }

    func add(_ count: Int = 1) async throws -> [Job] {
        let jobs = (0..<count).map { _ in
            Job(id: ids.next(), workspace: .default, campaign: nil, kind: .probe, payload: "{}", createdAt: clock.now)
        }
        _ = try await store.enqueue(jobs, durability: .process)
        return jobs
    }

    /// The jobs that a worker gets within three seconds.
    func jobs(of puppet: Puppet) async throws -> [Job] {
        let clock = clock
        return try await race(
            { try await puppet.office.gate.pull(session: puppet.session, limit: 2) },
            {
                try await clock.sleep(for: .seconds(3))
                return []
            }
        )
    }

    func worker(_ id: WorkerID, _ office: Office) async throws -> Worker {
        try #require(try await office.gate.workers().first { $0.id == id })
    }
}
