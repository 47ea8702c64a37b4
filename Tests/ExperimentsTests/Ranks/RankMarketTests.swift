// SPDX-License-Identifier: Apache-2.0

import Domain
import Foundation
import Statistics
import Testing

@testable import Experiments

@Suite struct RankMarketTests {
    private static let start = Timestamp(milliseconds: 1_767_225_600_000)

    private func normal(_ dice: inout SplitMix64) -> Double {
        let first = 1 - Double.random(in: 0..<1, using: &dice)
        return (-2 * log(first)).squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &dice))
    }

    /// Daily ranks of products about steady levels; from a day on a source may see all of them elsewhere.
    private func sightings(
        products: Int,
        days: Int,
        observers: [String] = ["a"],
        sources: [String] = ["naver"],
        changedFrom: (day: Int, source: String)? = nil,
        seed: UInt64 = 3
    ) -> [RankSighting] {
        var dice = SplitMix64(seed: seed)
        var result: [RankSighting] = []
        for product in 0..<products {
            let level = Double.random(in: 8...40, using: &dice)
            for day in 0..<days {
                for source in sources {
                    let factor = changedFrom.map { $0.source == source && day >= $0.day ? 2.2 : 1 } ?? 1
                    for observer in observers {
                        let rank = Int((level * factor * exp(0.08 * normal(&dice))).rounded())
                        result.append(
                            RankSighting(
                                keyword: "k\(product % 5)",
                                product: "p\(product)",
                                source: source,
                                observer: observer,
                                time: Self.start + .days(day) + .hours(9),
                                rank: rank > 100 ? nil : max(1, rank),
                                depth: 100
                            )
                        )
                    }
                }
            }
        }
        return result
    }

    /// Looks at one list by days; nil is off the list.
    private func looks(_ product: String, _ ranks: [Int?], from day: Int = 0) -> [RankSighting] {
        ranks.enumerated().map { index, rank in
            RankSighting(
                keyword: "lamp",
                product: product,
                source: "file",
                observer: "file",
                time: Self.start + .days(day + index),
                rank: rank,
                depth: 100
            )
        }
    }

    @Test func `an own product off its list is told with since when, its last rank and the chance to return`() throws {
        let ours = looks("ours", Array(repeating: 4, count: 40) + Array(repeating: nil, count: 20))
        // A competitor leaves for one step in five, and is back at the next.
        let rival = looks("rival", (0..<60).map { $0 % 5 == 4 && $0 < 58 ? nil : 20 })
        let own = [RankedProduct(product: "ours", name: "Ours", isOwn: true)]
        let market = try RankMarket(ours + rival, products: own)
        let outlook = try market.outlook(RankOutlookRequest())
        #expect(outlook.lines.map(\.product) == ["rival"])
        let absence = try #require(outlook.absent.first)
        #expect(outlook.absent.count == 1 && absence.isOwn && absence.isOffList && absence.name == "Ours")
        #expect(absence.since == market.calendar.starts[40] && absence.steps == 20)
        #expect(absence.lastRank == 4 && absence.lastListed == market.calendar.starts[39])
        // Of long absences only its own is known, and nobody came back from it: less likely than after a step.
        let long = try #require(absence.returnProbability)
        #expect(absence.returns == 0 && absence.cases == 10 && abs(long - (1 - pow(1 - 0.5 / 11, 4))) < 1e-12)
        let short = try RankMarket(looks("ours", Array(repeating: 4, count: 59) + [nil]) + rival, products: own)
        let soon = try #require(try short.outlook(RankOutlookRequest()).absent.first)
        #expect(soon.returns == 11 && soon.cases == 11 && (soon.returnProbability ?? 0) > 0.99)
    }

    @Test func `a product that was never listed, or not looked at any more, is told as that`() throws {
        let never = looks("never", Array(repeating: nil, count: 10))
        let left = looks("left", Array(repeating: 9, count: 5))
        let rival = looks("rival", Array(repeating: 3, count: 10))
        let own = ["never", "left"].map { RankedProduct(product: $0, name: $0, isOwn: true) }
        let market = try RankMarket(never + left + rival, products: own)
        let absent = market.absences(within: 4)
        #expect(absent.map(\.product) == ["never", "left"] || absent.map(\.product) == ["left", "never"])
        let first = try #require(absent.first { $0.product == "never" })
        #expect(first.isOffList && first.lastRank == nil && first.since == market.calendar.starts[0])
        #expect(first.returnProbability == nil)
        let second = try #require(absent.first { $0.product == "left" })
        #expect(!second.isOffList && second.newest == market.calendar.starts[4] && second.lastRank == 9)
    }

    @Test func `one look is not tested, whatever the variogram expects`() throws {
        let market = try RankMarket(looks("ours", [4]))
        let outlook = try market.outlook(RankOutlookRequest())
        for horizon in outlook.horizons { #expect(!outlook.isTested(at: horizon)) }
    }

    @Test func `of two ranks at one time the later given counts`() throws {
        let market = try RankMarket(looks("ours", [4, 5]) + looks("ours", [9], from: 1))
        #expect(market.panel.outcome(of: 0, at: 1)?.rank == 9)
    }

    @Test func `a source that changes under all keywords is one movement, and quiet ranks are none`() throws {
        let quiet = try RankMarket(sightings(products: 60, days: 50)).movements()
        #expect(quiet.count { $0.kind == .source } == 0)
        #expect(quiet.count <= 2)
        let all = sightings(products: 60, days: 50, sources: ["naver", "other"], changedFrom: (40, "other"))
        let found = try RankMarket(all).movements().filter { $0.time >= Self.start + .days(39) }
        #expect(found.map(\.kind) == [.source])
        #expect(found.first?.source == "other" && found.first?.worse ?? 0 > 40)
        let alert = try #require(found.first?.alert(in: .default, depth: 100))
        #expect(alert.kind == .sourceChanged && alert.id == found.first?.alert(in: .default, depth: 100).id)
    }

    @Test func `steps are found from the times, and holidays are no gaps`() throws {
        let daily = try RankMarket(
            sightings(products: 6, days: 20).filter { $0.time != Self.start + .days(7) + .hours(9) }
        )
        #expect(daily.calendar.unit == .days(1) && daily.calendar.starts.count == 19)
        #expect(daily.calendar.starts.first == Self.start)
        var settings = RankMarket.Settings()
        settings.step = .days(7)
        #expect(try RankMarket(sightings(products: 6, days: 20), settings: settings).calendar.starts.count == 3)
        #expect(throws: Failure.self) { try RankMarket([]) }
    }

    @Test func `several observers make a consensus that is nearer than any, and the faulty one is doubted`() throws {
        var all = sightings(products: 30, days: 30, observers: ["a", "b", "c", "d"])
        var dice = SplitMix64(seed: 5)
        for index in all.indices where all[index].observer == "d" {
            if Int.random(in: 0..<3, using: &dice) == 0 { all[index].rank = Int.random(in: 1...100, using: &dice) }
        }
        let market = try RankMarket(all)
        #expect(market.estimates.count == 30)
        let wrong = try #require(market.observers["naver/d"]?.rate(of: .wrongItem))
        #expect(wrong > 0.15 && wrong > 3 * (market.observers["naver/a"]?.rate(of: .wrongItem) ?? 1))
    }

    @Test func `whole lists take who is missing for off the list`() throws {
        var all: [RankSighting] = []
        for day in 0..<12 {
            for rank in 1...20 {
                let product = day >= 6 && rank == 20 ? "new" : "p\(rank)"
                all.append(
                    RankSighting(
                        keyword: "chart",
                        product: product,
                        source: "s",
                        observer: "s",
                        time: Self.start + .days(day),
                        rank: rank,
                        depth: 20
                    )
                )
            }
        }
        let market = try RankMarket(all)
        #expect(market.hasWholeLists)
        let gone = try #require(market.positions(products: ["p20"], keywords: []).first)
        #expect(market.panel.outcome(of: gone, at: 11) == .offList(depth: 20))
        #expect(market.panel.outcome(of: gone, at: 5) == .listed(20))
    }

    @Test func `an outlook is silent where nothing beats no change, and says so`() throws {
        var request = RankOutlookRequest()
        request.steps = 1
        request.goal = 5
        let all = sightings(products: 20, days: 30).map { sighting in
            var same = sighting
            same.rank = 10 + (Int(sighting.product.dropFirst()) ?? 0)
            return same
        }
        let outlook = try RankMarket(all).outlook(request)
        #expect(outlook.lines.count == 20)
        #expect(outlook.used(at: 1) == nil)
        #expect(outlook.lines.allSatisfy { line in line.points.allSatisfy { $0.rank == nil && $0.lower <= $0.upper } })
        request.goal = 500
        #expect(throws: Failure.self) { try RankMarket(all).outlook(request) }
    }

    @Test func `before five steps everybody who is listed is there, and from when on a forecast can be`() throws {
        var request = RankOutlookRequest()
        request.steps = 2
        let young = try RankMarket(sightings(products: 3, days: 2)).outlook(request)
        #expect(young.lines.count == 3)
        #expect(young.lines.allSatisfy { $0.points.isEmpty && $0.stepsMissing == 3 && $0.goal == nil })
        #expect(!young.isTested(at: 1))
        let note = try #require(young.notes.first)
        #expect(note.hasPrefix("3 of 3 products") && note.contains("the first from 2026-01-05 on"), "\(note)")
        let ripe = try RankMarket(sightings(products: 3, days: 5)).outlook(request)
        #expect(ripe.lines.allSatisfy { $0.points.count == 2 && $0.stepsMissing == 0 } && ripe.notes.isEmpty)
    }

    @Test func `a weekday that differs is told, and the others are not`() throws {
        let all = sightings(products: 12, days: 84).map { sighting in
            var changed = sighting
            let day = Int((sighting.time - Self.start).milliseconds / 86_400_000)
            if sighting.product == "p3", day % 7 == 2 { changed.rank = (sighting.rank ?? 50) * 2 }
            return changed
        }
        let habits = try RankMarket(all).habits()
        #expect(
            habits.first { $0.product == "p3" } != nil && habits.count <= 2,
            "a rate of 10 % lets a false one in at times"
        )
        let own = habits.first { $0.product == "p3" }
        #expect(own?.cycle == .weekday)
        // 2026-01-01 was a Thursday, so two days later is a Saturday.
        #expect(own.map { habit in habit.shares.indices.max { habit.shares[$0] < habit.shares[$1] } } == 5)
    }
}
