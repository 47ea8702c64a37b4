// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation

/// What a combination means in money: the price that a shopper pays, and what a sale leaves.
struct Economics: Sendable {
    /// What one level of one factor does to the money of a sale.
    struct LevelMoney: Sendable {
        /// The list price; nil unless the factor is the price.
        var price: Double?
        /// What a coupon takes off, as a share of the price.
        var discount = 0.0
        /// The fee that the shopper pays for shipping, as a share of its cost.
        var shippingFee: Double?
        /// The bid against the control's.
        var bidRatio: Double?
        /// Points of margin that a level without a known meaning costs or saves.
        var margin = 0.0
    }

    /// What one sale of a combination is worth.
    struct Sale: Hashable, Sendable {
        /// The list price less the coupon.
        var netPrice: Double
        /// What is left of the net price after goods, fee, shipping and ads, as a share of it.
        var margin: Double
        /// What ads cost, as a share of the net price.
        var adShare: Double
        /// The ad bid against the control's.
        var bidRatio: Double
    }

    let money: [[LevelMoney]]
    let price: Double
    /// What the goods of one sale cost.
    let goods: Double
    /// The price that a shopper pays under the control.
    let controlNetPrice: Double

    /// Reads the factors of a goal; the cost of goods is set so that the control leaves the margin that is asked for.
    init(goal: Goal, seed: UInt64) {
        var generator = SplitMix64(seed: SplitMix64.seed(seed, "economics"))
        let roles = goal.factors.map { FactorRole(name: $0.name) }
        let price = Self.controlPrice(of: goal, roles: roles)
        let hasMoney = zip(goal.factors, roles).contains { $1.isMoney && $1.numbers(of: $0.levels) != nil }
        let money = zip(goal.factors, roles).map { factor, role in
            let drawn = factor.levels.map { _ in generator.roughNormal() * (hasMoney ? 0.01 : 0.04) }
            return Self.money(of: factor, role: role, price: price, drawn: drawn)
        }
        let floor = goal.guardrails.first { $0.metric == MarketMetric.margin }?.minimum ?? 0.1
        let margin = min(0.7, max(MarketParameters.controlMargin, floor + 0.12))
        let levels = goal.factors.map(\.control)
        let free = Self.sale(levels, money: money, price: price, goods: 0)
        self.money = money
        self.price = price
        controlNetPrice = free.netPrice
        goods = (free.margin - margin) * free.netPrice
    }

    /// What a sale of a combination is worth.
    func sale(of levels: [Int]) -> Sale {
        Self.sale(levels, money: money, price: price, goods: goods)
    }

    private static func sale(_ levels: [Int], money: [[LevelMoney]], price: Double, goods: Double) -> Sale {
        var list = price
        var discount = 0.0
        var fee = 0.0
        var bidRatio = 1.0
        var points = 0.0
        for (factor, level) in levels.enumerated() {
            let level = money[factor][level]
            list = level.price ?? list
            discount += level.discount
            fee = level.shippingFee ?? fee
            bidRatio = level.bidRatio ?? bidRatio
            points += level.margin
        }
        let net = list * (1 - min(discount, 0.9))
        let adShare = min(0.3, MarketParameters.adShare * bidRatio)
        let shipping = MarketParameters.shippingCost * price * (1 - min(max(fee, 0), 1))
        let left = net * (1 - MarketParameters.marketplaceFee - adShare) - goods - shipping
        return Sale(netPrice: net, margin: left / net + points, adShare: adShare, bidRatio: bidRatio)
    }

    private static func controlPrice(of goal: Goal, roles: [FactorRole]) -> Double {
        for (factor, role) in zip(goal.factors, roles) where role == .price {
            if let numbers = role.numbers(of: factor.levels), numbers.allSatisfy({ $0 > 0 }) {
                return numbers[factor.control]
            }
        }
        if let price = goal.product.price, price.minorUnits > 0 {
            return (0..<price.currency.fractionDigits).reduce(Double(price.minorUnits)) { value, _ in value / 10 }
        }
        return MarketParameters.defaultPrice
    }

    private static func money(of factor: Factor, role: FactorRole, price: Double, drawn: [Double]) -> [LevelMoney] {
        let unknown = drawn.map { LevelMoney(margin: $0) }
        guard let numbers = role.numbers(of: factor.levels), let largest = numbers.map(\.magnitude).max(), largest > 0
        else { return unknown }
        switch role {
        case .price:
            guard numbers.allSatisfy({ $0 > 0 }) else { return unknown }
            return numbers.map { LevelMoney(price: $0) }
        case .coupon:
            let isSwitch = factor.levels.contains { if case .flag = $0 { true } else { false } }
            let unit = isSwitch ? 0.05 : largest <= 1 ? 1 : largest <= 100 ? 0.01 : 1 / price
            return numbers.map { LevelMoney(discount: max(0, $0) * unit) }
        case .shipping:
            return numbers.map { LevelMoney(shippingFee: max(0, $0) / largest) }
        case .adBid:
            let reference = numbers[factor.control] > 0 ? numbers[factor.control] : largest / 2
            return numbers.map { LevelMoney(bidRatio: max(0, $0) / reference) }
        case .adCopy, .title, .image, .review, .other:
            return unknown
        }
    }
}

/// The names under which the market reports its metrics.
enum MarketMetric {
    static let impressions = "impressions"
    static let clicks = "clicks"
    static let clickThroughRate = "click_through_rate"
    static let orders = "orders"
    static let conversionRate = "conversion_rate"
    static let revenue = "revenue"
    static let margin = "margin"
    static let adSpend = "ad_spend"
}
