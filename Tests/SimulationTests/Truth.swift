// SPDX-License-Identifier: Apache-2.0

import Domain

@testable import Storage

/// The database of a simulated run, and what must hold of it whatever happens: looked at at every step.
final class Truth: Sendable {
    private struct State {
        var violations: [String] = []
        var accepted: [JobID: Int] = [:]
        var harvested: [JobID: Int] = [:]
        var enqueued: Set<JobID> = []
        var holders: [String: String] = [:]
        var executions: [String: Int] = [:]
        var steps = 0
        var stale = 0
        var trace: UInt64 = 0xcbf2_9ce4_8422_2325
    }

    let store = MemoryStore()
    let sabotage: Sabotage
    private let state = Locked(State())

    init(sabotage: Sabotage) {
        self.sabotage = sabotage
    }

    /// What did not hold, in order.
    var violations: [String] { state.withLock { $0.violations } }
    /// How many calls the database answered.
    var steps: Int { state.withLock { $0.steps } }
    /// How many reports came too late.
    var stale: Int { state.withLock { $0.stale } }
    /// A number that two runs share only when they did the same.
    var trace: UInt64 { state.withLock { $0.trace } }
    /// The jobs that were taken in.
    var enqueued: Set<JobID> { state.withLock { $0.enqueued } }

    /// Notes that something must hold and does not.
    func violate(_ what: String) {
        state.withLock { $0.violations.append(what) }
    }

    /// Notes a step.
    func step(_ what: String) {
        state.withLock { state in
            state.steps += 1
            for byte in what.utf8 { state.trace = (state.trace ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
    }

    /// A job as it is now.
    func job(_ id: JobID) -> Job? { store.contents.withLock { $0.jobs[id] } }

    func added(_ jobs: [JobID]) {
        state.withLock { $0.enqueued.formUnion(jobs) }
    }

    /// Takes reports in, and checks that none counts but under the current lease, and none twice.
    func finish(
        _ reports: [JobReport],
        now: Timestamp,
        retryDelay: @escaping @Sendable (Failure, Job) -> TimeSpan?
    ) async throws -> [JobReceipt] {
        let leases = reports.map { job($0.job)?.lease?.token }
        var sent = reports
        if sabotage == .noFencing {
            for place in sent.indices { sent[place].token = leases[place] ?? sent[place].token }
        }
        let receipts = try await store.finish(sent, now: now, durability: .power, retryDelay: retryDelay)
        for (place, receipt) in receipts.enumerated() {
            let report = reports[place]
            if receipt == .stale {
                state.withLock { $0.stale += 1 }
                continue
            }
            if report.token != leases[place] { violate("a stale report of \(report.job) was taken in as \(receipt)") }
            guard receipt == .accepted else { continue }
            let count = state.withLock { state in
                state.accepted[report.job, default: 0] += 1
                return state.accepted[report.job] ?? 0
            }
            if count > 1 { violate("\(report.job) was counted \(count) times") }
        }
        return receipts
    }

    /// Takes a lease, and checks that a term has one holder.
    func acquire(_ name: String, holder: String, for span: TimeSpan, now: Timestamp) async throws -> LeaderLease {
        var lease = try await store.acquireLease(name, holder: holder, for: span, now: now)
        if sabotage == .noGroupLock { lease.holder = holder }
        let (key, taker) = ("\(name) in term \(lease.term)", lease.holder)
        let known = state.withLock { state in
            defer { state.holders[key] = taker }
            return state.holders[key]
        }
        if let known, known != taker { violate("\(key) is held by \(known) and by \(taker)") }
        return lease
    }

    /// Writes a change, and checks that no result is taken in twice.
    func commit(_ change: KnowledgeChange) async throws {
        try await store.commit(change, durability: .power)
        for job in change.harvestedJobs {
            let count = state.withLock { state in
                state.harvested[job, default: 0] += 1
                return state.harvested[job] ?? 0
            }
            if count > 1 { violate("the result of \(job) was taken in \(count) times") }
        }
    }

    /// The outside world does something; `true` when its key was never seen, or the other side does not look at keys.
    func execute(_ key: String, knowsKeys: Bool) {
        let count = state.withLock { state in
            if knowsKeys, state.executions[key] != nil { return 1 }
            state.executions[key, default: 0] += 1
            return state.executions[key] ?? 0
        }
        if count > 1 { violate("the effect \(key) was carried out \(count) times") }
    }

    /// Whether the outside world has done something.
    func wasExecuted(_ key: String) -> Bool { state.withLock { $0.executions[key] != nil } }

    /// Where only servers died, no worker was lost, and every job was completed or failed by itself.
    func checkNobodyBlamed() {
        for id in enqueued.sorted() {
            guard let job = job(id) else { continue }
            if job.workersLost > 0 { violate("\(id) counts \(job.workersLost) lost workers, and none was") }
        }
    }

    /// What is not as it must be once all is quiet.
    func checkEnd(of campaigns: [CampaignID]) async throws {
        var told: [JobID: Int] = [:]
        for campaign in campaigns {
            for record in try await store.analyses(of: campaign, in: .default, kind: .round) {
                for job in try CanonicalJSON.decode([JobID].self, from: record.body) { told[job, default: 0] += 1 }
            }
        }
        for id in enqueued.sorted() {
            guard let job = job(id) else {
                violate("\(id) is lost")
                continue
            }
            guard job.state.isFinal || job.state == .dead else {
                let open = try await store.sessions().first { $0.id == job.lease?.session }
                let server = open.map { "with \($0.server) until \($0.expiresAt)" } ?? "in no open session"
                violate("\(id) is still \(job.state.rawValue), \(server)")
                continue
            }
            let harvested = state.withLock { $0.harvested[id] ?? 0 }
            if job.campaign != nil, harvested != 1 { violate("the result of \(id) was taken in \(harvested) times") }
            if job.campaign != nil, told[id] != 1 { violate("the result of \(id) was told \(told[id] ?? 0) times") }
        }
    }
}
