// SPDX-License-Identifier: Apache-2.0

/// The linear model that a design is to estimate: the mean, blocks, main effects and some interactions of two factors.
package struct DesignModel: Hashable, Sendable {
    /// An effect and its columns.
    package struct Term: Hashable, Sendable {
        /// The factors: one for a main effect, two for an interaction.
        package let factors: [Int]
        /// The first column of the model matrix.
        package let firstColumn: Int
        /// The number of columns.
        package let width: Int
    }

    /// The number of levels of each factor.
    package let levelCounts: [Int]
    /// The number of blocks, at least 1.
    package let blockCount: Int
    /// The effects, main effects first.
    package let terms: [Term]
    /// The number of columns, the mean and the blocks included.
    package let width: Int
    /// For each factor, a row per level: contrasts whose squares have a mean of 1 over the levels, the mean being 0.
    private let codes: [[[Double]]]
    private let blockCodes: [[Double]]

    /// Makes the model; interactions name two different factors each, and each is taken once.
    package init(levelCounts: [Int], interactions: [[Int]] = [], blockCount: Int = 1) {
        self.levelCounts = levelCounts
        self.blockCount = max(1, blockCount)
        codes = levelCounts.map(Self.contrasts)
        blockCodes = Self.contrasts(max(1, blockCount))
        var column = max(1, blockCount)
        var terms: [Term] = []
        for (factor, levels) in levelCounts.enumerated() {
            terms.append(Term(factors: [factor], firstColumn: column, width: max(0, levels - 1)))
            column += max(0, levels - 1)
        }
        var seen: Set<[Int]> = []
        for pair in interactions.map({ $0.sorted() })
        where pair.count == 2 && pair[0] != pair[1] && seen.insert(pair).inserted {
            let width = (levelCounts[pair[0]] - 1) * (levelCounts[pair[1]] - 1)
            terms.append(Term(factors: pair, firstColumn: column, width: width))
            column += width
        }
        self.terms = terms
        width = column
    }

    /// The row of the model matrix for one level of every factor, in a block counted from 0.
    package func row(_ levels: [Int], block: Int = 0) -> [Double] {
        row(codes: zip(codes, levels).map { $0[$1] }, block: block)
    }

    /// The contrasts of a factor at a level.
    package func code(of factor: Int, level: Int) -> [Double] { codes[factor][level] }

    /// The row of the model matrix for the contrasts of every factor; for a factor of two levels, -1 is the first, 1 the
    /// second, and what lies between them a value in between.
    package func row(codes: [[Double]], block: Int = 0) -> [Double] {
        var row: [Double] = [1] + blockCodes[block]
        row.reserveCapacity(width)
        for term in terms {
            guard term.factors.count == 2 else {
                row += codes[term.factors[0]]
                continue
            }
            for left in codes[term.factors[0]] {
                for right in codes[term.factors[1]] {
                    row.append(left * right)
                }
            }
        }
        return row
    }

    /// The weights of a term's columns at every level of its factor, or every cell of its two factors, the second
    /// changing fastest.
    func cells(of term: Term) -> [[Double]] {
        let first = codes[term.factors[0]]
        guard term.factors.count == 2 else { return first }
        return first.flatMap { left in
            codes[term.factors[1]].map { right in left.flatMap { one in right.map { one * $0 } } }
        }
    }

    /// Helmert contrasts of so many levels, a row per level, scaled to a mean square of 1.
    private static func contrasts(_ levels: Int) -> [[Double]] {
        (0..<max(1, levels)).map { level in
            (1..<max(1, levels)).map { order in
                let scale = (Double(levels) / Double(order * (order + 1))).squareRoot()
                return level < order ? -scale : (level == order ? Double(order) * scale : 0)
            }
        }
    }
}
