// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import Storage

/// What becomes of work under way when the server is taken away from it.
@Suite(.enabled(if: PostgresCluster.isWanted), .serialized, .timeLimit(.minutes(10)))
struct PostgresFaultTests {
    enum Fault: CaseIterable {
        case restart
        case immediateRestart
        case killedBackend
    }

    @Test(arguments: Fault.allCases)
    func `no acknowledged job is lost and none is counted twice`(_ fault: Fault) async throws {
        try await PostgresCluster.with { cluster in
            var settings = try PostgresSettings(cluster.address)
            settings.patience = .seconds(30)
            let store = try await PostgresStore.open(settings, time: StandingClock(), clock: .callers, log: quiet)
            let work = Work(store: store, callers: 6)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 { group.addTask { try await work.add() } }
                group.addTask { try await work.runJobs() }
                for _ in 0..<2 {
                    try await work.waitForProgress()
                    try await inflict(fault, cluster)
                }
                try await work.waitForProgress()
                work.stop()
                try await group.waitForAll()
            }
            try await work.check()
            await store.close()
        }
    }

    private func inflict(_ fault: Fault, _ cluster: PostgresCluster) async throws {
        switch fault {
        case .restart: try await cluster.control(["restart", "-m", "fast"])
        case .immediateRestart: try await cluster.control(["restart", "-m", "immediate"])
        case .killedBackend:
            let connection = try PostgresConnection(PostgresSettings(cluster.address))
            let busy = try connection.query(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'dure' AND pid <> pg_backend_pid() LIMIT 1",
                []
            ) { Int32($0.integer(0)) }
            // The server ends all other connections too, and recovers as from a crash.
            #expect(kill(try #require(busy.first), SIGKILL) == 0)
        }
    }
}

/// Callers that add jobs and a dispatcher that runs them, until they are told to stop.
private final class Work: Sendable {
    private struct State {
        var acknowledged: Set<JobID> = []
        var accepted: [JobID: Int] = [:]
        var claims = 0
        /// Those who still add jobs.
        var callers: Int
        var isOver = false
        var waiting: [(accepted: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let store: PostgresStore
    private let state: Locked<State>
    private let sample = Sample()
    private let session: WorkerSession

    init(store: PostgresStore, callers: Int) {
        self.store = store
        state = Locked(State(callers: callers))
        session = WorkerSession(
            id: sample.ids.next(),
            worker: sample.ids.next(),
            server: "test",
            expiresAt: Sample.at(60)
        )
    }

    /// Adds jobs one by one; what is acknowledged is kept in mind.
    func add() async throws {
        while !state.withLock(\.isOver) {
            let job = sample.job()
            do {
                let added = try await store.enqueue([job], durability: .power)
                state.withLock { $0.acknowledged.formUnion(added) }
            } catch let error as StorageError where error.isOfServer {
                // It may have been added; nobody was told so.
            }
        }
        state.withLock { $0.callers -= 1 }
    }

    /// Runs jobs until none is left after the stop.
    func runJobs() async throws {
        _ = try await store.openSession(session, now: Sample.start)
        while true {
            let isOver = state.withLock { $0.callers == 0 }
            let number = state.withLock { state in
                state.claims += 1
                return state.claims
            }
            do {
                let claim = try await store.claim(ClaimRequest(kinds: [.trialRun], limit: 50), now: Sample.start) {
                    [session] jobs in
                    jobs.map { job in
                        JobAssignment(
                            job: job.id,
                            worker: session.worker,
                            session: session.id,
                            token: "\(number) \(job.id)"
                        )
                    }
                }
                if isOver, claim.candidates == 0 { return }
                try await report(claim.jobs)
            } catch let error as StorageError where error.isOfServer {
                continue
            }
        }
    }

    /// Reports jobs as done, again and again until an answer comes.
    private func report(_ jobs: [Job]) async throws {
        let reports = jobs.compactMap { job in
            job.lease.map { JobReport(job: job.id, token: $0.token, outcome: .completed("{}")) }
        }
        while true {
            do {
                let receipts = try await store.finish(reports, now: Sample.start, durability: .power) { _, _ in nil }
                count(zip(reports, receipts).filter { $0.1 == .accepted }.map(\.0.job))
                return
            } catch let error as StorageError where error.isOfServer {
                continue
            }
        }
    }

    private func count(_ jobs: [JobID]) {
        let ready = state.withLock { state in
            for job in jobs { state.accepted[job, default: 0] += 1 }
            let total = state.accepted.count
            defer { state.waiting.removeAll { $0.accepted <= total } }
            return state.waiting.filter { $0.accepted <= total }
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    /// Waits until a good number of jobs more have been run.
    func waitForProgress() async throws {
        await withCheckedContinuation { continuation in
            state.withLock { $0.waiting.append((accepted: $0.accepted.count + 300, continuation: continuation)) }
        }
    }

    func stop() {
        state.withLock { $0.isOver = true }
    }

    /// Looks at every job in the end.
    func check() async throws {
        let (acknowledged, accepted) = state.withLock { ($0.acknowledged, $0.accepted) }
        #expect(acknowledged.count > 500)
        #expect(accepted.values.allSatisfy { $0 == 1 })
        let completed = Set(try await store.jobs(in: .completed, limit: 1_000_000).map(\.id))
        #expect(acknowledged.subtracting(completed).isEmpty, "lost")
        #expect(Set(accepted.keys).subtracting(completed).isEmpty, "counted, and forgotten")
        #expect(try await store.jobs(in: .leased, limit: 9).isEmpty)
        #expect(try await store.jobs(in: .queued, limit: 9).isEmpty)
        let outcomes = try await store.read { session in
            try session.query("SELECT count(*) FROM job_unharvested", []) { Int($0.integer(0)) }
        }
        #expect(outcomes == [completed.count])
    }
}

extension StorageError {
    /// Whether the server was away.
    fileprivate var isOfServer: Bool {
        switch self {
        case .unavailable, .outcomeUnknown: true
        default: false
        }
    }
}
