// SPDX-License-Identifier: Apache-2.0

package import Domain
package import Foundation
package import Statistics

/// The ranks of own products and competitors, step by step, as the observers' looks make them likely.
///
/// Where several observers looked, a step's rank is their consensus (`RankConsensusFilter`); where one did, it is what that one
/// saw. Everything else, changes, forecasts and patterns, rests on these.
package struct RankMarket: Sendable {
    /// What the sightings do not say.
    package struct Settings: Sendable {
        /// The length of a step; nil to find it.
        package var step: TimeSpan?
        /// Whether who is missing from a list is off it; nil to find it: lists whose ranks have hardly a gap are whole.
        package var wholeLists: Bool?
        /// The share of intervals that shall hold the rank.
        package var confidence = 0.8
        /// The observer that is taken for unbiased; nil for the median one.
        package var anchor: String?
        /// Where days begin.
        package var timeZone = TimeZone.gmt

        /// All to be found.
        package init() {}
    }

    package let settings: Settings
    package let calendar: RankCalendar
    /// How far was looked, at most.
    package let depth: Int
    /// Whether who is missing from a list is off it.
    package let hasWholeLists: Bool
    /// The ranks by step.
    package let panel: RankPanel
    /// The products, by product.
    package let products: [String: RankedProduct]
    /// What several observers' looks make likely, by series and step; empty where one observer looked.
    package let estimates: [RankSeriesKey: [RankEstimate]]
    /// What was learned of the observers, by name; empty where one looked.
    package let observers: [String: ObserverModel]
    /// The newest instant at which anything was seen.
    package let newest: Timestamp
    /// By source, then step: what was seen.
    let looks: [RankBook.Look]

    /// Prepares what was seen; throws `Failure` for sightings that cannot be put together.
    package init(
        _ sightings: [RankSighting],
        products: [RankedProduct] = [],
        settings: Settings = Settings()
    ) throws {
        guard let newest = sightings.map(\.time).max() else {
            throw Failure(.notFound, "there are no ranks yet; take some in by 'dure ranks import FILE.csv'")
        }
        self.newest = newest
        self.settings = settings
        self.products = Dictionary(products.map { ($0.product, $0) }) { _, last in last }
        calendar = RankCalendar(sightings, unit: settings.step, timeZone: settings.timeZone)
        depth = min(RankBook.greatestDepth, sightings.map(\.depth).max() ?? 1)
        let book = RankBook(sightings, calendar: calendar, depth: depth, wholeLists: settings.wholeLists)
        hasWholeLists = book.hasWholeLists
        looks = book.looks
        let steps = calendar.starts.count
        let season = calendar.starts.indices.map { [calendar] in calendar.season(of: $0) }
        guard steps <= 100_000 else {
            throw Failure(.invalid, "\(steps) steps of \(calendar.unit); give a longer step, or less time")
        }
        do throws(StatisticsError) {
            let consensus = try RankRounds(book, settings: settings, depth: depth)
            estimates = consensus.estimates
            observers = consensus.observers
            panel = try RankPanel(
                consensus.ranks,
                depth: depth,
                wholeLists: hasWholeLists,
                season: season
            )
        } catch {
            throw Failure(.invalid, "the ranks cannot be put together: \(error)")
        }
    }

    /// What a reader calls a product.
    package func name(of product: String) -> String { products[product]?.name ?? product }

    /// Whether a product is the seller's own.
    package func isOwn(_ product: String) -> Bool { products[product]?.isOwn == true }

    /// The positions in the panel of the series that a person names: products by identifier or name, keywords by name; empty is all.
    package func positions(products named: [String], keywords: [String]) -> [Int] {
        panel.series.indices.filter { position in
            let key = panel.series[position].key
            let isNamed = named.isEmpty || named.contains(key.product) || named.contains(name(of: key.product))
            return isNamed && (keywords.isEmpty || keywords.contains(key.keyword))
        }
    }

    /// The instant of a step counted from the newest one.
    package func time(ahead steps: Int) -> Timestamp {
        (calendar.starts.last ?? newest) + TimeSpan(milliseconds: calendar.unit.milliseconds * Int64(steps))
    }
}
