// SPDX-License-Identifier: Apache-2.0
package import Domain
import Foundation
package import Statistics

/// What the next campaign of a goal is expected to measure, from all campaigns before it (A11).
///
/// Values are in the units of the metric and stand for the campaign's average, not for one trial: the median, with the
/// interval in which it lies with 95 % chance if the next campaign differs from the past ones as they differ from each other.
package struct CampaignPrediction: Codable, Sendable, Equatable {
    /// What is predicted of one combination.
    package struct Forecast: Codable, Sendable, Equatable {
        package var combination: Combination
        package var value: Interval
        /// The share of the interval's variance that each cause has, the greatest first.
        package var causes: [Cause]
        /// Levels that no campaign has tried.
        package var untried: [String]
        /// The interval's width over the least that any amount of past data could reach.
        package var widening: Double
    }

    /// One cause of uncertainty.
    package struct Cause: Codable, Sendable, Equatable {
        package var name: String
        package var share: Double
    }

    /// One level against the control of its factor.
    package struct LevelAdvice: Codable, Sendable, Equatable {
        package var factor: String
        package var level: String
        /// Better than the control with this chance in the next campaign.
        package var chanceBetter: Double
        package var campaigns: Int
        package var results: Int
    }

    package var metric: String
    package var direction: Direction
    package var product: String
    /// What the prediction rests on.
    package var campaigns: [CampaignID]
    package var products: Int
    package var results: Int
    /// Whether a campaign of this very product is among them.
    package var knowsProduct: Bool
    package var scale: String
    /// Why there is no prediction: what is needed and what there is; nil when the data support one.
    package var notEnough: String?
    /// The present setting; also given, as what the interval would be, when the data do not support it.
    package var control: Forecast?
    /// The combination with the best prediction among those that were tried; nil when that is the control or none was.
    package var best: Forecast?
    /// The best less the control within the next campaign, on the scale of the model, turned into units at the control's value.
    package var gain: Interval?
    /// The chance that the best beats the control in the next campaign.
    package var chanceBetter: Double?
    /// How alike a level's effect is from campaign to campaign, 0 to 1.
    package var carryOver: Double?
    /// The levels with the clearest effects, at most 5.
    package var levels: [LevelAdvice]
    /// What to begin the next campaign with, in sentences.
    package var advice: [String]
}

