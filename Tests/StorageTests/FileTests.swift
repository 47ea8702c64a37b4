// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import GRDB
import Jobs
import Storage
import Testing

/// What a store with a file adds to the contract: reopening, one writer, readers beside it, and how safe a write is.
@Suite(.timeLimit(.minutes(10)))
struct FileTests {
    let sample = Sample()

    @Test(arguments: [SQLiteStore.Mode.live, .simulation])
    func `everything is there after closing and opening again`(_ mode: SQLiteStore.Mode) async throws {
        let folder = try Folder()
        let jobs = [sample.job(key: "a"), sample.job()]
        let trial = sample.trial(position: 0)
        let change = sample.change {
            $0.campaigns = [sample.campaign()]
            $0.trials = [trial]
            $0.measurements = [sample.measurement(12.5, at: Sample.start, trial: trial.id)]
            $0.ledger = [sample.entry(.reserved, trial.id, 5, at: Sample.start)]
            $0.jobs = jobs
        }
        let first = try folder.open(mode)
        try await first.commit(change, durability: .process)
        let wish = Wish(job: jobs[0], worker: sample.ids.next(), token: "t")
        let leased = try await first.lease([wish], now: Sample.start)
        try first.close()

        let second = try folder.open(mode)
        #expect(try await second.campaigns(in: .default) == change.campaigns)
        #expect(try await second.trials(of: sample.campaign, in: .default) == [trial])
        #expect(try await second.measurements(of: sample.campaign, in: .default, since: nil) == change.measurements)
        #expect(try await second.ledger(of: sample.campaign, in: .default) == change.ledger)
        #expect(try await second.jobs(in: .leased, limit: 9) == leased)
        #expect(try await second.jobs(in: .queued, limit: 9) == [jobs[1]])
        #expect(try await second.enqueue([sample.job(key: "a")], durability: .process).isEmpty)
        #expect(try await second.release(workers: nil, now: Sample.start).map(\.id) == [jobs[0].id])
        try second.close()
        await #expect(throws: (any Error).self) { try await second.commit(change, durability: .process) }
    }

