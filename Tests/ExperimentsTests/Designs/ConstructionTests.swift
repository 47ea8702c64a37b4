// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Experiments

@Suite struct ConstructionTests {
    @Test(arguments: [2, 3, 4, 5, 7, 8, 9, 11, 16, 25, 27, 49])
    func `a finite field adds, multiplies and divides`(order: Int) throws {
        let field = try #require(GaloisField(order: order))
        for left in 0..<order {
            #expect(field.sum(left, 0) == left && field.product(left, 1 % order) == left)
            #expect(field.sum(left, field.negative(left)) == 0)
            #expect(Set((0..<order).map { field.sum(left, $0) }).count == order)
            if left > 0 { #expect(Set((0..<order).map { field.product(left, $0) }).count == order) }
            for right in 0..<order {
                let third = (left + right) % order
                #expect(
                    field.product(left, field.sum(right, third))
                        == field.sum(field.product(left, right), field.product(left, third))
                )
            }
        }
        #expect(GaloisField(order: 6) == nil && GaloisField(order: 1) == nil)
    }

    @Test func `difference schemes are schemes`() throws {
        let three = try #require(GaloisField(order: 3))
        let four = try #require(GaloisField(order: 4))
        let five = try #require(GaloisField(order: 5))
        let eight = try #require(GaloisField(order: 8))
        #expect(DifferenceScheme.doubled(three).isValid && DifferenceScheme.doubled(five).isValid)
        #expect(DifferenceScheme.products(of: eight, in: four).isValid)
        #expect(DifferenceScheme.sum(.doubled(three), .products(of: three, in: three)).isValid)
        var broken = DifferenceScheme.doubled(three).rows
        broken[2][3] = (broken[2][3] + 1) % 3
        #expect(!DifferenceScheme(rows: broken, field: three).isValid)
    }

    @Test func `designs of Plackett and Burman are orthogonal and partly mixed as published`() throws {
        for runs in OrthogonalArray.plackettBurmanRuns where runs <= 64 {
            let array = try #require(OrthogonalArray.plackettBurman(runs: runs))
            #expect(
                array.runs.count == runs && array.columnLevels.count == runs - 1 && array.strength() == 2,
                "\(runs)"
            )
        }
        #expect(OrthogonalArray.plackettBurman(runs: 92) == nil && OrthogonalArray.plackettBurman(runs: 14) == nil)
        let large = try #require(OrthogonalArray.plackettBurman(runs: 100))
        #expect(large.strength() == 2)
        // In the design of 12 runs every main effect has a correlation of 1/3 with every interaction without it.
        let twelve = try #require(OrthogonalArray.plackettBurman(runs: 12))
        let mixing = EffectMixing(runs: twelve.runs, levelCounts: twelve.columnLevels)
        #expect(mixing.overlaps.count == 11 * 45)
        #expect(mixing.overlaps.allSatisfy { abs($0.share - 1.0 / 9) < 1e-12 })
    }

    /// The first rows of Plackett and Burman, Biometrika 33 (1946), for 20 and 24 runs.
    @Test(arguments: [(20, "++--++++-+-+----++-"), (24, "+++++-+-++--++--+-+----")])
    func `the published first row is a row of the same Hadamard matrix`(runs: Int, row: String) throws {
        let array = try #require(OrthogonalArray.plackettBurman(runs: runs))
        let published = row.map { $0 == "+" ? 1 : 0 }
        let length = published.count
        // Both come from the squares of the field, so that each is the other shifted, reversed or with signs changed.
        let own = array.runs.map { $0 }
        let forms = (0..<length).flatMap { shift -> [[Int]] in
            let shifted = (0..<length).map { published[($0 + shift) % length] }
            return [shifted, shifted.reversed(), shifted.map { 1 - $0 }, shifted.reversed().map { 1 - $0 }]
        }
        #expect(own.contains { forms.contains($0) })
    }

    @Test func `wanted interactions are laid clear of everything`() throws {
        let array = try #require(OrthogonalArray.named("L16"))
        let wanted = [[0, 1], [0, 2], [1, 2], [3, 4]]
        let assignment = try #require(
            ArrayAssignment(array, levelCounts: [Int](repeating: 2, count: 7), interactions: wanted)
        )
        #expect(assignment.mixed.isEmpty && Set(assignment.columns).count == 7)
        let runs = array.runs.map { run in assignment.columns.map { run[$0] } }
        let model = DesignModel(levelCounts: [Int](repeating: 2, count: 7), interactions: wanted)
        let assessment = DesignAssessment(model: model, runs: runs)
        #expect(assessment.effects.allSatisfy { $0.isEstimable && abs($0.worstVariance - 0.25) < 1e-12 })
        let three = try #require(OrthogonalArray.named("L27"))
        let ternary = try #require(
            ArrayAssignment(three, levelCounts: [3, 3, 3, 3, 3], interactions: [[0, 1], [0, 2]])
        )
        #expect(ternary.mixed.isEmpty)
        let tight = try #require(OrthogonalArray.named("L8"))
        let full = try #require(
            ArrayAssignment(tight, levelCounts: [Int](repeating: 2, count: 7), interactions: [[0, 1]])
        )
        #expect(full.mixed == [[0, 1]])
    }

    @Test func `columns merge to more levels, and keep the strength`() throws {
        let eight = try #require(OrthogonalArray.named("L8"))
        let merged = try #require(eight.merging([0, 1], dropping: [2]))
        #expect(merged.columnLevels == [4, 2, 2, 2, 2] && merged.strength() == 2)
        #expect(eight.merging([0, 1]) == nil)
        for counts in [[4, 2, 2, 2, 2], [4, 4, 2, 2, 2], [8, 2, 2], [8, 4, 4, 2], [4, 4, 4, 4, 2, 2, 2]] {
            let arrays = OrthogonalArray.merged(for: counts)
            #expect(!arrays.isEmpty && arrays.allSatisfy { $0.strength() == 2 }, "\(counts)")
        }
        #expect(OrthogonalArray.merged(for: [4, 2, 2, 2, 2]).first?.runs.count == 8)
        #expect(OrthogonalArray.merged(for: [9, 2]).isEmpty)
    }

    @Test func `a product array has every inner run at every outer one`() throws {
        let nine = try #require(OrthogonalArray.named("L9"))
        let four = try #require(OrthogonalArray.named("L4"))
        let product = nine.crossed(with: four)
        #expect(product.runs.count == 36 && product.strength() == 2)
        #expect(product.columnLevels == [3, 3, 3, 3, 2, 2, 2])
    }
}
