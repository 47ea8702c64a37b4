// SPDX-License-Identifier: Apache-2.0

import Domain

@testable import Storage

/// The database as one process sees it: behind a network that delays calls and loses them, or their answers.
struct ProcessStore: JobStore, EffectStore, OutboxStore, LeaseStore, FleetStore, MaintenanceStore {
    /// The connection was lost: before the call got through, or before its answer came.
    struct Unavailable: Error {}

    let process: SimulatedProcess
    let truth: Truth
    let chaos: Chaos

    private func call<Value>(_ name: String, _ body: (MemoryStore) async throws -> Value) async throws -> Value {
        try await process.pass()
        try await process.world.sleep(for: chaos.span(upTo: 4))
        try await process.pass()
        if chaos.strikes(0.004) { throw Unavailable() }
        let value = try await body(truth.store)
        truth.step("\(process.name) \(name) \(process.world.now.milliseconds)")
        if chaos.strikes(0.002) { throw Unavailable() }
        try await process.world.sleep(for: chaos.span(upTo: 4))
        try await process.pass()
        return value
    }

    func enqueue(_ jobs: [Job], durability: Durability) async throws -> [JobID] {
        try await call("enqueue") { store in
            let added = try await store.enqueue(jobs, durability: durability)
            truth.added(added)
            return added
        }
    }

    func claim(
        _ request: ClaimRequest,
        now: Timestamp,
        choose: @escaping @Sendable ([Job]) -> [JobAssignment]
    ) async throws -> Claim {
        try await call("claim") { try await $0.claim(request, now: process.world.now, choose: choose) }
    }

    func finish(
        _ reports: [JobReport],
        now: Timestamp,
        durability: Durability,
        retryDelay: @escaping @Sendable (Failure, Job) -> TimeSpan?
    ) async throws -> [JobReceipt] {
        try await call("finish") { _ in
            try await truth.finish(reports, now: process.world.now, retryDelay: retryDelay)
        }
    }

    func handBack(_ leases: [JobID: String], now: Timestamp) async throws -> [Job] {
        try await call("handBack") { try await $0.handBack(leases, now: process.world.now) }
    }

    // The database goes by its own clock where leases are concerned.

    func openSession(
        _ session: WorkerSession,
        now: Timestamp
    ) async throws -> (session: WorkerSession, released: [Job]) {
        var opened = session
        opened.expiresAt = process.world.now + (session.expiresAt - now)
        return try await call("open") { [opened] in try await $0.openSession(opened, now: process.world.now) }
    }

    func renewSessions(_ ids: [SessionID], for span: TimeSpan, now: Timestamp) async throws -> Set<SessionID> {
        try await call("renew") { try await $0.renewSessions(ids, for: span, now: process.world.now) }
    }

    func endSessions(_ ids: [SessionID], as end: WorkerSession.End, now: Timestamp) async throws -> [Job] {
        try await call("end") { try await $0.endSessions(ids, as: end, now: process.world.now) }
    }

    func endSessions(ofServer server: String?, now: Timestamp) async throws -> [Job] {
        try await call("restart") { try await $0.endSessions(ofServer: server, now: process.world.now) }
    }

    func moveSession(
        _ former: SessionID,
        to session: WorkerSession,
        keeping tokens: Set<String>,
        now: Timestamp
    ) async throws -> MovedSession? {
        var opened = session
        opened.expiresAt = process.world.now + (session.expiresAt - now)
        return try await call("move") { [opened] in
            try await $0.moveSession(former, to: opened, keeping: tokens, now: process.world.now)
        }
    }

    func endExpiredSessions(by server: String, now: Timestamp) async throws -> (
        sessions: [WorkerSession], released: [Job]
    ) {
        try await call("expire") { try await $0.endExpiredSessions(by: server, now: process.world.now) }
    }

    func sessions() async throws -> [WorkerSession] { try await call("sessions") { try await $0.sessions() } }

    func job(_ id: JobID) async throws -> Job? { try await call("job") { try await $0.job(id) } }

    func jobs(in state: JobState, limit: Int) async throws -> [Job] {
        try await call("jobs") { try await $0.jobs(in: state, limit: limit) }
    }

