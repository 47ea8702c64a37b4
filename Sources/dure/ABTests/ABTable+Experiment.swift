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
        let units = try totals.map { try self.units($0, ordered, names) } ?? ordered.map(\.count)
        var metrics: [ABMetricData] = []
        for text in texts {
            metrics.append(try totals == nil ? perUnit(text, ordered, names) : summed(text, ordered, names))
        }
        var experiment = ABExperiment(
            variants: names,
            units: units,
            shares: shares ?? [Double](repeating: 1, count: names.count),
            control: 0,
            metrics: metrics
        )
        experiment.days = dayCount
        experiment.dailyUnits = try dailyUnits(ordered, names)
        return experiment
    }

    /// The units of each variant up to and including each day; empty without dates.
    private func dailyUnits(_ rows: [[Int]], _ names: [String]) throws -> [[Int]] {
        guard let days, let dayCount else {
            return []
        }
        var counts = [[Double]](repeating: [Double](repeating: 0, count: rows.count), count: dayCount)
        for (variant, group) in rows.enumerated() {
            for row in group {
                counts[days[row]][variant] += try totals.map { try cell($0, row, names[variant]) } ?? 1
            }
        }
        for day in counts.indices.dropFirst() {
            for variant in rows.indices {
                counts[day][variant] += counts[day - 1][variant]
            }
        }
        return counts.map { $0.map { Int(min(1e15, $0.rounded())) } }
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

    private func perUnit(_ text: ABMetricText, _ rows: [[Int]], _ names: [String]) throws -> ABMetricData {
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
        for (group, name) in zip(known, names) where group.count < (kind == .proportion ? 1 : 2) {
            throw CSVError(
                line: 0,
                column: text.column,
                value: name,
                problem: "variant '\(name)' has \(group.count == 0 ? "no value" : "only 1 value")",
                remedy: "give \(kind == .proportion ? "1" : "2") or more, or leave the metric out"
            )
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
            missing: rows.reduce(0) { $0 + $1.count } - known.reduce(0) { $0 + $1.count },
            days: days.map { days in known.map { $0.map { days[$0] } } }
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
            line: lines[wrong],
            column: text.column,
            value: "\(values[wrong])",
            problem: "got \(ABText.short(values[wrong])), which is not \(what)",
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

    private func cell(_ column: String, _ row: Int, _ variant: String) throws(CSVError) -> Double {
        guard let value = columns[column]?[row], !value.isNaN else {
            throw CSVError(
                line: lines[row],
                column: column,
                problem: "variant '\(variant)' has no value",
                remedy: "give every total"
            )
        }
        return value
    }

    private func whole(_ column: String, _ row: Int, _ variant: String) throws(CSVError) -> Int {
        let value = try cell(column, row, variant)
        guard value >= 0, value < 1e15, value.rounded() == value else {
            throw CSVError(
                line: lines[row],
                column: column,
                value: ABText.short(value),
                remedy: "give a whole number, 0 or more"
            )
        }
        return Int(value)
    }

    /// Throws unless a variant has one row, or with dates one row per day.
    private func check(_ column: String, _ rows: [Int], _ variant: String, mayAddUp: Bool) throws(CSVError) {
        guard rows.count > 1 else {
            return
        }
        guard mayAddUp, let days else {
            throw CSVError(
                line: lines[rows[1]],
                column: column,
                value: variant,
                problem: "variant '\(variant)' has \(rows.count) rows",
                remedy: mayAddUp
                    ? "give one row of totals per variant, or one per variant and day and name the column of days by --date"
                    : "give one row of totals per variant, for means cannot be added up over days"
            )
        }
        var seen: Set<Int> = []
        for row in rows where !seen.insert(days[row]).inserted {
            throw CSVError(
                line: lines[row],
                column: column,
                value: variant,
                problem: "variant '\(variant)' has a second row for one day",
                remedy: "give one row of totals per variant and day"
            )
        }
    }

    private func units(_ column: String, _ rows: [[Int]], _ names: [String]) throws -> [Int] {
        try zip(rows, names).map { group, name in
            var sum = 0.0
            for row in group {
                let value = try cell(column, row, name)
                guard value >= 0, value < 1e15 else {
                    throw CSVError(
                        line: lines[row],
                        column: column,
                        value: ABText.short(value),
                        remedy: "give a number of units from 0 to 1e15"
                    )
                }
                sum += value
            }
            guard sum > 0, sum < 1e15 else {
                throw CSVError(
                    line: group.first.map { lines[$0] } ?? 0,
                    column: column,
                    value: ABText.short(sum),
                    problem: "variant '\(name)' has \(ABText.short(sum)) units",
                    remedy: "give a variant that was shown, or take its row out"
                )
            }
            return Int(max(1, sum.rounded()))
        }
    }

    private func summed(_ text: ABMetricText, _ rows: [[Int]], _ names: [String]) throws -> ABMetricData {
        let kind = text.kind ?? .proportion
        for (group, name) in zip(rows, names) {
            try check(text.column, group, name, mayAddUp: kind == .proportion || kind == .count)
        }
        let samples = try zip(rows, names).map { try sample(text, kind, $0, $1) }
        var daily: [[ABSample]?]?
        if let days, let dayCount, kind == .proportion || kind == .count {
            daily = try (0..<dayCount).map { day in
                let early = rows.map { $0.filter { days[$0] <= day } }
                let isCounted = try early.allSatisfy { group in
                    try group.reduce(0) { try $0 + cell(totals ?? "", $1, "") } > 0
                }
                return isCounted ? try zip(early, names).map { try sample(text, kind, $0, $1) } : nil
            }
        }
        return ABMetricData(metric: try metric(text, kind), samples: samples, dailyTotals: daily)
    }

    /// The sum of a variant's rows.
    private func sample(
        _ text: ABMetricText,
        _ kind: ABMetric.Kind,
        _ rows: [Int],
        _ name: String
    ) throws -> ABSample {
        let totals = totals ?? ""
        switch kind {
        case .proportion:
            var units = 0
            var successes = 0
            for row in rows {
                let (all, found) = (try whole(totals, row, name), try whole(text.column, row, name))
                guard found <= all else {
                    throw CSVError(
                        line: lines[row],
                        column: text.column,
                        value: "\(found)",
                        problem: "\(found) of \(all) in '\(totals)'",
                        remedy:
                            "give at most as many as '\(totals)', or name the metric '\(text.column):count' when one unit "
                            + "may have several"
                    )
                }
                units += all
                successes += found
            }
            return .successes(try BinomialCount(trials: units, successes: successes))
        case .count:
            let events = try rows.reduce(0) { try $0 + whole(text.column, $1, name) }
            return .events(try EventCount(events: events, exposure: rows.reduce(0) { try $0 + cell(totals, $1, name) }))
        case .mean, .ratio:
            guard kind == .mean, let deviation = text.second, let row = rows.first else {
                throw CSVError(
                    line: 0,
                    column: text.column,
                    problem: "totals do not tell how \(kind == .ratio ? "a ratio" : "a mean") varies",
                    remedy: kind == .ratio
                        ? "give one row per unit"
                        : "name the column of standard deviations, as in \(text.column):mean/SD, or give one row per unit"
                )
            }
            let spread = try cell(deviation, row, name)
            guard spread >= 0 else {
                throw CSVError(
                    line: lines[row],
                    column: deviation,
                    value: ABText.short(spread),
                    remedy: "give a standard deviation, 0 or more"
                )
            }
            return .summary(
                try SampleSummary(
                    count: whole(totals, row, name),
                    mean: cell(text.column, row, name),
                    variance: spread * spread
                )
            )
        }
    }
}
