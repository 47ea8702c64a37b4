// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
import Statistics

/// A made-up campaign that looks like a real one: a seller's listings climb from about rank 78 to about 14 in thirty days.
struct SampleDossier {
    var goal = Self.sellerGoal
    var status = CampaignStatus.completed
    var isConfirmed = true
    /// How many days of trials there are; 0 for none at all.
    var days = 30
    var hasRounds = true
    var hasFindings = true

    static let start = Timestamp(milliseconds: 1_793_458_800_000)
    static let writtenAt = start + .days(31)

    private let ids = IdentifierGenerator(clock: FixedClock(), seed: 7)
    private let day: Int64 = 86_400_000

    /// A seller's goal with eight factors, as a marketplace listing has them.
    static var sellerGoal: Goal {
        func texts(_ name: String, _ levels: [String], control: Int = 0) -> Factor {
            Factor(name: name, levels: levels.map(LevelValue.text), control: control)
        }
        return Goal(
            name: "여름 텀블러 1페이지",
            product: Product(
                identifier: "82093711",
                title: "두레 진공 보온 텀블러 500ml",
                price: Money(minorUnits: 21_900, currency: .krw)
            ),
            marketplace: .simulated,
            keywords: ["텀블러", "보온 텀블러"],
            objective: Objective(metric: "rank", direction: .lower, target: 20, depth: 1_000),
            factors: [
                texts("쿠폰", ["없음", "5% 할인"]),
                texts("제목 형식", ["상품명", "혜택 먼저", "용도 먼저"]),
                texts("대표 이미지", ["흰 배경", "사용 장면", "묶음"]),
                Factor(name: "가격", levels: [.integer(21_900), .integer(20_900), .integer(19_900)]),
                Factor(name: "광고 입찰가", levels: [.integer(300), .integer(500), .integer(700)]),
                texts("광고 문구", ["기본", "한정", "후기"]),
                texts("배송", ["일반", "오늘출발", "묶음무료"]),
                texts("상세 구성", ["긴 글", "그림 위주", "표"], control: 1),
            ],
            guardrails: [Guardrail(metric: "margin", minimum: 0.1)],
            trial: TrialTemplate(
                kind: .simulated,
                window: .hours(6),
                washOut: .hours(1),
                cost: Money(minorUnits: 150, currency: .krw)
            ),
            units: (1...24).map { "listing-\($0 < 10 ? "0" : "")\($0)" },
            budget: Budget(amount: Money(minorUnits: 500_000, currency: .krw), trials: 3_000),
            seed: 42
        )
    }

    /// A program's goal: no rank, no rounds, no money.
    static var programGoal: Goal {
        Goal(
            name: "zstd",
            objective: Objective(metric: "seconds_per_ratio", direction: .lower),
            factors: [
                Factor(name: "level", levels: [.integer(3), .integer(9), .integer(15)]),
                Factor(name: "threads", levels: [.integer(1), .integer(2), .integer(4)]),
                Factor(name: "long", levels: [.flag(false), .flag(true)]),
            ],
            trial: TrialTemplate(kind: .command, measure: Command(arguments: ["./measure"])),
            budget: Budget(trials: 400),
            timeZone: "UTC"
        )
    }

    /// The dossier, read from a store as the program does.
    func dossier() async throws -> CampaignDossier {
        let change = try records()
        guard let campaign = change.campaigns.first,
            let dossier = try await CampaignDossier(of: campaign.id, in: .default, from: FixedStore(change))
        else { throw SampleError.noCampaign }
        return dossier
    }

    private enum SampleError: Error {
        case noCampaign
    }

    private struct FixedClock: TimeSource {
        var now: Timestamp { SampleDossier.start }
        func sleep(until instant: Timestamp) async throws {}
    }

    private var winner: Combination { Combination(goal.factors.map { min(1, $0.levels.count - 1) }) }
}

