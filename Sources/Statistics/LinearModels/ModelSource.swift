// SPDX-License-Identifier: Apache-2.0

/// The sums of all responses over the rows of columns, and the way back to the rows for residuals.
struct ModelSource {
    private(set) var reader: ModelReader
    private(set) var products: [CrossProducts] = []
    /// All cells, when they fit in memory whatever the number of rows.
    private var cells: ModelCells?

    init(_ reader: ModelReader, formula: ModelFormula) throws(StatisticsError) {
        self.reader = reader
        let isOneBlock = reader.countsByCombination || reader.rowCount <= ModelReader.blockSize
        var observed = reader.responses.map { _ in
            reader.factors.map { [Bool](repeating: false, count: $0.levels.count) }
        }
        var kept: ModelCells?
        try self.reader.forEachBlock { (block) throws(StatisticsError) in
            Self.mark(block, &observed)
            if isOneBlock {
                kept = block
            }
        }
        cells = kept
        var layouts: [ModelLayout] = []
        for response in reader.responses.indices {
            if response > 0, observed[response] == observed[response - 1] {
                layouts.append(layouts[response - 1])
            } else {
                layouts.append(try Self.layout(reader, formula, observed[response]))
            }
            products.append(CrossProducts(layout: layouts[response], shift: reader.shifts[response]))
        }
        var sums = products
        products = []
        try forEachBlock { (block) throws(StatisticsError) in
            for response in sums.indices {
                sums[response].add(block, response: response, squares: block.squares[response])
            }
        }
        products = sums
    }

    private mutating func forEachBlock(
        _ use: (ModelCells) throws(StatisticsError) -> Void
    ) throws(StatisticsError) {
        if let cells {
            try use(cells)
        } else {
            try reader.forEachBlock(use)
        }
    }

    /// The residual sum of squares of a response for given effects of indicators.
    mutating func residualSumOfSquares(
        _ response: Int,
        effects: [Double],
        mean: DoubleDouble
    ) throws(StatisticsError) -> Double {
        let layout = products[response].layout
        var sum = 0.0
        try forEachBlock { (block) throws(StatisticsError) in
            sum += block.residualSumOfSquares(response, layout, effects: effects, mean: mean)
        }
        return sum
    }

    private static func mark(_ cells: ModelCells, _ observed: inout [[[Bool]]]) {
        for response in observed.indices {
            for cell in 0..<cells.count where cells.counts[response * cells.count + cell] > 0 {
                for factor in 0..<cells.factorCount {
                    observed[response][factor][Int(cells.levels[cell * cells.factorCount + factor])] = true
                }
            }
        }
    }

    private static func layout(
        _ reader: ModelReader,
        _ formula: ModelFormula,
        _ observed: [[Bool]]
    ) throws(StatisticsError) -> ModelLayout {
        let factors = reader.factors.indices.map { index in
            ModelLayout.Factor(name: reader.factors[index].name, levels: reader.factors[index].levels, observed[index])
        }
        return try ModelLayout(formula: formula, factors: factors, covariateNames: reader.covariates.map(\.name))
    }
}

extension ModelLayout.Factor {
    /// Keeps the levels that occur.
    init(name: String, levels: [String], _ isObserved: [Bool]) {
        var compact = [Int](repeating: -1, count: levels.count)
        var labels: [String] = []
        var unobserved: [String] = []
        for (level, label) in levels.enumerated() {
            if isObserved[level] {
                compact[level] = labels.count
                labels.append(label)
            } else {
                unobserved.append(label)
            }
        }
        self.init(name: name, labels: labels, unobserved: unobserved, compact: compact)
    }
}
