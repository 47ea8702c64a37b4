// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

@testable import Storage

/// Ageing, at its thresholds.
struct QueueOrderTests {
    let sample = Sample()

    @Test(arguments: [
        (JobPriority.low, 0, 2), (.low, 599, 2), (.low, 600, 1), (.low, 1_199, 1), (.low, 1_200, 0), (.low, 9_999, 0),
        (.normal, 599, 1), (.normal, 600, 0), (.urgent, 0, 0), (.low, -5, 2),
    ])
    func `a job moves up a level for every ten minutes of waiting`(
        _ priority: JobPriority,
        _ seconds: Int,
        _ level: Int64
    ) {
        let job = sample.job(priority: priority)
        #expect(JobQueueOrder.level(of: job, now: Sample.at(seconds)) == level)
    }

    @Test func `taking the best of every priority gives the same order as sorting everything`() async throws {
        var random = SplitMix64(seed: 11)
        for _ in 0..<20 {
            let folder = try Folder()
            let store = try folder.open(.simulation)
            let jobs = (0..<60).map { _ in
                sample.job(
                    priority: JobPriority.allCases.randomElement(using: &random) ?? .low,
                    runAt: Sample.at(Int.random(in: 0...2_000, using: &random))
                )
            }
            _ = try await store.enqueue(jobs, durability: .process)
            let now = Sample.at(Int.random(in: 0...3_000, using: &random))
            let limit = Int.random(in: 1...30, using: &random)
            let expected = JobQueueOrder.first(limit, of: jobs.filter { JobQueueOrder.isReady($0, now: now) }, now: now)
            #expect(try await store.ready(role: .trial, now: now, limit: limit) == expected)
            try store.close()
        }
    }
}
