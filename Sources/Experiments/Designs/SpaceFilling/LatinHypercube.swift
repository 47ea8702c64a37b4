// SPDX-License-Identifier: Apache-2.0
import Domain

/// Points of a cube of which each of n equal slices of each axis holds one.
///
/// McKay, Beckman and Conover, Technometrics 21 (1979). With q² points in up to q + 1 dimensions, for a prime power q,
/// the points come from an orthogonal array, so that every pair of axes is filled as a q by q grid: Tang, Journal of the
/// American Statistical Association 88 (1993). Points are then moved apart by the criterion of Morris and Mitchell,
/// Journal of Statistical Planning and Inference 43 (1995), which keeps both properties.
package struct LatinHypercube: Hashable, Sendable {
    /// The points, each coordinate the middle of its slice, between 0 and 1.
    package let points: [[Double]]
    /// Whether every pair of axes is filled as a grid.
    package let isArrayBased: Bool
    /// The least distance between two points.
    package let leastDistance: Double

    /// Makes `count` points in some dimensions; nil unless both are at least 1 and there are at most 4,096 points.
    ///
    /// `effort` bounds the exchanges that are tried: effort · count · dimensions, at most a million.
    package init?(count: Int, dimensions: Int, seed: UInt64, effort: Int = 200) {
        guard (1...4_096).contains(count), (1...1_024).contains(dimensions) else { return nil }
        var generator = SplitMix64(seed: SplitMix64.seed(seed, "latin hypercube"))
        let groups = Self.groups(count, dimensions)
        var ranks = Self.start(count, dimensions, groups, using: &generator)
        var search = Separation(ranks: ranks, count: count, dimensions: dimensions)
        let budget = max(20, 20_000_000 / max(1, count * dimensions))
        let tries = min(effort * count * dimensions, 1_000_000, budget)
        if count > 2 {
            for _ in 0..<tries {
                let axis = Int.random(in: 0..<dimensions, using: &generator)
                let first = Int.random(in: 0..<count, using: &generator)
                let second = Int.random(in: 0..<count, using: &generator)
                let isAllowed = groups.map { $0[axis][first] == $0[axis][second] } ?? true
                guard first != second, isAllowed else { continue }
                search.exchange(axis, first, second)
            }
        }
        ranks = search.ranks
        points = (0..<count).map { point in
            (0..<dimensions).map { (Double(ranks[$0 * count + point]) + 0.5) / Double(count) }
        }
        isArrayBased = groups != nil
        leastDistance = search.leastSquare.squareRoot() / Double(count)
    }

    /// The level of each point on each axis in an orthogonal array that has the wanted size; nil when there is none.
    private static func groups(_ count: Int, _ dimensions: Int) -> [[Int]]? {
        let order = Int(Double(count).squareRoot().rounded())
        guard order * order == count, order >= 2, dimensions >= 2, dimensions <= order + 1,
            GaloisField.primePower(order) != nil
        else { return nil }
        let array = OrthogonalArray.linear("", order: order, dimensions: 2)
        return (0..<dimensions).map { axis in array.runs.map { $0[axis] } }
    }

    /// Slices drawn at random, within the levels of an array where there is one; one axis after the other.
    private static func start(
        _ count: Int,
        _ dimensions: Int,
        _ groups: [[Int]]?,
        using generator: inout SplitMix64
    ) -> [Int] {
        var ranks: [Int] = []
        for axis in 0..<dimensions {
            guard let groups else {
                ranks += (0..<count).shuffled(using: &generator)
                continue
            }
            let levels = (groups[axis].max() ?? 0) + 1
            let names = (0..<levels).shuffled(using: &generator)
            var free = (0..<levels).map { level in
                Array((level * count / levels)..<((level + 1) * count / levels)).shuffled(using: &generator)
            }
            ranks += groups[axis].map { free[names[$0]].removeLast() }
        }
        return ranks
    }
}

/// The criterion of Morris and Mitchell with power 15, kept up to date as two points exchange a coordinate.
private struct Separation {
    private(set) var ranks: [Int]
    private let count: Int
    private let dimensions: Int
    /// The squared distance of every pair of points.
    private var squares: [Double]

    init(ranks: [Int], count: Int, dimensions: Int) {
        self.ranks = ranks
        self.count = count
        self.dimensions = dimensions
        squares = [Double](repeating: .infinity, count: count * count)
        for first in 0..<count {
            for second in 0..<first {
                var square = 0.0
                for axis in 0..<dimensions {
                    let difference = Double(ranks[axis * count + first] - ranks[axis * count + second])
                    square += difference * difference
                }
                squares[first * count + second] = square
                squares[second * count + first] = square
            }
        }
    }

    /// The least squared distance.
    var leastSquare: Double { squares.min() ?? 0 }

    /// Exchanges a coordinate of two points when that lowers their part of the criterion.
    mutating func exchange(_ axis: Int, _ first: Int, _ second: Int) {
        let base = axis * count
        let firstRank = Double(ranks[base + first])
        let secondRank = Double(ranks[base + second])
        let scale = 1 / Double(count * count)
        var before = 0.0
        var after = 0.0
        for other in 0..<count where other != first && other != second {
            let rank = Double(ranks[base + other])
            let gain = (secondRank - rank) * (secondRank - rank) - (firstRank - rank) * (firstRank - rank)
            let one = squares[first * count + other]
            let two = squares[second * count + other]
            before += Self.weight(one * scale) + Self.weight(two * scale)
            after += Self.weight((one + gain) * scale) + Self.weight((two - gain) * scale)
        }
        guard after < before else { return }
        for other in 0..<count where other != first && other != second {
            let rank = Double(ranks[base + other])
            let gain = (secondRank - rank) * (secondRank - rank) - (firstRank - rank) * (firstRank - rank)
            squares[first * count + other] += gain
            squares[other * count + first] += gain
            squares[second * count + other] -= gain
            squares[other * count + second] -= gain
        }
        ranks.swapAt(base + first, base + second)
    }

    /// A distance to the power of -16, from its square, in products alone so that it is the same on every machine.
    private static func weight(_ square: Double) -> Double {
        let second = square * square
        let fourth = second * second
        return 1 / max(fourth * fourth, 1e-300)
    }
}
