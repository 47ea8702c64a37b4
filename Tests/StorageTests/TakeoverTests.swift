// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

/// Databases of versions before, and copies.
@Suite(.timeLimit(.minutes(10)))
struct TakeoverTests {
    private let sample = Sample()

    /// Makes a database of the first version, with jobs in every state.
    private func old(_ folder: Folder, _ jobs: [String: Job]) throws {
        let migrator = Migrator(migrations: [.records], clock: StandingClock())
        let queue = try DatabaseQueue(path: folder.database)
        try queue.inDatabase { try migrator.up(SQLiteSession(database: $0)) }
        try queue.write { database in
            for (state, job) in jobs {
                try database.execute(
                    sql: """
                        INSERT INTO jobs (id, workspace, campaign, kind, role, priority, payload, state, created_at, run_at,
                            attempt, max_attempts, workers_lost, idempotency_key, lease_token, lease_worker, result,
                            failure, ended_at, worker, is_harvested)
                        VALUES (?, ?, ?, ?, 'trial', 1, ?, ?, ?, ?, 1, 3, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        job.id.text, "default", job.campaign?.text, job.kind.rawValue, job.payload,
                        state == "harvested" ? "completed" : state, job.createdAt.milliseconds,
                        job.runAt.milliseconds, state == "probation" ? 2 : 0, job.idempotencyKey,
                        state == "leased" ? "old-token" : nil,
                        state == "leased" ? sample.ids.next(Worker.self).text : nil,
                        state == "completed" ? #"{"a":1}"# : nil,
                        state == "dead" || state == "delayed"
                            ? #"{"class":"timeOut","lastLines":[],"message":"slow"}"# : nil,
                        ["completed", "dead", "harvested"].contains(state) ? Sample.at(5).milliseconds : nil, nil,
                        state == "harvested" ? 1 : 0,
                    ]
                )
            }
        }
        try queue.close()
    }

    @Test func `a database of the version before is taken over, with its jobs under way`() async throws {
        let folder = try Folder()
        let states = ["queued", "probation", "delayed", "leased", "completed", "harvested", "dead", "cancelled"]
        var jobs: [String: Job] = [:]
        for state in states {
            jobs[state] = sample.job(runAt: state == "delayed" ? Sample.at(60) : nil, key: state)
        }
        try old(folder, jobs)
        let store = try folder.open(.live)
        for state in states {
            let job = try #require(jobs[state])
            let found = try #require(try await store.job(job.id))
            #expect(found.state.rawValue == (state == "harvested" ? "completed" : state))
            #expect(found.payload == job.payload)
            #expect(try await store.enqueue([sample.job(key: state)], durability: .process).isEmpty, "keys are kept")
        }
        let campaign = sample.campaign
        let ended = try await store.unharvestedJobs(of: campaign)
        #expect(Set(ended.map(\.id)) == Set([jobs["completed"]?.id, jobs["dead"]?.id].compactMap { $0 }))
        #expect(ended.first { $0.state == .completed }?.result == #"{"a":1}"#)
        #expect(try await store.nextRunAt() == Sample.at(60))
        let leased = try #require(jobs["leased"])
        #expect(try await store.endSessions(ofServer: nil, now: Sample.start).map(\.id) == [leased.id])
        let shown = try await store.ready(role: .trial, now: Sample.at(61), limit: 9)
        #expect(Set(shown.map(\.id)).count == 4, "what was leased, queued, on probation and delayed can be had")
        try store.close()

        let down = try SQLiteStore.migrate(path: folder.database, to: 1, clock: StandingClock())
        #expect(down.version == 1)
        let queue = try DatabaseQueue(path: folder.database)
        let counts = try await queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM jobs") }
        #expect(counts == states.count, "the way back keeps every job")
        try queue.close()
        let again = try folder.open(.live)
        #expect(try await again.unharvestedJobs(of: campaign).count == 2)
        try again.close()
    }

    @Test func `a copy made while jobs are added is whole, and can be restored`() async throws {
        let folder = try Folder()
        let store = try folder.open(.live)
        let sample = sample
        let copy = folder.path + "/copy.sqlite"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<200 {
                        _ = try await store.enqueue([sample.job(), sample.job()], durability: .process)
                    }
                }
            }
            try await SQLiteBackup.copy(from: folder.database, to: copy)
            try await group.waitForAll()
        }
        let summary = try SQLiteBackup.verify(copy, clock: StandingClock())
        #expect(summary.contains("schema version \(Migration.all.count)"))
        #expect(throws: StorageError.self, "while a process writes") {
            _ = try SQLiteBackup.restore(copy, to: folder.database, stamp: Sample.start)
        }
        try store.close()
        let kept = try #require(try SQLiteBackup.restore(copy, to: folder.database, stamp: Sample.start))
        #expect(FileManager.default.fileExists(atPath: kept))
        let restored = try folder.open(.live)
        let depths = try await restored.depths()
        #expect(summary.contains("jobs \(depths.map(\.ready).reduce(0, +))"))
        try restored.close()
    }

    @Test func `a copy that is damaged is refused`() async throws {
        let folder = try Folder()
        let store = try folder.open(.live)
        _ = try await store.enqueue((0..<500).map { _ in sample.job() }, durability: .process)
        try store.close()
        let copy = folder.path + "/copy.sqlite"
        try await SQLiteBackup.copy(from: folder.database, to: copy)
        var bytes = try Data(contentsOf: URL(filePath: copy))
        bytes.replaceSubrange(40_000..<44_096, with: Data(repeating: 0xAB, count: 4_096))
        try bytes.write(to: URL(filePath: copy))
        #expect(throws: (any Error).self) { try SQLiteBackup.verify(copy, clock: StandingClock()) }
        let queue = try DatabaseQueue(path: folder.database)
        try await queue.write {
            try $0.execute(sql: "DELETE FROM job_bodies WHERE id = (SELECT min(id) FROM job_bodies)")
        }
        try queue.close()
        #expect(throws: StorageError.self, "a job without a body") {
            try SQLiteBackup.verify(folder.database, clock: StandingClock())
        }
    }
}
