// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Experiments
import Foundation
import Statistics
import Storage
import Testing

@testable import dure

@Suite struct TextTests {
    private let sample = Sample()

    private func filled() async throws -> (MemoryStore, Campaign) {
        let store = MemoryStore()
        var change = try sample.change(sample.campaign())
        let campaign = try #require(change.campaigns.first)
        change.levers = ["u1", "u2"].map { unit in
            LeverState(
                workspace: .default,
                campaign: campaign.id,
                unit: unit,
                combination: Combination([unit == "u1" ? 0 : 1, 0]),
                trial: nil,
                since: Sample.start,
                isConfirmed: unit == "u1"
            )
        }
        change.workers = [WorkerState.idle, .working, .idle].enumerated().map { index, state in
            var worker = Worker(
                id: sample.ids.next(),
                name: "w\(index)",
                role: .trial,
                slots: 1,
                registeredAt: Sample.start
            )
            worker.state = state
            return worker
        }
        change.alerts = [
            Alert(
                id: sample.ids.next(),
                workspace: .default,
                campaign: campaign.id,
                time: Sample.start,
                kind: .rankFell,
                severity: .warning,
                message: "The rank fell by 12 places."
            )
        ]
        try await store.commit(change, durability: .process)
        return (store, campaign)
    }

    @Test func `the list shows a campaign's numbers in one row`() async throws {
        let (store, campaign) = try await filled()
        let text = ListCommand.text([try await CampaignOverview(of: campaign, from: store)])
        let lines = text.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("id "))
        let cells = lines[1].split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(
            cells == [
                campaign.id.text, "rank of the vacuum", "running", "baseline", "rank", "80 → –", "15/40", "₩0", "–",
            ]
        )
    }

    @Test func `an empty list says how to start`() {
        #expect(ListCommand.text([]).contains("dure run"))
    }

    @Test func `the status tells progress, levers, workers, alerts and what comes next`() async throws {
        let (store, campaign) = try await filled()
        let text = try await CampaignState(of: campaign, from: store, at: Sample.start + .days(5)).text
        let expected = """
            rank of the vacuum  \(campaign.id)
              status      running, stage baseline, phase explore
              time        50 % of 10d
              goal        rank 80 → –, target 20
              generation  1
              trials      15 completed, 0 running, 0 planned, 1 failed; the plan has 40
              spent       ₩0, 0 trials; the budget is ₩500,000
              levers      1 unit: the present setting
                          1 unit: 제목=long, with a comma (1 not confirmed yet)
              workers     2 idle, 1 working
              alerts      2025-06-16 00:06  warning  The rank fell by 12 places.
              next        The present setting is measured, then the first generation is tried.
            """
        #expect(text == expected)
    }

    @Test func `the status tells the patterns, or in how many results there are none`() async throws {
        let (store, campaign) = try await filled()
        func look(_ finding: TrialPatternsFinding, after minutes: Int) async throws -> [String] {
            var change = KnowledgeChange()
            change.analyses = [
                AnalysisRecord(
                    id: sample.ids.next(),
                    workspace: .default,
                    campaign: campaign.id,
                    time: Sample.start + .minutes(minutes),
                    kind: .patterns,
                    body: try CanonicalJSON.text(finding)
                )
            ]
            try await store.commit(change, durability: .process)
            let text = try await CampaignState(of: campaign, from: store, at: Sample.start + .days(5)).text
            let rows = text.split(separator: "\n").map(String.init)
            let first = try #require(rows.firstIndex { $0.hasPrefix("  patterns") })
            return Array(rows[first...].prefix { !$0.hasPrefix("  next") })
        }
        #expect(
            try await look(TrialPatternsFinding(sentences: [], trials: 97, results: 100), after: 1)
                == ["  patterns    none in 100 results"]
        )
        #expect(
            try await look(TrialPatternsFinding(sentences: [], trials: 97), after: 2)
                == ["  patterns    none in 97 results"]
        )
        let found = TrialPatternsFinding(
            sentences: ["Nights are better.", "Long titles fail."],
            trials: 1,
            results: 200
        )
        #expect(
            try await look(found, after: 3) == ["  patterns    Nights are better.", "              Long titles fail."]
        )
        let state = try await CampaignState(of: campaign, from: store, at: Sample.start)
        #expect(try CanonicalJSON.text(state).contains("\"patterns\":{\"results\":200"))
    }

    @Test func `control characters of records do not reach the terminal`() {
        #expect(TextTable.lines([["a\u{1B}[2J", "b"]]) == ["a[2J  b"])
    }

    @Test func `columns are aligned by the width of Hangul`() {
        #expect(TextTable.lines([["상품", "x"], ["abcd", "y"]]) == ["상품  x", "abcd  y"])
    }

    @Test(arguments: [(80, "80"), (0.123_456, "0.1235"), (123_456.7, "123457"), (-3.5, "-3.5"), (.nan, "–")])
    func `numbers are short`(value: Double, text: String) {
        #expect(TextTable.number(value) == text)
    }

    @Test func `the best of a running campaign comes from its trials, with an interval`() async throws {
        let (store, campaign) = try await filled()
        let best = try #require(try await BestAnswer(of: campaign, from: store, leastSuccess: 0))
        #expect(best.combination == Combination([1, 1]))
        #expect(best.isProvisional)
        #expect(best.expected.lower < best.expected.upper)
        #expect(abs(best.expected.estimate - 69) < 1.5)
        #expect(best.text.contains("제목   long, with a comma  (changed)"))
    }

    @Test func `a combination that fails too often is passed over`() async throws {
        var (store, campaign) = try await filled()
        campaign.goal.score = ScoreWeights(rank: 1, success: 0, guardrails: 0)
        var trials = try await store.trials(of: campaign.id, in: .default)
        let index = try #require(trials.firstIndex { $0.combination == Combination([1, 1]) })
        trials[index].status = .failed
        trials[index].metrics = [:]
        var change = KnowledgeChange()
        change.trials = trials
        try await store.commit(change, durability: .process)
        let all = try await BestAnswer(of: campaign, from: store, leastSuccess: 0)
        let strict = try await BestAnswer(of: campaign, from: store, leastSuccess: 0.9)
        #expect(all?.combination == Combination([1, 1]))
        #expect(strict?.combination == Combination([1, 0]))
    }

    @Test func `the same reason again is one row, unless all are asked for`() throws {
        let campaign = sample.campaign()
        let decisions = ["a", "x", "a", "b"].enumerated().map { index, reason in
            sample.decision(
                of: campaign,
                policy: reason == "x" ? "pacing" : "course",
                inputs: "{}",
                outcome: "{}",
                reason: reason,
                after: index
            )
        }
        let short = DecisionsCommand.text(decisions, timeZone: "Asia/Seoul", showsRepeats: false)
        let long = DecisionsCommand.text(decisions, timeZone: "Asia/Seoul", showsRepeats: true)
        #expect(short.split(separator: "\n").count == 4)
        #expect(short.contains("2025-06-16 00:06  campaign  course  a (2 times, until 2025-06-16 00:08)"))
        #expect(long.split(separator: "\n").count == 5)
    }

    @Test func `the holder of a lock is read from the system's list of locks`() {
        let locks = """
            1: POSIX  ADVISORY  WRITE 11 08:01:77 0 EOF
            2: FLOCK  ADVISORY  WRITE 4242 fd:01:77 0 EOF
            """
        #expect(MachineCheck.holder(of: 77, in: locks) == 4_242)
        #expect(MachineCheck.holder(of: 7, in: locks) == nil)
    }
}
