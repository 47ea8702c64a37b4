// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

struct OverlapProcessTests {
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
        levelCounts: [2, 2, 2, 2],
        isOrdinal: [false, false, false, false],
        pairs: false
    )

    /// The parity of three factors: neither main effects nor pairs hold it.
    private func parity(_ code: Int) -> Double {
        (code & 1) ^ (code >> 1 & 1) ^ (code >> 2 & 1) == 0 ? 1 : -1
    }

    private func levels(_ code: Int) -> [Int] { (0..<4).map { code >> $0 & 1 } }

    @Test func `an interaction of three factors is predicted where a fourth makes no difference`() throws {
        let seen = (0..<16).filter { $0 != 5 && $0 != 10 }
        let process = try OverlapProcess(
            layout: layout,
            seen.flatMap { code in
                [0.05, -0.05].map { EffectObservation(levels: levels(code), response: parity(code) + $0) }
            },
            steps: 60
        )
        #expect(process.belief(of: levels(5)).mean * parity(5) > 0.3)
        #expect(process.belief(of: levels(10)).mean * parity(10) > 0.3)
        #expect(abs(process.belief(of: levels(3)).mean - parity(3)) < 0.3)
    }

    @Test func `draws have the mean and the deviation that are believed`() throws {
        let process = try OverlapProcess(
            layout: layout,
            (0..<8).map { EffectObservation(levels: levels($0), response: parity($0)) }
        )
        var generator = Generator(state: 1)
        let draws = try process.draws(of: [levels(2), levels(13)], count: 4_000, using: &generator)
        for (place, code) in [2, 13].enumerated() {
            let belief = process.belief(of: levels(code))
            let mean = draws.reduce(0) { $0 + $1[place] } / 4_000
            let variance = draws.reduce(0) { $0 + ($1[place] - mean) * ($1[place] - mean) } / 3_999
            #expect(abs(mean - belief.mean) < 0.15)
            #expect(abs(variance.squareRoot() - belief.variance.squareRoot()) < 0.15)
        }
    }

    @Test func `a response that is not a number is refused`() {
        #expect(throws: StatisticsError.self) {
            try OverlapProcess(
                layout: layout,
                [EffectObservation(levels: [0, 0, 0, 0], response: .infinity)]
            )
        }
    }
}