extension SampleDossier {
    /// Everything that the store holds.
    func records() throws -> KnowledgeChange {
        var generator = SplitMix64(seed: 11)
        var change = KnowledgeChange()
        var campaign = Campaign(
            id: ids.next(),
            workspace: .default,
            goal: goal,
            goalDigest: "b8c1f7",
            plan: Plan(difficulty: 0.6, trials: 2_880, generations: 5, duration: .days(30)),
            createdAt: Self.start
        )
        campaign.status = status
        campaign.stage = status == .completed ? .finished : .searching
        if days > 0 { campaign.startedAt = Self.start }
        if days > 0, status != .running { campaign.endedAt = Self.start + .days(days) }
        if status == .completed, goal.objective.target != nil {
            campaign.reachedAt = Self.start + .days(min(days, 19)) + .hours(9)
            campaign.endValue = 14.2
        }
        if status == .stopped { campaign.endReason = "At 50 % of the time the rank was worse than at the start." }
        if hasFindings { campaign.winner = winner }
        addTrials(to: &change, campaign, &generator)
        if hasRounds { try addRounds(to: &change, campaign, &generator) }
        if hasFindings { try addFindings(to: &change, campaign) }
        addHistory(to: &change, campaign)
        change.campaigns = [campaign]
        if hasFindings {
            var next = goal
            next.name += " 2"
            next.objective.target = goal.objective.target.map { $0 / 2 }
            change.campaigns.append(
                Campaign(
                    id: ids.next(),
                    workspace: .default,
                    goal: next,
                    plan: campaign.plan,
                    createdAt: Self.start + .days(30),
                    parent: campaign.id
                )
            )
        }
        return change
    }

    private func addTrials(to change: inout KnowledgeChange, _ campaign: Campaign, _ generator: inout SplitMix64) {
        guard days > 0 else { return }
        let origins: [[CombinationOrigin]] = [
            [.array, .spread], [.elite, .crossover, .mutation], [.elite, .crossover, .random], [.finalist], [.winner],
        ]
        var position = 0
        for number in 1...5 {
            let id: GenerationID = ids.next()
            let size = number == 4 ? 5 : number == 5 ? 1 : 40
            let members = (0..<size).map { index in
                Generation.Member(
                    combination: Combination(goal.factors.map { Int(generator.next() % UInt64($0.levels.count)) }),
                    origin: origins[number - 1][index % origins[number - 1].count],
                    replicates: 8
                )
            }
            change.generations.append(
                Generation(
                    id: id,
                    workspace: .default,
                    campaign: campaign.id,
                    number: number,
                    createdAt: Self.start + .days(days * (number - 1) / 5),
                    strategy: number > 3 ? "confirm" : "genetic",
                    seed: generator.next(),
                    members: members,
                    notes: number == 1 ? ["L18 was used; 'listing' has fewer levels than its column."] : []
                )
            )
            for slot in 0..<(days * 2) {
                let isControl = slot.isMultiple(of: 8)
                let combination = isControl ? goal.control : members[slot % size].combination
                var trial = Trial(
                    id: ids.next(),
                    workspace: .default,
                    campaign: campaign.id,
                    generation: id,
                    block: position / 8,
                    position: position,
                    unit: goal.units[position % goal.units.count],
                    combination: combination,
                    purpose: isControl ? .control : number == 4 ? .finalist : number == 5 ? .confirmation : .search
                )
                let time =
                    Self.start + .hours(12)
                    + TimeSpan(milliseconds: Int64(position) * day * Int64(days - 1) / Int64(days * 10))
                finish(&trial, at: time, number, &generator)
                change.trials.append(trial)
                if trial.status == .completed || trial.status == .failed {
                    change.ledger.append(
                        LedgerEntry(
                            id: ids.next(),
                            workspace: .default,
                            campaign: campaign.id,
                            trial: trial.id,
                            kind: .settled,
                            amount: goal.trial.cost,
                            time: time
                        )
                    )
                }
                position += 1
            }
        }
    }

