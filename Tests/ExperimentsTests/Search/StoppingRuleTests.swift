// SPDX-License-Identifier: Apache-2.0
import Domain
import Statistics
import Testing

@testable import Experiments

@Suite struct StoppingRuleTests {
    /// Draws of two independent candidates' means.
    private func draws(_ means: [Double], deviation: Double, count: Int = 4_000) -> [[Double]] {
        var generator = SplitMix64(seed: 11)
        return (0..<count).map { _ in means.map { $0 + deviation * StandardNormal.sample(using: &generator) } }
    }

    private func verdict(
        _ rule: StoppingRule,
        _ draws: [[Double]],
        noise: Double = 0.01,
        trials: Int = 10
    ) throws -> StoppingVerdict {
        var generator = SplitMix64(seed: 7)
        return try rule.verdict(draws: draws, noiseVariance: noise, trials: trials, using: &generator)
    }

    @Test func `the gain of a batch is the known one of two normal beliefs`() throws {
        // Means 0, deviation 0.1 each, measurement variance 0.01·2/10 = 0.002: each updated mean has the variance
        // 0.01²/(0.01 + 0.002), and E max of two independent N(0, s²) is s/√π.
        let spread = (0.01 * 0.01 / 0.012).squareRoot()
        let expected = spread / Double.pi.squareRoot()
        let found = try verdict(StoppingRule(), draws([0, 0], deviation: 0.1))
        #expect(abs(found.expectedGain - expected) < 0.003)
        #expect(abs(found.expectedLoss - 0.1 / Double.pi.squareRoot()) < 0.003)
        #expect(found.isWorthwhile)
    }

    @Test func `prices decide, and the reason says so in words`() throws {
        let beliefs = draws([0, 0], deviation: 0.1)
        let cheap = StoppingRule(prices: .init(perTrial: 10, perUnitOfResponse: 10_000))
        #expect(try verdict(cheap, beliefs).reason.contains("worth their price"))
        #expect(try verdict(cheap, beliefs).isWorthwhile)
        let dear = StoppingRule(prices: .init(perTrial: 100, perUnitOfResponse: 10_000))
        let refused = try verdict(dear, beliefs)
        #expect(!refused.isWorthwhile)
        #expect(refused.reason.contains("not worth their price"))
    }

    @Test func `nothing is gained where the best is sure`() throws {
        let sure = try verdict(StoppingRule(), draws([0, 1], deviation: 0.02))
        #expect(!sure.isWorthwhile && sure.expectedGain < 1e-6)
        #expect(try verdict(StoppingRule(), draws([0.4], deviation: 0.1)).expectedGain == 0)
        #expect(try verdict(StoppingRule(), [[1, 1], [1, 1]]).expectedGain == 0)
    }

    @Test func `wrong draws are refused`() {
        for wrong in [[], [[1.0]], [[1, 2], [1]], [[1, .nan], [1, 2]], [[], []]] as [[[Double]]] {
            #expect(throws: ExperimentError.self) { try verdict(StoppingRule(), wrong) }
        }
        #expect(throws: ExperimentError.self) { try verdict(StoppingRule(), [[1, 2], [2, 1]], noise: -1) }
        #expect(throws: ExperimentError.self) { try verdict(StoppingRule(), [[1, 2], [2, 1]], trials: 0) }
    }
}
