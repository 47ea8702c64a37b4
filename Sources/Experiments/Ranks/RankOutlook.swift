// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Statistics

/// What comes next for products that are listed now, what is off its list, and how far that can be trusted.
///
/// JSON keys are the names of the properties.
package struct RankOutlook: Sendable, Equatable, Codable {
    /// One product in one list, some steps ahead.
    package struct Point: Sendable, Equatable, Codable {
        /// Steps ahead.
        package var horizon: Int
        package var time: Timestamp
        /// The median rank, were it still listed; nil where no method beats "no change".
        package var rank: Double?
        /// The ends of the interval; depth + 1 means that "off the list" is in it.
        package var lower: Double
        package var upper: Double
        package var offListProbability: Double
        package var method: RankForecastMethod
    }

    /// When a product will first stand at the goal or above, as a distribution.
    package struct GoalDate: Sendable, Equatable, Codable {
        package var goal: Int
        /// The probability that it is met within the steps that were looked at.
        package var probability: Double
        package var within: Int
        /// The first instants by which the probability is 10, 50 and 90 %; nil where it does not come to that.
        package var early: Timestamp?
        package var median: Timestamp?
        package var late: Timestamp?
    }

    /// One product in one list.
    package struct Line: Sendable, Equatable, Codable {
        package var keyword: String
        package var product: String
        package var name: String
        package var isOwn: Bool
        /// The rank at the newest step.
        package var now: Int
        /// Empty for a product with too short a history, whose forecast begins after `stepsMissing` more steps in the list.
        package var points: [Point]
        /// How many more steps in the list a forecast needs; 0 where there is one.
        package var stepsMissing: Int
        /// Nil without a goal, or where the dates did no better than the share of all products in the back-test.
        package var goal: GoalDate?
    }

    /// The newest step, from which it looks ahead.
    package var origin: Timestamp
    /// The length of a step.
    package var step: TimeSpan
    package var depth: Int
    package var confidence: Double
    /// How the methods did in the back-test, by horizon.
    package var skills: [RankForecastSkill]
    /// How the dates of the goal did in the back-test; nil without a goal.
    package var goalSkill: GoalDateSkill?
    /// By keyword, then by rank.
    package var lines: [Line]
    /// What is not in its list now, own products first.
    package var absent: [RankAbsence] = []
    /// What a reader should know, as English sentences.
    package var notes: [String]

    /// The steps ahead.
    package var horizons: [Int] { Set(skills.map(\.horizon)).sorted() }

    /// Whether a back-test told anything of a horizon, or the variogram of a method better than "no change", and some product is old enough.
    package func isTested(at horizon: Int) -> Bool {
        guard lines.isEmpty || lines.contains(where: { $0.stepsMissing <= 0 }) else { return false }
        return skills.contains {
            $0.horizon == horizon && ($0.meanAbsoluteError != nil || $0.isExpected && $0.method != .naive)
        }
    }

    /// The method in use at a horizon with its skill over "no change"; nil where none has any.
    package func used(at horizon: Int) -> RankForecastSkill? {
        skills.first { $0.horizon == horizon && $0.isUsed && $0.method != .naive }
    }
}

/// What a forecast of a market is asked for.
package struct RankOutlookRequest: Sendable {
    /// The greatest number of steps ahead.
    package var steps = 4
    /// The rank to reach; nil without one.
    package var goal: Int?
    /// How many steps to look for it.
    package var within = 30
    package var confidence = 0.8
    /// The positions in the panel; nil for all.
    package var positions: [Int]?
    package var seed: UInt64 = 1

    /// Four steps ahead, no goal.
    package init() {}

    /// The steps ahead that are forecast: 1, 2, 4, 7, 14 and 28 below the greatest, and the greatest.
    package var horizons: [Int] { [1, 2, 4, 7, 14, 28].filter { $0 < steps } + [steps] }
}

