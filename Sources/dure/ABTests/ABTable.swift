// SPDX-License-Identifier: Apache-2.0

import Experiments
import Files
import Statistics

/// The columns of a CSV file that an A/B test needs.
struct ABTable {
    /// The variants in the order of their first row.
    let labels: [String]
    /// The variant of each row.
    let codes: [Int]
    /// The line of each row.
    let lines: [Int]
    /// The day of each row, from 0; nil without a column of dates.
    let days: [Int]?
    /// The values of each column that is used; NaN where missing, which never leaves this type.
    let columns: [String: [Double]]
    let texts: [ABMetricText]
    let lower: [String]
    let covariate: String?
    let totals: String?
    /// What a reader must know of the file.
    private(set) var notes: [String] = []

    /// The most variants of one test.
    static let mostVariants = 50

    /// Reads the file; throws for what is wrong in it or in the names of columns.
    init(
        path: String,
        variant: String,
        metrics: [String],
        guardrails: [String],
        lower: [String],
        covariate: String?,
        unit: String?,
        totals: String?,
        date: String? = nil
    ) throws(CSVError) {
        var reader = try CSVReader(path: path)
        let headers = reader.headers
        let variantColumn = try reader.column(variant)
        let wanted = metrics.isEmpty && totals != nil && headers.contains("successes") ? ["successes"] : metrics
        guard !wanted.isEmpty else {
            throw CSVError(
                line: 0,
                problem: "no metric is named",
                remedy: "give --metric; the columns are \(headers.prefix(30).joined(separator: ", "))"
            )
        }
        var texts: [ABMetricText] = []
        for text in wanted {
            texts.append(try ABMetricText(text, isGuardrail: false, headers: headers))
        }
        for text in guardrails {
            texts.append(try ABMetricText(text, isGuardrail: true, headers: headers))
        }
        var names = texts.map(\.column) + texts.compactMap(\.second) + [covariate, totals].compactMap { $0 }
        names = names.enumerated().filter { !names[..<$0.offset].contains($0.element) }.map(\.element)
        var numbers: [Int] = []
        for name in names + lower {
            numbers.append(try reader.column(name))
        }
        for name in lower where !texts.contains(where: { $0.column == name }) {
            throw CSVError(
                line: 0,
                column: name,
                value: name,
                problem: "--lower names no metric",
                remedy: "name one of \(texts.map(\.column).joined(separator: ", "))"
            )
        }
        let unitColumn = try unit.map { name throws(CSVError) in try reader.column(name) }
        let dateColumn = try date.map { name throws(CSVError) in try reader.column(name) }
        var sheet = Sheet(columns: names.count)
        while try reader.next() {
            try sheet.add(&reader, variantColumn, unitColumn, Array(numbers.prefix(names.count)))
            if let dateColumn {
                sheet.dates.append(try Self.day(&reader, dateColumn))
            }
        }
        self.labels = try sheet.labels(headers[variantColumn])
        codes = sheet.codes
        lines = sheet.lines
        days = try dateColumn.map { column throws(CSVError) in try sheet.days(column: headers[column]) }
        var columns: [String: [Double]] = [:]
        for (name, values) in zip(names, sheet.values) {
            columns[name] = values
        }
        self.columns = columns
        self.texts = texts
        self.lower = lower
        self.covariate = covariate
        self.totals = totals
        if let covariate, let values = columns[covariate] {
            let missing = values.count { $0.isNaN }
            if missing > 0 {
                notes.append("\(missing) units have no value of '\(covariate)'; they were given its mean.")
            }
        }
    }

    /// Rows as they are read.
    struct Sheet {
        var variants = LevelTable()
        var units = LevelTable()
        var unitVariants: [Int] = []
        var codes: [Int] = []
        var lines: [Int] = []
        var dates: [Int] = []
        var values: [[Double]]

        init(columns: Int) {
            values = [[Double]](repeating: [], count: columns)
        }

        mutating func add(
            _ reader: inout CSVReader,
            _ variant: Int,
            _ unit: Int?,
            _ columns: [Int]
        ) throws(CSVError) {
            guard !reader.isMissing(variant) else {
                throw CSVError(
                    line: reader.line,
                    column: reader.headers[variant],
                    problem: "no variant",
                    remedy: "name the variant, or take the row out"
                )
            }
            let code = reader.insert(variant, into: &variants)
            guard code < ABTable.mostVariants else {
                throw CSVError(
                    line: reader.line,
                    column: reader.headers[variant],
                    value: try reader.text(variant),
                    problem: "more than \(ABTable.mostVariants) variants",
                    remedy: "name the column that says which variant a unit got by --variant"
                )
            }
            codes.append(code)
            lines.append(reader.line)
            if let unit {
                try check(&reader, unit, code)
            }
            for (position, column) in columns.enumerated() {
                values[position].append(try Self.number(reader, column))
            }
        }

        /// A unit belongs to one variant and has one row.
        private mutating func check(_ reader: inout CSVReader, _ unit: Int, _ variant: Int) throws(CSVError) {
            let known = units.count
            let code = reader.insert(unit, into: &units)
            if code == known {
                unitVariants.append(variant)
                return
            }
            let names = variants.labels.map { $0 ?? "?" }
            let other = unitVariants[code]
            throw CSVError(
                line: reader.line,
                column: reader.headers[unit],
                value: try reader.text(unit),
                problem: other == variant
                    ? "unit '\(try reader.text(unit))' has a second row"
                    : "unit '\(try reader.text(unit))' is in two variants, '\(names[other])' and '\(names[variant])'",
                remedy: other == variant
                    ? "give one row per unit: add its rows up"
                    : "assign every unit once, for a unit that saw both tells neither; take such units out and find the cause"
            )
        }

        private static func number(_ reader: borrowing CSVReader, _ column: Int) throws(CSVError) -> Double {
            let value: Double
            do throws(CSVError) {
                guard let number = try reader.number(column) else {
                    return .nan
                }
                value = number.double
            } catch {
                switch try reader.text(column).lowercased() {
                case "true", "yes": return 1
                case "false", "no": return 0
                default: throw error
                }
            }
            guard value.isFinite else {
                throw CSVError(
                    line: reader.line,
                    column: reader.headers[column],
                    value: try reader.text(column),
                    remedy: "give a number below 1e308"
                )
            }
            return value
        }

        func labels(_ column: String) throws(CSVError) -> [String] {
            var names: [String] = []
            for label in variants.labels {
                guard let label else {
                    throw CSVError(
                        line: 0,
                        column: column,
                        problem: "a variant's name is not UTF-8",
                        remedy: "save as UTF-8"
                    )
                }
                names.append(label)
            }
            guard names.count > 1 else {
                throw CSVError(
                    line: 0,
                    column: column,
                    value: names.first ?? "",
                    problem: names.isEmpty ? "there are no rows" : "there is only one variant, '\(names[0])'",
                    remedy: "give rows of two variants or more"
                )
            }
            var seen: [String: String] = [:]
            for name in names {
                let plain = name.lowercased().filter { !$0.isWhitespace }
                if let other = seen.updateValue(name, forKey: plain) {
                    throw CSVError(
                        line: 0,
                        column: column,
                        value: name,
                        problem: "variants '\(other)' and '\(name)' differ by spaces or case alone",
                        remedy: "write one variant in one way"
                    )
                }
            }
            return names
        }
    }
}
