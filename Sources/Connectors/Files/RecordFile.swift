// SPDX-License-Identifier: Apache-2.0
import Domain
import Feeds
import Files
import Foundation

/// What is wrong with one record of a file; the records after it can be read.
struct BadRecord: Error, CustomStringConvertible {
    var line: Int
    /// The column's name as the file has it.
    var field: String
    /// What the file says there; empty where nothing is.
    var value: String
    /// What would be right.
    var remedy: String

    var description: String {
        let shown = value.count > 60 ? value.prefix(59) + "…" : value
        return "line \(line), column '\(field)': " + (value.isEmpty ? "it is empty" : "got '\(shown)'") + "; \(remedy)"
    }
}

/// The records of a CSV or JSON-lines file, packed by gzip or not, whose columns are found by their names.
///
/// A file's kind is told by its first bytes: a brace begins JSON lines, and anything else is CSV with a line of names.
struct RecordFile {
    /// The most bytes of a file, unpacked.
    static let limit = 1 << 30
    /// The most bytes of a file that is not in UTF-8, which is held as a whole.
    static let foreignLimit = 1 << 28

    private enum Content {
        case table(CSVReader, places: [String: Int])
        case lines(JSONRecords)
    }

    /// How the file is called in what is said of it.
    let path: String
    private let columns: RecordColumns
    private var content: Content
    /// The names that columns have in a table.
    private var names: [String: String] = [:]

    /// Opens a file and finds its columns.
    ///
    /// Throws `Failure`: `notFound` for a file that is not there, `invalid` for one that is no such file or lacks a column.
    init(path: String, columns: RecordColumns) throws(Failure) {
        self.path = path
        self.columns = columns
        var start = try FileBytes.start(of: path)
        var converted: [UInt8]?
        if ForeignText.isForeign(start) {
            converted = ForeignText.utf8(of: try FileBytes.all(of: path, limit: Self.foreignLimit))
            start = converted ?? start
        }
        if JSONRecords.begins(start) {
            content = .lines(try Self.lines(path, converted))
            try checkFirstLine(try Self.lines(path, converted))
        } else {
            let reader = try Self.reading(path) { () throws(CSVError) in
                if let converted { try CSVReader(data: Data(converted)) } else { try CSVReader(unpacking: path) }
            }
            let places = try Self.places(in: reader, path, columns)
            names = places.mapValues { reader.headers[$0] }
            content = .table(reader, places: places)
        }
    }

    /// Goes through all records of a file that a source of news or videos is.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - columns: The columns that are looked for.
    ///   - source: What problems call the source.
    ///   - take: What to do with a record; what it throws is a bad record, and false ends the reading.
    /// - Returns: What kept some of it from being read: a file that ends too early, records that cannot be used.
    /// - Throws: `CancellationError`.
    static func problems(
        reading path: String,
        columns: RecordColumns,
        source: String,
        _ take: (Record) throws(BadRecord) -> Bool
    ) throws -> [SourceProblem] {
        var problems: [SourceProblem] = []
        var bad = BadRecords()
        var good = 0
        do {
            var file = try RecordFile(path: path, columns: columns)
            try file.read { (record) throws(BadRecord) in
                let goesOn = try take(record)
                good += 1
                return goesOn
            } bad: { record in
                bad.add(record)
            }
        } catch let failure as Failure {
            problems.append(SourceProblem(source: source, failure: failure))
        }
        if let problem = bad.problem(source: source, path: path, beside: good) { problems.append(problem) }
        return problems
    }

    /// The objects of a file, or of what it was converted to.
    private static func lines(_ path: String, _ converted: [UInt8]?) throws(Failure) -> JSONRecords {
        guard let converted else { return try JSONRecords(try FileBytes.pieces(of: path, limit: limit)) }
        var rest: [UInt8]? = converted
        return try JSONRecords { () throws(Failure) in
            defer { rest = nil }
            return rest
        }
    }

    private static func reading<Value>(_ path: String, _ body: () throws(CSVError) -> Value) throws(Failure) -> Value {
        do {
            return try body()
        } catch {
            throw Failure(error.isUnreadable ? .notFound : .invalid, "\(path): \(error)")
        }
    }

    private static func places(
        in reader: CSVReader,
        _ path: String,
        _ columns: RecordColumns
    ) throws(Failure) -> [String: Int] {
        let found = columns.places(in: reader.headers)
        if let missing = columns.missing(in: Set(found.keys)) {
            throw Failure(
                .invalid,
                "\(path): line 1: there is no column \(missing); the columns are "
                    + reader.headers.prefix(30).joined(separator: ", ")
            )
        }
        return found
    }

    /// Refuses JSON lines whose first record lacks a column.
    private func checkFirstLine(_ lines: JSONRecords) throws(Failure) {
        var records = lines
        let members: [String: JSONValue]
        switch try records.next() {
        case .success(.object(let found)): members = found
        case .success, nil: return
        case .failure(let bad): throw Failure(.invalid, "\(path): \(bad)")
        }
        if let missing = columns.missing(in: Set(columns.keys(in: members).keys)) {
            let keys = members.keys.sorted().prefix(30).joined(separator: ", ")
            throw Failure(.invalid, "\(path): line 1: there is no key \(missing); the keys are \(keys)")
        }
    }

    /// Goes through all records.
    ///
    /// - Parameters:
    ///   - take: what to do with a record; what it throws is a bad record, and false ends the reading.
    ///   - bad: what to do with a record that cannot be used.
    /// - Throws: `Failure` for a file that cannot be read on; `CancellationError`.
    mutating func read(_ take: (Record) throws(BadRecord) -> Bool, bad: (BadRecord) -> Void) throws {
        var count = 0
        switch content {
        case .table(var reader, let places):
            while let hasRecord = try Self.record(&reader, path, bad) {
                count += 1
                if count & 1_023 == 0 { try Task.checkCancellation() }
                guard hasRecord else { continue }
                let record = Record(line: reader.line, names: names, source: .cells(reader, places))
                guard pass(record, take, bad) else { return }
            }
        case .lines(var records):
            // most lines have the keys of the line before
            var headers: [String] = []
            var keys: [String: String] = [:]
            while true {
                count += 1
                if count & 1_023 == 0 { try Task.checkCancellation() }
                guard let value = try records.next() else { return }
                switch value {
                case .failure(let record): bad(record)
                case .success(.object(let members)):
                    if headers.count != members.count || !headers.allSatisfy({ members[$0] != nil }) {
                        headers = members.keys.sorted()
                        keys = columns.keys(in: members)
                    }
                    let record = Record(line: records.line, names: keys, source: .members(members))
                    guard pass(record, take, bad) else { return }
                case .success: continue
                }
            }
        }
    }

    /// Reads a table's next record; nil at its end, false for a record with too few or too many cells.
    private static func record(_ reader: inout CSVReader, _ path: String, _ bad: (BadRecord) -> Void) throws -> Bool? {
        do {
            return try reader.next() ? true : nil
        } catch {
            // only a wrong number of cells leaves the reader at the beginning of the next record
            guard error.column.isEmpty, Int(error.value) != nil else { throw Failure(.invalid, "\(path): \(error)") }
            bad(BadRecord(line: error.line, field: "all", value: "\(error.value) cells", remedy: error.remedy))
            return false
        }
    }

    private func pass(
        _ record: Record,
        _ take: (Record) throws(BadRecord) -> Bool,
        _ bad: (BadRecord) -> Void
    ) -> Bool {
        do throws(BadRecord) {
            return try take(record)
        } catch {
            bad(error)
            return true
        }
    }
}
