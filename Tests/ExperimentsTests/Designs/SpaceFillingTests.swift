// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Experiments

@Suite struct SpaceFillingTests {
    /// The first points of the unscrambled sequence, from Joe and Kuo's program (SciPy 1.17 `qmc.Sobol` gives them too).
    @Test func `the sequence begins as published`() throws {
        var sequence = try #require(SobolSequence(dimensions: 5))
        let points = (0..<5).map { _ in sequence.next() }
        #expect(points[0] == [0, 0, 0, 0, 0])
        #expect(points[1] == [0.5, 0.5, 0.5, 0.5, 0.5])
        #expect(points[2] == [0.75, 0.25, 0.25, 0.25, 0.75])
        #expect(points[3] == [0.25, 0.75, 0.75, 0.75, 0.25])
        #expect(points[4] == [0.375, 0.375, 0.625, 0.875, 0.375])
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `every axis and every neighbouring pair of the first ones is balanced, scrambled or not`(seed: UInt64) throws {
        for chosen in [nil, seed] {
            var sequence = try #require(SobolSequence(dimensions: SobolSequence.dimensionLimit, seed: chosen))
            let points = (0..<256).map { _ in sequence.next() }
            for axis in 0..<SobolSequence.dimensionLimit {
                #expect(Set(points.map { Int($0[axis] * 256) }).count == 256, "axis \(axis)")
            }
            // Dimensions 1 and 2 make a net: every rectangle of area 1/256 holds one point.
            for power in 0...8 {
                let cells = points.map {
                    Int($0[0] * Double(1 << power)) * 1_000 + Int($0[1] * Double(1 << (8 - power)))
                }
                #expect(Set(cells).count == 256, "power \(power)")
            }
        }
    }

    @Test func `the seed decides the scrambling, and dimensions are bounded`() throws {
        var first = try #require(SobolSequence(dimensions: 3, seed: 5))
        var again = try #require(SobolSequence(dimensions: 3, seed: 5))
        var other = try #require(SobolSequence(dimensions: 3, seed: 6))
        let points = (0..<8).map { _ in first.next() }
        #expect(points == (0..<8).map { _ in again.next() })
        #expect(points != (0..<8).map { _ in other.next() })
        #expect(SobolSequence(dimensions: 0) == nil && SobolSequence(dimensions: 129) == nil)
    }

    @Test(arguments: [(10, 4), (16, 5), (25, 3), (7, 12), (1, 2), (2, 1)])
    func `a Latin hypercube has one point in each slice of each axis`(count: Int, dimensions: Int) throws {
        let cube = try #require(LatinHypercube(count: count, dimensions: dimensions, seed: 3))
        #expect(cube.points.count == count)
        for axis in 0..<dimensions {
            #expect(Set(cube.points.map { Int($0[axis] * Double(count)) }).count == count)
        }
        #expect(LatinHypercube(count: count, dimensions: dimensions, seed: 3) == cube)
    }

    @Test func `points of an array fill every pair of axes as a grid`() throws {
        let cube = try #require(LatinHypercube(count: 25, dimensions: 6, seed: 1))
        #expect(cube.isArrayBased)
        for first in 0..<6 {
            for second in 0..<first {
                #expect(Set(cube.points.map { Int($0[first] * 5) * 5 + Int($0[second] * 5) }).count == 25)
            }
        }
        #expect(LatinHypercube(count: 24, dimensions: 6, seed: 1)?.isArrayBased == false)
    }

    @Test func `points lie farther apart than without exchanges`() throws {
        for seed in UInt64(1)...5 {
            let moved = try #require(LatinHypercube(count: 20, dimensions: 4, seed: seed))
            let drawn = try #require(LatinHypercube(count: 20, dimensions: 4, seed: seed, effort: 0))
            #expect(moved.leastDistance > 1.3 * drawn.leastDistance, "seed \(seed)")
        }
    }
}
