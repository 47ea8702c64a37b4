// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Testing

@testable import Storage

/// What several processes on one database must never do to each other.
@Suite(.enabled(if: PostgresServer.isWanted), .timeLimit(.minutes(10)))
struct PostgresStoreTests {
    private let sample = Sample()

    @Test func `dispatchers that claim at once lease every job once`() async throws {
        try await withTwoStores { first, second in
            let jobs = (0..<3_000).map { _ in sample.job() }
            _ = try await first.enqueue(jobs, durability: .process)
            let leased = try await withThrowingTaskGroup(of: [JobID].self) { group in
                for (number, store) in [first, second, first, second].enumerated() {
                    let session = try await open(store)
                    group.addTask {
                        var leased: [JobID] = []
                        while true {
                            let claim = try await self.claim(store, session, limit: 50 + number)
                            if claim.candidates == 0, try await store.jobs(in: .queued, limit: 1).isEmpty { break }
                            leased += claim.jobs.map(\.id)
                        }
                        return leased
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(leased.count == jobs.count)
            #expect(Set(leased) == Set(jobs.map(\.id)))
            #expect(try await first.jobs(in: .leased, limit: 9_999).count == jobs.count)
        }
    }

    @Test func `a session that ends while jobs are given out keeps no lease`() async throws {
        try await withTwoStores { first, second in
            _ = try await first.enqueue((0..<200).map { _ in sample.job() }, durability: .process)
            for _ in 0..<150 {
                let session = try await open(first)
                async let claimed = claim(first, session, limit: 5)
                async let released = second.endSessions([session.id], as: .handedBack, now: Sample.start)
                _ = try await (claimed, released)
                let left = try await first.jobs(in: .leased, limit: 9)
                #expect(left.isEmpty, "nothing would ever end these leases")
                if !left.isEmpty { return }
            }
        }
    }

    @Test func `of two that begin one effect at once one is let to do it`() async throws {
        try await withTwoStores { first, second in
            for number in 0..<100 {
                let effect = Effect(
                    key: "effect \(number)",
                    workspace: .default,
                    kind: "mail.send",
                    intent: "{}",
                    now: Sample.start
                )
                async let one = first.begin(effect)
                async let other = second.begin(effect)
                let answers = try await [one, other]
                #expect(answers.count { $0 == .granted } == 1)
                #expect(answers.contains(.known(effect)))
            }
        }
    }

    @Test func `nothing is written under a right that another one has taken meanwhile`() async throws {
        try await withTwoStores { first, second in
            for number in 0..<40 {
                let name = "agent/\(number)"
                let lease = try await first.acquireLease(name, holder: "a", for: .seconds(5), now: Sample.start)
                // So many that another one has the time to come between.
                let messages = (0..<200).map { _ in
                    OutboxMessage(id: sample.ids.next(), receiver: name, envelope: "{}", createdAt: Sample.start)
                }
                let change = sample.change {
                    $0.messages = messages
                    $0.fence = lease.fence
                }
                async let found = self.found(bySuccessorTo: lease, in: second)
                async let written = commits(change, first)
                let (seen, isWritten) = try await (found, written)
                #expect(seen.isEmpty != isWritten, "what the successor does not find at once is never written")
                #expect(try await !commits(change, first), "the term is over")
            }
        }
    }

    @Test func `one call that cannot be carried out does not spoil those that came with it`() async throws {
        try await withTwoStores { store, _ in
            var bad = sample.job()
            bad.payload = "a\0b"
            let jobs = (0..<40).map { $0 == 20 ? bad : sample.job(key: "key \($0 / 2)") }
            let outcomes = await withTaskGroup(of: Result<[JobID], any Error>.self) { group in
                for job in jobs {
                    group.addTask {
                        do {
                            return .success(try await store.enqueue([job], durability: .process))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let failures = outcomes.compactMap { outcome in
                if case .failure(let error) = outcome { return error as? StorageError }
                return nil
            }
            #expect(failures == [.nulCharacter])
            let stored = try await store.jobs(in: .queued, limit: 99)
            #expect(Set(stored.map(\.idempotencyKey)) == Set((0..<20).map { "key \($0)" }))
            #expect(stored.count == 20)
        }
    }

    @Test func `campaigns take turns whichever process adds their jobs`() async throws {
        try await withTwoStores { first, second in
            var other = sample
            other.campaign = sample.ids.next()
            let many = (0..<30).map { _ in sample.job() }
            let few = (0..<10).map { _ in other.job() }
            _ = try await first.enqueue(many, durability: .process)
            _ = try await second.enqueue(few, durability: .process)
            let session = try await open(first)
            let claim = try await self.claim(second, session, limit: 20)
            #expect(claim.jobs.count { $0.campaign == other.campaign } == 10)
            let later = (0..<4).map { _ in other.job() }
            _ = try await first.enqueue(later, durability: .process)
            let next = try await self.claim(first, session, limit: 8)
            #expect(next.jobs.count { $0.campaign == other.campaign } == 4, "not before its turn, and not behind all")
        }
    }

    @Test func `processes hear of each other's jobs`() async throws {
        try await withTwoStores { first, second in
            let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
            let listener = try second.listenForJobs { continuation.yield() }
            var heard = signals.makeAsyncIterator()
            await heard.next()
            _ = try await first.enqueue([sample.job()], durability: .process)
            await heard.next()
            listener.close()
        }
    }

    @Test func `by the server's clock a session lasts as long as it was opened for, whatever the caller's clock says`()
        async throws
    {
        try await PostgresSchema.with { schema in
            let store = try await PostgresStore.open(schema.settings, time: StandingClock(), log: quiet)
            // Far in the future of any server's clock, and far in its past.
            for now in [Sample.start + .days(9_999), Timestamp(milliseconds: 0)] {
                var session = WorkerSession(
                    id: sample.ids.next(),
                    worker: sample.ids.next(),
                    server: "s",
                    expiresAt: now + .hours(1)
                )
                session = try await store.openSession(session, now: now).session
                #expect(try await store.endExpiredSessions(by: session.server, now: now).sessions.isEmpty)
                #expect(try await store.renewSessions([session.id], for: .zero - .hours(1), now: now) == [session.id])
                #expect(
                    try await store.endExpiredSessions(by: session.server, now: now).sessions.map(\.id) == [session.id]
                )
            }
            let lease = try await store.acquireLease("a", holder: "x", for: .hours(1), now: Timestamp(milliseconds: 0))
            let late = try await store.acquireLease("a", holder: "y", for: .hours(1), now: Sample.start + .days(9_999))
            #expect(late.holder == "x")
            #expect(late.term == lease.term)
            await store.close()
        }
    }

    /// Takes a right over, and reads at once what was written under it.
    private func found(bySuccessorTo lease: LeaderLease, in store: PostgresStore) async throws -> [OutboxMessage] {
        let next = try await store.acquireLease(lease.name, holder: "b", for: .seconds(5), now: Sample.at(9))
        #expect(next.term == lease.term + 1)
        return try await store.unhandledMessages(limit: 99_999).filter {
            $0.receiver == lease.name
        }
    }

    // MARK: - A commit whose answer is lost

    @Test func `jobs and reports whose commit was not answered are looked up`() async throws {
        try await withCuts { store, proxy in
            let jobs = (0..<5).map { _ in sample.job() }
            // The look-up's own commit is not answered either.
            proxy.cutCommits(2)
            #expect(try await store.enqueue(jobs, durability: .power) == jobs.map(\.id))
            #expect(proxy.cutsLeft == 0)
            #expect(try await store.jobs(in: .queued, limit: 9) == jobs)
            let session = try await open(store)
            let claim = try await self.claim(store, session, limit: 9)
            #expect(claim.jobs.count == 5)
            proxy.cutCommits(1)
            let reports = claim.jobs.map { JobReport(job: $0.id, token: $0.id.text, outcome: .completed("{}")) }
            let stale = JobReport(job: jobs[0].id, token: "other", outcome: .completed("{}"))
            let receipts = try await store.finish([stale] + reports, now: Sample.start, durability: .power) { _, _ in
                nil
            }
            #expect(proxy.cutsLeft == 0)
            #expect(receipts == [.stale] + Array(repeating: .accepted, count: 5))
            #expect(try await store.jobs(in: .completed, limit: 9).count == 5)
            let again = try await store.finish(reports, now: Sample.start, durability: .power) { _, _ in nil }
            #expect(again.allSatisfy { $0 == .stale })
        }
    }

    @Test func `leases whose commit was not answered are handed back by the next claim`() async throws {
        try await withCuts { store, proxy in
            let jobs = (0..<5).map { _ in sample.job() }
            _ = try await store.enqueue(jobs, durability: .power)
            let session = try await open(store)
            proxy.cutCommits(1)
            let error = await #expect(throws: StorageError.self) { _ = try await claim(store, session, limit: 9) }
            guard case .outcomeUnknown = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await store.jobs(in: .leased, limit: 9).count == 5, "nobody knows of these leases")
            let again = try await claim(store, session, limit: 9, tokens: "again ")
            #expect(Set(again.jobs.map(\.id)) == Set(jobs.map(\.id)))
            #expect(again.jobs.allSatisfy { $0.attempt == 1 }, "that was not a try")
        }
    }

    @Test func `what was only read is read again when the end of its transaction was not answered`() async throws {
        try await withCuts { store, proxy in
            let jobs = (0..<5).map { _ in sample.job() }
            _ = try await store.enqueue(jobs, durability: .power)
            proxy.cutCommits(1)
            #expect(try await store.jobs(in: .queued, limit: 9) == jobs)
            #expect(proxy.cutsLeft == 0)
        }
    }

    @Test func `any other change whose commit was not answered is reported as unknown`() async throws {
        try await withCuts { store, proxy in
            proxy.cutCommits(1)
            let change = sample.change { $0.campaigns = [sample.campaign()] }
            let error = await #expect(throws: StorageError.self) { try await store.commit(change, durability: .power) }
            guard case .outcomeUnknown = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            let written = try await store.campaigns(in: .default)
            #expect(written == change.campaigns)
            try await store.commit(change, durability: .power)
        }
    }

    private func withCuts(_ body: (PostgresStore, CuttingProxy) async throws -> Void) async throws {
        try await PostgresSchema.with { schema in
            let server = schema.settings.parameters["port"].flatMap { UInt16($0) } ?? 5_432
            let proxy = try CuttingProxy(to: server)
            var settings = schema.settings
            settings.parameters["host"] = "127.0.0.1"
            settings.parameters["port"] = "\(proxy.port)"
            try await PostgresSchema(settings: settings).store { try await body($0, proxy) }
            proxy.stop()
        }
    }

    private func withTwoStores(_ body: (PostgresStore, PostgresStore) async throws -> Void) async throws {
        try await PostgresSchema.with { schema in
            try await schema.store { first in try await schema.store { second in try await body(first, second) } }
        }
    }

    private func open(_ store: PostgresStore) async throws -> WorkerSession {
        let session = WorkerSession(
            id: sample.ids.next(),
            worker: sample.ids.next(),
            server: "test",
            expiresAt: Sample.at(60)
        )
        return try await store.openSession(session, now: Sample.start).session
    }

    private func claim(
        _ store: PostgresStore,
        _ session: WorkerSession,
        limit: Int,
        tokens: String = ""
    ) async throws -> Claim {
        try await store.claim(ClaimRequest(kinds: [.trialRun], limit: limit), now: Sample.start) { jobs in
            jobs.map { job in
                JobAssignment(job: job.id, worker: session.worker, session: session.id, token: tokens + job.id.text)
            }
        }
    }

    private func commits(_ change: KnowledgeChange, _ store: PostgresStore) async throws -> Bool {
        do {
            try await store.commit(change, durability: .process)
            return true
        } catch StorageError.fenced {
            return false
        }
    }
}
