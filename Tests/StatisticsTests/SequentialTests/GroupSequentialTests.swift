// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Statistics

/// Boundaries against published tables.
struct GroupSequentialTests {
    /// Jennison and Turnbull, Group Sequential Methods (2000), tables 2.1 and 2.3, two-sided 5 %, and more digits of them.
    ///
    /// The digits are by composite Gauss-Legendre quadrature (4 panels of 200 nodes) in SciPy; the third of five looks
    /// agrees with SciPy's multivariate normal distribution function to 5e-10.
    @Test(arguments: [
        (looks: 2, pocock: 2.178_272_088_7, obrienFleming: 1.977_430_959_3),
        (looks: 3, pocock: 2.289_478_061_0, obrienFleming: 2.004_035_578_6),
        (looks: 4, pocock: 2.361_297_891_1, obrienFleming: 2.024_295_499_6),
        (looks: 5, pocock: 2.413_176_220_1, obrienFleming: 2.040_073_174_8),
        (looks: 10, pocock: 2.555_012_770_3, obrienFleming: 2.086_502_180_6),
    ])
    func `the constants of Pocock and of O'Brien and Fleming are the published ones`(
        row: (looks: Int, pocock: Double, obrienFleming: Double)
    ) throws {
        let pocock = try GroupSequentialDesign(looks: row.looks, rule: .wangTsiatis(0.5))
        let fleming = try GroupSequentialDesign(looks: row.looks, rule: .wangTsiatis(0))
        #expect(pocock.boundaries.allSatisfy { ($0 - row.pocock).magnitude < 1e-6 })
        let last = try #require(fleming.boundaries.last)
        #expect((last - row.obrienFleming).magnitude < 1e-6)
        #expect((fleming.boundaries[0] - last * Double(row.looks).squareRoot()).magnitude < 1e-9)
        #expect(((fleming.spent.last ?? 0) - 0.05).magnitude < 1e-8)
    }

    /// The five looks that every program for these boundaries prints (Lan and DeMets 1983; Reboussin and others 2000).
    ///
    /// By the same quadrature.
    @Test func `boundaries by spending are the published ones for five equal looks`() throws {
        let fleming = try GroupSequentialDesign(looks: 5)
        for (bound, expected) in zip(
            fleming.boundaries,
            [
                4.876_884_948_776, 3.357_011_921_575, 2.680_280_064_545, 2.289_816_767_712, 2.031_032_043_310,
            ]
        ) {
            #expect((bound - expected).magnitude < 1e-6)
        }
        let pocock = try GroupSequentialDesign(looks: 5, rule: .spending(.pocockLike))
        for (bound, expected) in zip(
            pocock.boundaries,
            [
                2.437_976_688_050, 2.426_813_858_150, 2.410_193_840_271, 2.396_645_400_649, 2.385_984_571_623,
            ]
        ) {
            #expect((bound - expected).magnitude < 1e-6)
        }
    }

    /// Tables 2.2 and 2.4 of Jennison and Turnbull (2000): power 0.8 and 0.9.
    @Test func `the maximal sample sizes are the published multiples`() throws {
        let pocock = try GroupSequentialDesign(looks: 5, rule: .wangTsiatis(0.5))
        let fleming = try GroupSequentialDesign(looks: 5, rule: .wangTsiatis(0))
        let pocockAt80 = try #require(pocock.inflation(power: 0.8))
        #expect((pocockAt80 - 1.229).magnitude < 0.001)
        let pocockAt90 = try #require(pocock.inflation(power: 0.9))
        #expect((pocockAt90 - 1.207).magnitude < 0.0006)
        let flemingAt80 = try #require(fleming.inflation(power: 0.8))
        #expect((flemingAt80 - 1.028).magnitude < 0.0006)
        let flemingAt90 = try #require(fleming.inflation(power: 0.9))
        #expect((flemingAt90 - 1.026).magnitude < 0.0006)
    }

    @Test func `one look is the plain test`() throws {
        let design = try GroupSequentialDesign(looks: 1)
        #expect(isClose(design.boundaries[0], 1.959_963_984_540_054, relative: 1e-9))
        #expect(isClose(design.inflation(power: 0.8), 1, relative: 1e-7))
        let stop = try #require(design.stop(atLook: 1, z: 2.5))
        #expect(isClose(stop.p, StandardNormal.twoSidedP(2.5), relative: 1e-9))
        #expect(isClose(stop.drift, 2.5, relative: 1e-8))
        #expect(isClose(stop.lower, 2.5 - 1.959_963_984_540_054, relative: 1e-7))
        #expect(isClose(stop.upper, 2.5 + 1.959_963_984_540_054, relative: 1e-7))
    }

