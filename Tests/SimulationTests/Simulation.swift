// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging

@testable import Jobs
@testable import Storage

/// The whole runtime in one thread and in virtual time: two servers, 22 workers, two candidates for an agent, a bus and a database, with
/// faults that a seed chooses.
struct Simulation: Sendable {
    /// How a run ended.
    struct Outcome: Sendable {
        var violations: [String]
        /// A number that two runs share only when they did the same.
        var trace: UInt64
        var steps: Int
        var stale: Int
        var span: TimeSpan
    }

    static let start = Timestamp(milliseconds: 1_767_225_600_000)
    static let jobs = 40
    /// How long faults happen.
    static let storm = TimeSpan.seconds(90)
    /// How long everything may take to be quiet after them.
    static let bound = TimeSpan.minutes(20)

    let seed: UInt64
    let sabotage: Sabotage
    /// Whether nothing but servers dies, so that no worker may be blamed for anything.
    var onlyServersDie = false

    /// Runs until all is quiet, and says what did not hold.
    func run() throws -> Outcome {
        let world = VirtualClock(start: Self.start, shufflingBy: SplitMix64.seed(seed, "order"))
        let truth = Truth(sabotage: sabotage)
        let play = Play(seed: seed, world: world, truth: truth, onlyServersDie: onlyServersDie)
        do {
            try world.run { try await play.run() }
        } catch {
            truth.violate("the run stopped: \(error)")
        }
        return Outcome(
            violations: truth.violations,
            trace: truth.trace,
            steps: truth.steps,
            stale: truth.stale,
            span: world.now - Self.start
        )
    }
}

/// One run: who is there, and what happens to them.
final class Play: Sendable {
    private let seed: UInt64
    private let world: VirtualClock
    private let truth: Truth
    private let chaos: Chaos
    private let bus: SimulatedBus
    private let network: SimulatedNetwork
    private let ids: IdentifierGenerator
    private let campaigns: [CampaignID]
    private let poison = Locked<Set<JobID>>([])
    private let processes = Locked<[String: SimulatedProcess]>([:])
    private let births = Locked<UInt64>(0)
    private let isOver = Locked(false)
    private let knowsKeys: Bool
    private let onlyServersDie: Bool

    init(seed: UInt64, world: VirtualClock, truth: Truth, onlyServersDie: Bool) {
        self.seed = seed
        self.onlyServersDie = onlyServersDie
        self.world = world
        self.truth = truth
        chaos = Chaos(seed: SplitMix64.seed(seed, "chaos"))
        if onlyServersDie { chaos.calmDown() }
        bus = SimulatedBus(chaos: chaos, world: world)
        network = SimulatedNetwork(chaos: chaos, world: world)
        ids = IdentifierGenerator(clock: world, seed: SplitMix64.seed(seed, "jobs"))
        campaigns = [ids.next(), ids.next(), ids.next()]
        knowsKeys = seed % 2 == 0
    }

    func run() async throws {
        for name in ["server-1", "server-2"] { startServer(name) }
        for name in ["agents-1", "agents-2"] { startAgent(name) }
        for number in 1...22 { startWorker("worker-\(number)") }
        let producer = Task(executorPreference: world) { await self.produce() }
        let nemesis = Task(executorPreference: world) { await self.torment() }
        await producer.value
        await nemesis.value
        chaos.calmDown()
        for (_, process) in processes.withLock({ $0 }) { process.setClock(.zero) }
        let end = world.now + Simulation.bound
        while world.now < end, !isQuiet { try await world.sleep(for: .seconds(5)) }
        try await truth.checkEnd(of: campaigns)
        if onlyServersDie { truth.checkNobodyBlamed() }
        isOver.withLock { $0 = true }
        for (_, process) in processes.withLock({ $0 }) { process.kill() }
    }

    private var isQuiet: Bool {
        truth.enqueued.allSatisfy { truth.job($0).map { $0.state.isFinal || $0.state == .dead } ?? false }
            && truth.store.contents.withLock { contents in
                contents.jobs.campaignsWithUnharvested(before: world.now).isEmpty
                    && contents.cluster.outboxDepth.messages == 0
            }
    }

    // MARK: - Who is there

    private func process(_ name: String) -> (process: SimulatedProcess, seed: UInt64) {
        let process = SimulatedProcess(name: name, world: world)
        processes.withLock { $0[name] = process }
        let birth = births.withLock { births in
            births += 1
            return births
        }
        return (process, SplitMix64.seed(seed, name, String(birth)))
    }

    private func startServer(_ name: String) {
        let (process, seed) = process(name)
        let server = SimulatedServer(process, truth: truth, chaos: chaos, bus: bus, seed: seed)
        network.up(server)
        process.start { await server.run() }
    }

