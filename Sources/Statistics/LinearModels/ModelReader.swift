// SPDX-License-Identifier: Apache-2.0

/// Reads columns into cells: all at once when their level combinations are few, else in blocks of rows.
struct ModelReader {
    /// The most combinations of levels that are counted at once.
    static let cellLimit = 1 << 18
    static let blockSize = 4_096

    let factors: [CodedFactor]
    let covariates: [Covariate]
    let responses: [ResponseColumn]
    let rowCount: Int
    /// Per response, a typical value, which is subtracted from all.
    let shifts: [Double]
    private(set) var covariateMeans: [Double]
    private(set) var missingFactors = 0

    /// Checks lengths and responses, and that each response has a value.
    init(
        factors: [CodedFactor],
        covariates: [Covariate],
        responses: [ResponseColumn]
    ) throws(StatisticsError) {
        let rowCount = responses.first?.values.count ?? 0
        for response in responses where response.values.count != rowCount {
            throw .lengthMismatch(column: response.name, found: response.values.count, expected: rowCount)
        }
        for factor in factors where factor.rowCount != rowCount {
            throw .lengthMismatch(column: factor.name, found: factor.rowCount, expected: rowCount)
        }
        var means: [Double] = []
        for covariate in covariates {
            guard covariate.values.count == rowCount else {
                throw .lengthMismatch(column: covariate.name, found: covariate.values.count, expected: rowCount)
            }
            if let row = covariate.values.firstIndex(where: { $0.isInfinite }) {
                throw .notFinite(column: covariate.name, row: row)
            }
            means.append(Moments(covariate.values.filter { !$0.isNaN }).mean)
        }
        self.factors = factors
        self.covariates = covariates
        self.responses = responses
        self.rowCount = rowCount
        shifts = try responses.map { response throws(StatisticsError) in try Self.typicalValue(response) }
        covariateMeans = means
    }

    /// The median of up to nine values spread over the column; throws for an infinite value or a column without any.
    private static func typicalValue(_ response: ResponseColumn) throws(StatisticsError) -> Double {
        let values = response.values
        var infinite = 0
        for value in values {
            infinite += value.magnitude == .infinity ? 1 : 0
        }
        guard infinite == 0 else {
            throw .notFinite(column: response.name, row: values.firstIndex { $0.isInfinite } ?? 0)
        }
        var sample: [Double] = []
        for part in 0..<9 {
            let start = part * values.count / 9
            if let found = values[start...].first(where: { !$0.isNaN }) {
                sample.append(found)
            }
        }
        guard let middle = sample.sorted().dropFirst(sample.count / 2).first else {
            throw .tooFewObservations(subject: "Response '\(response.name)'", found: 0, needed: 1)
        }
        return middle
    }

    /// The number of combinations of declared levels, capped just above the limit.
    private var combinations: Int {
        factors.reduce(1) { min($0, Self.cellLimit + 1) * max(1, $1.levels.count) }
    }

    /// Whether combinations are so few, and rows so many, that counting by combination pays.
    var countsByCombination: Bool {
        covariates.isEmpty && combinations <= min(Self.cellLimit, max(64, rowCount))
    }

    /// Calls a function with all cells, in one go or in blocks of rows.
    mutating func forEachBlock(
        _ use: (ModelCells) throws(StatisticsError) -> Void
    ) throws(StatisticsError) {
        if countsByCombination {
            try use(tabulated())
            return
        }
        missingFactors = 0
        for start in stride(from: 0, to: max(1, rowCount), by: Self.blockSize) {
            try use(rows(start..<min(rowCount, start + Self.blockSize)))
        }
    }

