// SPDX-License-Identifier: Apache-2.0

/// A CSV file of an experiment: which columns are factors and blocks, with their levels, and its rows as codes.
///
/// The file is read twice and never held: once for the levels (so that codes are in the order of the sorted labels),
/// once for the rows.
package struct ExperimentFile: Sendable {
    /// A factor or block.
    package struct Column: Hashable, Sendable {
        /// The name in the header.
        package let name: String
        /// The labels, as the file writes them: numbers by value, other text by Unicode scalars.
        package let levels: [String]
        /// Whether it is fitted only to take out disturbance.
        package let isBlock: Bool
        let index: Int
        let table: LevelTable
        /// The position in `levels` by the table's code.
        let positions: [Int]

        package static func == (left: Self, right: Self) -> Bool {
            left.name == right.name && left.levels == right.levels && left.isBlock == right.isBlock
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(name)
            hasher.combine(levels)
        }
    }

    /// A column that is not used, and why.
    package struct Unused: Hashable, Sendable {
        /// The name in the header.
        package let name: String
        /// Why, as a clause.
        package let reason: String
    }

    /// What was read.
    package struct Summary: Hashable, Sendable {
        /// The rows used.
        package var rowCount = 0
        /// The rows left out because a used cell is missing.
        package var leftOutCount = 0
        /// The value that was taken off every response; 0 unless shifted.
        package var origin = 0.0
    }

    /// The most levels of one column.
    package static let levelLimit = 1_000
    /// The most distinct numbers of a column that is taken as a factor unasked.
    package static let unaskedNumbers = 20
    /// The most distinct texts of a column that is taken as a factor unasked.
    package static let unaskedTexts = 100

    /// The path.
    package let path: String
    /// The names of the response columns.
    package let responses: [String]
    /// Factors in the order asked for (or of the file), then blocks.
    package let columns: [Column]
    /// Columns that nobody asked for and that are not taken.
    package let unused: [Unused]
    private let responseIndices: [Int]

    /// Finds the levels; `factors` nil takes every other column that has few values.
    ///
    /// Throws an error that names the line, the column, the value and the remedy.
    package init(
        path: String,
        responses: [String],
        factors: [String]? = nil,
        blocks: [String] = []
    ) throws(CSVError) {
        var reader = try CSVReader(path: path)
        self.path = path
        self.responses = responses
        var roles: [String: String] = [:]
        for (role, names) in [("response", responses), ("factor", factors ?? []), ("block", blocks)] {
            for name in names {
                _ = try reader.column(name)
                if let other = roles[name] {
                    throw CSVError(
                        line: 1,
                        column: name,
                        value: name,
                        problem: "named as \(other) and as \(role)",
                        remedy: "name every column once"
                    )
                }
                roles[name] = role
            }
        }
        responseIndices = try responses.map { name throws(CSVError) in try reader.column(name) }
        let wanted = factors ?? reader.headers.filter { roles[$0] == nil }
        let asked = Set((factors ?? []) + blocks)
        var surveys: [Survey] = []
        for name in wanted + blocks {
            surveys.append(Survey(name: name, index: try reader.column(name), isAsked: asked.contains(name)))
        }
        var rowCount = 0
        while try reader.next() {
            rowCount += 1
            for index in surveys.indices {
                try surveys[index].add(reader)
            }
        }
        guard rowCount > 0 else {
            throw CSVError(line: 1, problem: "there are no rows", remedy: "give rows below the header line")
        }
        var columns: [Column] = []
        var unused: [Unused] = []
        for survey in surveys {
            if let reason = survey.reasonToLeaveOut(rowCount: rowCount) {
                unused.append(Unused(name: survey.name, reason: reason))
            } else {
                columns.append(try survey.column(isBlock: blocks.contains(survey.name), reader))
            }
        }
        guard columns.contains(where: { !$0.isBlock }) else {
            throw CSVError(
                line: 1,
                problem: "no column can be a factor",
                remedy: "name the factors by --factors; "
                    + unused.map { "'\($0.name)' \($0.reason)" }.joined(separator: ", ")
            )
        }
        self.columns = columns
        self.unused = unused
    }

    /// Calls a function with every complete row: one code per column, one value per response.
    ///
    /// With `isShifted` the first row's first response is taken off all responses, in decimal and before rounding; the
    /// summary says how much that was.
    package func forEachRow(
        isShifted: Bool,
        _ body: (_ line: Int, _ codes: [Int], _ responses: [Double]) throws -> Void
    ) throws -> Summary {
        var reader = try CSVReader(path: path)
        var summary = Summary()
        var origin: DecimalNumber?
        var codes = Array(repeating: 0, count: columns.count)
        var values = Array(repeating: 0.0, count: responses.count)
        while try reader.next() {
            guard try Self.read(reader, columns, &codes),
                try readResponses(reader, isShifted: isShifted, &origin, &values)
            else {
                summary.leftOutCount += 1
                continue
            }
            summary.rowCount += 1
            try body(reader.line, codes, values)
        }
        summary.origin = isShifted ? origin?.double ?? 0 : 0
        return summary
    }

    /// Reads the codes of a row; false when one is missing.
    private static func read(_ reader: borrowing CSVReader, _ columns: [Column], _ codes: inout [Int]) throws(CSVError)
        -> Bool
    {
        for index in columns.indices {
            guard let code = reader.find(columns[index].index, in: columns[index].table) else {
                return false
            }
            codes[index] = columns[index].positions[code]
        }
        return true
    }

    private func readResponses(
        _ reader: borrowing CSVReader,
        isShifted: Bool,
        _ origin: inout DecimalNumber?,
        _ values: inout [Double]
    ) throws(CSVError) -> Bool {
        var first = origin
        for (position, index) in responseIndices.enumerated() {
            guard let number = try reader.number(index) else {
                return false
            }
            first = first ?? number
            let value = isShifted ? number.difference(first ?? number) : number.double
            guard value.isFinite else {
                throw CSVError(
                    line: reader.line,
                    column: responses[position],
                    value: try reader.text(index),
                    remedy: "give a number below 1e308, or leave the cell empty"
                )
            }
            values[position] = value
        }
        origin = first
        return true
    }
}
