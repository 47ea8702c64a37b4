// SPDX-License-Identifier: Apache-2.0

import Domain
import Experiments
import Foundation

/// The problems of the optimisers' comparison.
struct ProblemFile: Decodable {
    let problems: [Problem]
}

/// A function of levels with its noise stream and its optimum.
struct Problem: Decodable {
    struct Pair: Decodable {
        let i: Int
        let j: Int
        let table: [[Double]]
    }

    let name: String
    let levels: [Int]
    let kinds: [String]
    let noiseDeviation: Double
    let optimum: Double
    let mean: Double
    let main: [[Double]]
    let inter: [Pair]

    private enum CodingKeys: String, CodingKey {
        case name, levels, kinds, main, inter
        case noiseDeviation = "noise_sd"
        case optimum = "f_opt"
        case mean = "f_mean"
    }

    func value(_ x: [Int]) -> Double {
        var sum = 0.0
        for (factor, level) in x.enumerated() { sum += main[factor][level] }
        for pair in inter { sum += pair.table[x[pair.i]][x[pair.j]] }
        return sum
    }

    func regret(_ x: [Int]) -> Double { (optimum - value(x)) / (optimum - mean) }

    /// The noise of evaluation `k` of run `seed`, as problems.json defines it.
    func noise(seed: UInt64, _ k: Int) -> Double {
        func mixed(_ value: UInt64) -> UInt64 {
            var v = value
            v = (v ^ (v >> 30)) &* 0xBF58_476D_1CE4_E5B9
            v = (v ^ (v >> 27)) &* 0x94D0_49BB_1331_11EB
            return v ^ (v >> 31)
        }
        let base = seed &* 0x9E37_79B9_7F4A_7C15
        let a = base &+ UInt64(2 * k + 1) &* 0xD1B5_4A32_D192_ED03
        let b = base &+ UInt64(2 * k + 2) &* 0xD1B5_4A32_D192_ED03
        let u1 = Double((mixed(a) >> 11) + 1) * 0x1p-53
        let u2 = Double(mixed(b) >> 11) * 0x1p-53
        return noiseDeviation * (-2 * log(u1)).squareRoot() * cos(2 * .pi * u2)
    }
}

/// Runs the genetic strategies by the protocol of the comparison.
struct SearchBenchmark {
    let problem: Problem
    let budget: Int
    let size: Int

    /// Where regret was looked at: evaluations made and regret then.
    private typealias Course = [(evaluations: Int, regret: Double)]

    func run(seeds: UInt64) throws {
        for (name, size) in [("genetic_plain", 50), ("genetic", size)] {
            var observed: [Course] = []
            var recommended: [Course] = []
            let clock = ContinuousClock()
            let start = clock.now
            for seed in 1...max(1, seeds) {
                let (best, own) = try courses(name, size: size, seed: seed)
                observed.append(best)
                recommended.append(own)
            }
            let elapsed = start.duration(to: clock.now)
            print(
                "{\"problem\": \"\(problem.name)\", \"strategy\": \"\(name)\", \"generation\": \(size), "
                    + "\"best_observed\": \(summary(observed)), \"recommended\": \(summary(recommended)), "
                    + "\"seconds\": \(Double(elapsed.components.seconds))}"
            )
        }
    }

    private func courses(_ name: String, size: Int, seed: UInt64) throws -> (Course, Course) {
        let space = FactorSpace(levelCounts: problem.levels, isOrdinal: problem.kinds.map { $0 == "ordinal" })
        let control = Combination(problem.levels.map { _ in 0 })
        var strategy = try Strategies.make(
            named: name,
            problem: SearchProblem(
                space: space,
                control: control,
                weights: ScoreWeights(rank: 1, success: 0, guardrails: 0)
            )
        )
        var generator = SplitMix64(seed: seed &* 7_919 &+ 13)
        var done = 0
        var number = 0
        var top = -Double.infinity
        var incumbent = control.levels
        var best: Course = []
        var own: Course = []
        while done < budget {
            number += 1
            let request = AskRequest(generation: number, size: size, replicates: 1, phase: .explore)
            let proposal = try strategy.ask(request, using: &generator)
            var outcomes: [TrialOutcome] = []
            for member in proposal.members {
                for _ in 0..<member.replicates where done < budget {
                    let x = member.combination.levels
                    let y = problem.value(x) + problem.noise(seed: seed, done)
                    done += 1
                    if y > top {
                        top = y
                        incumbent = x
                    }
                    best.append((done, problem.regret(incumbent)))
                    outcomes.append(
                        TrialOutcome(
                            combination: member.combination,
                            block: 0,
                            unit: 0,
                            response: 0.5 + 0.04 * y,
                            succeeded: true,
                            guardrailsHeld: true
                        )
                    )
                }
            }
            strategy.tell(outcomes)
            guard let model = try strategy.model() else { continue }
            let known = strategy.record.responses.combinations
            let ranked = try known.sorted { try model.expectation(of: $0) > model.expectation(of: $1) }
            let pick = try model.maximiser(in: space, startingFrom: ranked, using: &generator) { _ in true }
            if let pick { own.append((done, problem.regret(pick.levels))) }
        }
        return (best, own)
    }

    private func summary(_ courses: [Course]) -> String {
        let firsts = courses.map { course in course.first { $0.regret <= 0.05 }?.evaluations }
        let settled = courses.map { course -> Int? in
            guard let bad = course.lastIndex(where: { $0.regret > 0.05 }) else { return course.first?.evaluations }
            return bad + 1 < course.count ? course[bad + 1].evaluations : nil
        }
        func median(_ values: [Int?]) -> String {
            let sorted = values.map { $0 ?? .max }.sorted()
            let low = sorted[(sorted.count - 1) / 2]
            let high = sorted[sorted.count / 2]
            return high == .max ? "\">\(budget)\"" : "\((low + high) / 2)"
        }
        func mean(at evaluations: Int) -> String {
            let values = courses.compactMap { course in course.last { $0.evaluations <= evaluations }?.regret }
            guard !values.isEmpty else { return "null" }
            return "\((values.reduce(0, +) / Double(values.count) * 1_000).rounded() / 1_000)"
        }
        let at = [54, 108, 198, 504].map { mean(at: $0) }.joined(separator: ", ")
        return "{\"first\": \(median(firsts)), \"reached\": \(firsts.count { $0 != nil }), "
            + "\"settled\": \(median(settled)), \"regret_at_54_108_198_504\": [\(at)]}"
    }
}
