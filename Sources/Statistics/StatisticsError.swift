// SPDX-License-Identifier: Apache-2.0

/// Says which column or argument makes a computation impossible, and what would make it possible.
package enum StatisticsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There are no rows (or too few) to compute anything from.
    case tooFewObservations(subject: String, found: Int, needed: Int)
    /// A column has another number of values than the response.
    case lengthMismatch(column: String, found: Int, expected: Int)
    /// A value is NaN or infinite.
    case notFinite(column: String, row: Int)
    /// Values are so large that their squares are not finite.
    case tooLarge(column: String)
    /// Values differ by so little that the squares of the differences are zero.
    case tooSmall(column: String)
    /// A level code is negative or beyond the declared levels of its column.
    case invalidLevelCode(column: String, row: Int, code: Int, levelCount: Int)
    /// A categorical column has more levels than the analysis accepts.
    case tooManyLevels(column: String, limit: Int)
    /// Two columns share one name.
    case duplicateColumn(String)
    /// A named column does not exist.
    case unknownColumn(String, known: [String])
    /// A named level does not exist in its column.
    case unknownLevel(column: String, level: String, known: [String])
    /// An argument is outside its range; `remedy` says what is right.
    case invalidArgument(name: String, value: String, remedy: String)
    /// A matrix is singular or LAPACK refused it.
    case singular(subject: String)

    package var description: String {
        switch self {
        case .tooFewObservations(let subject, let found, let needed):
            "\(subject): \(found) observations found, at least \(needed) needed; add rows."
        case .lengthMismatch(let column, let found, let expected):
            "Column '\(column)' has \(found) values, the response has \(expected); give one value per row."
        case .notFinite(let column, let row):
            "Column '\(column)', row \(row + 1): the value is not a finite number; correct it or leave the row out."
        case .tooLarge(let column):
            "Column '\(column)' has values whose squares are too large to add; give it in larger units."
        case .tooSmall(let column):
            "Column '\(column)' has differences whose squares are too small to add; give it in smaller units."
        case .invalidLevelCode(let column, let row, let code, let levelCount):
            "Column '\(column)', row \(row + 1): level code \(code) is outside 0..<\(levelCount); use a declared level."
        case .tooManyLevels(let column, let limit):
            "Column '\(column)' has more than \(limit) levels; it looks numeric: leave it out or group its values."
        case .duplicateColumn(let column):
            "Column '\(column)' is given twice; rename or drop one."
        case .unknownColumn(let column, let known):
            "There is no column '\(column)'; known columns: \(Self.list(known))."
        case .unknownLevel(let column, let level, let known):
            "Column '\(column)' has no level '\(level)'; its levels: \(Self.list(known))."
        case .invalidArgument(let name, let value, let remedy):
            "\(name) is \(value); \(remedy)."
        case .singular(let subject):
            "\(subject) cannot be solved: its equations are singular; remove a redundant column."
        }
    }

    /// The first twenty names, and how many more there are: a column may have a thousand levels.
    private static func list(_ names: [String]) -> String {
        names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
    }
}