/// Fits the model of past campaigns and predicts by it.
package struct CampaignPredictor: Sendable {
    private let past: PastCampaigns
    private let goal: Goal
    private let model: HierarchicalModel?
    private let cluster: Int?
    private let refusal: String?

    /// An interval this many times as wide as the least possible is no prediction.
    package static let widestUse = 2.0
    /// An interval that takes this share of a bounded metric's range is no prediction.
    package static let widestShare = 0.8

    /// The fewest campaigns whose differences say how the next one will differ, within ``widestUse``: Student's interval for
    /// a new one of n is t(n − 1) · √(1 + 1/n) standard deviations.
    ///
    /// It goes by their number alone. Judged by the interval of the very campaigns, those would be told that happen to be
    /// alike, and their intervals would cover too seldom.
    package static let fewestCampaigns: Int =
        (2..<60).first { Self.studentWidening(campaigns: $0) <= widestUse } ?? 60

    private static func studentWidening(campaigns: Int) -> Double {
        let n = Double(campaigns)
        let t = StudentT(degreesOfFreedom: n - 1)?.quantile(0.975) ?? .infinity
        return t * (1 + 1 / n).squareRoot() / 1.96
    }

    /// Fits the model to the past; what does not suffice is told by ``prediction()``, not thrown.
    package init(past: PastCampaigns, goal: Goal) throws(StatisticsError) {
        self.past = past
        self.goal = goal
        let known = past.products.firstIndex(of: PastCampaigns.product(of: goal))
        cluster = known
        let needed =
            "needs 2 campaigns or more that measured '\(goal.objective.metric)' (\(goal.objective.direction.rawValue) "
            + "is better) with \(HierarchicalModel.leastObservations) results in all"
        guard past.campaigns.count >= 2, past.results >= HierarchicalModel.leastObservations else {
            let has = "has \(past.campaigns.count) with \(past.results) results"
            let why =
                past.campaigns.count == 1
                ? "; one campaign alone cannot say how much campaigns differ, so that the interval would have no end"
                : ""
            refusal = "not enough data: \(needed), \(has)\(why)"
            model = nil
            return
        }
        guard let range = past.range, range.lowerBound < range.upperBound else {
            refusal = "not enough data: needs results that differ, has \(past.results) that are all alike"
            model = nil
            return
        }
        refusal = nil
        model = try HierarchicalModel(past.table)
    }

    /// How alike a level's effect is from campaign to campaign, 0 to 1; nil without a model.
    package var carryOver: Double? { model?.carryOver }

    /// The prediction, or why there is none.
    package func prediction() throws(StatisticsError) -> CampaignPrediction {
        var answer = CampaignPrediction(
            metric: goal.objective.metric,
            direction: goal.objective.direction,
            product: PastCampaigns.product(of: goal),
            campaigns: past.campaigns.map(\.id),
            products: past.products.count,
            results: past.results,
            knowsProduct: cluster != nil,
            scale: past.scale.name,
            notEnough: refusal,
            levels: [],
            advice: []
        )
        guard let model else {
            answer.advice = ["Start without a head start: the orthogonal array first, as planned."]
            return answer
        }
        answer.carryOver = model.carryOver
        let control = try forecast(goal.control, model)
        answer.control = control
        answer.notEnough = notEnough(control, model)
        guard answer.notEnough == nil else {
            answer.advice = ["Start without a head start: the orthogonal array first, as planned."]
            return answer
        }
        let best = try bestTried(model)
        if let best, best != goal.control {
            answer.best = try forecast(best, model)
            let query = difference(best, goal.control)
            let predicted = try model.predict(query).interval
            answer.gain = units(predicted, at: control.value.estimate)
            let above = try model.chance(query, above: 0)
            answer.chanceBetter = goal.objective.direction == .higher ? above : 1 - above
        }
        answer.levels = try levels(model)
        answer.advice = try advice(answer, model)
        return answer
    }

    // MARK: Parts

    private func query(_ combination: Combination) -> HierarchicalQuery {
        let (known, unseen) = past.columns(of: combination, goal: goal)
        return HierarchicalQuery(columns: known, unseenColumns: unseen.count, cluster: cluster)
    }

    /// Two combinations of the same next campaign; what they share cancels out.
    private func difference(_ first: Combination, _ second: Combination) -> HierarchicalQuery {
        let one = past.columns(of: first, goal: goal)
        let other = past.columns(of: second, goal: goal)
        var query = HierarchicalQuery(columns: one.known, cluster: cluster)
        query.comparedWith = other.known
        query.unseenColumns = one.unseen.filter { !other.unseen.contains($0) }.count
        query.comparedUnseen = other.unseen.filter { !one.unseen.contains($0) }.count
        return query
    }

    private func forecast(
        _ combination: Combination,
        _ model: HierarchicalModel
    ) throws(StatisticsError) -> CampaignPrediction.Forecast {
        let predicted = try model.predict(query(combination))
        let sources = predicted.sources
        let named = [
            ("campaigns differ", sources.group), ("products differ", sources.cluster),
            ("effects differ between campaigns", sources.deviation), ("levels never tried", sources.unseen),
            ("combinations beyond their levels", sources.combination), ("few data", sources.estimation),
        ]
        let total = named.reduce(0) { $0 + $1.1 }
        let causes = named.filter { $0.1 > 0.005 * total }.sorted { $0.1 > $1.1 }
            .map { CampaignPrediction.Cause(name: $0.0, share: total > 0 ? $0.1 / total : 0) }
        return CampaignPrediction.Forecast(
            combination: combination,
            value: past.scale.back(predicted.interval),
            causes: causes,
            untried: past.columns(of: combination, goal: goal).unseen.map { "\($0.factor)=\($0.level)" },
            widening: predicted.widening
        )
    }

    /// Why a prediction says too little to be one; judged by its interval.
    private func notEnough(_ control: CampaignPrediction.Forecast, _ model: HierarchicalModel) -> String? {
        let interval = "the interval would be \(Self.text(control.value.lower)) to \(Self.text(control.value.upper))"
        let has =
            "has \(past.campaigns.count) of \(past.products.count) \(past.products.count == 1 ? "product" : "products")"
        if past.campaigns.count < Self.fewestCampaigns {
            return
                "not enough data: needs \(Self.fewestCampaigns) campaigns or more, \(has); \(interval), and so few campaigns "
                + "cannot say how much the next one differs"
        }
        if control.widening > Self.widestUse {
            let cause = control.causes.first?.name ?? "few data"
            let times = Self.text(control.widening)
            return
                "not enough data: needs \(wanted(control, model)), \(has); \(interval), \(times) times as wide as more data "
                + "could make it (mostly because of: \(cause))"
        }
        if case .logit(let lower, let upper) = past.scale {
            let share = (control.value.upper - control.value.lower) / (upper - lower)
            if share > Self.widestShare {
                return
                    "not enough data: needs campaigns that agree better, or a narrower metric, has \(past.campaigns.count) that "
                    + "differ too much; \(interval), nearly all that is possible"
            }
        }
        return nil
    }

    /// How many campaigns bring the interval within bounds, by Student's distribution with one group less of freedom.
    private func wanted(_ control: CampaignPrediction.Forecast, _ model: HierarchicalModel) -> String {
        if cluster == nil, past.products.count < 4, past.products.count < past.campaigns.count {
            return "campaigns of about 4 products, or one of this product"
        }
        let have = past.campaigns.count
        var wanted = have + 1
        while wanted < 60, Self.studentWidening(campaigns: wanted) > Self.widestUse { wanted += 1 }
        return "about \(wanted) campaigns or more"
    }

    private func isBetter(_ first: Double, _ second: Double) -> Bool {
        goal.objective.direction.isBetter(first, than: second)
    }

    private func bestTried(_ model: HierarchicalModel) throws(StatisticsError) -> Combination? {
        let space = goal.forbidden
        var best: (combination: Combination, value: Double)?
        for combination in past.tried(in: goal) + [goal.control]
        where !space.contains(where: { $0.holds(in: combination.levels) }) {
            let columns = past.columns(of: combination, goal: goal).known
            let value = columns.reduce(0) { $0 + model.sharedEffect(of: $1) }
            if best.map({ isBetter(value, $0.value) }) ?? true { best = (combination, value) }
        }
        return best?.combination
    }

    /// A difference on the model's scale in units of the metric, counted from a value.
    private func units(_ interval: Interval, at value: Double) -> Interval {
        let base = past.scale.forward(value)
        func turned(_ difference: Double) -> Double { past.scale.back(base + difference) - value }
        return Interval(
            estimate: turned(interval.estimate),
            lower: turned(interval.lower),
            upper: turned(interval.upper),
            confidence: interval.confidence
        )
    }

    private func levels(_ model: HierarchicalModel) throws(StatisticsError) -> [CampaignPrediction.LevelAdvice] {
        var found: [CampaignPrediction.LevelAdvice] = []
        for factor in goal.factors {
            guard let control = past.column(factor: factor, level: factor.control) else { continue }
            for level in factor.levels.indices where level != factor.control {
                guard let column = past.column(factor: factor, level: level) else { continue }
                var query = HierarchicalQuery(columns: [column], cluster: cluster)
                query.comparedWith = [control]
                let above = try model.chance(query, above: 0)
                let use = model.columnUse[column]
                found.append(
                    .init(
                        factor: factor.name,
                        level: factor.levels[level].description,
                        chanceBetter: goal.objective.direction == .higher ? above : 1 - above,
                        campaigns: use.groups,
                        results: use.results
                    )
                )
            }
        }
        return Array(found.sorted { abs($0.chanceBetter - 0.5) > abs($1.chanceBetter - 0.5) }.prefix(5))
    }

    private func advice(
        _ answer: CampaignPrediction,
        _ model: HierarchicalModel
    ) throws(StatisticsError) -> [String] {
        var sentences: [String] = []
        let carry = model.carryOver ?? 0
        let percent = String(format: "%.0f %%", carry * 100)
        if carry >= 0.5 {
            sentences.append(
                "Start from what is known: \(percent) of the variance of levels' effects carries over from campaign to campaign."
            )
        } else {
            sentences.append(
                "Start anew: only \(percent) of the variance of levels' effects carries over from campaign to campaign."
            )
        }
        if answer.best != nil, carry >= 0.5 {
            let chance = answer.chanceBetter ?? 0.5
            sentences.append(
                chance >= 0.8
                    ? "Put the best known combination into the first generation; it beats the present setting with a chance of "
                        + String(format: "%.0f %%.", chance * 100)
                    : "The best known combination is worth one place in the first generation, no more: it beats the present setting "
                        + "with a chance of only \(String(format: "%.0f %%", chance * 100))."
            )
        }
        for level in answer.levels where level.chanceBetter <= 0.05 {
            sentences.append(
                "Leave out \(level.factor)=\(level.level), or try it last: it was worse in \(level.campaigns) "
                    + "\(level.campaigns == 1 ? "campaign" : "campaigns") and \(level.results) results."
            )
        }
        let untried = goal.factors.flatMap { factor in
            factor.levels.indices.filter { past.column(factor: factor, level: $0) == nil }
                .map { "\(factor.name)=\(factor.levels[$0])" }
        }
        if !untried.isEmpty {
            sentences.append("Nothing is known of \(untried.joined(separator: ", ")): give these their trials first.")
        }
        return sentences
    }

    private static func text(_ value: Double) -> String { String(format: "%.4g", value) }
}
