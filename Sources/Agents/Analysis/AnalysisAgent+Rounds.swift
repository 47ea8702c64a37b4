// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation
import Messaging
import Statistics

extension AnalysisAgent {
    /// Forecasts the metric for two weeks by days and looks for hours and weekdays that differ; stores both.
    func analyseRounds(_ action: AnalyseRounds) async throws -> Done {
        guard let campaign = try await context.store.campaign(action.campaign, in: action.workspace) else {
            return Done()
        }
        let rounds = try await rounds(of: action.campaign, in: action.workspace)
        let schedule = CampaignSchedule(goal: campaign.goal)
        if let forecast = try await forecast(rounds, campaign: campaign, schedule: schedule) {
            try await keep(forecast, .forecast, of: campaign.id, in: campaign.workspace)
        }
        let patterns = patterns(rounds, goal: campaign.goal)
        let learnt = try await storedPatterns(of: campaign.id)
        let whole = (learnt ?? TrialPatternsFinding(sentences: [], trials: patterns.trials))
            .with(roundSentences: patterns.sentences)
        try await keep(whole, .patterns, of: campaign.id, in: campaign.workspace)
        return Done()
    }

    /// The forecast of the course by days, of which ten are needed.
    private func forecast(
        _ rounds: [RoundFinding],
        campaign: Campaign,
        schedule: CampaignSchedule
    ) async throws -> ForecastFinding? {
        let byDay = Dictionary(grouping: rounds) { schedule.day(of: $0.time) }
        let course = byDay.mapValues { Self.median($0.map(\.consensus)) }
        guard course.count >= CampaignOutlook.leastDays, let last = rounds.last?.time else { return nil }
        let goal = campaign.goal
        let seen = try await context.store.measurements(of: campaign.id, in: campaign.workspace, since: nil)
        var units: [String: [Int64: [Double]]] = [:]
        for measurement in seen where measurement.trial == nil && measurement.metric == Objective.rank {
            let rank = measurement.isCensored ? Double(goal.objective.depth) + 1 : measurement.value
            units[measurement.unit, default: [:]][schedule.day(of: measurement.time), default: []].append(rank)
        }
        let outlook = CampaignOutlook(
            course: course,
            units: goal.units.compactMap { units[$0]?.mapValues { Self.median($0) } },
            depth: goal.objective.depth
        )
        return try outlook.finding(
            target: campaign.target,
            at: last,
            seed: SplitMix64.seed(goal.seed, "forecast", "\(campaign.id)")
        )
    }

    /// Hours of the day and days of the week at which the course stands better, where a test over whole days or weeks supports it.
    ///
    /// Rounds of one day hang together, which the test allows for by turning whole days and weeks (`CyclePattern`).
    private func patterns(_ rounds: [RoundFinding], goal: Goal) -> PatternsFinding {
        let schedule = CampaignSchedule(goal: goal)
        var byHour: [Int: [Double]] = [:]
        for round in rounds {
            let hour = CampaignSchedule.hour(of: round.time, timeZone: goal.timeZone)
            byHour[Int(schedule.day(of: round.time)) * 24 + hour, default: []].append(round.consensus)
        }
        // 1970-01-01 was a Thursday, three days after a Monday.
        let byDay = Dictionary(grouping: byHour) { Int(($0.key / 24)) + 3 }.mapValues { $0.flatMap(\.value) }
        var dice = SplitMix64(seed: SplitMix64.seed(goal.seed, "patterns"))
        let hours = CyclePattern(byHour.mapValues { Self.median($0) }, length: 24, using: &dice)
        let weekdays = CyclePattern(byDay.mapValues { Self.median($0) }, length: 7, using: &dice)
        let tested = [hours, weekdays].compactMap(\.self)
        let rates = MultipleTesting.benjaminiHochberg(tested.map(\.p))
        let word = goal.objective.direction == .lower ? "lowest" : "least"
        var sentences: [String] = []
        for (pattern, rate) in zip(tested, rates) {
            guard let rate, rate <= 0.1,
                let best = pattern.effects.indices.min(by: { pattern.effects[$0] < pattern.effects[$1] })
            else { continue }
            sentences.append(
                pattern.length == 24
                    ? "The \(goal.objective.metric) is \(word) at \(best) o'clock, against the day's mean."
                    : "The \(goal.objective.metric) is \(word) on \(Self.weekdays[best]), against the week's mean."
            )
        }
        return PatternsFinding(sentences: sentences, trials: rounds.count)
    }

    private static let weekdays = [
        "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays",
    ]
}
