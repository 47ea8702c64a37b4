// SPDX-License-Identifier: Apache-2.0

package import Domain
import Statistics

/// What comes next for a campaign's rank: the forecast of its course by days, and the date of its target as a distribution.
///
/// The course is the median consensus of each day's rounds; the units' own days are what dates of the target are learned from and tested on.
/// A day beyond the depth is off the list. Every horizon is forecast by the method that did best in the back-test of the course, and by "no
/// change" where none beat it (`RankForecaster`).
package struct CampaignOutlook: Sendable {
    /// The steps ahead, in days.
    package static let horizons = [1, 2, 4, 7, 14]
    /// The fewest days of a forecast.
    package static let leastDays = 10

    /// The median of the course by day.
    private let course: [Int64: Double]
    /// By unit: the median by day; depth + 1 stands for "not found".
    private let units: [[Int64: Double]]
    private let depth: Int

    /// Takes in what was seen.
    ///
    /// - Parameters:
    ///   - course: the median consensus by day; depth + 1 stands for "not found".
    ///   - units: the same of each unit.
    ///   - depth: how far was looked.
    package init(course: [Int64: Double], units: [[Int64: Double]], depth: Int) {
        self.course = course
        self.units = units
        self.depth = min(max(depth, 1), RankBook.greatestDepth)
    }

    /// The forecast from the newest day; nil with fewer than ten days.
    ///
    /// - Parameters:
    ///   - target: the rank to reach; nil for none.
    ///   - now: the instant of the newest round, from which days are counted.
    ///   - seed: of the random choices.
    /// - Returns: the finding.
    /// - Throws: `StatisticsError`.
    package func finding(target: Double?, at now: Timestamp, seed: UInt64) throws -> ForecastFinding? {
        guard course.count >= Self.leastDays, let first = course.keys.min(), let last = course.keys.max(),
            last - first < 100_000
        else { return nil }
        var dice = SplitMix64(seed: seed)
        var settings = RankForecaster.Settings()
        settings.horizons = Self.horizons
        let panel = try RankPanel(looks(of: course, named: "", from: first), depth: depth, wholeLists: false)
        let origin = panel.steps - 1
        let fitted = try RankForecaster(panel, settings: settings, using: &dice).fitted(at: origin, using: &dice)
        let forecasts = fitted.forecasts()
        let used = fitted.skills.filter { $0.isUsed && $0.method != .naive }
        let best = used.max { ($0.skill ?? 0) < ($1.skill ?? 0) }
        let goal = try target.flatMap { try goalDate($0, from: first, to: last, at: now, using: &dice) }
        return ForecastFinding(
            method: (best?.method ?? .naive).rawValue,
            skill: best?.skill ?? 0,
            points: forecasts.map { forecast in
                ForecastFinding.Point(
                    time: now + .days(forecast.horizon),
                    value: forecast.rank,
                    interval: forecast.interval,
                    offList: forecast.offListProbability,
                    method: forecast.method.rawValue
                )
            },
            targetDate: goal?.median,
            summary: Self.summary(best),
            depth: depth,
            goal: goal
        )
    }

    private static func summary(_ best: RankForecastSkill?) -> String {
        guard let best else { return "No method forecast better than no change: the newest level is the best guess." }
        let percent = Int(min(max(best.skill ?? 0, 0), 1) * 100)
        return best.isExpected
            ? "By \(best.method.rawValue), which is expected to err \(percent) % less than no change."
            : "By \(best.method.rawValue), which erred \(percent) % less than no change on the days before."
    }

    /// The date of the target from how the units moved day by day; nil where such dates did no better than the share that got there.
    private func goalDate(
        _ target: Double,
        from first: Int64,
        to last: Int64,
        at now: Timestamp,
        using dice: inout SplitMix64
    ) throws -> ForecastFinding.GoalDate? {
        let within = Self.horizons.last ?? 14
        guard target >= 1, target <= Double(depth), let present = course[last], present > target else { return nil }
        let goal = Int(target)
        let looks = units.enumerated().flatMap { self.looks(of: $1, named: "\($0)", from: first) }
        guard !looks.isEmpty else { return nil }
        let panel = try RankPanel(looks, depth: depth, wholeLists: false)
        let skill = try GoalDateSkill(panel, target: goal, steps: within, using: &dice)
        guard skill.isShown else { return nil }
        let dates = try RankTransitions(panel, upTo: panel.steps - 1).reaching(
            goal,
            from: outcome(present),
            before: course[last - 1].map { outcome($0) },
            steps: within,
            using: &dice
        )
        func instant(_ share: Double) -> Timestamp? { dates.step(atProbability: share).map { now + .days($0) } }
        return ForecastFinding.GoalDate(
            probability: dates.reached.last ?? 0,
            within: within,
            early: instant(0.1),
            median: instant(0.5),
            late: instant(0.9)
        )
    }

    private func looks(of days: [Int64: Double], named name: String, from first: Int64) -> [RankLook] {
        days.keys.sorted().compactMap { day in
            guard day >= first, let rank = days[day] else { return nil }
            return RankLook(
                series: RankSeriesKey(product: name, keyword: ""),
                observer: "rounds",
                time: Int(day - first),
                outcome: outcome(rank)
            )
        }
    }

    private func outcome(_ rank: Double) -> RankOutcome {
        guard rank.isFinite, rank < Double(depth) + 0.5 else { return .offList(depth: depth) }
        return .listed(Int(max(1, rank.rounded())))
    }
}
