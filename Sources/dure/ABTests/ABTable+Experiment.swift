// SPDX-License-Identifier: Apache-2.0

import Experiments
import Files
import Statistics

extension ABTable {
    /// The experiment that the file holds, control first, the others by name.
    func experiment(control: String?, shares: [Double]?) throws -> ABExperiment {
        let order = try order(control)
        let names = order.map { labels[$0] }
        if let shares, shares.count != names.count {
            throw CSVError(
                line: 0,
                value: "\(shares.count)",
                problem: "--shares gives \(shares.count) shares for \(names.count) variants",
                remedy: "give one per variant, in the order \(names.joined(separator: ", "))"
            )
        }
        var rows = [[Int]](repeating: [], count: labels.count)
        for (row, code) in codes.enumerated() {
            rows[code].append(row)
        }
        let ordered = order.map { rows[$0] }
        var metrics: [ABMetricData] = []
        for text in texts {
            metrics.append(try totals == nil ? perUnit(text, ordered) : summed(text, ordered, names))
        }
        return ABExperiment(
            variants: names,
            units: try totals.map { try units($0, ordered, names) } ?? ordered.map(\.count),
            shares: shares ?? [Double](repeating: 1, count: names.count),
            control: 0,
            metrics: metrics
        )
    }

    /// The codes of the variants, control first, then by name.
    private func order(_ control: String?) throws(CSVError) -> [Int] {
        let sorted = labels.indices.sorted { labels[$0] < labels[$1] }
        var first = sorted[0]
        if let control {
            guard let found = labels.firstIndex(of: control) else {
                throw CSVError(
                    line: 0,
                    value: control,
                    problem: "--control names no variant: '\(control)'",
                    remedy: "name one of \(sorted.map { labels[$0] }.joined(separator: ", "))"
                )
            }
            first = found
        } else if let usual = sorted.first(where: { ["control", "a"].contains(labels[$0].lowercased()) }) {
            first = usual
        }
        return [first] + sorted.filter { $0 != first }
    }

    // MARK: One row per unit

    private func perUnit(_ text: ABMetricText, _ rows: [[Int]]) throws -> ABMetricData {
        let values = columns[text.column] ?? []
        let second = text.kind == .ratio ? text.second.flatMap { columns[$0] } : nil
        if let name = text.second, text.kind == .mean {
            throw CSVError(
                line: 0,
                column: name,
                problem: "a standard deviation belongs to a table of totals",
                remedy: "leave '/\(name)' out, or give --totals"
            )
        }
        let known = rows.map { group in
            group.filter { !values[$0].isNaN && second?[$0].isNaN != true }
        }
        let kind = text.kind ?? (isBinary(values) ? .proportion : .mean)
        if kind == .proportion, !isBinary(values) {
            try refuse(text, values, "a proportion", "give 0 and 1, or name the metric '\(text.column):mean'") {
                $0 == 0 || $0 == 1
            }
        }
        if kind == .count {
            try refuse(text, values, "a count", "give whole numbers, or name the metric '\(text.column):mean'") {
                $0 >= 0 && $0.rounded() == $0
            }
        }
        let samples: [ABSample] = known.map { group in
            if let second {
                return .ratio(numerators: group.map { values[$0] }, denominators: group.map { second[$0] })
            }
            return .values(group.map { values[$0] })
        }
        return ABMetricData(
            metric: try metric(text, kind),
            samples: samples,
            covariates: covariates(known),
            missing: rows.reduce(0) { $0 + $1.count } - known.reduce(0) { $0 + $1.count }
        )
    }

    /// The covariate of the given rows, its mean where it is missing; nil without one.
    private func covariates(_ rows: [[Int]]) -> [[Double]]? {
        guard let covariate, let values = columns[covariate] else {
            return nil
        }
        let known = values.filter { !$0.isNaN }
        let mean = known.reduce(0, +) / Double(max(1, known.count))
        return rows.map { $0.map { values[$0].isNaN ? mean : values[$0] } }
    }

    private func isBinary(_ values: [Double]) -> Bool {
        values.allSatisfy { $0.isNaN || $0 == 0 || $0 == 1 }
    }

    private func refuse(
        _ text: ABMetricText,
        _ values: [Double],
        _ what: String,
        _ remedy: String,
        unless isRight: (Double) -> Bool
    ) throws {
        guard let wrong = values.firstIndex(where: { !$0.isNaN && !isRight($0) }) else {
            return
        }
        throw CSVError(
            line: 0,
            column: text.column,
            value: "\(values[wrong])",
            problem: "row \(wrong + 1) holds \(values[wrong]), which is not \(what)",
            remedy: remedy
        )
    }

    private func metric(_ text: ABMetricText, _ kind: ABMetric.Kind) throws(StatisticsError) -> ABMetric {
        try ABMetric(
            name: text.name,
            kind: kind,
            lowerIsBetter: lower.contains(text.column),
            margin: text.margin
        )
    }

    // MARK: One row per variant

    private func cell(_ column: String, _ rows: [Int], _ variant: String) throws(CSVError) -> Double {
        guard rows.count == 1, let row = rows.first else {
            throw CSVError(
                line: 0,
                column: column,
                value: variant,
                problem: "variant '\(variant)' has \(rows.count) rows",
                remedy: "give one row of totals per variant, or leave out --totals"
            )
        }
        guard let value = columns[column]?[row], !value.isNaN else {
            throw CSVError(
                line: 0,
                column: column,
                problem: "variant '\(variant)' has no value",
                remedy: "give every total"
            )
        }
        return value
    }

    private func whole(_ column: String, _ rows: [Int], _ variant: String) throws(CSVError) -> Int {
        let value = try cell(column, rows, variant)
        guard value >= 0, value < 1e15, value.rounded() == value else {
            throw CSVError(line: 0, column: column, value: "\(value)", remedy: "give a whole number, 0 or more")
        }
        return Int(value)
    }

    private func units(_ column: String, _ rows: [[Int]], _ names: [String]) throws -> [Int] {
        try zip(rows, names).map { group, name in
            let value = try cell(column, group, name)
            guard value >= 0, value < 1e15 else {
                throw CSVError(line: 0, column: column, value: "\(value)", remedy: "give a number of units, 0 or more")
            }
            return Int(value.rounded())
        }
    }

    private func summed(_ text: ABMetricText, _ rows: [[Int]], _ names: [String]) throws -> ABMetricData {
        let kind = text.kind ?? .proportion
        let totals = totals ?? ""
        let samples: [ABSample] = try zip(rows, names).map { group, name in
            switch kind {
            case .proportion:
                return .successes(
                    try BinomialCount(
                        trials: whole(totals, group, name),
                        successes: whole(text.column, group, name)
                    )
                )
            case .count:
                return .events(
                    try EventCount(events: whole(text.column, group, name), exposure: cell(totals, group, name))
                )
            case .mean:
                guard let deviation = text.second else { break }
                let value = try cell(deviation, group, name)
                return .summary(
                    try SampleSummary(
                        count: whole(totals, group, name),
                        mean: cell(text.column, group, name),
                        variance: value * value
                    )
                )
            case .ratio:
                break
            }
            throw CSVError(
                line: 0,
                column: text.column,
                problem: "totals do not tell how \(kind == .ratio ? "a ratio" : "a mean") varies",
                remedy: kind == .ratio
                    ? "give one row per unit"
                    : "name the column of standard deviations, as in \(text.column):mean/SD, or give one row per unit"
            )
        }
        return ABMetricData(metric: try metric(text, kind), samples: samples)
    }
}