    func cancel(_ jobs: [JobID], now: Timestamp) async throws -> [Job] {
        try await call("cancel") { try await $0.cancel(jobs, now: process.world.now) }
    }

    func unharvestedJobs(of campaign: CampaignID) async throws -> [Job] {
        try await call("unharvested") { try await $0.unharvestedJobs(of: campaign) }
    }

    func campaignsWithUnharvestedJobs(before instant: Timestamp) async throws -> [CampaignID] {
        try await call("outbox") { try await $0.campaignsWithUnharvestedJobs(before: instant) }
    }

    func nextRunAt() async throws -> Timestamp? { try await call("next") { try await $0.nextRunAt() } }

    func acquireLease(
        _ name: String,
        holder: String,
        for span: TimeSpan,
        now: Timestamp
    ) async throws -> LeaderLease {
        try await call("lease") { _ in
            try await truth.acquire(name, holder: holder, for: span, now: process.world.now)
        }
    }

    func releaseLease(_ name: String, holder: String, term: Int) async throws {
        try await call("yield") { try await $0.releaseLease(name, holder: holder, term: term) }
    }

    func leases() async throws -> [LeaderLease] { try await call("leases") { try await $0.leases() } }

    func enrol(_ newcomer: FleetNewcomer, now: Timestamp) async throws -> FleetMember {
        try await call("enrol") { try await $0.enrol(newcomer, now: process.world.now) }
    }

    func note(_ standings: [FleetStanding]) async throws {
        try await call("note") { try await $0.note(standings) }
    }

    func fleet(now: Timestamp) async throws -> FleetView {
        try await call("fleet") { try await $0.fleet(now: process.world.now) }
    }

    func isolate(_ worker: WorkerID, _ isolation: FleetMember.Isolation?) async throws -> Bool {
        try await call("isolate") { try await $0.isolate(worker, isolation) }
    }

    func give(_ order: FleetOrder) async throws -> Bool { try await call("give") { try await $0.give(order) } }

    func forget(_ worker: WorkerID) async throws -> Bool { try await call("forget") { try await $0.forget(worker) } }

    func write(_ plan: MaintenancePlan) async throws { try await call("plan") { try await $0.write(plan) } }

    func removePlan(_ target: MaintenanceTarget) async throws -> Bool {
        try await call("remove") { try await $0.removePlan(target) }
    }

    func fire(_ plan: MaintenancePlan, windows: [MaintenanceWindow], next: Timestamp?) async throws -> Bool {
        try await call("fire") { try await $0.fire(plan, windows: windows, next: next) }
    }

    func advance(
        _ window: MaintenanceWindow,
        to next: MaintenanceWindow?,
        fence: LeaseFence?
    ) async throws -> Bool {
        try await call("advance") { try await $0.advance(window, to: next, fence: fence) }
    }

    func commit(_ change: KnowledgeChange) async throws {
        try await call("commit") { _ in try await truth.commit(change) }
    }

    func begin(_ effect: Effect) async throws -> EffectAdmission {
        try await call("begin") { try await $0.begin(effect) }
    }

    func settle(_ key: String, as state: Effect.State, response: String?, now: Timestamp) async throws {
        try await call("settle") { try await $0.settle(key, as: state, response: response, now: process.world.now) }
    }

    func effect(_ key: String) async throws -> Effect? { try await call("effect") { try await $0.effect(key) } }

    func effects(in state: Effect.State, limit: Int) async throws -> [Effect] {
        try await call("effects") { try await $0.effects(in: state, limit: limit) }
    }

    func post(_ messages: [OutboxMessage]) async throws { try await call("post") { try await $0.post(messages) } }

    func unhandledMessages(limit: Int) async throws -> [OutboxMessage] {
        try await call("unhandled") { try await $0.unhandledMessages(limit: limit) }
    }

    func outboxDepth() async throws -> OutboxDepth { try await call("depth") { try await $0.outboxDepth() } }

    func handled(_ messages: [MessageID]) async throws {
        try await call("handled") { try await $0.handled(messages) }
    }
}
