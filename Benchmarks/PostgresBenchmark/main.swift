// SPDX-License-Identifier: Apache-2.0

// Measures the queue on PostgreSQL end to end: jobs are added, given out and reported by loops of their own at the same time, as in a
// server. DURE_TEST_POSTGRES_URL names the server; a schema of the benchmark's own is made and dropped.

import Domain
import Foundation
import Logging
import Storage

/// The system's clock.
struct WallClock: TimeSource {
    var now: Timestamp { Timestamp(Date()) }
    func sleep(until instant: Timestamp) async throws { try await Task.sleep(for: (instant - now).duration) }
}

/// What a run is made of, from the command line.
struct Load {
    var jobs = 100_000
    var callers = 64
    var batch = 1
    var durability = Durability.process

    init(_ arguments: [String]) {
        var rest = arguments.dropFirst()
        while let name = rest.popFirst(), let value = rest.popFirst() {
            switch name {
            case "--jobs": jobs = Int(value) ?? jobs
            case "--callers": callers = Int(value) ?? callers
            case "--batch": batch = Int(value) ?? batch
            case "--durability": durability = value == "power" ? .power : .process
            default: break
            }
        }
    }
}

/// Counts, shared by the loops.
final class Count: Sendable {
    private let value = Locked(0)
    func add(_ number: Int) -> Int {
        value.withLock {
            $0 += number
            return $0
        }
    }
    var now: Int { value.withLock { $0 } }
}

func measure(_ store: PostgresStore, _ load: Load, campaign: CampaignID, ids: IdentifierGenerator) async throws {
    let clock = WallClock()
    let worker: WorkerID = ids.next()
    let session = WorkerSession(id: ids.next(), worker: worker, server: "bench", expiresAt: clock.now + .hours(1))
    _ = try await store.openSession(session, now: clock.now)
    let jobs = (0..<load.jobs).map { number in
        Job(
            id: ids.next(),
            workspace: .default,
            campaign: campaign,
            kind: .probe,
            payload: #"{"number":\#(number)}"#,
            createdAt: clock.now
        )
    }
    let (added, done, next, claims) = (Count(), Count(), Count(), Count())
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<load.callers {
            group.addTask {
                while true {
                    let end = next.add(load.batch)
                    guard end - load.batch < jobs.count else { return }
                    let slice = Array(jobs[(end - load.batch)..<min(end, jobs.count)])
                    _ = added.add(try await store.enqueue(slice, durability: load.durability).count)
                }
            }
        }
        group.addTask {
            try await withThrowingTaskGroup(of: Void.self) { reports in
                while done.now < jobs.count {
                    let claim = try await store.claim(ClaimRequest(kinds: [.probe], limit: 500), now: clock.now) {
                        $0.map { JobAssignment(job: $0.id, worker: worker, session: session.id, token: $0.id.text) }
                    }
                    if claim.jobs.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
                    _ = claims.add(1)
                    for start in stride(from: 0, to: claim.jobs.count, by: load.batch) {
                        let some = claim.jobs[start..<min(start + load.batch, claim.jobs.count)]
                        reports.addTask {
                            let receipts = try await store.finish(
                                some.map { JobReport(job: $0.id, token: $0.id.text, outcome: .completed("{}")) },
                                now: clock.now,
                                durability: load.durability
                            ) { _, _ in nil }
                            _ = done.add(receipts.count { $0 == .accepted })
                        }
                    }
                }
                try await reports.waitForAll()
            }
        }
        try await group.waitForAll()
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print(
        "\(load.jobs) jobs, \(load.callers) callers of \(load.batch), \(load.durability): "
            + "\(Int(Double(load.jobs) / seconds)) jobs/s end to end, \(claims.now) claims"
    )
}

let load = Load(CommandLine.arguments)
guard let address = ProcessInfo.processInfo.environment["DURE_TEST_POSTGRES_URL"] else {
    print("DURE_TEST_POSTGRES_URL names no server")
    exit(2)
}
var settings = try PostgresSettings(address)
settings.schema = "dure_benchmark"
let store = try await PostgresStore.open(settings, time: WallClock(), log: Logger(label: "benchmark"))
let ids = IdentifierGenerator(clock: WallClock(), seed: UInt64.random(in: .min ... .max))
let campaign: CampaignID = ids.next()
for _ in 0..<3 { try await measure(store, load, campaign: campaign, ids: ids) }
await store.close()