    private func finish(_ trial: inout Trial, at time: Timestamp, _ number: Int, _ generator: inout SplitMix64) {
        trial.startedAt = time
        trial.endedAt = time + .hours(6)
        let noise = Double(generator.next() % 1_000) / 1_000 - 0.5
        if trial.position % 37 == 5 {
            trial.status = .failed
            let isSlow = trial.position % 74 == 5
            trial.failure = Failure(
                isSlow ? .timeOut : .rateLimit,
                isSlow ? "The lever did not answer within 60 s." : "The search API answered 429.",
                lastLines: isSlow ? ["connect: listing-07", "<timeout after 60 s>"] : []
            )
            return
        }
        trial.status = .completed
        let base = goal.objective.isRank ? 78.0 : 2.4
        let effects = trial.combination.levels.enumerated().map { level in
            level.element == 1 ? base * 0.24 / Double(level.offset + 1) : 0
        }
        trial.metrics = [goal.objective.metric: base - effects.reduce(0, +) + noise * base * 0.2]
        trial.guardrailsHeld = true
        trial.cost = goal.trial.cost
    }

    private func addRounds(
        to change: inout KnowledgeChange,
        _ campaign: Campaign,
        _ generator: inout SplitMix64
    ) throws {
        for index in 0..<(days * 48) {
            let share = Double(index) / Double(max(1, days * 48))
            let shock = share > 0.4 && share < 0.47 ? 18.0 : 0
            let noise = Double(generator.next() % 1_000) / 1_000 * 5 - 2.5
            let value = 14 + 64 / (1 + exp((share - 0.42) * 11)) + shock + noise
            let finding = RoundFinding(
                time: Self.start + .minutes(30 * index),
                consensus: value,
                lower: max(1, value - 9 - noise),
                upper: value + 12 + noise,
                reliability: 8_200,
                units: 24
            )
            try add(finding, .round, finding.time, to: &change, campaign)
        }
    }

    private func add(
        _ finding: some Encodable,
        _ kind: AnalysisRecord.Kind,
        _ time: Timestamp,
        to change: inout KnowledgeChange,
        _ campaign: Campaign
    ) throws {
        change.analyses.append(
            AnalysisRecord(
                id: ids.next(),
                workspace: .default,
                campaign: campaign.id,
                time: time,
                kind: kind,
                body: try CanonicalJSON.text(finding)
            )
        )
    }

    private func addFindings(to change: inout KnowledgeChange, _ campaign: Campaign) throws {
        let scale = goal.objective.isRank ? 1.0 : 0.03
        func interval(_ estimate: Double, _ half: Double) -> Interval {
            Interval(
                estimate: estimate * scale,
                lower: (estimate - half) * scale,
                upper: (estimate + half) * scale,
                confidence: 0.95
            )
        }
        func candidate(_ combination: Combination, _ mean: Double, _ score: Double) -> EffectsFinding.Candidate {
            .init(
                combination: combination,
                trials: 24,
                observedMean: mean * scale + 0.4 * scale,
                expected: interval(mean, 4.2),
                score: score,
                grade: score > 0.9 ? .elite : .significant,
                successRate: 0.97,
                guardrailRate: 1
            )
        }
        let best = candidate(winner, 13.8, 0.957)
        let others = (0..<5).map { index in
            var levels = winner.levels
            levels[index % levels.count] = 0
            return candidate(Combination(levels), 17 + Double(index) * 2.3, 0.93 - Double(index) * 0.02)
        }
        let anova = try analysis(change.trials)
        let tested = zip(anova.rows.map(\.term), MultipleTesting.holm(anova.rows.map(\.p))).map { (term: $0, p: $1) }
        let effects = EffectsFinding(
            trials: change.trials.count { $0.status == .completed },
            best: best,
            control: candidate(goal.control, 77.6, 0.41),
            candidates: [best] + others,
            gain: interval(-63.8, 5.1),
            anova: anova,
            significantFactors: tested.filter { ($0.p ?? 1) < 0.05 }.map(\.term),
            insignificantFactors: tested.filter { ($0.p ?? 1) >= 0.05 }.map(\.term),
            notes: []
        )
        let end = Self.start + .days(days)
        try add(effects, .effects, end, to: &change, campaign)
        let difference = isConfirmed ? interval(-64, 6) : interval(-4, 9)
        let confirmation = ConfirmationFinding(
            winner: winner,
            winnerTrials: 48,
            controlTrials: 48,
            winnerMean: (isConfirmed ? 14 : 74) * scale,
            controlMean: 78 * scale,
            difference: difference,
            p: isConfirmed ? 0.00001 : 0.37,
            claimed: interval(-63.8, 5.1),
            isConfirmed: isConfirmed
        )
        try add(confirmation, .confirmation, end, to: &change, campaign)
        let forecast = ForecastFinding(
            method: "kriging",
            skill: 0.18,
            points: (1...7).map { day in
                .init(
                    time: end + .days(day),
                    value: (14.2 - Double(day) * 0.2) * scale,
                    interval: interval(14.2 - Double(day) * 0.2, 2 + Double(day) * 0.8)
                )
            },
            targetDate: nil,
            summary: "kriging"
        )
        try add(forecast, .forecast, end, to: &change, campaign)
        let patterns = PatternsFinding(
            sentences: ["Between 20 and 23 h ranks are 3.1 places better than at other hours (p = 0.004)."],
            trials: effects.trials
        )
        try add(patterns, .patterns, end, to: &change, campaign)
    }

