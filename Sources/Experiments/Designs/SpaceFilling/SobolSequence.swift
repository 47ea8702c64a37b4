// SPDX-License-Identifier: Apache-2.0
import Domain

/// Points that fill a cube evenly, however many are taken, in up to 128 dimensions.
///
/// Sobol', "On the distribution of points in a cube and the approximate evaluation of integrals", USSR Computational
/// Mathematics and Mathematical Physics 7 (1967), in the order of Antonov and Saleev (1979). Scrambled by a random
/// lower triangular matrix and a digital shift: Matoušek, "On the L2-discrepancy for anchored boxes", Journal of
/// Complexity 14 (1998). A power of two of points is balanced best.
package struct SobolSequence: Sendable {
    /// The most dimensions.
    package static var dimensionLimit: Int { directions.count + 1 }

    /// The number of dimensions.
    package let dimensions: Int
    /// 32 direction numbers per dimension, one dimension after the other.
    private var numbers: [UInt32]
    private var state: [UInt32]
    private var index: UInt32 = 0

    /// Starts the sequence; nil unless there are 1 to 128 dimensions, without scrambling when there is no seed.
    package init?(dimensions: Int, seed: UInt64? = nil) {
        guard (1...Self.dimensionLimit).contains(dimensions) else { return nil }
        self.dimensions = dimensions
        numbers = (0..<dimensions).flatMap(Self.numbers)
        state = [UInt32](repeating: 0, count: dimensions)
        guard let seed else { return }
        var generator = SplitMix64(seed: SplitMix64.seed(seed, "sobol"))
        for dimension in 0..<dimensions {
            scramble(dimension, using: &generator)
        }
    }

    /// The next point, each coordinate at least 0 and below 1.
    package mutating func next() -> [Double] {
        let point = state.map { Double($0) * 0x1p-32 }
        let bit = (~index).trailingZeroBitCount
        if bit < 32 {
            for dimension in 0..<dimensions {
                state[dimension] ^= numbers[32 * dimension + bit]
            }
        }
        index &+= 1
        return point
    }

    /// The direction numbers of a dimension, from 0, as 32-bit fractions.
    private static func numbers(of dimension: Int) -> [UInt32] {
        guard dimension > 0 else { return (0..<32).map { 1 << (31 - $0) } }
        let (polynomial, initial) = directions[dimension - 1]
        let degree = initial.count
        var numbers = initial.enumerated().map { $0.element << UInt32(31 - $0.offset) }
        for place in degree..<32 {
            var number = numbers[place - degree] ^ (numbers[place - degree] >> UInt32(degree))
            for step in 1..<max(1, degree) where polynomial >> UInt32(degree - step) & 1 == 1 {
                number ^= numbers[place - step]
            }
            numbers.append(number)
        }
        return numbers
    }

    /// Multiplies a dimension's numbers by a random lower triangular matrix of bits, and starts at a random shift.
    private mutating func scramble(_ dimension: Int, using generator: inout SplitMix64) {
        // Row i has ones at i and, at random, above: bit 31 is the first digit.
        let rows = (0..<32).map { row -> UInt32 in
            let above = row == 0 ? 0 : ~(UInt32.max >> UInt32(row))
            return (UInt32(truncatingIfNeeded: generator.next() >> 32) & above) | (1 << UInt32(31 - row))
        }
        for place in 32 * dimension..<32 * (dimension + 1) {
            let number = numbers[place]
            var scrambled: UInt32 = 0
            for (row, mask) in rows.enumerated() where (mask & number).nonzeroBitCount % 2 == 1 {
                scrambled |= 1 << UInt32(31 - row)
            }
            numbers[place] = scrambled
        }
        state[dimension] = UInt32(truncatingIfNeeded: generator.next() >> 32)
    }
}
