// SPDX-License-Identifier: Apache-2.0

import Domain
import Testing

struct SplitMix64Tests {
    @Test func `the generator gives the published values`() {
        var generator = SplitMix64(seed: 1_234_567)
        let drawn = (0..<5).map { _ in generator.next() }
        #expect(
            drawn == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ]
        )
    }

    @Test func `a unit number is the first 53 bits as a fraction`() {
        var generator = SplitMix64(seed: 1_234_567)
        #expect(generator.unit() == Double(6_457_827_717_110_365_317 as UInt64 >> 11) / 9_007_199_254_740_992)
    }

    @Test func `a stored state continues the sequence`() throws {
        var generator = SplitMix64(seed: 9)
        _ = generator.next()
        let text = try CanonicalJSON.text(generator)
        var restored = try CanonicalJSON.decode(SplitMix64.self, from: text)
        #expect(restored.next() == generator.next())
    }

    @Test func `a seed depends on its base, on every word and on where words end`() {
        let seeds = [
            SplitMix64.seed(1), SplitMix64.seed(2), SplitMix64.seed(1, "a"), SplitMix64.seed(1, "b"),
            SplitMix64.seed(1, "a", "b"), SplitMix64.seed(1, "b", "a"), SplitMix64.seed(1, "ab"),
            SplitMix64.seed(1, "ab", ""), SplitMix64.seed(1, "", "ab"),
        ]
        #expect(Set(seeds).count == seeds.count)
        #expect(SplitMix64.seed(1, "a", "b") == SplitMix64.seed(1, "a", "b"))
    }
}
