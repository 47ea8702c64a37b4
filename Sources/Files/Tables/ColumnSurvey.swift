// SPDX-License-Identifier: Apache-2.0

/// Collects the levels of one column, row by row, and says in the end what the column is.
struct ColumnSurvey {
    let name: String
    private let index: Int
    private let isAsked: Bool
    private let isBlock: Bool
    private var table = LevelTable()
    private var bytes: [UInt8] = []
    private var words: [Int32] = []
    private var isWide = false
    private var isFull = false
    private var missing = 0
    /// The line at which each level was first seen.
    private var firstLines: [Int] = []
    /// The values as numbers, as long as all are.
    private var values: [Double]?
    private var origin: DecimalNumber?

    init(name: String, index: Int, isAsked: Bool, isBlock: Bool, keepsNumbers: Bool) {
        self.name = name
        self.index = index
        self.isAsked = isAsked
        self.isBlock = isBlock
        values = keepsNumbers ? [] : nil
    }

    /// Adds the current record's cell; throws when a column that was asked for has too many levels.
    mutating func add(_ reader: borrowing CSVReader) throws(CSVError) {
        let isMissing = reader.isMissing(index)
        missing += isMissing ? 1 : 0
        if values != nil {
            addNumber(reader, isMissing)
        }
        guard !isFull else {
            return
        }
        guard !isMissing else {
            append(-1)
            return
        }
        let count = table.count
        let code = reader.insert(index, into: &table)
        if table.count > count {
            firstLines.append(reader.line)
            if table.count > ExperimentTable.levelLimit {
                isFull = true
                bytes = []
                words = []
                guard isAsked, values == nil else {
                    return
                }
                throw CSVError(
                    line: reader.line,
                    column: name,
                    value: try reader.text(index),
                    problem: "the column has more than \(ExperimentTable.levelLimit) levels",
                    remedy: "leave it out, group its values, or give it as a number by --numeric"
                )
            }
        }
        append(code)
    }

    private mutating func append(_ code: Int) {
        if !isWide, code >= 255 {
            isWide = true
            words = bytes.map { $0 == .max ? -1 : Int32($0) }
            bytes = []
        }
        if isWide {
            words.append(Int32(clamping: code))
        } else {
            bytes.append(code < 0 ? .max : UInt8(clamping: code))
        }
    }

    private mutating func addNumber(_ reader: borrowing CSVReader, _ isMissing: Bool) {
        guard !isMissing else {
            values?.append(.nan)
            return
        }
        guard let number = reader.decimal(index), number.double.isFinite else {
            values = nil
            return
        }
        let first = origin ?? number
        origin = first
        values?.append(number.difference(first))
    }

    private var isNumeric: Bool {
        table.labels.allSatisfy { $0.map { DecimalNumber($0, hasDecimalComma: true) != nil } ?? false }
    }

    /// The column as numbers, when a model names it and it has more numbers than factors have levels.
    var number: ExperimentTable.Number? {
        guard let values, isFull || table.count > ExperimentTable.unaskedNumbers else {
            return nil
        }
        return .init(name: name, values: values, origin: origin?.double ?? 0, missing: missing)
    }

    /// Why a column that nobody asked for is not taken; nil when it is.
    func reasonToLeaveOut(rowCount: Int) -> String? {
        guard !isAsked else {
            return nil
        }
        if table.count < 2 {
            return table.count == 0 ? "has no values" : "has one value only"
        }
        let isNumeric = isNumeric
        if isFull || table.count > (isNumeric ? ExperimentTable.unaskedNumbers : ExperimentTable.unaskedTexts) {
            let count = isFull ? "more than \(ExperimentTable.levelLimit)" : "\(table.count)"
            return "has \(count) different \(isNumeric ? "numbers" : "texts")"
        }
        if table.count > max(2, rowCount / 2) {
            return "has a value of its own in most rows"
        }
        return nil
    }

