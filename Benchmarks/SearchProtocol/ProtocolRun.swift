// SPDX-License-Identifier: Apache-2.0
import Domain
import Experiments
import Foundation
import Statistics

/// One campaign: batches asked for, measured and told, and the strategy's own recommendation after each.
struct ProtocolRun {
    /// What was recommended after some evaluations.
    struct Look: Encodable {
        let n: Int
        let regret: Double
        /// The predicted mean less the true one.
        let overstatement: Double
        /// Whether the 95 % interval holds the true mean.
        let covered: Bool
        /// Milliseconds of the ask before.
        let askMilliseconds: Double
    }

    let problem: Problem
    let strategy: String
    let budget: Int
    let seed: Int
    private(set) var looks: [Look] = []

    init(_ problem: Problem, strategy name: String, budget: Int, batch: Int, seed: Int) throws {
        self.problem = problem
        self.budget = budget
        self.seed = seed
        strategy = name
        let space = FactorSpace(levelCounts: problem.levels, isOrdinal: problem.kinds.map { $0 == "ordinal" })
        // the strategies never propose the control; the optimum of a problem must not be it
        let control = Combination(
            problem.main.map { effects in effects.indices.min { effects[$0] < effects[$1] } ?? 0 }
        )
        var search = try Strategies.make(named: name, problem: SearchProblem(space: space, control: control))
        var generator = SplitMix64(seed: SplitMix64.seed(UInt64(seed), "protocol"))
        var count = 0
        var generation = 1
        while count < budget {
            let clock = ContinuousClock()
            let start = clock.now
            let proposal = try search.ask(
                AskRequest(
                    generation: generation,
                    size: min(batch, budget - count),
                    replicates: 1,
                    phase: .explore,
                    trialsLeft: budget - count
                ),
                using: &generator
            )
            let elapsed = start.duration(to: clock.now).components
            guard !proposal.members.isEmpty else { break }
            var outcomes: [TrialOutcome] = []
            for member in proposal.members {
                for _ in 0..<member.replicates where count < budget {
                    let y = problem.measure(member.combination.levels, seed: seed, index: count)
                    outcomes.append(
                        TrialOutcome(
                            combination: member.combination,
                            block: 0,
                            unit: 0,
                            response: y,
                            succeeded: true,
                            guardrailsHeld: true
                        )
                    )
                    count += 1
                }
            }
            search.tell(outcomes)
            generation += 1
            var other = SplitMix64(seed: SplitMix64.seed(UInt64(seed), "look", "\(count)"))
            let advice = try search.recommend(RecommendationRequest(finalists: 0, draws: 1), using: &other)
            guard let best = advice.bestPredicted else { continue }
            let truth = problem.value(best.combination.levels)
            looks.append(
                Look(
                    n: count,
                    regret: problem.regret(best.combination.levels),
                    overstatement: best.predicted.estimate - truth,
                    covered: best.predicted.lower <= truth && truth <= best.predicted.upper,
                    askMilliseconds: Double(elapsed.seconds) * 1e3 + Double(elapsed.attoseconds) * 1e-15
                )
            )
        }
    }

    /// The first count at which the regret is at most 5 %; nil if there is none.
    var first: Int? { looks.first { $0.regret <= 0.05 }?.n }

    /// The count from which on it stays so; nil if it does not.
    var settled: Int? {
        guard let bad = looks.lastIndex(where: { $0.regret > 0.05 }) else { return looks.first?.n }
        return bad + 1 < looks.count ? looks[bad + 1].n : nil
    }

    /// One line.
    func json() throws -> String {
        struct Line: Encodable {
            let problem: String
            let strategy: String
            let seed: Int
            let first: Int?
            let settled: Int?
            let looks: [Look]
        }
        let line = Line(
            problem: problem.name,
            strategy: strategy,
            seed: seed,
            first: first,
            settled: settled,
            looks: looks
        )
        return try encoded(line)
    }
}

/// The medians and means of several seeds' runs.
struct ProtocolSummary: Encodable {
    struct Point: Encodable {
        let n: Int
        let meanRegret: Double
        let meanOverstatement: Double
        let coverage: Double
    }

    let problem: String
    let strategy: String
    let seeds: Int
    /// Nil when more than half of the runs did not get there.
    let medianFirst: Double?
    let medianSettled: Double?
    let points: [Point]
    let lastAskMilliseconds: Double

    init(_ runs: [ProtocolRun]) {
        problem = runs.first?.problem.name ?? ""
        strategy = runs.first?.strategy ?? ""
        seeds = runs.count
        medianFirst = Self.median(runs.map(\.first))
        medianSettled = Self.median(runs.map(\.settled))
        let wanted: Set<Int> = [54, 108, 198, 306, 504, 756, runs.map(\.budget).max() ?? 0]
        points = wanted.sorted().compactMap { n in
            let looks = runs.compactMap { $0.looks.first { $0.n == n } }
            guard !looks.isEmpty else { return nil }
            let count = Double(looks.count)
            return Point(
                n: n,
                meanRegret: looks.map(\.regret).reduce(0, +) / count,
                meanOverstatement: looks.map(\.overstatement).reduce(0, +) / count,
                coverage: Double(looks.count { $0.covered }) / count
            )
        }
        let lasts = runs.compactMap { $0.looks.last?.askMilliseconds }.sorted()
        lastAskMilliseconds = lasts.isEmpty ? 0 : lasts[lasts.count / 2]
    }

    private static func median(_ counts: [Int?]) -> Double? {
        let sorted = counts.map { $0.map(Double.init) ?? .infinity }.sorted()
        guard !sorted.isEmpty else { return nil }
        let middle = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        return middle.isFinite ? middle : nil
    }

    /// One line.
    func json() throws -> String { try encoded(self) }
}

/// One line of JSON with sorted keys.
func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