    /// The rows of a range as cells of one row each; rows with a missing factor or covariate are left out.
    private mutating func rows(_ range: Range<Int>) throws(StatisticsError) -> ModelCells {
        var cells = ModelCells(factorCount: factors.count, covariateCount: covariates.count)
        var codes = [Int32](repeating: 0, count: range.count * factors.count)
        var isMissing = [Bool](repeating: false, count: range.count)
        for index in factors.indices {
            try copy(index, range, &codes, &isMissing)
        }
        for covariate in covariates {
            for (position, row) in range.enumerated() where covariate.values[row].isNaN {
                isMissing[position] = true
            }
        }
        let used = isMissing.indices.filter { !isMissing[$0] }
        missingFactors += range.count - used.count
        cells.count = used.count
        if used.count == range.count {
            cells.levels = codes
        } else {
            cells.levels = used.flatMap { codes[($0 * factors.count)..<(($0 + 1) * factors.count)] }
        }
        if !covariates.isEmpty {
            for position in used {
                for (index, covariate) in covariates.enumerated() {
                    cells.covariates.append(covariate.values[range.lowerBound + position] - covariateMeans[index])
                }
            }
        }
        cells.counts.reserveCapacity(used.count * responses.count)
        cells.sums.reserveCapacity(used.count * responses.count)
        for (response, shift) in zip(responses, shifts) {
            var squares = DoubleDouble()
            for position in used {
                let value = response.values[range.lowerBound + position] - shift
                cells.counts.append(value.isNaN ? 0 : 1)
                cells.sums.append(DoubleDouble(value.isNaN ? 0 : value))
                if !value.isNaN {
                    squares += DoubleDouble.product(value, value)
                }
            }
            cells.squares.append(squares)
        }
        return cells
    }

    /// Copies the codes of a factor's rows to their places among those of all factors.
    private func copy(
        _ index: Int,
        _ range: Range<Int>,
        _ target: inout [Int32],
        _ isMissing: inout [Bool]
    ) throws(StatisticsError) {
        let factor = factors[index]
        let count = Int32(clamping: factor.levels.count)
        var place = index
        switch factor.codes {
        case .bytes(let codes):
            for (position, row) in range.enumerated() {
                let code = Int32(codes[row])
                target[place] = code
                place += factors.count
                if code >= count {
                    guard codes[row] == .max else {
                        throw invalid(factor, row, Int(code))
                    }
                    isMissing[position] = true
                }
            }
        case .words(let codes):
            for (position, row) in range.enumerated() {
                let code = codes[row]
                target[place] = code
                place += factors.count
                if code < 0 {
                    isMissing[position] = true
                } else if code >= count {
                    throw invalid(factor, row, Int(code))
                }
            }
        }
    }

    private func invalid(_ factor: CodedFactor, _ row: Int, _ level: Int) -> StatisticsError {
        .invalidLevelCode(column: factor.name, row: row, code: level, levelCount: factor.levels.count)
    }
}

// Counting by combination of levels.
extension ModelReader {
    /// The sums of one response in one combination of levels.
    private struct Sums {
        var high = 0.0
        var low = 0.0
        var count = 0
    }

    /// One pass over all rows, by blocks that fit the cache.
    private mutating func tabulated() throws(StatisticsError) -> ModelCells {
        let size = combinations
        var sums = [Sums](repeating: Sums(), count: size * responses.count)
        var squares = [DoubleDouble](repeating: DoubleDouble(), count: responses.count)
        var cellOfRow = [UInt32](repeating: 0, count: Self.blockSize)
        var shifted = [SIMD4<Double>](repeating: .zero, count: Self.blockSize / 4)
        missingFactors = 0
        for start in stride(from: 0, to: rowCount, by: Self.blockSize) {
            let range = start..<min(rowCount, start + Self.blockSize)
            let isWhole = try locate(range, &cellOfRow)
            for response in responses.indices {
                unsafe sums.withUnsafeMutableBufferPointer { all in
                    let own = unsafe UnsafeMutableBufferPointer(
                        rebasing: all[(response * size)..<((response + 1) * size)]
                    )
                    unsafe add(range, response, cellOfRow, isWhole, own, &shifted)
                }
                squares[response] += Self.sumOfSquares(shifted, count: range.count)
            }
        }
        return occupied(sums, squares, size)
    }

    /// Finds the combination of every row of a block; false when rows were left out, which are marked by `.max`.
    private mutating func locate(_ range: Range<Int>, _ cells: inout [UInt32]) throws(StatisticsError) -> Bool {
        var isWhole = true
        for position in 0..<range.count {
            cells[position] = 0
        }
        for factor in factors {
            let levels = UInt32(truncatingIfNeeded: max(1, factor.levels.count))
            var greatest: UInt32 = 0
            switch factor.codes {
            case .bytes(let codes):
                unsafe codes.withUnsafeBufferPointer { codes in
                    unsafe cells.withUnsafeMutableBufferPointer { cells in
                        for position in 0..<range.count {
                            let code = unsafe UInt32(codes[range.lowerBound + position])
                            greatest = max(greatest, code)
                            unsafe cells[position] = cells[position] &* levels &+ code
                        }
                    }
                }
            case .words(let codes):
                unsafe codes.withUnsafeBufferPointer { codes in
                    unsafe cells.withUnsafeMutableBufferPointer { cells in
                        for position in 0..<range.count {
                            let code = unsafe UInt32(bitPattern: codes[range.lowerBound + position])
                            greatest = max(greatest, code)
                            unsafe cells[position] = cells[position] &* levels &+ code
                        }
                    }
                }
            }
            isWhole = isWhole && greatest < levels && !factor.levels.isEmpty
        }
        if !isWhole {
            try locateOneByOne(range, &cells)
        }
        return isWhole
    }

