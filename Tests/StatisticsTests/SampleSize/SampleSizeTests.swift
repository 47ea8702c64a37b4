// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Statistics

struct SampleSizeTests {
    /// Figures of statsmodels 0.15.0 (proportions by the formula of Fleiss, arcsine and t by their solvers).
    @Test(arguments: [
        (0.19, 0.05, 27_275.950_154_525_268, 27_273.421_853_705_986),
        (0.02, 0.1, 80_681.380_282_408_08, 80_637.230_385_655_09),
        (0.448, 0.01, 193_595.924_780_872_13, 193_595.282_118_869_68),
    ])
    func `sizes for proportions are the reference's`(
        baseline: Double,
        lift: Double,
        pooled: Double,
        arcsine: Double
    ) throws {
        let plan = try ProportionSampleSize(baseline: baseline, target: PowerTarget())
        let rate = baseline * (1 + lift)
        #expect(isClose(plan.unitsPooled(rate: rate), pooled, relative: 1e-10))
        #expect(isClose(plan.unitsArcsine(rate: rate), arcsine, relative: 1e-10))
        #expect(isClose(plan.detectableRate(controlUnits: pooled), rate, relative: 1e-9))
        let power = try #require(plan.power(rate: rate, controlUnits: pooled))
        #expect((power - 0.8).magnitude < 1e-5)
    }

    @Test(arguments: [(0.1, 1_570.733_043_052_003_7), (0.2, 393.405_693_000_252_6), (0.5, 63.765_610_588_911_69)])
    func `sizes for means are the reference's`(effect: Double, units: Double) throws {
        let plan = try MeanSampleSize(standardDeviation: 3, target: PowerTarget())
        // The reference's solver stops up to 6e-9 from the root; at our sizes an independent quadrature of the
        // noncentral t over its chi-squared gives a power of 0.8 to 2e-14, at its sizes to 2e-9.
        #expect(isClose(plan.units(difference: -3 * effect), units, relative: 1e-8))
        #expect(isClose(plan.detectableDifference(controlUnits: units), 3 * effect, relative: 1e-8))
        let found = try #require(plan.units(difference: 3 * effect))
        #expect(isClose(plan.power(difference: 3 * effect, controlUnits: found), 0.8, relative: 1e-12))
    }

    @Test func `twice the treatment's units ask fewer of the control`() throws {
        let even = try ProportionSampleSize(baseline: 0.1, target: PowerTarget())
        let uneven = try ProportionSampleSize(baseline: 0.1, target: PowerTarget(allocation: 2))
        let a = try #require(even.unitsPooled(rate: 0.12))
        let b = try #require(uneven.unitsPooled(rate: 0.12))
        #expect(b < a && 3 * b > 2 * a)
        let means = try MeanSampleSize(standardDeviation: 1, target: PowerTarget(allocation: 3))
        #expect((try #require(means.units(difference: 0.2))) < 393)
    }

    @Test func `events in groups need as much more exposure as they are dispersed`() throws {
        let single = try RateSampleSize(baseline: 0.5, target: PowerTarget())
        let grouped = try RateSampleSize(baseline: 0.5, dispersion: 2.5, target: PowerTarget())
        let a = try #require(single.exposure(rate: 0.55))
        #expect(isClose(grouped.exposure(rate: 0.55), 2.5 * a))
        #expect(isClose(single.detectableRate(controlExposure: a), 0.55, relative: 1e-8))
    }

    @Test func `what cannot be planned is nil or an error`() throws {
        let plan = try ProportionSampleSize(baseline: 0.5, target: PowerTarget())
        #expect(plan.unitsPooled(rate: 0.5) == nil && plan.unitsPooled(rate: 1.2) == nil)
        #expect(plan.unitsArcsine(rate: 0) == nil)
        #expect(throws: StatisticsError.self) { try ProportionSampleSize(baseline: 1, target: PowerTarget()) }
        #expect(throws: StatisticsError.self) { try PowerTarget(level: 0.05, power: 0.01) }
        #expect(throws: StatisticsError.self) { try PowerTarget(allocation: 0) }
        #expect(throws: StatisticsError.self) { try MeanSampleSize(standardDeviation: 0, target: PowerTarget()) }
        #expect(throws: StatisticsError.self) { try RateSampleSize(baseline: .nan, target: PowerTarget()) }
    }
}
