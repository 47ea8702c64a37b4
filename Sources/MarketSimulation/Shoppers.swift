// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How shoppers come, look and buy.
enum Shoppers {
    /// Searches by hour of the day against the average hour: a trough before dawn, a rise at noon, a peak in the evening.
    private static let hours: [Double] = {
        let weights = [
            0.90, 0.55, 0.33, 0.22, 0.18, 0.20, 0.33, 0.55, 0.80, 1.05, 1.20, 1.25,
            1.25, 1.25, 1.25, 1.22, 1.18, 1.15, 1.15, 1.25, 1.45, 1.60, 1.60, 1.30,
        ]
        let mean = weights.reduce(0, +) / Double(weights.count)
        return weights.map { $0 / mean }
    }()

    /// Searches by day of the week, Monday first, against the average day: most on Monday, fewest on Saturday.
    private static let weekdays: [Double] = {
        let weights = [1.10, 1.06, 1.03, 1.01, 0.96, 0.87, 0.97]
        let mean = weights.reduce(0, +) / Double(weights.count)
        return weights.map { $0 / mean }
    }()

    /// Searches for a keyword in one step that ends at a local time.
    static func searches(atLocalMilliseconds local: Int64) -> Double {
        let day = Int64(86_400_000)
        let middle = local - MarketParameters.stepMilliseconds / 2
        let ofDay = ((middle % day) + day) % day
        let days = (middle - ofDay) / day
        let weekday = Int(((days + 3) % 7 + 7) % 7)
        let steps = Double(day) / Double(MarketParameters.stepMilliseconds)
        return MarketParameters.searchesPerDay / steps * hours[Int(ofDay / 3_600_000)] * weekdays[weekday]
    }

    /// The share of searches in which a listing is looked at: by its place, and by its paid placement.
    static func visibility(rank: Double, bidRatio: Double) -> Double {
        min(1, pow(max(rank, 1), -MarketParameters.positionDecay) + MarketParameters.adVisibility * bidRatio)
    }
}

/// What shoppers make of one combination on a listing.
struct Offer: Hashable, Sendable {
    /// The strength in the ranking, in standard deviations of the combinations.
    var strength: Double
    /// Clicks per impression.
    var clickRate: Double
    /// Orders per click.
    var conversionRate: Double
    /// The money of a sale.
    var sale: Economics.Sale

    /// Clicks and weighted orders per search at a rank: what popularity accumulates.
    func attention(rank: Double) -> Double {
        let clicks = Shoppers.visibility(rank: rank, bidRatio: sale.bidRatio) * clickRate
        return clicks * (1 + MarketParameters.orderWeight * conversionRate)
    }
}