    /// A real fit, so that the table is consistent with itself and with the trials.
    private func analysis(_ trials: [Trial]) throws -> AnalysisOfVariance {
        let completed = trials.filter { $0.status == .completed }
        let response = completed.map { $0.metrics[goal.objective.metric] ?? 0 }
        let factors = goal.factors.enumerated().map { index, factor in
            FactorColumn(
                name: factor.name,
                levels: factor.levels.map(\.description),
                codes: completed.map { $0.combination.levels[index] }
            )
        }
        let table = FactorialTable(
            responseName: goal.objective.metric,
            response: response,
            factors: factors,
            blocks: []
        )
        return try MainEffectsAnalysis().fit(table).analysisOfVariance
    }

    private func addHistory(to change: inout KnowledgeChange, _ campaign: Campaign) {
        guard days > 0 else { return }
        let decisions: [(Double, String, String, String)] = [
            (0.02, "plan", "{\"fits\":true}", "The plan of 2,880 trials fits the budget of ₩500,000."),
            (
                0.3, "milestone", "{\"scale\":1.5}",
                "At 30 % of the time the rank had gained 11 places, so the effort is scaled by 1.5."
            ),
            (0.45, "phase", "\"optimise\"", "38 % of the way to the target is done, so the search optimises."),
            (
                0.5, "milestone", "{\"continue\":true}",
                "At 50 % of the time the rank is better than at the start; go on."
            ),
            (0.62, "phase", "\"stabilise\"", "71 % of the way to the target is done, so the search stabilises."),
        ]
        func time(_ share: Double) -> Timestamp {
            Self.start + TimeSpan(milliseconds: Int64(share * Double(day) * Double(days)))
        }
        for (share, policy, outcome, reason) in decisions {
            change.decisions.append(
                Decision(
                    id: ids.next(),
                    workspace: .default,
                    campaign: campaign.id,
                    time: time(share),
                    agent: "campaign",
                    policy: policy,
                    inputs: "{}",
                    outcome: outcome,
                    reason: reason
                )
            )
        }
        let alerts: [(Double, Alert.Kind, Alert.Severity, String)] = [
            (0.2, .workerIsolated, .warning, "Worker 7 has not answered for 60 s; its job went to worker 8."),
            (0.405, .changePoint, .critical, "The rank of all units fell by 18 places at once; a competitor moved."),
            (0.64, .goalReached, .notice, "The rank was 20 or better in three rounds in a row."),
        ]
        for (share, kind, severity, message) in alerts {
            change.alerts.append(
                Alert(
                    id: ids.next(),
                    workspace: .default,
                    campaign: campaign.id,
                    time: time(share),
                    kind: kind,
                    severity: severity,
                    message: message
                )
            )
        }
        for unit in goal.units where status == .completed {
            change.levers.append(
                LeverState(
                    workspace: .default,
                    campaign: campaign.id,
                    unit: unit,
                    combination: hasFindings ? winner : goal.control,
                    trial: nil,
                    since: Self.start + .days(days),
                    isConfirmed: true
                )
            )
        }
    }
}
