// SPDX-License-Identifier: Apache-2.0

/// The covariance of responses that main effects and pair effects make, one variance per effect.
struct PairKernel: Sendable {
    let levelCounts: [Int]
    let interceptVariance: Double
    /// The variance of a contrast's coefficient, per factor.
    private(set) var main: [Double]
    /// The same per pair, in the order (0,1), (0,2), …, (1,2), ….
    private(set) var pairs: [Double]

    /// Starts with half of the scale in main effects and a fifth in pairs, spread evenly over contrasts.
    init(levelCounts: [Int], interceptVariance: Double, scale: Double) {
        self.levelCounts = levelCounts
        self.interceptVariance = interceptVariance
        let widths = levelCounts.map { Double($0 - 1) }
        let mainWidth = max(1, widths.reduce(0, +))
        var pairWidth = 0.0
        for second in widths.indices {
            for first in 0..<second { pairWidth += widths[first] * widths[second] }
        }
        main = [Double](repeating: 0.5 * scale / mainWidth, count: widths.count)
        let pairCount = widths.count * max(0, widths.count - 1) / 2
        pairs = [Double](repeating: 0.2 * scale / max(1, pairWidth), count: pairCount)
    }

    /// The covariance of two combinations' responses.
    func value(_ first: [Int], _ second: [Int]) -> Double {
        var sum = interceptVariance
        var index = 0
        for i in levelCounts.indices {
            let left = Self.overlap(first[i], second[i], levelCounts[i])
            var inner = main[i]
            for j in (i + 1)..<max(levelCounts.count, i + 1) {
                inner += pairs[index] * Self.overlap(first[j], second[j], levelCounts[j])
                index += 1
            }
            sum += left * inner
        }
        return sum
    }

    /// L·[same] − 1: the product of the levels' orthonormal contrasts, scaled to L − 1 for a level with itself.
    static func overlap(_ first: Int, _ second: Int, _ count: Int) -> Double {
        first == second ? Double(count - 1) : -1
    }

    /// One step of expectation-maximisation for all variances.
    ///
    /// The expected square of an effect's coefficients is τ·d + τ²·Σ (a·aᵀ − A⁻¹)∘K for its kernel K of rank d.
    mutating func update(
        _ cells: [PairEffectsModel.Cell],
        _ coefficients: [Double],
        _ inverse: DenseMatrix,
        scale: Double,
        pull: Double
    ) {
        let factors = levelCounts.count
        var mainSums = [Double](repeating: 0, count: factors)
        var pairSums = [Double](repeating: 0, count: pairs.count)
        var overlaps = [Double](repeating: 0, count: factors)
        for column in cells.indices {
            for row in column..<cells.count {
                var weight = coefficients[row] * coefficients[column] - inverse[row, column]
                if row != column { weight *= 2 }
                for i in 0..<factors {
                    overlaps[i] = Self.overlap(cells[row].levels[i], cells[column].levels[i], levelCounts[i])
                }
                var index = 0
                for i in 0..<factors {
                    let left = weight * overlaps[i]
                    mainSums[i] += left
                    for j in (i + 1)..<max(factors, i + 1) {
                        pairSums[index] += left * overlaps[j]
                        index += 1
                    }
                }
            }
        }
        let widths = levelCounts.map { Double($0 - 1) }
        var pairWidths: [Double] = []
        for i in widths.indices {
            for j in (i + 1)..<max(factors, i + 1) { pairWidths.append(widths[i] * widths[j]) }
        }
        main = Self.pulled(main, mainSums, widths, scale: scale, pull: pull)
        pairs = Self.pulled(pairs, pairSums, pairWidths, scale: scale, pull: pull)
    }

    private static func pulled(
        _ variances: [Double],
        _ sums: [Double],
        _ widths: [Double],
        scale: Double,
        pull: Double
    ) -> [Double] {
        let squares = variances.indices.map { index in
            max(0, variances[index] * widths[index] + variances[index] * variances[index] * sums[index])
        }
        let pooled = (squares.reduce(0, +) + 0.02 * scale) / (widths.reduce(0, +) + 1)
        return variances.indices.map { (squares[$0] + pull * pooled) / (widths[$0] + pull) }
    }
}

/// The expected response as a sum of tables: an intercept, a value per level, a value per pair of levels.
struct PairTables: Sendable {
    private let levelCounts: [Int]
    private let intercept: Double
    /// The values of all factors' levels, one factor after the other.
    private var main: [Double]
    private let mainOffsets: [Int]
    /// The values of all pairs' cells, in the kernel's order of pairs, first factor's level major.
    private var pairs: [Double]
    private let pairOffsets: [Int]

    init(_ kernel: PairKernel, _ cells: [PairEffectsModel.Cell], _ coefficients: [Double], centre: Double) {
        let counts = kernel.levelCounts
        levelCounts = counts
        intercept = centre + kernel.interceptVariance * coefficients.reduce(0, +)
        var offsets: [Int] = []
        var next = 0
        for count in counts {
            offsets.append(next)
            next += count
        }
        mainOffsets = offsets
        main = [Double](repeating: 0, count: next)
        var pairStarts: [Int] = []
        next = 0
        for i in counts.indices {
            for j in (i + 1)..<max(counts.count, i + 1) {
                pairStarts.append(next)
                next += counts[i] * counts[j]
            }
        }
        pairOffsets = pairStarts
        pairs = [Double](repeating: 0, count: next)
        for (cell, coefficient) in zip(cells, coefficients) {
            var index = 0
            for i in counts.indices {
                for level in 0..<counts[i] {
                    main[offsets[i] + level] +=
                        kernel.main[i] * coefficient * PairKernel.overlap(level, cell.levels[i], counts[i])
                }
                for j in (i + 1)..<max(counts.count, i + 1) {
                    let weight = kernel.pairs[index] * coefficient
                    for level in 0..<counts[i] {
                        let left = weight * PairKernel.overlap(level, cell.levels[i], counts[i])
                        let start = pairStarts[index] + level * counts[j]
                        for other in 0..<counts[j] {
                            pairs[start + other] += left * PairKernel.overlap(other, cell.levels[j], counts[j])
                        }
                    }
                    index += 1
                }
            }
        }
    }

    func value(of levels: [Int]) -> Double {
        var sum = intercept
        var index = 0
        for i in levelCounts.indices {
            sum += main[mainOffsets[i] + levels[i]]
            for j in (i + 1)..<max(levelCounts.count, i + 1) {
                sum += pairs[pairOffsets[index] + levels[i] * levelCounts[j] + levels[j]]
                index += 1
            }
        }
        return sum
    }
}
