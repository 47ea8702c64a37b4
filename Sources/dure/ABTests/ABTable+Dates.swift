// SPDX-License-Identifier: Apache-2.0

import Files

extension ABTable {
    /// The longest test.
    static let mostDays = 3_660

    /// How many days the rows span; nil without dates.
    var dayCount: Int? { days?.max().map { $0 + 1 } }

    /// The number of the day, from a fixed one on, that a cell names as year, month and day; a time after it is ignored.
    static func day(_ reader: inout CSVReader, _ column: Int) throws(CSVError) -> Int {
        let text = reader.isMissing(column) ? "" : try reader.text(column)
        guard let day = day(text) else {
            throw CSVError(
                line: reader.line,
                column: reader.headers[column],
                value: text,
                problem: text.isEmpty ? "no date" : nil,
                remedy: "give the day as 2026-03-31"
            )
        }
        return day
    }

    /// The number of a day written as 2026-03-31, 2026/3/31 or 2026.3.31; nil for any other text or an impossible day.
    static func day(_ text: String) -> Int? {
        let date = text.prefix { $0.isNumber || "-/.".contains($0) }
        let rest = text.dropFirst(date.count)
        guard rest.isEmpty || rest.first == "T" || rest.first == " " else {
            return nil
        }
        let parts = date.split(omittingEmptySubsequences: false) { "-/.".contains($0) }.map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1_900...9_999).contains(year), (1...12).contains(month), day >= 1
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[month - 1] else {
            return nil
        }
        let before = year - 1
        return 365 * before + before / 4 - before / 100 + before / 400 + lengths[..<(month - 1)].reduce(0, +) + day
    }
}

extension ABTable.Sheet {
    /// The days of the rows, the first of all being 0.
    func days(column: String) throws(CSVError) -> [Int] {
        guard let first = dates.min(), let last = dates.max() else {
            return []
        }
        guard last - first < ABTable.mostDays else {
            let line = dates.firstIndex(of: last).map { lines[$0] } ?? 0
            throw CSVError(
                line: line,
                column: column,
                problem: "this day is \(last - first) days after the first",
                remedy: "give the days of one test, at most \(ABTable.mostDays)"
            )
        }
        return dates.map { $0 - first }
    }
}