    /// The column with sorted levels; throws for labels that are not text and for a column without values.
    func factor(_ reader: borrowing CSVReader) throws(CSVError) -> ExperimentTable.Factor {
        guard !isFull else {
            throw CSVError(
                line: firstLines.last ?? 0,
                column: name,
                problem: "the column has more than \(ExperimentTable.levelLimit) levels",
                remedy: "leave it out, or group its values"
            )
        }
        var labels: [String] = []
        for (code, label) in table.labels.enumerated() {
            guard let label else {
                throw reader.encodingError(line: firstLines[code], column: index)
            }
            if let problem = LevelLabels.hiddenCharacter(label) {
                throw CSVError(
                    line: firstLines[code],
                    column: name,
                    problem: "the cell holds \(problem)",
                    remedy: "remove it; it makes a level that looks like another"
                )
            }
            labels.append(label)
        }
        guard !labels.isEmpty else {
            throw CSVError(line: 1, column: name, problem: "no values", remedy: "fill the column or leave it out")
        }
        let order = LevelLabels.order(labels, hasDecimalComma: reader.dialect.hasDecimalComma)
        var positions = Array(repeating: 0, count: labels.count)
        for (position, code) in order.enumerated() {
            positions[code] = position
        }
        return ExperimentTable.Factor(
            name: name,
            levels: order.map { labels[$0] },
            isBlock: isBlock,
            codes: isWide
                ? .words(words.map { $0 < 0 ? -1 : Int32(clamping: positions[Int($0)]) })
                : .bytes(bytes.map { $0 == .max ? .max : UInt8(clamping: positions[Int($0)]) }),
            missing: missing
        )
    }
}

/// What is looked for in the labels of levels.
enum LevelLabels {
    /// The order of labels: numbers by value where all are numbers, otherwise by Unicode scalars.
    static func order(_ labels: [String], hasDecimalComma: Bool) -> [Int] {
        let numbers = labels.map { DecimalNumber($0, hasDecimalComma: hasDecimalComma)?.double }
        let areNumbers = numbers.allSatisfy { $0 != nil }
        return labels.indices.sorted { left, right in
            if areNumbers, let first = numbers[left], let second = numbers[right], first != second {
                return first < second
            }
            return labels[left].unicodeScalars.lexicographicallyPrecedes(labels[right].unicodeScalars)
        }
    }

    /// What is in a text that nobody sees, such as a byte-order mark; nil for none.
    static func hiddenCharacter(_ text: String) -> String? {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xFEFF: return "a byte-order mark (U+FEFF)"
            case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069:
                return "an invisible character (U+\(String(scalar.value, radix: 16, uppercase: true)))"
            case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F...0x9F:
                return "a control character (code \(scalar.value))"
            default: continue
            }
        }
        return nil
    }

    /// Labels that are one number in two spellings, or that a spreadsheet would run.
    static func notes(_ column: String, _ labels: [String]) -> [String] {
        var notes: [String] = []
        for (before, after) in zip(labels, labels.dropFirst()) {
            if let first = DecimalNumber(before), let second = DecimalNumber(after), first.double == second.double {
                notes.append(
                    "'\(before)' and '\(after)' of '\(column)' are one number in two spellings, and count as two levels."
                )
                break
            }
        }
        let alike = Dictionary(grouping: labels) { folded($0) }.values.filter { $0.count > 1 }
        if let pair = alike.map({ $0.sorted() }).min(by: { $0[0] < $1[0] }) {
            notes.append("'\(pair[0])' and '\(pair[1])' of '\(column)' differ only in case or spaces: two levels.")
        }
        let isFormula: (String) -> Bool = { label in
            guard let first = label.first, "=+-@".contains(first) else {
                return false
            }
            return DecimalNumber(label) == nil && label.count > 1
        }
        if let label = labels.first(where: isFormula) {
            notes.append(
                "'\(column)' has cells that a spreadsheet would run, such as '\(label.prefix(30))'; here text."
            )
        }
        return notes
    }

    private static func folded(_ label: String) -> String {
        label.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
