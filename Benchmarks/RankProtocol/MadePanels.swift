// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Statistics

/// Panels that are made up: charts of products with lives of their own, in which intervals are checked on more origins than any real panel has.
enum MadePanels {
    /// What kind of list is made.
    enum Kind: String, CaseIterable {
        /// Four lists of 100 by days for 18 days: noisy, with few that come and go.
        case young
        /// One list of 100 by weeks: products rise, peak, fall and leave.
        case weekly
        /// Four lists of ten by weeks.
        case short

        var depth: Int { self == .short ? 10 : 100 }
        var lists: Int { self == .weekly ? 1 : 4 }
        var steps: Int { self == .young ? 18 : 156 }
        var horizons: [Int] { self == .young ? [1, 4, 7] : [1, 4] }
        /// The first origin, and how far apart they are.
        var origins: (first: Int, every: Int) { self == .young ? (5, 1) : (100, 8) }
    }

    /// Makes a panel from a seed.
    static func panel(_ kind: Kind, seed: UInt64) throws -> NamedPanel {
        var generator = SplitMix64(seed: seed)
        var looks: [RankLook] = []
        for list in 0..<kind.lists {
            var chart = Chart(kind, using: &generator)
            for step in 0..<(kind.steps + 20) {
                let order = chart.next(using: &generator)
                guard step >= 20 else { continue }
                for (place, name) in order.prefix(kind.depth).enumerated() {
                    looks.append(
                        RankLook(
                            series: RankSeriesKey(product: "\(name)", keyword: "list \(list)"),
                            observer: "made",
                            time: step - 20,
                            outcome: .listed(place + 1)
                        )
                    )
                }
            }
        }
        return NamedPanel(
            name: "made \(kind.rawValue) \(seed)",
            panel: try RankPanel(looks, depth: kind.depth, wholeLists: true),
            dates: (0..<kind.steps).map { String(format: "%04d", $0) },
            horizons: kind.horizons
        )
    }

    /// One list's products.
    private struct Chart {
        private struct Product {
            let name: Int
            var age = 0
            var power: Double
            let rise: Int
        }

        private let kind: Kind
        private let churn: Double
        private let drift: Double
        private let noise: Double
        private var products: [Product] = []
        private var next = 0

        init(_ kind: Kind, using generator: inout SplitMix64) {
            self.kind = kind
            let isYoung = kind == .young
            churn = Double.random(in: isYoung ? 0.5...3 : 2...6, using: &generator) * Double(kind.depth) / 100
            drift = Double.random(in: isYoung ? 0.02...0.06 : 0.04...0.1, using: &generator)
            noise = Double.random(in: isYoung ? 0.05...0.2 : 0.01...0.06, using: &generator)
            for _ in 0..<(2 * kind.depth) { enter(using: &generator) }
        }

        private mutating func enter(using generator: inout SplitMix64) {
            let power = 1.2 * normal(using: &generator)
            products.append(Product(name: next, power: power, rise: Int.random(in: 1...6, using: &generator)))
            next += 1
        }

        /// The order after one more step.
        mutating func next(using generator: inout SplitMix64) -> [Int] {
            // some days are busier than others, which hits all products at once
            let busy = exp(0.3 * normal(using: &generator))
            let new = churn * busy
            for _ in 0..<(Int(new) + (Double.random(in: 0..<1, using: &generator) < new - new.rounded(.down) ? 1 : 0)) {
                enter(using: &generator)
            }
            for index in products.indices {
                products[index].age += 1
                let trend = products[index].age <= products[index].rise ? 0.25 : -0.04
                products[index].power += (kind == .young ? 0 : trend) + drift * busy * normal(using: &generator)
            }
            let seen = products.map { ($0.name, $0.power + noise * busy * normal(using: &generator)) }
            products.sort { $0.power > $1.power }
            if products.count > 3 * kind.depth { products.removeLast(products.count - 3 * kind.depth) }
            return seen.sorted { ($0.1, $0.0) > ($1.1, $1.0) }.map(\.0)
        }
    }

    /// A number from the standard normal distribution.
    private static func normal(using generator: inout SplitMix64) -> Double {
        let first = 1 - Double.random(in: 0..<1, using: &generator)
        return (-2 * log(first)).squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
    }
}
