// SPDX-License-Identifier: Apache-2.0

extension ExperimentFile {
    /// Collects the levels of one column in the first pass.
    struct Survey {
        let name: String
        let index: Int
        let isAsked: Bool
        private var table = LevelTable()
        private var isFull = false

        init(name: String, index: Int, isAsked: Bool) {
            self.name = name
            self.index = index
            self.isAsked = isAsked
        }

        /// Adds the current record's cell; throws when a column that was asked for has too many levels.
        mutating func add(_ reader: borrowing CSVReader) throws(CSVError) {
            guard !isFull, reader.find(index, in: table) == nil, !reader.isMissing(index) else {
                return
            }
            guard table.count < ExperimentFile.levelLimit else {
                isFull = true
                guard isAsked else {
                    return
                }
                throw CSVError(
                    line: reader.line,
                    column: name,
                    value: try reader.text(index),
                    problem: "the column has more than \(ExperimentFile.levelLimit) levels",
                    remedy: "leave it out, or group its values"
                )
            }
            _ = reader.insert(index, into: &table)
        }

        /// Why a column that nobody asked for is not taken; nil when it is.
        func reasonToLeaveOut(rowCount: Int) -> String? {
            guard !isAsked else {
                return nil
            }
            if table.count < 2 {
                return table.count == 0 ? "has no values" : "has one value only"
            }
            let isNumeric = table.labels.allSatisfy {
                $0.map { DecimalNumber($0, hasDecimalComma: true) != nil } ?? false
            }
            if isFull || table.count > (isNumeric ? ExperimentFile.unaskedNumbers : ExperimentFile.unaskedTexts) {
                let count = isFull ? "more than \(ExperimentFile.levelLimit)" : "\(table.count)"
                return "has \(count) different \(isNumeric ? "numbers" : "texts")"
            }
            if table.count > max(2, rowCount / 2) {
                return "has a value of its own in most rows"
            }
            return nil
        }

        /// The column with sorted levels; throws for labels that are not UTF-8 and for a column without values.
        func column(isBlock: Bool, _ reader: borrowing CSVReader) throws(CSVError) -> Column {
            var labels: [String] = []
            for label in table.labels {
                guard let label else {
                    throw reader.encodingError(line: 0, column: index)
                }
                labels.append(label)
            }
            guard !labels.isEmpty else {
                throw CSVError(line: 1, column: name, problem: "no values", remedy: "fill the column or leave it out")
            }
            let numbers = labels.map { DecimalNumber($0, hasDecimalComma: reader.dialect.hasDecimalComma)?.double }
            let areNumbers = numbers.allSatisfy { $0 != nil }
            let order = labels.indices.sorted { left, right in
                if areNumbers, let first = numbers[left], let second = numbers[right], first != second {
                    return first < second
                }
                return labels[left].unicodeScalars.lexicographicallyPrecedes(labels[right].unicodeScalars)
            }
            var positions = Array(repeating: 0, count: labels.count)
            for (position, code) in order.enumerated() {
                positions[code] = position
            }
            return Column(
                name: name,
                levels: order.map { labels[$0] },
                isBlock: isBlock,
                index: index,
                table: table,
                positions: positions
            )
        }
    }
}