    @Test(arguments: [SQLiteStore.Mode.live, .simulation])
    func `a second writer is refused, and told who writes`(_ mode: SQLiteStore.Mode) throws {
        let folder = try Folder()
        let first = try folder.open(mode)
        let error = #expect(throws: StorageError.self) { _ = try folder.open(.live) }
        guard case .writerActive(let path, let pid, let command) = error else {
            Issue.record("the second writer was refused with \(String(describing: error))")
            return
        }
        #expect(path == folder.database)
        #expect(pid == ProcessInfo.processInfo.processIdentifier)
        #expect(command?.isEmpty == false)
        #expect(error?.description.contains("pid \(ProcessInfo.processInfo.processIdentifier)") == true)
        try first.close()
        try folder.open(.simulation).close()
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: Holder.program), "needs util-linux's flock"))
    func `a writer that was killed leaves the way free`() async throws {
        let folder = try Folder()
        let holder = try await Holder(lock: folder.database + ".lock")
        #expect(throws: StorageError.self) { _ = try folder.open(.live) }
        await holder.kill()
        try folder.open(.live).close()
    }

    @Test func `databases in memory know nothing of each other, and leave no file`() async throws {
        let stores = try (0..<2).map { _ in
            try SQLiteStore(path: ":memory:", mode: .simulation, clock: StandingClock())
        }
        _ = try await stores[0].enqueue([sample.job(key: "a")], durability: .process)
        #expect(try await stores[0].jobs(in: .queued, limit: 9).count == 1)
        #expect(try await stores[1].jobs(in: .queued, limit: 9).isEmpty)
        #expect(throws: DatabaseError.self, "readers beside a writer need a file") {
            _ = try SQLiteStore(path: ":memory:", mode: .live, clock: StandingClock())
        }
        for suffix in ["", ".lock", "-wal", "-shm"] {
            #expect(!FileManager.default.fileExists(atPath: ":memory:" + suffix))
        }
        for store in stores {
            try store.close()
        }
    }

    @Test func `a folder that is not there is refused by the lock file's name`() throws {
        let folder = try Folder()
        let path = folder.path + "/missing/dure.db"
        let error = #expect(throws: StorageError.self) {
            _ = try SQLiteStore(path: path, mode: .live, clock: StandingClock())
        }
        #expect(error?.description.contains(path + ".lock") == true)
    }

    @Test func `a reader sees what a writer beside it has committed, and writes nothing`() async throws {
        let folder = try Folder()
        #expect(throws: StorageError.missing(path: folder.database)) { _ = try folder.open(.readOnly) }
        let writer = try folder.open(.live)
        let reader = try folder.open(.readOnly)
        #expect(try await reader.campaigns(in: .default).isEmpty)
        let change = sample.change { $0.campaigns = [sample.campaign()] }
        try await writer.commit(change, durability: .process)
        #expect(try await reader.campaigns(in: .default) == change.campaigns)
        await #expect(throws: StorageError.readOnly) { try await reader.commit(change, durability: .process) }
        await #expect(throws: StorageError.readOnly) {
            _ = try await reader.enqueue([sample.job()], durability: .process)
        }
        try writer.close()
        try reader.close()
        let late = try folder.open(.readOnly)
        #expect(try await late.campaigns(in: .default) == change.campaigns)
        try late.close()
    }

    @Test(.timeLimit(.minutes(10)))
    func `the log is copied beside the writer, and closing in the middle of a copy loses nothing`() async throws {
        let folder = try Folder()
        let large = (0..<60).map { _ in sample.job(payload: String(repeating: "x", count: 20_000)) }
        var kept = 0
        for round in 1...4 {
            let store = try folder.open(.live)
            // Each commit writes 1.2 MB: after the seventh a copy begins, and with the rounds it is closed at other moments of it.
            for _ in 0..<(6 + round) {
                let jobs = large.map { job in sample.job(payload: job.payload) }
                _ = try await store.enqueue(jobs, durability: .process)
                kept += jobs.count
            }
            try store.close()
            let reader = try folder.open(.readOnly)
            #expect(try await reader.jobs(in: .queued, limit: 10_000).count == kept)
            try reader.close()
        }
        let store = try folder.open(.live)
        defer { try? store.close() }
        let before = try folder.databaseBytes()
        for _ in 0..<12 {
            _ = try await store.enqueue(large.map { sample.job(payload: $0.payload) }, durability: .process)
        }
        while try folder.databaseBytes() <= before + 2_000_000 { try await Task.sleep(for: .milliseconds(20)) }
    }

    @Test func `a write that must survive a power cut is synced in full, another is not`() async throws {
        let folder = try Folder()
        let store = try folder.open(.live)
        let change = sample.change { $0.campaigns = [sample.campaign()] }
        #expect(try await store.synchronousLevel() == 2, "after opening, before any write")
        try await store.commit(change, durability: .process)
        #expect(try await store.synchronousLevel() == 1)
        try await store.commit(change, durability: .power)
        #expect(try await store.synchronousLevel() == 2)
        _ = try await store.release(workers: nil, now: Sample.start)
        #expect(try await store.synchronousLevel() == 1)
        let report = JobReport(job: sample.ids.next(), token: "t", outcome: .completed("{}"))
        _ = try await store.finish([report], now: Sample.start, durability: .power) { _, _ in nil }
        #expect(try await store.synchronousLevel() == 2, "an acknowledged report survives")
        try store.close()

        let simulated = try folder.open(.simulation)
        try await simulated.commit(change, durability: .power)
        #expect(try await simulated.synchronousLevel() == 0)
        try simulated.close()
    }

    @Test func `a simulated store stays on the thread of its virtual clock`() throws {
        let folder = try Folder()
        let store = try folder.open(.simulation)
        let clock = VirtualClock(start: Sample.start)
        let sample = sample
        let ended = try clock.run {
            _ = try await store.enqueue([sample.job(), sample.job()], durability: .power)
            try await clock.sleep(for: .hours(6))
            let job = try #require(try await store.ready(role: .trial, now: clock.now, limit: 1).first)
            let wish = Wish(job: job, worker: sample.ids.next(), token: "t")
            _ = try await store.lease([wish], now: clock.now)
            let report = JobReport(job: job.id, token: "t", outcome: .completed("{}"))
            _ = try await store.finish(report, now: clock.now, retryDelay: nil)
            return try await store.unharvestedJobs(of: sample.campaign)
        }
        #expect(ended.map(\.endedAt) == [Sample.start + .hours(6)])
        try store.close()
    }

    @Test func `a reader beside a simulation sees whole instants`() async throws {
        let folder = try Folder()
        let clock = VirtualClock(start: Sample.start)
        let store = try SQLiteStore(path: folder.database, mode: .simulation, clock: clock)
        let reader = try folder.open(.readOnly)
        let sample = sample
        func names() async throws -> [String?] { try await reader.jobs(in: .queued, limit: 9).map(\.idempotencyKey) }
        try clock.run {
            _ = try await store.enqueue([sample.job(key: "1")], durability: .power)
            let broken = sample.change {
                $0.jobs = [sample.job(key: "broken")]
                $0.harvestedJobs = [sample.ids.next()]
            }
            await #expect(throws: StorageError.self) { try await store.commit(broken, durability: .power) }
            _ = try await store.enqueue([sample.job(key: "2")], durability: .power)
            try await clock.sleep(for: .seconds(1))
        }
        #expect(try await store.jobs(in: .queued, limit: 9).map(\.idempotencyKey) == ["1", "2"])
        #expect(try await names() == [])
        _ = try await store.enqueue([sample.job(key: "3")], durability: .power)
        #expect(try await names() == ["1", "2"], "a later instant commits the former, without the write that failed")
        try store.close()
        #expect(try await names() == ["1", "2", "3"])
        try reader.close()
    }

    @Test func `a campaign that another connection changes is read anew`() async throws {
        let folder = try Folder()
        let writer = try folder.open(.live)
        let reader = try folder.open(.readOnly)
        var campaign = sample.campaign()
        for factor in [1.0, 1.5, 1.5, 1] {
            campaign.effortFactor = factor
            let change = sample.change { $0.campaigns = [campaign] }
            try await writer.commit(change, durability: .process)
            #expect(try await reader.campaign(campaign.id, in: .default) == campaign)
            #expect(try await reader.campaigns(in: .default) == [campaign])
        }
        try writer.close()
        try reader.close()
    }

    @Test func `more campaigns than are remembered are all read`() async throws {
        let folder = try Folder()
        let store = try folder.open(.live)
        let campaigns = (0..<100).map { sample.campaign(id: sample.ids.next(), createdAt: Sample.at($0)) }
        try await store.commit(sample.change { $0.campaigns = campaigns }, durability: .process)
        for _ in 0..<2 { #expect(try await store.campaigns(in: .default) == campaigns) }
        try store.close()
    }

    @Test func `writers that come at once are all written`() async throws {
        let folder = try Folder()
        let store = try folder.open(.live)
        let jobs = (0..<200).map { _ in sample.job() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for job in jobs {
                group.addTask {
                    _ = try await store.enqueue([job], durability: job.id.text.hasSuffix("0") ? .power : .process)
                    _ = try await store.nextRunAt()
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.jobs(in: .queued, limit: 999).count == jobs.count)
        try store.close()
    }
}

/// A process that holds a lock file, and can be killed.
struct Holder {
    static let program = "/usr/bin/flock"
    private let holder: ChildProgram

    /// Starts the process, and returns once it holds the lock.
    init(lock: String) async throws {
        holder = try ChildProgram(
            arguments: [Self.program, "-F", lock, "/bin/sh", "-c", "echo held; exec sleep 600"],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        let first = await holder.events.first { _ in true }
        try #require(first == .line("held"))
    }

    /// Kills the process as `kill -9` does, and returns once it is gone.
    func kill() async {
        holder.signal(SIGKILL)
        for await event in holder.events {
            if case .ended = event { break }
        }
    }
}