    private func startAgent(_ name: String) {
        let (process, seed) = process(name)
        let agent = SimulatedAgent(process, truth: truth, chaos: chaos, bus: bus, seed: seed)
        process.start { await agent.run() }
    }

    private func startWorker(_ name: String) {
        let (process, seed) = process(name)
        let store = ProcessStore(process: process, truth: truth, chaos: chaos)
        let session = Locked<SessionID?>(nil)
        let handler = SimulatedHandler(
            process: process,
            store: store,
            chaos: chaos,
            truth: truth,
            poison: poison.withLock { $0 },
            knowsKeys: knowsKeys
        )
        let connections = lines(of: process)
        let worker = RemoteWorker(
            connections: connections,
            handlers: [handler],
            clock: ProcessClock(process: process),
            setting: RemoteWorker.Setting(name: name, slots: 2, software: "simulation"),
            seed: seed,
            logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() },
            onSession: { id in session.withLock { $0 = id } }
        )
        process.start { _ = try? await worker.run() }
        // The supervisor: tells the server that its worker died, and starts another.
        Task(executorPreference: world) { [self] in
            while !process.isDead { try await world.sleep(for: TimeSpan(milliseconds: 500)) }
            guard !isOver.withLock({ $0 }) else { return }
            let supervisor = SimulatedProcess(name: name, world: world)
            if let id = session.withLock({ $0 }) {
                for line in lines(of: supervisor) { try? await line.leave(FleetWire.Leave(session: id, end: .lost)) }
            }
            try await world.sleep(for: .seconds(1))
            startWorker(name)
        }
    }

    /// A process' ways to the servers; half of them ask the second one first.
    private func lines(of process: SimulatedProcess) -> [SimulatedConnection] {
        let servers = ["server-1", "server-2"]
        let isEven = (process.name.utf8.last ?? 0) % 2 == 0
        return (isEven ? servers : servers.reversed()).map { server in
            SimulatedConnection(process: process, network: network, to: server)
        }
    }

    // MARK: - What happens

    private func produce() async {
        for number in 0..<Simulation.jobs {
            let (first, second) = (chaos.chooses(0.5), chaos.chooses(0.03))
            let job = Job(
                id: ids.next(),
                workspace: .default,
                campaign: campaigns[number % campaigns.count],
                kind: .probe,
                priority: first ? .normal : .low,
                payload: "{}",
                createdAt: world.now,
                idempotencyKey: "job/\(number)"
            )
            if second, !onlyServersDie { poison.withLock { _ = $0.insert(job.id) } }
            // The caller tries again until it is told that the job was taken in; the key keeps it one job.
            while true {
                if let server = network.servers.first(where: { _ in chaos.chooses(0.5) }) ?? network.servers.first,
                    (try? await server.store.enqueue([job], durability: .power)) != nil
                {
                    break
                }
                try? await world.sleep(for: .seconds(1))
            }
            try? await world.sleep(for: chaos.span(upTo: 3_000))
        }
    }

    /// Kills, stops, cuts off and sets clocks, until the storm is over.
    private func torment() async {
        let end = world.now + Simulation.storm
        while world.now < end {
            try? await world.sleep(for: chaos.span(upTo: 6_000))
            let (servers, agents) = (["server-1", "server-2"], ["agents-1", "agents-2"])
            let workers = (1...22).map { "worker-\($0)" }
            if onlyServersDie {
                await kill(pick(servers), backIn: chaos.span(upTo: 30_000), startServer)
                continue
            }
            switch chaos.number(0...9) {
            case 0: await kill(pick(servers), backIn: chaos.span(upTo: 10_000), startServer)
            case 1: await kill(pick(agents), backIn: chaos.span(upTo: 20_000), startAgent)
            case 2, 3: processes.withLock { $0[pick(workers)] }?.kill()
            case 4: stop(pick(servers))
            case 5: stop(pick(agents))
            case 6: stop(pick(workers))
            case 7, 8: network.cut(pick(workers), until: world.now + chaos.span(upTo: 40_000))
            default:
                processes.withLock { $0[pick(servers + workers)] }?
                    .setClock(chaos.chooses(0.5) ? .hours(1) : .zero - .hours(1))
            }
        }
    }

    private func pick(_ names: [String]) -> String { names[Int(chaos.number(0...Int64(names.count - 1)))] }

    private func stop(_ name: String) {
        processes.withLock { $0[name] }?.stop(until: world.now + .seconds(Int(chaos.number(1...25))))
    }

    private func kill(_ name: String, backIn delay: TimeSpan, _ start: @escaping @Sendable (String) -> Void) async {
        processes.withLock { $0[name] }?.kill()
        Task(executorPreference: world) { [world, processes] in
            try await world.sleep(for: delay)
            // One that was killed twice is begun twice; there is never more than one of a name.
            processes.withLock { $0[name] }?.kill()
            start(name)
        }
    }
}
