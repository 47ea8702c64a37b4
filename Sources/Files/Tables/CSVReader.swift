// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// Reads CSV (RFC 4180) record by record in constant memory, as bytes.
///
/// Understands commas, semicolons and tabs, LF, CR LF and CR, quotes with line breaks inside, a byte-order mark, and
/// blank lines, which it passes over. The first record names the columns. Text must be UTF-8.
package struct CSVReader {
    /// The column names, all different and not empty.
    package private(set) var headers: [String] = []
    /// How the file separates its cells.
    package private(set) var dialect = CSVDialect.comma
    /// The line at which the current record begins, from 1.
    package private(set) var line = 0

    /// The most bytes of one record.
    package static let recordLimit = 1_048_576
    /// The most columns.
    package static let columnLimit = 4_096
    private static let chunk = 262_144

    private var source: Source
    private var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    private var nextLine = 1
    private var record = CSVRecord()

    private enum Source {
        case file(FileHandle)
        case data(Data)
        case pieces(() throws(CSVError) -> [UInt8]?)
    }

    /// Opens a file and reads its header; the dialect is found from the header unless given.
    package init(path: String, dialect: CSVDialect? = nil) throws(CSVError) {
        let handle: FileHandle
        do {
            handle = try FileHandle(forReadingFrom: URL(filePath: path))
        } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            throw CSVError(
                line: 0,
                value: path,
                problem: exists ? "the file cannot be read" : "there is no such file",
                remedy: "give the path of a CSV file that this user may read",
                isUnreadable: true
            )
        }
        try self.init(source: .file(handle), dialect: dialect)
    }

    /// Reads bytes in memory.
    package init(data: Data, dialect: CSVDialect? = nil) throws(CSVError) {
        try self.init(source: .data(data), dialect: dialect)
    }

    /// Reads bytes piece by piece until there are none.
    init(dialect: CSVDialect? = nil, pieces: @escaping () throws(CSVError) -> [UInt8]?) throws(CSVError) {
        try self.init(source: .pieces(pieces), dialect: dialect)
    }

    private init(source: Source, dialect: CSVDialect?) throws(CSVError) {
        self.source = source
        try refill()
        try checkEncoding()
        self.dialect = dialect ?? CSVDialect.sniffed(buffer.span.extracting(position...))
        guard try readRecord() else {
            throw CSVError(line: 1, problem: "the file is empty", remedy: "give a header line and rows below it")
        }
        try readHeaders()
        let endsByReturn = position > 0 && buffer[position - 1] == UInt8(ascii: "\r")
        if endsByReturn, position == buffer.count, !isAtEnd { try refill() }
        record.endsAtReturn = endsByReturn && !(position < buffer.count && buffer[position] == UInt8(ascii: "\n"))
    }

    private mutating func readHeaders() throws(CSVError) {
        guard record.count <= Self.columnLimit else {
            throw CSVError(
                line: line,
                problem: "\(record.count) columns",
                remedy: "give \(Self.columnLimit) columns or fewer"
            )
        }
        var numbers: [String: Int] = [:]
        for column in 0..<record.count {
            let name = try text(column)
            guard name.contains(where: { !$0.isWhitespace }) else {
                throw CSVError(
                    line: line,
                    column: "\(column + 1)",
                    problem: "no name",
                    remedy: "name every column, or delete it"
                )
            }
            if let hidden = LevelLabels.hiddenCharacter(name) {
                throw CSVError(
                    line: line,
                    column: "\(column + 1)",
                    problem: "the name holds \(hidden)",
                    remedy: "remove it, for instance by typing the name again"
                )
            }
            if let first = numbers[name] {
                throw CSVError(
                    line: line,
                    column: name,
                    value: name,
                    problem: "columns \(first) and \(column + 1) have the same name",
                    remedy: "rename one"
                )
            }
            numbers[name] = column + 1
            headers.append(name)
        }
    }

    // MARK: Records

    /// Reads the next record; false at the end of the file.
    package mutating func next() throws(CSVError) -> Bool {
        guard try readRecord() else {
            return false
        }
        guard record.count == headers.count else {
            throw CSVError(
                line: line,
                value: "\(record.count)",
                problem: "\(record.count) cells where the header has \(headers.count)",
                remedy: "give one cell per column, and put quotes around text that holds the delimiter"
            )
        }
        return true
    }

    /// The number of a column; throws with the names there are.
    package func column(_ name: String) throws(CSVError) -> Int {
        guard let index = headers.firstIndex(of: name) else {
            let nearest = NearestName.of(name, among: headers).map { "did you mean '\($0)'? " } ?? ""
            var known = headers.prefix(30).joined(separator: ", ")
            if headers.count == 1 {
                known += " (separate columns by commas, semicolons or tabs)"
            }
            throw CSVError(
                line: 1,
                column: name,
                value: name,
                problem: "there is no such column",
                remedy: "\(nearest)the columns are \(known)"
            )
        }
        return index
    }

    /// Whether a cell is empty or says NA, N/A, NaN or null without quotes.
    package func isMissing(_ column: Int) -> Bool {
        let cell = record.range(column)
        guard !cell.isEmpty else {
            return true
        }
        guard cell.count <= 4, !record.isQuoted(column), buffer[cell.lowerBound] | 0x20 == UInt8(ascii: "n") else {
            return false
        }
        let text = String(decoding: buffer[cell], as: UTF8.self).lowercased()
        return ["na", "n/a", "nan", "null"].contains(text)
    }

    /// The text of a cell; throws for bytes that are not UTF-8.
    package func text(_ column: Int) throws(CSVError) -> String {
        guard let text = String(validating: buffer[record.range(column)], as: UTF8.self) else {
            throw encodingError(line: line, column: column)
        }
        return text
    }

    /// The number in a cell, nil where it is missing; throws for anything else.
    package func number(_ column: Int) throws(CSVError) -> DecimalNumber? {
        let cell = record.range(column)
        if let number = DecimalNumber(
            buffer.span.extracting(cell),
            hasDecimalComma: dialect.hasDecimalComma
        ) {
            return number
        }
        if isMissing(column) {
            return nil
        }
        throw notANumber(column)
    }

    /// The number in a cell; nil for anything else.
    func decimal(_ column: Int) -> DecimalNumber? {
        DecimalNumber(buffer.span.extracting(record.range(column)), hasDecimalComma: dialect.hasDecimalComma)
    }

    private func notANumber(_ column: Int) -> CSVError {
        guard let value = String(validating: buffer[record.range(column)], as: UTF8.self) else {
            return encodingError(line: line, column: column)
        }
        if let hidden = LevelLabels.hiddenCharacter(value) {
            return CSVError(
                line: line,
                column: headers[column],
                problem: "the cell holds \(hidden)",
                remedy: "remove it, for instance by typing the number again"
            )
        }
        let example = dialect.hasDecimalComma ? "1234,5 or 1234.5" : "1234.5"
        return CSVError(
            line: line,
            column: headers[column],
            value: value,
            remedy: "give a number such as \(example), without units and thousands separators, or leave the cell empty"
        )
    }

    /// The code of a cell in a table of levels; nil when it is not there.
    package func find(_ column: Int, in table: borrowing LevelTable) -> Int? {
        table.find(buffer.span.extracting(record.range(column)))
    }

    /// The code of a cell in a table of levels, to which it is added when it is new.
    package func insert(_ column: Int, into table: inout LevelTable) -> Int {
        table.insert(buffer.span.extracting(record.range(column)))
    }

    // MARK: Bytes

    private mutating func readRecord() throws(CSVError) -> Bool {
        while true {
            // Taken out and put back: a span of the buffer borrows the whole reader.
            var scanned = CSVRecord()
            swap(&scanned, &record)
            let outcome = scanned.scan(
                buffer.span,
                from: position,
                delimiter: dialect.delimiter,
                isAtEnd: isAtEnd
            )
            swap(&scanned, &record)
            switch outcome {
            case .record(let end, let lines):
                line = nextLine
                nextLine += lines
                position = end
                record.removeDoubledQuotes(&buffer)
                return true
            case .blank(let end, let lines):
                nextLine += lines
                position = end
            case .end:
                return false
            case .more:
                guard buffer.count - position <= Self.recordLimit else {
                    throw CSVError(
                        line: nextLine,
                        problem: "a record of more than \(Self.recordLimit) bytes",
                        remedy: "close the quote that this record opens, or shorten it"
                    )
                }
                try refill()
            case .unclosedQuote(let lines):
                throw CSVError(line: nextLine + lines, problem: "a quote is not closed", remedy: "close it by \"")
            case .textAfterQuote(let lines):
                throw CSVError(
                    line: nextLine + lines,
                    problem: "text after a closing quote",
                    remedy: "double the quotes inside quoted text, or remove them"
                )
            }
        }
    }

    /// Moves what is left to the front and reads another chunk.
    private mutating func refill() throws(CSVError) {
        buffer.removeSubrange(0..<position)
        position = 0
        switch source {
        case .data(let data):
            buffer.append(contentsOf: data)
            isAtEnd = true
        case .pieces(let next):
            guard let piece = try next() else {
                isAtEnd = true
                return
            }
            buffer.append(contentsOf: piece)
        case .file(let handle):
            do {
                guard let data = try handle.read(upToCount: Self.chunk), !data.isEmpty else {
                    isAtEnd = true
                    return
                }
                buffer.append(contentsOf: data)
            } catch {
                throw CSVError(
                    line: nextLine,
                    problem: "the file cannot be read",
                    remedy: "give the path of a CSV file, not of a folder",
                    isUnreadable: true
                )
            }
        }
    }

    private mutating func checkEncoding() throws(CSVError) {
        if buffer.starts(with: [0xEF, 0xBB, 0xBF]) {
            position = 3
        }
        let formats: [(bytes: [UInt8], problem: String, remedy: String)] = [
            ([0x50, 0x4B, 3, 4], "the file is a workbook (xlsx) or a zip archive", "save it as 'CSV UTF-8'"),
            ([0xD0, 0xCF, 0x11, 0xE0], "the file is a workbook (xls)", "save it as 'CSV UTF-8'"),
            ([0x1F, 0x8B], "the file is compressed", "run gunzip on it first"),
            (Array("%PDF".utf8), "the file is a PDF", "save the table as 'CSV UTF-8'"),
        ]
        if let format = formats.first(where: { buffer.starts(with: $0.bytes) }) {
            throw CSVError(line: 1, problem: format.problem, remedy: format.remedy)
        }
        let isWide = buffer.starts(with: [0xFF, 0xFE]) || buffer.starts(with: [0xFE, 0xFF])
        if isWide || buffer.prefix(64).contains(0) {
            let isLong = buffer.starts(with: [0xFF, 0xFE, 0, 0]) || buffer.starts(with: [0, 0, 0xFE, 0xFF])
            let width = isLong ? "32" : "16"
            throw CSVError(
                line: 1,
                problem: isWide || isLong ? "the text is UTF-\(width)" : "the file is not text",
                remedy: "save it as 'CSV UTF-8', or run: iconv -f UTF-\(width) -t UTF-8"
            )
        }
    }

    func encodingError(line: Int, column: Int) -> CSVError {
        CSVError(
            line: line,
            column: headers.indices.contains(column) ? headers[column] : "\(column + 1)",
            problem: "the text is not UTF-8 (Korean spreadsheets often write CP949, also called EUC-KR)",
            remedy: "save it as 'CSV UTF-8', or run: iconv -f CP949 -t UTF-8 (of western European files: -f CP1252)"
        )
    }
}
