// SPDX-License-Identifier: Apache-2.0

import Agents
import Domain
import Statistics
import Testing

@testable import Experiments
@testable import Reports
@testable import dure

/// Everything that the search, its policies, patterns and predictions can write down has a Korean sentence.
@Suite struct KoreanSentenceTests {
    private let ids = IdentifierGenerator(clock: StandingClock(), seed: 4)

    /// The sentences that stay English, wholly or in part.
    private func untold(_ texts: [String]) -> [String] {
        texts.filter { text in
            let korean = RecordedSentence.text(text, in: .korean)
            let hasHangul = korean.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) }
            return korean == text || !hasHangul || korean.contains("{")
        }
    }

    @Test func `a sentence without a translation is noticed`() {
        #expect(untold(["The moon was full."]).count == 1)
    }

    @Test func `no pattern of what was learned stands twice, and places are the same in both languages`() {
        let all = RecordedSentence.korean + RecordedSentence.koreanLearning + RecordedSentence.koreanPrediction
        #expect(Set(all.map(\.english)).count == all.count)
        for (english, korean) in RecordedSentence.koreanLearning + RecordedSentence.koreanPrediction {
            let places = english.matches(of: /\{\}/).count
            let filled = Set(korean.matches(of: /\{(\d+)\}/).compactMap { Int($0.1) })
            let isInOrder = filled.isEmpty && korean.matches(of: /\{\}/).count == places
            #expect(isInOrder || filled == Set(0..<places), "\(english)")
        }
    }

    @Test func `what people order, and what becomes of workers, is told in Korean`() {
        var campaign = Campaign(
            id: ids.next(),
            workspace: .default,
            goal: Goal(
                name: "g",
                objective: Objective(metric: "rank", direction: .lower),
                factors: [Factor(name: "a", levels: [.integer(1), .integer(2)])],
                trial: TrialTemplate(kind: .simulated)
            ),
            plan: Plan(difficulty: 0, trials: 1, generations: 1, duration: .days(1)),
            createdAt: Timestamp(milliseconds: 0)
        )
        var texts: [String] = []
        for order in CampaignOrder.allCases {
            for status in CampaignStatus.allCases {
                campaign.status = status
                let given = PersonOrder(
                    id: ids.next(),
                    workspace: .default,
                    campaign: campaign.id,
                    order: order,
                    reason: "A person asked for it.",
                    givenBy: "k-admin",
                    givenAt: Timestamp(milliseconds: 1_000)
                )
                texts.append(PersonOrderPolicy.decide(PersonOrderPolicy.Inputs(given, for: campaign)).reason)
            }
        }
        texts += [
            "worker server-01 is isolated: a person isolated it",
            "worker a is isolated: it has been silent since 1970-01-01T00:00:01.000Z, and 3 restarts did not help",
            "5 of 6 workers fell silent together; none is isolated, look for a cause outside the workers (disk, network, "
                + "an overloaded computer)",
        ]
        #expect(untold(texts) == [])
        for text in texts {
            let korean = RecordedSentence.text(text, in: .korean)
            for word in ["campaign", "person", "worker"] { #expect(!korean.contains(word), "\(korean)") }
        }
    }

    // MARK: Policies

    @Test func `every reason for a start from earlier campaigns is told`() {
        let reasons = [[], [10], [10, 200], [1, 2, 3]].map { days in
            WarmStartPolicy.decide(
                .init(earlier: days.map { .init(campaign: ids.next(), outcomes: 12, days: $0) })
            ).reason
        }
        #expect(untold(reasons).isEmpty)
        #expect(RecordedSentence.text(reasons[2], in: .korean).contains("앞선 캠페인 2개의 결과 24개"))
    }

    @Test func `every reason to go on or to end a search is told`() {
        var reasons: [String] = []
        for gain in [0.001, 0.02] {
            for (value, cost) in [(nil, nil), (10, 500), (1_000_000, 500), (10, nil)] as [(Int64?, Int64?)] {
                for smallest in [nil, 1, 50] as [Double?] {
                    var goal = Sample.goal()
                    goal.ending.valuePerUnit = value.map { Money(minorUnits: $0, currency: .krw) }
                    goal.trial.cost = cost.map { Money(minorUnits: $0, currency: .krw) }
                    goal.objective.smallestEffect = smallest
                    let verdict = StoppingVerdict(
                        isWorthwhile: true,
                        expectedGain: gain,
                        expectedLoss: 0.2,
                        trials: 12,
                        reason: ""
                    )
                    let inputs = WorthPolicy.Inputs(goal: goal, control: nil, verdict: verdict, number: 2)
                    reasons.append(WorthPolicy.decide(inputs).reason)
                }
            }
        }
        #expect(untold(reasons).isEmpty)
        for phrase in ["탐색을 계속합니다", "값어치가 없습니다", "0.005에 못 미칩니다", "의미 있는 차이"] {
            #expect(reasons.contains { RecordedSentence.text($0, in: .korean).contains(phrase) }, "\(phrase)")
        }
    }

    // MARK: The search

    /// Notes of five generations of a strategy in a space; the response is that of a simple truth, with some noise.
    private func notes(_ name: String, _ levels: [Int], _ change: (inout AskRequest, Int) -> Void = { _, _ in }) throws
        -> [String]
    {
        let control = Combination(levels.map { _ in 0 })
        let space = FactorSpace(
            levelCounts: levels,
            forbidden: levels.count > 4
                ? [ForbiddenCombination([.init(factor: 0, levels: [1]), .init(factor: 1, levels: [1])])] : []
        )
        var strategy = try Strategies.make(named: name, space: space, control: control, weights: ScoreWeights())
        var generator = SplitMix64(seed: 9)
        var notes: [String] = []
        for number in 1...5 {
            var request = AskRequest(generation: number, size: 12, replicates: 2, phase: .explore)
            change(&request, number)
            let proposal = try strategy.ask(request, using: &generator)
            notes += proposal.notes
            for (index, member) in (proposal.members.map(\.combination) + [control]).enumerated() {
                let gain = Double(member.levels.reduce(0, +)) / Double(levels.reduce(0, +))
                for _ in 0..<2 {
                    strategy.tell([
                        TrialOutcome(
                            combination: member,
                            block: number,
                            unit: index % 3,
                            response: 0.5 * gain + 0.05 * Double.random(in: -1...1, using: &generator),
                            succeeded: true,
                            guardrailsHeld: true
                        )
                    ])
                }
            }
        }
        return notes
    }

    @Test(arguments: StrategyName.allCases, [[2, 2], [2, 3, 2], [2, 2, 2, 2, 2, 2, 2], [3, 4, 5, 2, 7, 2]])
    func `every note of every strategy is told`(strategy: StrategyName, levels: [Int]) throws {
        var all = try notes(strategy.rawValue, levels)
        all += try notes(strategy.rawValue, levels) { request, number in
            request.environmentChanged = number == 4
            request.phase = number == 3 ? .stabilise : number == 5 ? .emergency : .optimise
            request.trialsLeft = number == 4 ? 10 : nil
            request.size = number == 1 ? 5 : 40
        }
        #expect(!all.isEmpty)
        #expect(untold(all) == [])
    }

    // MARK: Patterns

    @Test(arguments: TrialPattern.Outcome.allCases, TrialPattern.Test.allCases)
    func `every pattern is told`(outcome: TrialPattern.Outcome, test: TrialPattern.Test) {
        let subjects =
            test == .restrictedPermutation
            ? [("hour", ["0", "17"]), ("weekday", (1...7).map(String.init))]
            : [("unit", ["u1"]), ("title", ["long, = x"])]
        // Shares are compared by level and unit, the metric and failures by time.
        guard (outcome == .metric) == (test == .restrictedPermutation) || outcome == .failure else { return }
        for (subject, values) in subjects {
            for value in values {
                for (estimate, p) in [(0.2, 0.012), (-0.2, 1e-7)] {
                    let pattern = TrialPattern(
                        outcome: outcome,
                        subject: subject,
                        value: value,
                        count: 40,
                        share: test == .restrictedPermutation ? nil : 0.4,
                        elsewhere: test == .restrictedPermutation ? nil : 0.2,
                        effect: Interval(estimate: estimate, lower: -0.3, upper: 0.3, confidence: 0.95),
                        test: test,
                        p: p,
                        adjustedP: 2 * p
                    )
                    #expect(untold([pattern.sentence(metric: "rank", tests: 31)]) == [])
                }
            }
        }
    }

    // MARK: Predictions

    /// Campaigns of two products with a level of their own each.
    private func past(_ levels: [Double], trials count: Int = 8, metric: String = "rank", noise: Double = 1)
        -> PastCampaigns
    {
        var generator = SplitMix64(seed: 3)
        let entries = levels.enumerated().map { number, level in
            var goal = Sample.goal()
            goal.objective.metric = metric
            goal.product.identifier = "p\(number % 2)"
            let campaign = Campaign(
                id: ids.next(),
                workspace: .default,
                goal: goal,
                plan: Plan(difficulty: 0, trials: 10, generations: 1, duration: .days(1)),
                createdAt: Sample.start
            )
            let generation: GenerationID = ids.next()
            let trials = (0..<count).map { index in
                var trial = Trial(
                    id: ids.next(),
                    workspace: .default,
                    campaign: campaign.id,
                    generation: generation,
                    block: index,
                    position: index,
                    unit: "u1",
                    combination: Combination([index % 2, index / 2 % 2]),
                    purpose: .search
                )
                trial.status = .completed
                trial.metrics = [metric: level + noise * Double.random(in: -1...1, using: &generator)]
                return trial
            }
            return PastCampaigns.Entry(campaign: campaign, trials: trials)
        }
        var goal = Sample.goal()
        goal.objective.metric = metric
        return PastCampaigns(entries, for: goal)
    }

    private func refusal(_ past: PastCampaigns, metric: String = "rank", product: String? = nil) throws -> String? {
        var goal = Sample.goal()
        goal.objective.metric = metric
        goal.product.identifier = product
        return try CampaignPredictor(past: past, goal: goal).prediction().notEnough
    }

    @Test func `every reason why a campaign cannot be predicted is told`() throws {
        let shares = past([0.02, 0.98, 0.5, 0.03, 0.97, 0.4], metric: "click_rate", noise: 0.01)
        let reasons = [
            try refusal(past([])), try refusal(past([40])), try refusal(past([40, 40], trials: 2)),
            try refusal(past([40, 40], noise: 0)), try refusal(past([40, 70]), product: "p1"),
            try refusal(past([40, 70, 20])), try refusal(past([40, 70, 20, 60]), product: "p1"),
            try refusal(shares, metric: "click_rate", product: "p1"),
        ]
        let found = reasons.compactMap(\.self)
        #expect(untold(found) == [])
        for part in ["one campaign alone", "all alike", "so few campaigns"] {
            #expect(found.contains { $0.contains(part) }, "\(part): \(found)")
        }
    }

    @Test func `a prediction in Korean has no English sentence left, whatever is advised`() throws {
        var goal = Sample.goal()
        goal.objective.metric = "rank"
        var texts: [String] = []
        for past in [past([]), past([40, 41, 39, 42, 40]), past([40, 70, 20, 60, 35, 50])] {
            var prediction = try CampaignPredictor(past: past, goal: goal).prediction()
            #expect(untold(prediction.advice) == [])
            prediction.levels = [.init(factor: "title", level: "B", chanceBetter: 0.97, campaigns: 2, results: 30)]
            texts.append(PredictionText(prediction: prediction, goal: goal, language: .korean).text)
        }
        for word in ["campaign", "result", "interval", "chance", "better", "Start", "present"] {
            #expect(!texts.contains { $0.contains(word) }, "\(word): \(texts)")
        }
        #expect(texts.allSatisfy { $0.contains("근거") && $0.contains("조언") })
        let sentences = [
            "Put the best known combination into the first generation; it beats the present setting with a chance of 91 %.",
            "The best known combination is worth one place in the first generation, no more: it beats the present setting with a chance of only 61 %.",
            "Leave out title=B, or try it last: it was worse in 1 campaign and 30 results.",
            "Leave out title=B, or try it last: it was worse in 3 campaigns and 90 results.",
            "Nothing is known of title=C, image=z: give these their trials first.",
            "Start from what is known: 62 % of the variance of levels' effects carries over from campaign to campaign.",
        ]
        #expect(untold(sentences) == [])
    }
}
