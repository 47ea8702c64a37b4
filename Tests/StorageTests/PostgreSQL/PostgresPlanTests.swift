// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Storage

/// How the server finds the rows of the queue, whatever it believes of the tables' sizes.
@Suite(.enabled(if: PostgresServer.isWanted), .timeLimit(.minutes(10)))
struct PostgresPlanTests {
    private static let statements: [(name: String, sql: String, arguments: Int)] = [
        ("add", PostgresQueue.add, 11), ("promote", PostgresQueue.promote, 2), ("first", PostgresQueue.first, 2),
        ("lease", PostgresQueue.lease, 13), ("complete", PostgresQueue.complete, 5),
    ]
    private let sample = Sample()

    @Test func `adding, giving out and completing go by key, on empty tables, on full ones and among dead rows`()
        async throws
    {
        try await PostgresSchema.with { schema in
            try await schema.store { store in
                let early = try PostgresConnection(schema.settings)
                try early.script("ALTER TABLE job_ready SET (autovacuum_enabled = false)")
                try early.script("ALTER TABLE job_leases SET (autovacuum_enabled = false)")
                try early.script("VACUUM ANALYZE")
                try check(early, "empty tables that were just looked at")
                try await fill(store)
                let dead = try early.query(
                    "SELECT pg_relation_size('job_ready') / 8192, pg_relation_size('job_leases') / 8192",
                    []
                ) { ($0.integer(0), $0.integer(1)) }
                #expect(dead.first.map { $0.0 > 50 && $0.1 > 20 } == true, "the rows that went are still there, dead")
                try check(early, "plans that were made when the tables were empty")
                let late = try PostgresConnection(schema.settings)
                try check(late, "full tables that nobody looked at")
                try late.script("ANALYZE")
                try check(try PostgresConnection(schema.settings), "full tables that were just looked at")
            }
        }
    }

    private func check(_ connection: PostgresConnection, _ when: Comment) throws {
        for statement in Self.statements {
            let name = try connection.statement(statement.sql)
            let nulls = Array(repeating: "NULL", count: statement.arguments).joined(separator: ", ")
            let rows = try connection.simple("EXPLAIN EXECUTE \(name)(\(nulls))")
            let plan = (0..<rows.count).map { rows.row($0).text(0) }
            let whole = plan.filter { $0.contains("Seq Scan on") || $0.contains("Bitmap") }
            #expect(whole.isEmpty, "\(statement.name), \(when): \(plan.joined(separator: "\n"))")
            switch statement.name {
            case "first":
                let scan = try #require(plan.firstIndex { $0.contains("Index Scan using job_ready_pkey") }, when)
                #expect(plan[scan - 1].contains("LockRows"), "nothing is sorted before it is locked; \(when)")
                #expect(plan.contains { $0.contains("Index Scan using job_bodies_pkey") }, when)
            case "lease": #expect(plan.contains { $0.contains("Tid Scan on job_ready") }, when)
            case "complete":
                #expect(plan.contains { $0.contains("Index Scan using job_leases_pkey") }, when)
                #expect(plan.contains { $0.contains("Index Cond: (id = ANY ($1))") }, when)
            case "promote": #expect(plan.contains { $0.contains("Index Cond: (run_at <= $1)") }, when)
            default: #expect(plan.contains { $0.contains("Index Only Scan using job_bodies_pkey") }, when)
            }
        }
    }

    /// Adds many jobs, completes most of them, and leaves some waiting, delayed and leased.
    private func fill(_ store: PostgresStore) async throws {
        let jobs = (0..<6_000).map { number in
            sample.job(runAt: number < 500 ? Sample.at(900) : nil, key: number % 7 == 0 ? "key \(number)" : nil)
        }
        _ = try await store.enqueue(jobs, durability: .process)
        let session = WorkerSession(
            id: sample.ids.next(),
            worker: sample.ids.next(),
            server: "test",
            expiresAt: Sample.at(60)
        )
        _ = try await store.openSession(session, now: Sample.start)
        for _ in 0..<5 {
            let claim = try await store.claim(ClaimRequest(kinds: [.trialRun], limit: 1_000), now: Sample.start) {
                $0.map { job in
                    JobAssignment(job: job.id, worker: session.worker, session: session.id, token: job.id.text)
                }
            }
            #expect(claim.jobs.count == 1_000)
            let reports = claim.jobs.dropLast(10).map {
                JobReport(job: $0.id, token: $0.id.text, outcome: .completed("{}"))
            }
            let receipts = try await store.finish(reports, now: Sample.start, durability: .process) { _, _ in nil }
            #expect(receipts.allSatisfy { $0 == .accepted })
        }
    }
}
