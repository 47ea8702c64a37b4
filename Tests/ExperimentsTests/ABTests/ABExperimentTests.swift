// SPDX-License-Identifier: Apache-2.0

import Statistics
import Testing

@testable import Experiments

struct ABExperimentTests {
    private func proportion(_ counts: [(Int, Int)], margin: ABMetric.Margin? = nil, name: String = "bought") throws
        -> ABMetricData
    {
        ABMetricData(
            metric: try ABMetric(name: name, kind: .proportion, margin: margin),
            samples: try counts.map { .successes(try BinomialCount(trials: $0.0, successes: $0.1)) }
        )
    }

    private func experiment(_ counts: [(Int, Int)]) throws -> ABExperiment {
        ABExperiment(
            variants: ["control", "b", "c"].prefix(counts.count).map { $0 },
            units: counts.map(\.0),
            shares: counts.map { _ in 1 },
            control: 0,
            metrics: [try proportion(counts)]
        )
    }

    @Test func `a planted sample-ratio mismatch is refused as invalid, however good the metric`() throws {
        let result = try experiment([(10_000, 200), (10_600, 600)]).analyse()
        #expect(result.verdict == .invalid && result.sampleRatio.isMismatch && result.winner == nil)
        #expect(result.comparisons.allSatisfy { $0.verdict == .invalid })
        #expect(result.why.contains("10600 instead of 10300"))
    }

    @Test func `better, worse and inconclusive are told apart, and less may be better`() throws {
        #expect(try experiment([(10_000, 200), (10_000, 300)]).analyse().verdict == .better)
        #expect(try experiment([(10_000, 200), (10_000, 100)]).analyse().verdict == .worse)
        #expect(try experiment([(10_000, 200), (10_000, 205)]).analyse().verdict == .inconclusive)
        var returns = try experiment([(10_000, 300), (10_000, 200)])
        returns.metrics = [
            ABMetricData(
                metric: try ABMetric(name: "returned", kind: .proportion, lowerIsBetter: true),
                samples: returns.metrics[0].samples
            )
        ]
        #expect(try returns.analyse().verdict == .better)
    }

    @Test func `several variants are corrected and the best one wins`() throws {
        let result = try experiment([(10_000, 200), (10_000, 290), (10_000, 340)]).analyse()
        #expect(result.winner == "c" && result.tests == 2)
        let close = try experiment([(10_000, 200), (10_000, 241), (10_000, 201)]).analyse()
        let p = try #require(close.comparisons[0].p)
        #expect(p < 0.05 && close.comparisons[0].adjustedP == 2 * p && close.verdict == .inconclusive)
    }

    @Test func `a guardrail can hold, be unclear, or be breached`() throws {
        var test = try experiment([(50_000, 1_000), (50_000, 1_300)])
        let plain = test.metrics
        test.metrics =
            plain + [try proportion([(50_000, 25_000), (50_000, 25_010)], margin: .relative(0.02), name: "g")]
        #expect(try test.analyse().verdict == .better)
        test.metrics = plain + [try proportion([(50_000, 500), (50_000, 500)], margin: .relative(0.02), name: "g")]
        #expect(try test.analyse().verdict == .inconclusive)
        test.metrics =
            plain + [try proportion([(50_000, 25_000), (50_000, 24_000)], margin: .relative(0.02), name: "g")]
        let breached = try test.analyse()
        #expect(breached.verdict == .worse && breached.why.contains("breached"))
        #expect(breached.tests == 1 && breached.comparisons[1].p == nil)
    }

    @Test func `what is significant at one look need not be among fourteen`() throws {
        var test = try experiment([(6_000, 120), (6_000, 160)])
        #expect(try test.analyse().verdict == .better)
        test.looks = .planned(
            information: [1.0 / 14, 2.0 / 14, 3.0 / 14],
            of: 14,
            rule: .spending(.obrienFlemingLike)
        )
        let third = try test.analyse()
        #expect(third.verdict == .inconclusive && third.why.contains("go on"))
        let look = try #require(third.comparisons[0].sequential)
        #expect(!look.hasStopped && look.stoppedP == nil && look.repeatedInterval?.contains(0) == true)
        test.looks = .unplanned
        #expect(try test.analyse().verdict == .inconclusive)
    }

