// SPDX-License-Identifier: Apache-2.0
import Domain
import Foundation
import Statistics
import Testing

@testable import Experiments

@Suite struct BanditTests {
    private typealias Settings = BanditAllocation.Settings

    /// Serves batches by a bandit until it stops; a fifth of each batch is split evenly.
    private func run(
        rates: [Double],
        settings: BanditAllocation.Settings,
        batches: Int,
        size: Int = 500,
        seed: UInt64
    ) throws -> BanditAllocation {
        var bandit = try BanditAllocation(arms: rates.indices.map { "arm \($0)" }, settings: settings, seed: seed)
        var generator = SplitMix64(seed: seed &* 31 &+ 7)
        func serve(_ counts: [Int]) -> [BanditArm] {
            zip(bandit.arms, zip(counts, rates)).map { arm, work in
                var seen = BanditArm(name: arm.name)
                let hits = (0..<work.0).count { _ in Double.random(in: 0..<1, using: &generator) < work.1 }
                seen.add(successes: hits, of: work.0)
                return seen
            }
        }
        for _ in 0..<batches {
            let even = serve(rates.map { _ in size / 5 / rates.count })
            var all = serve(bandit.counts(of: size - size / 5))
            for index in all.indices { all[index].merge(even[index]) }
            try bandit.tell(all: all, evenly: even)
            if bandit.verdict().isDecided { break }
        }
        return bandit
    }

    @Test(arguments: BanditAllocation.Rule.allCases)
    func `the best of three arms is found and served most`(_ rule: BanditAllocation.Rule) throws {
        var right = 0
        for seed in UInt64(1)...12 {
            let bandit = try run(
                rates: [0.1, 0.1, 0.14],
                settings: Settings(rule: rule, draws: 200),
                batches: 25,
                seed: seed
            )
            let verdict = bandit.verdict()
            if verdict.leader == 2 { right += 1 }
            if verdict.isDecided {
                #expect(verdict.reason.contains("no more need be served"))
            }
        }
        #expect(right >= 10, "\(rule): \(right) of 12")
    }

    @Test func `the read-out of the evenly split part is unbiased while the plain means are not`() throws {
        var even = 0.0
        var plain = 0.0
        var covered = 0
        let runs = 120
        for seed in 1...UInt64(runs) {
            let settings = Settings(rule: .thompson, leastShare: 0, certainty: 0.999, draws: 100)
            let bandit = try run(rates: [0.1, 0.1, 0.1], settings: settings, batches: 8, size: 150, seed: seed)
            let interval = try #require(bandit.readOut()[0])
            even += interval.estimate - 0.1
            plain += (bandit.arms[0].mean ?? 0.1) - 0.1
            covered += interval.contains(0.1) ? 1 : 0
        }
        #expect(abs(even / Double(runs)) < 0.005)
        #expect(plain / Double(runs) < -0.004)
        #expect(Double(covered) / Double(runs) > 0.9)
    }

    @Test func `no arm gets less than the least share and shares sum to one`() throws {
        var bandit = try BanditAllocation(arms: ["a", "b", "c"], settings: Settings(leastShare: 0.1), seed: 4)
        #expect(bandit.shares().allSatisfy { abs($0 - 1.0 / 3) < 0.05 })
        let told = [(50, 1_000), (100, 1_000), (200, 1_000)].enumerated().map { index, seen in
            BanditArm(name: bandit.arms[index].name, count: Double(seen.1), sum: Double(seen.0))
        }
        try bandit.tell(all: told, evenly: told)
        let shares = bandit.shares()
        #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
        #expect(shares.allSatisfy { $0 >= 0.1 - 1e-12 })
        #expect(bandit.counts(of: 101).reduce(0, +) == 101)
        #expect(bandit.verdict().isDecided && bandit.verdict().leader == 2)
    }

    @Test func `numbers of unknown variance are told apart, less being better if so said`() throws {
        var bandit = try BanditAllocation(
            arms: ["slow", "fast"],
            settings: Settings(response: .mean, leastCount: 20, direction: .lower),
            seed: 9
        )
        #expect(bandit.shares() == [0.5, 0.5])
        #expect(bandit.readOut() == [nil, nil])
        var generator = SplitMix64(seed: 12)
        var told = bandit.arms
        for _ in 0..<60 {
            told[0].add(10 + StandardNormal.sample(using: &generator))
            told[1].add(9 + 3 * StandardNormal.sample(using: &generator))
        }
        try bandit.tell(all: told, evenly: told)
        #expect(bandit.verdict().leader == 1)
        #expect(bandit.probabilitiesBest()[1] > 0.9)
        #expect(try #require(bandit.readOut()[0]).contains(10))
    }

    @Test func `a stored bandit goes on as the one it was taken from`() throws {
        let bandit = try run(rates: [0.2, 0.25], settings: Settings(draws: 300), batches: 3, seed: 5)
        let stored = try JSONEncoder().encode(bandit)
        let resumed = try JSONDecoder().decode(BanditAllocation.self, from: stored)
        #expect(resumed == bandit)
        #expect(resumed.shares() == bandit.shares())
    }

    @Test func `what no values can be is refused`() throws {
        #expect(throws: ExperimentError.self) { try BanditAllocation(arms: ["a"], seed: 1) }
        #expect(throws: ExperimentError.self) { try BanditAllocation(arms: ["a", "a"], seed: 1) }
        #expect(throws: ExperimentError.self) {
            try BanditAllocation(arms: ["a", "b"], settings: Settings(leastShare: 0.6), seed: 1)
        }
        var bandit = try BanditAllocation(arms: ["a", "b"], seed: 1)
        let impossible = [BanditArm(name: "a", count: 1, sum: 2), BanditArm(name: "b")]
        #expect(throws: ExperimentError.self) { try bandit.tell(all: impossible, evenly: bandit.arms) }
        #expect(throws: ExperimentError.self) { try bandit.tell(all: bandit.arms, evenly: []) }
        let part = [BanditArm(name: "a", count: 5, sum: 1), BanditArm(name: "b")]
        #expect(throws: ExperimentError.self) { try bandit.tell(all: bandit.arms, evenly: part) }
        #expect(bandit.batches == 0)
    }
}
