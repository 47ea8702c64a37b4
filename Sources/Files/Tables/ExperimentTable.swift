// SPDX-License-Identifier: Apache-2.0

/// A CSV file of an experiment in memory: factors as codes, responses as numbers, and what was left out.
package struct ExperimentTable: Sendable {
    /// What each column is for; names that are not in the file are refused.
    package struct Roles: Sendable, Hashable {
        /// The columns that are measured.
        package var responses: [String]
        /// The columns whose levels are compared; nil for every other column of few values.
        package var factors: [String]?
        /// The columns that are fitted only to take out disturbance.
        package var blocks: [String]
        /// The columns that are numbers, whatever the number of their values.
        package var numbers: [String]
        /// The columns that a model names: factors, or numbers when they have more than 20 different ones.
        package var named: [String]
        /// The column of trials or exposure.
        package var trials: String?
        /// The column by which rows are put in time order.
        package var order: String?

        /// Names the roles.
        package init(
            responses: [String],
            factors: [String]? = nil,
            blocks: [String] = [],
            numbers: [String] = [],
            named: [String] = [],
            trials: String? = nil,
            order: String? = nil
        ) {
            self.responses = responses
            self.factors = factors
            self.blocks = blocks
            self.numbers = numbers
            self.named = named
            self.trials = trials
            self.order = order
        }
    }

    /// The level of every row of a column, in as few bytes as its levels need.
    package enum Codes: Sendable, Hashable {
        /// Up to 255 levels; 255 is a missing cell.
        case bytes([UInt8])
        /// More levels; −1 is a missing cell.
        case words([Int32])
    }

    /// A column of levels.
    package struct Factor: Sendable, Hashable {
        /// The name in the header.
        package let name: String
        /// The labels as the file writes them: numbers by value, other text by Unicode scalars.
        package let levels: [String]
        /// Whether it is fitted only to take out disturbance.
        package let isBlock: Bool
        /// One code per row.
        package let codes: Codes
        /// The number of missing cells.
        package let missing: Int
    }

    /// A column of numbers.
    package struct Number: Sendable, Hashable {
        /// The name in the header.
        package let name: String
        /// One value per row less the origin; NaN for a missing cell.
        package let values: [Double]
        /// The first value, which was taken off all others in decimal, before rounding.
        package let origin: Double
        /// The number of missing cells.
        package let missing: Int
    }

    /// A column that is not used, and why.
    package struct Unused: Sendable, Hashable {
        /// The name in the header.
        package let name: String
        /// Why, as a clause such as `has 27 different numbers`.
        package let reason: String
    }

    /// The most levels of one column.
    package static let levelLimit = 1_000
    /// The most distinct numbers of a column that is a factor unless told otherwise.
    package static let unaskedNumbers = 20
    /// The most distinct texts of a column that is a factor unless told otherwise.
    package static let unaskedTexts = 100
    /// The most rows.
    package static let rowLimit = 50_000_000

    /// The header.
    package let headers: [String]
    /// The line of the file at which each row begins.
    package let lines: [Int32]
    /// Factors in the order asked for (or of the file), then blocks.
    package let factors: [Factor]
    /// The responses.
    package let responses: [Number]
    /// Columns that enter a model as straight lines.
    package let numbers: [Number]
    /// The trials or exposure.
    package let trials: Number?
    /// What puts the rows in time order.
    package let order: Number?
    /// Columns that nobody asked for and that are not taken.
    package let unused: [Unused]
    /// What was found in the file that a reader should know, as English sentences.
    package let notes: [String]

    /// The number of rows.
    package var rowCount: Int { lines.count }

    /// Reads a file; throws an error that names the line, the column, the value and the remedy.
    package init(path: String, roles: Roles) throws(CSVError) {
        var reader = try CSVReader(path: path)
        try self.init(&reader, roles)
    }

    init(_ reader: inout CSVReader, _ roles: Roles) throws(CSVError) {
        headers = reader.headers
        let roleOf = try Self.roles(roles, reader)
        var surveys: [ColumnSurvey] = []
        for name in Self.wanted(roles, roleOf, reader.headers) {
            let isNamed = roleOf[name] == nil && roles.named.contains(name)
            surveys.append(
                ColumnSurvey(
                    name: name,
                    index: try reader.column(name),
                    isAsked: roleOf[name] != nil || isNamed,
                    isBlock: roles.blocks.contains(name),
                    keepsNumbers: isNamed
                )
            )
        }
        var columns: [NumberColumn] = []
        let extra = [roles.trials, roles.order].compactMap(\.self)
        for name in roles.responses + roles.numbers + extra {
            columns.append(NumberColumn(name: name, index: try reader.column(name)))
        }
        var lines: [Int32] = []
        while try reader.next() {
            guard lines.count < Self.rowLimit else {
                throw CSVError(
                    line: reader.line,
                    problem: "more than \(Self.rowLimit) rows",
                    remedy: "add up rows of equal combinations first"
                )
            }
            lines.append(Int32(clamping: reader.line))
            for index in surveys.indices {
                try surveys[index].add(reader)
            }
            for index in columns.indices {
                try columns[index].add(reader)
            }
        }
        guard !lines.isEmpty else {
            throw CSVError(line: 1, problem: "there are no rows", remedy: "give rows below the header line")
        }
        self.lines = lines
        let numbers = columns.map(\.number)
        let count = roles.responses.count
        responses = Array(numbers.prefix(count))
        if let empty = responses.first(where: { $0.missing == lines.count }) {
            throw CSVError(
                line: 2,
                column: empty.name,
                problem: "the response has no values",
                remedy: "fill the column, or name another by --response"
            )
        }
        trials = roles.trials.flatMap { name in numbers.last { $0.name == name } }
        order = roles.order.flatMap { name in numbers.last { $0.name == name } }
        let found = try Self.sorted(surveys, rowCount: lines.count, reader)
        factors = found.factors
        unused = found.unused
        notes = found.notes
        self.numbers = Array(numbers.dropFirst(count).prefix(roles.numbers.count)) + found.numbers
        guard factors.contains(where: { !$0.isBlock }) || !self.numbers.isEmpty else {
            let reasons = unused.prefix(20).map { "'\($0.name)' \($0.reason)" }.joined(separator: ", ")
            throw CSVError(
                line: 1,
                problem: "no column can be a factor",
                remedy: "name the factors by --factors" + (reasons.isEmpty ? "" : "; \(reasons)")
            )
        }
    }

    // MARK: Columns

    /// The role of every column that has one; throws for a column with two.
    private static func roles(_ roles: Roles, _ reader: CSVReader) throws(CSVError) -> [String: String] {
        var roleOf: [String: String] = [:]
        let all = [
            ("response", roles.responses), ("factor", roles.factors ?? []), ("block", roles.blocks),
            ("number", roles.numbers), ("trials", roles.trials.map { [$0] } ?? []),
            ("order", roles.order.map { [$0] } ?? []),
        ]
        for (role, names) in all {
            for name in names {
                _ = try reader.column(name)
                if let other = roleOf[name] {
                    throw CSVError(
                        line: 1,
                        column: name,
                        value: name,
                        problem: other == role ? "named twice as \(role)" : "named as \(other) and as \(role)",
                        remedy: "name every column once"
                    )
                }
                roleOf[name] = role
            }
        }
        for name in roles.named {
            _ = try reader.column(name)
            if let role = roleOf[name], ["response", "trials", "order"].contains(role) {
                throw CSVError(
                    line: 1,
                    column: name,
                    value: name,
                    problem: "named as \(role) and in the model",
                    remedy: "name every column once"
                )
            }
        }
        return roleOf
    }

    /// The columns whose levels are looked at, blocks last.
    private static func wanted(_ roles: Roles, _ roleOf: [String: String], _ headers: [String]) -> [String] {
        let free = headers.filter { roleOf[$0] == nil }
        let chosen: [String]
        if let factors = roles.factors {
            chosen = factors + roles.named.filter { roleOf[$0] == nil }
        } else {
            chosen = free
        }
        return chosen + roles.blocks
    }

    private static func sorted(
        _ surveys: [ColumnSurvey],
        rowCount: Int,
        _ reader: borrowing CSVReader
    ) throws(CSVError) -> (factors: [Factor], numbers: [Number], unused: [Unused], notes: [String]) {
        var factors: [Factor] = []
        var numbers: [Number] = []
        var unused: [Unused] = []
        var notes: [String] = []
        for survey in surveys {
            if let number = survey.number {
                numbers.append(number)
            } else if let reason = survey.reasonToLeaveOut(rowCount: rowCount) {
                unused.append(Unused(name: survey.name, reason: reason))
            } else {
                let factor = try survey.factor(reader)
                factors.append(factor)
                notes += LevelLabels.notes(factor.name, factor.levels)
            }
        }
        return (factors, numbers, unused, notes)
    }
}

/// Collects the numbers of a column.
private struct NumberColumn {
    let name: String
    let index: Int
    private var values: [Double] = []
    private var origin: DecimalNumber?
    private var missing = 0

    init(name: String, index: Int) {
        self.name = name
        self.index = index
    }

    mutating func add(_ reader: borrowing CSVReader) throws(CSVError) {
        guard let number = try reader.number(index) else {
            missing += 1
            values.append(.nan)
            return
        }
        let first = origin ?? number
        let value = number.difference(first)
        guard value.isFinite, number.double.isFinite else {
            throw CSVError(
                line: reader.line,
                column: name,
                value: try reader.text(index),
                remedy: "give a number below 1e308, or leave the cell empty"
            )
        }
        origin = first
        values.append(value)
    }

    var number: ExperimentTable.Number {
        .init(name: name, values: values, origin: origin?.double ?? 0, missing: missing)
    }
}