    @Test func `a test ends when all planned units are in, and says when the last look has fewer`() throws {
        let counts = try [(1_000, 20), (1_000, 21)].map { try BinomialCount(trials: $0.0, successes: $0.1) }
        let metric = ABMetricData(
            metric: try ABMetric(name: "bought", kind: .proportion),
            samples: counts.map { .successes($0) }
        )
        func result(_ information: [Double], of count: Int) throws -> ABResult {
            var test = ABExperiment(
                variants: ["a", "b"],
                units: [1_000, 1_000],
                shares: [1, 1],
                control: 0,
                metrics: [metric]
            )
            test.looks = .planned(information: information, of: count, rule: .spending(.obrienFlemingLike))
            return try test.analyse()
        }
        let full = try result([0.4, 1], of: 3)
        #expect(full.comparisons[0].sequential?.hasStopped == true && !full.why.contains("go on"))
        #expect(full.comparisons[0].sequential?.schedule.count == 2 && full.comparisons[0].more?.basis == .seen)
        let short = try result([0.4, 0.8], of: 2)
        #expect(short.comparisons[0].sequential?.hasStopped == true && short.notes.contains { $0.contains("80 %") })
        let going = try result([0.4, 0.8], of: 3)
        #expect(going.why.contains("go on") && going.comparisons[0].more?.times == 1.25 && going.notes.isEmpty)
    }

    @Test func `planned looks of several variants are corrected too`() throws {
        var test = try experiment([(20_000, 400), (20_000, 560), (20_000, 410)])
        test.looks = .planned(information: [0.5], of: 2, rule: .spending(.obrienFlemingLike))
        let result = try test.analyse()
        #expect(result.winner == "b")
        #expect((result.comparisons[0].adjustedP ?? 1) >= 2 * (result.comparisons[0].p ?? 1) * 0.999_999)
    }

    @Test func `a result that hangs on one unit is inconclusive, and both are shown`() throws {
        var a = [Double](repeating: 1, count: 400)
        var b = [Double](repeating: 1, count: 400)
        for index in 0..<400 {
            a[index] += Double(index % 7) * 0.01
            b[index] += Double(index % 7) * 0.01 + 0.001
        }
        // Enough spread that nothing is told without the one unit, which hides that the treatment is no better.
        a[5] = -30
        var test = ABExperiment(
            variants: ["control", "b"],
            units: [400, 400],
            shares: [1, 1],
            control: 0,
            metrics: [
                ABMetricData(metric: try ABMetric(name: "spent", kind: .mean), samples: [.values(a), .values(b)])
            ]
        )
        let result = try test.analyse()
        let without = try #require(result.comparisons[0].withoutDominant)
        #expect(without.changedUnits == 1 && without.difference < result.comparisons[0].raw.difference)
        #expect(result.notes.contains { $0.contains("1 unit makes up") })
        test.winsorising = 0.99
        #expect(try test.analyse().comparisons[0].decidedBy == "winsorised")
    }

    @Test func `raw and adjusted results stand side by side`() throws {
        let before = (0..<1_000).map { Double(($0 * 37) % 101) }
        let noise = (0..<1_000).map { Double(($0 * 53) % 17) * 0.1 }
        let a = zip(before, noise).map { $0 + $1 }
        let b = zip(before, noise).map { $0 + $1 + 1 }
        let test = ABExperiment(
            variants: ["control", "b"],
            units: [1_000, 1_000],
            shares: [1, 1],
            control: 0,
            metrics: [
                ABMetricData(
                    metric: try ABMetric(name: "revenue", kind: .mean),
                    samples: [.values(a), .values(b)],
                    covariates: [before, before]
                )
            ]
        )
        let result = try test.analyse()
        #expect((result.comparisons[0].raw.p ?? 0) > 0.05)
        #expect(result.verdict == .better && result.comparisons[0].decidedBy == "adjusted")
        #expect((result.comparisons[0].adjusted?.varianceReduction ?? 0) > 0.95)
    }

    @Test func `values that do not vary are inconclusive, not NaN`() throws {
        let same = [Double](repeating: 3, count: 50)
        let test = ABExperiment(
            variants: ["control", "b"],
            units: [50, 50],
            shares: [1, 1],
            control: 0,
            metrics: [
                ABMetricData(metric: try ABMetric(name: "m", kind: .mean), samples: [.values(same), .values(same)])
            ]
        )
        for looks in [ABLooks.once, .unplanned, .planned(information: [0.5], of: 2, rule: .spending(.pocockLike))] {
            var copy = test
            copy.looks = looks
            let result = try copy.analyse()
            #expect(result.verdict == .inconclusive && result.comparisons[0].raw.p == nil)
        }
        #expect(try experiment([(100, 0), (100, 0)]).analyse().verdict == .inconclusive)
    }

    @Test func `wrong experiments are refused`() throws {
        var test = try experiment([(100, 5), (100, 6)])
        test.level = 0.7
        #expect(throws: StatisticsError.self) { try test.analyse() }
        test = try experiment([(100, 5), (100, 6)])
        test.control = 5
        #expect(throws: StatisticsError.self) { try test.analyse() }
        test = try experiment([(100, 5), (100, 6)])
        test.metrics = []
        #expect(throws: StatisticsError.self) { try test.analyse() }
        test = try experiment([(100, 5), (100, 6)])
        test.looks = .planned(information: [0.5, 0.4], of: 3, rule: .spending(.pocockLike))
        #expect(throws: StatisticsError.self) { try test.analyse() }
    }
}
