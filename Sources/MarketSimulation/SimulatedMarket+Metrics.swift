// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

extension UnitMarket {
    /// The metrics of the half hours that ended after one instant and not after another.
    func window(from start: Timestamp, to end: Timestamp, setting: MarketSetting) -> [String: Double] {
        let last = min(setting.step(at: end), history.count - 1)
        let first = min(setting.step(at: start), last)
        guard last > first else { return expected(during: end - start) }
        let before = history[first]
        let after = history[last]
        let sum = Totals(
            impressions: after.impressions - before.impressions,
            clicks: after.clicks - before.clicks,
            orders: after.orders - before.orders,
            revenue: after.revenue - before.revenue,
            adSpend: after.adSpend - before.adSpend,
            margin: (after.margin - before.margin) / Double(last - first)
        )
        return Self.metrics(sum)
    }

    private func expected(during span: TimeSpan) -> [String: Double] {
        Self.metrics(presentOffer.expected(rank: Double(rank), days: max(0, span.inDays)), of: presentOffer)
    }

    /// Totals as metrics; rates without a denominator are those of the offer, or 0.
    static func metrics(_ totals: Totals, of offer: Offer? = nil) -> [String: Double] {
        let clickRate = totals.impressions > 0 ? totals.clicks / totals.impressions : offer?.clickRate ?? 0
        let conversionRate = totals.clicks > 0 ? totals.orders / totals.clicks : offer?.conversionRate ?? 0
        return [
            MarketMetric.impressions: totals.impressions,
            MarketMetric.clicks: totals.clicks,
            MarketMetric.clickThroughRate: clickRate,
            MarketMetric.orders: totals.orders,
            MarketMetric.conversionRate: conversionRate,
            MarketMetric.revenue: totals.revenue,
            MarketMetric.margin: totals.margin,
            MarketMetric.adSpend: totals.adSpend,
        ]
    }
}

extension Offer {
    /// What is to be expected of average days at a rank.
    func expected(rank: Double, days: Double) -> UnitMarket.Totals {
        let seen = Shoppers.visibility(rank: rank, bidRatio: sale.bidRatio)
        let impressions = MarketParameters.searchesPerDay * days * seen
        let clicks = impressions * clickRate
        let orders = clicks * conversionRate
        let revenue = orders * sale.netPrice
        return UnitMarket.Totals(
            impressions: impressions,
            clicks: clicks,
            orders: orders,
            revenue: revenue,
            adSpend: revenue * sale.adShare,
            margin: sale.margin
        )
    }
}

extension SimulatedMarket {
    /// Adds the metrics that guardrails name and the model does not know, each with a value well within its bounds.
    func complete(_ metrics: inout [String: Double], for goal: Goal) {
        for guardrail in goal.guardrails where metrics[guardrail.metric] == nil {
            metrics[guardrail.metric] = Self.comfortableValue(of: guardrail)
        }
    }

    private static func comfortableValue(of guardrail: Guardrail) -> Double {
        switch (guardrail.minimum, guardrail.maximum) {
        case (let minimum?, let maximum?): (minimum + maximum) / 2
        case (let minimum?, nil): minimum + max(0.5 * minimum.magnitude, 1)
        case (nil, let maximum?): maximum > 0 ? maximum / 2 : maximum - max(0.5 * maximum.magnitude, 1)
        case (nil, nil): 0
        }
    }

    /// A strength as the value of a metric that is not a rank: positive, and better in the objective's direction.
    ///
    /// The control is 1; with a positive target it is placed so that four fifths of the way to the strongest combination
    /// reach the target.
    func metricValue(ofStrength strength: Double, objective: Objective) -> Double {
        let control = setting.model.surface.strength(of: goal.control.levels)
        let best = setting.model.surface.strength(of: setting.model.strongest)
        let sign = objective.direction == .higher ? 1.0 : -1.0
        let sensitivity = sign * MarketParameters.metricSensitivity
        var base = 1.0
        if let target = objective.target, target > 0 {
            base = target * exp(-sensitivity * 0.8 * max(0, best - control))
        }
        return base * exp(sensitivity * (strength - control))
    }
}
