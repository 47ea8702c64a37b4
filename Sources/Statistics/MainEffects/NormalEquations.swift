// SPDX-License-Identifier: Apache-2.0

/// Counts and sums from which a main-effects model of categorical columns is fitted, in one pass over the rows.
///
/// Memory grows with the square of the number of levels, never with the rows. Levels appear as they are met. Responses
/// are shifted by the first one and summed in double-double arithmetic, so that constant leading digits cost nothing.
/// Counts are whole numbers and exact.
package struct NormalEquations: Sendable {
    /// What a column is to the model.
    package typealias Kind = ModelTerm.Kind

    /// A categorical column of the model.
    package struct Term: Sendable, Equatable {
        /// The column's name.
        package let name: String
        /// Factor or block.
        package let kind: Kind

        /// Makes a term.
        package init(name: String, kind: Kind = .factor) {
            self.name = name
            self.kind = kind
        }
    }

    /// The response's name, for messages.
    package let responseName: String
    /// The columns, in the order of the codes given to ``add(levels:response:)``.
    package let terms: [Term]
    /// The most levels that one column may have.
    package let levelLimit: Int
    /// The number of rows added.
    package private(set) var rowCount = 0
    /// The number of levels of each column met so far: the greatest code plus one.
    package private(set) var levelCounts: [Int]

    private var capacities: [Int]
    private var offsets: [Int]
    private var stride: Int
    private var counts: [Int]
    private var sumHigh: [Double]
    private var sumLow: [Double]
    private var positions: [Int]
    private var shift = 0.0
    private var total = DoubleDouble()
    private var squares = DoubleDouble()

    /// Makes an empty accumulator.
    ///
    /// `expectedLevels` only avoids growing later. Throws for repeated names.
    package init(
        responseName: String,
        terms: [Term],
        expectedLevels: Int = 4,
        levelLimit: Int = 1_000
    ) throws(StatisticsError) {
        var seen: Set<String> = []
        for term in terms where !seen.insert(term.name).inserted {
            throw .duplicateColumn(term.name)
        }
        self.responseName = responseName
        self.terms = terms
        self.levelLimit = levelLimit
        levelCounts = Array(repeating: 0, count: terms.count)
        capacities = Array(repeating: max(1, expectedLevels), count: terms.count)
        positions = Array(repeating: 0, count: terms.count)
        offsets = []
        stride = 0
        counts = []
        sumHigh = []
        sumLow = []
        layOut()
    }

    /// Adds a row: one level code per column, from 0, and the response.
    ///
    /// Throws when a code is negative or beyond the limit, and when the response is not finite; the accumulator is then
    /// as before.
    package mutating func add(levels: borrowing [Int], response: Double) throws(StatisticsError) {
        guard levels.count == terms.count else {
            throw .lengthMismatch(column: "levels of row \(rowCount + 1)", found: levels.count, expected: terms.count)
        }
        try add(levels.span, response: response)
    }

    /// Adds a row whose codes lie in a span of one code per column; see ``add(levels:response:)``.
    package mutating func add(_ codes: borrowing Span<Int>, response: Double) throws(StatisticsError) {
        guard codes.count == terms.count else {
            throw .lengthMismatch(column: "levels of row \(rowCount + 1)", found: codes.count, expected: terms.count)
        }
        guard response.isFinite else {
            throw .notFinite(column: responseName, row: rowCount)
        }
        var mustGrow = false
        for index in codes.indices {
            let code = codes[index]
            if code < 0 || code >= levelLimit {
                throw refusal(code: code, term: index)
            }
            mustGrow = mustGrow || code >= capacities[index]
        }
        if mustGrow {
            for index in codes.indices where codes[index] >= capacities[index] {
                capacities[index] = min(levelLimit, max(2 * capacities[index], codes[index] + 1))
            }
            layOut()
        }
        if rowCount == 0 {
            shift = response
        }
        record(codes, response - shift)
    }

    private mutating func record(_ codes: borrowing Span<Int>, _ shifted: Double) {
        for index in codes.indices {
            let code = codes[index]
            if code >= levelCounts[index] {
                levelCounts[index] = code + 1
            }
            positions[index] = offsets[index] + code
        }
        let positions = positions
        for first in positions.indices {
            let row = positions[first]
            let before = sumHigh[row]
            let sum = before + shifted
            let part = sum - before
            sumLow[row] += (before - (sum - part)) + (shifted - part)
            sumHigh[row] = sum
            let base = row * stride
            for second in first..<positions.count {
                counts[base + positions[second]] &+= 1
            }
        }
        total += DoubleDouble(shifted)
        squares += DoubleDouble.product(shifted, shifted)
        rowCount += 1
    }

    private func refusal(code: Int, term: Int) -> StatisticsError {
        let name = terms[term].name
        return code < 0
            ? .invalidLevelCode(column: name, row: rowCount, code: code, levelCount: levelLimit)
            : .tooManyLevels(column: name, limit: levelLimit)
    }

    /// Gives every column room for its capacity and moves what was counted to its new place.
    private mutating func layOut() {
        var newOffsets: [Int] = []
        var size = 0
        for capacity in capacities {
            newOffsets.append(size)
            size += capacity
        }
        var newCounts = [Int](repeating: 0, count: size * size)
        var newHigh = [Double](repeating: 0, count: size)
        var newLow = newHigh
        for first in offsets.indices {
            for level in 0..<levelCounts[first] {
                let old = offsets[first] + level
                let new = newOffsets[first] + level
                newHigh[new] = sumHigh[old]
                newLow[new] = sumLow[old]
                for second in first..<offsets.count {
                    for other in 0..<levelCounts[second] {
                        newCounts[new * size + newOffsets[second] + other] =
                            counts[old * stride + offsets[second] + other]
                    }
                }
            }
        }
        offsets = newOffsets
        stride = size
        counts = newCounts
        sumHigh = newHigh
        sumLow = newLow
    }
}