    @Test func `looks at any times spend the level and no more`() throws {
        for information in [[0.1, 0.15, 0.6, 1], [0.02, 0.5, 0.51, 0.52, 1], [0.3, 0.9, 1]] {
            for rule in [
                SpendingFunction.obrienFlemingLike, .pocockLike, .power(2), .hwangShihDeCani(-4), .hwangShihDeCani(1),
            ] {
                let design = try GroupSequentialDesign(information: information, rule: .spending(rule))
                #expect((design.power(drift: 0) - 0.05).magnitude < 1e-7)
            }
        }
    }

    @Test func `a look that comes early changes no boundary before it`() throws {
        let planned = try GroupSequentialDesign(information: [0.2, 0.4, 0.6, 0.8, 1])
        let moved = try GroupSequentialDesign(information: [0.2, 0.4, 0.5])
        #expect(moved.boundaries[0] == planned.boundaries[0])
        #expect(moved.boundaries[1] == planned.boundaries[1])
        #expect(moved.boundaries[2] > planned.boundaries[2])
    }

    @Test func `stopping on the boundary has the p value that was spent`() throws {
        let design = try GroupSequentialDesign(looks: 5)
        for look in 2...5 {
            let stop = try #require(design.stop(atLook: look, z: design.boundaries[look - 1]))
            #expect(isClose(stop.p, design.spent[look - 1], relative: 1e-6))
        }
        let last = try #require(design.stop(atLook: 5, z: design.boundaries[4]))
        #expect(last.lower.magnitude < 1e-5)
        let mirrored = try #require(design.stop(atLook: 3, z: -3.1))
        let upright = try #require(design.stop(atLook: 3, z: 3.1))
        #expect(isClose(mirrored.p, upright.p, relative: 1e-9))
        #expect(isClose(mirrored.lower, -upright.upper, relative: 1e-6))
    }

    @Test func `the sequential p value is the level at which the boundary is met`() throws {
        let design = try GroupSequentialDesign(looks: 4, level: 0.03)
        let first = Array(design.information.prefix(3))
        let p = try GroupSequentialDesign.sequentialP(information: first, z: design.boundaries[2])
        #expect(isClose(p, 0.03, relative: 1e-6))
        #expect(try GroupSequentialDesign.sequentialP(information: first, z: 0.1) == 1)
    }

    @Test func `giving up early costs the power that was planned and no false positives`() throws {
        let design = try GroupSequentialDesign(looks: 4)
        let futility = try FutilityBoundaries(design: design, power: 0.8)
        #expect(isClose(futility.boundaries.last, design.boundaries.last))
        #expect(futility.drift > (try #require(design.drift(power: 0.8))))
        #expect(zip(futility.boundaries, futility.boundaries.dropFirst()).allSatisfy { $0 < $1 })
        var generator = SeededGenerator(seed: 5)
        var found = 0
        for _ in 0..<20_000 {
            var sum = 0.0
            for look in 0..<4 {
                sum += generator.normal() * 0.5 + futility.drift * 0.25
                let z = sum / design.information[look].squareRoot()
                if z >= design.boundaries[look] {
                    found += 1
                    break
                }
                if z < futility.boundaries[look] { break }
            }
        }
        #expect((Double(found) / 20_000 - 0.8).magnitude < 0.012)
    }

    @Test func `wrong plans are refused with the remedy`() {
        #expect(throws: StatisticsError.self) { try GroupSequentialDesign(looks: 0) }
        #expect(throws: StatisticsError.self) { try GroupSequentialDesign(information: [0.5, 0.4, 1]) }
        #expect(throws: StatisticsError.self) { try GroupSequentialDesign(information: [0.5, 1.2]) }
        #expect(throws: StatisticsError.self) { try GroupSequentialDesign(information: [0.5, .nan]) }
        #expect(throws: StatisticsError.self) { try GroupSequentialDesign(looks: 3, level: 1) }
    }
}
