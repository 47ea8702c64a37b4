// SPDX-License-Identifier: Apache-2.0

import Domain
import Jobs
import Messaging
import Storage
import Testing

@testable import Agents

/// What workers answer is checked before anything rests on it.
struct WorkerAnswerTests {
    private let desk = BookDesk()

    private func job(_ kind: JobKind) -> Job {
        Job(id: desk.ids.next(), workspace: .default, campaign: nil, kind: kind, payload: "{}", createdAt: desk.now)
    }

    private func trial(_ change: (inout TrialAnswer) -> Void = { _ in }) throws -> String {
        var answer = TrialAnswer(
            startedAt: desk.now,
            endedAt: desk.now + .hours(6),
            metrics: ["rank": 40],
            samples: [TrialAnswer.Sample(time: desk.now + .hours(2), value: 40)],
            source: "shop",
            observer: "o"
        )
        change(&answer)
        return try CanonicalJSON.text(answer)
    }

    private func read(_ text: String, kind: JobKind = .trialCommand) -> String? {
        let answer = TrialAnswer.read(text, of: job(kind), for: desk.book.campaign, at: desk.now + .hours(7))
        return answer.failure?.message
    }

    @Test func `a trial's answer is taken as it is where it is in order`() throws {
        #expect(read(try trial()) == nil)
        #expect(read(try trial { $0.metrics = [:] }, kind: .trialRun) == nil)
    }

    @Test func `an answer that cannot be true says what is wrong`() throws {
        #expect(read("{}") == "the worker's result is not that of a trial")
        #expect(read("[1]") == "the worker's result is not that of a trial")
        #expect(read(try trial { $0.metrics = ["views": 3] }) == "the worker's result lacks the metric rank")
        let ends = [Timestamp(milliseconds: .min), Timestamp(milliseconds: .max), desk.now - .days(2)]
        for instant in ends {
            for text in [
                try trial { $0.startedAt = instant }, try trial { $0.endedAt = instant },
                try trial { $0.samples[0].time = instant },
            ] {
                #expect(read(text)?.hasSuffix("which is not in the campaign's time") == true)
            }
        }
    }

    @Test func `an observation has a rank or null for every unit, of the campaign's time`() throws {
        let campaign = desk.book.campaign
        func read(_ ranks: [Double?], at time: Timestamp) throws -> String? {
            let answer = ObservationAnswer(source: "shop", observer: "o", time: time, ranks: ranks)
            let text = try CanonicalJSON.text(answer)
            return ObservationAnswer.read(text, for: campaign, at: desk.now).failure?.message
        }
        #expect(try read([1, nil, 100, 7.5], at: desk.now) == nil)
        #expect(try read([1, nil, 100], at: desk.now)?.contains("for each of 4 units") == true)
        #expect(try read([1, 0, 100, 1], at: desk.now)?.contains("from 1 up") == true)
        #expect(try read([1, 2, 3, 4], at: Timestamp(milliseconds: .min))?.contains("campaign's time") == true)
    }

    @Test func `a campaign outlives a result that makes no sense, and is told of it once`() throws {
        let house = CampaignHouse()
        let worker = WorkerSession(
            id: desk.ids.next(),
            worker: desk.ids.next(),
            server: "elsewhere",
            expiresAt: CampaignHouse.start + .days(9)
        )
        try house.run { gateway in
            let id = try await house.begin(SmallGoal.make(), through: gateway)
            let (store, now) = (house.store, house.clock.now)
            _ = try await store.openSession(worker, now: now)
            var job = job(.rankObserve)
            job.campaign = id
            let foreign = job.id
            _ = try await store.enqueue([job], durability: .process)
            let claim = try await store.claim(ClaimRequest(kinds: [.rankObserve], limit: 100), now: now) { jobs in
                jobs.filter { $0.id == foreign }.map {
                    JobAssignment(job: $0.id, worker: worker.worker, session: worker.id, token: "t")
                }
            }
            #expect(claim.jobs.map(\.id) == [foreign])
            let report = JobReport(job: foreign, token: "t", outcome: .completed(#"{"time":-9223372036854775808}"#))
            let receipts = try await store.finish([report], now: now, durability: .process) { _, _ in nil }
            #expect(receipts.count == 1)
            try await house.clock.sleep(for: .hours(1))
            #expect(try await store.unharvestedJobs(of: id).isEmpty)
            #expect(try await store.campaign(id, in: .default)?.status == .running)
        }
    }
}