extension NormalEquations {
    /// Adds all rows of a table, factors first, then blocks.
    ///
    /// Throws an error that names the column when lengths differ, a code is outside its levels or a response is not
    /// finite.
    package init(table: FactorialTable) throws(StatisticsError) {
        let columns = table.factors + table.blocks
        for column in columns {
            guard column.codes.count == table.response.count else {
                throw .lengthMismatch(
                    column: column.name,
                    found: column.codes.count,
                    expected: table.response.count
                )
            }
            for (row, code) in column.codes.enumerated() where code < 0 || code >= column.levels.count {
                throw .invalidLevelCode(
                    column: column.name,
                    row: row,
                    code: code,
                    levelCount: column.levels.count
                )
            }
        }
        let kinds = table.factors.map { Term(name: $0.name) } + table.blocks.map { Term(name: $0.name, kind: .block) }
        let most = columns.map(\.levels.count).max() ?? 1
        try self.init(responseName: table.responseName, terms: kinds, expectedLevels: min(most, 16))
        var codes = [Int](repeating: 0, count: columns.count)
        for (row, response) in table.response.enumerated() {
            for index in columns.indices {
                codes[index] = columns[index].codes[row]
            }
            try add(levels: codes, response: response)
        }
    }
}

// What the fit reads.
extension NormalEquations {
    /// The sums of the model's single columns, in the order of its terms.
    func crossProducts(levels: [[String]], formula: ModelFormula) throws(StatisticsError) -> CrossProducts {
        let factors = terms.indices.map { term in
            ModelLayout.Factor(
                name: terms[term].name,
                levels: levels[term],
                levels[term].indices.map { $0 < levelCounts[term] && count((term, $0), (term, $0)) > 0 }
            )
        }
        let layout = try ModelLayout(formula: formula, factors: factors, covariateNames: [])
        let indicators = layout.terms.flatMap { own in
            own.factors.flatMap { term in
                factors[term].compact.indices.filter { factors[term].compact[$0] >= 0 }.map { (term: term, level: $0) }
            }
        }
        let size = indicators.count
        var gram = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for column in row..<size {
                gram[row * size + column] = Double(count(indicators[row], indicators[column]))
            }
        }
        return CrossProducts(
            layout: layout,
            shift: shift,
            rowCount: rowCount,
            gram: gram,
            responseSums: indicators.map { sum(term: $0.term, level: $0.level) },
            total: total,
            squares: squares
        )
    }

    /// The number of rows that hold both levels.
    private func count(_ first: (term: Int, level: Int), _ second: (term: Int, level: Int)) -> Int {
        let swapped = first.term > second.term
        let (a, b) = swapped ? (second, first) : (first, second)
        return counts[(offsets[a.term] + a.level) * stride + offsets[b.term] + b.level]
    }

    /// The mean of the response in the rows of one level; nil without rows.
    func mean(term: Int, level: Int) -> Double? {
        let n = count((term, level), (term, level))
        guard n > 0 else {
            return nil
        }
        return (sum(term: term, level: level) / Double(n) + DoubleDouble(shift)).value
    }

    /// The mean of all responses; 0 without rows.
    var grandMean: Double {
        rowCount > 0 ? (total / Double(rowCount) + DoubleDouble(shift)).value : 0
    }

    private func sum(term: Int, level: Int) -> DoubleDouble {
        let position = offsets[term] + level
        return DoubleDouble(sumHigh[position]) + DoubleDouble(sumLow[position])
    }
}
