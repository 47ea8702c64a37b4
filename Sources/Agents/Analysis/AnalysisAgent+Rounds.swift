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
        if let forecast = try forecast(rounds, campaign: campaign, schedule: schedule) {
            try await keep(forecast, .forecast, of: campaign.id, in: campaign.workspace)
        }
        let patterns = try patterns(rounds, goal: campaign.goal)
        let learnt = try await storedPatterns(of: campaign.id)
        let whole = (learnt ?? TrialPatternsFinding(sentences: [], trials: patterns.trials))
            .with(roundSentences: patterns.sentences)
        try await keep(whole, .patterns, of: campaign.id, in: campaign.workspace)
        return Done()
    }

    private func forecast(
        _ rounds: [RoundFinding],
        campaign: Campaign,
        schedule: CampaignSchedule
    ) throws -> ForecastFinding? {
        let byDay = Dictionary(grouping: rounds) { schedule.day(of: $0.time) }
        let days = byDay.keys.sorted()
        let daily = days.map { Self.median((byDay[$0] ?? []).map(\.consensus)) }
        guard daily.count >= 10, let last = rounds.last?.time else { return nil }
        let forecast = try Forecast(daily, horizon: 14)
        let points = forecast.points.map { point in
            ForecastFinding.Point(
                time: last + .days(point.step),
                value: point.value,
                interval: point.interval
            )
        }
        let isLower = campaign.goal.objective.direction == .lower
        let reach = campaign.target.flatMap { forecast.reaching($0, lowerIsBetter: isLower) }
        let targetDate = reach?.expected.map { last + .days($0) }
        let summary =
            forecast.skill > 0
            ? "By \(forecast.method.rawValue), which erred \(Int64(clampingFinite: forecast.skill * 100)) % less than no change on the days before."
            : "No method forecast better than no change: the newest level is the best guess."
        return ForecastFinding(
            method: forecast.method.rawValue,
            skill: forecast.skill,
            points: points,
            targetDate: targetDate,
            summary: summary
        )
    }

    /// Hours and weekdays are compared on what is left after each day's (each week's) own median, so that a trend is not taken for a pattern.
    private func patterns(_ rounds: [RoundFinding], goal: Goal) throws -> PatternsFinding {
        let schedule = CampaignSchedule(goal: goal)
        let byDay = Dictionary(grouping: rounds) { schedule.day(of: $0.time) }
        var readings: [RankPattern.Reading] = []
        for day in byDay.keys.sorted() {
            let ofDay = byDay[day] ?? []
            guard ofDay.count >= 24 else { continue }
            let median = Self.median(ofDay.map(\.consensus))
            // 1970-01-01 was a Thursday, weekday 5 where Sunday is 1.
            let weekday = Int(((day + 4) % 7 + 7) % 7) + 1
            for round in ofDay where round.time.milliseconds / 60_000 % 60 < 30 {
                let hour = CampaignSchedule.hour(of: round.time, timeZone: goal.timeZone)
                readings.append(.init(weekday: weekday, hour: hour, rank: round.consensus - median))
            }
        }
        guard readings.count >= 100 else { return PatternsFinding(sentences: [], trials: readings.count) }
        let pattern = try RankPattern(readings)
        var sentences: [String] = []
        if pattern.hour.isReal, let best = pattern.hour.groups.min(by: { $0.median < $1.median }) {
            let word = goal.objective.direction == .lower ? "lowest" : "least"
            sentences.append(
                "The \(goal.objective.metric) is \(word) at \(best.key) o'clock, against the day's median."
            )
        }
        return PatternsFinding(sentences: sentences, trials: readings.count)
    }
}
