// SPDX-License-Identifier: Apache-2.0

/// The columns that the terms of a model stand for, among the levels that occur.
///
/// Data are first counted by indicators: a term has one per combination of its factors' levels. Estimates come from
/// sum-to-zero columns, which are differences of indicators: a factor of L levels has L − 1, each +1 at its level and
/// −1 at the last. Sums over indicators turn into sums over columns without a second pass. A factor keeps all L columns
/// within a term when the term without it is not in the model, as in R.
struct ModelLayout: Sendable {
    struct Factor: Sendable {
        let name: String
        /// The labels of the levels that occur.
        let labels: [String]
        /// The declared levels that do not occur.
        let unobserved: [String]
        /// For each declared level its place among those that occur; −1 for the others.
        let compact: [Int]
    }

    struct Term: Sendable {
        let term: ModelTerm
        let name: String
        /// Indices of factors, and how many levels of each occur.
        let factors: [Int]
        let sizes: [Int]
        /// Per factor, whether its columns are contrasts rather than indicators.
        let isContrast: [Bool]
        let covariates: [Int]
        let indicators: Range<Int>
        let columns: Range<Int>

        /// What the hierarchy of effects goes by: blocks first, then the number of columns.
        var priority: Int {
            term.kind == .block ? 0 : term.order
        }
    }

    let factors: [Factor]
    let covariateNames: [String]
    let terms: [Term]
    let indicatorCount: Int
    let columnCount: Int
    /// For each column, where its parts lie in `partIndex` and `partSign`.
    let partStart: [Int]
    let partIndex: [Int]
    let partSign: [Double]

    /// The same by plain numbers, for what is done for every row: where each term's indicators
    /// and axes begin, and per axis the factor and its size; where each factor's declared levels begin, and their places among those that occur.
    let indicatorStart: [Int]
    let axisStart: [Int]
    let axisFactor: [Int]
    let axisSize: [Int]
    let levelStart: [Int]
    let levelPlace: [Int]

    /// The most indicators that a model may have.
    static let indicatorLimit = 3_000

    init(
        formula: ModelFormula,
        factors: [Factor],
        covariateNames: [String]
    ) throws(StatisticsError) {
        let names = factors.map(\.name)
        let sets = formula.terms.map { Set($0.variables) }
        var terms: [Term] = []
        terms.reserveCapacity(formula.terms.count)
        var partStart = [0]
        var partIndex: [Int] = []
        var partSign: [Double] = []
        var indicatorCount = 0
        for term in formula.terms {
            var own: [Int] = []
            var sizes: [Int] = []
            var isContrast: [Bool] = []
            var covariates: [Int] = []
            for variable in term.variables {
                if let factor = names.firstIndex(of: variable) {
                    own.append(factor)
                    sizes.append(factors[factor].labels.count)
                    let rest = term.variables.count > 1 ? Set(term.variables.filter { $0 != variable }) : []
                    isContrast.append(rest.isEmpty || sets.contains(rest))
                } else if let covariate = covariateNames.firstIndex(of: variable) {
                    covariates.append(covariate)
                }
            }
            let count = sizes.reduce(1) { min($0, Self.indicatorLimit + 1) * $1 }
            guard indicatorCount + count <= Self.indicatorLimit else {
                throw .invalidArgument(
                    name: "The number of level combinations in the model's terms",
                    value: "more than \(Self.indicatorLimit) (at '\(term.name)')",
                    remedy: "leave out interactions or columns of many levels, or give numbers as covariates"
                )
            }
            let first = partStart.count - 1
            Self.addParts(sizes, isContrast, indicatorCount, &partStart, &partIndex, &partSign)
            terms.append(
                Term(
                    term: term,
                    name: term.name,
                    factors: own,
                    sizes: sizes,
                    isContrast: isContrast,
                    covariates: covariates,
                    indicators: indicatorCount..<(indicatorCount + count),
                    columns: first..<(partStart.count - 1)
                )
            )
            indicatorCount += count
        }
        self.factors = factors
        self.covariateNames = covariateNames
        self.terms = terms
        indicatorStart = terms.map(\.indicators.lowerBound)
        axisStart = terms.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.factors.count) }
        axisFactor = terms.flatMap(\.factors)
        axisSize = terms.flatMap(\.sizes)
        levelStart = factors.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.compact.count) }
        levelPlace = factors.flatMap(\.compact)
        self.indicatorCount = indicatorCount
        columnCount = partStart.count - 1
        self.partStart = partStart
        self.partIndex = partIndex
        self.partSign = partSign
    }

    /// Adds the columns of one term: each the signed sum of 2^contrasts indicators.
    private static func addParts(
        _ sizes: [Int],
        _ isContrast: [Bool],
        _ offset: Int,
        _ start: inout [Int],
        _ index: inout [Int],
        _ sign: inout [Double]
    ) {
        let widths = zip(sizes, isContrast).map { $1 ? $0 - 1 : $0 }
        let count = widths.reduce(1, *)
        let corners = 1 << isContrast.count { $0 }
        for column in 0..<count {
            for corner in 0..<corners {
                var rest = column
                var bits = corner
                var position = 0
                var value = 1.0
                var stride = 1
                for axis in sizes.indices.reversed() {
                    var level = rest % widths[axis]
                    rest /= widths[axis]
                    if isContrast[axis] {
                        if bits & 1 == 1 {
                            level = sizes[axis] - 1
                            value = -value
                        }
                        bits >>= 1
                    }
                    position += level * stride
                    stride *= sizes[axis]
                }
                index.append(offset + position)
                sign.append(value)
            }
            start.append(index.count)
        }
    }

    /// Whether one term's columns are all among another's.
    func isContained(_ inner: Int, in outer: Int) -> Bool {
        inner != outer && terms[inner].term.isContained(in: terms[outer].term)
    }

    /// The effect per indicator that coefficients of columns stand for.
    func effects(_ coefficients: [Double]) -> [Double] {
        var effects = [Double](repeating: 0, count: indicatorCount)
        for column in 0..<columnCount where coefficients[column] != 0 {
            for part in partStart[column]..<partStart[column + 1] {
                effects[partIndex[part]] += partSign[part] * coefficients[column]
            }
        }
        return effects
    }

    /// The weights of all columns at given levels (−1 for the average over levels) and centred covariates.
    func weights(levels: [Int], covariates: [Double]) -> [Double] {
        var weights = [Double](repeating: 0, count: columnCount)
        for term in terms {
            let scale = term.covariates.reduce(1.0) { $0 * covariates[$1] }
            guard scale != 0 else {
                continue
            }
            var product = [scale]
            for (axis, factor) in term.factors.enumerated() {
                let own = Self.axisWeights(term.sizes[axis], term.isContrast[axis], level: levels[factor])
                product = product.flatMap { left in own.map { left * $0 } }
            }
            for (position, column) in term.columns.enumerated() {
                weights[column] = product[position]
            }
        }
        return weights
    }

    private static func axisWeights(_ size: Int, _ isContrast: Bool, level: Int) -> [Double] {
        let width = isContrast ? size - 1 : size
        if level < 0 {
            return Array(repeating: isContrast ? 0 : 1 / Double(size), count: width)
        }
        if isContrast, level == size - 1 {
            return Array(repeating: -1, count: width)
        }
        var weights = [Double](repeating: 0, count: width)
        weights[level] = 1
        return weights
    }
}