extension RankMarket {
    /// Forecasts what is listed at the newest step.
    package func outlook(_ request: RankOutlookRequest) throws -> RankOutlook {
        var settings = RankForecaster.Settings()
        settings.horizons = request.horizons
        settings.confidence = request.confidence
        var dice = SplitMix64(seed: request.seed)
        let origin = panel.steps - 1
        let fitted = try RankForecaster(panel, settings: settings, using: &dice).fitted(at: origin, using: &dice)
        var wanted: Set<RankSeriesKey>?
        if let positions = request.positions { wanted = Set(positions.map { panel.series[$0].key }) }
        var points: [RankSeriesKey: (now: Int, points: [RankOutlook.Point])] = [:]
        for forecast in fitted.forecasts() where wanted?.contains(forecast.series) ?? true {
            let isSilent = forecast.method == .naive
            points[forecast.series, default: (forecast.now, [])].points.append(
                RankOutlook.Point(
                    horizon: forecast.horizon,
                    time: time(ahead: forecast.horizon),
                    rank: isSilent ? nil : forecast.rank,
                    lower: forecast.interval.lower,
                    upper: forecast.interval.upper,
                    offListProbability: forecast.offListProbability,
                    method: forecast.method
                )
            )
        }
        var lines = points.map { key, value in
            RankOutlook.Line(
                keyword: key.keyword,
                product: key.product,
                name: name(of: key.product),
                isOwn: isOwn(key.product),
                now: value.now,
                points: value.points,
                stepsMissing: 0
            )
        }
        lines += fitted.young.filter { wanted?.contains($0.series) ?? true }.map { young in
            RankOutlook.Line(
                keyword: young.series.keyword,
                product: young.series.product,
                name: name(of: young.series.product),
                isOwn: isOwn(young.series.product),
                now: young.now,
                points: [],
                stepsMissing: young.missing
            )
        }
        lines.sort { ($0.keyword, $0.now, $0.product) < ($1.keyword, $1.now, $1.product) }
        var outlook = RankOutlook(
            origin: calendar.starts[origin],
            step: calendar.unit,
            depth: depth,
            confidence: request.confidence,
            skills: fitted.skills,
            goalSkill: nil,
            lines: lines,
            absent: absences(within: request.steps, positions: request.positions),
            notes: []
        )
        outlook.notes = notes(on: outlook.lines, minimum: settings.minimumHistory)
        if let goal = request.goal { try add(goal, request, to: &outlook, using: &dice) }
        return outlook
    }

    private func notes(on lines: [RankOutlook.Line], minimum: Int) -> [String] {
        let young = lines.filter { $0.stepsMissing > 0 }
        guard let least = young.map(\.stepsMissing).min() else { return [] }
        let first = "\(time(ahead: least))"
        return [
            "\(young.count) of \(lines.count) products that are listed now have fewer than \(minimum) ranks in a row and are not forecast yet; "
                + "those that stay listed will be, the first from \(calendar.unit < .days(1) ? first : String(first.prefix(10))) on."
        ]
    }

    private func add(
        _ goal: Int,
        _ request: RankOutlookRequest,
        to outlook: inout RankOutlook,
        using dice: inout SplitMix64
    ) throws {
        guard (1...depth).contains(goal) else {
            throw Failure(.invalid, "--goal: got '\(goal)'; give a rank from 1 to the depth of the lists, \(depth)")
        }
        let skill = try GoalDateSkill(panel, target: goal, steps: request.within, using: &dice)
        outlook.goalSkill = skill
        guard skill.isShown else { return }
        let origin = panel.steps - 1
        let transitions = RankTransitions(panel, upTo: origin)
        let positions = Dictionary(uniqueKeysWithValues: panel.series.enumerated().map { ($1.key, $0) })
        for index in outlook.lines.indices
        where outlook.lines[index].now > goal && outlook.lines[index].stepsMissing == 0 {
            let line = outlook.lines[index]
            let key = RankSeriesKey(product: line.product, keyword: line.keyword)
            let before = positions[key].flatMap { panel.outcome(of: $0, at: origin - 1) }
            let dates = try transitions.reaching(
                goal,
                from: .listed(line.now),
                before: before,
                steps: request.within,
                using: &dice
            )
            func instant(_ share: Double) -> Timestamp? { dates.step(atProbability: share).map { time(ahead: $0) } }
            outlook.lines[index].goal = RankOutlook.GoalDate(
                goal: goal,
                probability: dates.reached.last ?? 0,
                within: request.within,
                early: instant(0.1),
                median: instant(0.5),
                late: instant(0.9)
            )
        }
    }
}
