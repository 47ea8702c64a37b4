// SPDX-License-Identifier: Apache-2.0

import Domain
import Logging

@testable import Jobs
@testable import Server

/// The servers that are up, and the network between them and the workers.
final class SimulatedNetwork: Sendable {
    private struct State {
        var servers: [String: SimulatedServer] = [:]
        /// Until when nothing gets through between a worker and anybody.
        var cuts: [String: Timestamp] = [:]
    }

    let chaos: Chaos
    let world: VirtualClock
    private let state = Locked(State())

    init(chaos: Chaos, world: VirtualClock) {
        self.chaos = chaos
        self.world = world
    }

    var servers: [SimulatedServer] {
        state.withLock { $0.servers.sorted { $0.key < $1.key }.map(\.value) }.filter { !$0.process.isDead }
    }

    func up(_ server: SimulatedServer) {
        state.withLock { $0.servers[server.process.name] = server }
    }

    func cut(_ worker: String, until instant: Timestamp) {
        state.withLock { $0.cuts[worker] = instant }
    }

    func isCut(_ worker: String) -> Bool {
        state.withLock { $0.cuts[worker] ?? Timestamp(milliseconds: 0) } > world.now
    }
}

/// A worker's way to a server: requests and answers are late, lost, or come twice.
final class SimulatedConnection: FleetConnection {
    private let process: SimulatedProcess
    private let network: SimulatedNetwork
    private let name: String

    /// A way to the server of a name, as long as one is up.
    init(process: SimulatedProcess, network: SimulatedNetwork, to name: String) {
        self.process = process
        self.network = network
        self.name = name
    }

    private func call<Value: Sendable>(
        _ body: @escaping @Sendable (FleetDesk) async throws -> Value
    ) async throws -> Value {
        let chaos = network.chaos
        try await hop()
        guard let server = network.servers.first(where: { $0.process.name == name }) else {
            throw FleetCallError.unreachable("the server is not up")
        }
        do {
            try await server.process.pass()
        } catch is SimulatedProcess.Died {
            // It was stopped, and killed before it went on: that is the server's end, not the worker's.
            throw FleetCallError.unreachable("the server died")
        }
        let answer: Value
        do {
            // A request that the network brings twice is carried out twice, and the second answer is lost.
            let isTwice = chaos.strikes(0.01)
            answer = try await body(server.desk)
            if isTwice { _ = try? await body(server.desk) }
        } catch FleetRefusal.sessionIsOver {
            try await hop()
            throw FleetCallError.sessionIsOver
        } catch let error as CancellationError {
            throw error
        } catch {
            try await hop()
            throw FleetCallError.unreachable("\(error)")
        }
        // What a server does while it dies is not answered.
        guard !server.process.isDead else { throw FleetCallError.unreachable("the server died") }
        try await hop()
        return answer
    }

    /// One way through the network.
    private func hop() async throws {
        try await process.pass()
        let chaos = network.chaos
        let late = chaos.strikes(0.002) ? TimeSpan.seconds(Int(chaos.number(1...30))) : chaos.span(upTo: 10)
        try await process.world.sleep(for: late)
        try await process.pass()
        if network.isCut(process.name) || chaos.strikes(0.01) {
            try await process.world.sleep(for: .seconds(2))
            throw FleetCallError.unreachable("the network lost it")
        }
    }

    func register(_ request: FleetWire.Register) async throws -> FleetWire.Registered {
        let kinds = request.kinds.compactMap(JobKind.init)
        let name = process.name
        let resumption = request.resume.map { resume in
            FleetResumption(
                session: resume.session,
                jobs: Dictionary(resume.jobs.map { ($0.id, $0.token) }) { first, _ in first }
            )
        }
        return try await call { desk in
            try await desk.register(name, kinds: kinds, slots: request.slots, resuming: resumption, key: name)
        }
    }

    func poll(_ request: FleetWire.Poll) async throws -> FleetWire.Batch {
        let name = process.name
        let (batch, jobs) = try await call { desk in
            let (batch, jobs) = try await desk.poll(request, key: name)
            return (batch, jobs)
        }
        return FleetWire.Batch(
            batch: batch,
            jobs: jobs.map { job in
                FleetWire.LeasedJob(
                    id: job.id,
                    kind: job.kind.rawValue,
                    workspace: job.workspace,
                    campaign: job.campaign,
                    attempt: job.attempt,
                    token: job.lease?.token ?? "",
                    payload: .object([:])
                )
            }
        )
    }

    func beat(_ request: FleetWire.Beat) async throws -> FleetWire.Orders {
        let name = process.name
        let progress = Dictionary(request.jobs.map { ($0.id, $0.progress ?? 0) }) { first, _ in first }
        return FleetWire.Orders(
            try await call {
                try await $0.beat(
                    request.session,
                    progress: progress,
                    renews: request.unanswered != true,
                    key: name
                )
            }
        )
    }

    func complete(_ request: FleetWire.Complete) async throws -> FleetWire.Receipts {
        let name = process.name
        let reports = request.reports.map { report in
            JobReport(
                job: report.job,
                token: report.token,
                outcome: report.failure.map { .failed($0.failure) } ?? .completed("{}")
            )
        }
        let receipts = try await call { try await $0.report(reports, from: request.session, key: name) }
        return FleetWire.Receipts(
            receipts: zip(reports, receipts).map { FleetWire.Receipt(job: $0.job, receipt: $1) }
        )
    }

    func leave(_ request: FleetWire.Leave) async throws {
        let name = process.name
        try await call { try await $0.leave(request.session, as: request.end ?? .handedBack, key: name) }
    }
}

/// What the jobs of the simulation do: take time, fail at times, change the outside world once, kill their worker.
struct SimulatedHandler: JobHandler {
    let kinds: [JobKind] = [.probe]
    let process: SimulatedProcess
    let store: ProcessStore
    let chaos: Chaos
    let truth: Truth
    /// The jobs that end every process which runs them.
    let poison: Set<JobID>
    /// Whether the outside world looks at keys.
    let knowsKeys: Bool

    func run(_ job: Job, worker: Worker) async throws -> String {
        let clock = ProcessClock(process: process)
        try await clock.sleep(for: TimeSpan(milliseconds: chaos.number(100...8_000)))
        if poison.contains(job.id) {
            process.kill()
            throw SimulatedProcess.Died()
        }
        if chaos.strikes(0.05) { throw Failure(.timeOut, "the other side did not answer") }
        guard job.id.text.hasSuffix("0") || job.id.text.hasSuffix("5") else { return "{}" }
        let effect = Effect(
            key: "mail/\(job.id)",
            workspace: job.workspace,
            campaign: job.campaign,
            kind: "mail.send",
            job: job.id,
            token: job.lease?.token,
            intent: "{}",
            now: clock.now
        )
        return try await EffectRunner(ledger: store, clock: clock).once(
            effect,
            verify: {
                guard knowsKeys else { return .unknown }
                return truth.wasExecuted(effect.key) ? .done("{}") : .notDone
            },
            body: { key in
                try await clock.sleep(for: chaos.span(upTo: 500))
                truth.execute(key, knowsKeys: knowsKeys)
                return "{}"
            }
        )
    }
}
