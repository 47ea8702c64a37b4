// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

@Suite struct RankConsensusFilterTests {
    private struct Outcome {
        var error = 0.0
        var medianError = 0.0
        var covered = 0
        var rounds = 0
        var rightFlags = 0
        var flags = 0
    }

    /// Four observers: good, noisy, one that sees 20 % too deep, one that finds a wrong product in 15 % of its looks.
    private func run(seed: UInt64, filter: inout RankConsensusFilter) throws -> Outcome {
        var market = RankMarket(seed: seed)
        var outcome = Outcome()
        for item in 0..<40 {
            var truth = Double.random(in: 3...80, using: &market.generator)
            for time in 0..<25 {
                truth = min(max(truth * (1 + 0.08 * market.generator.normal()), 1), 85)
                let rank = truth.rounded()
                let size = 0.6 + 0.06 * rank
                var looks: [(String, Double, Bool)] = [
                    ("good", rank + 0.5 * size * market.generator.normal(), false),
                    ("noisy", rank + 1.6 * size * market.generator.normal(), false),
                    ("deep", rank * 1.2 + 0.6 * size * market.generator.normal(), false),
                    ("wrong", rank + 0.6 * size * market.generator.normal(), false),
                    ("plain", rank + 0.6 * size * market.generator.normal(), false),
                ]
                if market.generator.uniform() < 0.15 {
                    looks[3] = ("wrong", Double.random(in: 1...100, using: &market.generator), true)
                }
                let round = looks.map { name, value, _ in
                    let place = Int(max(1, value.rounded()))
                    return RankLook(
                        series: RankSeriesKey(product: "p\(item)", keyword: "k"),
                        observer: name,
                        time: time,
                        outcome: place > 100 ? .offList(depth: 100) : .listed(place)
                    )
                }
                let estimate = try filter.observe(round)
                outcome.rounds += 1
                outcome.error += abs(Double(estimate.outcome.atLeast) - rank)
                outcome.medianError += abs(looks.map(\.1).sorted()[2] - rank)
                outcome.covered += estimate.interval.contains(rank) ? 1 : 0
                outcome.flags += estimate.flags.count
                outcome.rightFlags += estimate.flags.contains { $0.observer == "wrong" } && looks[3].2 ? 1 : 0
            }
        }
        return outcome
    }

    @Test func `the consensus beats the median, its interval holds, and faults are flagged`() throws {
        var filter = try RankConsensusFilter(depth: 100)
        let outcome = try run(seed: 3, filter: &filter)
        #expect(outcome.error < 0.75 * outcome.medianError)
        let coverage = Double(outcome.covered) / Double(outcome.rounds)
        #expect((0.74...0.90).contains(coverage), "\(coverage)")
        #expect(Double(outcome.rightFlags) > 0.8 * Double(outcome.flags))
        let bias = try #require(filter.observers["deep"]?.bias)
        #expect(abs(bias - 0.2) < 0.04)
        let good = try #require(filter.observers["good"])
        let noisy = try #require(filter.observers["noisy"])
        #expect(noisy.scatter > 2 * good.scatter)
    }

    @Test func `the same looks give the same estimates in any order of the round`() throws {
        var first = try RankConsensusFilter(depth: 50)
        var second = first
        let looks = [("a", 5), ("b", 7), ("c", 30)].map { name, rank in
            RankLook(series: .init(product: "p", keyword: "k"), observer: name, time: 1, outcome: .listed(rank))
        }
        #expect(try first.observe(looks) == second.observe(looks.reversed()))
    }

    @Test func `not found by all is off the list, not found by one of four is a fault`() throws {
        var filter = try RankConsensusFilter(depth: 100)
        let names = ["a", "b", "c", "d"]
        func round(_ product: String, _ time: Int, _ outcomes: [RankOutcome]) -> [RankLook] {
            zip(names, outcomes).map {
                RankLook(series: .init(product: product, keyword: "k"), observer: $0, time: time, outcome: $1)
            }
        }
        let off = RankOutcome.offList(depth: 100)
        let gone = try filter.observe(round("gone", 0, [off, off, off, off]))
        #expect(gone.outcome == off)
        #expect(gone.offListProbability > 0.9)
        let here = try filter.observe(round("here", 0, [.listed(12), .listed(12), off, .listed(13)]))
        #expect(here.outcome == .listed(12))
        #expect(here.flags.map(\.observer) == ["c"])
        #expect(here.flags.first?.fault == .notFound)
    }

    @Test func `a named anchor has no bias`() throws {
        var filter = try RankConsensusFilter(depth: 100, anchor: "deep")
        _ = try run(seed: 4, filter: &filter)
        #expect(filter.observers["deep"]?.bias == 0)
        #expect((filter.observers["good"]?.bias ?? 0) < -0.1)
    }

    @Test func `impossible rounds are errors that name the value`() throws {
        var filter = try RankConsensusFilter(depth: 10)
        let key = RankSeriesKey(product: "p", keyword: "k")
        func look(_ rank: Int, _ time: Int, _ observer: String = "a") -> RankLook {
            RankLook(series: key, observer: observer, time: time, outcome: .listed(rank))
        }
        #expect(throws: StatisticsError.self) { try filter.observe([]) }
        #expect(throws: StatisticsError.self) { try filter.observe([look(0, 1)]) }
        #expect(throws: StatisticsError.self) { try filter.observe([look(11, 1)]) }
        #expect(throws: StatisticsError.self) { try filter.observe([look(1, .min)]) }
        #expect(throws: StatisticsError.self) { try filter.observe([look(1, 1), look(2, 1)]) }
        _ = try filter.observe([look(1, 1)])
        #expect(throws: StatisticsError.self) { try filter.observe([look(1, 1)]) }
    }
}
