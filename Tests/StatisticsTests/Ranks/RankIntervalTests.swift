// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

@Suite struct RankIntervalTests {
    /// Whole ranks that move by one or stay, around "no change": most scores are equal.
    private func tied(seed: UInt64, steps: Range<Int>) -> [ConformalBands.Case] {
        var market = RankMarket(seed: seed)
        return steps.flatMap { step in
            (0..<60).map { _ in
                let now = Float(Int.random(in: 2...99, using: &market.generator))
                let move = Float(Int.random(in: -1...1, using: &market.generator))
                return .init(step: step, now: now, raw: .init(lower: now, upper: now), outcome: now + move)
            }
        }
    }

    private func coverage(_ bands: ConformalBands, of cases: [ConformalBands.Case]) -> Double {
        let held = cases.count { item in
            let ends = bands.interval(item.raw, now: item.now)
            return (ends.lower...ends.upper).contains(Double(item.outcome))
        }
        return Double(held) / Double(cases.count)
    }

    @Test func `equal scores do not make intervals hold more than they say`() {
        let bands = ConformalBands(tied(seed: 1, steps: 0..<40), depth: 100, confidence: 0.8)
        let found = coverage(bands, of: tied(seed: 2, steps: 40..<80))
        #expect((0.77...0.83).contains(found), "\(found)")
    }

    @Test func `misses of the panel widen its next intervals`() {
        // The last ten steps move three times as far as the thirty before: the level follows what was missed.
        let calm = tied(seed: 4, steps: 0..<30)
        let wild = tied(seed: 5, steps: 30..<40).map { item in
            ConformalBands.Case(
                step: item.step,
                now: item.now,
                raw: item.raw,
                outcome: min(max(item.now + 3 * (item.outcome - item.now), 1), 100)
            )
        }
        func width(_ cases: [ConformalBands.Case]) -> Double {
            let ends = ConformalBands(cases, depth: 100, confidence: 0.8)
                .interval(.init(lower: 50, upper: 50), now: 50)
            return ends.upper - ends.lower
        }
        #expect(width(calm + wild) >= width(calm) + 2)
    }

    @Test func `newcomers do not stand for products that have been listed since the panel began`() throws {
        var looks: [RankLook] = []
        for product in 0..<40 {
            // Every fifth product is first seen at step 2.
            for step in (product.isMultiple(of: 5) ? 2 : 0)..<12 {
                looks.append(
                    RankLook(
                        series: .init(product: "p\(product)", keyword: "k"),
                        observer: "a",
                        time: step,
                        outcome: .listed(product + 1)
                    )
                )
            }
        }
        var dice = RankMarket.Dice(state: 1)
        let panel = try RankPanel(looks, depth: 50, wholeLists: true)
        let table = RankFeatureTable(RankRuns(panel), steps: 0..<12, limit: 10_000, using: &dice)
        let mature = HorizonModel.mature(Array(0..<table.count), table, minimumHistory: 5)
        func count(_ step: Int) -> Int { mature.count { table.steps[$0] == Int32(step) } }
        #expect([0, 2, 3, 5, 6, 11].map(count) == [32, 32, 32, 32, 40, 40])
    }

    @Test func `a gain four steps ahead counts for less when its steps overlap`() {
        // Four good steps, four bad ones, again and again: neighbours tell the same.
        var method = (one: HorizonModel.Errors(ahead: 1), four: HorizonModel.Errors(ahead: 4))
        var plain = HorizonModel.Errors(ahead: 1)
        for step in 0..<40 {
            plain.bySteps[step] = 10
            let error = step % 8 < 4 ? 8.0 : 11.0
            method.one.bySteps[step] = error
            method.four.bySteps[step] = error
        }
        let naive = method.one.lead(over: plain)
        let honest = method.four.lead(over: plain)
        #expect(naive > 2)
        #expect(honest < 0.8 * naive && honest > 0)
        // Errors that alternate do not count for more than independent ones.
        for step in 0..<40 { method.four.bySteps[step] = step.isMultiple(of: 2) ? 8 : 11 }
        #expect(abs(method.four.lead(over: plain) - naive) < 1e-9)
    }

    @Test func `a small gain that differs much from step to step is no safe one`() {
        func gain(_ mean: Double, _ swing: Double, steps: Int, candidates: Int = 6) -> Double {
            var method = HorizonModel.Errors(ahead: 1)
            var plain = HorizonModel.Errors(ahead: 1)
            for step in 0..<steps {
                plain.bySteps[step] = 100
                plain.sum += 100
                method.bySteps[step] = 100 - mean + (step.isMultiple(of: 2) ? swing : -swing)
            }
            return method.safeGain(over: plain, candidates: candidates)
        }
        // Both gains are 3 % and surely above 0 in the long run; over four steps the second may well be a loss.
        #expect(gain(3, 2, steps: 40) > 0)
        #expect(gain(3, 8, steps: 40) < -0.02)
        #expect(gain(17, 8, steps: 40) > 0)
        // Fewer steps and more candidates make the same gain less safe.
        #expect(gain(3, 2, steps: 8) < gain(3, 2, steps: 40))
        #expect(gain(3, 2, steps: 40, candidates: 60) < gain(3, 2, steps: 40))
        #expect(gain(3, 2, steps: 2) == 0)
    }

    @Test func `what is back after a long absence counts for those below it`() throws {
        var looks: [RankLook] = []
        func list(_ product: String, _ rank: Int, _ steps: [Int]) {
            for step in steps {
                looks.append(
                    RankLook(
                        series: .init(product: product, keyword: "k"),
                        observer: "a",
                        time: step,
                        outcome: .listed(rank)
                    )
                )
            }
        }
        list("top", 1, Array(0..<20))
        list("back", 2, [0, 1, 18, 19])
        list("below", 3, Array(0..<20))
        list("new", 4, [18, 19])
        list("last", 5, Array(0..<20))
        var dice = RankMarket.Dice(state: 1)
        let runs = RankRuns(try RankPanel(looks, depth: 10, wholeLists: true))
        let rows = runs.features(at: 19, minimumHistory: 1, thinnedTo: 1, using: &dice).map(\.row)
        #expect(rows.allSatisfy { $0.count == RankRuns.columns })
        let above = Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[RankRuns.columns - 2]) })
        #expect(above == [1: 0, 2: 0, 3: 1, 4: 1, 5: 1])
        #expect(rows.allSatisfy { $0[RankRuns.columns - 1] == 1 })
    }
}
