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

    @Test func `merging lanes keeps the order of turns within each, and that of levels and age between them`() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<50 {
            let now = Sample.at(Int.random(in: 0...3_000, using: &random))
            let lanes = JobPriority.allCases.map { priority in
                (0..<Int.random(in: 0...20, using: &random)).map { turn in
                    let runAt = Sample.at(Int.random(in: 0...2_000, using: &random))
                    return WaitingJob(job: sample.job(priority: priority, runAt: runAt), turn: Int64(turn))
                }
            }
            let limit = Int.random(in: 1...30, using: &random)
            let first = JobQueueOrder.first(limit, of: lanes, now: now)
            #expect(first.count == min(limit, lanes.joined().count))
            for lane in lanes {
                let taken = first.filter { lane.contains($0) }
                #expect(taken == Array(lane.prefix(taken.count)), "within a lane by turn")
            }
            var rest = lanes.map { $0[...] }
            for taken in first {
                let heads = rest.compactMap(\.first?.job)
                let best = heads.map { (JobQueueOrder.level(of: $0, now: now), $0.runAt, $0.id) }.min { $0 < $1 }
                #expect(best?.2 == taken.job.id, "the best of the first of each lane")
                for place in rest.indices where rest[place].first == taken { rest[place].removeFirst() }
            }
        }
    }

    @Test func `campaigns take turns, however many jobs each has`() {
        var turns = Turns()
        let other = Sample(ids: sample.ids)
        let first = (0..<100).map { _ in turns.next(sample.job()) }
        #expect(first == Array(1...100))
        #expect(turns.next(other.job()) == 1, "a newcomer's turn is the one being served")
        turns.served(40, of: sample.job())
        #expect(
            (0..<3).map { _ in turns.next(other.job()) } == [40, 41, 42],
            "not earlier, though it had served but one"
        )
        #expect(turns.next(sample.job()) == 101)
    }
}
