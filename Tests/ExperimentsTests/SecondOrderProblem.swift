// SPDX-License-Identifier: Apache-2.0
import Domain
import Statistics

@testable import Experiments

/// A seeded problem with main effects and interactions of two factors, noisy units, blocks and trials.
struct SecondOrderProblem {
    static let levelCounts = [2, 3, 3, 3, 3, 3, 3]
    static let units = (1...12).map { "unit \($0)" }

    let space = FactorSpace(levelCounts: levelCounts)
    let control = Combination([Int](repeating: 0, count: levelCounts.count))
    /// The noise-free value of every combination, mean 0 and standard deviation 1 over all.
    private let values: [Combination: Double]
    let best: Double
    private let unitEffects: [Double]
    private let noise: Double

    init(seed: UInt64, interactionShare: Double = 0.3, noise: Double = 1) {
        var generator = SplitMix64(seed: seed)
        let all = space.allCombinations(limit: 5_000) ?? []
        func effects(_ count: Int) -> [Double] {
            (0..<count).map { _ in StandardNormal.sample(using: &generator) }
        }
        let main = Self.levelCounts.map { effects($0) }
        let pairs = (0..<Self.levelCounts.count).map { first in
            (0..<first).map { second in
                Self.centred(effects(Self.levelCounts[first] * Self.levelCounts[second]), Self.levelCounts[second])
            }
        }
        let additive = Self.standardised(
            all.map { combination in combination.levels.enumerated().reduce(0) { $0 + main[$1.offset][$1.element] } }
        )
        let residual = Self.standardised(
            all.map { combination in
                var sum = 0.0
                for first in combination.levels.indices {
                    for second in 0..<first {
                        let cell = combination.levels[first] * Self.levelCounts[second] + combination.levels[second]
                        sum += pairs[first][second][cell]
                    }
                }
                return sum
            }
        )
        let mixed = Self.standardised(
            zip(additive, residual).map {
                $0 * (1 - interactionShare).squareRoot() + $1 * interactionShare.squareRoot()
            }
        )
        values = Dictionary(uniqueKeysWithValues: zip(all, mixed))
        best = mixed.max() ?? 0
        unitEffects = effects(Self.units.count)
        self.noise = noise
    }

    /// Cells without their rows' and columns' means: pure interaction.
    private static func centred(_ cells: [Double], _ columns: Int) -> [Double] {
        let rows = cells.count / columns
        let total = cells.reduce(0, +) / Double(cells.count)
        let rowMeans = (0..<rows).map { row in
            (0..<columns).reduce(0) { $0 + cells[row * columns + $1] } / Double(columns)
        }
        let columnMeans = (0..<columns).map { column in
            (0..<rows).reduce(0) { $0 + cells[$1 * columns + column] } / Double(rows)
        }
        return cells.indices.map { cells[$0] - rowMeans[$0 / columns] - columnMeans[$0 % columns] + total }
    }

    private static func standardised(_ values: [Double]) -> [Double] {
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(values.count)).squareRoot()
        return values.map { ($0 - mean) / deviation }
    }

    /// What is lost by a choice: 0 for the best combination, 1 for a random one on average.
    func regret(of combination: Combination) -> Double {
        (best - (values[combination] ?? 0)) / best
    }

    /// Runs a whole search of `trials` trials, controls included, and returns the regret of its recommendation.
    func regret(
        after trials: Int,
        strategy name: String,
        size: Int = 25,
        replicates: Int = 2,
        seed: UInt64
    ) throws -> Double {
        var generator = SplitMix64(seed: seed)
        var noiseGenerator = SplitMix64(seed: seed &+ 1_000_003)
        var strategy = try Strategies.make(named: name, space: space, control: control, weights: ScoreWeights())
        var done = 0
        var block = 0
        var number = 1
        while done < trials {
            let progress = Double(done) / Double(trials)
            let request = AskRequest(
                generation: number,
                size: size,
                replicates: replicates,
                phase: progress < 0.5 ? .explore : progress < 0.8 ? .optimise : .stabilise
            )
            let proposal = try strategy.ask(request, using: &generator)
            let plan = BlockPlanner.plan(
                members: proposal.members,
                purpose: .search,
                units: Self.units,
                control: control,
                controlsPerBlock: 1,
                blockSize: 10,
                firstBlock: block,
                firstPosition: done,
                limit: trials - done,
                using: &generator
            )
            guard let last = plan.last else { break }
            strategy.tell(outcomes(of: plan, using: &noiseGenerator))
            done += plan.count
            block = last.block + 1
            number += 1
        }
        let choice = Recommendation.choose(try strategy.estimates(), control: control, minimumTrials: 2)
        return regret(of: choice?.combination ?? control)
    }

    /// What planned trials would measure.
    private func outcomes(
        of plan: [BlockPlanner.PlannedTrial],
        using generator: inout SplitMix64
    ) -> [TrialOutcome] {
        var blockEffects: [Int: Double] = [:]
        return plan.map { trial in
            let unit = Self.units.firstIndex(of: trial.unit) ?? 0
            let blockEffect = blockEffects[trial.block] ?? StandardNormal.sample(using: &generator)
            blockEffects[trial.block] = blockEffect
            let error = noise * StandardNormal.sample(using: &generator)
            let value = (values[trial.combination] ?? 0) + unitEffects[unit] + blockEffect + error
            return TrialOutcome(
                combination: trial.combination,
                block: trial.block,
                unit: unit,
                response: (0.5 + 0.05 * value).clampedToUnit,
                succeeded: true,
                guardrailsHeld: true
            )
        }
    }
}