    private mutating func locateOneByOne(_ range: Range<Int>, _ cells: inout [UInt32]) throws(StatisticsError) {
        for (position, row) in range.enumerated() {
            var cell: UInt32? = 0
            for factor in factors {
                guard let level = factor.level(row: row) else {
                    cell = nil
                    continue
                }
                guard level < factor.levels.count else {
                    throw invalid(factor, row, level)
                }
                let levels = UInt32(truncatingIfNeeded: factor.levels.count)
                cell = cell.map { $0 &* levels &+ UInt32(truncatingIfNeeded: level) }
            }
            missingFactors += cell == nil ? 1 : 0
            cells[position] = cell ?? .max
        }
    }

    /// Adds a block's values of a response to the combinations' sums, and leaves the shifted values, 0 for missing ones.
    private func add(
        _ range: Range<Int>,
        _ response: Int,
        _ cellOfRow: [UInt32],
        _ isWhole: Bool,
        _ sums: UnsafeMutableBufferPointer<Sums>,
        _ shifted: inout [SIMD4<Double>]
    ) {
        let shift = shifts[response]
        unsafe shifted.withUnsafeMutableBytes { raw in
            let target = unsafe raw.assumingMemoryBound(to: Double.self)
            unsafe responses[response].values.withUnsafeBufferPointer { values in
                unsafe cellOfRow.withUnsafeBufferPointer { cells in
                    for position in 0..<range.count {
                        let value = unsafe values[range.lowerBound + position] - shift
                        let cell = unsafe cells[position]
                        guard value == value, cell != .max else {
                            unsafe target[position] = 0
                            continue
                        }
                        unsafe target[position] = value
                        let place = Int(truncatingIfNeeded: cell)
                        let before = unsafe sums[place].high
                        let sum = before + value
                        let part = sum - before
                        unsafe sums[place].low += (before - (sum - part)) + (value - part)
                        unsafe sums[place].high = sum
                        unsafe sums[place].count &+= 1
                    }
                    for position in range.count..<((range.count + 3) / 4 * 4) {
                        unsafe target[position] = 0
                    }
                }
            }
        }
    }

    /// The sum of squares in double-double arithmetic, four at a time; products are split after Dekker (1971).
    private static func sumOfSquares(_ values: [SIMD4<Double>], count: Int) -> DoubleDouble {
        var high = SIMD4<Double>.zero
        var low = SIMD4<Double>.zero
        for group in 0..<((count + 3) / 4) {
            let value = values[group]
            let scaled = value * 134_217_729
            let head = scaled - (scaled - value)
            let tail = value - head
            let square = value * value
            let error = ((head * head - square) + 2 * head * tail) + tail * tail
            let sum = high + square
            let part = sum - high
            low += ((high - (sum - part)) + (square - part)) + error
            high = sum
        }
        var total = DoubleDouble()
        for lane in 0..<4 {
            total += DoubleDouble(high[lane])
            total += DoubleDouble(low[lane])
        }
        return total
    }

    /// The combinations that have rows, as cells.
    private func occupied(_ sums: [Sums], _ squares: [DoubleDouble], _ size: Int) -> ModelCells {
        let used = (0..<size).filter { cell in
            responses.indices.contains { sums[$0 * size + cell].count > 0 }
        }
        var cells = ModelCells(factorCount: factors.count, covariateCount: 0)
        cells.count = used.count
        cells.levels = Array(repeating: 0, count: used.count * factors.count)
        for (position, cell) in used.enumerated() {
            var rest = cell
            for factor in factors.indices.reversed() {
                let levels = factors[factor].levels.count
                cells.levels[position * factors.count + factor] = Int32(truncatingIfNeeded: rest % levels)
                rest /= levels
            }
        }
        for response in responses.indices {
            for cell in used {
                let own = sums[response * size + cell]
                cells.counts.append(Double(own.count))
                cells.sums.append(DoubleDouble(own.high) + DoubleDouble(own.low))
            }
        }
        cells.squares = squares
        return cells
    }
}
