// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

struct SecondOrderModelTests {
    /// SplitMix64, so that these tests do not hang on the system's generator.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private let layout = EffectLayout(
        levelCounts: [2, 3, 3, 3, 3, 3],
        isOrdinal: [false, true, false, false, true, false]
    )

    /// Factor 1 counts its distance from level 1, and factors 2 and 3 matter together alone.
    private func truth(_ levels: [Int]) -> Double {
        (levels[1] == 1 ? 1.0 : -0.5) + (levels[2] == levels[3] ? 1.0 : -0.5)
    }

    private func observations(_ count: Int, noise: Double, seed: UInt64) -> [EffectObservation] {
        var generator = Generator(state: seed)
        return (0..<count).map { _ in
            let levels = layout.levelCounts.map { Int.random(in: 0..<$0, using: &generator) }
            let response = 10 + truth(levels) + noise * StandardNormal.sample(using: &generator)
            return EffectObservation(levels: levels, response: response)
        }
    }

    @Test func `a planted interaction is found, and others are taken for next to nothing`() throws {
        var generator = Generator(state: 1)
        let posterior = try SecondOrderModel(layout: layout).fit(
            observations(120, noise: 0.5, seed: 2),
            using: &generator
        )
        for (index, group) in layout.groups.enumerated() {
            let isPlanted = (group.first == 1 && group.second == nil) || (group.first == 2 && group.second == 3)
            if isPlanted {
                #expect(posterior.inclusion[index] > 0.95)
            } else if group.second != nil {
                #expect(posterior.inclusion[index] < 0.6)
            }
        }
        let best = posterior.bestExpected(using: &generator)
        #expect(best[1] == 1)
        #expect(best[2] == best[3])
        #expect(abs(posterior.errorVariance - 0.25) < 0.1)
    }

    @Test func `what is predicted of every combination lies within what is said to be unknown`() throws {
        var covered = 0
        var count = 0
        for seed in UInt64(1)...8 {
            var generator = Generator(state: seed)
            let posterior = try SecondOrderModel(layout: layout)
                .fit(observations(60, noise: 0.7, seed: 100 + seed), using: &generator)
            for _ in 0..<50 {
                let levels = layout.levelCounts.map { Int.random(in: 0..<$0, using: &generator) }
                let error = abs(posterior.mean(of: levels) - 10 - truth(levels))
                covered += error <= 1.96 * posterior.deviation(of: levels) ? 1 : 0
                count += 1
            }
        }
        #expect(Double(covered) / Double(count) > 0.88)
    }

    @Test func `the same observations and seed give the same posterior`() throws {
        let data = observations(40, noise: 1, seed: 3)
        var first = Generator(state: 4)
        var second = Generator(state: 4)
        let left = try SecondOrderModel(layout: layout).fit(data, using: &first)
        let right = try SecondOrderModel(layout: layout).fit(data, using: &second)
        #expect(left.draws == right.draws)
        #expect(left.meanTables == right.meanTables)
    }

    @Test func `blocks that shift the response do not pass for effects`() throws {
        let shifted = observations(120, noise: 0.3, seed: 5).enumerated().map { row, observation in
            EffectObservation(
                levels: observation.levels,
                blocks: [row / 20],
                response: observation.response + 3 * Double(row / 20 % 3)
            )
        }
        var generator = Generator(state: 6)
        let posterior = try SecondOrderModel(layout: layout).fit(shifted, using: &generator)
        let good = posterior.mean(of: [0, 1, 0, 0, 0, 0]) - posterior.mean(of: [0, 0, 0, 1, 0, 0])
        #expect(abs(good - 3) < 0.5)
        #expect(posterior.errorVariance < 0.25)
    }

    @Test func `equal responses give equal predictions`() throws {
        let flat = observations(20, noise: 0, seed: 7).map { EffectObservation(levels: $0.levels, response: 4) }
        var generator = Generator(state: 8)
        let posterior = try SecondOrderModel(layout: layout).fit(flat, using: &generator)
        #expect(abs(posterior.mean(of: [0, 0, 0, 0, 0, 0]) - 4) < 1)
        #expect(posterior.deviation(of: [1, 2, 2, 2, 2, 2]).isFinite)
    }

    @Test func `numbers that are not finite and codes that do not exist are refused`() {
        var generator = Generator(state: 9)
        let model = SecondOrderModel(layout: layout)
        let good = EffectObservation(levels: [0, 0, 0, 0, 0, 0], response: 1)
        for wrong in [
            EffectObservation(levels: [0, 0, 0, 0, 0, 0], response: .nan),
            EffectObservation(levels: [2, 0, 0, 0, 0, 0], response: 1),
            EffectObservation(levels: [0, 0], response: 1),
            EffectObservation(levels: [0, 0, 0, 0, 0, 0], response: 1, weight: 0),
        ] {
            #expect(throws: StatisticsError.self) {
                try model.fit([good, wrong], using: &generator)
            }
        }
        #expect(throws: StatisticsError.self) {
            try model.fit([good], using: &generator)
        }
    }

    @Test func `eigenvectors rebuild the matrix they are of`() {
        let matrix: [Double] = [4, 1, 0.5, 1, 3, -1, 0.5, -1, 2]
        var values = matrix
        let vectors = SymmetricEigen.decompose(&values, 3)
        for row in 0..<3 {
            for column in 0..<3 {
                let sum = (0..<3).reduce(0.0) {
                    $0 + vectors[$1 * 3 + row] * values[$1 * 3 + $1] * vectors[$1 * 3 + column]
                }
                #expect(abs(sum - matrix[column * 3 + row]) < 1e-12)
            }
        }
    }

    @Test func `climbing from every start finds the best of all combinations`() {
        let small = EffectLayout(levelCounts: [3, 3, 3], isOrdinal: [false, false, false])
        var generator = Generator(state: 10)
        let tables = (0..<small.size).map { _ in StandardNormal.sample(using: &generator) }
        var best = -Double.infinity
        for code in 0..<27 {
            best = max(best, small.value(tables[...], of: [code / 9, code / 3 % 3, code % 3]))
        }
        let found = TableAscent(layout: small, tables: tables).maximum(starts: [], random: 20, using: &generator)
        #expect(found.value == best)
    }
}
