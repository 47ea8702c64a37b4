// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Statistics

/// Reference values from SciPy 1.17.1: `scipy.stats.ncf.sf(x, df1, df2, nc)` and `f.ppf(1 - level, df1, df2)`.
@Suite struct TestPowerTests {
    @Test(arguments: [
        (1, 6, 4.0, 0.05, 5.987377607273699, 0.3910606714827017),
        (1, 14, 8.5, 0.05, 4.600109936669422, 0.7737097654851839),
        (2, 15, 10.0, 0.05, 3.682320343673241, 0.7257209329622732),
        (3, 20, 12.5, 0.01, 4.938193382310538, 0.5058142743930373),
        (4, 100, 18.0, 0.05, 2.4626149259116406, 0.9315338470877225),
        (7, 8, 30.0, 0.1, 2.624134873561193, 0.9016356596949686),
        (1, 2, 50.0, 0.05, 18.512820512820493, 0.916989925114351),
        (2, 1, 5.0, 0.05, 199.49999999999963, 0.09853240619135072),
    ])
    func `power is that of the noncentral F distribution`(
        numerator: Int,
        denominator: Int,
        noncentrality: Double,
        level: Double,
        critical: Double,
        power: Double
    ) throws {
        let test = try #require(EffectPower(numerator: numerator, denominator: denominator, level: level))
        #expect(abs(test.critical / critical - 1) < 1e-12)
        let found = try #require(test.power(noncentrality: noncentrality))
        #expect(abs(found / power - 1) < 1e-10)
    }

    @Test func `without an effect the power is the level`() throws {
        for (numerator, denominator) in [(1, 1), (2, 7), (4, 100)] {
            let test = try #require(EffectPower(numerator: numerator, denominator: denominator))
            let power = try #require(test.power(noncentrality: 0))
            #expect(abs(power - 0.05) < 1e-12)
        }
    }

    @Test func `the noncentrality that reaches a power reaches it`() throws {
        let test = try #require(EffectPower(numerator: 2, denominator: 15))
        let needed = try #require(test.noncentrality(power: 0.8))
        let power = try #require(test.power(noncentrality: needed))
        #expect(abs(power - 0.8) < 1e-9)
        #expect(test.noncentrality(power: 0.05) == nil && test.noncentrality(power: 1) == nil)
    }

    @Test func `power grows with the effect and stays a probability`() throws {
        let test = try #require(EffectPower(numerator: 3, denominator: 4))
        var last = 0.0
        for step in 0..<60 {
            let power = try #require(test.power(noncentrality: Double(step * step)))
            #expect(power >= last - 1e-12 && power <= 1)
            last = power
        }
        #expect(test.power(noncentrality: .infinity) == nil && test.power(noncentrality: -1) == nil)
        #expect(EffectPower(numerator: 0, denominator: 4) == nil && EffectPower(numerator: 1, denominator: 0) == nil)
        #expect(NoncentralF(numerator: 1, denominator: .nan, noncentrality: 0) == nil)
        let huge = try #require(test.power(noncentrality: 1e8))
        #expect(huge > 0.999)
    }
}
