// SPDX-License-Identifier: Apache-2.0
import Domain
import Testing

@testable import Experiments

@Suite struct OptimalDesignTests {
    @Test(arguments: [
        ([2, 2, 2], 4), ([Int](repeating: 2, count: 7), 8), ([3, 3, 3, 3], 9), ([Int](repeating: 2, count: 5), 8),
    ])
    func `exchange finds the orthogonal design where there is one`(levels: [Int], runs: Int) throws {
        let design = try #require(OptimalDesign(model: DesignModel(levelCounts: levels), count: runs))
        #expect(abs(design.efficiency - 1) < 1e-9, "\(design.efficiency)")
    }

    @Test func `one level at a time does as well where combinations are too many`() throws {
        let levels = [Int](repeating: 2, count: 11)
        let design = try #require(OptimalDesign(model: DesignModel(levelCounts: levels), count: 12, starts: 30))
        #expect(design.efficiency > 0.9)
        let mixed = try #require(
            OptimalDesign(model: DesignModel(levelCounts: [2] + [Int](repeating: 3, count: 7)), count: 18)
        )
        #expect(mixed.efficiency > 0.85)
    }

    @Test func `efficiency is that of the runs by the definition`() throws {
        let model = DesignModel(levelCounts: [3, 2, 4], interactions: [[0, 1]])
        let design = try #require(OptimalDesign(model: model, count: 14))
        let again = try #require(OptimalDesign.efficiency(of: design.runs, model: model))
        #expect(abs(design.efficiency - again) < 1e-9 && again > 0.8 && again <= 1)
        // A 2×2 factorial with one run twice: |X'X| = 4·4·4·2 - … = 128 by hand for 5 runs, p = 3: 112^(1/3) / 5.
        let runs = [[0, 0], [0, 1], [1, 0], [1, 1], [1, 1]]
        let known = try #require(OptimalDesign.efficiency(of: runs, model: DesignModel(levelCounts: [2, 2])))
        #expect(abs(known * known * known * 125 - 112) < 1e-9)
    }

    @Test func `forbidden combinations are never run`() throws {
        let forbidden = [
            ForbiddenCombination([.init(factor: 0, levels: [0]), .init(factor: 1, levels: [1])]),
            ForbiddenCombination([.init(factor: 2, levels: [3])]),
        ]
        for seed in UInt64(1)...5 {
            let model = DesignModel(levelCounts: [3, 2, 5, 2])
            let all = OptimalDesign(model: model, count: 14, forbidden: forbidden, seed: seed)
            #expect(all == nil)
            let allowed = DesignModel(levelCounts: [3, 2, 4, 2])
            let design = try #require(
                OptimalDesign(model: allowed, count: 12, forbidden: Array(forbidden.prefix(1)), seed: seed)
            )
            #expect(!design.runs.contains { run in forbidden[0].holds(in: run) })
        }
    }

    @Test func `new runs make up for what the existing ones lack`() throws {
        // One factor at a time cannot estimate the interaction; two new runs can.
        let existing = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
        let model = DesignModel(levelCounts: [2, 2, 2], interactions: [[0, 1]])
        let design = try #require(OptimalDesign(model: model, count: 4, existing: existing))
        let assessment = DesignAssessment(model: model, runs: existing + design.runs)
        #expect(assessment.effects.allSatisfy { $0.isEstimable })
        #expect(design.runs.count == 4 && design.efficiency > 0.9)
        #expect(OptimalDesign(model: model, count: 0, existing: existing) == nil)
    }

    @Test func `the seed decides, and too few runs give nothing`() {
        let model = DesignModel(levelCounts: [3, 3, 2])
        #expect(OptimalDesign(model: model, count: 8, seed: 4) == OptimalDesign(model: model, count: 8, seed: 4))
        #expect(OptimalDesign(model: model, count: 5) == nil)
    }
}
